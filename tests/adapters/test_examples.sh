#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's commands are those of the examples, and every example is run by some test.
. "$(dirname "$0")/../cli/lib.sh"

for file in $(cd "$top" && find examples -type f); do
	folder=$(dirname "$file")
	grep -q -r -e "$folder" "$top/tests/live" "$top/tests/adapters" || fail "no test runs $file"
	grep -q -e "$folder" "$top/README.md" || fail "the README does not mention $folder"
	sh -n "$top/$file" || fail "$file is no shell script"
done
