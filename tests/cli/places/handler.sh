#!/bin/sh
# SPDX-License-Identifier: ISC
# One request on standard input, one response on standard output: Globalping and Open MPIC as they are documented, and
# otherwise. $TMP/mode says which; $TMP/cells has the state that each probe sees at each address.
set -eu
cr=$(printf '\r')
read -r method path _
length=0 token=
while read -r line; do
	line=${line%"$cr"}
	case $line in
	'') break ;;
	[Cc]ontent-[Ll]ength:*) length=${line#*: } ;;
	Authorization:* | x-api-key:*) token=$line ;;
	esac
done
body=$(head -c "$length")
mode=$(cat "$TMP/mode")
echo "$method $path $token" >>"$TMP/requests"

# respond STATUS HEADER BODY
respond() {
	printf 'HTTP/1.1 %s X\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n' "$1" "${#3}"
	[ -z "$2" ] || printf '%s\r\n' "$2"
	printf '\r\n%s' "$3"
	exit 0
}
error() {
	respond "$1" "${4:-}" "{\"error\": {\"type\": \"$2\", \"message\": \"$3\"}}"
}

# ---- what both may do ------------------------------------------------------------------------------
case $mode in
401) respond 401 "" "" ;;
500) respond 500 "" "oops" ;;
503) error 503 unavailable "later" "Retry-After: 7" ;;
redirect) respond 302 "Location: http://127.0.0.1:1/" "" ;;
mute) sleep 30; exit 0 ;;
hangup) exit 0 ;;
garbled) respond 200 "" "$(head -c 300 /dev/urandom | base64 -w0)" ;;
nothttp) echo hello; exit 0 ;;
huge)
	printf 'HTTP/1.1 200 X\r\nConnection: close\r\n\r\n"'
	head -c 2000000 /dev/zero | tr '\0' x
	exit 0
	;;
deep) respond 200 "" "$(printf '%0500d' 0 | tr 0 '[')" ;;
many) respond 200 "" "[$(yes 1, | head -60000 | tr -d '\n')1]" ;;
long-header)
	printf 'HTTP/1.1 200 X\r\nA: '
	head -c 200000 /dev/zero | tr '\0' x
	exit 0
	;;
esac

# ---- Open MPIC ------------------------------------------------------------------------------------
if [ "$path" = /api/mpic ]; then
	printf '%s' "$body" >"$(mktemp "$TMP/mpic.XXXXXX")"
	digest=$(printf '%s' "$body" | jq -r .dcv_check_parameters.key_authorization_hash)
	answer=$(jq -c -n --arg mode "$mode" --arg digest "$digest" '
		def seen($ok): {check_passed: $ok, check_completed: true, errors: (if $ok then [] else [{error_type: "x", error_message: "no \u001b[31msuch"}] end),
			details: {records_seen: (if $ok then ["old", $digest] else [] end), response_code: 0, ad_flag: true, found_at: "x", cname_chain: []}};
		["us-east-1", "us-west-2", "eu-west-2", "eu-central-1", "ap-northeast-1", "sa-east-1"] as $codes |
		{is_valid: true, mpic_completed: ($mode != "incomplete"),
		 perspectives: [range(6) as $i | {perspective_code: $codes[$i], check_response: seen(
			if $mode == "one" then $i != 1 elif $mode == "three" then $i > 2 elif $mode == "none" then false else true end)}]} |
		if $mode == "lies" then .perspectives[].check_response.details.records_seen = ["other"] else . end |
		if $mode == "unfinished" then .perspectives[].check_response.check_completed = false else . end |
		if $mode == "nobody" then .perspectives = [] else . end')
	respond 200 "" "$answer"
fi

# ---- Globalping -----------------------------------------------------------------------------------
mkdir -p "$TMP/m"
if [ "$method" = POST ]; then
	printf '%s' "$body" >"$(mktemp "$TMP/order.XXXXXX")"
	case $mode in
	400) error 400 validation_error "resolver: private addresses are refused" ;;
	422) error 422 no_probes_found "No matching probes found" ;;
	429) error 429 rate_limit_exceeded "Too many" "Retry-After: 3000" ;;
	credits) error 429 insufficient_credits "No credit" ;;
	expired)
		if printf '%s' "$body" | jq -e '.locations | type == "string"' >/dev/null && [ ! -e "$TMP/expired" ]; then
			: >"$TMP/expired"
			error 422 no_probes_found "The id has expired"
		fi
		;;
	noid) respond 202 "" '{"probesCount": 5}' ;;
	badid) respond 202 "" '{"id": "../../etc", "probesCount": 5}' ;;
	esac
	id=id$(ls "$TMP/m" | wc -l)x
	printf '%s' "$body" >"$TMP/m/$id"
	respond 202 "" "{\"id\": \"$id\", \"probesCount\": 5}"
