#!/bin/sh
# SPDX-License-Identifier: ISC
# Measures, in namespaces of its own: (a) how soon after the last server shows the record dns01gate is done,
# beside lego's own check in the same world at the same time; (b) round trips to the first answer; (c) peak
# memory; (d) a thousand names; (e) a validated look-up beside Unbound's, and what validation costs; (f) the first answer
# of a resolver over each transport beside kdig's; (g) what a diagnostic pass costs a gate that opens; (h) how a wait
# grows with names and zones; (i) what attacks cost; (j) the same growth in virtual time, far beyond.
# TRIALS (20) and LAG (8 s at most) are for (a), TRIALS for (g) too, LOOKUPS (20) for (e) and (f); PARTS ("a b d e f g h i j") says
# what is measured. Not a test: nothing fails.
set -eu
if [ "${BENCH_INSIDE:-}" = "" ]; then
	[ "$(id -u)" = 0 ] && user= || user=--map-root-user
	# shellcheck disable=SC2086
	exec env BENCH_INSIDE=1 unshare $user --net --mount --pid --fork --mount-proc --kill-child sh "$0" "$@"
fi
here=$(cd "$(dirname "$0")" && pwd)
TRIALS=${TRIALS:-20}
LAG=${LAG:-8}
LOOKUPS=${LOOKUPS:-20}
PARTS=${PARTS:-a b d e f g h i j}
PATH=$PATH:/usr/sbin:/sbin
T=$(mktemp -d)
export DNS01GATE_DNSSEC=off DNS01GATE_STATE_DIR="$T/state"
chmod 755 "$T"
. "$here/../world/servers.sh"
trap 'stop_world; stop_all; rm -rf "$T"' EXIT
ip link set lo up
${CC:-cc} -O2 -o "$T/measure" "$here/measure.c"
printf '. NS root.\nroot. A 127.0.0.1\n' >"$T/hints"
wait_for() {
	while ! "$@" >/dev/null 2>&1; do sleep 0.05; done
}

wants() {
	case " $PARTS " in *" $1 "*) ;; *) return 1 ;; esac
}

# column N FILE: median and maximum
column() {
	awk -v n="$1" '{ print $n }' "$2" | sort -n | awk '{ v[NR] = $1 } END {
		printf "median %.4f, maximum %.4f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[NR] }'
}

name=_acme-challenge.example.lab

three_servers() {
	cat <<EOF
zone . 127.0.0.1
	. NS root.
	root. A 127.0.0.1
	lab. NS ns.lab.
	ns.lab. A 127.0.0.2
zone lab. 127.0.0.2
	lab. NS ns.lab.
	ns.lab. A 127.0.0.2
	example.lab. NS ns1.example.lab.
	example.lab. NS ns2.example.lab.
	example.lab. NS ns3.example.lab.
	ns1.example.lab. A 127.0.0.11
	ns2.example.lab. A 127.0.0.12
	ns3.example.lab. A 127.0.0.13
zone example.lab. 127.0.0.9 127.0.0.11 127.0.0.12 127.0.0.13
	example.lab. NS ns1.example.lab.
	example.lab. NS ns2.example.lab.
	example.lab. NS ns3.example.lab.
	ns1.example.lab. A 127.0.0.11
	ns2.example.lab. A 127.0.0.12
	ns3.example.lab. A 127.0.0.13
EOF
}

# ---- (a) ------------------------------------------------------------------------------------------

if wants a; then
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pebble -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$T/pebble.key" -out "$T/pebble.pem" 2>/dev/null
cat >"$T/pebble.json" <<EOF
{ "pebble": { "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
  "certificate": "$T/pebble.pem", "privateKey": "$T/pebble.key", "httpPort": 5002, "tlsPort": 5001 } }
EOF
# The CA asks an address of its own, so that its first question tells when lego let it.
PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config "$T/pebble.json" -dnsserver 127.0.0.9:53 >"$T/pebble.log" 2>&1 &
cat >"$T/unbound.conf" <<EOF
server:
  interface: 127.0.0.53
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  use-syslog: no
  chroot: ""
  username: ""
  directory: "$T"
  pidfile: "$T/unbound.pid"
  root-hints: "$T/hints"
  module-config: "iterator"
  cache-max-ttl: 0
  cache-max-negative-ttl: 0
  trust-anchor-signaling: no
