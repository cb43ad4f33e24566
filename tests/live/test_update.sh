# SPDX-License-Identifier: ISC
# Dynamic updates at BIND and Knot: every algorithm, every way to be refused, and what is changed: one value
# and nothing else.
#
#   127.1.0.1   nsd    .           127.1.0.21  named  bind.lab., primary; knot.lab., secondary
#   127.1.0.2   nsd    lab.        127.1.0.22  knotd  knot.lab. and hidden.lab., primary; not among the
#   127.1.0.23  named  hidden.lab., secondary         name servers of hidden.lab.
# shellcheck shell=sh disable=SC2154,SC2086

UPDATE=$BUILD/update
addresses 1 2 21 22 23

unsigned_top <<EOT
bind.lab. NS ns.bind.lab.
ns.bind.lab. A 127.1.0.21
knot.lab. NS ns.knot.lab.
knot.lab. NS ns.bind.lab.
ns.knot.lab. A 127.1.0.22
hidden.lab. NS ns.hidden.lab.
ns.hidden.lab. A 127.1.0.23
EOT
zone() { # ZONE PRIMARY
	printf '%s. 60 SOA %s. hostmaster.lab. 1 1 1 86400 1\n' "$1" "$2"
}
mkdir "$RIG/bind"
{
	zone bind.lab ns.bind.lab
	cat <<EOT
bind.lab. NS ns.bind.lab.
ns.bind.lab. A 127.1.0.21
_acme-challenge.moved.bind.lab. CNAME moved.knot.lab.
below.bind.lab. DNAME deep.knot.lab.
_acme-challenge.one.bind.lab. CNAME two.hidden.lab.
primary.bind.lab. A 127.1.0.22
*.wild.bind.lab. CNAME lb.nosuch.
_acme-challenge.own.bind.lab. NS ns.knot.lab.
own.bind.lab. NS ns.knot.lab.
_acme-challenge.own.wild.bind.lab. CNAME moved.knot.lab.
*.same.bind.lab. CNAME moved.bind.lab.
_acme-challenge.same.bind.lab. CNAME moved.bind.lab.
EOT
} >"$RIG/bind/bind.lab.zone"
{
	zone knot.lab ns.knot.lab
	cat <<EOT
knot.lab. NS ns.knot.lab.
knot.lab. NS ns.bind.lab.
ns.knot.lab. A 127.1.0.22
*.wild.knot.lab. CNAME lb.nosuch.
*.same.knot.lab. CNAME moved.knot.lab.
_acme-challenge.same.knot.lab. CNAME moved.knot.lab.
EOT
} >"$RIG/knot.lab.zone"
{
	zone hidden.lab primary.bind.lab
	cat <<EOT
hidden.lab. NS ns.hidden.lab.
ns.hidden.lab. A 127.1.0.23
two.hidden.lab. CNAME _acme-challenge.one.bind.lab.
EOT
} >"$RIG/hidden.lab.zone"


algorithms='1 224 256 384 512'
for a in $algorithms other; do
	head -c 48 /dev/urandom | base64 -w 0 >"$RIG/secret-$a"
done
number() {
	[ "$1" = other ] && echo 256 || echo "$1"
}
{
	named_config bind 127.1.0.21
	for a in $algorithms other; do
		printf 'key "k%s" { algorithm hmac-sha%s; secret "%s"; };\n' $a "$(number $a)" "$(cat "$RIG/secret-$a")"
	done
	printf 'key "kcut" { algorithm hmac-sha256-128; secret "%s"; };\n' "$(cat "$RIG/secret-256")"
	printf 'key "rndc" { algorithm hmac-sha256; secret "%s"; };\n' "$(cat "$RIG/secret-256")"
	echo 'controls { inet 127.1.0.21 port 9953 allow { any; } keys { "rndc"; }; };'
	echo 'zone "bind.lab" { type primary; file "bind.lab.zone"; allow-update {'
	for a in $algorithms; do printf ' key k%s;' $a; done
	echo ' key kcut; }; };'
	echo 'zone "knot.lab" { type secondary; primaries { 127.1.0.22; }; file "knot.lab"; };'
} >"$RIG/named.conf"
{
	named_config second 127.1.0.23
	echo 'zone "hidden.lab" { type secondary; primaries { 127.1.0.22; }; file "hidden.lab"; };'
} >"$RIG/second.conf"
{
	cat <<EOT
server:
    rundir: "$RIG/knot"
    listen: 127.1.0.22@53
log:
  - target: stderr
    any: info
database:
    storage: "$RIG/knot"
key:
EOT
	for a in $algorithms other; do
		printf '  - id: k%s\n    algorithm: hmac-sha%s\n    secret: %s\n' $a "$(number $a)" "$(cat "$RIG/secret-$a")"
	done
	knot_rules '[k1, k224, k256, k384, k512]'
	cat <<EOT
zone:
  - domain: knot.lab
  - domain: hidden.lab
EOT
} >"$RIG/knot.conf"
mkdir -p "$RIG/knot"

