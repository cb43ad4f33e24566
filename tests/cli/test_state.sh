#!/bin/sh
# SPDX-License-Identifier: ISC
# The state directory: whose it may be, whose files are left alone, and runs that end together.
. "$(dirname "$0")/lib.sh"
start_world "$here/parallel.scn"
state=$TMP/state
own=$state/dns01gate-$(id -u)
opened=$own/.opened
hex=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

# call REMAINING: certbot's call of an order of three
call() {
	run 0 env CERTBOT_DOMAIN=a.lab CERTBOT_VALIDATION=value CERTBOT_REMAINING_CHALLENGES="$1" \
		CERTBOT_ALL_DOMAINS=a.lab,b.lab,c.lab "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
		--state-dir "$state" -t 5 certbot auth
}
names() { # of the directory, in one line
	ls -A "$1" | tr '\n' ' '
}

# ---- other people's files ---------------------------------------------------------------------------

mkdir "$state"
for f in config.json acme.key resolv.conf .hidden.conf certbot-$hex mod_md-$hex.17 certbot-notes.txt .dns01gate-0123456789abcdef; do
	echo precious >"$state/$f"
done
touch -d '2 days ago' "$state"/* "$state"/.[!.]*
before=$(names "$state")
call 2
call 1
call 0
rest=$(ls -A "$state" | grep -v "^dns01gate-$(id -u)\$" | tr '\n' ' ')
[ "$rest" = "$before" ] || fail "left of $before: $rest"
[ "$(cat "$state/config.json" "$state/acme.key")" = "precious
precious" ] || fail 'a file was changed'
[ "$(stat -c %a "$own")" = 700 ] || fail "mode $(stat -c %a "$own")"

# In our own directory it takes away what it named itself, when that is old, and nothing else.
swept="certbot-$hex .dns01gate-0123456789abcdef"
kept="certbot-${hex}0 certbot-$hex.txt certbot-0123 .dns01gate-0123456789abcdeg .dns01gate-0123456789abcdef0 mod_md-$hex a.b"
for f in $swept $kept; do echo precious >"$own/$f"; done
mkdir "$own/certbot-1${hex#?}"
ln -s "$state/acme.key" "$own/certbot-2${hex#?}"
touch -h -d '2 hours ago' "$own"/* "$own"/.[!.]*
echo young >"$own/certbot-3${hex#?}"
call 2
call 0
for f in $swept; do [ ! -e "$own/$f" ] || fail "$f is left"; done
for f in $kept certbot-1${hex#?} certbot-3${hex#?}; do [ -e "$own/$f" ] || fail "$f is gone"; done
[ -h "$own/certbot-2${hex#?}" ] || fail 'a link is gone'
rm -rf "$state"

# ---- directories that are refused -------------------------------------------------------------------

# refused WORDS: a run does its work, says so in one line of two, and remembers nothing
refused() {
	run 0 gate --state-dir "$state" -t 5 wait _acme-challenge.a.lab value
	lines 2
	says "state directory $1; this run remembers nothing"
	[ -z "$(find "$state/" "$TMP/elsewhere" -type f)" ] || fail "it wrote $(find "$state/" "$TMP/elsewhere" -type f)"
}
mkdir -p "$TMP/elsewhere"
mkdir -m 777 "$state"
refused "$state is not used: others can write to it (chmod go-w it)"
chmod 775 "$state"
refused "$state is not used: others can write to it (chmod go-w it)"
chmod 755 "$state"
for mode in 755 750 701 500; do
	mkdir -m $mode "$own"
	refused "$own is not used: its mode is not 0700 (chmod 700 it)"
	rmdir "$own"
done
mkdir -m 700 "$TMP/elsewhere/planted"
ln -s "$TMP/elsewhere/planted" "$own"
refused "$own is not used: it is no directory, or a symbolic link"
rm -rf "$state"
ln -s "$TMP/elsewhere" "$state"
refused "$state is not used: it is no directory, or a symbolic link"
rm "$state"
echo >"$state"
run 0 gate --state-dir "$state" -t 5 wait _acme-challenge.a.lab value
says "state directory $state is not used: it is no directory, or a symbolic link; this run remembers nothing"
rm "$state"
run 0 gate --state-dir "$TMP/no/such" -t 5 wait _acme-challenge.a.lab value
says "state directory $TMP/no/such is not used: No such file or directory; this run remembers nothing"
# As /tmp is: for everybody, each with a directory of its own.
mkdir -m 1777 "$state"
run 0 gate --state-dir "$state" -t 5 wait _acme-challenge.a.lab value
lines 1
has "$opened" 'length == 1'
if [ "$(id -u)" = 0 ]; then
	# Another user's.
	chmod 711 "$TMP"
	chown 65534 "$own"
	run 0 gate --state-dir "$state" -t 5 wait _acme-challenge.a.lab value
	says "state directory $own is not used: it belongs to another user; this run remembers nothing"
	rm -rf "$own"
	cp "$PROGRAM" "$TMP/program"
	run 0 gate --state-dir "$state" -t 5 wait _acme-challenge.a.lab value
	run 0 setpriv --reuid 65534 --regid 65534 --clear-groups "$TMP/program" --server "127.0.0.2#$PORT" --dnssec off \
		--state-dir "$state" -t 5 wait _acme-challenge.b.lab value
	lines 1
	has "$opened" 'keys | length == 1 and (.[0] | startswith("_acme-challenge.a.lab"))'
	has "$state/dns01gate-65534/.opened" 'keys | length == 1 and (.[0] | startswith("_acme-challenge.b.lab"))'
	chown 65534 "$state"
	run 0 gate --state-dir "$state" -t 5 wait _acme-challenge.a.lab value
	says "state directory $state is not used: it belongs to another user; this run remembers nothing"
fi
rm -rf "$state"

# ---- runs that end together -------------------------------------------------------------------------

mkdir "$TMP/metrics"
metrics=$TMP/metrics/all.prom
last=dns01gate_record_last_success_timestamp_seconds
RUNS=20

# together COMMAND...: RUNS of it at once, each with its number as the last word
together() {
	pids= n=0
	while [ $n -lt $RUNS ]; do
		n=$((n + 1))
		"$@" $n 9>&- &
		pids="$pids $!"
	done
	for pid in $pids; do wait "$pid" || fail "one of them failed: $* ($(cat "$TMP/said"))"; done
	[ ! -s "$TMP/said" ] || fail "said: $(cat "$TMP/said")"
}
wait_for() { # NUMBER
	gate -q --state-dir "$state" --metrics "$metrics" -t 10 -c 1 wait "_acme-challenge.n$1.lab" value 2>>"$TMP/said"
}
# Looks for both files all the time, and notes when one is missing or not whole.
watch() {
	while [ ! -e "$TMP/watched" ]; do
		jq -e 'has("first")' "$opened" >/dev/null 2>&1 || echo "opened" >>"$TMP/missed"
		grep -q '^# HELP dns01gate_record_findings ' "$metrics" 2>/dev/null || echo "metrics" >>"$TMP/missed"
	done
}

: >"$TMP/said"
for round in 1 2 3 4 5; do
	rm -rf "$state" "$metrics" "$TMP/watched" "$TMP/missed"
	run 0 gate --state-dir "$state" --metrics "$metrics" -t 5 wait _acme-challenge.n0.lab value
	# One that no run touches.
	now=$(date +%s)
	jq -c ". + {first: {at: $now, ttl: 300, values: []}}" "$opened" >"$TMP/first"
	cat "$TMP/first" >"$opened"
	watch &
	watcher=$!
	together wait_for
	: >"$TMP/watched"
	wait $watcher
	[ "$(jq 'length' "$opened")" = $((RUNS + 2)) ] || fail "round $round: $(jq length "$opened") names are remembered"
	[ "$(grep -c "^$last{" "$metrics")" = $((RUNS + 1)) ] || fail "round $round: $(grep -c "^$last{" "$metrics") names in the metrics"
	[ ! -e "$TMP/missed" ] || fail "round $round: a reader missed $(sort "$TMP/missed" | uniq -c)"
	[ "$(names "$own")$(names "$TMP/metrics")" = '.opened all.prom ' ] || fail "left: $(names "$own")$(names "$TMP/metrics")"
done

# What mod_md's calls for one domain leave for its clean-up.
RUNS=16
tear_down() {
	gate -q --state-dir "$state" teardown md.lab "value$1" 2>>"$TMP/said"
}
set_up() { # a value that does not become visible is remembered too
	gate -q --state-dir "$state" -t 1 setup md.lab "value$1" 2>"$TMP/failed.$1" || [ $? -le 3 ]
	! grep locked "$TMP/failed.$1" >>"$TMP/said"
}
for round in 1 2 3 4 5; do
	rm -rf "$state"
	together set_up
	[ "$(cat "$own"/mod_md-* | jq 'unique | length')" = $RUNS ] || fail "round $round: remembered: $(cat "$own"/mod_md-*)"
	together tear_down
	[ -z "$(find "$own" -name 'mod_md-*')" ] || fail "round $round: not forgotten: $(cat "$own"/mod_md-*)"
done

# ---- one that holds on to the directory -------------------------------------------------------------

# Said, within the time, and the work is done.
held() { # SECONDS-AT-MOST OPTION...
	most=$1
	shift
	mkdir -p -m 700 "$own"
	start=$(date +%s%N)
	run "$@"
	took=$((($(date +%s%N) - start) / 1000000))
	[ $took -le "$most" ] || fail "it took $took ms"
}
exec 8<"$own"
flock -x 8
held 6000 0 gate --state-dir "$state" -t 10 -c 1 wait _acme-challenge.h.lab value
says 'another run keeps the state directory locked: what it or this run remembers may be lost'
has "$opened" 'has("_acme-challenge.h.lab '"$HINTS $PORT"'")'
exec 8<"$TMP/metrics"
flock -x 8
held 6000 0 gate --state-dir "$state" --metrics "$metrics" -t 10 -c 1 wait _acme-challenge.h.lab value
says "another run keeps the directory of $metrics locked: what it or this run writes there may be lost"
grep -q "^$last{name=\"_acme-challenge.h.lab.\"}" "$metrics" || fail 'the metrics are not written'
held 1900 1 gate --state-dir "$state" --metrics "$metrics" -t 1 wait _acme-challenge.h.lab missing
exec 8<&-
