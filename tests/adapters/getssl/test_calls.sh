#!/bin/sh
# SPDX-License-Identifier: ISC
# getssl's two commands, run as it runs them: by the shell, with domain and value behind.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
DNS01GATE_TIMEOUT=5
DNS01GATE_ROOT_HINTS=$HINTS
DNS01GATE_PORT=$PORT
export DNS01GATE_TIMEOUT DNS01GATE_ROOT_HINTS DNS01GATE_PORT
dashes=-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

getssl() { # ADD|DEL DOMAIN VALUE
	sh -c 'eval "\"$PROGRAM\" getssl $1" "$2" "$3"' sh "$@"
}
run 0 getssl add example.lab value
says '_acme-challenge.example.lab. is visible'
no_output
run 0 getssl add example.lab $dashes
run 0 getssl 'add -t 3' example.lab $dashes
run 1 getssl '-t 1 add' example.lab missing
nothing 0 getssl del quiet.example.lab $dashes
nothing 0 getssl del '*.quiet.example.lab' value

wrong() { # TEXT OPERAND...
	text=$1
	shift
	run 64 "$PROGRAM" getssl "$@"
	says "$text"
	lines 1
	no_output
}
wrong 'getssl needs add or del'
wrong 'getssl takes add or del, not "put"' put quiet.example.lab v
wrong 'add takes DOMAIN VALUE: too little after "quiet.example.lab"' add quiet.example.lab
wrong '"w" is too much' del quiet.example.lab v w
wrong 'unknown option "--frobnicate"' add quiet.example.lab --frobnicate
never_asked quiet.example.lab
