#!/bin/sh
# SPDX-License-Identifier: ISC
# Without HOOK_CHAIN, an apex and its wildcard: a hook that replaces the first value by the second takes it from the CA.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$here/replaced.scn"
began=$(date +%s)

# What the client's process does: called "dehydrated", each call out of a copy of itself.
cat >"$TMP/dehydrated" <<'EOF'
deploy() {
	(
		status=0
		"$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$TMP/state" --exec true --json "$@" \
			>"$TMP/report" 2>>"$TMP/said" || status=$?
		echo $status >>"$TMP/statuses"
		cp "$TMP/report" "$TMP/report.$(wc -l <"$TMP/statuses")"
	)
}
deploy deploy_challenge set.lab t one
deploy deploy_challenge added.lab t one
while [ $(($(date +%s) - began)) -lt 11 ]; do sleep 0.2; done
deploy -t 30 deploy_challenge '*.added.lab' t two
deploy -t 30 deploy_challenge '*.set.lab' t two
# What the client has cleaned up is not missed.
deploy clean_challenge set.lab t one
deploy -t 30 deploy_challenge '*.set.lab' t two
EOF
TMP=$TMP HINTS=$HINTS PORT=$PORT began=$began bash "$TMP/dehydrated"
[ "$(tr '\n' ' ' <"$TMP/statuses")" = '0 0 0 2 0 0 ' ] || fail "statuses $(cat "$TMP/statuses"): $(cat "$TMP/said")"
has "$TMP/report.3" '[.records[].values[]] | sort == ["one", "two"]'
has "$TMP/report.4" '[.records[0].findings[] | select(.id == "F-13" and .severity == "fatal") | .text] ==
	["a later value replaced an earlier one: all 2 are needed at once"]'
has "$TMP/report.4" '[.records[0].findings[] | select(.id == "F-01")] == []'

# Another process of the client is another order.
printf '"$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$TMP/state" --exec true --json deploy_challenge set.lab t two\n' \
	>"$TMP/next"
printf '. "$TMP/next"; exit $?\n' >"$TMP/dehydrated"
TMP=$TMP HINTS=$HINTS PORT=$PORT run 0 bash "$TMP/dehydrated"
