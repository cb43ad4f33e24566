#!/bin/sh
# SPDX-License-Identifier: ISC
# There and back: what a look predicts that the CA will say of a world, read again by `dns01gate postmortem`, has the
# finding among the causes that fit; for every such finding of the scenarios that look.
. "$(dirname "$0")/lib.sh"

cd "$top"
for file in tests/scenario/check_*.scn tests/scenario/caa_*.scn tests/scenario/chain_*.scn tests/scenario/dnssec_*.scn; do
	"$BUILD/scenario" -v "$file" 2>/dev/null |
		jq -r '.records[]?.findings[]? | select(.ca_text != null) | .id + "\t" + .ca_text' 2>/dev/null || true
done | sort -u >"$TMP/pairs"
[ "$(wc -l <"$TMP/pairs")" -ge 45 ] || fail "too few predictions: $(cat "$TMP/pairs")"
[ "$(cut -f1 "$TMP/pairs" | sort -u | wc -l)" -ge 28 ] || fail "too few findings"

tab=$(printf '\t')
while IFS=$tab read -r id words; do
	printf '%s\n' "$words" >"$TMP/words"
	run 0 "$PROGRAM" postmortem --json "$TMP/words"
	jq -e --arg id "$id" '.names[0].causes[0].findings | map(.id) | index($id) != null' "$TMP/out" >/dev/null ||
		echo "$id is not among the causes that fit: $words" >>"$TMP/wrong"
done <"$TMP/pairs"
[ ! -e "$TMP/wrong" ] || fail "$(cat "$TMP/wrong")"
