# shellcheck shell=sh
# SPDX-License-Identifier: ISC
# --log syslog: in a /dev of our own, where the test is the system's log.
. "$(dirname "$0")/../cli/lib.sh"
name=_acme-challenge.example.lab

mkdir "$TMP/dev"
mount -t tmpfs tmpfs "$TMP/dev"
for device in null zero full random urandom; do
	: >"$TMP/dev/$device"
	mount --bind /dev/$device "$TMP/dev/$device"
done
mount --move "$TMP/dev" /dev
"$BUILD/log_sink" /dev/log >"$TMP/log" &
SINK_PID=$!
tries=100
until [ -S /dev/log ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "no log"
	sleep 0.05
done
start_world "$top/tests/cli/world.scn"

# logged PRIORITY TEXT: now or in a moment
logged() {
	tries=60
	until grep -F -e "$2" "$TMP/log" | grep -q -E "^<$1>.* dns01gate\[[0-9]+\]: [^ ]"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "not logged as $1: $2
$(cat "$TMP/log")"
		sleep 0.05
	done
}

# Priorities are those of the facility daemon (24): err 3, warning 4, notice 5, info 6.
run 0 gate --log syslog wait $name value
silent
no_output
logged 29 "$name. is visible on all 3 server addresses"
[ "$(wc -l <"$TMP/log")" = 1 ] || fail "not one line"
run 1 gate --log syslog -v -t 3 wait $name missing
silent
logged 30 ' of 3 server addresses show it'
logged 27 "$name. is not visible after 3."
logged 28 ']: F-05 wait: wrong value everywhere'
logged 28 ']: Compare the value'
run 0 gate --log syslog --on-timeout proceed -t 0.5 wait $name missing
logged 28 'going on all the same'
run 1 gate --log syslog -t 1 wait _acme-challenge.hostile.example.lab value
logged 28 '\027[31mred'
[ "$(tr -d '\n -~' <"$TMP/log" | wc -c)" = 0 ] || fail "unprintable octets"
! grep -q -F '\n' "$TMP/log" || fail "two lines in one message"

# stdout is as ever, and so are mistakes in the options; those in what they are for are logged.
run 0 gate --log syslog --json wait $name value
has "$TMP/out" '.verdict == "visible"'
run 64 gate --log syslog --frobnicate wait $name value
says 'unknown option'
run 64 gate --log syslog wait a..lab value
silent
logged 27 '"a..lab" is not a domain name'
run 64 gate --log journal wait $name value
says '"journal" is neither syslog nor stderr'

# A veto: certbot would lose what its hook says.
printf '#!/bin/sh\ntrap "exit 1" TERM\nsh -c "$*" 2>/dev/null\n' >"$TMP/certbot"
chmod +x "$TMP/certbot"
run 1 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=missing DNS01GATE_ROOT_HINTS="$HINTS" DNS01GATE_PORT="$PORT" \
	"$TMP/certbot" "$PROGRAM" -t 1 --veto certbot auth
logged 27 "$name. is not visible after 1."
logged 27 ']: F-05 wait: wrong value everywhere'
logged 27 ']: --veto: certbot (process'
lines=$(wc -l <"$TMP/log")
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value DNS01GATE_ROOT_HINTS="$HINTS" DNS01GATE_PORT="$PORT" \
	"$TMP/certbot" "$PROGRAM" --veto certbot auth
[ "$(wc -l <"$TMP/log")" = "$lines" ] || fail "logged without a veto"

# -q; from the environment; stderr again.
: >"$TMP/log"
run 0 env DNS01GATE_LOG=syslog "$PROGRAM" --root-hints "$HINTS" --port "$PORT" -q wait $name value
silent
[ ! -s "$TMP/log" ] || fail "not quiet"
run 0 env DNS01GATE_LOG=syslog "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --log stderr wait $name value
says 'is visible'
[ ! -s "$TMP/log" ] || fail "logged all the same"

# Without a log the verdict stands.
kill "$SINK_PID"
wait "$SINK_PID" 2>/dev/null || true
rm /dev/log
run 0 gate --log syslog wait $name value
silent
run 1 gate --log syslog -t 1 wait $name missing
