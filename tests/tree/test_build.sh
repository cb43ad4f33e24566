#!/bin/sh
# SPDX-License-Identifier: ISC
# The build, in a copy of the tree: what is deleted goes from the lists, what is changed gets in, and nothing else is
# built again; the library is position-independent; tests can be chosen; what is missing is said.
set -eu
cd "$(dirname "$0")/../.."
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP
unset MAKEFLAGS MFLAGS MAKELEVEL
CC=${CC:-cc}

complain() {
	echo "$*"
	exit 1
}

cp -R Makefile hook lib tests man examples README.md CHANGES LICENSE "$T/"
cd "$T"
build() {
	make -j2 CC="$CC" CFLAGS=-O0 FLAVOUR=plain "$@" >"$T/log" 2>&1 || { cat "$T/log"; complain "make $* fails"; }
}
# built FILE...: which objects of these were built this time
built() {
	grep -c -E '^  CC ' "$T/log" || :
}
folder=build/plain
case $CC in *clang*) folder=build/plain-clang ;; esac
program=$folder/dns01gate

build all
build all
[ "$(built)" = 0 ] || complain "built again without a change: $(cat "$T/log")"

# A changed version reaches --version, and rebuilds one file.
build VERSION=9.8.7 all
[ "$("$program" --version)" = 'dns01gate 9.8.7' ] || complain "the version is $("$program" --version)"
[ "$(built)" = 1 ] || complain "a new version builds $(built) files"
build all

# A file that is deleted, and one that comes.
mv hook/client/getssl.c "$T/kept"
build all
! "$program" --help | grep -q getssl || complain "a deleted client is in the help"
mv "$T/kept" hook/client/getssl.c
build all
"$program" --help | grep -q getssl || complain "a new client is not in the help"
mv lib/check/check_hold.c "$T/kept"
build all
! nm "$program" | grep -q dg_check_hold || complain "a deleted check is in the program"
mv "$T/kept" lib/check/check_hold.c

# A changed header builds what includes it.
touch lib/check/caa.h
build all
grep -q 'CC .*lib/check/check_caa.o' "$T/log" || complain "check_caa.c is not built again"
! grep -q 'CC .*lib/base/addr.o' "$T/log" || complain "addr.c is built again"

# The library's objects can go into a shared one.
$CC -shared -o "$T/shared.so" -Wl,--whole-archive "$folder/libdns01gate.a" -Wl,--no-whole-archive 2>"$T/log" ||
	complain "the library is not position-independent: $(cat "$T/log")"

# A compiler of two words.
make -n CC="env $CC" deps >"$T/log" 2>&1 || complain "deps with a compiler of two words"
sh -n tests/deps.sh
make -n CC="env $CC" deps | grep -q "CC='env $CC'" || complain "deps does not get the compiler of two words"

# What pkg-config says is shown, once.
make -j2 CC="$CC" MODULES='ldns no-such-module' "$folder/lib/base/err.o" >"$T/log" 2>&1 || :
[ "$(grep -c 'no-such-module\.pc' "$T/log")" = 1 ] || complain "pkg-config's words: $(cat "$T/log")"
