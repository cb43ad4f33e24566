#!/bin/sh
# SPDX-License-Identifier: ISC
# rig.sh TEST: a DNS of real servers in namespaces of its own, and the test inside it.
#
#   127.1.0.1    nsd      .              127.1.0.11   knotd   example.lab. and acme.lab., primary; at
#   127.1.0.2    nsd      lab.           fd00:1::11           this address too
#   127.1.0.53   unbound  recursor       127.1.0.12   nsd     their secondary, refreshes after 1 s
#                                        127.1.0.13   named   their secondary, refreshes after $SLOWEST s
#
# NOTIFY is held back, so the three differ for seconds. The test is sourced with $RIG (a folder), $PROGRAM
# and the functions below. All ends with the PID namespace.
set -eu

if [ "${RIG_INSIDE:-}" = "" ]; then
	[ "$(id -u)" = 0 ] && user= || user=--map-root-user
	# shellcheck disable=SC2086
	exec env RIG_INSIDE=1 unshare $user --net --mount --pid --fork --mount-proc --kill-child sh "$0" "$@"
fi

SLOWEST=${SLOWEST:-4}
PATH=$PATH:/usr/sbin:/sbin
RIG=$(mktemp -d)
export RIG PATH
trap 'rm -rf "$RIG"' EXIT
chmod 755 "$RIG"
ip link set lo up
for a in 1 2 11 12 13 53; do ip addr add "127.1.0.$a/32" dev lo; done
ip addr add fd00:1::11/128 dev lo nodad

