# SPDX-License-Identifier: ISC
# Real clients order what cannot pass, from Pebble, with hooks that publish nothing; the logs that this leaves are
# read, and each tells the name, the problem and the time.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/plain.sh"
. "$(dirname "$1")/pebble.sh"
. "$(dirname "$1")/clients.sh"
GATE=$PROGRAM

cat >"$RIG/nothing.sh" <<'EOT'
#!/bin/sh
# Takes DNS-01, and publishes nothing.
[ "$1" != begin ] || [ "$2" = dns-01 ]
EOT
chmod 755 "$RIG/nothing.sh"
PROGRAM=$RIG/nothing.sh

for client in certbot lego uacme dehydrated; do
	in_background "$client" issue "$client" "$client" "$client.example.lab"
done
for client in certbot lego uacme dehydrated; do
	finish "$client"
	[ "$status" != 0 ] || fail "$client got a certificate for nothing"
done
PROGRAM=$GATE

# read_log FILE CLIENT NAME: one failure of that name, today, for the reason that Pebble gave
read_log() {
	"$PROGRAM" postmortem --json "$1" >"$RIG/postmortem" || fail "nothing is understood in $1"
	has "$RIG/postmortem" ".files[0].client == \"$2\" and .failures == 1 and .types == {unauthorized: 1}"
	has "$RIG/postmortem" ".names[0] | .name == \"$3.example.lab\" and .failures == 1 and .outcome == \"failing\""
	has "$RIG/postmortem" '.names[0].causes[0] | .sentence == "pebble-nxdomain" and .phase == "txt" and
		.findings[0].id == "F-01"'
	has "$RIG/postmortem" '(now - (.names[0].last | fromdate)) | . >= -2 and . < 600'
}

read_log "$RIG/lego.log" lego lego
read_log "$RIG/uacme.log" uacme uacme
read_log "$RIG/dehydrated.log" dehydrated dehydrated
read_log "$RIG/certbot/letsencrypt.log" certbot certbot

# What certbot shows has no time, and all of them at once are four names.
"$PROGRAM" postmortem --json - <"$RIG/certbot.log" >"$RIG/postmortem" || fail "certbot's words are not understood"
has "$RIG/postmortem" '.names[0] | .name == "certbot.example.lab" and .failures == 1 and .last == null'
"$PROGRAM" postmortem "$RIG/lego.log" "$RIG/uacme.log" "$RIG/dehydrated.log" "$RIG/certbot/letsencrypt.log" \
	>"$RIG/postmortem" || fail "not all are understood"
[ "$(grep -c '^[a-z]*\.example\.lab: 1 failure, at 20' "$RIG/postmortem")" = 4 ] || fail "$(cat "$RIG/postmortem")"

# Now the record of one of them is there, and the look says so.
update 'update add _acme-challenge.lego.example.lab 60 TXT late'
for at in 127.1.0.11 127.1.0.12 127.1.0.13; do
	wait_for 30 shows $at _acme-challenge.lego.example.lab late
done
"$PROGRAM" postmortem --check --json "$RIG/lego.log" >"$RIG/postmortem" || fail "the look fails"
has "$RIG/postmortem" '.checks.records[0] | .name == "_acme-challenge.lego.example.lab." and .verdict == "visible"'
"$PROGRAM" postmortem --check "$RIG/uacme.log" >"$RIG/postmortem" 2>"$RIG/look" || fail "the look fails"
grep -q 'absent .* 127.1.0.11 (NXDOMAIN' "$RIG/look" || fail "the look does not tell what is there: $(cat "$RIG/look")"

# The same client orders the name again, by a hook that publishes and waits: it is over, as the log that goes on tells.
mkdir "$RIG/bin"
ln -s "$PROGRAM" "$RIG/bin/dns01gate"
PATH=$RIG/bin:$PATH
cp "$(dirname "$1")/../../examples/lego/hook.sh" "$RIG/hook.sh"
PROGRAM=$RIG/hook.sh
issue_lego lego lego.example.lab >>"$RIG/lego.log" 2>&1 || fail "lego gets no certificate"
PROGRAM=$GATE
"$PROGRAM" postmortem --json "$RIG/lego.log" >"$RIG/postmortem" || fail "nothing is understood"
has "$RIG/postmortem" '.names[0] | .name == "lego.example.lab" and .failures == 1 and .successes == 1 and .outcome == "over"'
has "$RIG/postmortem" '.names[0] | .retry == null and .succeeded >= .last'

# The example of examples/postmortem tells what fails, and is silent where nothing does.
cp "$(dirname "$1")/../../examples/postmortem/weekly.sh" "$RIG/weekly.sh"
sh "$RIG/weekly.sh" "$RIG/lego.log" "$RIG/certbot/letsencrypt.log" >"$RIG/mail" || fail "weekly.sh"
grep -q '^certbot.example.lab: 1 failure' "$RIG/mail" || fail "weekly.sh does not tell of certbot: $(cat "$RIG/mail")"
for file in "$RIG/lego.log" "$RIG/pebble.json"; do
	sh "$RIG/weekly.sh" "$file" >"$RIG/mail" 2>&1 || fail "weekly.sh, without a failure"
	[ ! -s "$RIG/mail" ] || fail "weekly.sh has something to tell: $(cat "$RIG/mail")"
done
