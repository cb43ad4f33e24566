# SPDX-License-Identifier: ISC
# Where the secret of --rfc2136's key must not be: in arguments, environments, output, report, metrics, state, in memory
# once the update is sent, in a core file; and no other process of the user can look into this one.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=3600
. "$(dirname "$1")/publish.sh"
remember_zones
raw=$(echo "$secret" | base64 -d | od -An -v -tx1 | tr -d ' \n')
mkdir "$RIG/seen" "$RIG/cores" "$RIG/user"

# holds_secret FILE: its text, or its octets.
holds_secret() {
	grep -q -a -F "$secret" "$1" || od -An -v -tx1 "$1" | tr -d ' \n' | grep -q -F "$raw"
}
holds_secret "$NSUPDATE_KEY" || fail "the search does not find the text"
echo "$secret" | base64 -d >"$RIG/octets"
holds_secret "$RIG/octets" || fail "the search does not find the octets"
rm "$RIG/octets"

# Some user, where there is one besides root.
as=
! setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null || as='setpriv --reuid 65534 --regid 65534 --clear-groups'
cp "$NSUPDATE_KEY" "$RIG/user/update.key"
sed "s|$NSUPDATE_KEY|update.key|" "$RIG/knot.json" >"$RIG/user/update.json"
[ -z "$as" ] || chown -R 65534:65534 "$RIG/user" "$RIG/cores"

cd "$RIG/cores"
ulimit -c unlimited
$as env DNS01GATE_RFC2136="$RIG/user/update.json" DNS01GATE_REPORT="$RIG/user/report" DNS01GATE_METRICS="$RIG/user/metrics" \
	DNS01GATE_STATE_DIR="$RIG/user/state" "$PROGRAM" -v -t 6 wait _acme-challenge.secret.slow.lab visible-value \
	>"$RIG/seen/output" 2>&1 &
gate=$!
$as sleep 1000 &
other=$!
wait_for 20 shows 127.1.0.11 _acme-challenge.secret.slow.lab visible-value

# While it waits.
for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
	cat "$file" >"$RIG/seen/$(echo "$file" | tr / _)" 2>/dev/null || :
done
[ -s "$RIG/seen/_proc_${gate}_environ" ] || fail "its environment is not seen"
[ -z "$(pgrep -P $gate)" ] || fail "it has children"
if [ -n "$as" ]; then
	# Then all of these files are the superuser's.
	[ "$(stat -c %u /proc/$gate/environ)" = 0 ] || fail "its memory can be dumped"
	$as cat /proc/$other/environ >"$RIG/user/environ" || fail "a process of the same user cannot be looked into anyway"
	! $as cat /proc/$gate/environ >"$RIG/user/environ" 2>/dev/null || fail "another process of the user can look into it"
fi
# Not even in memory. (A sanitizer's is too large to search.)
if [ -z "${SANITIZED:-}" ]; then
	sed -n 's/^\([0-9a-f]*\)-\([0-9a-f]*\) rw.*/0x\1 0x\2/p' /proc/$gate/maps >"$RIG/maps"
	kill -STOP $gate
	while read -r from to; do
		dd if=/proc/$gate/mem bs=4096 skip=$((from / 4096)) count=$(((to - from) / 4096)) 2>/dev/null || :
	done <"$RIG/maps" >"$RIG/memory"
	kill -CONT $gate
	grep -q -a visible-value "$RIG/memory" || fail "its memory was not read"
	! holds_secret "$RIG/memory" || fail "the secret is in its memory after the update"
fi

status=0
wait $gate || status=$?
[ "$status" = 1 ] || fail "exit $status: $(cat "$RIG/seen/output")"
[ -s "$RIG/user/report" ] || fail "no report"
[ -s "$RIG/user/metrics" ] || fail "no metrics"
"$PROGRAM" --rfc2136 "$RIG/knot.json" cleanup _acme-challenge.secret.slow.lab. visible-value >>"$RIG/seen/output" 2>&1 ||
	fail "cleanup: $?"
zones_as_before "a run that is looked into"

# A core file, where the kernel writes such here.
core_of() { # SIGNAL PID
	kill -"$1" "$2"
	wait "$2" || :
	find "$RIG/cores" -type f | grep -q .
}
if core_of ABRT $other; then
	rm -f "$RIG"/cores/*
	for number in ABRT SEGV; do
		$as "$PROGRAM" --rfc2136 "$RIG/user/update.json" -t 20 wait _acme-challenge.core.slow.lab value 2>"$RIG/seen/core" &
		gate=$!
		wait_for 20 shows 127.1.0.11 _acme-challenge.core.slow.lab value
		core_of $number $gate && fail "a core file"
		"$PROGRAM" --rfc2136 "$RIG/knot.json" cleanup _acme-challenge.core.slow.lab. value || fail "cleanup: $?"
	done
else
	echo "core files are not written here: $(cat /proc/sys/kernel/core_pattern)"
fi

# Mistakes in a key file are told without what stands in it.
mistake() {
	cat >"$RIG/user/wrong.key"
	chmod 600 "$RIG/user/wrong.key"
	sed "s|update.key|wrong.key|" "$RIG/user/update.json" >"$RIG/user/wrong.json"
	status=0
	"$PROGRAM" -v --rfc2136 "$RIG/user/wrong.json" -t 2 cleanup _acme-challenge.wrong.slow.lab. value \
		>"$RIG/seen/wrong-$1" 2>&1 || status=$?
	[ $status = 64 ] || [ $status = 4 ] || fail "key file of $1: exit $status: $(cat "$RIG/seen/wrong-$1")"
}
[ -z "$as" ] || chown -R "$(id -u)" "$RIG/user"
sed 's/;//g' "$NSUPDATE_KEY" | mistake semicolons
sed "s|$secret|!$secret|" "$NSUPDATE_KEY" | mistake letters
sed "s|$secret|$secret$secret|" "$NSUPDATE_KEY" | mistake padding
sed "s|\"$secret\"|\"$secret|" "$NSUPDATE_KEY" | mistake quotes
sed 's/hmac-sha256/rot13/' "$NSUPDATE_KEY" | mistake algorithm
sed 's/secret/\n# a comment\nsecrets/' "$NSUPDATE_KEY" | mistake words
sed "s/hmac-sha256; secret/$(echo "$secret" | tr / _); secret/" "$NSUPDATE_KEY" | mistake order
sed 's/"update"/"stranger"/' "$NSUPDATE_KEY" | mistake name
mistake nothing </dev/null
rm "$RIG/user/wrong.key" "$RIG/user/update.key"

find "$RIG/seen" "$RIG/user" -type f >"$RIG/files"
while read -r file; do
	! holds_secret "$file" || fail "the secret is in $file: $(cat "$file")"
done <"$RIG/files"
echo "searched: $(wc -l <"$RIG/files") files"
