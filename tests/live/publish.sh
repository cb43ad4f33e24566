# SPDX-License-Identifier: ISC
# Sourced inside the rig: an unsigned DNS of zones that take updates, for clients that publish.
#
#   127.1.0.1    nsd      .              127.1.0.11   knotd   knot.lab. and slow.lab., primary; quick.lab., alone
#   127.1.0.2    nsd      lab.           127.1.0.21   named   bind.lab., primary
#   127.1.0.53   unbound  recursor       127.1.0.12   nsd     secondary of the three, refreshes after 1 s
#                                        127.1.0.13   named   secondary of slow.lab., refreshes after $SLOWEST s
#
# And what publishes: $PUBLISH, a script of the kind that a user already has, which knows every client's call and
# notes what it does in $RIG/calls; and for --rfc2136 $RIG/knot.json and $RIG/bind.json. TTLs are short: a name that a
# CA was let ask for is held for so long.
# shellcheck shell=sh disable=SC2154

SLOWEST=${SLOWEST:-4}
export DNS01GATE_DNSSEC=off DNS01GATE_STATE_DIR="$RIG/state"
chmod 600 "$NSUPDATE_KEY"
addresses 1 2 11 12 13 21 53

unsigned_top <<EOT
ns1.lab. A 127.1.0.11
ns2.lab. A 127.1.0.12
ns3.lab. A 127.1.0.13
ns4.lab. A 127.1.0.21
knot.lab. NS ns1.lab.
knot.lab. NS ns2.lab.
bind.lab. NS ns4.lab.
bind.lab. NS ns2.lab.
slow.lab. NS ns1.lab.
slow.lab. NS ns2.lab.
slow.lab. NS ns3.lab.
quick.lab. NS ns1.lab.
EOT
for zone in knot:1 bind:4 slow:1 quick:1; do
	cat >"$RIG/${zone%:*}.lab.zone" <<EOT
${zone%:*}.lab. 60 SOA ns${zone#*:}.lab. hostmaster.lab. 1 1 1 86400 1
${zone%:*}.lab. NS ns${zone#*:}.lab.
_acme-challenge.kept.${zone%:*}.lab. TXT "somebody else's"
EOT
	[ "$zone" = quick:1 ] || echo "${zone%:*}.lab. NS ns2.lab." >>"$RIG/${zone%:*}.lab.zone"
done
echo 'slow.lab. NS ns3.lab.' >>"$RIG/slow.lab.zone"

{
	nsd_config secondary 127.1.0.12
	nsd_secondary knot.lab 127.1.0.11
	nsd_secondary slow.lab 127.1.0.11
	nsd_secondary bind.lab 127.1.0.21
} >"$RIG/secondary.conf"
{
	knot_config 127.1.0.11
	printf 'zone:\n  - domain: knot.lab\n  - domain: slow.lab\n  - domain: quick.lab\n'
} >"$RIG/knot.conf"
{
	named_config bind 127.1.0.21
	cat "$NSUPDATE_KEY"
	printf 'zone "bind.lab" { type primary; file "%s"; allow-update { key "update"; }; };\n' "$RIG/bind.lab.zone"
} >"$RIG/bind.conf"
{
	named_config slow 127.1.0.13 "min-refresh-time $SLOWEST;" "max-refresh-time $SLOWEST;"
	printf 'zone "slow.lab" { type secondary; primaries { 127.1.0.11; }; file "slow.lab"; };\n'
} >"$RIG/slow.conf"
unbound_config iterator >"$RIG/unbound.conf"

start_nsd root
start_nsd lab
knotd -c "$RIG/knot.conf" >"$RIG/knotd.log" 2>&1 &
named -g -c "$RIG/bind.conf" >"$RIG/bind.log" 2>&1 &
wait_for 20 answers 127.1.0.11 slow.lab
wait_for 20 answers 127.1.0.21 bind.lab
start_nsd secondary
named -g -c "$RIG/slow.conf" >"$RIG/slow.log" 2>&1 &
unbound -d -c "$RIG/unbound.conf" >"$RIG/unbound.log" 2>&1 &
wait_for 20 answers 127.1.0.13 slow.lab
for zone in knot bind slow; do
	wait_for 20 answers 127.1.0.12 $zone.lab
	wait_for 20 answers 127.1.0.53 $zone.lab
done

for primary in knot:11 bind:21; do
	printf '{"server": "127.1.0.%s", "key-file": "%s", "ttl": 1}\n' "${primary#*:}" "$NSUPDATE_KEY" >"$RIG/${primary%:*}.json"
done

PUBLISH=$RIG/publish
export PUBLISH
: >"$RIG/calls"
chmod 666 "$RIG/calls"
cat >"$PUBLISH" <<'EOT'
#!/bin/sh
# Publishes or takes away, whoever calls. FAIL_ADD=STATUS: fails once it has published; HANG_ADD: never ends then.
set -eu

update() { # add|delete NAME VALUE
	case $2 in
	*bind.lab.) server=127.1.0.21 ;;
	*) server=127.1.0.11 ;;
	esac
	echo "$1 $2 $3" >>"$RIG/calls"
	if [ "$1" = add ]; then line="add $2 1 TXT \"$3\""; else line="delete $2 TXT${3:+ \"$3\"}"; fi
	printf 'server %s\nupdate %s\nsend\n' "$server" "$line" | nsupdate -k "$NSUPDATE_KEY"
	[ "$1" = add ] || return 0
	[ -z "${HANG_ADD:-}" ] || sleep 1000
	[ -z "${FAIL_ADD:-}" ] || exit "$FAIL_ADD"
}

