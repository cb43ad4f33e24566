# SPDX-License-Identifier: ISC
# Knot, NSD and BIND: the gate opens when the slowest shows the record, and names it meanwhile.
# shellcheck shell=sh disable=SC2154

# shellcheck disable=SC2034
SLOWEST=5
. "$(dirname "$1")/plain.sh"

# The slowest has just refreshed, so that it does not do so again for seconds.
update 'add before.example.lab. 60 TXT "before"'
wait_for 20 shows 127.1.0.13 before.example.lab before

name=_acme-challenge.www.example.lab
update "add $name. 60 TXT \"first\""
"$PROGRAM" wait -t 30 --report "$RIG/report" $name first 2>"$RIG/wait.log" || fail "exit $?"
for a in 11 12 13; do
	shows "127.1.0.$a" $name first || fail "127.1.0.$a does not show it"
done
has "$RIG/report" '.verdict == "visible" and (.records[0].servers | length) == 4'
has "$RIG/report" '.records[0].servers | all(.state == "present" and .aa and .confirmations >= 3)'
has "$RIG/report" '[.records[0].servers[] | select(.address == "127.1.0.13")][0].name == "ns3.example.lab."'
has "$RIG/report" '[.records[0].servers[] | select(.address == "fd00:1::11")][0].state == "present"'
has "$RIG/report" '.records[0].zone == "example.lab." and .records[0].findings == []'
has "$RIG/report" '.elapsed_ms > 1000'
grep -q 'missing: .*ns3.example.lab. 127.1.0.13 (NXDOMAIN' "$RIG/wait.log" || fail "the laggard is not named"
grep -q 'ns3.example.lab. 127.1.0.13: present' "$RIG/wait.log" || fail "its arrival is not told"

# A CNAME into another zone: each link on its own zone's servers.
name=_acme-challenge.moved.example.lab
update 'add moved.acme.lab. 60 TXT "second"'
"$PROGRAM" wait -t 30 --report "$RIG/report" $name second 2>"$RIG/wait.log" || fail "exit $?"
has "$RIG/report" '.records[0].chain == ["_acme-challenge.moved.example.lab.", "moved.acme.lab."]'
has "$RIG/report" '[.records[0].servers[] | select(.required)] | length == 8'
for a in 11 12 13; do
	shows "127.1.0.$a" moved.acme.lab second || fail "127.1.0.$a does not show it"
done

# Sixty old values: TCP, with real servers' truncation.
for i in $(seq 60); do
	echo "update add _acme-challenge.old.example.lab. 60 TXT \"$(printf '%043d' "$i")\""
done | { echo "server 127.1.0.11"; cat; echo "update add _acme-challenge.old.example.lab. 60 TXT \"third\""; echo send; } |
	nsupdate -v -k "$NSUPDATE_KEY"
"$PROGRAM" wait -t 30 --report "$RIG/report" _acme-challenge.old.example.lab third 2>"$RIG/wait.log" || fail "exit $?"
has "$RIG/report" '.records[0].servers | all(.transport == "tcp")'

# A domain that nobody delegated.
status=0
"$PROGRAM" wait -t 30 --report "$RIG/report" _acme-challenge.nobody.lab x 2>"$RIG/wait.log" || status=$?
[ $status = 2 ] || fail "exit $status for a domain that is not delegated"
has "$RIG/report" '.records[0].findings[0].id == "F-46"'

# A zone that the servers do not have: refused by Knot and BIND and NSD alike.
status=0
"$PROGRAM" wait -t 2 --server 127.1.0.11 --server 127.1.0.12 --server 127.1.0.13 --report "$RIG/report" \
	_acme-challenge.other.test x 2>"$RIG/wait.log" || status=$?
[ $status = 2 ] || fail "exit $status for a zone that no server has"
has "$RIG/report" '.records[0].servers | all(.state == "refused")'

# One family.
"$PROGRAM" wait -4 -t 30 --report "$RIG/report" _acme-challenge.www.example.lab first 2>"$RIG/wait.log" || fail "exit $?"
has "$RIG/report" '.records[0].servers | length == 3'
"$PROGRAM" wait -6 --server fd00:1::11 --server 127.1.0.12 -t 30 --report "$RIG/report" \
	_acme-challenge.www.example.lab first 2>"$RIG/wait.log" || fail "exit $?"
has "$RIG/report" '[.records[0].servers[].address] == ["fd00:1::11"]'
