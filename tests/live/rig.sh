#!/bin/sh
# SPDX-License-Identifier: ISC
# rig.sh TEST: namespaces of its own for a DNS of real servers, and the test inside them.
#
# The test is sourced with $RIG (a folder), $PROGRAM and the functions below. It begins by sourcing the
# world that it wants, plain.sh or signed.sh; both have a root at 127.1.0.1 and a recursor at 127.1.0.53.
# All that it started is ended, and waited for, before the folder goes.
set -eu

if [ "${RIG_INSIDE:-}" = "" ]; then
	[ "$(id -u)" = 0 ] && user= || user=--map-root-user
	# shellcheck disable=SC2086
	exec env RIG_INSIDE=1 unshare $user --net --mount --pid --fork --mount-proc --kill-child setsid sh "$0" "$@"
fi

PATH=$PATH:/usr/sbin:/sbin
RIG=$(mktemp -d)
export RIG PATH
. "$(dirname "$0")/../world/servers.sh"
trap 'stop_all; rm -rf "$RIG"' EXIT
chmod 755 "$RIG"
ip link set lo up

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

# update_at SERVER LINE...: lines of nsupdate
update_at() {
	{
		echo "server $1"
		shift
		printf '%s\n' "$@" send
	} | nsupdate -k "$NSUPDATE_KEY"
}

update() {
	update_at 127.1.0.11 "$@"
}

# has JSON-FILE JQ-EXPRESSION: true, or it fails with what is there
has() {
	jq -e "$2" "$1" >/dev/null || {
		cat "$1"
		fail "$1: not $2"
	}
}

# ---- parts of a world -----------------------------------------------------------------------------

# addresses N...: 127.1.0.N
addresses() {
	for a in "$@"; do ip addr add "127.1.0.$a/32" dev lo; done
}

secret=$(head -c 32 /dev/urandom | base64)
NSUPDATE_KEY=$RIG/update.key
NSUPDATE_SERVER=127.1.0.11
export NSUPDATE_KEY NSUPDATE_SERVER
printf 'key "update" { algorithm hmac-sha256; secret "%s"; };\n' "$secret" >"$NSUPDATE_KEY"

printf '. 3600 NS a.root.\na.root. 3600 A 127.1.0.1\n' >"$RIG/root.hints"
DNS01GATE_ROOT_HINTS=$RIG/root.hints
export DNS01GATE_ROOT_HINTS
PATH=$(dirname "$PROGRAM"):$PATH

nsd_config() { # NAME ADDRESS
	mkdir -p "$RIG/$1"
	cat <<EOT
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
EOT
}

nsd_zone() { # ZONE FILE
	printf 'zone:\n  name: "%s"\n  zonefile: "%s"\n' "$1" "$2"
}

nsd_secondary() { # ZONE PRIMARY
	cat <<EOT
zone:
  name: "$1."
  request-xfr: $2 NOKEY
  max-refresh-time: 1
  max-retry-time: 1
EOT
}

start_nsd() { # NAME
	nsd -d -c "$RIG/$1.conf" >"$RIG/nsd-$1.log" 2>&1 &
}

# Zones and configurations of NSD for the root at 127.1.0.1 and lab. at 127.1.0.2, unsigned; what is below lab. comes on
# standard input.
unsigned_top() {
	cat >"$RIG/root.zone" <<EOT
. 3600 SOA a.root. hostmaster. 1 3600 600 86400 2
. NS a.root.
a.root. A 127.1.0.1
lab. NS ns.lab.
ns.lab. A 127.1.0.2
EOT
	{
		cat <<EOT
lab. 3600 SOA ns.lab. hostmaster.lab. 1 3600 600 86400 2
lab. NS ns.lab.
ns.lab. A 127.1.0.2
EOT
		cat
	} >"$RIG/lab.zone"
	{
		nsd_config root 127.1.0.1
		nsd_zone . root.zone
	} >"$RIG/root.conf"
	{
		nsd_config lab 127.1.0.2
		nsd_zone lab. lab.zone
	} >"$RIG/lab.conf"
}

# Who may change zones and fetch them, and how these are kept.
knot_rules() { # KEYS
	cat <<EOT
acl:
  - id: update
    key: $1
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
EOT
}

# The zones' section is the caller's.
knot_config() { # ADDRESS...
	mkdir -p "$RIG/knot"
	listen=
	for a in "$@"; do listen="$listen${listen:+, }$a@53"; done
	cat <<EOT
server:
    rundir: "$RIG/knot"
    listen: [ $listen ]
log:
  - target: stderr
    any: info
database:
    storage: "$RIG/knot"
key:
  - id: update
    algorithm: hmac-sha256
    secret: "$secret"
EOT
	knot_rules update
}

named_options() { # NAME [OPTION...]
	mkdir -p "$RIG/$1"
	cat <<EOT
options {
  directory "$RIG/$1";
  pid-file "$RIG/$1/pid";
  lock-file none;
  session-keyfile "$RIG/$1/session.key";
  managed-keys-directory "$RIG/$1";
  geoip-directory none;
  listen-on-v6 { none; };
  empty-zones-enable no;
  notify no;
EOT
	shift
	printf '  %s\n' "$@"
	printf '};\ncontrols { };\n'
}

named_config() { # NAME ADDRESS [OPTION...]
	server=$1
	listen=$2
	shift 2
	named_options "$server" "listen-on { $listen; };" 'recursion no;' 'dnssec-validation no;' "$@"
}

unbound_options() { # NAME MODULES [OPTION...]
	cat <<EOT
server:
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  use-syslog: no
  chroot: ""
  username: ""
  directory: "$RIG"
  pidfile: "$RIG/$1.pid"
  root-hints: "$RIG/root.hints"
  module-config: "$2"
  local-zone: "lab." nodefault
  trust-anchor-signaling: no
EOT
	shift 2
	printf '  %s\n' "$@"
	printf 'remote-control:\n  control-enable: no\n'
}

# A recursor that keeps nothing.
unbound_config() { # MODULES [OPTION...]
	modules=$1
	shift
	unbound_options unbound "$modules" 'interface: 127.1.0.53' 'cache-max-ttl: 0' 'cache-max-negative-ttl: 0' \
		'qname-minimisation: no' 'use-caps-for-id: yes' "$@"
}

# shellcheck disable=SC1090
. "$1"