start_nsd root
start_nsd lab
start_knot() {
	knotd -c "$RIG/knot.conf" >>"$RIG/knotd.log" 2>&1 &
	knot=$!
}
start_knot
wait_for 20 answers 127.1.0.22 hidden.lab
named -g -c "$RIG/named.conf" >"$RIG/named.log" 2>&1 &
named=$!
named -g -c "$RIG/second.conf" >"$RIG/second.log" 2>&1 &
wait_for 20 answers 127.1.0.21 bind.lab
wait_for 20 answers 127.1.0.21 knot.lab
wait_for 20 answers 127.1.0.23 hidden.lab
wait_for 20 answers 127.1.0.1 .
wait_for 20 answers 127.1.0.2 lab

key() { # NUMBER [SECRET'S]: the words for it
	echo "key=k$1 algorithm=hmac-sha$(number "$1") secret=$(cat "$RIG/secret-${2:-$1}")"
}

# does WORDS...: it is done; what it told is in $RIG/out
does() {
	"$UPDATE" "$@" >"$RIG/out" || {
		cat "$RIG/out"
		fail "not done: $*"
	}
}

does_later() {
	"$UPDATE" "$@" >"$RIG/out" &
	update=$!
}

finishes() {
	wait $update || {
		cat "$RIG/out"
		fail "not done"
	}
}

# told REGEX: the last one told that
told() {
	grep -q -E -e "$1" "$RIG/out" || {
		cat "$RIG/out"
		fail "did not tell: $1"
	}
}

# fails_with REGEX WORDS...: it is not done, and tells why
fails_with() {
	regex=$1
	shift
	status=0
	"$UPDATE" "$@" >"$RIG/out" || status=$?
	[ $status = 1 ] || {
		cat "$RIG/out"
		fail "exit $status: $*"
	}
	told "^text .*$regex"
	told '^advice [A-Z].*\.$'
}

values() { # SERVER NAME
	kdig +short "@$1" "$2" TXT | sort | tr '\n' ' '
}

has_values() { # SERVER NAME VALUES...
	[ "$(values "$1" "$2")" = "$3" ] || fail "$2 has $(values "$1" "$2"), not $3"
}

# A MAC that is cut short, which Knot does not have.
for change in add remove; do
	does $change _acme-challenge.bind.lab cut key=kcut algorithm=hmac-sha256-128 secret="$(cat "$RIG/secret-256")"
done

