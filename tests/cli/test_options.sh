#!/bin/sh
# SPDX-License-Identifier: ISC
# Where options may come from and stand, and which wins.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
name=_acme-challenge.example.lab

run 0 "$PROGRAM" --help
silent
for o in --timeout --on-timeout --confirmations --require --server --report --json --state-dir; do
	grep -q -e "$o" "$TMP/out" || fail "--help lacks $o"
done
run 0 "$PROGRAM" -V
grep -q '^dns01gate [0-9.]*$' "$TMP/out" || fail "--version"
run 0 "$PROGRAM" wait --help

# Before and after the subcommand, in every form.
run 0 gate -t5 -c 1 wait $name value
run 0 gate wait $name value --timeout=5 -qc1
silent
run 0 gate wait --timeout 5 $name value --confirmations 1 $name other
run 0 gate wait -- $name value
run 0 gate wait _ACME-Challenge.Example.LAB. value

# Environment, file, command line: the later wins.
json='.records[0].servers[0].confirmations'
confirmations() { # WANT COMMAND...
	want=$1
	shift
	run 0 "$@"
	has "$TMP/out" "$json == $want"
}
echo '{"confirmations": 4, "json": true, "confirm-interval": 0.1, "server": "127.0.0.11#'"$PORT"'"}' >"$TMP/c.json"
confirmations 4 gate --config "$TMP/c.json" wait $name value
confirmations 2 env DNS01GATE_CONFIRMATIONS=2 DNS01GATE_CONFIG="$TMP/c.json" "$PROGRAM" wait $name value
confirmations 1 env DNS01GATE_CONFIRMATIONS=2 DNS01GATE_CONFIG="$TMP/c.json" "$PROGRAM" -c 1 wait $name value
# A list of a later source replaces that of an earlier one.
run 0 gate --config "$TMP/c.json" wait --server "127.0.0.12#$PORT" --server "127.0.0.13#$PORT" $name value
has "$TMP/out" '[.records[0].servers[].address] == ["127.0.0.12", "127.0.0.13"]'
run 0 env DNS01GATE_JSON=no "$PROGRAM" --config "$TMP/c.json" wait $name value
no_output
run 64 env DNS01GATE_JSON=perhaps "$PROGRAM" wait $name value
says 'DNS01GATE_JSON in the environment: json: "perhaps" is neither true nor false'
# What is no option of ours is no business of ours; an empty one is not set.
run 0 env DNS01GATE_NO_SUCH_THING=x DNS01GATE_TIMEOUT= "$PROGRAM" --config "$TMP/c.json" wait $name value

# What container images and Kubernetes set is not for us, and never ends a run well before it has asked.
for variable in VERSION=1.2.3 VERSION=1 HELP=1 HELP=yes PORT=tcp://10.0.0.1:53; do
	run 1 env DNS01GATE_$variable "$PROGRAM" --root-hints "$HINTS" $([ ${variable%=*} = PORT ] || echo --port "$PORT") \
		-t 1 --server "127.0.0.12#$PORT" wait $name missing
	says "DNS01GATE_${variable%%=*} in the environment is not for this program: ignored"
done
printf '{ "version": true }' >"$TMP/late.json"
run 64 "$PROGRAM" --config "$TMP/late.json" wait $name value
says "$TMP/late.json:1:3: version belongs on the command line"
# Blanks stand between several values.
run 0 env DNS01GATE_SERVER="127.0.0.12#$PORT 127.0.0.13#$PORT" "$PROGRAM" --config "$TMP/c.json" wait $name value
has "$TMP/out" '[.records[0].servers[].address] == ["127.0.0.12", "127.0.0.13"]'

# A mistake that is found late is told with its place all the same.
run 64 env DNS01GATE_RESOLVER=9.9 "$PROGRAM" wait $name value
says 'DNS01GATE_RESOLVER in the environment: "9.9" is not an IP address'
printf '{ "timeout": 1,\n "server": ["127.0.0.1", "nonsense"] }' >"$TMP/late.json"
run 64 "$PROGRAM" --config "$TMP/late.json" wait $name value
says "$TMP/late.json:2:2: \"nonsense\" is not an IP address"
run 64 "$PROGRAM" --config "$TMP/late.json" --server 127.0.0.2x wait $name value
says 'dns01gate: "127.0.0.2x" is not an IP address'
printf '{ "root-hints": "%s/none" }' "$TMP" >"$TMP/late.json"
run 64 "$PROGRAM" --config "$TMP/late.json" --dnssec validate validate $name
says "$TMP/late.json:1:3: $TMP/none: No such file or directory"
printf '{ "server": "nonsense",\n "key-file": null }' >"$TMP/late.json"
run 64 gate --rfc2136 "$TMP/late.json" wait $name value
says "$TMP/late.json:1:3: "

# -4 and -6 are one choice.
run 0 gate -4 -6 wait $name value
run 64 gate -6 wait --server 127.0.0.11 $name value
says 'none of the servers is of an address family that may be used'

# Pairs from stdin, with comments and blank lines.
printf '# two names\n\n%s value\n_acme-challenge.b.example.lab.\tb\n' $name |
	run 0 gate --json wait -
has "$TMP/out" '[.records[].verdict] == ["visible", "visible"]'
says '2 of 2 names visible'
printf '%s value' $name | run 0 gate wait -

# --settle, within the timeout.
before=$(date +%s%N)
run 0 gate -t 3 --settle 1 wait $name value
spent=$((($(date +%s%N) - before) / 1000000))
[ $spent -ge 1200 ] || fail "settled for $spent ms"
before=$(date +%s%N)
run 0 gate -t 1 --settle 60 wait $name value
spent=$((($(date +%s%N) - before) / 1000000))
[ $spent -lt 2500 ] || fail "settled beyond the timeout: $spent ms"
