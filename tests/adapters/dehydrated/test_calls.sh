#!/bin/sh
# SPDX-License-Identifier: ISC
# dehydrated's calls: one name or a chain of them, and all that is not ours.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
DNS01GATE_TIMEOUT=5
export DNS01GATE_TIMEOUT
dashes=-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

run 0 gate deploy_challenge example.lab token value
says '_acme-challenge.example.lab. is visible'
no_output
# The wildcard's name; a token and a value that look like options.
run 0 gate deploy_challenge '*.example.lab' --token $dashes
run 0 gate deploy_challenge example.lab -- value
run 1 env DNS01GATE_TIMEOUT=1 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" deploy_challenge example.lab -t missing
# HOOK_CHAIN: one wait for all, and none is forgotten.
run 0 gate --json deploy_challenge example.lab -1 value '*.example.lab' -2 other b.example.lab -3 b
has "$TMP/out" '[.records[].values[]] == ["value", "other", "b"]'
run 1 gate -t 1 deploy_challenge example.lab 1 value b.example.lab 2 missing
# Another challenge among them, or alone: not waited for.
run 0 gate --json deploy_challenge quiet.example.lab tok tok.thumbprint c.example.lab t c
has "$TMP/out" '[.records[].name] == ["_acme-challenge.c.example.lab."]'
nothing 0 gate deploy_challenge quiet.example.lab tok tok.thumbprint
nothing 0 gate deploy_challenge quiet.example.lab tok 0a:1b:2c

nothing 0 gate clean_challenge quiet.example.lab -token $dashes
nothing 0 gate clean_challenge quiet.example.lab t v '*.quiet.example.lab' u w
# What it says when something else happens: nothing, not even to standard output, which generate_csr's caller reads.
for verb in sync_cert deploy_cert deploy_ocsp unchanged_cert invalid_challenge request_failure generate_csr startup_hook \
	exit_hook this_hookscript_is_broken__dehydrated_is_working_fine__please_ignore_unknown_hooks_in_your_script; do
	nothing 0 gate --json -v $verb quiet.example.lab --frobnicate -x
	nothing 0 gate $verb
done

for verb in deploy_challenge clean_challenge; do
	takes="$verb takes DOMAIN TOKEN VALUE for each name"
	run 64 gate $verb
	says "$takes"
	run 64 gate $verb quiet.example.lab
	says "$takes: no token after \"quiet.example.lab\""
	run 64 gate $verb quiet.example.lab t v quiet.example.lab -u
	says "$takes: no value after \"-u\""
	lines 1
	no_output
done
# A slip in a verb of ours is no verb of dehydrated's.
run 64 gate deploy-challenge quiet.example.lab t v
says 'unknown subcommand "deploy-challenge"'
never_asked quiet.example.lab
