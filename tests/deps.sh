#!/bin/sh
# SPDX-License-Identifier: ISC
# deps.sh [build|test|lint]: installs what is missing to build, or to build and test, or to lint, with apt-get: as root, or
# through sudo; else says the command that would.
set -eu
what=${1:-test}
missing=

module() { # PKG-CONFIG-MODULE PACKAGE
	pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}

program() { # PROGRAM PACKAGE
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# Where the pkg-config file of a package wants more than the package brings.
header() { # HEADER PACKAGE
	echo "#include <$1>" | ${CC:-cc} -E - >/dev/null 2>&1 || missing="$missing $2"
}

program pkg-config pkg-config
# With what wraps it, "ccache gcc", it is the last word.
compiler=${CC:-cc}
compiler=${compiler##* }
program "$compiler" "$([ "$compiler" = clang ] && echo clang || echo gcc) libc6-dev"
module ldns libldns-dev
module libssl libssl-dev
module libcrypto libssl-dev
module libnghttp2 libnghttp2-dev
module libcurl libcurl4-openssl-dev
module jansson libjansson-dev
module sqlite3 libsqlite3-dev
if [ "$what" = test ]; then
	module cmocka libcmocka-dev
	header unbound.h libunbound-dev
	program knotd knot
	program kdig knot-dnsutils
	program nsd nsd
	program named bind9
	program nsupdate bind9-dnsutils
	program delv bind9-dnsutils
	program unbound unbound
	program unbound-host unbound-host
	program kresd knot-resolver
	program ldns-signzone ldnsutils
	program dnssec-keygen bind9-utils
	program pebble pebble
	program certbot certbot
	program lego lego
	program uacme uacme
	program dehydrated dehydrated
	program acmetool acmetool
	program apache2 apache2-bin
	program mandoc mandoc
	program jq jq
	program promtool prometheus
	program sqlite3 sqlite3
	program xmllint libxml2-utils
	program chromium chromium
	program tmux tmux
	program zsh zsh
	program fish fish
	program dash dash
	program bash bash
	program openssl openssl
	program sshd openssh-server
	program ssh openssh-client
	program jsonschema python3-jsonschema
	program tinyproxy tinyproxy
	program microsocks microsocks
	program ip iproute2
	program pgrep procps
	program unshare util-linux
	program valgrind valgrind
	program readelf binutils
fi

if [ "$what" = lint ]; then
	missing=
	program clang-format clang-format
	program cppcheck cppcheck
	program mandoc mandoc
fi

[ -n "$missing" ] || exit 0
# Servers that come with packages are not to be started.
install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as='sudo '
else
	echo "missing:$missing" >&2
	echo "as root: apt-get update && $install" >&2
	exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "missing, and there is no apt-get here:$missing" >&2
	exit 1
fi
echo "installing:$missing"
policy=/usr/sbin/policy-rc.d
placed=
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | ${as}tee $policy >/dev/null
	${as}chmod +x $policy
	placed=1
fi
status=0
log=$(mktemp)
{ ${as}apt-get update && ${as}env DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1 || status=$?
[ -z "$placed" ] || ${as}rm -f $policy
[ $status = 0 ] || {
	tail -n 20 "$log" >&2
	echo "that failed: ${as}$install" >&2
}
rm -f "$log"
exit $status
