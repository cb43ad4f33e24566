# SPDX-License-Identifier: ISC
# What is found in a broken zone on Knot, NSD and BIND is the same by a look, by a wait and by certbot's hook; and in one that is not
# broken nothing is found.
# shellcheck shell=sh disable=SC2154

SLOWEST=1
. "$(dirname "$1")/plain.sh"

value=zBcfFqHzvvKGzYLhMr1wsRrGQ6-yGOd9VQnm8S2fCOo

# everywhere NAME VALUE: all servers have it
everywhere() {
	for a in 11 12 13; do wait_for 20 shows "127.1.0.$a" "$1" "$2"; done
}

# ids FILE: of the findings, with severity and server
ids() {
	jq -c '[.records[0].findings[] | select(.id != "F-48") | [.id, .server]] | sort' "$1"
}

# alike LABEL DOMAIN IDS: a look, a wait and certbot's hook find these
alike() {
	label=$1 domain=$2 want=$3
	"$PROGRAM" check --report "$RIG/check" "$domain" "$value" 2>"$RIG/$label-check.log" && fail "$label: check succeeded"
	"$PROGRAM" wait -t 9 --report "$RIG/wait" "_acme-challenge.$domain" "$value" 2>"$RIG/$label-wait.log" &&
		fail "$label: wait succeeded"
	CERTBOT_DOMAIN=$domain CERTBOT_VALIDATION=$value "$PROGRAM" -t 9 --report "$RIG/certbot" certbot auth 2>"$RIG/$label-certbot.log" &&
		fail "$label: certbot's hook succeeded"
	[ "$(ids "$RIG/check")" = "$(ids "$RIG/wait")" ] || fail "$label: check $(ids "$RIG/check"), wait $(ids "$RIG/wait")"
	[ "$(ids "$RIG/check")" = "$(ids "$RIG/certbot")" ] || fail "$label: check $(ids "$RIG/check"), certbot $(ids "$RIG/certbot")"
	has "$RIG/check" "[.records[0].findings[].id] | sort == $want"
}

# Nothing wrong: nothing found, though everything is asked.
update "add _acme-challenge.good.example.lab. 5 TXT \"$value\""
everywhere _acme-challenge.good.example.lab "$value"
"$PROGRAM" check --report "$RIG/good" good.example.lab "$value" 2>"$RIG/good.log" || fail "exit $?"
has "$RIG/good" '.verdict == "visible" and .records[0].findings == []'
has "$RIG/good" '.not_checked == ["F-43", "F-50"]'
has "$RIG/good" '[.records[0].servers[].state] | unique == ["present"]'
grep -q 'delegation: . (off) -> lab. (off) -> example.lab. (off)' "$RIG/good.log" || fail 'no delegation path'

# The control panel adds the domain once more.
update "add _acme-challenge.twice.example.lab.example.lab. 5 TXT \"$value\""
everywhere _acme-challenge.twice.example.lab.example.lab "$value"
alike twice twice.example.lab '["F-01", "F-10"]'

# A letter is wrong.
update "add _acme_challenge.letter.example.lab. 5 TXT \"$value\""
everywhere _acme_challenge.letter.example.lab "$value"
alike letter letter.example.lab '["F-01", "F-11"]'

# The provider lower-cased it.
lower=$(echo $value | tr '[:upper:]' '[:lower:]')
update "add _acme-challenge.lower.example.lab. 5 TXT \"$lower\""
everywhere _acme-challenge.lower.example.lab "$lower"
alike lower lower.example.lab '["F-06", "F-08"]'

# A wildcard answers.
update 'add *.wild.example.lab. 5 TXT "wild"'
everywhere anything.wild.example.lab wild
alike wild wild.example.lab '["F-05", "F-12"]'

# CAA records for another CA: a look says no; who waits is told when there is time.
update 'add caa.example.lab. 5 CAA 0 issue "other.test"' "add _acme-challenge.caa.example.lab. 5 TXT \"$value\""
everywhere _acme-challenge.caa.example.lab "$value"
status=0
"$PROGRAM" check --report "$RIG/caa" caa.example.lab "$value" 2>"$RIG/caa.log" || status=$?
[ $status = 2 ] || fail "exit $status for CAA that forbids"
has "$RIG/caa" '[.records[0].findings[] | [.id, .severity]] == [["F-31", "fatal"]]'
"$PROGRAM" wait -t 9 --report "$RIG/caa" _acme-challenge.caa.example.lab "$value" 2>"$RIG/caa.log" || fail "exit $?"
