#!/bin/sh
# SPDX-License-Identifier: ISC
# `dns01gate render`: a page for every report, and one clear line for what is none.
. "$(dirname "$0")/lib.sh"

# page FILE: is rendered to $TMP/out, whole, and loads nothing
page() {
	run 0 "$PROGRAM" render "$1"
	silent
	xmllint --noout "$TMP/out" || fail "not well-formed"
	sound
}

sound() {
	! grep -i -E '<(script|link|img|iframe|object|embed|base|form|foreignObject)|@import|srcset=|src=|url\([^#]|href="[^#]| on[a-z]+=' \
		"$TMP/out" || fail "something that loads or runs"
}

shows() {
	grep -q -F -e "$1" "$TMP/out" || fail "the page does not show: $1"
}

lacks() {
	! grep -q -F -e "$1" "$TMP/out" || fail "the page shows: $1"
}

# ---- what runs give -------------------------------------------------------------------------------
start_world "$here/render.scn"
run 0 gate --report "$TMP/late" wait -t 20 -r "127.0.0.61#$PORT" _acme-challenge.late.example.lab late
has "$TMP/late" '.records[0].servers | map(select(.address == "127.0.0.13"))[0].events | map(.event) == ["asked", "absent", "present", "confirmed"]'
has "$TMP/late" '.records[0].servers | map(select(.role == "recursive"))[0].events | map(.event) == ["asked", "absent", "present", "confirmed"]'
has "$TMP/late" '.records[0].servers | all(.events | map(.ms) | . == sort and .[0] >= 0)'
has "$TMP/late" '.records[0].dnssec_chain | map(.zone + " " + .security) == [". secure", "lab. secure", "example.lab. secure"]'
has "$TMP/late" '.records[0].dnssec_chain | all(.ds > 0 and .keys > 0 and .reason == null)'
run 2 gate --report "$TMP/several" wait -t 20 _acme-challenge.example.lab value _acme-challenge.bad.lab value \
	_acme-challenge.plain.lab value
has "$TMP/several" '.records[1].dnssec_chain | map(.zone + " " + .security) == [". secure", "lab. secure", "bad.lab. bogus"]'
has "$TMP/several" '.records[1].dnssec_chain[2].reason | contains("DS record")'
has "$TMP/several" '.records[2].dnssec_chain | map(.zone + " " + .security) == [". secure", "lab. secure", "plain.lab. insecure"]'
run 0 gate --report "$TMP/off" --dnssec off wait -t 20 _acme-challenge.example.lab value
has "$TMP/off" '.records[0] | has("dnssec_chain") and .dnssec_chain == null'
run 1 gate --report "$TMP/timeout" wait -t 1 _acme-challenge.example.lab missing
stop_world

page "$TMP/late"
shows '<h1>Visible</h1>'
shows '<title>absent from'
shows '<title>confirmed from'
shows 'ns3.example.lab.'
shows "127.0.0.61#$PORT"
shows '<b>. (the root)</b>'
[ "$(grep -c 'role="listitem"' "$TMP/out")" = 4 ] || fail "not 4 lanes"
cp "$TMP/out" "$TMP/page"
run 0 sh -c '"$PROGRAM" render - <"$0"' "$TMP/late"
cmp "$TMP/out" "$TMP/page" || fail "not the same from standard input"
cat "$TMP/late" | "$PROGRAM" render - | cmp - "$TMP/page" || fail "not the same from a pipe"

page "$TMP/several"
shows '<h1>Waiting cannot fix it</h1>'
shows '2 of 3 names visible'
shows 'F-37'
shows 'href="#record-2"'
shows 'What a CA would say:'
page "$TMP/off"
lacks 'Chain of trust'
page "$TMP/timeout"
shows '<h1>Not visible in time</h1>'
shows 'other value'

# The worst finding first.
jq '.records[0].findings = [("note", "warning", "strange", "fatal", "wait") as $s |
	{id: "F-\($s)", code: "c", severity: $s, server: null, text: "t", advice: "", ca_text: null}]' "$TMP/late" >"$TMP/r"
page "$TMP/r"
[ "$(grep -o 'F-[a-z]*' "$TMP/out" | tr '\n' ' ')" = "F-fatal F-wait F-warning F-note F-strange " ] || fail "not in order"

# ---- reports of other releases --------------------------------------------------------------------
jq '.new = 1 | .records[0].new = {} | .records[0].servers[0].events[0].new = []' "$TMP/late" >"$TMP/r"
page "$TMP/r"
cmp "$TMP/out" "$TMP/page" || fail "a key that is not known changes the page"
jq 'del(.records[].servers[] | .events, .link, .detail, .needed, .resolver) | del(.records[] | .dnssec_chain, .limits, .trouble)' \
	"$TMP/late" >"$TMP/r"
page "$TMP/r"
shows 'it is of an older release'
jq '.verdict = "splendid" | .records[0].verdict = "so-so" | .records[0].dnssec = "hm" |
	.records[0].servers[0].events[1].event = "danced" | .records[0].servers[0].state = "dizzy"' "$TMP/late" >"$TMP/r"
