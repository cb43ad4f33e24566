# SPDX-License-Identifier: ISC
# certbot against Pebble with a record that one secondary never shows: with --veto the CA is not asked, without it is;
# either way what was published is taken away.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=3600
. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"
remember_zones
# A quarter of it is for taking back, on a busy machine too.
export DNS01GATE_TIMEOUT=12

order() { # TAG OPTIONS
	DNS01GATE_REPORT=$RIG/$1.report CERTBOT_OPTIONS=$2 in_background "$1" issue certbot "$1" "$1.slow.lab" "*.$1.slow.lab" "a.$1.slow.lab"
}

order veto-exec "--veto --exec $PUBLISH"
order veto-rfc2136 "--veto --rfc2136 $RIG/knot.json"
order exec "--exec $PUBLISH"
order rfc2136 "--rfc2136 $RIG/knot.json"
for tag in veto-exec veto-rfc2136 exec rfc2136; do
	finish $tag
	# certbot shows nothing of a hook during which it is ended.
	has "$RIG/$tag.report" '.verdict == "timeout" and any(.records[].findings[]; .server == "ns3.lab. 127.1.0.13")'
	case $tag in
	veto-*)
		[ "$status" != 0 ] || fail "$tag: certbot succeeds with a record that one server lacks"
		submitted "$tag.slow.lab" && fail "$tag: the CA was asked"
		;;
	# And maybe got the certificate: the CA may have asked another server.
	*) submitted "$tag.slow.lab" || fail "$tag: the CA was not asked, against what the manual says" ;;
	esac
done
zones_as_before "a certbot that failed"
[ -z "$(ls "$DNS01GATE_STATE_DIR"/dns01gate-*)" ] || fail "state is left: $(ls "$DNS01GATE_STATE_DIR"/dns01gate-*)"

# A publisher that fails, at the first of three names: no other is published.
: >"$RIG/calls"
status=0
FAIL_ADD=7 CERTBOT_OPTIONS="--veto --exec $PUBLISH" issue certbot fails f.slow.lab '*.f.slow.lab' a.f.slow.lab || status=$?
[ "$status" != 0 ] || fail "certbot succeeds, and nothing was published"
[ "$(grep -c '^add ' "$RIG/calls")" = 1 ] || fail "after a failure another one was published"
submitted f.slow.lab && fail "the CA was asked for what was not published"
# Without --veto certbot goes on.
: >"$RIG/calls"
status=0
FAIL_ADD=7 CERTBOT_OPTIONS="--exec $PUBLISH" issue certbot goes-on g.slow.lab a.g.slow.lab || status=$?
[ "$(grep -c '^add ' "$RIG/calls")" = 2 ] || fail "without --veto certbot did not go on"
grep -q "manual-auth-hook' for .* reported error code 4" "$RIG/goes-on.log" || fail "not exit status 4"
zones_as_before "a publisher that failed"
