#!/bin/sh
# SPDX-License-Identifier: ISC
# The history: what is kept of each wait, by many runs at once and by killed ones; and a database that is of no use.
. "$(dirname "$0")/lib.sh"
start_world "$here/history.scn"
DB=$TMP/history.db
tell_by_environment
export DNS01GATE_HISTORY="$DB"
name=_acme-challenge.a.w.lab

sql() {
	sqlite3 "$DB" "$1"
}

# ---- what is kept -----------------------------------------------------------------------------------

run 0 "$PROGRAM" wait $name value
silent_but() { # WORDS
	[ "$(grep -vc "$1" "$TMP/err")" = 0 ] || fail "more is said"
}
silent_but 'visible'
[ "$(stat -c %a "$DB")" = 600 ] || fail "mode $(stat -c %a "$DB")"
[ "$(sql 'SELECT name, zone, client, verdict, opened > 0, cleaned IS NULL FROM wait')" = "$name|w.lab|wait|visible|1|1" ] ||
	fail "kept: $(sql 'SELECT * FROM wait')"
[ "$(sql 'SELECT digests FROM wait')" = "$(printf value | sha256sum | cut -d' ' -f1)" ] || fail "digest"
[ "$(sql 'SELECT name, address, visible IS NOT NULL FROM server ORDER BY address' | tr '\n' ' ')" = \
	'ns1.w.lab.|127.0.0.11|1 ns2.w.lab.|127.0.0.12|1 ' ] || fail "servers: $(sql 'SELECT * FROM server')"
run 1 "$PROGRAM" -t 1 wait $name missing
[ "$(sql "SELECT verdict, opened IS NULL, (SELECT group_concat(id) FROM finding WHERE wait = wait.id) FROM wait WHERE id = 2")" = \
	'timeout|1|F-05' ] || fail "a failure: $(sql 'SELECT * FROM wait') $(sql 'SELECT * FROM finding')"
run 0 "$PROGRAM" present $name. value
run 0 "$PROGRAM" cleanup $name. value
[ "$(sql "SELECT client, cleaned >= asked FROM wait WHERE id = 3")" = 'lego|1' ] || fail "clean-up: $(sql 'SELECT * FROM wait')"
# A look is no wait; and no value is in it.
run 0 "$PROGRAM" check a.w.lab value
[ "$(sql 'SELECT count(*) FROM wait')" = 3 ] || fail "a look is kept"
for i in 1 2 3; do run 0 "$PROGRAM" wait $name value; done
! grep -aq missing "$DB" "$DB"-* 2>/dev/null || fail "a value is in the file"
# Off.
run 0 "$PROGRAM" --history off wait $name value
[ "$(sql 'SELECT count(*) FROM wait')" = 6 ] || fail "kept though it is off"

# ---- what it tells ----------------------------------------------------------------------------------

run 0 "$PROGRAM" history
grep -q '^w.lab: 6 waits for 1 name, 5 visible; the last at ' "$TMP/out" || fail "no summary"
grep -q '^  set --timeout to 30: of 5 waits 99 % ended within ' "$TMP/out" || fail "no advice"
grep -q '^  ns2.w.lab. 127.0.0.12: p50 .* did not show the record in 1 of 6 waits$' "$TMP/out" || fail "no server"
grep -q '^    It is the slowest in 5 of 6 waits.$' "$TMP/out" || fail "no slowest"
grep -q 'causes in waits that failed: F-05 in 1' "$TMP/out" || fail "no cause"
grep -q '^  1 retry within an hour' "$TMP/out" || fail "no retry"
cp "$TMP/out" "$TMP/all"
for about in w.lab W.Lab. a.w.lab $name; do
	run 0 "$PROGRAM" history "$about"
	cmp -s "$TMP/out" "$TMP/all" || fail "history $about is another"
