#!/bin/sh
# SPDX-License-Identifier: ISC
# `dns01gate render` of what `dns01gate --json history` printed: every number of the picture is a word too.
. "$(dirname "$0")/lib.sh"
start_world "$here/history.scn"
tell_by_environment
export DNS01GATE_HISTORY="$TMP/history.db"
name=_acme-challenge.a.w.lab
for i in 1 2 3 4 5; do run 0 "$PROGRAM" wait $name value; done
run 1 "$PROGRAM" -t 1 wait $name missing
stop_world
unset DNS01GATE_TIMEOUT

page() { # FILE
	run 0 "$PROGRAM" render "$1"
	silent
	xmllint --noout "$TMP/out" || fail "not well-formed"
	! grep -i -E '<(script|link|img|iframe|object|embed|base|form|foreignObject)|@import|srcset=|src=|url\([^#]|href="[^#]| on[a-z]+=' \
		"$TMP/out" || fail "something that loads or runs"
}

shows() {
	grep -q -F -e "$1" "$TMP/out" || fail "the page does not show: $1"
}

# cells WORD: what stands in the cells of the row with that word, without their pictures
cells() {
	grep "<tr><th scope=\"row\">.*$1" "$TMP/out" | sed 's|<svg[^>]*>||g; s|<rect[^>]*/></svg>||g; s|<td[^>]*>| |g; s|<[^>]*>||g'
}

# ---- what runs give ---------------------------------------------------------------------------------

run 0 "$PROGRAM" --json history
cp "$TMP/out" "$TMP/history"
page "$TMP/history"
shows '<h1>Past waits</h1>'
shows '5 of 6 waits in 1 zone ended well.'
shows '<h2 class="name">w.lab</h2>'
shows 'Set <code>--timeout</code> to 30: 99 % of the waits ended within '
shows '<dd>F-05 in 1</dd>'
shows '<b>ns2.w.lab.</b> <span class="addr">127.0.0.12</span><br/><span class="dim">the last in 5 of 6</span>'
shows ': 6 waits, 1 failed</title>'
[ "$(cells 'all of them' | awk '{ print $NF }')" = 1 ] || fail "the wait that failed: $(cells 'all of them')"
cp "$TMP/out" "$TMP/page"
"$PROGRAM" --json history | "$PROGRAM" render - | cmp - "$TMP/page" || fail "not the same from a pipe"

# ---- the picture ------------------------------------------------------------------------------------

# make JQ-FILTER: another one of the history
make() {
	jq "$1" "$TMP/history" >"$TMP/r"
}
make '.zones[0].servers = [{server: null, address: "192.0.2.1", waits: 10, slowest: 0, p50_ms: 700, p95_ms: 1500, p99_ms: 1500,
	max_ms: 1500, distribution: [{most_ms: 1000, waits: 4}, {most_ms: 2000, waits: 2}]}] | .zones[0].waits = 2 |
	.zones[0].opened = {p50_ms: null, p95_ms: null, p99_ms: null, max_ms: null, distribution: []}'
page "$TMP/r"
[ "$(cells '192.0.2.1')" = '192.0.2.1 700 ms 1.50 s 1.50 s 4 2 4' ] || fail "cells: $(cells '192.0.2.1')"
[ "$(cells 'all of them')" = 'all of them – – – 0 0 2' ] || fail "cells: $(cells 'all of them')"
grep '192.0.2.1' "$TMP/out" | grep -q 'y="0.00%" width="100%" height="100.00%"/></svg>4<.*y="50.00%" width="100%" height="50.00%"/></svg>2<' ||
	fail "the bars"
# Days of more than a year, in columns that fit; a gap; an order of none.
make '.zones[0].days = {"2025-12-31": {waits: 3, failed: 3}, "2024-02-28": {waits: 4, failed: 1}, "2024-02-29": {waits: 1, failed: 0},
	"2024-03-01": {waits: 1, failed: 1}, "yesterday": {waits: 99, failed: 99}}'
