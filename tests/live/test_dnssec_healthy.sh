# SPDX-License-Identifier: ISC
# Zones signed by Knot, BIND and ldns-signzone, with NSEC, NSEC3 and opt-out, a chain across them, wildcards,
# and what is provably unsigned.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/signed.sh"

# A new record in each, all in one wait; the second server of the zone in files has it a second later.
"$PROGRAM" wait -t 30 --report "$RIG/report" _acme-challenge.new.curve.lab one _acme-challenge.new.rsa.lab two \
	_acme-challenge.new.optout.lab three _acme-challenge.new.plain.lab four 2>"$RIG/wait.log" &
gate=$!
update 'update add _acme-challenge.new.curve.lab. 1 TXT "one"'
update 'update add _acme-challenge.new.plain.lab. 1 TXT "four"'
update_at 127.1.0.21 'update add _acme-challenge.new.rsa.lab. 1 TXT "two"'
publish optout.lab '_acme-challenge.new.optout.lab. 1 TXT "three"'
reload ns1
sleep 1
reload ns2
wait $gate || fail "exit $?"
has "$RIG/report" '.verdict == "visible" and (.records | length) == 4'
has "$RIG/report" '[.records[].dnssec] == ["secure", "secure", "secure", "insecure"]'
has "$RIG/report" '.records[:3][].servers | all(.state == "present" and .dnssec == "secure")'
has "$RIG/report" '.records[3].servers | all(.state == "present" and .dnssec == "insecure")'
has "$RIG/report" '[.records[].servers | length] == [3, 2, 2, 1]'
has "$RIG/report" '[.records[].findings[] | select(.severity == "fatal" or (.id | test("F-(3[5-9]|4[019])")))] == []'

# is STATUS NAME VALUE: visible, and this is what DNSSEC says
is() {
	"$PROGRAM" wait -t 10 --report "$RIG/report" "$2" "$3" 2>"$RIG/wait.log" || fail "$2: exit $?"
	has "$RIG/report" ".records[0].dnssec == \"$1\" and (.records[0].servers | all(.state == \"present\"))"
}

# A chain is as good as its weakest link.
update_at 127.1.0.21 'update add _acme-challenge.moved.rsa.lab. 1 TXT "five"'
is secure _acme-challenge.moved.curve.lab five
is insecure _acme-challenge.open.curve.lab old
# Wildcards, and the proof that nothing nearer is there: opt-out and too many iterations prove little.
is secure a.wild.curve.lab wild
is secure a.b.wild.rsa.lab wild
is insecure a.wild.optout.lab wild
is insecure a.wild.costly.lab wild
has "$RIG/report" '[.records[0].findings[] | select(.id == "F-41")] | length >= 1 and all(.severity == "warning")'
has "$RIG/report" '[.records[0].findings[] | select(.id == "F-41")] | all(.text | test("500"))'
is secure _acme-challenge.costly.lab value
# Unsigned: proved by NSEC in lab., and by opt-out.
is insecure _acme-challenge.plain.lab old
is insecure _acme-challenge.plain.optout.lab old

# It can be too little.
status=0
"$PROGRAM" wait -t 3 --dnssec require --report "$RIG/report" _acme-challenge.plain.lab old 2>"$RIG/wait.log" || status=$?
case $status in 1 | 2) ;; *) fail "--dnssec require: exit $status for an unsigned zone" ;; esac
has "$RIG/report" '.records[0].dnssec == "insecure" and .records[0].verdict != "visible"'
"$PROGRAM" wait -t 10 --dnssec require _acme-challenge.curve.lab old 2>"$RIG/wait.log" || fail "--dnssec require: exit $?"

# Or be left out.
for name in curve.lab plain.lab; do
	"$PROGRAM" wait -t 10 --dnssec off --report "$RIG/report" _acme-challenge.$name old 2>"$RIG/wait.log" || fail "exit $?"
	has "$RIG/report" '.records[0].dnssec == "off" and (.records[0].servers | all(.dnssec == "off"))'
done
"$PROGRAM" wait -t 10 --dnssec off _acme-challenge.dead.lab value 2>"$RIG/wait.log" || fail "--dnssec off: exit $?"
