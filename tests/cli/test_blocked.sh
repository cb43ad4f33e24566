#!/bin/sh
# SPDX-License-Identifier: ISC
# Readers and writers that block: whatever the program hangs in, it ends within 0.1 s of its timeout or a signal, and says
# what it can.
. "$(dirname "$0")/lib.sh"
. "$here/timed.sh"
start_world "$here/world.scn"
name=_acme-challenge.example.lab
export name

publisher() { # NAME: a script of what comes on standard input
	{
		echo '#!/bin/sh'
		cat
	} >"$TMP/$1"
	chmod +x "$TMP/$1"
}
# to 1|2 COMMAND...: with nobody reading its standard output, or error
to() {
	if [ "$1" = 1 ]; then
		shift
		"$@" >"$TMP/full" 8>&-
	else
		shift
		"$@" 2>"$TMP/full" 8>&-
	fi
}
# drained: what was written to the full pipe, from now on
drain() {
	cat <"$TMP/full" 8>&- >"$TMP/drained" &
	DRAIN_PID=$!
	exec 8>&-
}

# ---- streams that nobody reads ---------------------------------------------------------------------------------------

full
times_out 1 to 2 gate -v -t 1 wait $name missing
stops "to 2" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" -v wait $name missing
# What was seen counts, whether or not it can be said.
timed 0 to 2 gate -v -t 9 wait $name value
[ $took -lt 4000 ] || fail "it took $took ms to open the gate"
# A report that cannot be written: whoever asked for it must not take it for one.
times_out 70 to 1 gate -t 1 --json wait $name value
says 'cannot write to stdout: nobody reads it'
times_out 1 to 1 gate -t 1 --json wait $name missing
stops "to 1" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --json wait $name value
run 0 gate --report "$TMP/report" wait $name value
for command in explain --help "render $TMP/report"; do
	# shellcheck disable=SC2086
	stops "to 1" "$PROGRAM" $command
done
# A reader that comes back gets whole lines, and is told how many are missing.
(sleep 2; drain; wait "$DRAIN_PID") &
slow=$!
run 1 to 2 gate -v -t 4 wait $name missing
exec 8>&-
wait $slow
tr -d '\0' <"$TMP/drained" >"$TMP/err"
says 'could not be written here'
says 'is not visible after'
grep -q -v '^dns01gate: ' "$TMP/err" && fail "a line that is torn"
# A slow one gets all of it.
{ gate --json wait $name value 2>"$TMP/err" && echo good >"$TMP/status"; } | (sleep 1; cat) >"$TMP/slow"
has "$TMP/slow" '.verdict == "visible"'
grep -q good "$TMP/status" || fail "a slow reader made it fail"

# ---- a publisher that floods -----------------------------------------------------------------------------------------

full
publisher floods <<'END'
exec yes a line of a publisher that has much to say
END
times_out 4 to 1 gate -t 1 --exec "$TMP/floods" wait $name value
stops "to 1" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --exec "$TMP/floods" wait $name value
publisher floods <<'END'
exec yes a line of a publisher that has much to say >&2
END
times_out 4 to 2 gate -t 1 --exec "$TMP/floods" wait $name value
stops "to 2" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --exec "$TMP/floods" wait $name value
# With a reader, too.
unread() {
	"$@" >/dev/null 2>&1
}
times_out 4 unread gate -t 1 --exec "$TMP/floods" wait $name value
stops unread "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --exec "$TMP/floods" wait $name value

# ---- pipes in the place of files -------------------------------------------------------------------------------------

mkfifo "$TMP/fifo"
for option in report metrics; do
	times_out 0 gate -t 9 --$option "$TMP/fifo" wait $name value
	says "cannot write $TMP/fifo: it is a named pipe"
	[ -p "$TMP/fifo" ] || fail "the pipe was replaced"
done
# Those of a shell are as good as ever.
gate --report /dev/stdout wait $name value 2>"$TMP/err" | cat >"$TMP/report"
has "$TMP/report" '.verdict == "visible"'
times_out 0 to 1 gate -t 1 --report /dev/stdout wait $name value
says 'cannot write /dev/stdout: nobody reads it'

# What is read: a named pipe, a device.
printf '{ "server": "192.0.2.1", "key-file": "fifo" }' >"$TMP/rfc2136"
for file in "$TMP/fifo" /dev/zero; do
	for option in root-hints trust-anchor tls-ca config rfc2136; do
		timed 64 gate -t 9 --dnssec validate -r tls://127.0.0.1 --$option "$file" wait $name value
		says "$file"
		[ $took -lt 2000 ] || fail "$option $file: $took ms"
	done
	timed 64 "$PROGRAM" render "$file"
	[ $took -lt 2000 ] || fail "render $file: $took ms"
done
says 'it is a device'
run 64 gate -t 9 --root-hints "$TMP/fifo" wait $name value
says "$TMP/fifo: it is a named pipe"
# Out of a shell's pipe, with or without an end.
run 0 sh -c 'cat "$HINTS" | "$PROGRAM" --root-hints /dev/stdin --port "$PORT" -t 9 wait "$name" value'
run 64 sh -c 'yes ". 1 NS a." | "$PROGRAM" --root-hints /dev/stdin --port "$PORT" -t 9 wait "$name" value'
says 'larger than 8388608 octets'

# ---- a standard input that never ends --------------------------------------------------------------------------------

exec 7<>"$TMP/fifo"
endless() { # COMMAND...: nobody writes what it reads
	"$@" <"$TMP/fifo" 7>&-
}
last_words 'gave up after 1\.[01] s while reading standard input' times_out 1 endless gate -t 1 wait -
last_words 'ended by signal 15 while reading standard input' stops endless "$PROGRAM" wait -
times_out 1 endless gate --on-timeout proceed -t 1 wait -
open_end() { # COMMAND...: the same, out of a shell's pipe
	sleep 2 | {
		status=0
		"$@" || status=$?
		date +%s%N >"$TMP/until"
		exit $status
	}
}
last_words 'gave up after 1\.[01] s' times_out 1 open_end gate -t 1 --root-hints /dev/stdin wait $name value
stops endless "$PROGRAM" render -
# The time that it takes to come is taken off the timeout.
late() {
	(sleep 0.6; echo "$name missing") | "$@"
}
times_out 1 late gate -t 1 wait -
says 'is not visible after 0.'