# Every algorithm at both; values are added beside others, and removed one by one.
for at in bind.lab:127.1.0.21 knot.lab:127.1.0.22; do
	zone=${at%:*} server=${at#*:}
	name=_acme-challenge.$zone
	for a in $algorithms; do
		does add $name "value-$a" $(key $a)
		told "^owner $name\.$" && told "^zone $zone\.$" && told "^server $server#53$"
	done
	has_values $server $name '"value-1" "value-224" "value-256" "value-384" "value-512" '
	told "^serial $(kdig +short "@$server" $zone SOA | cut -d' ' -f3)$"
	does add $name value-1 $(key 1)
	does remove $name value-256 $(key 512)
	does remove $name value-256 $(key 512)
	does remove _acme-challenge.never.$zone value $(key 256)
	has_values $server $name '"value-1" "value-224" "value-384" "value-512" '

	# Where it is told to, and where it is found.
	does add $name given $(key 256) server=$server zone=$zone
	does add $name given $(key 256) server=$server#53 zone=$zone. ask=$server
	does remove $name given $(key 256) zone=$zone ask=$server server=$server

	# More than one string, and more than a datagram.
	long=$(printf '%0700d' 7)
	does add _acme-challenge.long.$zone "$long" $(key 256)
	[ "$(kdig +short +tcp @$server _acme-challenge.long.$zone TXT | tr -d '" ')" = "$long" ] || fail "the long value differs"
	does remove _acme-challenge.long.$zone "$long" $(key 256)
	[ -z "$(values $server _acme-challenge.long.$zone)" ] || fail "the long value is still there"

	# Refused.
	fails_with 'BADKEY' add $name x $(key 256) key=nobody
	fails_with 'BADSIG' add $name x $(key 256 512)
	fails_with '(BADKEY|BADSIG)' add $name x $(key 256) algorithm=hmac-sha512
	fails_with '(REFUSED|NOTAUTH)' add $name x $(key other)
	fails_with '(REFUSED|NOTAUTH)' add $name x
	fails_with "differ by (3599|360[0-2]) s, and this machine's is ahead.*BADTIME" add $name x $(key 256) skew=3601
	fails_with "differ by (3599|360[0-3]) s, and the server's is ahead.*BADTIME" add $name x $(key 256) skew=-3601
	does add $name x $(key 256) skew=250
	does remove $name x $(key 256) skew=-250
	fails_with "is in zone $zone\., not in zone lab\." add $name x $(key 256) server=$server zone=lab
	has_values $server $name '"value-1" "value-224" "value-384" "value-512" '
done

# A wildcard's CNAME steps aside: the record is put at the name itself, whatever it led to; where the name has the same
# CNAME of its own, it is put there.
for at in bind.lab:127.1.0.21 knot.lab:127.1.0.22; do
	zone=${at%:*} server=${at#*:}
	for name in _acme-challenge.wild.$zone _acme-challenge.www.in.wild.$zone; do
		does add $name value $(key 256)
		told "^owner $name\.$" && told "^zone $zone\.$" && told "^server $server#53$"
		has_values $server $name '"value" '
		does add $name second $(key 256)
		does remove $name value $(key 256)
		does remove $name second $(key 256)
		does remove $name second $(key 256)
		[ "$(kdig +short @$server $name CNAME)" = lb.nosuch. ] || fail "the wildcard is not back at $name"
	done
	does add _acme-challenge.same.$zone value $(key 256)
	told "^owner moved.$zone.$"
	has_values $server moved.$zone '"value" '
	does remove _acme-challenge.same.$zone value $(key 256)
	[ "$(kdig +short @$server moved.$zone TXT)" = "" ] || fail "the value is still at moved.$zone"
done
does add _acme-challenge.own.wild.bind.lab value $(key 256)
told '^owner moved.knot.lab.$'
does remove _acme-challenge.own.wild.bind.lab value $(key 256)

# A secondary.
fails_with '(REFUSED|NOTAUTH)' add _acme-challenge.knot.lab x $(key 256) server=127.1.0.21
# Behind aliases; the primary behind its secondary.
does add _acme-challenge.moved.bind.lab value $(key 256)
told '^owner moved.knot.lab.$' && told '^server 127.1.0.22#53$' && told '^zone knot.lab.$'
has_values 127.1.0.22 moved.knot.lab '"value" '
does remove _acme-challenge.moved.bind.lab value $(key 256)
has_values 127.1.0.22 moved.knot.lab ''
does add _acme-challenge.www.below.bind.lab value $(key 256)
told '^owner _acme-challenge.www.deep.knot.lab.$'
does add _acme-challenge.hidden.lab value $(key 256)
told '^server 127.1.0.22#53$' && told '^zone hidden.lab.$' && told '^serial 2$'
fails_with 'lead back to' add _acme-challenge.one.bind.lab value $(key 256)
fails_with 'moved.knot.lab. is not in zone bind.lab.' add _acme-challenge.moved.bind.lab value $(key 256) zone=bind.lab
fails_with 'is no zone, but' add _acme-challenge.bind.lab value $(key 256) zone=_acme-challenge.bind.lab
fails_with 'lab. denies' add _acme-challenge.nobody.lab value $(key 256)

# Nobody there, and nobody who knows.
fails_with 'nothing listens' add _acme-challenge.bind.lab x $(key 256) server=127.1.0.1#5399 timeout=300
fails_with 'NOTIMP|NOTAUTH|REFUSED' add _acme-challenge.bind.lab x $(key 256) server=127.1.0.2 timeout=300

# A zone that the given one delegates has its own primary: a record beside the delegation would never be seen.
fails_with 'is in zone own.bind.lab., not in zone bind.lab., which delegates it' \
	add _acme-challenge.own.bind.lab x $(key 256) server=127.1.0.21 zone=bind.lab
[ -z "$(values 127.1.0.21 _acme-challenge.own.bind.lab)" ] || fail "the record is there"

# A frozen zone.
freeze() {
	printf 'key "rndc" { algorithm hmac-sha256; secret "%s"; };\n' "$(cat "$RIG/secret-256")" >"$RIG/rndc.key"
	rndc -k "$RIG/rndc.key" -p 9953 -s 127.1.0.21 "$1" bind.lab >/dev/null 2>"$RIG/rndc.log" || fail "rndc $1: $(cat "$RIG/rndc.log")"
}
freeze freeze
fails_with 'REFUSED' add _acme-challenge.frozen.bind.lab x $(key 256)
told 'rndc thaw'
freeze thaw
does add _acme-challenge.frozen.bind.lab x $(key 256)
does remove _acme-challenge.frozen.bind.lab x $(key 256)

# A primary that stalls, and one that starts anew, which nobody hears of but by asking again: to add, and to remove.
for what in add remove; do
	kill -STOP $named
	does_later $what _acme-challenge.stall.bind.lab value $(key 256)
	sleep 3
	kill -CONT $named
	finishes
	told '^server 127.1.0.21#53$'
	kill $knot
	wait $knot || :
	does_later $what _acme-challenge.restart.knot.lab value $(key 256) server=127.1.0.22 zone=knot.lab
	sleep 4
	start_knot
	finishes
	told '^server 127.1.0.22#53$'
	[ $what = remove ] || {
		has_values 127.1.0.21 _acme-challenge.stall.bind.lab '"value" '
		has_values 127.1.0.22 _acme-challenge.restart.knot.lab '"value" '
	}
done
has_values 127.1.0.21 _acme-challenge.stall.bind.lab ''
has_values 127.1.0.22 _acme-challenge.restart.knot.lab ''

# Nothing wrong in memory, with real servers at the other end.
for log in "$RIG"/*.log; do
	grep -q -i 'FORMERR\|malformed' "$log" && fail "a malformed message, says $log"
done
echo "updates: done"
