# SPDX-License-Identifier: ISC
# Sourced inside the rig: the signed root and lab. of signed.sh, zones below with TTLs as in earnest, and links to them (link.c)
# with a client at the far end. NOTIFY brings a change to all servers within a few hundredths of a second.
#
#   127.1.0.41  knotd    leaf.lab., and stale.lab., which 127.1.0.43 has only as it was at the start; primary of all
#   127.1.0.42  nsd      secondary of both
#   127.1.0.43  named    secondary of both
#   127.1.0.72  unbound  a resolver that a network may put in place of all servers
#   127.1.0.81 to 83, 84 to 86, 87 to 89    nsd.lab. on nsd, knot.lab. on knotd and bind.lab. on named, with response-rate limits: NSD's
#                        default, 20 and 5 a second
#
# $ZONES are those that are wanted, without lab.
# shellcheck shell=sh disable=SC2034,SC2154

PARTS=none
. "$(dirname "$1")/../live/signed.sh"
addresses 41 42 43 72 81 82 83 84 85 86 87 88 89

# servers_of ZONE: the last parts of its servers' addresses
servers_of() {
	case $1 in
	nsd.lab) echo 81 82 83 ;;
	knot.lab) echo 84 85 86 ;;
	bind.lab) echo 87 88 89 ;;
	*) echo 41 42 43 ;;
	esac
}

# told_of ZONE: which of them, beside the primary, get a NOTIFY
told_of() {
	case $1 in
	leaf.lab) echo 42 43 ;;
	stale.lab) echo 42 ;;
	*) servers_of "$1" ;;
	esac
}

wanted() { # ZONE
	case " $ZONES " in *" $1 "*) ;; *) return 1 ;; esac
}

# ---- the primary ----------------------------------------------------------------------------------

for zone in $ZONES; do
	zone=$zone.lab
	{
		for n in $(servers_of "$zone"); do
			echo "$zone. 300 NS ns$n.$zone."
			echo "ns$n.$zone. 300 A 127.1.0.$n"
		done
	} >"$RIG/$zone.delegation"
	{
		echo "$zone. 300 SOA ns.$zone. hostmaster.$zone. 1 3600 600 86400 60"
		cat "$RIG/$zone.delegation"
	} >"$RIG/$zone.zone"
done
{
	knot_config 127.1.0.41
	echo 'remote:'
	for n in 42 43 81 82 83 84 85 86 87 88 89; do
		printf '  - id: s%s\n    address: 127.1.0.%s\n    via: 127.1.0.41\n' "$n" "$n"
	done
	cat <<EOT
policy:
  - id: curve
    algorithm: ecdsap256sha256
    dnskey-ttl: 300
    zone-max-ttl: 300
zone:
EOT
	for zone in $ZONES; do
		cat <<EOT
  - domain: $zone.lab
    dnssec-signing: on
    dnssec-policy: curve
    notify: [ $(told_of "$zone.lab" | sed 's/^/s/; s/ /, s/g') ]
EOT
	done
} >"$RIG/knot.conf"
for zone in $ZONES; do
	zone=$zone.lab
	keymgr -c "$RIG/knot.conf" "$zone" generate algorithm=13 ksk=yes zsk=no
	keymgr -c "$RIG/knot.conf" "$zone" generate algorithm=13 ksk=no zsk=yes
	{
		cat "$RIG/$zone.delegation"
		keymgr -c "$RIG/knot.conf" "$zone" ds | sed -n 's/^\([^ ]*\) DS \(.* 2 .*\)/\1 300 IN DS \2/p'
	} >>"$RIG/lab.base"
done >"$RIG/keymgr.log" 2>&1
sed -i "1s/ $NOW 3600/ $((NOW + 1)) 3600/" "$RIG/lab.base"
sign_lab
reload lab
knotd -c "$RIG/knot.conf" >"$RIG/knotd.log" 2>&1 &
for zone in $ZONES; do wait_for 20 signed_at 127.1.0.41 "$zone.lab" SOA; done

# ---- secondaries ----------------------------------------------------------------------------------

# nsd_zones ZONE...
nsd_zones() {
	# One reload a change.
	printf 'server:\n  xfrd-reload-timeout: 0\n'
	for zone in "$@"; do
		nsd_secondary "$zone.lab" 127.1.0.41
		echo '  allow-notify: 127.0.0.0/8 NOKEY'
	done
}

