#!/bin/sh
# SPDX-License-Identifier: ISC
# The live table, in terminals of several sizes, resized, and interrupted: tmux plays them.
. "$(dirname "$0")/../cli/lib.sh"
start_world "$top/tests/live/terminal.scn"
session=0
escape=$(printf '\033')
name=_acme-challenge.example.lab

# Each session has a server of its own: one that is just going must not be met.
play() {
	tmux -f /dev/null -S "$TMP/tmux$session" "$@"
}

start() { # COLUMNS ROWS COMMAND
	session=$((session + 1))
	rm -f "$TMP/exit"
	play new-session -d -x "$1" -y "$2" "$3"
}

# Ends the session, and all that runs in it. tmux is nobody's child.
end_session() {
	player=$(play display-message -p '#{pid}' 2>/dev/null) || return 0
	stop "$player"
}

leave_tmux() {
	end_session
	leave
}
trap leave_tmux EXIT

# begin COLUMNS ROWS SECONDS [VARIABLE=VALUE...]: a terminal with two lines of somebody else's, and the program
begin() {
	columns=$1 rows=$2 seconds=$3
	shift 3
	start "$columns" "$rows" "printf 'first\nsecond\n'; env TERM=screen LC_ALL=C $* \"$PROGRAM\" --root-hints $HINTS \
		--port $PORT -t $seconds wait $name value; echo exit \$? >$TMP/exit; echo last; sleep 60"
}

# shot FILE: what is on the screen
shot() {
	play capture-pane -p >"$TMP/$1"
}

# await FILE REGEXP: the screen, as soon as it has that
await() {
	tries=100
	until shot "$1" && grep -q -e "$2" "$TMP/$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "the screen never had: $2
$(cat "$TMP/$1")"
		sleep 0.05
	done
}

# shows FILE REGEXP
shows() {
	grep -q -e "$2" "$TMP/$1" || fail "the screen lacks: $2
$(cat "$TMP/$1")"
}

# once FILE REGEXP: on one line, neither more nor fewer
once() {
	[ "$(grep -c -e "$2" "$TMP/$1")" = 1 ] || fail "not once on the screen: $2
$(cat "$TMP/$1")"
}

