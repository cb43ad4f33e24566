#!/bin/sh
# SPDX-License-Identifier: ISC
# layers.sh TREE: the architecture, as a script. A room of lib/ or hook/ includes itself and the rooms that
# its line names, and no file of another; a library is used in its own files only; nothing in lib/ prints, exits, or reads
# a clock where it must not; what has a table of functions needs no switch on its kind.
set -eu
cd "$1"
failed=0

complain() {
	echo "$*"
	failed=1
}

# ---- rooms ---------------------------------------------------------------------------------------

# "ROOM: what it may include", and those with all that they may. "lib" is the public header.
rooms='
lib/base: lib
lib/dns: lib/base
lib/dnssec: lib/dns
lib/find: lib/dnssec
lib/watch: lib/find
lib/update: lib/find
lib/places: lib/check
lib/check: lib/watch
lib/net: lib/dns
lib/gate: lib/places lib/update lib/net
hook/system: lib
hook/input: hook/system
hook/show: hook/input
hook/memory: hook/input
hook/publish: hook/memory
hook/page: hook/system
hook/stores: hook/system
hook/logs: hook/show
hook: hook/show hook/memory hook/publish
hook/cmd: hook hook/page hook/stores hook/logs
hook/client: hook hook/memory
'
# Lists that the Makefile writes, each for one file.
lists='lib/check/check.c:check_list.h lib/places/vantage.c:engine_list.h lib/gate/gate_make.c:version.h hook/input/command.c:command_list.h hook/publish/publish.c:publisher_list.h'

# One line an include: FILE ROOM INCLUDED, where INCLUDED is a file below the top.
for file in $(find lib hook -name '*.[ch]'); do
	sed -n "s|^#include \"\(.*\)\"\$|$file \1|p" "$file"
done | while read -r file included; do
	room=${file%/*}
	case " $lists " in *" $file:$included "*) continue ;; esac
	for at in "$room/$included" "${room%%/*}/$included" "lib/$included" none; do
		[ ! -f "$at" ] || break
	done
	case $included in */*) ;; *)
		# Without a room it is one of the own room, the top's, or the public header.
		case ${at%/*} in "$room" | lib | hook) ;; *) at=none ;; esac ;;
	esac
	echo "$file $room $at $included"
done >"${TMPDIR:-/tmp}/layers.$$"
trap 'rm -f "${TMPDIR:-/tmp}/layers.$$"' EXIT

printf '%s\n' "$rooms" | awk '
	FNR == NR { if (NF) { sub(":", "", $1); known[$1]; for (i = 2; i <= NF; i++) may[$1, $i] = 1; order[n++] = $1 } next }
	FNR == 1 {
		# What may be included by way of another.
		for (changed = 1; changed;) {
			changed = 0
			for (a in known) for (b in known) for (c in known)
				if (((a, b) in may) && ((b, c) in may) && !((a, c) in may)) { may[a, c] = 1; changed = 1 }
			for (a in known) for (b in known)
				if (((a, b) in may) && ((b, "lib") in may) && !((a, "lib") in may)) { may[a, "lib"] = 1; changed = 1 }
		}
	}
	{
		to = $3; sub("/[^/]*$", "", to)
		if (!($2 in known)) print $1 " is in no room"
		else if ($3 == "none") print $1 " includes " $4 ", which is in no room that it may name so"
		else if (to != $2 && !(($2, to) in may)) print $1 " (" $2 ") includes " $3 " (" to ")"
	}' - "${TMPDIR:-/tmp}/layers.$$" | sort -u >"${TMPDIR:-/tmp}/layers.$$.said"
cat "${TMPDIR:-/tmp}/layers.$$.said"
[ ! -s "${TMPDIR:-/tmp}/layers.$$.said" ] || failed=1
rm -f "${TMPDIR:-/tmp}/layers.$$.said"

# ---- libraries and system calls ------------------------------------------------------------------

# only HEADERS PATTERN...: what only these files may include
only() {
	what=$1
	shift
	set +f
	files=$(grep -r -l -E "^#include <$what>" lib hook || true)
	set -f
	for file in $files; do
		allowed=
		for pattern in "$@"; do
			# shellcheck disable=SC2254
			case ${file%.*} in $pattern) allowed=1 ;; esac
		done
		[ -n "$allowed" ] || complain "$file includes <$what>"
	done
}

set -f
only 'ldns/.*' lib/base/name lib/dns/query lib/dns/rr_file lib/dns/hints lib/dnssec/anchors lib/dnssec/dnskey lib/update/update_msg
only 'openssl/.*' lib/net/tls lib/net/stream lib/dnssec/dnskey lib/dns/challenge lib/update/tsig hook/client/lego hook/memory/state hook/memory/history hook/stores/stores hook/publish/key_file
only 'nghttp2/.*' lib/net/transport_https
only 'sqlite3\.h' 'hook/memory/*'
only 'jansson\.h' lib/gate/report 'lib/places/*' hook/input/json_file hook/client/mod_md 'hook/memory/*' hook/cmd/validate hook/cmd/history hook/cmd/readiness hook/cmd/postmortem hook/show/document hook/page/report_read 'hook/logs/*'
only '(curl/.*|dlfcn\.h)' lib/net/courier_https
only 'poll\.h' 'lib/net/*' hook/run hook/publish/child hook/publish/keeper hook/system/guard hook/system/outlet
only '(sys/socket|netinet/.*)\.h' 'lib/net/*' hook/system/outlet hook/system/system_log
only '(netdb|pthread)\.h' lib/net/lookup hook/system/guard
only '(time|sys/time)\.h' lib/net/net lib/gate/report lib/base/wall_time 'hook/memory/*' hook/show/metrics hook/logs/stamp 'hook/system/*'
only '(unistd|fcntl|signal|sys/.*)\.h' 'lib/net/*' lib/base/file 'hook/*'
set +f

# ---- what the code may not do --------------------------------------------------------------------

# A library is silent and leaves ending to its caller; machines keep no clock and no randomness.
grep -rn -E '\b(printf|puts|putchar|fprintf|perror|exit|abort)\(' lib --include=*.c && complain "lib/ prints or exits"
grep -rn -E '(^|[^.>_a-z])(time|clock_gettime|rand|random|getenv)\(' lib --include=*.c | grep -v '^lib/net/net\.c' &&
	complain "a clock, a dice or the environment outside net.c"

# A kind with a table of functions (a const struct with the stem of a list) is never asked for its kind.
for list in lib/net/transport lib/check/check lib/places/engine; do
	grep -rn -E "switch \(.*(->|\.)$(basename "$list")\b|switch \(.*kind\)" "${list%/*}" --include="$(basename "$list")_*.c" &&
		complain "${list}_*.c: a switch beside a table of functions"
done
exit $failed