digest() { # of lego's key authorization, in RAW mode
	printf %s "$1" | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=\n'
}

# certbot's calls are lego's in another form.
if [ -n "${CERTBOT_VALIDATION:-}" ]; then
	case $* in
	*auth) set -- present "_acme-challenge.$CERTBOT_DOMAIN." "$CERTBOT_VALIDATION" ;;
	*cleanup) set -- cleanup "_acme-challenge.$CERTBOT_DOMAIN." "$CERTBOT_VALIDATION" ;;
	esac
fi
verb=$1
shift
case $verb in
present | setup | challenge-dns-start | begin | deploy_challenge) op=add ;;
cleanup | teardown | challenge-dns-stop | done | failed | clean_challenge) op=delete ;;
*) exit 0 ;;
esac
case $verb in
present | cleanup)
	if [ "$1" = -- ]; then set -- "_acme-challenge.$2." "$(digest "$4")"; fi
	update $op "$1" "$2"
	;;
begin | done | failed)
	[ "$1" = dns-01 ] || exit 1
	update $op "_acme-challenge.$2." "$4"
	;;
*_challenge)
	while [ $# -ge 3 ]; do
		update $op "_acme-challenge.$1." "$3"
		shift 3
	done
	;;
setup | teardown) update $op "_acme-challenge.$1." "${2:-}" ;;
challenge-dns-*) update $op "_acme-challenge.$1." "$3" ;;
esac
EOT
chmod 755 "$PUBLISH"

primary_of() { # ZONE
	case $1 in bind.lab) echo 127.1.0.21 ;; *) echo 127.1.0.11 ;; esac
}

# contents ZONE: all its primary has, but for the serial
contents() {
	kdig +noall +answer +timeout=2 "@$(primary_of "$1")" "$1" AXFR | sed '/^;/d; s/[[:space:]]\{1,\}/ /g' |
		grep -v ' SOA ' | sort
}

remember_zones() {
	for zone in knot bind slow quick; do
		contents $zone.lab >"$RIG/$zone.before"
		grep -q "somebody else's" "$RIG/$zone.before" || fail "$zone.lab cannot be listed"
	done
}

# zones_as_before WHOM
zones_as_before() {
	for zone in knot bind slow quick; do
		contents $zone.lab >"$RIG/$zone.after"
		diff "$RIG/$zone.before" "$RIG/$zone.after" || fail "$1 leaves $zone.lab different"
	done
}

milliseconds() {
	echo $(($(date +%s%N) / 1000000))
}
