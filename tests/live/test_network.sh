# SPDX-License-Identifier: ISC
# Networks that answer for the servers, by real resolvers in their place, or let nothing through: recognised, and no reason to
# say that a record is or is not visible.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/plain.sh"
addresses 71 72
# What goes to port 53 of any address would end at the resolver, so an address that nobody has answers too.
ip addr add 192.0.2.53/32 dev lo

name=_acme-challenge.www.example.lab
update "add $name. 60 TXT \"value\""
for a in 11 12 13; do wait_for 20 shows 127.1.0.$a $name value; done

unbound_options caught iterator 'interface: 127.1.0.71' 'interface: 192.0.2.53' 'access-control: 0.0.0.0/0 allow' >"$RIG/caught.conf"
unbound -d -c "$RIG/caught.conf" >"$RIG/caught.log" 2>&1 &
{
	named_config recursing 127.1.0.72 | sed 's/recursion no;/recursion yes; allow-recursion { any; };/'
	printf 'zone "." { type hint; file "%s"; };\n' "$RIG/root.hints"
} >"$RIG/recursing.conf"
named -g -c "$RIG/recursing.conf" >"$RIG/recursing.log" 2>&1 &
for a in 71 72; do wait_for 20 answers 127.1.0.$a example.lab; done

# environment LABEL ROOT-ADDRESS WORDS SECONDS
environment() {
	printf '. 3600 NS a.root.\na.root. 3600 A %s\n' "$2" >"$RIG/$1.hints"
	status=0
	"$PROGRAM" wait -t 20 --root-hints "$RIG/$1.hints" --report "$RIG/$1.report" $name value 2>"$RIG/$1.log" || status=$?
	[ $status = 3 ] || fail "$1: exit $status, not 3"
	has "$RIG/$1.report" ".verdict == \"environment\" and .elapsed_ms < $4"
	has "$RIG/$1.report" "[.records[0].findings[] | select(.id == \"F-44\" and .severity == \"fatal\").text | test(\"$3\")] == [true]"
	grep -q -e '--authoritative skip' "$RIG/$1.log" || fail "$1: no advice"
}

# One that refuses who does not want recursion, and one that tells what it has.
environment unbound 127.1.0.71 intercepted 3000
environment named 127.1.0.72 intercepted 3000
# Nothing there.
environment closed 127.1.0.99 blocked 12000

"$PROGRAM" wait -t 10 --root-hints "$RIG/unbound.hints" --authoritative skip -r 127.1.0.71 $name value 2>"$RIG/skip.log" || fail "exit $?"
grep -q 'its own servers were not asked' "$RIG/skip.log" || fail 'it does not say that this proves less'
