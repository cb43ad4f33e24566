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
