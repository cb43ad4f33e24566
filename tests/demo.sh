#!/bin/sh
# SPDX-License-Identifier: ISC
# Shows the program at work in a DNS of its own on loopback: no privileges, and no packet leaves.
set -eu
TMP=$(mktemp -d)
. tests/world/servers.sh
trap 'stop_world; stop_all; rm -rf "$TMP"' EXIT
trap 'exit 130' INT TERM HUP
serve_world tests/demo.scn "$TMP/world"

show() {
	echo
	echo "\$ dns01gate $*"
	status=0
	"$PROGRAM" --root-hints "$HINTS" --trust-anchor "$ANCHOR" --port "$PORT" "$@" 9>&- || status=$?
	echo "exit status $status"
}

echo "A signed root, top-level domain and example.demo. with four servers, on 127.0.53.1 to .14, port $PORT."
echo "The record is handed to the provider now; the servers get it after 0.5, 2, 4 and 7 seconds."
show wait -t 30 _acme-challenge.example.demo zBcfFqHzvvKGzYLhMr1wsRrGQ6-yGOd9VQnm8S2fCOo
[ $status = 0 ] || exit 1
echo
echo "And this one never reaches the fourth server; we give it four seconds."
show wait -t 4 _acme-challenge.www.example.demo Lz8Kx1mPZ0wvQ4o3yJ5bD2cN7gR9tUeFhIaS6dGjXkE
[ $status = 1 ] || exit 1
