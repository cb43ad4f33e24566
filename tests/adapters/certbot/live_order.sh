# SPDX-License-Identifier: ISC
# certbot against Pebble: apex, wildcard and a third name in one order with one wait, by the hooks of
# examples/certbot as they stand.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/plain.sh"
. "$(dirname "$1")/../../live/pebble.sh"
cp -R "$(dirname "$1")/../../../examples/certbot" "$RIG/hooks"
DNS01GATE_STATE_DIR=$RIG/state
DNS01GATE_REPORT=$RIG/report
export DNS01GATE_STATE_DIR DNS01GATE_REPORT

REQUESTS_CA_BUNDLE=$CA_CERT certbot certonly --non-interactive --agree-tos --register-unsafely-without-email \
	--server "$DIRECTORY" --config-dir "$RIG/le" --work-dir "$RIG/le" --logs-dir "$RIG/le" \
	--manual --preferred-challenges dns \
	--manual-auth-hook "$RIG/hooks/auth.sh" --manual-cleanup-hook "$RIG/hooks/cleanup.sh" \
	-d example.lab -d '*.example.lab' -d www.acme.lab >"$RIG/certbot.log" 2>&1 || fail "certbot: exit $?"

openssl x509 -in "$RIG/le/live/example.lab/cert.pem" -noout -ext subjectAltName >"$RIG/names"
for name in 'DNS:example.lab' 'DNS:\*.example.lab' 'DNS:www.acme.lab'; do
	grep -q "$name" "$RIG/names" || fail "$name is not in the certificate"
done
# One wait, of the last call, for all three values.
[ "$(grep -c 'names visible' "$RIG/certbot.log")" = 1 ] || fail "not one wait"
has "$RIG/report" '.verdict == "visible" and ([.records[].values[]] | length) == 3'
has "$RIG/report" '[.records[].name] | sort == ["_acme-challenge.example.lab.", "_acme-challenge.www.acme.lab."]'
# Nothing is left: no state, no record.
[ -z "$(ls "$RIG"/state/dns01gate-*)" ] || fail "state is left behind: $(ls "$RIG"/state/dns01gate-*)"
[ -z "$(kdig +short @127.1.0.11 _acme-challenge.example.lab TXT)" ] || fail "a record is left behind"

# The same with each call waiting for itself.
rm -f "$RIG/report"
DNS01GATE_NO_BATCH=1 REQUESTS_CA_BUNDLE=$CA_CERT certbot certonly --non-interactive --agree-tos \
	--register-unsafely-without-email --server "$DIRECTORY" \
	--config-dir "$RIG/le" --work-dir "$RIG/le" --logs-dir "$RIG/le" \
	--manual --preferred-challenges dns \
	--manual-auth-hook "$RIG/hooks/auth.sh" --manual-cleanup-hook "$RIG/hooks/cleanup.sh" \
	-d a.example.lab -d b.example.lab >"$RIG/certbot.log" 2>&1 || fail "certbot: exit $?"
[ "$(grep -c 'is visible on all 4' "$RIG/certbot.log")" = 2 ] || fail "not two waits"