page "$TMP/r"
shows '<h1>splendid</h1>'
shows '<title>danced '

# ---- what is no report ----------------------------------------------------------------------------
# bad JQ-FILTER WORDS: one line, with the path of the key
bad() {
	jq "$1" "$TMP/late" >"$TMP/r"
	run 64 "$PROGRAM" render "$TMP/r"
	no_output
	lines 1
	says "$TMP/r: not a report: $2"
}
bad 'del(.verdict)' 'verdict is missing'
bad '.elapsed_ms = "soon"' 'elapsed_ms is not a number'
bad '.records = {}' 'records is not a list'
bad '.records[0] = 7' 'records[0] is not an object'
bad 'del(.records[0].servers)' 'records[0].servers is missing'
bad '.records[0].servers[1].port = "x"' 'records[0].servers[1].port is not a number'
bad '.records[0].servers[1].state = null' 'records[0].servers[1].state is null'
bad '.records[0].servers[2].required = 1' 'records[0].servers[2].required is not true or false'
bad '.records[0].servers[0].values = [["a"]]' 'records[0].servers[0].values[0] is not a text'
bad '.records[0].servers[0].events[1].ms = null' 'records[0].servers[0].events[1].ms is null'
bad '.records[0].findings = [{}]' 'records[0].findings[0].id is missing'
bad '.records[0].dnssec_chain[1].zone = 1' 'records[0].dnssec_chain[1].zone is not a text'
bad '[.]' 'it is not an object'
bad '.program = "other"' 'program is not "dns01gate"'
bad '.schema = 2' 'schema is not 1'

# wrong FILE WORDS
wrong() {
	run 64 "$PROGRAM" render "$1"
	no_output
	lines 1
	says "$2"
}
head -c 300 "$TMP/late" >"$TMP/r"
wrong "$TMP/r" "$TMP/r:"
: >"$TMP/r"
wrong "$TMP/r" "$TMP/r:1:0: "
printf '{"program": "a", "program": "b"}' >"$TMP/r"
wrong "$TMP/r" duplicate
printf '{"a": "\033[31m\377' >"$TMP/r"
wrong "$TMP/r" "$TMP/r:1:"
! grep -q "$(printf '\033')" "$TMP/err" || fail "an escape sequence"
wrong "$TMP/none" 'No such file'
wrong "$TMP" 'Is a directory'
truncate -s 65M "$TMP/r"
wrong "$TMP/r" 'larger than 64 MiB'
{ cat "$TMP/late"; head -c 60000000 /dev/zero | tr '\0' ' '; } >"$TMP/r"
page "$TMP/r"
head -c 20000000 /dev/zero | tr '\0' '[' >"$TMP/r"
wrong "$TMP/r" "$TMP/r: not a report: more than 32 levels deep"
run 64 "$PROGRAM" render
says 'render needs the file'
run 64 "$PROGRAM" render a b
says 'render takes one file'

# ---- a hostile one --------------------------------------------------------------------------------
evil='<script>alert(1)</script>"'"'"'&]]>--></style></title><img src=x onerror=alert(1)>\u202e\u0007\u0085\ufffe\u200b%s%d'
jq --argjson evil "\"$(printf '%s' "$evil" | sed 's/"/\\"/')\"" 'walk(if type == "string" then $evil else . end) | .program = "dns01gate"' \
	"$TMP/several" >"$TMP/r"
run 0 "$PROGRAM" render "$TMP/r"
xmllint --noout "$TMP/out" || fail "not well-formed"
lacks '<script'
lacks '<img'
lacks "$(printf '\342\200\256')"
lacks "$(printf '\007')"
shows '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;]]&gt;--&gt;&lt;/style&gt;&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;\u202e\u0007\u0085\ufffe\u200b%s%d'
! sed 's/"[^"]*"//g' "$TMP/out" | grep -q -i '<[^>]*onerror=' || fail "an attribute got out"
for number in 1e300 -5 0 0.001 4294967295 9007199254740991; do
	jq --argjson n "$number" 'walk(if type == "number" then $n else . end) | .schema = 1' "$TMP/late" >"$TMP/r"
	page "$TMP/r"
	! grep -q -i -E '"(-|nan|inf)' "$TMP/out" || fail "a place that is none, of $number"
done
# In no order.
jq '.records[].servers[].events |= reverse' "$TMP/late" >"$TMP/r"
page "$TMP/r"
! grep -q -E 'width="-' "$TMP/out" || fail "a width below nothing"
# Much of it: linear.
jq '.records[0].servers[0].events = [range(60000) | {ms: ., event: "absent"}]' "$TMP/late" >"$TMP/r"
run 0 timeout 10 "$PROGRAM" render "$TMP/r"

# ---- where it goes --------------------------------------------------------------------------------
run 70 sh -c '"$PROGRAM" render "$0" >/dev/full' "$TMP/late"
says 'No space left'
run 70 sh -c '"$PROGRAM" render "$0" >&-' "$TMP/late"
says 'Bad file descriptor'
