#!/bin/sh
# SPDX-License-Identifier: ISC
# A signal ends the wait at once, with 128 and its number.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"

for pair in INT:130 TERM:143 HUP:129; do
	before=$(date +%s%N)
	# The shell becomes the program, so that its id is known beforehand and SIGINT is not ignored.
	run ${pair#*:} sh -c '(sleep 0.5; kill -"$1" $$) & exec "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
		wait -t 20 --settle 5 _acme-challenge.late.example.lab v' sh ${pair%:*}
	[ $((($(date +%s%N) - before) / 1000000)) -lt 3000 ] || fail "it took long to end"
	says 'ended by signal'
	no_output
done

# While it settles after success, too.
run 143 sh -c '(sleep 1.5; kill -TERM $$) & exec "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
	wait -t 20 --settle 10 _acme-challenge.example.lab value'
says 'is visible'

# A caller that ignores a signal, as nohup does, has its wish.
run 1 sh -c 'trap "" HUP; (sleep 0.5; kill -HUP $$) & exec "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
	wait -t 2 _acme-challenge.late.example.lab v'

# One that had them all blocked, as Apache's threads have, does not.
run 143 sh -c '(sleep 0.5; kill -TERM $$) & exec env --block-signal "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
	wait -t 20 _acme-challenge.late.example.lab v'
says 'ended by signal'

# Beyond the limit for the size of files: what could not be written is said, nothing is left, and the verdict stands. The
# limit is for files alone: what the program says goes through a pipe.
limited() { # STATUS COMMAND...
	want=$1
	shift
	: >"$TMP/out"
	{ (ulimit -f 0 && exec "$@" 2>&1 >>"$TMP/out") && echo 0 >&4 || echo $? >&4; } 4>"$TMP/status" | cat >"$TMP/err"
	[ "$(cat "$TMP/status")" = "$want" ] || fail "exit $(cat "$TMP/status"), not $want: $*"
}
mkdir "$TMP/limited"
limited 0 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$TMP/limited/state" --report "$TMP/limited/report" \
	--metrics "$TMP/limited/metrics" wait _acme-challenge.example.lab value
says 'is visible'
says "cannot write $TMP/limited/report: File too large"
says "cannot write $TMP/limited/metrics: File too large"
[ -z "$(find "$TMP/limited" -type f)" ] || fail "left: $(find "$TMP/limited" -type f)"
# Standard output is such a file: as one that is full.
limited 70 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --json wait _acme-challenge.example.lab value
says 'cannot write to stdout: File too large'
limited 70 "$PROGRAM" --help
# A publisher has the signal as the caller had it: it ends it, or does not.
cat >"$TMP/publisher" <<'EOF'
#!/bin/sh
awk '$1 ~ /^Sig(Ign|Cgt):$/ { print $1, substr($2, length($2) - 6, 1) }' /proc/self/status >&2
EOF
chmod +x "$TMP/publisher"
run 0 gate --exec "$TMP/publisher" wait _acme-challenge.example.lab value
says 'SigIgn: 0'
says 'SigCgt: 0'
run 0 sh -c 'trap "" XFSZ; exec "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --exec "$1" wait _acme-challenge.example.lab value' sh "$TMP/publisher"
says 'SigIgn: 1'
says 'SigCgt: 0'
