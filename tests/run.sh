#!/bin/sh
# SPDX-License-Identifier: ISC
# run.sh JOBS LOGS: runs the tests on standard input, a line each, "NAME COMMAND", so many at a time. It shows the output of
# those that fail, and how long those took that needed ten seconds. Each has a state directory of its own, and $LIMIT
# seconds (600). The last line counts.
set -eu
jobs=$1
LOGS=$2
export LOGS
rm -rf "$LOGS"
mkdir -p "$LOGS"

xargs -r -P "$jobs" -d '\n' -n 1 sh -c '
	name=${1%% *}
	DNS01GATE_STATE_DIR=$(mktemp -d)
	DNS01GATE_HISTORY=off
	export DNS01GATE_STATE_DIR DNS01GATE_HISTORY
	log=$LOGS/$(echo "$name" | tr / _)
	start=$(date +%s)
	took() { s=$(($(date +%s) - start)); [ "$s" -lt 10 ] || echo " $s s"; }
	if timeout -k 10 "${LIMIT:-600}" sh -c "${1#* }" >"$log.log" 2>&1 </dev/null; then
		echo "ok      $name$(took)"
		: >"$log.passed"
	else
		echo "FAILED  $name (status $?)$(took)"
		sed "s/^/    /" "$log.log"
		: >"$log.failed"
	fi
	rm -rf "$DNS01GATE_STATE_DIR"' run

passed=$(find "$LOGS" -name '*.passed' | wc -l)
failed=$(find "$LOGS" -name '*.failed' | wc -l)
echo "checks: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
