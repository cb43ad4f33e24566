#!/bin/sh
# SPDX-License-Identifier: ISC
# What is printed, and where; streams that are closed, full or broken.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
name=_acme-challenge.example.lab

# At once: one line; with -q none. stdout is certbot's to keep: empty.
run 0 gate wait $name value
lines 1
says "dns01gate: $name. is visible on all 3 server addresses of example.lab."
no_output
run 0 gate -q wait $name value
silent
no_output
run 0 gate wait $name value _acme-challenge.b.example.lab b
lines 1

# No escape sequence where there is no terminal, whatever is asked for.
for p in auto always never; do
	run 1 gate --progress $p -v -t 3 wait $name missing
	no_output
	! grep -q "$(printf '\033')" "$TMP/err" || fail "an escape sequence"
done
run 1 gate -t 3 wait $name missing
says 'after 2.0 s: 0 of 3 server addresses show it; missing: '
says 'F-05 wait: wrong value everywhere'
says 'is not visible after 3.0 s'
run 1 gate --progress never -t 3 wait $name missing
! grep -q 'after 2' "$TMP/err" || fail "progress, though never"

# What a server sends, or a caller gives, moves no cursor and forges no line.
run 1 gate -v -t 3 wait _acme-challenge.hostile.example.lab value
says '\027[31mred\027]0;title\007\013\010forged line\155'
[ "$(tr -d '\n -~' <"$TMP/err" | wc -c)" = 0 ] || fail "unprintable octets"
run 64 gate wait "$(printf 'a\033[2Jb.lab')" v
[ "$(tr -d '\n -~' <"$TMP/err" | wc -c)" = 0 ] || fail "unprintable octets"

# proceed: exit 0, and a warning.
run 0 gate --on-timeout proceed -t 1 wait $name missing
says 'is not visible after'
says 'going on all the same'
run 2 gate --on-timeout proceed -t 5 wait _acme-challenge.quoted.example.lab value

# The report: on stdout alone, in a file at once, with the user's umask.
run 0 gate --json wait $name value
has "$TMP/out" '.program == "dns01gate" and .schema == 1 and .verdict == "visible"'
has "$TMP/out" '.records[0] | has("name", "values", "verdict", "chain", "zone", "dnssec", "visible_ms", "servers", "findings")'
has "$TMP/out" '.records[0].servers[0] | has("role", "name", "address", "port", "transport", "required", "state", "rcode", "aa", "dnssec", "serial", "ttl", "rtt_ms", "nsid", "values", "queries", "confirmations", "first_present_ms", "retry_ms")'
has "$TMP/out" '.started | test("^20[0-9-]+T[0-9:]+Z$")'
has "$TMP/out" '.records[0].dnssec == "off"'
(umask 027 && run 0 gate --report "$TMP/report" wait $name value)
has "$TMP/report" '.verdict == "visible"'
[ "$(stat -c %a "$TMP/report")" = 640 ] || fail "mode $(stat -c %a "$TMP/report")"
[ "$(ls "$TMP" | grep -c report)" = 1 ] || fail "something beside the report is left"
run 1 gate --report "$TMP/report" -t 1 wait $name missing
has "$TMP/report" '.verdict == "timeout" and .records[0].findings[0].id == "F-05"'
has "$TMP/report" '.records[0].findings[0] | has("id", "code", "severity", "server", "text", "advice", "ca_text")'

# What a killed run has left beside it goes, when it is old; what others have there stays.
mkdir "$TMP/reports"
for f in .dns01gate-0123456789abcdef .dns01gate-0123456789abcdee report.XbcDe0 .dns01gate-config .dns01gate-0123456789ABCDEF; do
	echo >"$TMP/reports/$f"
done
touch -d '11 minutes ago' "$TMP"/reports/.dns01gate-* "$TMP/reports/report.XbcDe0"
touch "$TMP/reports/.dns01gate-0123456789abcdee"
run 0 gate --report "$TMP/reports/report" wait $name value
has "$TMP/reports/report" '.verdict == "visible"'
[ "$(ls -A "$TMP/reports" | LC_ALL=C sort | tr '\n' ' ')" = ".dns01gate-0123456789ABCDEF .dns01gate-0123456789abcdee .dns01gate-config report report.XbcDe0 " ] ||
	fail "left: $(ls -A "$TMP/reports")"

# A report that cannot be written is said, and the verdict stands.
run 0 gate --report "$TMP/no/such/folder/report" wait $name value
says 'cannot write'
run 0 gate --report /dev/full wait $name value
says 'cannot write /dev/full: No space left on device'
[ -c /dev/full ] || fail "/dev/full was replaced"
run 70 sh -c '"$PROGRAM" --root-hints "$HINTS" --port "$PORT" --json wait '$name' value >/dev/full'
run 70 sh -c '"$PROGRAM" --help >/dev/full'

# Closed streams: no socket takes their place, and the verdict stands.
run 0 sh -c '"$PROGRAM" --root-hints "$HINTS" --port "$PORT" wait '$name' value <&- >&- 2>&-'
run 0 sh -c '"$PROGRAM" --root-hints "$HINTS" --port "$PORT" -v wait '$name' value 2>/dev/full'
run 1 sh -c '"$PROGRAM" --root-hints "$HINTS" --port "$PORT" -t 1 wait '$name' missing 2>&-'
# A reader that goes away.
run 0 sh -c '{ "$PROGRAM" --root-hints "$HINTS" --port "$PORT" -v wait '$name' value 2>&1; echo $? >&3; } 3>"$0" | true' "$TMP/status"
[ "$(cat "$TMP/status")" = 0 ] || fail "exit $(cat "$TMP/status") when nobody reads"

# A record that is no digest: waited for as any other, and no words of the CA's about digests.
run 0 gate wait _validation-persist.example.lab 'ca.example; accounturi=https://ca.example/acct/1'
run 1 gate --json check _validation-persist.example.lab 'ca.example; accounturi=https://ca.example/acct/2'
has "$TMP/out" '[.records[0].findings[] | [.id, .ca_text]] == [["F-05", null]]'
