#!/bin/sh
# SPDX-License-Identifier: ISC
# lego's two modes.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
DNS01GATE_TIMEOUT=5
export DNS01GATE_TIMEOUT

run 0 gate present _acme-challenge.example.lab. value
says '_acme-challenge.example.lab. is visible'
run 1 gate -t 1 present _acme-challenge.example.lab. missing
run 0 gate cleanup _acme-challenge.example.lab. value
silent
# The value is the digest of the key authorization; the token may begin with a dash.
run 0 gate present -- raw.example.lab -token 'token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI'
says '_acme-challenge.raw.example.lab. is visible'
run 0 gate present -- '*.raw.example.lab' -token 'token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI'
run 0 gate cleanup -- raw.example.lab --token x.y
no_output
# Options reach it by the environment alone.
run 1 env DNS01GATE_TIMEOUT=1 DNS01GATE_ROOT_HINTS="$HINTS" DNS01GATE_PORT="$PORT" "$PROGRAM" present _acme-challenge.example.lab. missing
# Words of its own: none is an option of ours.
run 64 gate cleanup _acme-challenge.example.lab. --help more
says 'cleanup takes FQDN VALUE'
no_output
