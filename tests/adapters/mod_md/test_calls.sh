#!/bin/sh
# SPDX-License-Identifier: ISC
# Apache mod_md's calls, and what setup leaves for a teardown that is told no value.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
DNS01GATE_TIMEOUT=5
DNS01GATE_STATE_DIR=$TMP/state
export DNS01GATE_TIMEOUT DNS01GATE_STATE_DIR
dashes=-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
echo '{"key-file": null}' >"$TMP/rfc2136.json"
forgotten='what setup published for example.lab is not remembered'

remembered() { # JSON of all files, sorted
	find "$TMP/state" -name 'mod_md-*' -exec cat {} + | jq -s -c 'sort' >"$TMP/left"
	[ "$(cat "$TMP/left")" = "$1" ] || fail "remembered: $(cat "$TMP/left")"
}

run 0 gate setup example.lab value
says '_acme-challenge.example.lab. is visible'
no_output
remembered '[["value"]]'
[ "$(stat -c %a "$TMP"/state/dns01gate-*/mod_md-*)" = 600 ] || fail 'others can read it'
run 0 gate setup example.lab $dashes
run 0 gate setup b.example.lab b
run 0 gate setup example.lab value
remembered '[["'$dashes'","value"],["b"]]'
nothing 0 gate teardown b.example.lab
nothing 0 gate teardown example.lab
remembered '[]'
# Nothing to take away, or nothing known of it: no failure, and said by who should do it.
nothing 0 gate teardown example.lab
run 0 gate --rfc2136 "$TMP/rfc2136.json" teardown example.lab
says "$forgotten"
lines 1
no_output
# Version 2 tells the value; the others stay.
run 0 gate setup example.lab value
run 0 gate setup example.lab other
nothing 0 gate teardown example.lab value
remembered '[["other"]]'
nothing 0 gate teardown example.lab unknown
nothing 0 gate teardown example.lab other
remembered '[]'
run 0 gate setup '*.example.lab' other
nothing 0 gate teardown '*.example.lab'
run 1 env DNS01GATE_TIMEOUT=1 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" setup example.lab missing
nothing 0 gate teardown example.lab

# A removal that fails may come again.
run 0 gate setup example.lab value
printf '#!/bin/sh\nexit 1\n' >"$TMP/fails"
chmod +x "$TMP/fails"
run 4 gate --exec "$TMP/fails" teardown example.lab
remembered '[["value"]]'
nothing 0 gate teardown example.lab

# Failures without a teardown do not pile up.
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	gate -t 0 setup example.lab $i 2>"$TMP/err" || :
done
remembered '[["5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20"]]'
nothing 0 gate teardown example.lab

# A memory that is spoilt, or cannot be, is as if it were not there.
run 0 gate setup example.lab value
echo '{"no": ["list"]}' >"$(echo "$TMP"/state/dns01gate-*/mod_md-*)"
run 0 gate --rfc2136 "$TMP/rfc2136.json" teardown example.lab
says "$forgotten"
run 0 gate setup example.lab value
echo '["cut' >"$(echo "$TMP"/state/dns01gate-*/mod_md-*)"
run 0 gate setup example.lab other
remembered '[["other"]]'
chmod 777 "$TMP/state"
run 0 gate setup example.lab value
run 0 gate --rfc2136 "$TMP/rfc2136.json" teardown example.lab
says "$forgotten"
run 0 gate teardown example.lab value
says 'is not used: others can write to it'
lines 1
chmod 700 "$TMP/state"

run 64 gate setup quiet.example.lab
says 'setup takes DOMAIN VALUE: too little after "quiet.example.lab"'
run 64 gate setup quiet.example.lab value -t
says '"-t" is too much'
run 64 gate teardown
says 'teardown takes DOMAIN: too little after "teardown"'
run 64 gate teardown quiet.example.lab value --more
says '"--more" is too much'
lines 1
no_output
never_asked quiet.example.lab
