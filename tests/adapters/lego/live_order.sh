# SPDX-License-Identifier: ISC
# lego against Pebble in both modes, its own check off, by the hook of examples/lego as it stands; and an
# order whose record one secondary never shows.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/plain.sh"
. "$(dirname "$1")/../../live/pebble.sh"
cp -R "$(dirname "$1")/../../../examples/lego" "$RIG/hooks"
LEGO_CA_CERTIFICATES=$CA_CERT
EXEC_PATH=$RIG/hooks/hook.sh
EXEC_SEQUENCE_INTERVAL=1
EXEC_POLLING_INTERVAL=1
export LEGO_CA_CERTIFICATES EXEC_PATH EXEC_SEQUENCE_INTERVAL EXEC_POLLING_INTERVAL

run_lego() { # MODE DOMAIN...
	EXEC_MODE=$1
	export EXEC_MODE
	shift
	names=
	for name in "$@"; do names="$names -d $name"; done
	# shellcheck disable=SC2086
	lego --server "$DIRECTORY" --path "$RIG/lego" --email a@example.lab --accept-tos \
		--dns exec --dns.disable-cp --dns.resolvers 127.1.0.53:53 $names run >"$RIG/lego.log" 2>&1
}

run_lego "" lego.example.lab '*.lego.example.lab' || fail "lego, default mode: exit $?"
[ -s "$RIG/lego/certificates/lego.example.lab.crt" ] || fail "no certificate"
[ "$(grep -c 'is visible on all 4' "$RIG/lego.log")" = 2 ] || fail "not two waits"
run_lego RAW raw.example.lab || fail "lego, RAW mode: exit $?"
[ -s "$RIG/lego/certificates/raw.example.lab.crt" ] || fail "no certificate in RAW mode"
[ -z "$(kdig +short @127.1.0.11 _acme-challenge.raw.example.lab TXT)" ] || fail "a record is left behind"

# BIND stops refreshing: an hour is longer than any test.
kill -STOP "$(cat "$RIG/named/pid")"
sed 's/refresh-time [0-9]*;/refresh-time 3600;/' "$RIG/named.conf" >"$RIG/stuck.conf"
kill -KILL "$(cat "$RIG/named/pid")"
rm -f "$RIG/named/pid"
named -g -c "$RIG/stuck.conf" >"$RIG/named.log" 2>&1 &
wait_for 20 answers 127.1.0.13 example.lab
before=$(date +%s%N)
status=0
DNS01GATE_TIMEOUT=3 DNS01GATE_REPORT=$RIG/report run_lego "" stuck.example.lab || status=$?
[ $status != 0 ] || fail "lego got a certificate for a record that one server lacks"
[ $((($(date +%s%N) - before) / 1000000)) -lt 6000 ] || fail "that took too long"
has "$RIG/report" '.verdict == "timeout" and .elapsed_ms <= 3100'
has "$RIG/report" '.records[0].findings[0].id == "F-02"'
has "$RIG/report" '.records[0].findings[0].server == "ns3.example.lab. 127.1.0.13"'
grep -q 'missing: ns3.example.lab. 127.1.0.13 (NXDOMAIN' "$RIG/lego.log" || fail "the server is not named"
grep -q 'exit status 1' "$RIG/lego.log" || fail "lego was not told by exit status 1"
