#!/bin/sh
# SPDX-License-Identifier: ISC
# --vantage globalping and mpic: a server that speaks their schemas, and all else that a server may say. Our requests are
# held against the schemas in tests/cli/places.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
export TMP
name=_acme-challenge.example.lab
digest=smBwJClM9huUu10UX02i1zmxGDJIPNriiDjVvoW3s4U
raw=_acme-challenge.raw.example.lab

# ---- the server -----------------------------------------------------------------------------------
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test \
	-addext subjectAltName=DNS:api.globalping.io,DNS:mpic.test -keyout "$TMP/key.pem" -out "$TMP/ca.pem" 2>/dev/null
echo '{}' >"$TMP/cells"
echo good >"$TMP/mode"
mkfifo "$TMP/hold"
"$BUILD/https_server" "$TMP/ca.pem" "$TMP/key.pem" "$here/places/handler.sh" <"$TMP/hold" >"$TMP/port" 2>"$TMP/server.err" 9>&- &
exec 7>"$TMP/hold"
tries=500
until [ -s "$TMP/port" ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "no server"
	sleep 0.02
done
PROXY=http://127.0.0.1:$(cat "$TMP/port")

# far OPTIONS...: with the server in the place of all others
far() {
	gate --json --tls-ca "$TMP/ca.pem" --proxy "$PROXY" "$@" 7>&-
}
# mode WORD [CELLS]
mode() {
	rm -rf "$TMP/m" "$TMP/expired" "$TMP"/m.*
	: >"$TMP/requests"
	echo "$1" >"$TMP/mode"
	echo "${2:-{\}}" >"$TMP/cells"
}
# expect STATUS JQ OPTIONS...
expect() {
	expect_status=$1 expect_jq=$2
	shift 2
	run "$expect_status" far "$@"
	has "$TMP/out" "$expect_jq"
	! grep -q "$(printf '\033')" "$TMP/out" "$TMP/err" || fail "printed raw"
}
failed='.records[0].places == [] and .not_checked == ["F-43", "F-50"] and ([.records[0].findings[] | select(.id == "F-43" and .severity == "warning")] | length == 1)'
# broken WORDS MODE...: each is told so, is no yes, and does not hold up the run
broken() {
	broken_words=$1
	shift
	for m in "$@"; do
		mode "$m"
		expect 0 "$failed" --vantage "$vantage" wait $about
		says "$broken_words"
		mode "$m"
		run 1 far --on-vantage-failure fail --vantage "$vantage" check $about
	done
}

# ---- Globalping -----------------------------------------------------------------------------------
vantage=globalping about="$name value"
mode good
expect 0 '.records[0] | (.places | length == 5) and .chance == 1 and all(.places[]; .engine == "globalping" and (.servers | length == 3))' --vantage globalping wait $name value
has "$TMP/out" '.records[0].places[3] | .place == "Sydney, OC" and .network == "Net 3" and .asn == 64503 and (.servers[0] | .state == "present" and .nsid == "syd1" and .rtt_ms == 12 and .values == ["old", "value"])'
has "$TMP/out" '.records[0].places[4].place == "S??o Paulo, SA"'
[ "$(grep -c '^POST /v1/measurements ' "$TMP/requests")" = 3 ] || fail "$(cat "$TMP/requests")"
[ "$(jq -s 'map(.locations | type) | sort == ["array", "string", "string"]' "$TMP"/order.*)" = true ] || fail "not the same probes"
says 'from 5 of 5 places'
for m in slow pieces late hasty shuffled; do
	mode $m
	expect "$([ $m = shuffled ] && echo 1 || echo 0)" '.records[0].places | length == 5' --vantage globalping check $name value
done
# Shuffled places are not the same ones: their cells are not learnt.
has "$TMP/out" '[.records[0].places[] | select(.place != "Tokyo, AS") | .servers[1].state] | all(. == "unasked")'

# lacks STATE CELL: at Sydney the second server
lacks() {
	mode good "{\"127.0.0.12\": [\"present\", \"present\", \"present\", \"$1\", \"present\"]}"
	expect 1 ".records[0].places[3].servers[1].state == \"$2\" and ([.records[0].findings[] | select(.id == \"F-66\" and .severity == \"wait\" and .server == \"ns2.example.lab. 127.0.0.12\")] | length == 1)" \
		--require-vantage all --vantage globalping check $name value
	expect 0 "[.records[0].findings[] | select(.id == \"F-66\" and .severity == \"warning\")] | length == 1" --vantage globalping wait $name value
	says 'from Sydney, OC (AS64503 Net 3)'
}
lacks absent absent
lacks quoted other
lacks othername absent
lacks refused refused
lacks silent silent
mode good '{"127.0.0.12": ["strings", "bare", "case", "present", "present"]}'
expect 0 'all(.records[0].places[].servers[]; .state == "present")' --require-vantage all --vantage globalping wait $name value
mode good '{"127.0.0.12": ["absent", "absent", "present", "present", "present"]}'
expect 1 '.records[0].chance > 0.86 and .records[0].chance < 0.94' --vantage globalping check $name value
says 'a CA would pass with a chance of'
# Another server's answer is not this one's.
mode good '{"127.0.0.12": ["otherserver", "otherserver", "present", "present", "present"]}'
expect 1 '.records[0].places[0].servers[1].state == "unasked"' --vantage globalping check $name value
# Who is left out: named, and not counted.
for state in intercepted internal offline strange; do
	mode good "{\"127.0.0.12\": [\"$state\", \"present\", \"present\", \"present\", \"present\"]}"
	expect 0 '.records[0].places[0].unusable != null and ([.records[0].findings[] | select(.id == "F-43" and .severity == "note")] | length == 1)' --require-vantage all --vantage globalping wait $name value
done
mode good '{"127.0.0.11": ["intercepted", "intercepted", "intercepted", "intercepted", "intercepted"]}'
expect 1 '.records[0].verdict == "timeout"' --on-vantage-failure fail --vantage globalping check $name value

broken 'the token was refused (HTTP 401)' 401
broken 'the service failed (HTTP 50' 500 503
broken 'the request was refused as invalid (HTTP 400: resolver: private addresses are refused)' 400
broken 'no probe fits the locations (HTTP 422: No matching probes found)' 422
broken 'the rate limit, or the credit, is used up (HTTP 429' 429 credits
broken 'there is no such measurement' 404
broken 'its answer has no id' noid badid
broken 'its answer is about something else' otherid othertarget
broken 'no probe has answered' noresults
broken 'places that were not asked: globalping' garbled nothttp hangup huge deep many long-header redirect cut
mode nulls
run 0 far --vantage globalping wait $name value
mode crowd
run 0 far --require-vantage none --vantage globalping wait $name value
has "$TMP/out" '.records[0].places | length == 50'
for m in mute endless; do
	mode $m
	run 1 far -t 2 --vantage globalping wait $name value
done
mode good
run 0 gate --json --proxy "$PROXY" --vantage globalping wait $name value
says 'SSL certificate'
run 0 gate --json --tls-ca "$TMP/ca.pem" --proxy http://127.0.0.1:1 --vantage globalping wait $name value
says 'places that were not asked'

# An id that has expired gives way to the locations.
mode expired
expect 0 '.records[0].places | length == 5' --vantage globalping wait $name value
# Locations, the token, the budget.
mode good
rm -f "$TMP"/order.*
expect 0 '.records[0].places | length == 5' --vantage globalping:EU,DE,AS64500,london wait $name value
[ "$(jq -s -c 'map(select(.locations | type == "array"))[0].locations' "$TMP"/order.*)" = \
	'[{"continent":"EU","limit":1},{"country":"DE","limit":1},{"asn":64500,"limit":1},{"magic":"london","limit":1}]' ] || fail "$(cat "$TMP"/order.*)"
(umask 077; echo s3cret >"$TMP/token")
mode good
run 0 far --vantage-token-file "$TMP/token" --vantage globalping wait $name value
[ "$(grep -c 'Authorization: Bearer s3cret' "$TMP/requests")" = 6 ] || fail "$(cat "$TMP/requests")"
! grep -q s3cret "$TMP/out" "$TMP/err" || fail "the token is printed"
mode good
expect 0 "$failed" --vantage-budget 14 --vantage globalping wait $name value
says 'this takes 15 units, and 14 are left'
[ ! -s "$TMP/requests" ] || fail "asked all the same"
# Through the probes alone, of servers that are named.
mode good
expect 0 '.records[0].servers == [] and (.records[0].places | length == 5)' --server 127.0.0.11 --server 127.0.0.12 --authoritative via --vantage globalping wait $name value
mode good '{"127.0.0.12": ["absent", "absent", "present", "present", "present"]}'
expect 1 '[.records[0].findings[] | select(.id == "F-02" and .server == "127.0.0.12")] | length == 1' --server 127.0.0.11 --server 127.0.0.12 --authoritative via --vantage globalping check $name value
for order in "$TMP"/order.*; do
	jsonschema -i "$order" "$here/places/globalping.schema.json" >"$TMP/complaint" 2>&1 || fail "$(cat "$TMP/complaint" "$order")"
done

# ---- Open MPIC ------------------------------------------------------------------------------------
vantage=mpic:https://mpic.test/api/ about="$raw $digest"
mode good
expect 0 '.records[0].places | length == 6 and all(.[]; .servers == [.servers[0]] and (.servers[0] | .state == "present" and .address == null))' --vantage $vantage wait $about
[ "$(wc -l <"$TMP/requests")" = 1 ] || fail "asked more than once"
mode one
expect 0 '[.records[0].findings[] | select(.id == "F-66" and .severity == "warning")] | length == 1' --vantage $vantage wait $about
mode three
expect 1 '.records[0].places[0].servers[0].detail == "no ?[31msuch"' --vantage $vantage check $about
for m in none lies unfinished; do
	mode $m
	expect 1 'all(.records[0].places[].servers[]; .state != "present")' --vantage $vantage check $about
done
broken 'it did not ask all of its perspectives' incomplete nobody
broken 'places that were not asked: mpic' 401 500 503 garbled nothttp hangup huge deep many redirect
mode good
expect 0 "$failed" --vantage $vantage wait $name value
says 'it looks for digests alone'
echo 'x-api-key: k3y' >"$TMP/token"
mode good
run 0 far --vantage-token-file "$TMP/token" --vantage $vantage wait $about
grep -q 'x-api-key: k3y' "$TMP/requests" || fail "$(cat "$TMP/requests")"
for request in "$TMP"/mpic.*; do
	jsonschema -i "$request" "$here/places/mpic.schema.json" >"$TMP/complaint" 2>&1 || fail "$(cat "$TMP/complaint" "$request")"
done
# It asks resolvers, so not before the others have seen the record.
mode good '{"127.0.0.12": ["absent", "absent", "present", "present", "present"]}'
run 1 far --vantage $vantage --vantage globalping check $name value
! grep -q mpic "$TMP/requests" || fail "asked too early"
