# SPDX-License-Identifier: ISC
# certbot against Pebble: apex, wildcard and ten more names of a zone with a slow secondary in one order, published by a
# script and by dynamic update.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"
remember_zones

# Each call notes how long it took.
TIMED=$PROGRAM
export TIMED
PROGRAM=$RIG/timed
cat >"$PROGRAM" <<'EOF'
#!/bin/sh
begin=$(date +%s%N)
"$TIMED" "$@"
status=$?
echo $((($(date +%s%N) - begin) / 1000000)) >>"$RIG/spent"
exit $status
EOF
chmod +x "$PROGRAM"

twelve() { # DOMAIN
	echo "$1 *.$1"
	for n in 1 2 3 4 5 6 7 8 9 10; do echo "$n.$1"; done
}

# How many of DOMAIN's twelve values the primary and the slow secondary show, as it goes: "MILLISECONDS COUNT COUNT".
watch() { # DOMAIN
	names="_acme-challenge.$1 TXT"
	for n in 1 2 3 4 5 6 7 8 9 10; do names="$names _acme-challenge.$n.$1 TXT"; done
	while :; do
		now=$(milliseconds)
		for a in 11 13; do
			# shellcheck disable=SC2086
			now="$now $(kdig +short +timeout=1 @127.1.0.$a $names | grep -c '"' || :)"
		done
		echo "$now" >>"$RIG/watched"
		sleep 0.05
	done
}

# Twelve values: each is published once, all are waited for at once, each is taken away once. Then $took is how long it
# took, and $slowest how long the secondary was behind.
one_order() { # TAG DOMAIN
	: >"$RIG/calls"
	: >"$RIG/watched"
	: >"$RIG/spent"
	watch "$2" &
	watcher=$!
	begin=$(milliseconds)
	# shellcheck disable=SC2046
	DNS01GATE_REPORT=$RIG/report issue certbot "$1" $(set -f; twelve "$2") || fail "certbot: exit $?"
	took=$(($(milliseconds) - begin))
	kill "$watcher"
	# shellcheck disable=SC2046
	certified "$1" $(set -f; twelve "$2")
	[ "$(grep -c "manual-auth-hook' for" "$RIG/$1.log")" = 1 ] || fail "more than one call had to say something"
	grep -q '11 of 11 names visible' "$RIG/$1.log" || fail "not one wait"
	has "$RIG/report" '.verdict == "visible" and ([.records[].values[]] | length) == 12'
	has "$RIG/report" "[.records[].name] | length == 11 and contains([\"_acme-challenge.10.$2.\"])"
	zones_as_before "$1"
	[ -z "$(ls "$DNS01GATE_STATE_DIR"/dns01gate-*)" ] || fail "state is left: $(ls "$DNS01GATE_STATE_DIR"/dns01gate-*)"
	slowest=$(awk '$2 == 12 && !p { p = $1 } $3 == 12 { print $1 - p; exit }' "$RIG/watched")
	slowest=${slowest:-0}
	spent=$(awk '{ s += $1 } END { print s }' "$RIG/spent")
	echo "$1: $took ms, of which $spent ms in $(wc -l <"$RIG/spent") calls; the secondary was $slowest ms behind"
}

# The wait is as long as the secondary is behind, and a call that does not wait takes a moment, now and then a second when
# the primary is slow. The rest is certbot's and Pebble's own, who sleep for seconds between their polls.
in_time() {
	has "$RIG/report" ".elapsed_ms <= $slowest + 3000"
	# A call that waits takes as long as the secondary is behind: half of that tells them apart, on a busy machine too.
	[ "$(sort -n "$RIG/spent" | sed -n 12p)" -lt $((slowest > 3000 ? slowest / 2 : 1500)) ] || fail "the calls took too long: $(tr '\n' ' ' <"$RIG/spent")"
}

export CERTBOT_OPTIONS
CERTBOT_OPTIONS="--exec $PUBLISH"
one_order exec a.slow.lab
in_time
[ "$(grep -c '^add ' "$RIG/calls")" = 12 ] || fail "not twelve additions"
[ "$(grep -c '^delete ' "$RIG/calls")" = 12 ] || fail "not twelve removals"
[ "$(sed -n 's/^add //p' "$RIG/calls")" = "$(sed -n 's/^delete //p' "$RIG/calls")" ] || fail "not what was added"

CERTBOT_OPTIONS="--rfc2136 $RIG/knot.json"
one_order rfc2136 b.slow.lab
in_time
