# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# A system log that is not read, and a disk that is gone: whatever the program hangs in, it ends within 0.1 s of its
# timeout or a signal, and certbot does not ask the CA.
. "$(dirname "$1")/../cli/lib.sh"
. "$top/tests/cli/timed.sh"
start_world "$top/tests/cli/world.scn"
name=_acme-challenge.example.lab
export name

# ---- a disk that is gone -----------------------------------------------------------------------------

mkdir "$TMP/dead"
"$BUILD/dead_fs" "$TMP/dead" >"$TMP/dead.out" 9>&- &
DEAD_PID=$!
# Nobody could remove a folder of which a part is dead.
bury() {
	[ -n "$DEAD_PID" ] || return 0
	kill "$DEAD_PID"
	wait "$DEAD_PID" 2>/dev/null || :
	umount "$TMP/dead"
	DEAD_PID=
}
trap 'bury; leave' EXIT
tries=100
until grep -q mounted "$TMP/dead.out"; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "no file system"
	sleep 0.05
done
last_words 'gave up after 1\.[01] s while using the state directory' \
	times_out 1 gate -t 1 --state-dir "$TMP/dead" wait $name value
times_out 1 gate -t 1 --state-dir "$TMP/dead/below" wait $name value
last_words 'ended by signal 15 while using the state directory' \
	stops "" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$TMP/dead" wait $name value
times_out 0 gate -t 1 --on-timeout proceed --state-dir "$TMP/dead" wait $name value
for option in root-hints config trust-anchor; do
	times_out 1 gate -t 1 --dnssec validate --$option "$TMP/dead/file" wait $name value
done
# What was seen is the status, though it cannot be written down.
last_words 'gave up after 1\.[01] s while writing the report' \
	times_out 0 gate -t 1 --report "$TMP/dead/report" wait $name value
says 'is visible'
# A publisher is ended, too; one that hangs there itself, whatever it is sent.
printf '#!/bin/sh\necho $$ >"%s"\nexec sleep 100\n' "$TMP/publisher.pid" >"$TMP/publisher"
printf '#!/bin/sh\necho $$ >"%s"\ntrap "" TERM\nread line <"%s"\n' "$TMP/publisher.pid" "$TMP/dead/file" >"$TMP/hangs"
chmod +x "$TMP/publisher" "$TMP/hangs"
for publisher in publisher hangs; do
	times_out 4 gate -t 1 --exec "$TMP/$publisher" wait $name value
	! kill -0 "$(cat "$TMP/publisher.pid")" 2>/dev/null || fail "the publisher lives on"
done
# certbot is ended by the guard, as it would be else.
printf '#!/bin/sh\ntrap "echo ended >>\\"%s\\"; exit 0" TERM\nsh -c "$*"\necho asked the CA >>"%s"\n' "$TMP/log" "$TMP/log" >"$TMP/certbot"
chmod +x "$TMP/certbot"
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value DNS01GATE_ROOT_HINTS="$HINTS" DNS01GATE_PORT="$PORT" \
	"$TMP/certbot" "$PROGRAM" -t 1 --state-dir "$TMP/dead" --veto certbot auth
[ "$(cat "$TMP/log")" = ended ] || fail "no veto: $(cat "$TMP/log")"
bury

# ---- a log that is not read --------------------------------------------------------------------------

mkdir "$TMP/dev"
mount -t tmpfs tmpfs "$TMP/dev"
for device in null zero full random urandom; do
	: >"$TMP/dev/$device"
	mount --bind /dev/$device "$TMP/dev/$device"
done
mount --move "$TMP/dev" /dev
"$BUILD/log_sink" /dev/log >"$TMP/log" 9>&- &
SINK_PID=$!
tries=100
until [ -S /dev/log ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "no log"
	sleep 0.05
done
kill -STOP $SINK_PID
# Until there is no more room.
yes | timeout 1 logger -u /dev/log && fail "the log is never full"
times_out 1 gate --log syslog -v -t 1 wait $name missing
stops "" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --log syslog -v wait $name missing
timed 0 gate --log syslog -v -t 9 wait $name value
[ $took -lt 4000 ] || fail "it took $took ms to open the gate"
kill -CONT $SINK_PID
run 1 gate --log syslog -t 1 wait $name missing
tries=100
until grep -q "]: $name. is not visible after 1\." "$TMP/log"; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "the log gets nothing: $(cat "$TMP/log")"
	sleep 0.05
done
kill $SINK_PID
wait $SINK_PID 2>/dev/null || :
