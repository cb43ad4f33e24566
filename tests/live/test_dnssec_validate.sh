# SPDX-License-Identifier: ISC
# dns01gate validate, server by server: its verdicts are those expected, and Unbound's when it has that
# server alone to ask; and delv's.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/signed.sh"

# The time of it all; now, if empty.
at=

# judged SERVER ZONE NAME TYPE: Unbound's word
judged() {
	unbound_config 'validator iterator' "trust-anchor-file: \"$ANCHOR\"" 'val-sig-skew-min: 0' 'val-sig-skew-max: 0' |
		sed '/^remote-control/,$d' >"$RIG/judge.conf"
	[ "$at" = "" ] || printf '  val-override-date: "%s"\n' "$(date -u -d "@$at" +%Y%m%d%H%M%S)" >>"$RIG/judge.conf"
	printf 'stub-zone:\n  name: "%s"\n  stub-addr: %s\n' "$2" "$1" >>"$RIG/judge.conf"
	unbound-host -v -C "$RIG/judge.conf" -t "$4" "$3" 2>&1 | sed -n 's/.*(\(secure\|insecure\|BOGUS\).*/\1/p' |
		head -n 1 | tr BOGUS bogus
}

# validates STATUS NAME TYPE [OPTION...]: the lines, as an array sorted by server
validates() {
	wanted=$1
	status=0
	shift
	name=$1
	type=$2
	shift 2
	"$PROGRAM" validate ${at:+--now "$at"} "$@" "$name" "$type" >"$RIG/lines" 2>"$RIG/validate.log" || status=$?
	cat "$RIG/lines" "$RIG/validate.log" >"$RIG/said.log"
	[ $status = "$wanted" ] || fail "validate $name $type: exit $status, not $wanted"
	jq -s 'sort_by(.server)' "$RIG/lines" >"$RIG/array" || fail "validate $name $type: not JSON"
	[ "$(wc -l <"$RIG/lines")" = "$(jq length "$RIG/array")" ] || fail "validate $name $type: not a line a server"
}

# The servers of a zone, in order.
servers_of() {
	case $1 in
	curve.lab) echo 127.1.0.11 127.1.0.12 127.1.0.13 ;;
	rsa.lab) echo 127.1.0.12 127.1.0.21 ;;
	plain.* | unproved.lab) echo 127.1.0.11 ;;
	*) echo 127.1.0.31 127.1.0.32 ;;
	esac
}

# agree ZONE LABELS TYPE STATUS...: of each server of ZONE; one alone is for all of them
agree() {
	zone=$1
	name=${2:+$2.}$1
	type=$3
	shift 3
	all=$1
	expected=
	for server in $(servers_of "$zone"); do
		verdict=$(judged "$server" "$zone" "$name" "$type")
		[ "$verdict" = "$1" ] || fail "Unbound finds $name $type at $server '$verdict', not $1"
		expected="$expected${expected:+,}{\"server\":\"$server#53\",\"status\":\"$1\"}"
		[ $# = 1 ] || { all="$all $2" && shift; }
	done
	case $all in *bogus*) wanted=1 ;; *) wanted=0 ;; esac
	validates $wanted "$name" "$type"
	has "$RIG/array" "map({server, status}) == [$expected]"
}

# says NUMBER EDE FINDING: that line of the last answer
says() {
	has "$RIG/array" ".[$1] | .ede == $2 and .finding == \"$3\" and (.reason | length) > 0"
}

for zone in curve.lab rsa.lab; do
	for type in TXT A CAA; do agree $zone _acme-challenge $type secure; done
	for type in SOA NS DNSKEY MX; do agree $zone '' $type secure; done
	has "$RIG/array" 'map(.rcode) | unique == ["NOERROR"]'
	has "$RIG/array" 'all(.ede == null and .finding == null)'
	# Nothing at all, an empty non-terminal, a wildcard, and what that lacks.
	agree $zone nothing.here TXT secure
	has "$RIG/array" 'map(.rcode) | unique == ["NXDOMAIN"]'
	agree $zone wild TXT secure
	agree $zone a.b.wild TXT secure
	agree $zone a.b.wild MX secure
done
has "$RIG/array" 'map(.name) == ["ns2.rsa.lab.", "ns1.rsa.lab."]'

