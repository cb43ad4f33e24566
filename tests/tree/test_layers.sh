#!/bin/sh
# SPDX-License-Identifier: ISC
# The architecture holds (layers.sh), and what breaks it is told: each arrow between rooms that is not allowed.
set -eu
cd "$(dirname "$0")/../.."
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP
sh tests/tree/layers.sh "$PWD"

# No global is anybody else's name.
if [ -n "${LIB:-}" ]; then
	nm -g --defined-only "$LIB" | awk 'NF == 3 && $3 !~ /^(dg_|_?_?asan|__odr_asan|__ubsan|__sanitizer|__sancov)/ { print $3 }' |
		grep . && { echo "a global of lib/ without the prefix dg_"; exit 1; }
fi

# forbidden ROOM ROOM...: files of the first include one of each of the others, in a copy, and each is told.
cp -R lib hook "$T/"
forbidden() {
	from=$1
	shift
	into=$(find "$T/$from" -maxdepth 1 -name '*.c' | sort | head -n 1)
	for to in "$@"; do
		header=$(find "$T/$to" -maxdepth 1 -name '*.h' | sort | head -n 1)
		header=${header#"$T"/}
		sed -i "1i #include \"${header#*/}\"" "$into"
		echo "${into#"$T"/} ($from) includes $header ($to)" >>"$T/expected"
	done
}
forbidden lib/base lib/dns lib/dnssec lib/find lib/watch lib/update lib/check lib/net lib/gate
forbidden lib/dns lib/dnssec lib/find lib/watch lib/update lib/check lib/net lib/gate
forbidden lib/dnssec lib/find lib/watch lib/update lib/check lib/net lib/gate
forbidden lib/find lib/watch lib/update lib/check lib/net lib/gate
forbidden lib/watch lib/update lib/check lib/net lib/gate
forbidden lib/update lib/watch lib/check lib/places lib/net lib/gate
forbidden lib/check lib/places lib/update lib/net lib/gate
forbidden lib/places lib/update lib/net lib/gate
forbidden lib/net lib/dnssec lib/find lib/watch lib/update lib/check lib/places lib/gate
forbidden hook/system lib/base lib/gate hook/input hook/show hook/memory hook/publish hook/page hook
forbidden hook/input lib/base hook/logs hook/show hook/memory hook/publish hook/page hook
forbidden hook/show lib/gate hook/memory hook/publish hook/page hook
forbidden hook/memory lib/dns hook/show hook/publish hook/page hook
forbidden hook/publish lib/update hook/show hook/page hook
forbidden hook/page lib/gate hook/input hook/show hook/memory hook/publish hook
forbidden hook/logs lib/gate hook/memory hook/publish hook/page hook
forbidden hook lib/base lib/gate hook/page hook/logs
forbidden hook/cmd lib/check
forbidden hook/client lib/update hook/page hook/logs

# And each other rule.
breaks() { # FILE LINE COMPLAINT
	echo "$2" >>"$T/$1"
	echo "$3" >>"$T/expected"
}
breaks lib/watch/watch.c '#include <ldns/ldns.h>' 'lib/watch/watch.c includes <ldns/.*>'
breaks lib/find/path.c '#include <sys/socket.h>' 'lib/find/path.c includes <(sys/socket|netinet/.*)\.h>'
breaks lib/dns/msg.c 'void f(void) { printf("x"); }' 'lib/ prints or exits'
breaks lib/watch/survey.c 'long f(void) { return time(NULL); }' 'a clock, a dice or the environment outside net.c'
breaks lib/net/transport_udp.c 'int f(void) { switch (c->kind) { } }' 'lib/net/transport_*.c: a switch beside a table of functions'
sh tests/tree/layers.sh "$T" >"$T/said" && { echo "a broken tree passes"; exit 1; }
while read -r line; do
	grep -q -x -F -e "$line" "$T/said" || { echo "not told: $line"; cat "$T/said"; exit 1; }
done <"$T/expected"
