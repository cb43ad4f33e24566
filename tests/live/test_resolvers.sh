# SPDX-License-Identifier: ISC
# Unbound, BIND and Knot Resolver, asked over UDP, TCP, TLS and HTTPS: after the authoritative servers and not before, with
# what their caches hold waited out or told, and with certificates that are good or of no use.
# shellcheck shell=sh disable=SC2154

export SLOWEST=4
. "$(dirname "$1")/resolvers.sh"

${CC:-cc} -o "$RIG/measure" "$(dirname "$1")/../bench/measure.c"

# gate LABEL STATUS ARGUMENT...: dns01gate wait ends so; $RIG/LABEL.report and $RIG/LABEL.log are of it
gate() {
	label=$1
	want=$2
	shift 2
	status=0
	"$RIG/measure" "$RIG/$label.cost" "$PROGRAM" wait --report "$RIG/$label.report" "$@" 2>"$RIG/$label.log" || status=$?
	[ "$status" = "$want" ] || fail "$label: exit $status, not $want"
	[ -s "$RIG/$label.report" ] || fail "$label: no report: $(cat "$RIG/$label.log")"
}

# recursive LABEL JQ-EXPRESSION: true of the list of the resolvers' rows
recursive() {
	has "$RIG/$1.report" "[.records[0].servers[] | select(.role == \"recursive\")] | $2"
}

# in_order NUMBER NUMBER
in_order() {
	[ "$(printf '%s\n' "$@" | sort -n | head -n 1)" = "$1" ]
}

# seconds_after NUMBER: how long ago that was
seconds_after() {
	echo "$(date +%s.%N) $1" | jq -R 'split(" ") | map(tonumber) | .[0] - .[1]'
}

# is NUMBER JQ-CONDITION
is() {
	[ "$(jq -n "$1 | $2")" = true ]
}

plain='-r 127.1.0.61 -r 127.1.0.62 -r 127.1.0.63'
secure=
for kind in $RESOLVERS; do
	secure="$secure -r tls://$(address_of "$kind")@$kind.lab -r https://$kind.lab/dns-query@$(address_of "$kind")"
done