fail() {
	echo "FAILED: $*"
	for log in "$RIG"/*.log; do
		echo "---- $log"
		tail -n 40 "$log"
	done
	exit 1
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	rounds=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		rounds=$((rounds - 1))
		[ "$rounds" -gt 0 ] || fail "never came true: $*"
		sleep 0.05
	done
}

answers() {
	[ -n "$(kdig +short +timeout=1 +retry=0 "@$1" "$2" SOA)" ]
}

# shows SERVER NAME VALUE
shows() {
	kdig +short +timeout=1 +retry=0 "@$1" "$2" TXT | grep -q -F "\"$3\""
}

update() {
	printf 'server 127.1.0.11\n%s\nsend\n' "$*" | nsupdate -k "$NSUPDATE_KEY"
}

# has JSON-FILE JQ-EXPRESSION: true, or it fails with what is there
has() {
	jq -e "$2" "$1" >/dev/null || {
		cat "$1"
		fail "$1: not $2"
	}
}

# ---- keys and zones -------------------------------------------------------------------------------

secret=$(head -c 32 /dev/urandom | base64)
NSUPDATE_KEY=$RIG/update.key
NSUPDATE_SERVER=127.1.0.11
export NSUPDATE_KEY NSUPDATE_SERVER
printf 'key "update" { algorithm hmac-sha256; secret "%s"; };\n' "$secret" >"$NSUPDATE_KEY"

cat >"$RIG/root.zone" <<EOF
. 3600 SOA a.root. hostmaster. 1 3600 600 86400 2
. NS a.root.
a.root. A 127.1.0.1
lab. NS ns.lab.
ns.lab. A 127.1.0.2
EOF
cat >"$RIG/lab.zone" <<EOF
lab. 3600 SOA ns.lab. hostmaster.lab. 1 3600 600 86400 2
lab. NS ns.lab.
ns.lab. A 127.1.0.2
example.lab. NS ns1.example.lab.
example.lab. NS ns2.example.lab.
example.lab. NS ns3.example.lab.
ns1.example.lab. A 127.1.0.11
ns1.example.lab. AAAA fd00:1::11
ns2.example.lab. A 127.1.0.12
ns3.example.lab. A 127.1.0.13
acme.lab. NS ns1.example.lab.
acme.lab. NS ns2.example.lab.
acme.lab. NS ns3.example.lab.
EOF
for zone in example.lab acme.lab; do
	cat >"$RIG/$zone.zone" <<EOF
$zone. 60 SOA ns1.example.lab. hostmaster.example.lab. 1 1 1 86400 1
$zone. NS ns1.example.lab.
$zone. NS ns2.example.lab.
$zone. NS ns3.example.lab.
EOF
done
cat >>"$RIG/example.lab.zone" <<EOF
ns1 A 127.1.0.11
ns1 AAAA fd00:1::11
ns2 A 127.1.0.12
ns3 A 127.1.0.13
www A 127.1.0.99
_acme-challenge.moved CNAME moved.acme.lab.
EOF
printf '. 3600 NS a.root.\na.root. 3600 A 127.1.0.1\n' >"$RIG/root.hints"

# ---- servers --------------------------------------------------------------------------------------

nsd_config() { # NAME ADDRESS
	mkdir -p "$RIG/$1"
	cat <<EOF
server:
  ip-address: $2
  username: ""
  zonesdir: "$RIG"
  database: ""
  pidfile: "$RIG/$1/pid"
  xfrdfile: "$RIG/$1/xfrd.state"
  xfrdir: "$RIG/$1"
  zonelistfile: "$RIG/$1/zone.list"
  logfile: "$RIG/$1.log"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
EOF
}

{
	nsd_config root 127.1.0.1
	printf 'zone:\n  name: "."\n  zonefile: root.zone\n'
} >"$RIG/root.conf"
{
	nsd_config lab 127.1.0.2
	printf 'zone:\n  name: "lab."\n  zonefile: lab.zone\n'
} >"$RIG/lab.conf"
{
	nsd_config secondary 127.1.0.12
	for zone in example.lab acme.lab; do
		cat <<EOF
zone:
  name: "$zone."
  request-xfr: 127.1.0.11 NOKEY
  max-refresh-time: 1
  max-retry-time: 1
EOF
	done
} >"$RIG/secondary.conf"

mkdir -p "$RIG/knot" "$RIG/named"
cat >"$RIG/knot.conf" <<EOF
server:
    rundir: "$RIG/knot"
    listen: [ 127.1.0.11@53, fd00:1::11@53 ]
log:
  - target: stderr
    any: info
database:
    storage: "$RIG/knot"
key:
  - id: update
    algorithm: hmac-sha256
    secret: "$secret"
acl:
  - id: update
    key: update
    action: update
  - id: transfer
    address: 127.0.0.0/8
    action: transfer
template:
  - id: default
    storage: "$RIG"
    file: "%s.zone"
    acl: [update, transfer]
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: changes
zone:
  - domain: example.lab
  - domain: acme.lab
EOF
cat >"$RIG/named.conf" <<EOF
options {
  directory "$RIG/named";
  pid-file "$RIG/named/pid";
  lock-file none;
  session-keyfile "$RIG/named/session.key";
  managed-keys-directory "$RIG/named";
  geoip-directory none;
  listen-on { 127.1.0.13; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
  notify no;
  min-refresh-time $SLOWEST;
  max-refresh-time $SLOWEST;
};
controls { };
zone "example.lab" { type secondary; primaries { 127.1.0.11; }; file "example.lab"; };
zone "acme.lab" { type secondary; primaries { 127.1.0.11; }; file "acme.lab"; };
EOF
cat >"$RIG/unbound.conf" <<EOF
server:
  interface: 127.1.0.53
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  use-syslog: no
  chroot: ""
  username: ""
  directory: "$RIG"
  pidfile: "$RIG/unbound.pid"
  root-hints: "$RIG/root.hints"
  module-config: "iterator"
  local-zone: "lab." nodefault
  cache-max-ttl: 0
  cache-max-negative-ttl: 0
  qname-minimisation: no
  use-caps-for-id: yes
  trust-anchor-signaling: no
remote-control:
  control-enable: no
EOF

nsd -d -c "$RIG/root.conf" >"$RIG/nsd-root.log" 2>&1 &
nsd -d -c "$RIG/lab.conf" >"$RIG/nsd-lab.log" 2>&1 &
knotd -c "$RIG/knot.conf" >"$RIG/knotd.log" 2>&1 &
wait_for 20 answers 127.1.0.11 acme.lab
nsd -d -c "$RIG/secondary.conf" >"$RIG/nsd-secondary.log" 2>&1 &
named -g -c "$RIG/named.conf" >"$RIG/named.log" 2>&1 &
unbound -d -c "$RIG/unbound.conf" >"$RIG/unbound.log" 2>&1 &
for a in 12 13 53; do
	wait_for 20 answers "127.1.0.$a" example.lab
	wait_for 20 answers "127.1.0.$a" acme.lab
done

DNS01GATE_ROOT_HINTS=$RIG/root.hints
export DNS01GATE_ROOT_HINTS
PATH=$(dirname "$PROGRAM"):$PATH

# shellcheck disable=SC1090
. "$1"