done
run 0 "$PROGRAM" history other.lab
grep -qx 'No wait for "other.lab" is remembered.' "$TMP/out" || fail "not told"
run 0 "$PROGRAM" --json history w.lab
has "$TMP/out" '.document == "history" and .schema == 1 and (.zones | length) == 1'
has "$TMP/out" '.zones[0] | .zone == "w.lab" and .waits == 6 and .visible == 5 and .retries == 1 and .timeout_s == 30 and
	.opened.p50_ms <= .opened.p95_ms and .opened.p95_ms <= .opened.max_ms'
has "$TMP/out" '.zones[0].servers | map(select(.address == "127.0.0.12"))[0] | .waits == 6 and .slowest == 5'
has "$TMP/out" '.zones[0].findings == [{"id": "F-05", "waits": 1}]'
has "$TMP/out" '.zones[0].days | to_entries | map(.value.failed) | add == 1'
for wrong in 'a b' 'http://a/'; do
	# shellcheck disable=SC2086
	run 64 "$PROGRAM" history $wrong
done
run 64 "$PROGRAM" --history off history
run 0 "$PROGRAM" --history "$TMP/none.db" history
grep -qx 'No wait is remembered yet.' "$TMP/out" || fail "not told"
[ ! -e "$TMP/none.db" ] || fail "reading made it"

# ---- many at once, and killed ones ------------------------------------------------------------------

rm -f "$DB"*
pids=
for i in $(seq 20); do
	"$PROGRAM" --state-dir "$TMP/state$i" -q -t 60 wait $name value 2>>"$TMP/many" &
	pids="$pids $!"
done
for i in $(seq 200); do
	"$PROGRAM" --state-dir "$TMP/state$i" -q -t 60 wait "_acme-challenge.n$i.w.lab" value 2>>"$TMP/many" &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid" || fail "one of many failed: $(cat "$TMP/many")"; done
[ ! -s "$TMP/many" ] || fail "said: $(cat "$TMP/many")"
[ "$(sql 'SELECT count(*), count(DISTINCT name) FROM wait')" = '220|201' ] || fail "lost: $(sql 'SELECT count(*) FROM wait')"
for i in $(seq 50); do
	"$PROGRAM" -q wait $name value 2>/dev/null &
	pid=$!
	sleep "0.$(printf %03d $((i * 7919 % 230)))"
	kill -9 $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
done
[ "$(sql 'PRAGMA integrity_check')" = ok ] || fail "the database is not sound"
before=$(sql 'SELECT count(*) FROM wait')
run 0 "$PROGRAM" wait $name value
silent_but 'visible'
[ "$(sql 'SELECT count(*) FROM wait')" = $((before + 1)) ] || fail "the next run is not kept"

# ---- of no use: a warning, and the run is as it would be -------------------------------------------

warned() { # WORDS
	run 0 "$PROGRAM" wait $name value
	says "$1"
	[ "$(grep -c history "$TMP/err")" = 1 ] || fail "not one warning"
}
sql 'PRAGMA user_version = 2' >/dev/null
warned "history $DB is of a later version of dns01gate (schema 2)"
run 70 "$PROGRAM" history
says 'of a later version'
sql 'PRAGMA user_version = 1' >/dev/null
mkfifo "$TMP/statements"
timeout 30 sqlite3 "$DB" <"$TMP/statements" >/dev/null 2>&1 8>&- &
locker=$!
exec 8>"$TMP/statements"
echo "BEGIN EXCLUSIVE; SELECT writefile('$TMP/locked', '');" >&8
for i in $(seq 100); do [ ! -e "$TMP/locked" ] || break; sleep 0.05; done
run 0 "$PROGRAM" -t 2 wait $name value
says 'database is locked'
run 1 "$PROGRAM" -t 0.3 wait $name missing
exec 8>&-
wait $locker
rm -f "$DB"*
printf 'This is no database, whatever its name says. %0200d' 7 >"$DB"
chmod 600 "$DB"
warned 'file is not a database'
run 70 "$PROGRAM" history
says 'file is not a database'
rm -f "$DB"
mkdir "$DB"
warned 'Is a directory'
rmdir "$DB"
ln -s "$TMP/elsewhere" "$DB"
warned 'it is a symbolic link'
rm "$DB"
: >"$DB"
chmod 666 "$DB"
warned 'others can write it (mode 0666)'
rm "$DB"
DNS01GATE_HISTORY=$TMP/no/such/folder/x.db
warned 'No such file or directory'

