#!/bin/sh
# SPDX-License-Identifier: ISC
# --metrics tells how long each zone's waits took, out of the history, in counters that never go down; and the alerts
# of examples/prometheus are about what it writes.
. "$(dirname "$0")/lib.sh"
start_world "$here/history.scn"
DB=$TMP/history.db
tell_by_environment
export DNS01GATE_HISTORY="$DB" DNS01GATE_METRICS="$TMP/metrics"
file=$TMP/metrics
name=_acme-challenge.a.w.lab

sql() {
	sqlite3 "$DB" "$1"
}

well_formed() {
	awk -f "$here/exposition.awk" "$file" >"$TMP/complaints" || fail "$(cat "$TMP/complaints" "$file")"
	! command -v promtool >/dev/null || promtool check metrics <"$file" >"$TMP/complaints" 2>&1 || fail "$(cat "$TMP/complaints")"
}

holds() { # LINE
	grep -q -x -F -e "$1" "$file" || fail "no line: $1
$(cat "$file")"
}

value() { # METRIC-WITH-LABELS
	sed -n "s/^dns01gate_$1 \\([0-9.]*\\)\$/\\1/p" "$file"
}

# The checker sees what it is there to see.
histogram='# HELP h b\n# TYPE h histogram\n'
for lines in 'h 1' 'h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1' 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 1\nh_count 1' \
	'h_bucket{le="1"} 1\nh_sum 1\nh_count 1' 'h_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1'; do
	printf "$histogram$lines\n" | awk -f "$here/exposition.awk" >/dev/null && fail "the checker takes: $lines"
done
printf "$histogram"'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 1\nh_count 2\n' | awk -f "$here/exposition.awk" || fail "the checker takes nothing"

# ---- what runs give ---------------------------------------------------------------------------------

run 0 "$PROGRAM" wait $name value
run 0 "$PROGRAM" wait $name value
run 1 "$PROGRAM" -t 1 wait $name missing
well_formed
holds 'dns01gate_propagation_seconds_bucket{zone="w.lab",le="+Inf"} 2'
holds 'dns01gate_propagation_seconds_bucket{zone="w.lab",le="3600"} 2'
holds 'dns01gate_propagation_seconds_count{zone="w.lab"} 2'
holds 'dns01gate_waits_total{zone="w.lab",verdict="visible"} 2'
holds 'dns01gate_waits_total{zone="w.lab",verdict="timeout"} 1'
holds 'dns01gate_waits_total{zone="w.lab",verdict="fault"} 0'
[ "$(value 'propagation_seconds_sum{zone="w.lab"}')" = "$(sql "SELECT printf('%.3f', sum(opened) / 1000.0) FROM wait")" ] || fail "the sum"
# A look writes the file too, and is no wait.
run 0 "$PROGRAM" check a.w.lab value
holds 'dns01gate_propagation_seconds_count{zone="w.lab"} 2'
run 0 "$PROGRAM" --history off wait $name value
well_formed
! grep -q propagation "$file" || fail "a histogram without a history"

# Limits belong to their buckets; one zone after the other; a zone that was never found is its name.
sql "DELETE FROM wait; INSERT INTO wait (asked, name, zone, digests, verdict, opened) VALUES
	(unixepoch() * 1000, 'n', 'z', '', 'visible', 500), (unixepoch() * 1000, 'n', 'z', '', 'visible', 501),
	(unixepoch() * 1000, 'n', 'z', '', 'visible', 3600000), (unixepoch() * 1000, 'n', 'z', '', 'visible', 3600001),
	(unixepoch() * 1000, 'n', 'z', '', 'fault', NULL), (unixepoch() * 1000, 'lost.name', NULL, '', 'environment', NULL),
	(unixepoch() * 1000, 'n', 'a\"b\\c' || char(10) || 'd', '', 'visible', 7)"
