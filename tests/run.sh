#!/bin/sh
# SPDX-License-Identifier: ISC
# run.sh JOBS LOGS: runs the tests on standard input, a line each, "NAME COMMAND", so many at a time; the
# output of those that fail is shown. Each has a state directory of its own. The last line counts.
set -eu
jobs=$1
LOGS=$2
export LOGS
rm -rf "$LOGS"
mkdir -p "$LOGS"

xargs -P "$jobs" -d '\n' -n 1 sh -c '
	name=${1%% *}
	DNS01GATE_STATE_DIR=$(mktemp -d)
	export DNS01GATE_STATE_DIR
	log=$LOGS/$(echo "$name" | tr / _)
	if timeout -k 10 300 sh -c "${1#* }" >"$log.log" 2>&1 </dev/null; then
		echo "ok      $name"
		: >"$log.passed"
	else
		echo "FAILED  $name (status $?)"
		sed "s/^/    /" "$log.log"
		: >"$log.failed"
	fi
	rm -rf "$DNS01GATE_STATE_DIR"' run

passed=$(find "$LOGS" -name '*.passed' | wc -l)
failed=$(find "$LOGS" -name '*.failed' | wc -l)
echo "checks: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
