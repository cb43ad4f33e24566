#!/bin/sh
# SPDX-License-Identifier: ISC
# examples/acme.sh/dns_dns01gate.sh as it stands, under sh, dash and bash, called as acme.sh does: sourced
# in a subshell, with acme.sh's own functions, the settings read from and kept in the account's file.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
mkdir -p "$TMP/dnsapi"
cp "$top/examples/acme.sh/dns_dns01gate.sh" "$TMP/dnsapi/"

cat >"$TMP/dnsapi/dns_fake.sh" <<'EOF'
dns_fake_add() { echo "add $1 $2" >>"$CALLS"; [ "$2" != broken ]; }
dns_fake_rm() { echo "rm $1 $2" >>"$CALLS"; }
EOF
printf '#!/bin/sh\necho "gate $*" >>"$CALLS"\nexit ${GATE_STATUS:-0}\n' >"$TMP/gate"
chmod +x "$TMP/gate"
# acme.sh's side of the contract.
cat >"$TMP/acme.sh" <<'EOF'
LE_WORKING_DIR=$(dirname "$0")
_info() { echo "info: $*"; }
_err() { echo "err: $*" >&2; return 1; }
_findHook() {
	[ ! -f "$LE_WORKING_DIR/$2/$3.sh" ] || printf '%s' "$LE_WORKING_DIR/$2/$3.sh"
}
_readaccountconf_mutable() { sed -n "s/^SAVED_$1='\(.*\)'/\1/p" "$CONF" | tail -n 1; }
_saveaccountconf_mutable() { echo "SAVED_$1='$2'" >>"$CONF"; }
d=$1
if ! (
	d_api=$(_findHook "$d" dnsapi dns_dns01gate)
	. "$d_api"
	"dns_dns01gate_$2" "$3" "$4"
); then
	echo "acme.sh: $2 failed"
	exit 1
fi
EOF
CALLS=$TMP/calls
CONF=$TMP/account.conf
export CALLS CONF
name=_acme-challenge.example.lab

last_call() {
	[ "$(tail -n 1 "$CALLS")" = "$1" ] || fail "the other API was called: $(tail -n 1 "$CALLS")"
}

for shell in sh dash bash; do
	: >"$CALLS"
	: >"$CONF"
	acme() { "$shell" "$TMP/acme.sh" "$@"; }
	set_up() {
		export Dns01gate_Provider=dns_fake Dns01gate_Program="$PROGRAM"
		export Dns01gate_Options="--root-hints $HINTS --port $PORT -t 2"
	}

	run 1 acme example.lab add $name value
	says 'Set Dns01gate_Provider'
	set_up
	run 0 acme example.lab add $name value
	last_call "add $name value"
	says 'is visible'
	# A renewal has no such environment, only the account's file.
	unset Dns01gate_Provider Dns01gate_Program Dns01gate_Options
	run 0 acme '*.example.lab' add $name other
	last_call "add $name other"
	says 'is visible'
	run 0 acme example.lab add $name -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
	says 'is visible'
	# Not in time: said, and success all the same, or acme.sh would trigger all pending challenges.
	run 0 acme example.lab add $name missing
	says 'ended with status 1'
	run 1 env Dns01gate_Strict=1 "$shell" "$TMP/acme.sh" example.lab add $name missing
	# The other API fails: nothing to wait for.
	run 1 acme example.lab add $name broken
	! grep -q 'is not visible' "$TMP/err" || fail "it waited for a record that was not published"
	run 0 acme example.lab rm $name value
	last_call "rm $name value"
	# By dynamic update no other API is needed, or called.
	: >"$CALLS"
	export Dns01gate_Rfc2136=/etc/rfc2136.json Dns01gate_Program="$TMP/gate" Dns01gate_Options="-t 7"
	run 0 acme example.lab add $name value
	last_call "gate -t 7 --rfc2136 /etc/rfc2136.json present $name value"
	unset Dns01gate_Rfc2136 Dns01gate_Program Dns01gate_Options
	run 0 acme example.lab add $name -value
	last_call "gate -t 7 --rfc2136 /etc/rfc2136.json present $name -value"
	run 0 acme example.lab rm $name -value
	last_call "gate -t 7 --rfc2136 /etc/rfc2136.json cleanup $name -value"
	# Published and not visible; visible or nothing; not published.
	run 0 env GATE_STATUS=1 Dns01gate_Strict=0 "$shell" "$TMP/acme.sh" example.lab add $name value
	says 'ended with status 1'
	last_call "gate -t 7 --rfc2136 /etc/rfc2136.json present $name value"
	run 1 env GATE_STATUS=2 Dns01gate_Strict=1 "$shell" "$TMP/acme.sh" example.lab add $name value
	last_call "gate -t 7 --rfc2136 /etc/rfc2136.json cleanup $name value"
	run 1 env GATE_STATUS=4 Dns01gate_Strict=0 "$shell" "$TMP/acme.sh" example.lab add $name value
	says 'ended with status 4'
	last_call "gate -t 7 --rfc2136 /etc/rfc2136.json present $name value"
	! grep -q '^add' "$CALLS" || fail 'the other API was called too'
	# Back to the other API.
	set_up
	run 0 acme example.lab add $name value
	last_call "add $name value"
	unset Dns01gate_Provider Dns01gate_Program Dns01gate_Options
	run 0 acme example.lab add $name other
	last_call "add $name other"
	run 1 env Dns01gate_Provider=dns_none "$shell" "$TMP/acme.sh" example.lab add $name value
	says 'dns_none was not found'
done
