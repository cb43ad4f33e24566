# SPDX-License-Identifier: ISC
# certbot against Pebble, otherwise than one after the other: several at once, a renewal of several certificates in one
# run, and one that is killed in the middle of its order.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=2
. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"
remember_zones
export CERTBOT_OPTIONS
CERTBOT_OPTIONS="--exec $PUBLISH"

no_state() {
	[ -z "$(ls "$DNS01GATE_STATE_DIR"/dns01gate-*)" ] || fail "$1 leaves state: $(ls "$DNS01GATE_STATE_DIR"/dns01gate-*)"
}

# Two for the same names, one for others: none waits for a value of another, none takes one of another away.
for tag in one two; do
	in_background $tag issue certbot $tag same.knot.lab '*.same.knot.lab' other.knot.lab
done
in_background three issue certbot three three.knot.lab b.three.knot.lab
for tag in one two three; do
	finish $tag
	[ "$status" = 0 ] || fail "certbot $tag of three at once: exit $status"
	[ "$(grep -c '2 of 2 names visible' "$RIG/$tag.log")" = 1 ] || fail "certbot $tag of three at once: not one wait"
done
certified one same.knot.lab '*.same.knot.lab' other.knot.lab
certified two same.knot.lab '*.same.knot.lab' other.knot.lab
certified three three.knot.lab b.three.knot.lab
zones_as_before "three certbots at once"
no_state "three certbots at once"

# Two certificates renewed in one run: the second one's auth hooks see what the first one's printed.
renewed_one() {
	run_certbot one certonly --force-renewal --cert-name second --server "$DIRECTORY" --manual --preferred-challenges dns \
		--manual-auth-hook "$PROGRAM $CERTBOT_OPTIONS certbot auth" \
		--manual-cleanup-hook "$PROGRAM $CERTBOT_OPTIONS certbot cleanup" -d second.knot.lab -d '*.second.knot.lab'
}
renewed_one >"$RIG/one.log" 2>&1 || fail "certbot, a second certificate: exit $?"
: >"$RIG/calls"
run_certbot one renew --force-renewal --no-random-sleep-on-renew >"$RIG/one.log" 2>&1 || fail "certbot renew: exit $?"
[ "$(grep -c 'visible on all\|of 2 names visible' "$RIG/one.log")" = 2 ] || fail "certbot renew: not a wait for each certificate"
# Of five; but Pebble knows one name in a hundred still, whatever PEBBLE_AUTHZREUSE says.
[ "$(grep -c '^add ' "$RIG/calls")" -ge 3 ] || fail "certbot renew: not an addition for each value"
[ "$(sed -n 's/^add //p' "$RIG/calls")" = "$(sed -n 's/^delete //p' "$RIG/calls")" ] || fail "certbot renew: not what was added"
zones_as_before "certbot renew"
no_state "certbot renew"

# Killed, with all that it started, once it has published so many of three values; then the same again. What the killed
# one left is in nobody's way, and a clean-up call takes it away.
published() { # COUNT
	added=$(sed -n "$1s/^add //p" "$RIG/calls") && [ -n "$added" ] && shows 127.1.0.11 "${added% *}" "${added#* }"
}
# The last addition is the last call's, which waits then; it is given time to.
killed_after() { # COUNT
	: >"$RIG/calls"
	tag=killed-$1
	in_background "$tag" issue certbot "$tag" "$1.slow.lab" "*.$1.slow.lab" "a.$1.slow.lab"
	wait_for 60 published "$1"
	[ "$1" != 3 ] || sleep 0.5
	certbot=$(pgrep -o -f "certbot.*config-dir $RIG/$tag") || fail "certbot is not running"
	# So that it starts nobody meanwhile; who ends on his own is no matter.
	kill -STOP "$certbot"
	running_from "$certbot"
	# shellcheck disable=SC2086
	kill -KILL $running || :
	finish "$tag"
	# The last of them may have been killed on its way; what it sent before is in the zone by then.
	sleep 1
	sed -n 's/^add //p' "$RIG/calls" | while read -r name value; do
		! shows 127.1.0.11 "$name" "$value" || echo "$name $value"
	done >"$RIG/left"
	[ -s "$RIG/left" ] || fail "a killed certbot left nothing"
	grep '^delete ' "$RIG/calls" && fail "who cleaned up after a killed certbot?"
	issue certbot "$tag" "$1.slow.lab" "*.$1.slow.lab" "a.$1.slow.lab" || fail "certbot after a killed one: exit $?"
	grep -q '2 of 2 names visible' "$RIG/$tag.log" || fail "certbot after a killed one: not one wait"
	certified "$tag" "$1.slow.lab" "*.$1.slow.lab" "a.$1.slow.lab"
	sed 's/^_acme-challenge.//' "$RIG/left" | while read -r domain value; do
		shows 127.1.0.11 "_acme-challenge.$domain" "$value" || fail "$value at $domain was taken away by another's clean-up"
		# shellcheck disable=SC2086
		CERTBOT_DOMAIN=${domain%.} CERTBOT_VALIDATION=$value $PROGRAM $CERTBOT_OPTIONS certbot cleanup || fail "cleanup: $?"
	done || exit 1
	zones_as_before "a killed certbot"
}
killed_after 1
killed_after 3