agree optout.lab _acme-challenge TXT secure
agree optout.lab nothing TXT insecure
agree optout.lab a.wild TXT insecure
agree costly.lab _acme-challenge TXT secure
agree costly.lab nothing TXT insecure
says 0 27 F-41
agree plain.lab _acme-challenge TXT insecure
agree plain.lab nothing TXT insecure
agree plain.optout.lab _acme-challenge TXT insecure

for name in _acme-challenge nothing; do
	agree stale.lab $name TXT secure bogus
	says 1 7 F-35
	agree early.lab $name TXT secure bogus
	says 1 8 F-35
	agree dead.lab $name TXT bogus
	says 0 7 F-35
	says 1 7 F-35
	agree broken.lab $name TXT bogus
	says 0 9 F-37
	agree forged.lab $name TXT secure bogus
	has "$RIG/array" '.[1].finding == "F-38"'
	agree stripped.lab $name TXT secure bogus
done
agree stripped.lab _acme-challenge TXT secure bogus
# On a busy machine a look may be over before the other server has told the keys: bogus for another reason.
tries=6
until jq -e '.[1] | .ede == 10 and .finding == "F-36"' "$RIG/array" >/dev/null; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "never F-36"
	agree stripped.lab _acme-challenge TXT secure bogus
done
agree hollow.lab _acme-challenge TXT secure
agree hollow.lab nothing TXT secure bogus
says 1 12 F-39
agree hollow.lab _acme-challenge MX secure bogus
says 1 12 F-39
agree unproved.lab _acme-challenge TXT bogus
has "$RIG/array" '.[0].finding == "F-40"'

# The default type; a type by its number.
"$PROGRAM" validate _acme-challenge.curve.lab >"$RIG/lines" || fail "no type: exit $?"
[ "$(grep -c '"status": *"secure"' "$RIG/lines")" = 3 ] || fail "no type: $(cat "$RIG/lines")"
validates 0 curve.lab TYPE48
has "$RIG/array" 'map(.status) == ["secure", "secure", "secure"]'

# To the second, with no slack: from yesterday for eight days.
at=$((NOW - DAY))
agree optout.lab _acme-challenge TXT secure
at=$((at - 1))
agree optout.lab _acme-challenge TXT bogus
says 0 8 F-35
at=$((NOW + 7 * DAY))
agree optout.lab _acme-challenge TXT secure
at=$((at + 1))
agree optout.lab _acme-challenge TXT bogus
says 0 7 F-35
at=

# delv asks the recursor, and judges by itself.
sed 's/.*DS[[:space:]]*\(.*\) \([^ ]*\)$/trust-anchors { . static-ds \1 "\2"; };/' "$ANCHOR" >"$RIG/delv.keys"
for zone in curve.lab rsa.lab optout.lab costly.lab plain.lab plain.optout.lab; do
	validates 0 _acme-challenge.$zone TXT
	case $(jq -r '.[0].status' "$RIG/array") in
	secure) words='; fully validated' ;;
	*) words='; unsigned answer' ;;
	esac
	delv -a "$RIG/delv.keys" +root=. @127.1.0.53 _acme-challenge.$zone TXT >"$RIG/delv.log" 2>&1 || fail "delv $zone: exit $?"
	[ "$(head -n 1 "$RIG/delv.log")" = "$words" ] || fail "delv says of $zone not $words"
done

# What the recursor gives, asked not to judge, is judged like a server's own answer.
for zone in curve.lab:0:secure rsa.lab:0:secure optout.lab:0:secure plain.lab:0:insecure broken.lab:1:bogus dead.lab:1:bogus; do
	words=${zone##*:}
	status=${zone#*:}
	validates "${status%:*}" _acme-challenge.${zone%%:*} TXT -r 127.1.0.53
	has "$RIG/array" ".[-1] | .server == \"127.1.0.53#53\" and .status == \"$words\""
done

# An alias into an unsigned zone, all in one answer.
validates 0 _acme-challenge.open.curve.lab TXT -r 127.1.0.53
has "$RIG/array" '.[-1] | .server == "127.1.0.53#53" and .status == "insecure" and .owner == "_acme-challenge.open.curve.lab."'

# No way to the root.
printf '. 3600 NS a.root.\na.root. 3600 A 127.1.9.9\n' >"$RIG/lost.hints"
validates 3 _acme-challenge.curve.lab TXT --root-hints "$RIG/lost.hints" -t 5
