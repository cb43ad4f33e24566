#!/bin/sh
# SPDX-License-Identifier: ISC
# A few scenarios and the command line's start under valgrind: no error, no leak.
set -eu
check() {
	valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible \
		--suppressions=tests/valgrind.supp --track-fds=no "$@"
}

check "$BUILD/scenario" tests/scenario/watch_lag.scn tests/scenario/watch_many_names.scn \
	tests/scenario/chain_cname_differs.scn tests/scenario/discover_out_of_zone.scn \
	tests/scenario/discover_delegation_appears.scn tests/scenario/odd_old_values.scn
check "$PROGRAM" --help >/dev/null
status=0
check "$PROGRAM" -q -t 0.5 --dnssec off wait --server 127.0.0.1#9 _acme-challenge.example.lab value || status=$?
[ $status = 1 ] || [ $status = 2 ]
status=0
printf '{"confirmations": 2, "frob": 1}' >"$BUILD/valgrind.json"
check "$PROGRAM" --config "$BUILD/valgrind.json" wait a.lab v 2>/dev/null || status=$?
[ $status = 64 ]
