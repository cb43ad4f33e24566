#!/bin/sh
# SPDX-License-Identifier: ISC
# `dns01gate explain`, and that program, manual and checks have the same ids and codes.
. "$(dirname "$0")/lib.sh"

run 0 "$PROGRAM" explain F-37
silent
grep -q '^F-37 ds-without-key (fatal)$' "$TMP/out" || fail "no head"
[ "$(wc -l <"$TMP/out")" -ge 6 ] || fail "too short"
[ "$(awk 'length > 78' "$TMP/out" | wc -l)" = 0 ] || fail "a line is too long"
cp "$TMP/out" "$TMP/by_id"
for way in f-37 37 F37 ds-without-key DS-Without-Key; do
	run 0 "$PROGRAM" explain "$way"
	cmp -s "$TMP/out" "$TMP/by_id" || fail "explain $way is another"
done
run 0 "$PROGRAM" explain 1 lame-delegation
grep -q '^F-01 not-published' "$TMP/out" && grep -q '^F-21 lame-delegation' "$TMP/out" || fail "not both"
for wrong in F-00 F-67 F- F-1x 99999 '' nonsense; do
	run 64 "$PROGRAM" explain F-01 "$wrong"
	says "\"$wrong\" is no finding"
	lines 1
	no_output
done
run 70 sh -c '"$PROGRAM" explain >/dev/full'

# The list has every id once, in order.
run 0 "$PROGRAM" explain
silent
i=0
while read -r id code title; do
	n=${id#F-}
	n=${n#0}
	[ "$id" = "$(printf 'F-%02d' "$n")" ] && [ "$n" -gt "$i" ] || fail "$id comes after number $i"
	i=$n
	[ -n "$title" ] || fail "$id has no title"
	echo "$id $code" >>"$TMP/table"
done <"$TMP/out"
[ "$i" = 66 ] || fail "the last is $i"
[ "$(cut -d' ' -f2 "$TMP/table" | sort -u | wc -l)" = 66 ] || fail "a code is there twice"

# Each has a text of three to eight sentences, printable and no wider than a terminal.
while read -r id code; do
	run 0 "$PROGRAM" explain "$id"
	[ "$(awk 'length > 78' "$TMP/out" | wc -l)" = 0 ] || fail "$id: a line is too long"
	[ "$(tr -d '\n -~' <"$TMP/out" | wc -c)" = 0 ] || fail "$id: not plain ASCII"
	grep -q -E "^$id $code \\((fatal|wait|warning|note)(, (fatal|wait|warning|note))*\\)\$" "$TMP/out" || fail "$id: its head"
	sentences=$(sed 1,3d "$TMP/out" | tr '\n' ' ' | grep -o '[.!?] ' | wc -l)
	[ "$sentences" -ge 3 ] && [ "$sentences" -le 8 ] || fail "$id: $sentences sentences"
done <"$TMP/table"
for id in F-43 F-50; do
	run 0 "$PROGRAM" explain $id
	grep -q 'not visible from one host' "$TMP/out" || fail "$id does not say that it cannot be seen"
done

# The manual has the same, in the same order.
sed -n 's/^\.It \(F-[0-9]*\) Pq \([a-z0-9-]*\)$/\1 \2/p' "$top/man/dns01gate.1" >"$TMP/manual"
cmp -s "$TMP/table" "$TMP/manual" || fail "the manual differs: $(diff "$TMP/table" "$TMP/manual")"

# What a check finds is in the table.
grep -h -o '"F-[0-9][0-9]"' "$top"/lib/*/*.c "$top"/lib/*/*.h | tr -d '"' | sort -u >"$TMP/checks"
[ "$(wc -l <"$TMP/checks")" -ge 45 ] || fail "the checks' ids were not found"
while read -r id; do
	grep -q -e "^$id " "$TMP/table" || fail "a check finds $id"
done <"$TMP/checks"
