# SPDX-License-Identifier: ISC
# dns01gate killed at any moment of publishing, waiting and cleaning up, alone or with all around it: no later run fails
# for that, a clean-up that succeeded has cleaned up, and another call takes away what is left. The moments are random:
# SEED=N repeats them.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/publish.sh"
remember_zones
SEED=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
ROUNDS=${ROUNDS:-$([ -n "${SANITIZED:-}" ] && echo 6 || echo 9)}
echo "SEED=$SEED"

# call LANE auth|cleanup VALUE REMAINING: one of certbot's calls, with a name for each value. All orders of a lane share
# their state.
call() {
	CERTBOT_DOMAIN=$3.$1.quick.lab CERTBOT_VALIDATION=$3 CERTBOT_REMAINING_CHALLENGES=$4 \
		CERTBOT_ALL_DOMAINS=$1-a.quick.lab,$1-b.quick.lab,$1-c.quick.lab DNS01GATE_REPORT=$RIG/$1.report \
		"$PROGRAM" certbot "$2" >>"$RIG/$1.log" 2>&1
}

# order LANE ORDER: three values, as certbot does it, which goes on whatever the calls' exit; each line of $RIG/LANE.calls
# is one: "VERB VALUE STATUS".
order() {
	: >"$RIG/$1.calls"
	for verb in auth cleanup; do
		for n in 2 1 0; do
			call_status=0
			call "$1" $verb "$2-$n" $n || call_status=$?
			echo "$verb $2-$n $call_status" >>"$RIG/$1.calls"
		done
	done
}

# good_order LANE ORDER: nobody kills it.
good_order() {
	rm -f "$RIG/$1.report"
	order "$1" "$2"
	grep -v ' 0$' "$RIG/$1.calls" && fail "$2: calls of an order after a killed one failed"
	has "$RIG/$1.report" '.verdict == "visible" and ([.records[].values[]] | length) == 3'
	left_of "$1" && fail "$2: that is left"
	:
}

left_of() { # LANE: the values in its part of the zone
	contents quick.lab | grep -F ".$1.quick.lab."
}

# lane NAME ALONE SEED: ALONE is yes when certbot lives on.
lane() {
	begin=$(milliseconds)
	good_order "$1" first
	length=$(($(milliseconds) - begin))
	round=0
	awk -v seed="$3" -v rounds="$ROUNDS" -v length_ms=$length \
		'BEGIN { srand(seed); for (i = 0; i < rounds; i++) printf("%.3f\n", rand() * length_ms / 1000) }' >"$RIG/$1.moments"
	while read -r moment; do
		round=$((round + 1))
		order "$1" "killed-$round" &
		certbot=$!
		sleep "$moment"
		if [ "$2" = yes ]; then
			# shellcheck disable=SC2046
			kill -KILL $(pgrep -P "$certbot" -x dns01gate) 2>/dev/null || :
		else
			kill -STOP $certbot 2>/dev/null || :
			running_from $certbot
			# shellcheck disable=SC2086
			kill -KILL $running 2>/dev/null || :
		fi
		wait $certbot || :
		cp "$RIG/$1.calls" "$RIG/$1.killed"
		cat "$RIG/$1.killed" >>"$RIG/all.killed"
		left_of "$1" >"$RIG/$1.left" || :
		for value in $(sed -n 's/^cleanup \(.*\) 0$/\1/p' "$RIG/$1.killed"); do
			grep "^_acme-challenge.$value" "$RIG/$1.left" && fail "round $round at $moment s: a clean-up did not clean up"
		done
		for n in 2 1 0; do
			call "$1" cleanup "killed-$round-$n" $n || fail "round $round at $moment s: clean-up of what was left: exit $?"
		done
		left_of "$1" && fail "round $round at $moment s: that is left"
		good_order "$1" "good-$round"
	done <"$RIG/$1.moments"
}

in_lane() { # NAME ALONE SEED VARIABLE=VALUE
	export "${4?}"
	lane "$1" "$2" "$3" && echo good >"$RIG/$1.ended"
}
in_lane exec-alone yes "$SEED" DNS01GATE_EXEC="$PUBLISH" &
lanes=$!
in_lane exec-all no $((SEED + 1)) DNS01GATE_EXEC="$PUBLISH" &
lanes="$lanes $!"
in_lane update-alone yes $((SEED + 2)) DNS01GATE_RFC2136="$RIG/knot.json" &
lanes="$lanes $!"
in_lane update-all no $((SEED + 3)) DNS01GATE_RFC2136="$RIG/knot.json" &
lanes="$lanes $!"
for lane in $lanes; do
	wait "$lane" || fail "a lane failed, with SEED=$SEED"
done
zones_as_before "killed runs"
# An order has six calls; those of one that was killed as a whole are fewer.
killed=$(grep -c ' 137$' "$RIG/all.killed" || :)
missing=$((4 * ROUNDS * 6 - $(wc -l <"$RIG/all.killed")))
echo "$killed calls were killed alone; $missing never came"
if [ "$killed" -lt 3 ] || [ $missing -lt 10 ]; then fail "hardly anything was killed"; fi
