# SPDX-License-Identifier: ISC
# acmetool against Pebble, by the hook of examples/acmetool as it stands but for its paths: a domain and its wildcard by
# dynamic update, another by a script; and a record that one secondary never shows.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=3600
. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"
remember_zones
# What it serves http-01 from, which it tries first, is not to be the machine's.
mount -t tmpfs tmpfs /run
# Its self-test of http-01 asks for the domain's address.
echo 'nameserver 127.1.0.53' >"$RIG/resolv.conf"
mount --bind "$RIG/resolv.conf" /etc/resolv.conf
HOOK=$RIG/dns01gate.hook
sed "s|exec dns01gate|exec $PROGRAM|; s|/etc/dns01gate/rfc2136.json|$RIG/knot.json|" \
	"$(dirname "$1")/../../../examples/acmetool/dns01gate" >"$HOOK"

# acmetool TAG DOMAIN...
issue_acmetool() {
	tag=$1
	shift
	mkdir -p "$RIG/$tag/conf" "$RIG/$tag.hooks"
	cp "$HOOK" "$RIG/$tag.hooks/dns01gate"
	chmod 755 "$RIG/$tag.hooks/dns01gate"
	cat >"$RIG/$tag/conf/responses" <<EOT
"acme-enter-email": "a@knot.lab"
"acme-agreement:data:text/plain,Do%20what%20thou%20wilt": true
EOT
	printf 'request:\n  provider: %s\n  key:\n    type: ecdsa\n' "$DIRECTORY" >"$RIG/$tag/conf/target"
	SSL_CERT_FILE=$CA_CERT acmetool --batch --state="$RIG/$tag" --hooks="$RIG/$tag.hooks" want "$@" || return $?
	cp "$RIG/$tag/live/$1/cert" "$RIG/$tag.pem"
}

in_background rfc2136 issue acmetool rfc2136 a.knot.lab '*.a.knot.lab'
in_background rfc2136-hidden with DNS01GATE_TIMEOUT=3 -- issue acmetool rfc2136-hidden c.slow.lab
sed "s|--rfc2136 [^ ]*|--exec $PUBLISH|" "$HOOK" >"$RIG/exec.hook"
HOOK=$RIG/exec.hook
in_background exec issue acmetool exec b.knot.lab '*.b.knot.lab'
in_background exec-hidden with DNS01GATE_TIMEOUT=3 -- issue acmetool exec-hidden d.slow.lab
for tag in rfc2136 exec; do
	finish $tag
	[ "$status" = 0 ] || fail "acmetool: exit $status"
done
certified rfc2136 a.knot.lab '*.a.knot.lab'
certified exec b.knot.lab '*.b.knot.lab'
for tag in rfc2136-hidden exec-hidden; do
	finish $tag
	[ "$status" != 0 ] || fail "acmetool got a certificate for a record that one server lacks"
	grep -q 'could not install DNS challenge' "$RIG/$tag.log" || fail "acmetool was not told"
done
submitted '[cd].slow.lab' && fail "the CA was asked"
zones_as_before acmetool
