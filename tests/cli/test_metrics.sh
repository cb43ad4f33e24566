#!/bin/sh
# SPDX-License-Identifier: ISC
# --metrics: the text format to the letter, and the last success of each name, which outlives failing runs.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
name=_acme-challenge.example.lab
file=$TMP/metrics.prom
last='dns01gate_record_last_success_timestamp_seconds'

# well_formed: the file is what Prometheus reads
well_formed() {
	awk -f "$here/exposition.awk" "$file" >"$TMP/complaints" || fail "$(cat "$TMP/complaints" "$file")"
	[ "$(tail -c 1 "$file" | od -An -tx1 | tr -d ' ')" = 0a ] || fail "no newline at the end"
	! command -v promtool >/dev/null || promtool check metrics <"$file" || fail "promtool"
}

# holds LINE: exactly
holds() {
	grep -q -x -F -e "$1" "$file" || fail "no line: $1
$(cat "$file")"
}

# success NAME: when that was, or nothing
success() {
	sed -n "s/^$last{name=\"$1\"} \\([0-9]*\\)\$/\\1/p" "$file"
}

# The checker sees what it is there to see.
for line in 'a{b="c} 1' 'a{b="c"} x' 'a{b="c",b="c"} 1' 'a{b="\x"} 1' 'a{b="c"}1' 'a b' 'c 1' 'a 1 2' '# TYPE a gauge' ''; do
	printf '# HELP a b\n# TYPE a gauge\n%s\n' "$line" | awk -f "$here/exposition.awk" >/dev/null && fail "the checker takes: $line"
done
printf '# HELP a b\n# TYPE a gauge\na{b="c"} 1\na{b="c"} 2\n' | awk -f "$here/exposition.awk" >/dev/null && fail "a series twice"

before=$(date +%s)
(umask 022 && run 0 gate --metrics "$file" wait $name value _acme-challenge.b.example.lab b)
no_output
well_formed
[ "$(stat -c %a "$file")" = 644 ] || fail "the collector cannot read it"
[ "$(ls "$TMP" | grep -c metrics.prom)" = 1 ] || fail "something is left beside it"
holds "dns01gate_build_info{version=\"$("$PROGRAM" --version | cut -d' ' -f2)\"} 1"
holds 'dns01gate_run_verdict{verdict="visible"} 1'
for v in timeout fault environment unpublished; do holds "dns01gate_run_verdict{verdict=\"$v\"} 0"; done
for n in $name _acme-challenge.b.example.lab; do
	holds "dns01gate_record_visible{name=\"$n.\"} 1"
	holds "dns01gate_record_servers{name=\"$n.\",state=\"present\"} 3"
	holds "dns01gate_record_servers{name=\"$n.\",state=\"absent\"} 0"
	[ "$(success $n.)" -ge "$before" ] && [ "$(success $n.)" -le "$(date +%s)" ] || fail "last success of $n"
	grep -q "^dns01gate_record_seconds{name=\"$n.\"} [0-9]*\.[0-9][0-9]*\$" "$file" || fail "no seconds of $n"
done
! grep -q '^dns01gate_record_findings{' "$file" || fail "findings of a run without any"

# A failing run for one of the names, and a run for others, leave the last success of each.
sed -i "s/^\($last{name=\"$name\\.\"}\) .*/\1 1700000000/" "$file"
run 1 gate --metrics "$file" -t 1 wait $name missing
well_formed
holds 'dns01gate_run_verdict{verdict="timeout"} 1'
holds "dns01gate_record_visible{name=\"$name.\"} 0"
holds "dns01gate_record_servers{name=\"$name.\",state=\"other\"} 3"
holds "dns01gate_record_findings{name=\"$name.\",id=\"F-05\",severity=\"wait\"} 1"
[ "$(success $name.)" = 1700000000 ] || fail "a failing run changed the last success"
! grep -q 'visible{name="_acme-challenge.b' "$file" || fail "a record of an earlier run"
run 0 gate --metrics "$file" wait _acme-challenge.c.example.lab c
[ "$(success $name.)" = 1700000000 ] || fail "a run for another name changed the last success"
[ -n "$(success _acme-challenge.b.example.lab.)" ] && [ -n "$(success _acme-challenge.c.example.lab.)" ] || fail "a name is lost"
run 0 gate --metrics "$file" wait $name value
[ "$(success $name.)" -ge "$before" ] || fail "a success was not noted"

# Names with what must be escaped, which are read back as they were.
run 1 gate --metrics "$file" -t 0.5 wait 'a\"b\\c\010.example.lab' value
well_formed
holds 'dns01gate_record_visible{name="a\\\"b\\\\c\\010.example.lab."} 0'
printf '%s\n' $last'{name="a\\\"b\\\\c\\010.example.lab."} 17' >>"$file"
run 0 gate --metrics "$file" wait $name value
well_formed
holds $last'{name="a\\\"b\\\\c\\010.example.lab."} 17'

# What is broken is passed over, what is too much is forgotten, the oldest first.
{
	printf '%s{name="half\n%s{name="x"} -5\n%s{name="y"} 1e9\n%s{name=""} 5\n%s{name="z"} 9999999999999999\n' $last $last $last $last $last
	printf '%s{name="old.example."} 5\n%s{name="old.example."} 7\n%s{name="old.example."} 6 6\n' $last $last $last
	printf '\000\377\n%s{name="behind.a.nul."} 5\n' $last
} >"$file"
run 0 gate --metrics "$file" wait $name value
well_formed
[ "$(grep -c "^$last{" "$file")" = 2 ] && [ "$(success old.example.)" = 7 ] || fail "$(cat "$file")"
head -c 3000000 /dev/urandom >"$file"
run 0 gate --metrics "$file" wait $name value
well_formed
seq 1 30000 | sed "s/.*/$last{name=\"n&.example.\"} &/" >"$file"
run 0 gate --metrics "$file" wait $name value
well_formed
[ "$(grep -c "^$last{" "$file")" = 1000 ] || fail "$(grep -c "^$last{" "$file") names are kept"
[ -n "$(success $name.)" ] || fail "the newest is forgotten"

# A file that cannot be written is said, and the verdict stands; certbot's and lego's calls write it too.
run 0 gate --metrics "$TMP/no/such/folder" wait $name value
says 'cannot write'
run 0 gate --metrics /dev/full wait $name value
says 'cannot write /dev/full'
rm "$file"
run 0 env DNS01GATE_METRICS="$file" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" present $name. value
well_formed
echo "{\"metrics\": \"$file\"}" >"$TMP/c.json"
rm "$file"
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value "$PROGRAM" --config "$TMP/c.json" --root-hints "$HINTS" --port "$PORT"
well_formed
# A call with nothing to wait for leaves it.
cp "$file" "$TMP/copy"
run 0 env DNS01GATE_METRICS="$file" "$PROGRAM" cleanup $name. value
cmp -s "$file" "$TMP/copy" || fail "a clean-up changed the metrics"
