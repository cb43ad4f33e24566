# SPDX-License-Identifier: ISC
# Sourced inside the rig: an unsigned DNS.
#
#   127.1.0.1    nsd      .              127.1.0.11   knotd   example.lab. and acme.lab., primary; at
#   127.1.0.2    nsd      lab.           fd00:1::11           this address too
#   127.1.0.53   unbound  recursor       127.1.0.12   nsd     their secondary, refreshes after 1 s
#                                        127.1.0.13   named   their secondary, refreshes after $SLOWEST s
#
# NOTIFY is held back, so the three differ for seconds.
# shellcheck shell=sh disable=SC2154

SLOWEST=${SLOWEST:-4}
export DNS01GATE_DNSSEC=off
addresses 1 2 11 12 13 53
ip addr add fd00:1::11/128 dev lo nodad

unsigned_top <<EOT
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
EOT
for zone in example.lab acme.lab; do
	cat >"$RIG/$zone.zone" <<EOT
$zone. 60 SOA ns1.example.lab. hostmaster.example.lab. 1 1 1 86400 1
$zone. NS ns1.example.lab.
$zone. NS ns2.example.lab.
$zone. NS ns3.example.lab.
EOT
done
cat >>"$RIG/example.lab.zone" <<EOT
ns1 A 127.1.0.11
ns1 AAAA fd00:1::11
ns2 A 127.1.0.12
ns3 A 127.1.0.13
www A 127.1.0.99
_acme-challenge.moved CNAME moved.acme.lab.
EOT

{
	nsd_config secondary 127.1.0.12
	nsd_secondary example.lab 127.1.0.11
	nsd_secondary acme.lab 127.1.0.11
} >"$RIG/secondary.conf"
{
	knot_config 127.1.0.11 fd00:1::11
	printf 'zone:\n  - domain: example.lab\n  - domain: acme.lab\n'
} >"$RIG/knot.conf"
{
	named_config named 127.1.0.13 "min-refresh-time $SLOWEST;" "max-refresh-time $SLOWEST;"
	for zone in example.lab acme.lab; do
		printf 'zone "%s" { type secondary; primaries { 127.1.0.11; }; file "%s"; };\n' $zone $zone
	done
} >"$RIG/named.conf"
unbound_config iterator >"$RIG/unbound.conf"

start_nsd root
start_nsd lab
knotd -c "$RIG/knot.conf" >"$RIG/knotd.log" 2>&1 &
wait_for 20 answers 127.1.0.11 acme.lab
start_nsd secondary
named -g -c "$RIG/named.conf" >"$RIG/named.log" 2>&1 &
unbound -d -c "$RIG/unbound.conf" >"$RIG/unbound.log" 2>&1 &
for a in 12 13 53; do
	wait_for 20 answers "127.1.0.$a" example.lab
	wait_for 20 answers "127.1.0.$a" acme.lab
done