# ---- the schedule learns ---------------------------------------------------------------------------

# $questions to the late server
late() {
	stop_world
	start_world "$here/late.scn"
	export DNS01GATE_ROOT_HINTS="$HINTS" DNS01GATE_PORT="$PORT"
	run 0 "$PROGRAM" --json -t 60 "$@" wait _acme-challenge.late.lab value
	has "$TMP/out" '.elapsed_ms < 9600'
	questions=$(jq '.records[0].servers[] | select(.address == "127.0.0.12") | .queries' "$TMP/out")
}
DNS01GATE_HISTORY=$DB
late --history off
before=$questions
run 0 "$PROGRAM" --json wait _acme-challenge.late.lab value
for i in 1 2 3 4 5 6; do
	sql "INSERT INTO wait (id, asked, name, zone, digests, verdict) VALUES (10$i, $i, 'x', 'late.lab', '', 'visible');
		INSERT INTO server VALUES (10$i, 'ns2.late.lab.', '127.0.0.12', 800$i);
		INSERT INTO server VALUES (10$i, 'ns2.late.lab.', 'no address', 8000)"
done
sql 'DELETE FROM wait WHERE id < 100'
late
[ $((4 * questions)) -lt $((3 * before)) ] || fail "$questions questions with a history, $before without"
stop_world
start_world "$here/history.scn"
tell_by_environment

# The default place: below $XDG_STATE_HOME for who is not root; where there is none, nothing is said.
unset DNS01GATE_HISTORY
[ "$(id -u)" = 0 ] || exit 0
unshare -m true 2>/dev/null || exit 0
chmod 755 "$TMP"
chmod 644 "$HINTS"
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups env HOME="$TMP/home" DNS01GATE_STATE_DIR="$TMP/nobody" "$@"
}
mkdir "$TMP/home" "$TMP/nobody"
chown 65534 "$TMP/home" "$TMP/nobody"
run 0 as_nobody "$PROGRAM" wait $name value
! grep -q history "$TMP/err" || fail "something is said of it"
[ "$(stat -c '%a %U' "$TMP/home/.local/state/dns01gate")" = '700 nobody' ] || fail "the default place"
[ -f "$TMP/home/.local/state/dns01gate/history.db" ] || fail "no default file"
rm -rf "$TMP/home/.local"
run 0 as_nobody "$PROGRAM" history
grep -qx 'No wait is remembered yet.' "$TMP/out" && [ ! -e "$TMP/home/.local" ] || fail "reading made the default place"
rm -rf "$TMP/home"
run 0 as_nobody "$PROGRAM" wait $name value
! grep -q history "$TMP/err" || fail "something is said of it"
# Full, and read-only: a file system of its own.
on_mount() { # OPTIONS STATUS-AFTER COMMAND: before it is used
	unshare -m sh -c 'mount -t tmpfs -o mode=755 none /var/lib && eval "$1" && exec "$PROGRAM" wait "$2" value' sh "$1" $name
}
run 0 on_mount 'mkdir -m 700 /var/lib/dns01gate && mount -t tmpfs -o size=20k,mode=700 none /var/lib/dns01gate'
says 'this run is not kept there'
[ "$(grep -c history "$TMP/err")" = 1 ] || fail "not one warning"
run 0 on_mount '"$PROGRAM" -q wait '$name' value && mount -o remount,ro /var/lib'
says 'readonly database'
[ "$(grep -c history "$TMP/err")" = 1 ] || fail "not one warning"
