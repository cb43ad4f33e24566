# SPDX-License-Identifier: ISC
# What a CA would call bogus: servers with yesterday's signatures, tomorrow's, others' or none; a DS that
# no key matches, no proof that there is no DS; and a clock that is wrong.
# shellcheck shell=sh disable=SC2154

PARTS='curve files'
. "$(dirname "$1")/signed.sh"

# refused STATUS SECONDS ARGUMENT...: that exit status, and the report
refused() {
	wanted=$1
	seconds=$2
	shift 2
	status=0
	"$PROGRAM" wait -t "$seconds" --report "$RIG/report" "$@" 2>"$RIG/wait.log" || status=$?
	[ $status = "$wanted" ] || { cat "$RIG/report"; fail "$*: exit $status, not $wanted"; }
}

# finds ID SEVERITY ZONE NS WORDS: such a finding of that server
finds() {
	case $4 in
	ns1) server="\"ns1.$3. 127.1.0.31\"" ;;
	ns2) server="\"ns2.$3. 127.1.0.32\"" ;;
	*) server=.server ;;
	esac
	has "$RIG/report" "[.records[0].findings[] | select(.id == \"$1\" and .severity == \"$2\" and .server == $server
		and (.text | test(\"$5\")))] | length >= 1"
}

# One of two: it may yet be mended, and the other is good.
for case in 'stale F-35 expired' 'early F-35 .*' 'forged F-38 .*' 'stripped F-36 .*'; do
	set -- $case
	zone=$1.lab
	refused 1 2 _acme-challenge.$zone value
	has "$RIG/report" '.verdict == "timeout" and .elapsed_ms <= 2200'
	finds "$2" wait $zone ns2 "$3"
	has "$RIG/report" "[.records[0].findings[] | select(.server == \"ns1.$zone. 127.1.0.31\" and (.id | test(\"F-3[5-9]\")))] == []"
	has "$RIG/report" '[.records[0].servers[] | select(.address == "127.1.0.31")][0] | .state == "present" and .dnssec == "secure"'
	has "$RIG/report" '[.records[0].servers[] | select(.address == "127.1.0.32")][0] | .state == "bogus" and .dnssec == "bogus"'
	grep -q "ns2.$zone. 127.1.0.32" "$RIG/wait.log" || fail "the server is not named"
done

# It is mended.
"$PROGRAM" wait -t 20 --report "$RIG/report" _acme-challenge.stale.lab value 2>"$RIG/wait.log" &
gate=$!
sleep 1
cp "$RIG/ns1/stale.lab" "$RIG/ns2/stale.lab"
reload ns2
wait $gate || fail "exit $? after new signatures"
has "$RIG/report" '.verdict == "visible" and .elapsed_ms > 900 and .records[0].dnssec == "secure"'

# All: nothing to wait for.
refused 2 30 _acme-challenge.dead.lab value
has "$RIG/report" '.verdict == "fault" and .elapsed_ms < 15000 and .records[0].dnssec == "bogus"'
finds F-35 fatal dead.lab any expired

# The parent's DS matches no key: told at once, with what the registrar needs to know.
refused 2 30 _acme-challenge.broken.lab value
has "$RIG/report" '.verdict == "fault" and .elapsed_ms < 5000 and .records[0].dnssec == "bogus"'
tag=$(ds_of other-broken.lab | awk '{ print $5 }')
has "$RIG/report" "[.records[0].findings[] | select(.id == \"F-37\" and .severity == \"fatal\")][0]
	| (.text + \" \" + .advice) | test(\"broken.lab\") and test(\"key tag $tag, algorithm 13, digest type 2\") and test(\"registrar\")"
grep -q "key tag $tag" "$RIG/wait.log" || fail "the DS is not told"

# The parent does not prove that there is none.
refused 2 30 _acme-challenge.unproved.lab old
has "$RIG/report" '.verdict == "fault" and .elapsed_ms < 15000 and .records[0].dnssec == "bogus"'
finds F-40 fatal unproved.lab any unproved.lab

# A clock that is wrong by a year: not the zones' fault.
for now in $((NOW - 365 * DAY)) "$(date -u -d "@$((NOW + 365 * DAY))" +%Y%m%d%H%M%S)"; do
	refused 3 20 --now "$now" _acme-challenge.curve.lab old
	has "$RIG/report" '.verdict == "environment" and .elapsed_ms < 10000'
	has "$RIG/report" '[.records[0].findings[] | select(.id == "F-49")][0].text | test("clock")'
done
