# SPDX-License-Identifier: ISC
# certbot against Pebble, whose recursor validates from the same root key: a certificate of a signed zone, by
# the hooks of examples/certbot. And a zone whose DS is wrong: the CA's recursor refuses it, as the gate did.
# shellcheck shell=sh disable=SC2154

PARTS=curve
. "$(dirname "$1")/../../live/signed.sh"
. "$(dirname "$1")/../../live/pebble.sh"
cp -R "$(dirname "$1")/../../../examples/certbot" "$RIG/hooks"
DNS01GATE_STATE_DIR=$RIG/state
DNS01GATE_REPORT=$RIG/report
DNS01GATE_DNSSEC=require
export DNS01GATE_STATE_DIR DNS01GATE_REPORT DNS01GATE_DNSSEC

# order DOMAIN...
order() {
	names=
	for name in "$@"; do names="$names -d $name"; done
	# shellcheck disable=SC2086
	REQUESTS_CA_BUNDLE=$CA_CERT certbot certonly --non-interactive --agree-tos --register-unsafely-without-email \
		--server "$DIRECTORY" --config-dir "$RIG/le" --work-dir "$RIG/le" --logs-dir "$RIG/le" \
		--manual --preferred-challenges dns \
		--manual-auth-hook "$RIG/hooks/auth.sh" --manual-cleanup-hook "$RIG/hooks/cleanup.sh" \
		$names >"$RIG/certbot.log" 2>&1
}

order curve.lab www.curve.lab '*.curve.lab' || fail "certbot: exit $?"
openssl x509 -in "$RIG/le/live/curve.lab/cert.pem" -noout -ext subjectAltName >"$RIG/names"
for name in 'DNS:curve.lab' 'DNS:www.curve.lab' 'DNS:\*.curve.lab'; do
	grep -q "$name" "$RIG/names" || fail "$name is not in the certificate"
done
has "$RIG/report" '.verdict == "visible" and ([.records[].values[]] | length) == 3'
has "$RIG/report" '.records | all(.dnssec == "secure" and (.servers | all(.dnssec == "secure")))'
secure _acme-challenge.curve.lab TXT || fail "the recursor does not validate"

# The registrar gets another digest.
sed 's/..$/00/' "$RIG/curve.ds" >"$RIG/wrong.ds"
sign_lab "$RIG/wrong.ds"
reload lab
refuses() {
	kdig +timeout=1 +retry=0 @127.1.0.53 curve.lab SOA | grep -q 'status: SERVFAIL'
}
wait_for 20 refuses
rm -f "$RIG/report"
! order new.curve.lab || fail "certbot got a certificate"
has "$RIG/report" '.verdict == "fault" and .elapsed_ms < 5000'
has "$RIG/report" '[.records[0].findings[] | select(.id == "F-37" and .severity == "fatal")] | length >= 1'
grep -q "F-37\|registrar" "$RIG/certbot.log" || fail "certbot does not show it"
# Without the gate, the CA says the same.
DNS01GATE_DNSSEC=off
! order new.curve.lab || fail "certbot got a certificate"
grep -q 'unsuccessful response' "$RIG/certbot.log" || fail "the CA did not look"