remote-control:
  control-enable: no
EOF
unbound -d -c "$T/unbound.conf" >"$T/unbound.log" 2>&1 &
# lego's dialler asks the system for the addresses of name servers.
echo 'nameserver 127.0.0.53' >"$T/resolv.conf"
mount --bind "$T/resolv.conf" /etc/resolv.conf
# What lego publishes is in $T/value: the world's records are that file.
cat >"$T/hook" <<EOF
#!/bin/sh
[ "\$1" = cleanup ] || echo "\$3" >"$T/value"
EOF
chmod +x "$T/hook"
LEGO_CA_CERTIFICATES=$T/pebble.pem
EXEC_PATH=$T/hook
EXEC_PROPAGATION_TIMEOUT=60
export LEGO_CA_CERTIFICATES EXEC_PATH EXEC_PROPAGATION_TIMEOUT
# lego needs a moment to make its order; the lag counts from then.
begin=2

trial() { # LAG
	last=$(awk "BEGIN { print $begin + $1 }")
	{
		three_servers
		echo "at 0 127.0.0.9 add $name. 60 TXT \"@$T/value\""
		echo "at $begin 127.0.0.11 add $name. 60 TXT \"@$T/value\""
		echo "at $begin 127.0.0.12 add $name. 60 TXT \"@$T/value\""
		echo "at $last 127.0.0.13 add $name. 60 TXT \"@$T/value\""
	} >"$T/trial.scn"
	rm -rf "$T/lego" "$T/value" "$T"/end.*
	serve_world "$T/trial.scn" "$T/world" 53
	lego --server https://127.0.0.1:14000/dir --path "$T/lego" --email a@example.lab --accept-tos --dns exec \
		--dns.resolvers 127.0.0.53:53 -d example.lab run >"$T/lego.log" 2>&1 &
	lego=$!
	wait_for test -s "$T/value"
	for c in 3 1; do
		"$T/measure" "$T/end.$c" "$PROGRAM" --root-hints "$HINTS" -q -c $c -t 30 --report "$T/report.$c" \
			wait $name "$(cat "$T/value")" &
	done
	wait $lego || true
	wait_for test -s "$T/end.3"
	wait_for test -s "$T/end.1"
	stop_world
	for c in 3 1; do
		awk -v shown="$ZERO" -v last="$last" '{ print $6 - shown - last }' "$T/end.$c" >>"$T/delay.$c"
		jq '[.records[0].servers[].queries] | add' "$T/report.$c" >>"$T/questions.$c"
	done
	# The CA's first question is the moment when lego was content. lego's own questions have no DO bit.
	awk -v last="$last" '$2 == "127.0.0.9" && !done { print $1 - last; done = 1 }' "$T/world" >>"$T/delay.lego"
	grep " $name. TXT" "$T/world" | grep -v ' 127.0.0.9 ' | grep -v -c ' do$' >>"$T/questions.lego"
}

wait_for openssl s_client -connect 127.0.0.1:14000 </dev/null
i=0
while [ $i -lt "$TRIALS" ]; do
	i=$((i + 1))
	trial "$(awk -v i=$i -v n="$TRIALS" -v lag="$LAG" 'BEGIN { print 0.1 + (lag - 0.1) * (i - 0.5) / n }')"
done
echo "(a) $TRIALS trials, the last of three servers up to $LAG s behind: from its showing the record to the end of the wait"
for who in 3 1 lego; do
	case $who in
	3) title="dns01gate, 3 confirmations" ;;
	1) title="dns01gate, 1 confirmation" ;;
	*) title="lego's own check" ;;
	esac
	printf '    %-28s %s s; TXT questions %s\n' "$title" "$(column 1 "$T/delay.$who")" "$(column 1 "$T/questions.$who")"
done
fi

# ---- (b), (c) -------------------------------------------------------------------------------------

