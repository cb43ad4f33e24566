# SPDX-License-Identifier: ISC
# What can fail, with each client but certbot: a record that one secondary never shows, a publisher that fails, one that
# hangs, an update that is refused. The client is told, the CA is not asked, and what was published is taken away.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=3600
. "$(dirname "$1")/publish.sh"
. "$(dirname "$1")/pebble.sh"
. "$(dirname "$1")/clients.sh"
remember_zones
# A quarter of it is for taking back: enough for ten orders that end at once on a busy machine.
export DNS01GATE_TIMEOUT=16
ALL='lego lego_raw uacme dehydrated dehydrated_chain'

# each WHAT ZONE NAME=VALUE...: an order of each of $CLIENTS, all at once.
each() {
	what=$1
	zone=$2
	shift 2
	for client in $CLIENTS; do
		tag=$what-$(echo "$client" | tr _ -)
		in_background "$tag" with "$@" DNS01GATE_REPORT="$RIG/$tag.report" -- issue "$client" "$tag" "$tag.$zone"
	done
}

# all_failed WHAT ZONE STATUS VERDICT
all_failed() {
	for client in $CLIENTS; do
		tag=$1-$(echo "$client" | tr _ -)
		finish "$tag"
		[ "$status" != 0 ] || fail "$tag: the client succeeds"
		has "$RIG/$tag.report" ".verdict == \"$4\" and .elapsed_ms <= 16200"
		submitted "$tag.$2" && fail "$tag: the CA was asked"
		case $client in
		lego*) grep -q "exit status $3" "$RIG/$tag.log" || fail "$tag: not exit status $3" ;;
		uacme) grep -q "challenge dns-01 declined" "$RIG/$tag.log" || fail "$tag: dns-01 was not declined" ;;
		dehydrated*) grep -q "deploy_challenge hook returned with non-zero" "$RIG/$tag.log" || fail "$tag: not said" ;;
		esac
	done
}

CLIENTS=$ALL
each hidden slow.lab DNS01GATE_EXEC="$PUBLISH"
CLIENTS='lego uacme'
each hidden2 slow.lab DNS01GATE_RFC2136="$RIG/knot.json"
all_failed hidden2 slow.lab 1 timeout
CLIENTS=$ALL
all_failed hidden slow.lab 1 timeout
zones_as_before "a record that does not show"

# The publisher fails, having published; and a server does not know the key.
printf 'key "stranger" { algorithm hmac-sha256; secret "%s"; };\n' "$(head -c 32 /dev/urandom | base64)" >"$RIG/stranger.key"
chmod 600 "$RIG/stranger.key"
for server in 11 21; do
	printf '{"server": "127.1.0.%s", "key-file": "stranger.key"}\n' $server >"$RIG/stranger-$server.json"
done
: >"$RIG/calls"
each failing knot.lab DNS01GATE_EXEC="$PUBLISH" FAIL_ADD=7
CLIENTS='lego uacme dehydrated'
each stranger knot.lab DNS01GATE_RFC2136="$RIG/stranger-11.json"
all_failed stranger knot.lab 4 unpublished
CLIENTS='lego uacme'
each stranger2 bind.lab DNS01GATE_RFC2136="$RIG/stranger-21.json"
all_failed stranger2 bind.lab 4 unpublished
CLIENTS=$ALL
all_failed failing knot.lab 4 unpublished
grep -q "$PUBLISH ended with status 7" "$RIG/failing-lego.log" || fail "the publisher's status is not told"
zones_as_before "a publisher that failed"
[ "$(grep -c '^add ' "$RIG/calls")" = 5 ] || fail "not one addition for each client"
[ "$(sed -n 's/^add //p' "$RIG/calls" | sort)" = "$(sed -n 's/^delete //p' "$RIG/calls" | sort)" ] ||
	fail "not all that was added was removed, once"

# It hangs, having published: it is ended in time, and who has no other chance takes back.
hangs() { # CALL...
	begin=$(milliseconds)
	status=0
	HANG_ADD=1 "$PROGRAM" -t 2 --exec "$PUBLISH" "$@" >"$RIG/hangs.log" 2>&1 || status=$?
	took=$(($(milliseconds) - begin))
	[ "$status" = 4 ] || fail "$*: exit $status: $(cat "$RIG/hangs.log")"
	[ "$took" -le $((2100 + ${SANITIZED:+40}0)) ] || fail "$*: took $took ms"
	grep -q 'did not end in time' "$RIG/hangs.log" || fail "$*: it is not said that it hangs"
	[ -z "$(pgrep -f 'sleep 1000')" ] || fail "$*: the publisher still runs"
}
hangs begin dns-01 h1.knot.lab token value-1
hangs deploy_challenge h2.knot.lab token value-2 h3.knot.lab token value-3
hangs setup h4.knot.lab value-4
hangs challenge-dns-start h5.knot.lab target value-5 ''
zones_as_before "a publisher that hung"
hangs present _acme-challenge.h6.knot.lab. value-6
"$PROGRAM" --exec "$PUBLISH" cleanup _acme-challenge.h6.knot.lab. value-6 || fail "cleanup: $?"
zones_as_before "a publisher that hung"
