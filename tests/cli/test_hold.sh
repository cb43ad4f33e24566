#!/bin/sh
# SPDX-License-Identifier: ISC
# A name that the gate was opened for a moment ago: the CA may have the values of then in its cache.
. "$(dirname "$0")/lib.sh"
start_world "$here/hold.scn"
state=$TMP/state

# gate STATUS NAME VALUE [OPTION...]
gate() {
	status=$1 name=$2 value=$3
	shift 3
	run "$status" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$state" --json "$@" wait "$name" "$value"
}
took() { # JQ-CONDITION
	has "$TMP/out" ".elapsed_ms | $1"
}

gate 0 _acme-challenge.lab one
took '. < 1500'
gate 0 _acme-challenge.both.lab one
sleep 2
# Another value in its place: held until five seconds after the client cleaned up, and that is said.
run 0 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$state" cleanup _acme-challenge.lab. one
gate 0 _acme-challenge.lab two -t 20 --progress always
took '. > 3500 and . < 6200'
grep -q 'held for [1-5] s more' "$TMP/err" || fail 'the hold is not told'
# The same again is what the CA would find.
gate 0 _acme-challenge.lab two
took '. < 1500'
# Not forgotten by the end: said with the verdict.
gate 0 _acme-challenge.same.lab one
rm -rf "$state"
gate 0 _acme-challenge.lab two
sed -i 's/"two"/"three"/' "$state/dns01gate-$(id -u)/.opened"
gate 1 _acme-challenge.lab two -t 20
# It is known at once that this is too short.
took '. < 3000'
has "$TMP/out" '[.records[0].findings[] | select(.id == "F-14" and .severity == "wait")] | length == 1'
# A look says the same: the CA would find the old one.
run 1 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$state" --json check lab two
has "$TMP/out" '[.records[0].findings[] | select(.id == "F-14")] | length == 1'
# Both values stood there when it opened: either will be found.
gate 0 _acme-challenge.same.lab one
gate 0 _acme-challenge.same.lab two
took '. < 1500'
# What was there first is there still: nobody has looked yet.
gate 0 _acme-challenge.both.lab two
took '. < 1500'
# A state that is spoilt holds nobody.
echo '{"_acme-challenge.lab": 7, "x": []}' >"$state/dns01gate-$(id -u)/.opened"
gate 0 _acme-challenge.lab two
took '. < 1500'

# An order that failed: certbot goes to the CA all the same, and a CA that keeps what it gets for the whole TTL has what was
# there; Let's Encrypt has not, and lego never asks it.
order() { # STATUS VERB VALUE [OPTION...]
	status=$1 verb=$2 value=$3
	shift 3
	run "$status" env CERTBOT_DOMAIN=lab CERTBOT_VALIDATION="$value" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
		--state-dir "$state" "$@" certbot "$verb"
}
rm -rf "$state"
order 1 auth nowhere --ca generic -t 1
order 0 cleanup nowhere --ca generic
gate 0 _acme-challenge.lab two --ca generic -t 30
took '. > 3500 and . < 7000'
rm -rf "$state"
order 1 auth nowhere -t 1
order 0 cleanup nowhere
gate 0 _acme-challenge.lab two
took '. < 1500'
rm -rf "$state"
run 1 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "$state" --ca generic -t 1 present _acme-challenge.lab. nowhere
gate 0 _acme-challenge.lab two --ca generic
took '. < 1500'
