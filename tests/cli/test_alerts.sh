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

# What others wrote there.
sql "INSERT INTO total SELECT 'a\"b\\c' || char(10) || 'd', verdict, most, waits, spent, asked FROM total WHERE verdict = 'visible'"
run 0 "$PROGRAM" check a.w.lab value
well_formed
holds 'dns01gate_propagation_seconds_count{zone="a\"b\\c?d"} 2'

# ---- counters only rise -----------------------------------------------------------------------------

# What is pruned still counts; after the last wait of its zone it goes.
sql "UPDATE wait SET asked = asked - 401 * 86400000; UPDATE total SET asked = asked - 401 * 86400000 WHERE zone <> 'w.lab'"
run 0 "$PROGRAM" wait $name value
well_formed
[ "$(sql 'SELECT count(*) FROM wait')" = 1 ] || fail "not pruned: $(sql 'SELECT * FROM wait')"
holds 'dns01gate_propagation_seconds_bucket{zone="w.lab",le="+Inf"} 3'
holds 'dns01gate_waits_total{zone="w.lab",verdict="timeout"} 1'
! grep -q -F 'zone="a' "$file" || fail "a zone without waits"
[ "$(sql "SELECT count(*) FROM total WHERE zone <> 'w.lab'")" = 0 ] || fail "kept: $(sql 'SELECT * FROM total')"
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

# A database of no use is told once, and a large one read as far as there is time; the other metrics are there.
printf 'no database %0200d' 7 >"$TMP/broken"
chmod 600 "$TMP/broken"
run 0 env DNS01GATE_HISTORY="$TMP/broken" "$PROGRAM" wait $name value
lines 2
well_formed
holds 'dns01gate_run_verdict{verdict="visible"} 1'
sql "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200000)
	INSERT INTO total SELECT 'z' || (i / 5), 'visible', 1000 * (i % 5), 1, 1, i FROM c"
run 1 "$PROGRAM" -t 0.5 wait $name missing
! grep 'gave up' "$TMP/err" || fail "it took too long"
well_formed
holds 'dns01gate_run_verdict{verdict="timeout"} 1'
run 0 "$PROGRAM" wait $name value
well_formed
[ "$(grep -c '^dns01gate_propagation_seconds_count' "$file")" = 500 ] || fail "not the latest 500 zones"
sql 'DROP TABLE total'
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
