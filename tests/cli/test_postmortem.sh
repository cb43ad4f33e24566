#!/bin/sh
# SPDX-License-Identifier: ISC
# `dns01gate postmortem`: logs in the form of each client (tests/cli/logs), and what is told of them.
. "$(dirname "$0")/lib.sh"
logs=$here/logs
# Times without a zone are of this one.
TZ=UTC0
export TZ

# Of each cause: sentence, type, look-up, count and the likeliest finding.
# told FILE CLIENT NAME FAILURES LAST OUTCOME PATTERN CAUSE...
told() {
	file=$1
	want=$(printf '%s|' "$2" "$3" "$4" "$5" "$6" "$7")
	shift 7
	want=$want$*
	run 0 "$PROGRAM" postmortem --json "$logs/$file"
	silent
	got=$(jq -r --arg name "$(echo "$want" | cut -d'|' -f2)" '.files[0].client as $client | .names[] | select(.name == $name) |
		[($client // "-"), .name, .failures, (.last // "-"), .outcome, (.pattern.text // "-"),
		([.causes[] | "\(.sentence) \(.type) \(.phase)\(if .perspective == "secondary" then "-elsewhere" else "" end) \(.count) \(.findings[0].id // "-")"] | join(" "))] | join("|")' "$TMP/out")
	[ "$got" = "$want" ] || fail "$file: told is $got, not $want"
}

told certbot.log certbot example.com 1 2026-11-20T02:00:10Z failing once \
	'txt-incorrect unauthorized txt-elsewhere 1 F-02'
told acme.sh.log acme.sh shop.example.org 1 2026-11-20T10:11:36Z failing once 'txt-timeout dns txt-elsewhere 1 F-43'
told acme.sh.debug.log acme.sh shop.example.org 1 2026-11-21T03:00:33Z failing once 'txt-timeout dns txt-elsewhere 1 F-43'
told lego.log lego example.net 3 2026-11-19T04:00:29Z over 'every 12 h' 'caa-forbids caa caa 3 F-31'
told lego5.log lego a.example.net 1 2026-11-20T10:00:40Z failing once 'txt-servfail dns txt 1 F-21'
told lego5.log lego b.example.net 1 2026-11-20T10:00:40Z failing once 'dnssec-key dns txt 1 F-37'
told limit.log lego www.example.net 1 2026-11-20T10:00:01Z failing once 'failed-validations rateLimited order 1 -'
told loop.log dehydrated loop.example.com 5 2026-11-20T10:01:27Z failing '5 times within 80 s: a loop' \
	'txt-nxdomain dns txt 5 F-01'
told uacme.log uacme www.example.edu 1 2026-11-20T10:11:00Z failing once 'ca-remote serverInternal ca 1 F-50'
told cert-manager.log cert-manager shop.example.org 2 2026-11-20T10:01:30Z failing once \
	'txt-incorrect unauthorized txt 1 F-12 own-check-propagation dns client 1 F-01'
told cert-manager.describe cert-manager shop.example.org 1 - unknown - 'own-check-propagation dns client 1 F-01'
told cert-manager.json - one.example.org 1 - unknown - 'txt-nxdomain dns txt 1 F-01'
told cert-manager.json - two.example.org 1 2026-11-20T10:20:00Z failing once 'caa-forbids caa caa 1 F-31'
told caddy.log Caddy cafe.example.org 1 2026-11-20T10:11:12Z failing once 'txt-none unauthorized txt 1 F-01'
told traefik.log Traefik tea.example.org 1 2026-11-20T10:11:12Z failing once 'txt-incorrect unauthorized txt 1 F-07'
told problem.json - example.com 1 - unknown - 'dnssec-expired dns txt 1 F-35'
told order.json - a.example.com 1 - unknown - 'caa-forbids caa caa 1 F-31'
told order.json - b.example.com 1 - unknown - 'caa-timeout dns caa 1 F-32'

# When to try again: as the CA said, and as its limit gives one failure back.
run 0 "$PROGRAM" postmortem --json "$logs/limit.log"
has "$TMP/out" '.names[0].retry.at == "2026-11-20T10:12:45Z" and .names[0].causes[0].retry_at == "2026-11-20T10:12:45Z"'
run 0 "$PROGRAM" postmortem --json "$logs/loop.log"
has "$TMP/out" '.names[0].retry.at == "2026-11-20T10:12:07Z"'
run 0 "$PROGRAM" postmortem --json "$logs/lego.log"
has "$TMP/out" '.names[0] | .retry == null and .succeeded == "2026-11-19T16:00:31Z" and .successes == 2'
cat >"$TMP/retry.log" <<'EOT'
2026-11-20 10:00:00,000:DEBUG:acme.client:Received response:
HTTP 429
Retry-After: 5400

{
  "type": "urn:ietf:params:acme:error:rateLimited",
  "detail": "Error creating new order :: too many new orders (300) from this account in the last 3h0m0s",
  "status": 429
}
EOT
run 0 "$PROGRAM" postmortem --json "$TMP/retry.log"
has "$TMP/out" '.names[0] | .name == null and .retry.at == "2026-11-20T11:30:00Z" and .causes[0].sentence == "orders"'

# Everything at once: the document's form, the types together, the name with the most failures first.
run 0 "$PROGRAM" postmortem --json "$logs"/*
has "$TMP/out" '.program == "dns01gate" and .document == "postmortem" and .schema == 1 and .checks == null and .dropped == 0'
has "$TMP/out" '(.files | length) == 15 and ([.files[].failures] | add) == .failures + .repeated'
has "$TMP/out" '([.types[]] | add) == .failures and .types.caa == 5'
has "$TMP/out" '[.names[].failures] | . == (sort | reverse)'
has "$TMP/out" '.names[0] | .name == "shop.example.org" and .failures == 5'
has "$TMP/out" 'all(.names[].causes[]; (.advice | length) > 20 and (.meaning | length) > 10)'

# The same log twice is no news.
run 0 "$PROGRAM" postmortem --json "$logs/lego.log" "$logs/lego.log"
has "$TMP/out" '.failures == 3 and .repeated == 3 and .names[0].failures == 3'
run 0 "$PROGRAM" postmortem "$logs/lego.log" "$logs/lego.log"
grep -q '^3 failures stand in these files twice' "$TMP/out" || fail "the copy is not told"

# In plain text, from a file, from standard input, and without any word for that.
run 0 "$PROGRAM" postmortem "$logs/loop.log"
silent
for words in 'loop.log: dehydrated, 13 lines, 5 failures, 0 names validated' 'By type: dns 5' \
	'loop.example.com: 5 failures, from 2026-11-20 10:00:07 to 2026-11-20 10:01:27 UTC' 'Pattern: 5 times within 80 s: a loop' \
	"in the CA's look-up of the TXT record" 'F-01 not-published' 'If it is F-01: Every usable address' \
	'not before 2026-11-20 10:12:07 UTC' '"DNS problem: NXDOMAIN looking up TXT'; do
	tr '\n' ' ' <"$TMP/out" | tr -s ' ' | grep -q -F -e "$words" || fail "it does not tell: $words"
done
sed 1d "$TMP/out" >"$TMP/text"
for way in 'postmortem -' postmortem; do
	# shellcheck disable=SC2086
	run 0 "$PROGRAM" $way <"$logs/loop.log"
	sed 1d "$TMP/out" | cmp -s - "$TMP/text" || fail "$way differs"
	grep -q '^standard input: dehydrated' "$TMP/out" || fail "$way: which file?"
done
echo 'Incorrect TXT record "x" found at _acme-challenge.example.com' | run 0 "$PROGRAM" postmortem || fail "a bare line"
# A type alone, as much as a bare line may be, and what never reached the CA.
echo urn:ietf:params:acme:error:caa >"$TMP/bare"
run 0 "$PROGRAM" postmortem --json "$TMP/bare"
has "$TMP/out" '.names[0].causes[0] | .type == "caa" and .findings[0].id == "F-31"'
cat >"$TMP/plugin" <<'EOT'
certbot.errors.PluginError: Unable to determine zone identifier for www.example.com using zone names: ['www.example.com']
EOT
run 0 "$PROGRAM" postmortem --json "$TMP/plugin"
has "$TMP/out" '.names[0] | .name == "www.example.com" and .asked == 0 and .causes[0].phase == "client"'
# An explanation is told once.
run 0 "$PROGRAM" postmortem "$logs/order.json" "$logs/lego.log"
[ "$(grep -c 'If it is F-31' "$TMP/out")" = 1 ] || fail "F-31 is not explained once"
grep -q 'F-31 is explained above' "$TMP/out" || fail "F-31 is not referred to"
# The names that failed most, unless all are wanted.
i=0
while [ $i -lt 25 ]; do
	echo "CAA record for n$i.example.com prevents issuance"
	i=$((i + 1))
done >"$TMP/many"
run 0 "$PROGRAM" postmortem "$TMP/many"
[ "$(grep -c '^n[0-9]*\.example\.com: 1 failure' "$TMP/out")" = 20 ] || fail "not 20 names"
grep -q '^5 more names failed' "$TMP/out" || fail "the rest is not counted"
run 0 "$PROGRAM" postmortem -v "$TMP/many"
[ "$(grep -c '^n[0-9]*\.example\.com: 1 failure' "$TMP/out")" = 25 ] || fail "not all names"

# Nothing of what a log holds reaches the terminal as it is.
printf 'CAA record for a.lab prevents issuance \033[31m\200 \a\n' >"$TMP/odd"
run 0 "$PROGRAM" postmortem "$TMP/odd"
[ "$(tr -d '\n -~' <"$TMP/out" | wc -c)" = 0 ] || fail "not plain ASCII"
run 0 "$PROGRAM" postmortem --json "$TMP/odd"
has "$TMP/out" '.names[0].causes[0].text | contains("\\027[31m\\128")'
# Lines that never end, and a NUL.
{
	head -c 200000 /dev/zero | tr '\0' x
	printf '\nCAA record for\0a.lab prevents issuance\n'
} >"$TMP/long"
run 0 "$PROGRAM" postmortem "$TMP/long"
grep -q '1 line over 64 KiB cut' "$TMP/out" || fail "the cut is not told"
grep -q '^a.lab: 1 failure' "$TMP/out" || fail "a NUL hides a failure"

# Nothing that is known, and what cannot be read.
echo 'all is well' >"$TMP/well"
run 1 "$PROGRAM" postmortem "$TMP/well"
no_output
says 'no failure and no success'
run 1 "$PROGRAM" postmortem --json "$TMP/well"
has "$TMP/out" '.failures == 0 and .names == []'
run 1 "$PROGRAM" postmortem </dev/null
run 64 "$PROGRAM" postmortem "$TMP/missing"
says "$TMP/missing: No such file"
lines 1
run 64 "$PROGRAM" postmortem "$TMP"
run 64 "$PROGRAM" postmortem --nonsense
run 70 sh -c '"$PROGRAM" postmortem "$0" >/dev/full' "$logs/loop.log"

# --check looks at each name now, by the same options as the check command, and says what of it fits the words.
start_world "$here/postmortem.scn"
cat >"$TMP/check.log" <<'EOT'
CAA record for example.lab prevents issuance
DNS problem: SERVFAIL looking up TXT for _acme-challenge.b.example.lab
EOT
run 0 gate postmortem --check "$TMP/check.log"
says '_acme-challenge.example.lab.'
says 'F-31'
grep -q '^example.lab: 1 failure' "$TMP/out" || fail "the story is missing"
grep -q '^example.lab now: .*F-31, which fits what was said' "$TMP/out" || fail "what is seen now is not told"
grep -q '^b.example.lab now: .*F-31\($\|;\)' "$TMP/out" || fail "F-31 fits, or is missing"
run 0 gate postmortem --check --json "$TMP/check.log"
has "$TMP/out" '.names | map(select(.name == "example.lab"))[0].seen_now | any(.id == "F-31" and .fits)'
has "$TMP/out" '.names | map(select(.name == "b.example.lab"))[0].seen_now | any(.id == "F-31" and (.fits | not))'
has "$TMP/out" '.checks | .schema == 1 and (.records | map(.name) | index("_acme-challenge.example.lab.") != null)'
stop_world
grep -q '_acme-challenge.example.lab' "$TMP/asked" || fail "nothing was asked"

# With a history: what the waits of that time came to.
db=$TMP/history.db
export DNS01GATE_HISTORY="$db"
run 1 "$PROGRAM" --server 127.0.0.1#9 --dnssec off -t 0.1 --state-dir "$TMP/state" wait a.lab v
at() { # TIME: in milliseconds
	echo "$(date -u -d "$1" +%s)000"
}
sqlite3 "$db" "INSERT INTO wait (id, asked, name, zone, digests, verdict) VALUES
	(10, $(at 2026-11-20T01:10:00Z), '_acme-challenge.example.com', 'example.com', '', 'visible'),
	(11, $(at 2026-11-20T02:00:01Z), '_acme-challenge.example.com', 'example.com', '', 'timeout'),
	(12, $(at 2026-11-20T02:30:00Z), '_acme-challenge.example.com', 'example.com', '', 'visible'),
	(13, $(at 2026-11-20T02:00:01Z), '_acme-challenge.other.example', 'other.example', '', 'fault');
	INSERT INTO finding VALUES (11, 'F-02', 'wait', NULL), (11, 'F-21', 'warning', NULL)"
run 0 "$PROGRAM" postmortem "$logs/certbot.log"
grep -qx 'example.com then: 1 of 2 waits here ended visible; the last before the failure began at 2026-11-20 02:00:01 UTC and ended with "timeout": F-02, which fits what was said, F-21.' \
	"$TMP/out" || fail "what was true then is not told"
run 0 "$PROGRAM" postmortem --json "$logs/certbot.log"
[ "$(jq -c '[.names[] | select(.name == "example.com") | .then | .waits, .visible, .last_verdict, (.last_findings | join(" "))]' \
	"$TMP/out")" = '[2,1,"timeout","F-02 F-21"]' ] || fail "then as JSON"
sqlite3 "$db" 'PRAGMA user_version = 9' >/dev/null
run 0 "$PROGRAM" postmortem "$logs/certbot.log"
says 'of a later version'
