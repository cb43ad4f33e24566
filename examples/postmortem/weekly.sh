#!/bin/sh
# Tells which names still fail, and why, by the logs of the last weeks; not a word when none does.
# Usage: cp weekly.sh /etc/cron.weekly/acme-postmortem, with your own files below; cron mails what it prints.
set -eu
[ $# -gt 0 ] || set -- /var/log/letsencrypt/letsencrypt.log*

story=$(mktemp)
trap 'rm -f "$story"' EXIT
# Exit status 1: the files tell of no order at all.
dns01gate postmortem --json "$@" >"$story" 2>/dev/null || exit 0
if jq -e 'any(.names[]; .outcome == "failing")' "$story" >/dev/null; then
	dns01gate postmortem "$@"
fi