# plant NAME [KIND...]: every resolver, or those, is asked about it too early
plant() {
	planted=$1
	shift
	# shellcheck disable=SC2086
	[ $# -gt 0 ] || set -- $RESOLVERS
	for kind in "$@"; do kdig +noall +timeout=2 +retry=1 "@$(address_of "$kind")" "$planted" TXT; done
}

# ---- all of them, in all ways, and none too early -------------------------------------------------

name=_acme-challenge.new.curve.lab
transfers=$(grep -c 'curve.lab/IN: transferred serial' "$RIG/named.log")
update "update add $name. 1 TXT \"first\""
# shellcheck disable=SC2086
gate all 0 -t 30 $plain $secure $name first
# Nine at once, TLS and all.
if [ -z "${SANITIZED:-}" ]; then
	memory=$(cut -d ' ' -f 3 "$RIG/all.cost")
	[ "$memory" -lt 16384 ] || fail "$memory KiB of memory"
fi
recursive all 'length == 9 and all(.state == "present" and .ad == true and .required)'
recursive all '[.[].transport] | group_by(.) | map([.[0], length]) == [["https", 3], ["tls", 3], ["udp", 3]]'
recursive all '[.[].address] | group_by(.) | map([.[0], length]) ==
	[["127.1.0.61", 3], ["127.1.0.62", 3], ["127.1.0.63", 3]]'
has "$RIG/all.report" '.verdict == "visible" and .records[0].dnssec == "secure"'
has "$RIG/all.report" '[.records[0].servers[] | select(.role == "authoritative" and .state == "present")] | length == 3'
# When the slowest server got it, in its own words.
there=$(grep 'curve.lab/IN: transferred serial' "$RIG/named.log" | sed -n "$((transfers + 1))p" | cut -c 1-24)
[ "$there" != "" ] || fail 'the slowest server did not take it in'
there=$(date -d "$there" +%s.%N)
for kind in $RESOLVERS; do
	n=$(asked "$kind" $name)
	{ [ "$n" -ge 3 ] && [ "$n" -le 30 ]; } || fail "$kind was asked $n times"
	in_order "$there" "$(first_asked "$kind" $name)" ||
		fail "$kind was asked at $(first_asked "$kind" $name), and the slowest server had it at $there"
done

# ---- more than fits in a datagram -----------------------------------------------------------------

name=_acme-challenge.many.kept5.lab
{
	echo server 127.1.0.11
	for i in $(seq 40); do echo "update add $name. 5 TXT \"$(printf '%043d' "$i")\""; done
	echo "update add $name. 5 TXT \"value\""
	echo send
} | nsupdate -v -k "$NSUPDATE_KEY"
# shellcheck disable=SC2086
gate many 0 -t 10 $plain $name value
recursive many 'length == 3 and all(.state == "present" and .transport == "tcp")'
recursive many 'all(.values | length == 41)'

# ---- what the caches hold -------------------------------------------------------------------------

# Five seconds of "no such name", and five of another value: waited out, with few questions, and at once when they are over. A
# resolver may say it with a TTL of 0 during one more second.
early=_acme-challenge.early.kept5.lab
changed=_acme-challenge.changed.kept5.lab
# Ten minutes.
hopeless=_acme-challenge.hopeless.kept600.lab
one=_acme-challenge.one.kept600.lab
update "update add $changed. 5 TXT \"older\""
plant $hopeless
plant $one unbound
plant $early
plant $changed
begun=$(date +%s.%N)
update "update add $early. 5 TXT \"new\"" "update delete $changed. TXT" "update add $changed. 5 TXT \"newer\""
update "update add $hopeless. 60 TXT \"new\"" "update add $one. 60 TXT \"new\""

# shellcheck disable=SC2086
(
	gate early 0 -t 20 -c 1 $plain $early new
	seconds_after "$begun" >"$RIG/early.took"
) &
first=$!
# shellcheck disable=SC2086
(
	gate changed 0 -t 20 -c 1 $plain $changed newer
	seconds_after "$begun" >"$RIG/changed.took"
) &
second=$!
(
	status=0
	# shellcheck disable=SC2086
	"$PROGRAM" wait -t 5 --progress always --report "$RIG/hopeless.report" $plain $hopeless new 2>&1 || status=$?
	echo "exit $status"
) | stamped "$RIG/hopeless.log" &
third=$!
# Two of three are enough.
# shellcheck disable=SC2086
gate one 0 -t 10 --require-resolvers 2 $plain $one new
recursive one '[.[] | select(.state == "present").address] == ["127.1.0.62", "127.1.0.63"]'
has "$RIG/one.report" '.elapsed_ms < 5000'
# shellcheck disable=SC2086
gate proceed 0 -t 2 --on-timeout proceed $plain $hopeless new

wait $third
grep -q 'exit 1$' "$RIG/hopeless.log" || fail 'not exit 1 for what is held for ten minutes'
told=$(sed -n '/negative until/{s/ .*//p;q}' "$RIG/hopeless.log")
[ "$told" != "" ] || fail 'until when it is negative is not told'
is "$told - $begun" '. < 3' || fail "that it is negative is told at $told, begun at $begun"
recursive hopeless 'length == 3 and all(.state == "absent" and .retry_ms > 590000 and .retry_ms < 602000)'
has "$RIG/hopeless.report" '[.records[0].findings[] | select(.id == "F-15" and .code == "resolver-cache")] | length >= 1'
has "$RIG/hopeless.report" '.records[0].servers | all(.role == "recursive" or .state == "present")'

wait $first || exit 1
wait $second || exit 1
for kind in $RESOLVERS; do
	# Beside the question that planted it.
	for name in $early $changed; do
		n=$(($(asked "$kind" "$name") - 1))
		[ $n -le 3 ] || fail "$kind was asked $n times about $name"
	done
done
for run in early changed; do
	recursive $run 'length == 3 and all(.state == "present")'
	is "$(cat "$RIG/$run.took")" '. > 4 and . < 8.5' || fail "$run took $(cat "$RIG/$run.took") s"
done

# ---- certificates ---------------------------------------------------------------------------------

name=_acme-challenge.kept5.lab

# unusable KIND SPEC [ARGUMENT...]: not used, and not asked in another way either
unusable() {
	kind=$1
	shift
	before=$(grep -c ' IN$' "$RIG/resolver-$kind.log")
	gate "unusable-$kind" 2 -t 10 -r "$@" $name old
	recursive "unusable-$kind" 'length == 1 and all(.state == "broken" and .values == [])'
	has "$RIG/unusable-$kind.report" '[.records[0].findings[] |
		select(.id == "F-51" and .code == "resolver-unusable" and .severity == "fatal")] | length == 1'
	[ "$(grep -c ' IN$' "$RIG/resolver-$kind.log")" = "$before" ] || fail "$1 was asked"
}

