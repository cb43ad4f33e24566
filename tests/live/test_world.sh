# SPDX-License-Identifier: ISC
# The scripted resolvers that other tests rely on, as kdig sees them.
# shellcheck shell=sh disable=SC2154

cat >"$RIG/script" <<'EOT'
zone . 127.0.0.1
	sign 13 nsec
	. NS root.
zone lab. 127.0.0.2
	sign 13 nsec
	lab. 60 SOA m. r. 1 3600 600 86400 3
	here.lab. 60 TXT "here"
	both.lab. 60 TXT "new"
	chain.lab. 30 CNAME end.plain.lab.
	long.lab. 30 CNAME to.lab.
	to.lab. 9 TXT "fresh"
	old 60 many.lab.
	plain.lab. NS ns.plain.lab.
	ns.plain.lab. A 127.0.0.3
zone plain.lab. 127.0.0.3 127.0.0.4
	end.plain.lab. 20 TXT "end"
at 0 127.0.0.4 add late.plain.lab. TXT "late"
resolver 127.0.0.51 validate
	holds 3 nxdomain here.lab.
resolver 127.0.0.52 caches 2 noauthority
	holds 9/2 both.lab. TXT "old"
resolver 127.0.0.53 stale 600 from 127.0.0.4 order last
	holds 0 to.lab. TXT "stale"
resolver 127.0.0.54 ttl 5 nodo
on 127.0.0.54 for A rcode SERVFAIL
on 127.0.0.54 for A ede 6 as_it_is
EOT
mkfifo "$RIG/end"
"$BUILD/world" "$RIG/script" 53 <"$RIG/end" >"$RIG/world.log" &
exec 3>"$RIG/end"
wait_for 5 answers 127.0.0.54 lab

# says ADDRESS PATTERN ARGUMENT...: kdig's output matches, each run of blanks being one
says() {
	server=$1
	pattern=$2
	shift 2
	kdig +bufsize=1232 +timeout=1 +retry=1 "@$server" "$@" | tr -s '\t ' ' ' >"$RIG/kdig.log"
	grep -q -E -e "$pattern" "$RIG/kdig.log" || fail "$server $*: not $pattern"
}

# is_silent_of PATTERN: the output that says looked at does not match
is_silent_of() {
	! grep -q -E -e "$1" "$RIG/kdig.log" || fail "it says $1"
}

# What is held is said with the time that is left, and ends.
says 127.0.0.51 '^lab. [0-3] IN SOA' here.lab TXT
says 127.0.0.51 'status: NXDOMAIN' here.lab TXT
wait_for 5 shows 127.0.0.51 here.lab here
says 127.0.0.51 '^here.lab. (60|5[5-9]) IN TXT "here"' here.lab TXT

# Signatures, and AD where all zones are signed.
says 127.0.0.51 'Flags: qr rd ra ad;' here.lab TXT +dnssec
says 127.0.0.51 'RRSIG TXT 13' here.lab TXT +dnssec
says 127.0.0.51 'Flags: qr rd ra;' here.lab TXT +noadflag
says 127.0.0.51 'Flags: qr rd ra;' chain.lab TXT +dnssec
says 127.0.0.51 'end.plain.lab. (20|1[5-9]) IN TXT "end"' chain.lab TXT
says 127.0.0.54 'IN TXT "here"' here.lab TXT +dnssec
is_silent_of 'RRSIG|flags: do'

# Two caches by turns; no SOA; who does not want recursion gets nothing.
says 127.0.0.52 '"new"' both.lab TXT
says 127.0.0.52 '^both.lab. [0-9] IN TXT "old"' both.lab TXT
says 127.0.0.52 '"new"' both.lab TXT
says 127.0.0.52 'status: NXDOMAIN' nothing.lab TXT
is_silent_of SOA
says 127.0.0.52 'status: REFUSED' both.lab TXT +norec

# What is stale is said once; the records in another order; the server that it prefers.
says 127.0.0.53 'EDE: 3 ' long.lab TXT
says 127.0.0.53 '^to.lab. [4-9] IN TXT "fresh"' long.lab TXT
is_silent_of EDE
sed -n '/ANSWER SECTION/{n;p}' "$RIG/kdig.log" | grep -q '^to.lab' || fail 'the alias is not last'
says 127.0.0.53 '"late"' late.plain.lab TXT

# Caps, truncation, errors.
says 127.0.0.54 '^here.lab. [0-5] IN TXT' here.lab TXT
says 127.0.0.54 '^lab. [0-3] IN SOA' nothing.lab TXT
says 127.0.0.54 'Flags: qr tc rd ra' many.lab TXT +ignore
says 127.0.0.54 'ANSWER: 60' many.lab TXT
says 127.0.0.54 'SERVFAIL' here.lab A
says 127.0.0.54 "EDE: 6 .*'as it is'" here.lab A

exec 3>&-
wait
grep -q '127.0.0.52 udp both.lab. TXT' "$RIG/world.log" || fail 'the questions are not told'