fi
id=${path##*/}
[ -f "$TMP/m/$id" ] && [ "$mode" != 404 ] || error 404 not_found "no such measurement"
case $mode in
slow | endless)
	if [ $mode = endless ] || [ ! -e "$TMP/m.$id" ]; then
		: >"$TMP/m.$id"
		respond 200 "" "$(jq -c --arg id "$id" '{id: $id, type, status: "in-progress", target, probesCount: 5, results: []}' "$TMP/m/$id")"
	fi
	;;
hasty)
	if [ ! -e "$TMP/m.$id" ]; then
		: >"$TMP/m.$id"
		error 429 too_many_requests "slow down" "Retry-After: 1"
	fi
	;;
esac
answer=$(jq -c --arg id "$id" --arg mode "$mode" --slurpfile cells "$TMP/cells" '
	. as $order | .measurementOptions.resolver as $resolver | (.target + ".") as $name |
	[["NA", "Dallas"], ["EU", "Falkenstein"], ["AS", "Tokyo"], ["OC", "Sydney"], ["SA", "São Paulo"]] as $at |
	def raw($flags): "; <<>> DiG\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR\n;; flags: \($flags); QUERY: 1\n; NSID: 73 79 64 31 (\"syd1\")\n";
	def good($name; $value): {status: "finished", statusCode: 0, statusCodeName: "NOERROR", resolver: $resolver,
		answers: [{name: $name, type: "TXT", ttl: 60, class: "IN", value: "\"old\""}, {name: $name, type: "TXT", ttl: 60, class: "IN", value: $value}],
		timings: {total: 12}, rawOutput: raw("qr aa rd")};
	def result($state):
		if $state == "present" then good($name; "\"value\"")
		elif $state == "strings" then good($name; "\"va\" \"l\\117\\101\" \"\"") | .answers[1].value = "\"va\" \"l\\117e\" \"\""
		elif $state == "bare" then good($name; "value")
		elif $state == "case" then good($name | ascii_upcase; "\"value\"")
		elif $state == "quoted" then good($name; "\"\\\"value\\\"\"")
		elif $state == "othername" then good("_acme-challenge.other.lab."; "\"value\"")
		elif $state == "otherserver" then good($name; "\"value\"") | .resolver = "192.0.2.99"
		elif $state == "intercepted" then good($name; "\"value\"") | .rawOutput = raw("qr rd ra")
		elif $state == "absent" then {status: "finished", statusCode: 3, statusCodeName: "NXDOMAIN", resolver: $resolver, answers: [], timings: {total: 3}, rawOutput: raw("qr aa rd")}
		elif $state == "refused" then {status: "finished", statusCode: 5, statusCodeName: "REFUSED", resolver: $resolver, answers: [], timings: {total: 3}, rawOutput: raw("qr rd")}
		elif $state == "silent" then {status: "failed", failureSource: "resolver", resolver: $resolver, answers: [], rawOutput: ";; communications error: timed out"}
		elif $state == "internal" then {status: "failed", failureSource: "internal", rawOutput: "boom"}
		elif $state == "offline" then {status: "offline", rawOutput: ""}
		else {status: "\u001b[31m", answers: {}, rawOutput: 7} end;
	{id: $id, type, status: "finished", createdAt: "x", updatedAt: "x", target, probesCount: 5,
	 results: [range(5) as $i | {probe: {continent: $at[$i][0], region: "x", country: "XX", state: null, city: $at[$i][1], asn: (64500 + $i), network: "Net \($i)",
		latitude: 1, longitude: 2, tags: [], resolvers: []}, result: result($cells[0][$resolver][$i] // "present")}]} |
	if $mode == "otherid" then .id = "another" else . end |
	if $mode == "othertarget" then .target = "_acme-challenge.other.lab" else . end |
	if $mode == "noresults" then .results = [] else . end |
	if $mode == "nulls" then .results = [null, {probe: null, result: null}, {probe: {city: 7}, result: {status: []}}, 7, "x"] else . end |
	if $mode == "crowd" then .results = [range(400) as $i | .results[$i % 5]] else . end |
	if $mode == "shuffled" and $resolver != "127.0.0.11" then .results |= reverse else . end' "$TMP/m/$id")
case $mode in
pieces)
	printf 'HTTP/1.1 200 X\r\nContent-Length: %d\r\n' "$(printf '%s' "$answer" | wc -c)"
	printf '\r\n'
	printf '%s' "$answer" | head -c 100
	sleep 0.2
	printf '%s' "$answer" | tail -c +101
	exit 0
	;;
cut)
	printf 'HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n' "$(printf '%s' "$answer" | wc -c)"
	printf '%s' "$answer" | head -c 500
	exit 0
	;;
late) sleep 1.5 ;;
esac
printf 'HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
	"$(printf '%s' "$answer" | wc -c)" "$answer"
