# SPDX-License-Identifier: ISC
# Knot takes a new ZSK and then a new KSK, with a new DS in the parent, while the gate waits for a record
# that comes last of all: never a fault, and no signature is called wrong. And a zone is moved to other keys at once.
# shellcheck shell=sh disable=SC2154

PARTS='curve files'
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

# All keys, all signatures and the DS at one go, while answers of before are known.
name=_acme-challenge.new.optout.lab
"$PROGRAM" wait -t 20 --report "$RIG/report" $name value >"$RIG/wait.log" 2>&1 &
gate=$!
sleep 1.5
waits
new_keys optout.lab
sed -i '/^optout.lab.*DS/d' "$RIG/lab.base"
ds_of optout.lab >>"$RIG/lab.base"
sign_lab "$RIG/curve.ds"
publish optout.lab "$name. 1 TXT \"value\""
reload lab
reload ns1
reload ns2
status=0
wait $gate || status=$?
[ $status = 0 ] || fail "exit $status after new keys"
has "$RIG/report" '.verdict == "visible" and .records[0].dnssec == "secure" and .elapsed_ms < 9000'
has "$RIG/report" '[.records[0].findings[] | select(.severity == "fatal")] == []'
