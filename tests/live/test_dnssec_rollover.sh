# SPDX-License-Identifier: ISC
# Knot takes a new ZSK and then a new KSK, with a new DS in the parent, while the gate waits for a record
# that comes last of all: never a fault, and no signature is called wrong.
# shellcheck shell=sh disable=SC2154

PARTS=curve
. "$(dirname "$1")/signed.sh"
name=_acme-challenge.roll.curve.lab

# tags FLAGS: of the keys with these flags that all three servers show, if they show the same
tags() {
	for a in 11 12 13; do
		kdig +short +timeout=1 +retry=0 @127.1.0.$a curve.lab DNSKEY | grep "^$1 " | sort >"$RIG/keys.$a"
	done
	cmp -s "$RIG/keys.11" "$RIG/keys.12" && cmp -s "$RIG/keys.11" "$RIG/keys.13" && cat "$RIG/keys.11"
}

# replaced FLAGS OLD: one key, not the old one
replaced() {
	tags "$1" >"$RIG/tags" && [ "$(wc -l <"$RIG/tags")" = 1 ] && ! grep -q -F "$2" "$RIG/tags"
}

waits() {
	kill -0 $gate 2>/dev/null || fail "the gate ended in the midst: $(cat "$RIG/wait.log")"
}

old_zsk=$(tags 256)
old_ksk=$(tags 257)
"$PROGRAM" wait -t 60 --report "$RIG/report" $name value >"$RIG/wait.log" 2>&1 &
gate=$!

knotc -c "$RIG/knot.conf" zone-key-rollover curve.lab zsk >>"$RIG/knotc.log"
wait_for 20 replaced 256 "$old_zsk"
waits

knotc -c "$RIG/knot.conf" zone-key-rollover curve.lab ksk >>"$RIG/knotc.log"
# Its tag, as soon as it may be in the parent.
ready() {
	tag=$(curve_keys list -e | sed -n 's/.* ksk=yes .* tag=0*\([0-9]*\) .* ready=[1-9].* active=0 .*/\1/p')
	[ "$tag" != "" ]
}
parent_has() {
	[ "$(kdig +short +timeout=1 +retry=0 @127.1.0.2 curve.lab DS | cut -d ' ' -f 1)" = "$1" ]
}
wait_for 20 ready
curve_ds "$tag" >"$RIG/curve.ds"
sign_lab "$RIG/curve.ds"
reload lab
wait_for 20 parent_has "$tag"
knotc -c "$RIG/knot.conf" zone-ksk-submitted curve.lab >>"$RIG/knotc.log"
wait_for 20 replaced 257 "$old_ksk"
waits

update "add $name. 1 TXT \"value\""
status=0
wait $gate || status=$?
[ $status = 0 ] || fail "exit $status: $(cat "$RIG/wait.log")"
has "$RIG/report" '.verdict == "visible" and .records[0].dnssec == "secure" and .elapsed_ms > 8000'
has "$RIG/report" '.records[0].servers | length == 3 and all(.state == "present" and .dnssec == "secure")'
has "$RIG/report" '[.records[0].findings[] | select(.id | test("F-(3[5-9]|4[01])"))] == []'
! grep -i -E 'bogus|expired|DNSKEY' "$RIG/wait.log" || fail "a signature was called wrong"