page "$TMP/r"
shows '2024-02-28 to 2025-12-31; a column has 6 waits at most'
shows '<title>2024-02-28 to 2024-03-01: 6 waits, 2 failed</title>'
[ "$(cells 2025-12-31)" = '2025-12-31 3 3' ] || fail "days: $(cells 2025-12-31)"
grep -q 'class="failed" x="[0-9.]*%" y="0.00%" width="[0-9.]*%" height="33.33%"' "$TMP/out" || fail "the failures' bar"
# The calendar: each is the day after the other.
make '.zones = [[["2023-12-31", "2024-01-01"], ["2024-02-28", "2024-02-29"],
	["1900-02-28", "1900-03-01"], ["2000-02-29", "2000-03-01"], ["2026-11-30", "2026-12-01"]][] as [$a, $b] |
	{zone: $a, opened: {}, servers: [], days: {($a): {waits: 1, failed: 0}, ($b): {waits: 1, failed: 1}}}]'
page "$TMP/r"
[ "$(grep -o 'class="failed" x="5.00%"' "$TMP/out" | wc -l)" = 5 ] || fail "not the next day"

# ---- what is none, and a hostile one ----------------------------------------------------------------

bad() { # JQ-FILTER WORDS
	make "$1"
	run 64 "$PROGRAM" render "$TMP/r"
	no_output
	lines 1
	says "$TMP/r: not a history: $2"
}
bad '.program = "other"' 'program is not "dns01gate"'
bad 'del(.version)' 'version is not a text'
bad '.schema = 2' 'schema is not 1'
bad '.zones = {}' 'zones is not a list'
bad '.zones[1] = 7' 'zones[1].zone is not a text'
bad '.zones[0].opened = []' 'zones[0].opened is not an object'
bad 'del(.zones[0].days)' 'zones[0].days is not an object'
bad '.zones[0].servers = 1' 'zones[0].servers is not a list'
bad '.zones[0].servers[1] = null' 'zones[0].servers: an address is not a text'
make '.zones = []'
page "$TMP/r"
shows '0 of 0 waits in 0 zones'
# Whatever is missing, or of another type.
make '.zones |= map({zone, opened: {}, days: {}, servers: [.servers[] | {address}]})'
page "$TMP/r"
make '.zones[0] |= (with_entries(if (.key | IN("zone", "opened", "days", "servers")) then . else .value = {} end) |
	.opened |= map_values([]) | .servers |= map(map_values("x")) | .days |= map_values("x"))'
page "$TMP/r"
evil='<script>alert(1)</script>"'"'"'&]]>--></style></title><img src=x onerror=alert(1)>\u202e\u0007%s%d'
jq --argjson evil "\"$(printf '%s' "$evil" | sed 's/"/\\"/')\"" 'walk(if type == "string" then $evil else . end) |
	.program = "dns01gate" | .document = "history" | .zones[0].days[$evil] = {}' "$TMP/history" >"$TMP/r"
run 0 "$PROGRAM" render "$TMP/r"
xmllint --noout "$TMP/out" || fail "not well-formed"
! grep -q -e '<script' -e '<img' -e "$(printf '\007')" "$TMP/out" || fail "it got out"
for number in 1e300 -5 0 0.001 4294967295 9007199254740991; do
	make "walk(if type == \"number\" then $number else . end) | .schema = 1"
	page "$TMP/r"
	! grep -q -i -E '"(-|nan|inf)' "$TMP/out" || fail "a place that is none, of $number"
done
# Much of it: linear.
make '.zones[0].days = ([range(60000) | {key: "\(1000 + . % 8000)-01-\(10 + . % 18)", value: {waits: ., failed: 1}}] | from_entries) |
	.zones[0].servers[0].distribution = [range(60000) | {most_ms: ., waits: .}]'
page "$TMP/r"
run 0 timeout 10 "$PROGRAM" render "$TMP/r"
