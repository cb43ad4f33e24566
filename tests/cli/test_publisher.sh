#!/bin/sh
# SPDX-License-Identifier: ISC
# What surrounds a publisher: it is as if the client had called it, and does not outlive dns01gate.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
tell_by_environment
name=_acme-challenge.example.lab
LOG=$TMP/log
export LOG

publisher() { # NAME: a script of what comes on standard input
	{
		echo '#!/bin/sh'
		cat
	} >"$TMP/$1"
	chmod +x "$TMP/$1"
}
# until_true COMMAND...: within five seconds
until_true() {
	tries=100
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "never came true: $*"
		sleep 0.05
	done
}
is_gone() { # PID
	case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) in
	"" | Z*) return 0 ;;
	esac
	return 1
}

# ---- limits and signals ------------------------------------------------------------------------------

# Without the last signals: the C library keeps two for itself.
publisher shows <<'END'
{ ulimit -Sn; ulimit -Hn; exec awk '/^Sig(Blk|Ign)/ { print $1, substr($2, 10) }' /proc/self/status; } >"$LOG"
END
# same COMMAND...: called by it, the program sees what it sees when dns01gate is
same() {
	"$@" "$TMP/shows" wait $name value
	mv "$LOG" "$LOG.client"
	run 0 "$@" "$PROGRAM" --exec "$TMP/shows" wait $name value
	cmp -s "$LOG" "$LOG.client" || fail "$*: $(cat "$LOG"), by the client: $(cat "$LOG.client")"
}
same env
# shellcheck disable=SC2016
same sh -c 'ulimit -Sn 64 && exec "$@"' sh
# shellcheck disable=SC2016
same sh -c 'ulimit -n 128 && exec "$@"' sh
for signal in PIPE CHLD XFSZ USR1 HUP; do
	same env --ignore-signal=$signal
	[ $signal = HUP ] || same env --block-signal=$signal
done

# ---- dns01gate is killed -----------------------------------------------------------------------------

publisher waits <<'END'
trap 'echo caught >>"$LOG"; exit' TERM
sh -c 'trap "" TERM; echo $$ >>"$LOG.pids"; while :; do sleep 1; done' &
echo $$ >>"$LOG.pids"
while :; do
	sleep 0.1
done
END
ulimit -c 0
for signal in KILL SEGV; do
	: >"$LOG"
	rm -f "$LOG.pids"
	# In the place of a client that reads to the end of what is printed.
	{
		"$PROGRAM" --exec "$TMP/waits" wait $name value 2>/dev/null &
		echo $! >"$TMP/pid"
		wait $! || echo $? >"$TMP/status"
	} 9>&- | cat >"$TMP/out" &
	client=$!
	until_true sh -c '[ "$(wc -l 2>/dev/null <"$1")" = 2 ]' sh "$LOG.pids"
	kill -$signal "$(cat "$TMP/pid")"
	wait $client
	while read -r pid; do
		until_true is_gone "$pid"
	done <"$LOG.pids"
	[ "$(cat "$LOG")" = caught ] || fail "it could not clean up: $(cat "$LOG")"
done

# In good times nobody of ours is left, though the publisher leaves somebody.
publisher leaves <<'END'
sleep 1 &
END
run 0 "$PROGRAM" --exec "$TMP/leaves" cleanup nobody-is-left.example.lab. value
for process in /proc/[0-9]*; do
	{ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -q '^[^ ]*dns01gate .*nobody-is-left' && fail "left: ${process#/proc/}"
done
:
