#!/bin/sh
# SPDX-License-Identifier: ISC
# agree.sh ARGUMENTS...: build/*/agree with them, in a network namespace of its own: resolvers ask port 53.
set -eu
if [ "${AGREE_INSIDE:-}" = "" ]; then
	[ "$(id -u)" = 0 ] && user= || user=--map-root-user
	# shellcheck disable=SC2086
	exec env AGREE_INSIDE=1 unshare $user --net --pid --fork --kill-child sh "$0" "$@"
fi
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
exec "$BUILD/agree" "$@"
