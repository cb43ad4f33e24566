#!/bin/sh
# SPDX-License-Identifier: ISC
# acmetool's events: of its folder's programs each is told of all.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
DNS01GATE_TIMEOUT=5
export DNS01GATE_TIMEOUT

run 0 gate challenge-dns-start example.lab target value
says '_acme-challenge.example.lab. is visible'
no_output
# The target may be empty; newer ones say "wildcard" or nothing at the end.
run 0 gate challenge-dns-start example.lab '' -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ''
run 0 gate challenge-dns-start example.lab --target value wildcard
run 1 env DNS01GATE_TIMEOUT=1 "$PROGRAM" --root-hints "$HINTS" --port "$PORT" challenge-dns-start example.lab -t missing
nothing 0 gate challenge-dns-stop quiet.example.lab -target value
nothing 0 gate challenge-dns-stop '*.quiet.example.lab' '' value ''
# Not ours.
nothing 42 gate challenge-http-start quiet.example.lab target token
nothing 42 gate challenge-http-stop quiet.example.lab target token
nothing 42 gate challenge-tls-sni-start quiet.example.lab target one two
nothing 42 gate challenge-something-new --with -x
nothing 42 sh -c 'echo quiet.example.lab | "$PROGRAM" live-updated'

run 64 gate challenge-dns-start quiet.example.lab -t
says 'challenge-dns-start takes HOSTNAME TARGETFILE VALUE: too little after "-t"'
run 64 gate challenge-dns-stop quiet.example.lab target value wildcard --more
says '"--more" is too much'
lines 1
no_output
never_asked quiet.example.lab
