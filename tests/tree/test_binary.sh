#!/bin/sh
# SPDX-License-Identifier: ISC
# What the program is built with, as it shows in the program itself; and no folder of the machine that it was
# built on is in it.
set -eu
[ -z "${SANITIZED:-}" ] || exit 0
cd "$(dirname "$0")/../.."
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
failed=0

complain() {
	echo "$*"
	failed=1
}

export LC_ALL=C
readelf -W -h -l -d -n "$PROGRAM" >"$T/elf"
readelf -W --dyn-syms "$PROGRAM" >"$T/symbols"
strings -a "$PROGRAM" >"$T/strings"

# A word of the compiler on what it can do: the tests want no more than that.
has() { # LINES-OF-C FLAGS
	# shellcheck disable=SC2086
	printf '%b\n' "$1" | ${CC:-cc} -O2 -Werror ${2:-} -S -x c -o - - >/dev/null 2>&1
}

grep -q 'Type: *DYN' "$T/elf" || complain "not position-independent"
grep -q 'FLAGS_1.*PIE' "$T/elf" || complain "not position-independent: a library"
grep -q 'GNU_RELRO' "$T/elf" || complain "relocations stay writable"
grep -q -E 'BIND_NOW|FLAGS_1.*NOW' "$T/elf" || complain "symbols are bound late, in writable memory"
grep -q -E 'GNU_STACK.* RW +0x' "$T/elf" || complain "the stack is executable, or nothing says that it is not"
grep -q -E 'LOAD.* RWE ' "$T/elf" && complain "memory is both writable and executable"
grep -q -E 'RPATH|RUNPATH' "$T/elf" && complain "libraries are looked for in a folder of its own"
grep -q '__stack_chk_fail' "$T/symbols" || complain "no canary on the stack"
if has '#include <features.h>\n#ifndef __GLIBC__\n#error\n#endif'; then
	grep -q '__[a-z]*_chk@' "$T/symbols" || complain "no fortified functions"
fi
# The rest does not show in every program, or not with every C library: it is in the command.
make -n -W lib/base/addr.c V=1 CC="${CC:-cc}" "${BUILD#"$PWD"/}/lib/base/addr.o" >"$T/command" 2>/dev/null || complain "make does not tell its command"
zero=-ftrivial-auto-var-init=zero
has 'int x;' $zero || zero="$zero -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang"
level=2
has '#include <stdlib.h>\n#if __USE_FORTIFY_LEVEL < 3\n#error\n#endif' '-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3' && level=3
for flag in -D_FORTIFY_SOURCE=$level -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full "$zero"; do
	! has 'int x;' "$flag" || grep -q -e "$flag" "$T/command" || complain "not built with $flag"
done
make -n -W lib/base/addr.c V=1 CC="${CC:-cc}" CFLAGS='-O1 -fno-stack-protector -D_FORTIFY_SOURCE=1' "${BUILD#"$PWD"/}/lib/base/addr.o" |
	grep -q -e '-fstack-protector-strong.* -O1 -fno-stack-protector -D_FORTIFY_SOURCE=1' || complain "CFLAGS do not come last"

readelf -W --debug-dump=info --dwarf-depth=1 "$PROGRAM" 2>/dev/null | sed -n 's/.*DW_AT_comp_dir.*: //p' >"$T/folders"
grep -v -x -q '\.' "$T/folders" && complain "the folder it was built in: $(grep -v -x -m 1 '\.' "$T/folders")"
grep -q "$PWD" "$T/strings" && complain "the folder it was built in: $(grep -m 1 "$PWD" "$T/strings")"
exit $failed