run 0 "$PROGRAM" check a.w.lab value
well_formed
[ "$(sed -n 's/^dns01gate_propagation_seconds_bucket{zone="z",le="\(.*\)"} /\1:/p' "$file" | tr '\n' ' ')" = \
	'0.5:1 1:2 2:2 5:2 10:2 20:2 30:2 60:2 120:2 300:2 600:2 1800:2 3600:3 +Inf:4 ' ] || fail "buckets: $(cat "$file")"
holds 'dns01gate_propagation_seconds_sum{zone="z"} 7201.002'
holds 'dns01gate_waits_total{zone="lost.name",verdict="environment"} 1'
holds 'dns01gate_propagation_seconds_count{zone="a\"b\\c?d"} 1'

# ---- counters only rise -----------------------------------------------------------------------------

# What is pruned still counts, once; with the last wait of its zone it goes.
sql "UPDATE wait SET asked = asked - 401 * 86400000 WHERE opened < 3600000 OR name = 'lost.name'"
for i in 1 2; do
	run 0 "$PROGRAM" wait $name value
	holds 'dns01gate_propagation_seconds_bucket{zone="z",le="0.5"} 1'
	holds 'dns01gate_propagation_seconds_bucket{zone="z",le="1"} 2'
	holds 'dns01gate_propagation_seconds_bucket{zone="z",le="+Inf"} 4'
	holds 'dns01gate_propagation_seconds_sum{zone="z"} 7201.002'
	holds 'dns01gate_waits_total{zone="z",verdict="fault"} 1'
done
well_formed
[ "$(sql "SELECT count(*) FROM wait WHERE zone = 'z'")" = 3 ] || fail "not pruned: $(sql 'SELECT * FROM wait')"
! grep -q -F lost.name "$file" || fail "a zone without waits"
sql "UPDATE wait SET asked = asked - 401 * 86400000 WHERE zone = 'z'"
run 0 "$PROGRAM" wait $name value
! grep -q '"z"' "$file" || fail "a zone without waits"
[ "$(sql 'SELECT count(*) FROM gone')" = 0 ] || fail "kept: $(sql 'SELECT * FROM gone')"
# Whoever of many writes last has counted all.
before=$(value 'propagation_seconds_count{zone="w.lab"}')
pids=
for i in $(seq 20); do
	"$PROGRAM" -q -t 60 wait $name value 2>>"$TMP/many" &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid" || fail "one of many failed: $(cat "$TMP/many")"; done
well_formed
holds "dns01gate_propagation_seconds_count{zone=\"w.lab\"} $((before + 20))"

# A database of no use is told once; the other metrics are there.
printf 'no database %0200d' 7 >"$TMP/broken"
chmod 600 "$TMP/broken"
run 0 env DNS01GATE_HISTORY="$TMP/broken" "$PROGRAM" wait $name value
lines 2
well_formed
holds 'dns01gate_run_verdict{verdict="visible"} 1'
sql 'DROP TABLE gone'
run 0 "$PROGRAM" wait $name value
lines 2
well_formed

# ---- the alerts: examples/prometheus ----------------------------------------------------------------

rules=$top/examples/prometheus/dns01gate.yml
rm -f "$DB"*
run 1 "$PROGRAM" -t 1 wait $name missing
run 0 "$PROGRAM" wait _acme-challenge.b.w.lab value
cp "$file" "$TMP/all"
run 1 "$PROGRAM" -t 1 wait $name missing
cat "$file" >>"$TMP/all"
for metric in $(sed -n '/expr:/,/labels:/p' "$rules" | grep -o 'dns01gate_[a-z_]*' | sort -u); do
	grep -q "^$metric{" "$TMP/all" || fail "$rules: no metric $metric"
done
command -v promtool >/dev/null || exit 0
cp "$rules" "$here/alerts.yml" "$TMP/"
cd "$TMP"
run 0 promtool check rules dns01gate.yml
run 0 promtool test rules alerts.yml
# Its test can fail.
sed 's/> 120$/> 400/' "$rules" >"$TMP/dns01gate.yml"
run 1 promtool test rules alerts.yml