if wants b; then
{
	three_servers
	echo "at 0 * add $name. 60 TXT \"value\""
	echo 'on * late 0.02'
} >"$T/near.scn"
for i in 1 2 3 4 5; do
	serve_world "$T/near.scn" "$T/world" 53
	"$T/measure" "$T/near" "$PROGRAM" --root-hints "$HINTS" -q --report "$T/report" wait $name value
	stop_world
	# The first TXT question to a server of the zone, from the first question of all, and its own way.
	awk 'NR == 5 { start = $1 } NR > 4 && $2 ~ /127.0.0.1[123]/ && $5 == "TXT" { print ($1 - start) / 0.02 + 1; exit }' \
		"$T/world" >>"$T/trips"
done
echo "(b) record there, all servers 20 ms away, glue present"
echo "    round trips to the first TXT answer: $(column 1 "$T/trips")"
echo "    start to exit: $(column 1 "$T/near") s"
echo "(c) peak memory for one name: $(column 3 "$T/near") KiB"
fi

# ---- (d) ------------------------------------------------------------------------------------------

if wants d; then
nsd_server() { # NAME ADDRESS... ; zones follow
	folder=$1
	shift
	mkdir -p "$T/$folder"
	{
		echo "server:"
		for a in "$@"; do echo "  ip-address: $a"; done
		cat <<EOF
  username: ""
  zonesdir: "$T"
  database: ""
  pidfile: "$T/$folder/pid"
  xfrdfile: "$T/$folder/xfrd.state"
  xfrdir: "$T/$folder"
  zonelistfile: "$T/$folder/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
EOF
	} >"$T/$folder.conf"
}
soa='3600 SOA m. r. 1 3600 600 86400 60'
nsd_server top 127.0.0.1
printf 'zone:\n  name: "."\n  zonefile: top.zone\n' >>"$T/top.conf"
printf '. %s\n. NS root.\nroot. A 127.0.0.1\nlab. NS ns.lab.\nns.lab. A 127.0.0.2\n' "$soa" >"$T/top.zone"
nsd_server lab 127.0.0.2
printf 'zone:\n  name: "lab."\n  zonefile: lab.zone\n' >>"$T/lab.conf"
nsd_server many 127.0.0.21 127.0.0.22 127.0.0.23 127.0.0.24
printf 'zone:\n  name: "many.lab."\n  zonefile: many.zone\n' >>"$T/many.conf"
printf 'lab. %s\nlab. NS ns.lab.\nns.lab. A 127.0.0.2\n' "$soa" >"$T/lab.zone"
printf 'many.lab. %s\n' "$soa" >"$T/many.zone"
for n in 1 2 3 4; do
	printf 'many.lab. NS ns%d.many.lab.\nns%d.many.lab. A 127.0.0.2%d\n' $n $n $n | tee -a "$T/lab.zone" >>"$T/many.zone"
done
i=0
while [ $i -lt 1000 ]; do
	i=$((i + 1))
	printf '_acme-challenge.n%d.many.lab. TXT "%043d"\n' $i $i >>"$T/many.zone"
	printf '_acme-challenge.n%d.many.lab %043d\n' $i $i >>"$T/pairs"
done
# sign ZONE FILE PARENTS-FILE: in place; the DS record goes to the parent's file
sign() (
	cd "$T"
	key=$(ldns-keygen -a ECDSAP256SHA256 -k "$1")
	cat "$key.ds" >>"$3"
	ldns-signzone -o "$1" -f "$2.signed" "$2" "$key"
	mv "$2.signed" "$2"
)
sign many.lab many.zone lab.zone
sign lab lab.zone top.zone
sign . top.zone anchor
nsds=
for s in top lab many; do
	nsd -d -c "$T/$s.conf" >"$T/nsd-$s.log" 2>&1 &
	nsds="$nsds $!"
