#!/bin/sh
# SPDX-License-Identifier: ISC
# The page of `dns01gate render` in headless Chromium, in two sizes and both schemes: it is drawn, asks for
# nothing, complains of nothing, needs no sideways scrolling, and can be read. SHOTS=FOLDER keeps the pictures.
. "$(dirname "$0")/../cli/lib.sh"
chromium=$(command -v chromium || command -v chromium-browser || true)
[ -n "$chromium" ] || {
	echo "no chromium here: not tested"
	exit 0
}
shots=${SHOTS:-$TMP}

# A frame has any width, a window has not; the script measures the page from outside.
# Contrast is that of WCAG 2, of each text with the nearest background below it.
frame() { # PAGE WIDTH HEIGHT
	cat <<EOT
<!DOCTYPE html><html><body style="margin:0"><iframe id="f" src="file://$1" width="$2" height="$3" style="border:0;display:block"></iframe>
<script>
const rgb = c => (c.match(/[\d.]+/g) || []).map(Number);
const light = c => rgb(c).slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
	.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
onload = () => {
	const w = f.contentWindow, d = w.document;
	const behind = e => { for (; e; e = e.parentElement) { const c = w.getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; } };
	const walk = d.createTreeWalker(d.body, 4);
	let worst = 21, where = '';
	for (let t; (t = walk.nextNode());) {
		const e = t.parentElement;
		if (!t.data.trim() || e.closest('svg')) continue;
		const [a, b] = [light(w.getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
		if ((a + .05) / (b + .05) < worst) { worst = (a + .05) / (b + .05); where = t.data.trim().slice(0, 40); }
	}
	document.title = 'wide ' + d.documentElement.scrollWidth + ' loaded ' + w.performance.getEntriesByType('resource').length +
		' dark ' + w.matchMedia('(prefers-color-scheme: dark)').matches + ' contrast ' + (worst >= 4.5 ? 'good' : worst + ' of ' + where) +
		' lanes ' + d.querySelectorAll('.lane .track rect, .bars rect').length;
};
</script></body></html>
EOT
}

# look PAGE WIDTH HEIGHT SCHEME ZOOM
look() {
	name=$(basename "$1" .html)-$2x$3-$4-$5
	dark=false
	preferred=1
	[ "$4" = light ] || dark=true preferred=0
	frame "$1" "$2" "$3" >"$TMP/frame.html"
	rm -f "$shots/$name.png"
	timeout 60 "$chromium" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --no-first-run \
		--disable-background-networking --allow-file-access-from-files --user-data-dir="$TMP/profile" \
		--blink-settings=preferredColorScheme=$preferred --force-device-scale-factor="$5" --enable-logging=stderr \
		--screenshot="$shots/$name.png" --dump-dom --window-size="$(($2 > 500 ? $2 : 500)),$3" \
		"file://$TMP/frame.html" >"$TMP/dom" 2>"$TMP/log" 9>&- || fail "$name: chromium: $(tail -n 3 "$TMP/log")"
	! grep CONSOLE "$TMP/log" || fail "$name: the page complains"
	title=$(sed -n 's/.*<title>\(wide .*\)<\/title>.*/\1/p' "$TMP/dom")
	case $title in
	"wide $2 loaded 0 dark $dark contrast good lanes "[1-9]*) ;;
	*) fail "$name: $title" ;;
	esac
	# A picture in which something is.
	[ "$(wc -c <"$shots/$name.png")" -gt 10000 ] || fail "$name: no screenshot"
}

start_world "$top/tests/cli/render.scn"
run 0 gate --report "$TMP/late.json" wait -t 20 -r "127.0.0.61#$PORT" _acme-challenge.late.example.lab late
run 2 gate --report "$TMP/several.json" wait -t 20 _acme-challenge.example.lab value _acme-challenge.bad.lab value \
	_acme-challenge.plain.lab value
stop_world
# All there is, with names as long as they come.
long=$(printf '%063d.' 1 2 3 | tr 0 x)
jq --arg long "$long" '.records[0].name = "_acme-challenge." + $long | .records[0].values = [$long] |
	.records[0].servers[0].name = "ns." + $long | .records[0].servers[1].detail = $long |
	.records[0].findings = [("fatal", "wait", "warning", "note") as $s | {id: "F-02", code: "out-of-sync", severity: $s,
		server: ($long + " 2001:db8::1"), text: $long, advice: $long, ca_text: $long}] |
	.records[0].servers[0].events = [["asked", "absent", "present", "bogus", "confirmed", "relapsed", "other", "silent",
		"refused", "lame", "broken", "left-out"] | to_entries[] | {ms: (.key * 250), event: .value}] |
	.records[0].dnssec_chain[2].zone = $long | .records[0].dnssec_chain[2].reason = $long' "$TMP/late.json" >"$TMP/all.json"
# What past waits were like.
jq -n --arg long "$long" '[range(11)] as $n | [$n[] | {most_ms: (500 * pow(2; .)), waits: (. * 7 % 10)}] as $d |
	{p50_ms: 900, p95_ms: 9000, p99_ms: 90000, max_ms: 400000, distribution: $d} as $s | {program: "dns01gate", document: "history",
	version: "1", schema: 1, zones: [$long, "example.lab" | {zone: ., names: 1, waits: 60, visible: 50, retries: 1, timeout_s: 300,
	last_success: "2026-11-20T10:11:12Z", opened: $s, findings: [$n[] | {id: "F-\(10 + .)", waits: .}],
	servers: ["ns1.example.lab.", "ns." + $long | $s + {server: ., address: "2001:db8::1", waits: 50, slowest: 30}],
	days: ([$n[] | {key: "2026-11-\(10 + .)", value: {waits: (5 + .), failed: (. % 3)}}] | from_entries)}]}' >"$TMP/past.json"
for report in late several all past; do
	run 0 "$PROGRAM" render "$TMP/$report.json"
	mv "$TMP/out" "$TMP/$report.html"
	for scheme in light dark; do
		look "$TMP/$report.html" 1280 900 $scheme 1
		look "$TMP/$report.html" 390 844 $scheme 1
	done
done
# The narrowest; and a window of 640 at twice the size.
look "$TMP/all.html" 320 844 light 1
look "$TMP/all.html" 640 844 light 2
