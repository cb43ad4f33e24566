#!/bin/sh
# SPDX-License-Identifier: ISC
# Every example is run by some test, is well formed, and the README names its folder.
. "$(dirname "$0")/../cli/lib.sh"

for file in $(cd "$top" && find examples -type f); do
	folder=$(dirname "$file")
	case $file in
	examples/README) continue ;;
	*.json) jq -e . "$top/$file" >/dev/null || fail "$file is not JSON" ;;
	# Other programs read these; a line is a setting or a comment.
	*.conf | *.ini) ! grep -v -E '^(#.*|[A-Za-z].* .*|)$' "$top/$file" || fail "$file has a line that sets nothing" ;;
	# systemd's: sections, settings and comments.
	*.service | *.timer) ! grep -v -E '^(#.*|\[[A-Z][a-z]*\]|[A-Z][A-Za-z]*=.*|)$' "$top/$file" || fail "$file has a line that sets nothing" ;;
	# Prometheus' alerts; tests/cli/test_alerts.sh has promtool read them.
	*.yml) ! grep -v -E '^( *(- )?[a-z]+:( .*|)| *[a-z>].*| *(- )?alert: [A-Za-z0-9]+|#.*)$' "$top/$file" || fail "$file has a line that is none" ;;
	*/crontab) [ "$(grep -v '^#' "$top/$file" | awk 'NF < 7 || $6 != "root"')" = '' ] || fail "$file is no crontab" ;;
	*) sh -n "$top/$file" || fail "$file is no shell script" ;;
	esac
	grep -q -r -e "$folder" "$top/tests/live" "$top/tests/adapters" "$top/tests/cli" || fail "no test runs $file"
	grep -q -e "$folder" "$top/README.md" || fail "the README does not mention $folder"
done