done
answers() { [ -n "$(kdig +short +timeout=1 +retry=0 "@$1" "$2" SOA)" ]; }
wait_for answers 127.0.0.1 .
wait_for answers 127.0.0.2 lab
wait_for answers 127.0.0.24 many.lab
for i in 1 2 3; do
	"$T/measure" "$T/thousand" "$PROGRAM" --root-hints "$T/hints" -q wait - <"$T/pairs"
	"$T/measure" "$T/secure" "$PROGRAM" --root-hints "$T/hints" --dnssec require --trust-anchor "$T/anchor" -q wait - <"$T/pairs"
done
echo "(d) 1000 names on 4 servers from stdin: processor $(column 2 "$T/thousand") s, memory $(column 3 "$T/thousand") KiB, wall $(column 1 "$T/thousand") s"
# shellcheck disable=SC2086
kill $nsds
# shellcheck disable=SC2086
wait $nsds || true
echo "    the same, all answers validated: processor $(column 2 "$T/secure") s, memory $(column 3 "$T/secure") KiB, wall $(column 1 "$T/secure") s"
fi

# ---- (e) ------------------------------------------------------------------------------------------

if wants e; then
# Both begin with nothing but root hints and the same trust anchor, in turn, in one world.
three_servers | sed 's/^zone .*/&\n	sign 13 nsec/' >"$T/signed.scn"
printf 'at 0 * add %s. 60 TXT "value"\non * late 0.02\n' "$name" >>"$T/signed.scn"
serve_world "$T/signed.scn" "$T/world" 53
cat >"$T/host.conf" <<EOF
server:
  do-not-query-localhost: no
  do-ip6: no
  use-syslog: no
  chroot: ""
  username: ""
  directory: "$T"
  root-hints: "$T/hints"
  trust-anchor-file: "$ANCHOR"
  trust-anchor-signaling: no
EOF
i=0
while [ $i -lt "$LOOKUPS" ]; do
	i=$((i + 1))
	"$T/measure" "$T/host" unbound-host -C "$T/host.conf" -v -t TXT "$name" >"$T/host.out" 2>&1 || true
	DNS01GATE_DNSSEC=validate "$T/measure" "$T/validate" "$PROGRAM" --root-hints "$HINTS" --trust-anchor "$ANCHOR" \
		validate "$name" TXT >"$T/validate.out" || true
	if ! grep -q '(secure)' "$T/host.out" || [ "$(grep -c '"secure"' "$T/validate.out")" != 3 ]; then
		cat "$T/host.out" "$T/validate.out"
		exit 1
	fi
done
stop_world
echo "(e) cold look-up with validation, all servers 20 ms away, $LOOKUPS times each in turn"
echo "    dns01gate validate, three servers each: $(column 1 "$T/validate") s; processor $(column 2 "$T/validate") s"
echo "    unbound-host: $(column 1 "$T/host") s; processor $(column 2 "$T/host") s"
echo "    ratio of the medians: $(echo "$(column 1 "$T/validate") $(column 1 "$T/host")" | awk '{ printf "%.2f", $2 / $6 }')"
echo "    processor time for one answer, with the keys known:"
"$BUILD/bench_validate"
fi

# ---- (f) ------------------------------------------------------------------------------------------

if wants f; then
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=resolver.lab \
	-addext subjectAltName=DNS:resolver.lab -keyout "$T/resolver.key" -out "$T/resolver.pem" 2>/dev/null
{
	cat <<EOF
server:
  interface: 127.0.0.61@53
  interface: 127.0.0.61@853
  interface: 127.0.0.61@443
  tls-service-key: "$T/resolver.key"
  tls-service-pem: "$T/resolver.pem"
  tls-port: 853
  https-port: 443
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  use-syslog: no
  chroot: ""
  username: ""
  directory: "$T"
  pidfile: "$T/resolver.pid"
  num-threads: 1
  module-config: "iterator"
  trust-anchor-signaling: no
  local-zone: "lab." static
  local-data: 'small.lab. TXT "value"'
  local-data: 'large.lab. TXT "value"'
EOF
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		printf "  local-data: 'large.lab. TXT %043d'\n" $i
	done
	printf 'remote-control:\n  control-enable: no\n'
} >"$T/resolver.conf"
unbound -d -c "$T/resolver.conf" >"$T/resolver.log" 2>&1 &
resolver=$!
wait_for kdig +short +timeout=1 +retry=0 @127.0.0.61 small.lab TXT
echo "(f) a resolver's first answer, from start to exit, $LOOKUPS times each in turn; medians"