# named_zones ZONE...
named_zones() {
	for zone in "$@"; do
		echo "zone \"$zone.lab\" { type secondary; primaries { 127.1.0.41; }; file \"$zone.lab\"; };"
	done
}

if wanted leaf || wanted stale; then
	both=$(for zone in leaf stale; do if wanted $zone; then echo $zone; fi; done)
	# shellcheck disable=SC2086
	{ nsd_config nsd 127.1.0.42 && nsd_zones $both; } >"$RIG/nsd.conf"
	# shellcheck disable=SC2086
	{ named_config named 127.1.0.43 'min-refresh-time 3600;' && named_zones $both; } >"$RIG/named.conf"
	start_nsd nsd
	named -g -c "$RIG/named.conf" >"$RIG/named.log" 2>&1 &
fi
if wanted nsd; then
	{
		nsd_config nsd-limited 127.1.0.81
		printf 'server:\n  ip-address: 127.1.0.82\n  ip-address: 127.1.0.83\n  rrl-ratelimit: 200\n'
		nsd_zones nsd
	} >"$RIG/nsd-limited.conf"
	start_nsd nsd-limited
fi
if wanted knot; then
	mkdir "$RIG/knot-limited"
	cat >"$RIG/knot-limited.conf" <<EOT
server:
    rundir: "$RIG/knot-limited"
    listen: [ 127.1.0.84@53, 127.1.0.85@53, 127.1.0.86@53 ]
log:
  - target: stderr
    any: info
database:
    storage: "$RIG/knot-limited"
remote:
  - id: primary
    address: 127.1.0.41
acl:
  - id: notify
    address: 127.0.0.0/8
    action: notify
mod-rrl:
  - id: default
    rate-limit: 20
    slip: 2
template:
  - id: default
    storage: "$RIG/knot-limited"
    global-module: mod-rrl/default
zone:
  - domain: knot.lab
    master: primary
    acl: notify
EOT
	knotd -c "$RIG/knot-limited.conf" >"$RIG/knot-limited.log" 2>&1 &
fi
if wanted bind; then
	{
		named_config named-limited '127.1.0.87; 127.1.0.88; 127.1.0.89' 'rate-limit { responses-per-second 5; };'
		named_zones bind
	} >"$RIG/named-limited.conf"
	named -g -c "$RIG/named-limited.conf" >"$RIG/named-limited.log" 2>&1 &
fi
unbound_options caught iterator 'interface: 127.1.0.72' 'access-control: 0.0.0.0/0 allow_snoop' >"$RIG/caught.conf"
unbound -d -c "$RIG/caught.conf" >"$RIG/caught.log" 2>&1 &
for zone in $ZONES; do
	for n in $(servers_of "$zone.lab"); do wait_for 20 signed_at "127.1.0.$n" "$zone.lab" SOA; done
	wait_for 20 secure "$zone.lab" SOA
done
wait_for 20 answers 127.1.0.72 lab

# An Unbound with a memory of its own, as large as a server's.
unbound_options fresh 'validator iterator' "trust-anchor-file: \"$ANCHOR\"" 'val-sig-skew-min: 0' 'val-sig-skew-max: 0' \
	'outgoing-range: 900' 'num-queries-per-thread: 512' >"$RIG/fresh.conf"

# ---- links ----------------------------------------------------------------------------------------

echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet

# make_link NUMBER SEED: a link through which a client at 10.9.NUMBER.2 reaches all servers. Lines written to descriptor 8 are
# its settings; it ends when that is closed. $LINK is its process.
make_link() {
	mkfifo "$RIG/link$1.in"
	exec 8<>"$RIG/link$1.in"
	"$BUILD/link" "link$1" "$2" <"$RIG/link$1.in" >"$RIG/link$1.log" 2>&1 8>&- &
	LINK=$!
	wait_for 5 ip link show "link$1"
	wait_for 5 at_client ip link show near
	ip addr add "10.9.$1.1/24" dev "link$1"
	ip link set "link$1" up
	at_client sh -c "
		ip link set lo up
		ip route del local 127.0.0.0/8 dev lo table local
		echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
		ip addr add 10.9.$1.2/24 dev near
		ip link set near up"
	routes add
}

# routes add|del: the client's
routes() {
	at_client ip route "$1" 127.1.0.0/16 dev near
	at_client ip route "$1" default dev near
}

# at_client COMMAND...: at the end of the link last made
at_client() {
	nsenter -t "$LINK" -n -- "$@"
}