for kind in wrong expired selfsigned; do
	address=$(address_of "$kind")
	unusable "$kind" "tls://$address@$kind.lab"
	unusable "$kind" "https://$kind.lab/dns-query@$address"
done
# By its address alone; and with nobody who vouches for the one that is right.
unusable wrong tls://127.1.0.64
unusable unbound tls://127.1.0.61 --tls-ca "$RIG/selfsigned.pem"
unusable unbound https://unbound.lab/dns-query@127.1.0.61 --tls-ca "$RIG/selfsigned.pem"
gate address 0 -t 10 -r tls://127.1.0.62 $name old
recursive address 'length == 1 and all(.state == "present" and .transport == "tls" and .port == 853)'

# ---- a resolver that finds bogus what is not ------------------------------------------------------

gate astray 1 -t 3 -r 127.1.0.67 _acme-challenge.curve.lab old
recursive astray 'length == 1 and all(.state == "broken" and .rcode == "SERVFAIL" and .ede != null)'
has "$RIG/astray.report" '[.records[0].findings[] | select(.id == "F-51").text |
	test("SERVFAIL, DNS.*each server.s answer is secure")] == [true]'

# What it holds to be bogus is judged here when it is asked not to.
"$PROGRAM" validate -r 127.1.0.67 -r tls://127.1.0.61@unbound.lab -r https://kresd.lab/dns-query@127.1.0.63 \
	_acme-challenge.curve.lab >"$RIG/validate" 2>"$RIG/validate.log" || fail "validate: exit $?"
jq -s -e '[.[] | select(.server | test("^127.1.0.6")) | [.server, .rcode, .status]] == [
	["127.1.0.67#53", "NOERROR", "secure"], ["127.1.0.61#853", "NOERROR", "secure"],
	["127.1.0.63#443", "NOERROR", "secure"]]' "$RIG/validate" >/dev/null || fail "$(cat "$RIG/validate")"

# ---- resolvers alone, and the system's ------------------------------------------------------------

gate skip 0 -t 10 --authoritative skip -r tls://127.1.0.61@unbound.lab $name old
has "$RIG/skip.report" '[.records[0].servers[] | [.role, .transport, .state]] == [["recursive", "tls", "present"]]'

gate public 0 -t 10 -r public $name old
recursive public '[.[].address] == ["1.1.1.1", "8.8.8.8", "9.9.9.9"] and all(.state == "present")'

printf 'nameserver 127.1.0.62\nnameserver 127.1.0.63\n' >"$RIG/resolv.conf"
mount --bind "$RIG/resolv.conf" /etc/resolv.conf
gate system 0 -t 10 -r system $name old
recursive system '[.[].address] == ["127.1.0.62", "127.1.0.63"] and all(.state == "present")'

# The C library asks three at most, and goes on where one is dead.
printf 'nameserver 127.1.0.99\nnameserver 127.1.0.62\nnameserver 127.1.0.63\nnameserver 127.1.0.67\n' >"$RIG/resolv.conf"
gate dead 0 -t 10 -r system $name old
recursive dead '[.[] | [.address, .required, .state]] ==
	[["127.1.0.99", false, "silent"], ["127.1.0.62", true, "present"], ["127.1.0.63", true, "present"]]'
has "$RIG/dead.report" '[.records[0].findings[] | select(.id == "F-51") | [.server, .severity]] == [["127.1.0.99", "warning"]]'
# None of them answers: there is nobody to go by.
printf 'nameserver 127.1.0.98\nnameserver 127.1.0.99\n' >"$RIG/resolv.conf"
gate all-dead 1 -t 4 -r system $name old