# beside TITLE OPTIONS NAME [KDIG-OPTION...]
beside() {
	title=$1
	spec=$2
	asked=$3
	shift 3
	rm -f "$T/ours" "$T/kdig"
	i=0
	while [ $i -lt "$LOOKUPS" ]; do
		i=$((i + 1))
		# shellcheck disable=SC2086
		"$T/measure" "$T/ours" "$PROGRAM" -q --authoritative skip $spec wait "$asked" value
		"$T/measure" "$T/kdig" kdig @127.0.0.61 +dnssec +bufsize=1232 "$@" "$asked" TXT >"$T/kdig.out" 2>&1
		grep -q '"value"' "$T/kdig.out"
	done
	awk -v title="$title" -v ours="$(column 1 "$T/ours")" -v kdig="$(column 1 "$T/kdig")" -v memory="$(column 3 "$T/ours")" 'BEGIN {
		split(ours, a, /[ ,]+/); split(kdig, b, /[ ,]+/); split(memory, c, /[ ,]+/)
		printf "    %-6s dns01gate %.4f s, kdig %.4f s, ratio %.2f; memory %d KiB\n", title, a[2], b[2], a[2] / b[2], c[2] }'
}

beside UDP '-r 127.0.0.61' small.lab
beside TCP '-r 127.0.0.61' large.lab
beside TLS "--tls-ca $T/resolver.pem -r tls://127.0.0.61@resolver.lab" small.lab +tls-ca="$T/resolver.pem" +tls-host=resolver.lab
beside HTTPS "--tls-ca $T/resolver.pem -r https://resolver.lab/dns-query@127.0.0.61" small.lab +https=/dns-query \
	+tls-ca="$T/resolver.pem" +tls-host=resolver.lab
kill $resolver
wait $resolver || true
fi

# ---- (g) ------------------------------------------------------------------------------------------

if wants g; then
# A wait of six seconds makes a diagnostic pass after five; with given servers it makes none.
{
	three_servers
	echo "at 6 * add $name. 60 TXT \"value\""
} >"$T/six.scn"
i=0
while [ $i -lt $((TRIALS / 2)) ]; do
	i=$((i + 1))
	serve_world "$T/six.scn" "$T/world" 53
	"$T/measure" "$T/with.end" "$PROGRAM" --root-hints "$HINTS" --state-dir /dev/null/none -q wait $name value &
	with=$!
	"$T/measure" "$T/without.end" "$PROGRAM" --server 127.0.0.11 --server 127.0.0.12 --server 127.0.0.13 \
		--state-dir /dev/null/none -q wait $name value
	wait $with
	stop_world
	for w in with without; do
		tail -n 1 "$T/$w.end" | awk -v shown="$ZERO" '{ print $6 - shown - 6 }' >>"$T/$w.delay"
	done
	awk 'NR > 4 && $5 != "TXT" && $5 != "NS" && $5 != "SOA" && $5 != "A" && $5 != "AAAA"' "$T/world" | wc -l >>"$T/extra"
done
echo "(g) from the record's showing, six seconds into the wait, to the end of the wait; $((TRIALS / 2)) trials"
echo "    with a diagnostic pass (CAA and the like: $(column 1 "$T/extra") questions): $(column 1 "$T/with.delay") s"
echo "    without one: $(column 1 "$T/without.delay") s"
fi

# ---- (h), (i), (j) -------------------------------------------------------------------------------------

if wants h; then
	echo "(h) names in one zone, and zones of one name each, on four server addresses; all is visible at once"
	sh "$here/scale.sh"
fi
if wants i; then sh "$here/attacks.sh"; fi
if wants j; then
	echo "(j) names in a fifth as many zones on a fiftieth as many addresses, a packet in a thousand lost, in virtual time"
	for names in 1000 10000 100000; do printf '    %s\n' "$("$BUILD/scale" $names)"; done
fi
