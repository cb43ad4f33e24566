#!/bin/sh
# SPDX-License-Identifier: ISC
# uacme's calls: it offers one type of challenge after the other.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
DNS01GATE_TIMEOUT=5
export DNS01GATE_TIMEOUT

run 0 gate begin dns-01 example.lab -token value
says '_acme-challenge.example.lab. is visible'
no_output
run 0 gate begin dns-01 '*.example.lab' --token -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
run 1 env DNS01GATE_TIMEOUT=1 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" begin dns-01 example.lab -t missing
says 'is not visible'
# Declined by status, and quietly: it goes on to the next type.
nothing 1 gate begin http-01 quiet.example.lab tok tok.thumbprint
nothing 1 gate begin tls-alpn-01 quiet.example.lab -t tok.thumbprint
nothing 1 gate begin dns-02 quiet.example.lab tok value
for verb in "done" failed; do
	nothing 0 gate $verb dns-01 quiet.example.lab -token value
	nothing 0 gate $verb http-01 quiet.example.lab tok tok.thumbprint
done
for verb in begin "done" failed; do
	run 64 gate $verb
	says "$verb takes TYPE IDENT TOKEN AUTH: too little after \"$verb\""
	run 64 gate $verb http-01 quiet.example.lab -t
	says 'too little after "-t"'
	run 64 gate $verb dns-01 quiet.example.lab t v --more
	says '"--more" is too much'
	lines 1
	no_output
done
never_asked quiet.example.lab
