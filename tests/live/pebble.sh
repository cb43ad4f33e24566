# SPDX-License-Identifier: ISC
# Sourced inside the rig: Pebble, whose resolver is the rig's recursor; $CA_CERT is what its own HTTPS is
# signed by, $DIRECTORY its URL.
# shellcheck shell=sh disable=SC2154

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pebble -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$RIG/pebble.key" -out "$RIG/pebble.pem" 2>/dev/null
cat >"$RIG/pebble.json" <<EOF
{ "pebble": { "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
  "certificate": "$RIG/pebble.pem", "privateKey": "$RIG/pebble.key", "httpPort": 5002, "tlsPort": 5001 } }
EOF
PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 PEBBLE_AUTHZREUSE=0 \
	pebble -strict -config "$RIG/pebble.json" -dnsserver 127.1.0.53:53 >"$RIG/pebble.log" 2>&1 &
CA_CERT=$RIG/pebble.pem
DIRECTORY=https://127.0.0.1:14000/dir
export CA_CERT DIRECTORY
listens() {
	openssl s_client -connect 127.0.0.1:14000 </dev/null 2>/dev/null | grep -q 'BEGIN CERTIFICATE'
}
wait_for 20 listens
