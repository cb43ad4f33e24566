#!/bin/sh
# SPDX-License-Identifier: ISC
# Every file says its licence, none has grown out of hand, and the manual knows every option and finding.
set -eu
cd "$(dirname "$0")/../.."
failed=0

complain() {
	echo "$*"
	failed=1
}

sources=$(find lib hook -name '*.[ch]')
for file in $sources tests/*/*.[ch] tests/*/*.sh tests/*/*/*.sh tests/*.mk Makefile; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: ISC' || complain "$file does not say its licence"
done
for file in $sources; do
	[ "$file" = lib/dns01gate.h ] || [ "$(wc -l <"$file")" -le 480 ] || complain "$file has more than 480 lines"
done
# A function's brace stands in the first column.
awk 'FNR == 1 { start = 0 }
     /^\{/ { start = FNR }
     /^\}/ { if (start && FNR - start > 60) { print FILENAME ":" start ": a function of " FNR - start " lines"; bad = 1 }
	     start = 0 }
     END { exit bad }' $sources || failed=1
[ "$(wc -l <lib/dns01gate.h)" -le 510 ] || complain "the public header is long"

for option in $("$PROGRAM" --help | sed -n 's/^  .*--\([a-z0-9-]*\).*/\1/p' | sort -u); do
	grep -q -e "Fl -$option" man/dns01gate.1 || complain "the manual lacks --$option"
done
awk -f man/findings.awk lib/findings.def man/dns01gate.1 | cmp -s - man/dns01gate.1 ||
	complain "the manual's findings are not those of lib/findings.def: make manual-findings"
for status in $(sed -n 's/^	EXIT_[A-Z]* = \([0-9]*\),*$/\1/p' hook/system/exit_status.h); do
	grep -q -e "^.It $status" man/dns01gate.1 || complain "the manual lacks exit status $status"
done
mandoc -T lint -W warning man/*.[1-9] || complain "a manual is not clean"

# Nothing of the machine that it was made on, nothing unfinished.
grep -rn -E '(/work/|/root/|TODO|FIXME)' lib hook tests man examples README.md CHANGES Makefile |
	grep -v '^tests/tree/' && complain "left-overs"
exit $failed