until_it_ends() { # STATUS
	tries=400
	while [ ! -s "$TMP/exit" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "it did not end"
		sleep 0.1
	done
	sleep 0.3
	shot after
	play display-message -p '#{cursor_flag} #{cursor_y}' >"$TMP/cursor"
	grep -q "exit $1\$" "$TMP/exit" || fail "$(cat "$TMP/exit")"
}

# ended: the cursor is there, on the line below all, and no colour is on
ended() {
	read -r visible line <"$TMP/cursor"
	[ "$visible" = 1 ] || fail "the cursor is hidden"
	[ "$line" = "$(grep -n -e '^last$' "$TMP/after" | cut -d: -f1)" ] || fail "the cursor is in line $line
$(cat "$TMP/after")"
	play capture-pane -p -e | tail -n 2 | grep -q "$escape" && fail "a colour is left"
	end_session
}

# whole FILE COLUMNS: the table is there once, in one piece, and within the window
whole() {
	once "$1" 'waiting for ns3.example.lab'
	once "$1" '^_acme-.*waiting'
	for n in 1 2 3; do
		[ "$(grep -v 'waiting for' "$TMP/$1" | grep -c -e "^  ns$n\\.exa.* \\(present\\|absent\\)")" = 1 ] ||
			fail "not one row of ns$n
$(cat "$TMP/$1")"
	done
	[ "$(awk -v w="$2" 'length > w' "$TMP/$1" | wc -l)" = 0 ] || fail "a line is too long"
	[ "$(grep -c '^  server .* state' "$TMP/$1")" -le 1 ] || fail "the columns have their names twice"
	# Nothing else stands there: no piece of a line.
	! grep -q -v -e '^$' -e '^first$' -e '^second$' -e '^last$' -e '^waiting for ' -e '^gives up in ' -e '^_acme-' \
		-e '^  server ' -e '^  ns[123]' -e '^dns01gate: ' "$TMP/$1" || fail "a torn line
$(cat "$TMP/$1")"
}

# ---- three sizes ----------------------------------------------------------------------------------

begin 80 24 3
await during 'gives up in 1\.[0-9] s$'
play capture-pane -p -e >"$TMP/colours"
whole during 80
shows during '^waiting for ns3.example.lab. 127.0.0.13 (NXDOMAIN'
shows during '^_acme-challenge.example.lab.  waiting  2 of 3 show it  zone example.lab.$'
shows during '^  ns3.example.lab.  *127.0.0.13  *absent .* NXDOMAIN'
shows during '^  ns1.example.lab.  *127.0.0.11  *present .* 3/3'
grep -q "$escape\\[3[123]m" "$TMP/colours" || fail "no colours"
# What lacks the record stands first.
[ "$(grep -n ' absent' "$TMP/during" | cut -d: -f1)" -lt "$(grep -n ' present' "$TMP/during" | head -n 1 | cut -d: -f1)" ] ||
	fail "the laggard does not stand first"
until_it_ends 1
shows after 'is not visible after 3.0 s'
shows after '^first$'
ended

begin 40 10 3
sleep 1.6
shot during
whole during 40
shows during '^_acme-challenge.example.lab.  waiting$'
shows during 'gives up in 1\.[0-9] s$'
until_it_ends 1
end_session

begin 200 50 3 NO_COLOR=1 LC_ALL=C.UTF-8
await during '^waiting for ns3.example.lab. 127.0.0.13 (NXDOMAIN.*); gives up in 1\.[0-9] s$'
play capture-pane -p -e >"$TMP/colours"
LC_ALL=C.UTF-8 grep -q '^. ns3.* absent' "$TMP/during" || fail "no row of ns3"
! grep -q "$escape\\[3[123]m" "$TMP/colours" || fail "colours in spite of NO_COLOR"
until_it_ends 1
ended

# ---- resized --------------------------------------------------------------------------------------

begin 100 24 30
await during '^waiting for ns3.*NXDOMAIN'
whole during 100
for size in 44:24 100:24 44:12 120:30 60:6 80:24 20:4 100:24 70:20 41:24 100:24; do
	play resize-window -x ${size%:*} -y ${size#*:}
	sleep 0.6
	shot during
	[ ${size#*:} -lt 9 ] || whole during ${size%:*}
	[ ${size#*:} -ge 9 ] || shows during ' absent'
done
until_it_ends 1
shows after 'is not visible after 30.0 s'
once after "^  ns1.example.lab. 127.0.0.11 present"
ended

# ---- interrupted ----------------------------------------------------------------------------------

begin 80 24 30
await during '^waiting for ns3.*NXDOMAIN'
play send-keys C-c
until_it_ends 130
whole after 80
once after '^dns01gate: ended by signal 2$'
! grep -q '\^C' "$TMP/after" || fail "the key is left on the screen"
ended

# ---- stopped, and going on ------------------------------------------------------------------------

start 100 30 'PS1=ready: sh -i'
play send-keys "TERM=screen \"$PROGRAM\" --root-hints $HINTS --port $PORT -t 8 wait $name value" Enter
sleep 1.5
play send-keys C-z
sleep 2
play send-keys "fg; echo exit \$? >$TMP/exit" Enter
sleep 1
shot during
[ "$(grep -c 'waiting for ns3' "$TMP/during")" = 2 ] || fail "not the table before and the one after: $(cat "$TMP/during")"
once during 'ready:fg'
once during 'Stopped'
until_it_ends 1
shows after 'is not visible after'
once after 'ready:fg'
end_session

# ---- stopped by Ctrl-S ------------------------------------------------------------------------------

# halted SECONDS: a terminal that is halted in the middle of the wait; the program's id is in $TMP/pid
halted() {
	rm -f "$TMP/pid" "$TMP/end"
	start 80 24 "stty ixon; printf 'first\nsecond\n'; date +%s%N >$TMP/begin; env TERM=screen LC_ALL=C sh -c 'echo \$\$ >$TMP/pid; exec \
		\"$PROGRAM\" --root-hints $HINTS --port $PORT -t $1 wait $name value'; echo exit \$? >$TMP/exit; \
		date +%s%N >$TMP/end; sleep 60"
	sleep 1.2
	play send-keys C-s
}
# took FILE: milliseconds from the time in it until the end
took() {
	tries=800
	until [ -s "$TMP/end" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "it did not end"
		sleep 0.05
	done
	echo $((($(cat "$TMP/end") - $(cat "$TMP/$1")) / 1000000))
}
# A busy machine gets six tries.
for try in 1 2 3 4 5 6; do
	halted 3
	span=$(took begin)
	[ "$span" -gt 3200 ] || break
	[ $try != 6 ] || fail "it ended after $span ms in a terminal that was halted"
	play kill-server
done
grep -q 'exit 1$' "$TMP/exit" || fail "$(cat "$TMP/exit")"
play send-keys C-q
sleep 0.5
shot after
once after '^  ns1.example.lab'
play kill-server
for try in 1 2 3 4 5 6; do
	halted 30
	sleep 0.5
	date +%s%N >"$TMP/sent"
	kill -TERM "$(cat "$TMP/pid")"
	span=$(took sent)
	[ "$span" -gt 150 ] || break
	[ $try != 6 ] || fail "it ended $span ms after a signal in a terminal that was halted"
	play kill-server
done
grep -q 'exit 143$' "$TMP/exit" || fail "$(cat "$TMP/exit")"
play kill-server
# One that is let go again goes on where it was.
halted 4
sleep 1.5
play send-keys C-q
until_it_ends 1
once after '^  ns1.example.lab'
shows after 'is not visible after'
play kill-server

# ---- less of a terminal ---------------------------------------------------------------------------

# A dumb one gets lines.
start 80 24 "env TERM=dumb \"$PROGRAM\" --root-hints $HINTS --port $PORT -t 3 \
	wait $name value; echo exit >$TMP/exit; sleep 60"
sleep 4
shot during
play capture-pane -p -e >"$TMP/colours"
end_session
shows during 'after 2.0 s: 2 of 3'
! grep -q "$escape" "$TMP/colours" || fail "colours on a dumb terminal"

# -q says nothing but what went wrong; a file gets no escape sequence, from a terminal either.
begin 80 24 2 DNS01GATE_QUIET=1
sleep 1.2
shot during
[ "$(grep -c . "$TMP/during")" = 2 ] || fail "not quiet: $(cat "$TMP/during")"
until_it_ends 1
shows after 'is not visible after 2.0 s'
end_session
start 80 24 "env TERM=screen \"$PROGRAM\" --root-hints $HINTS --port $PORT -v -t 3 \
	wait $name value 2>$TMP/file; echo exit 1 >$TMP/exit; sleep 60"
until_it_ends 1
end_session
[ -s "$TMP/file" ] || fail "nothing in the file"
! grep -q "$escape" "$TMP/file" || fail "an escape sequence in a file"
