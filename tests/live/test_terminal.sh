#!/bin/sh
# SPDX-License-Identifier: ISC
# The live table, in a terminal of three sizes: tmux plays it.
. "$(dirname "$0")/../cli/lib.sh"
start_world "$top/tests/live/terminal.scn"
tmux="tmux -f /dev/null -S $TMP/tmux"

# screen COLUMNS ROWS [VARIABLE=VALUE]: what is on it while the program waits, and when it ended
screen() {
	$tmux new-session -d -x "$1" -y "$2" "env TERM=screen ${3:-A=B} \"$PROGRAM\" --root-hints $HINTS --port $PORT -t 3 \
		wait _acme-challenge.example.lab value; echo exit \$? >$TMP/exit; sleep 60"
	sleep 1.6
	$tmux capture-pane -p >"$TMP/during"
	$tmux capture-pane -p -e >"$TMP/colours"
	tries=100
	while [ ! -s "$TMP/exit" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "it did not end"
		sleep 0.1
	done
	sleep 0.3
	$tmux capture-pane -p >"$TMP/after"
	$tmux kill-server
	grep -q 'exit 1' "$TMP/exit" || fail "$(cat "$TMP/exit")"
	rm "$TMP/exit"
}
during() {
	grep -q -e "$1" "$TMP/during" || fail "the screen lacks: $1
$(cat "$TMP/during")"
}

screen 80 24
during 'dns01gate: 1\.[0-9] s of at most 3 s'
during '_acme-challenge.example.lab.  waiting  zone example.lab.'
during '  ns3.example.lab.  *127.0.0.13  *absent .* NXDOMAIN'
during '  ns1.example.lab.  *127.0.0.11  *present .* 3/3'
[ "$(grep -c ns3.example.lab "$TMP/during")" = 1 ] || fail "a row stands twice"
[ "$(awk 'length > 80' "$TMP/during" | wc -l)" = 0 ] || fail "a line is too long"
grep -q "$(printf '\033\\[3[123]m')" "$TMP/colours" || fail "no colours"
grep -q 'is not visible after 3.0 s' "$TMP/after" || fail "no result"
# What lacks the record stands first.
[ "$(grep -n 'absent' "$TMP/during" | cut -d: -f1)" -lt "$(grep -n 'present' "$TMP/during" | head -n 1 | cut -d: -f1)" ] ||
	fail "the laggard does not stand first"

screen 40 12
during 'ns3.example.lab.'
screen 132 8 NO_COLOR=1
during '127.0.0.13'
! grep -q "$(printf '\033\\[3[123]m')" "$TMP/colours" || fail "colours in spite of NO_COLOR"

# A dumb terminal gets lines.
$tmux new-session -d -x 80 -y 24 "env TERM=dumb \"$PROGRAM\" --root-hints $HINTS --port $PORT -t 3 \
	wait _acme-challenge.example.lab value 2>&1 | cat; echo exit >$TMP/exit; sleep 60"
sleep 4
$tmux capture-pane -p >"$TMP/during"
$tmux kill-server
during 'after 2.0 s: 2 of 3'
