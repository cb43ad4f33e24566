#!/bin/sh
# SPDX-License-Identifier: ISC
# What a test started has ended when its folder is removed: what takes a moment and still writes, what is stopped, what ignores
# the signal, what has lost its parent.
set -eu
cd "$(dirname "$0")/../.."
T=$(mktemp -d)
running=
# shellcheck disable=SC2086
trap '[ -z "$running" ] || kill -KILL $running 2>/dev/null || :; rm -rf "$T"' EXIT
mkdir "$T/folder"

# A run of no tests is no success.
! sh tests/run.sh 1 "$T/logs" </dev/null >"$T/said" || { cat "$T/said"; exit 1; }
grep -qx 'checks: 0 passed, 0 failed' "$T/said"

cat >"$T/test" <<'EOF2'
. tests/world/servers.sh
trap 'stop_all; rm -rf "$1"' EXIT
slow() {
	trap 'for i in 1 2 3 4 5 6 7 8; do : >"$1/late$i"; sleep 0.05; done; exit 0' TERM
	echo ready >>"$1/ready"
	while :; do sleep 0.05; done
}
slow "$1" &
(slow "$1" & wait) &
(
	trap '' TERM
	echo ready >>"$1/ready"
	exec sleep 1000
) &
sleep 1001 &
kill -STOP $!
tries=100
until [ "$(wc -l <"$1/ready")" = 3 ] || [ $tries = 0 ]; do
	tries=$((tries - 1))
	sleep 0.05
done
running_from $$
echo "$running"
EOF2
sh "$T/test" "$T/folder" >"$T/running" 2>"$T/errors" || {
	cat "$T/errors"
	exit 1
}
running=$(cat "$T/running")
cat "$T/errors"
[ ! -e "$T/folder" ] || { echo "the folder is left: $(ls "$T/folder")"; exit 1; }
[ "$(echo "$running" | wc -w)" -ge 4 ] || { echo "not all were seen: $running"; exit 1; }
for pid in $running; do
	! grep -q -s '^[0-9]* ([^ ]*) [^ZX] ' "/proc/$pid/stat" || { echo "$pid still runs"; exit 1; }
done
