# SPDX-License-Identifier: ISC
# Apache's mod_md against Pebble, by examples/mod_md as it stands but for its paths and its domain: by dynamic update, in
# version 2 of the hook and in version 1, whose teardown does not tell the value; by a script; and a record that one
# secondary never shows.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=3600
. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"
remember_zones
modules=/usr/lib/apache2/modules
example=$(dirname "$1")/../../../examples/mod_md/dns01gate.conf

# serve TAG PORT DOMAIN: an Apache with the example; its lines are changed by the script on standard input.
serve() {
	cat >"$RIG/$1.sed"
	mkdir -p "$RIG/$1"
	{
		cat <<EOT
ServerRoot $RIG/$1
ServerName $3
PidFile $RIG/$1/pid
DefaultRuntimeDir $RIG/$1
ErrorLog $RIG/$1.log
LogLevel warn md:debug
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule ssl_module $modules/mod_ssl.so
LoadModule md_module $modules/mod_md.so
Listen 127.0.0.1:$2
MDCertificateAuthority $DIRECTORY
MDCACertificateFile $CA_CERT
MDStoreDir $RIG/$1
MDRetryDelay 1s
<VirtualHost 127.0.0.1:$2>
ServerName $3
SSLEngine on
</VirtualHost>
EOT
		sed "s|/usr/local/bin/dns01gate|$PROGRAM|; s|/etc/dns01gate/rfc2136.json|$RIG/knot.json|; s|example.com|$3|g" \
			"$example" | sed -f "$RIG/$1.sed"
	} >"$RIG/$1.conf"
	# It refuses to serve as root.
	unshare --user --map-user=1000 --map-group=1000 apache2 -f "$RIG/$1.conf" -DFOREGROUND >"$RIG/$1.out" 2>&1 &
}

staged() { # TAG DOMAIN
	[ -s "$RIG/$1/staging/$2/pubcert.pem" ]
}
unchanged() {
	for zone in knot bind slow; do
		contents $zone.lab | diff -q - "$RIG/$zone.before" || return 1
	done
}

serve version-2 4001 a.knot.lab </dev/null
echo '/MDChallengeDns01Version/d' | serve version-1 4002 b.knot.lab
echo "s|--rfc2136 [^ ]*|--exec $PUBLISH|" | serve exec 4003 c.knot.lab
echo "s|--rfc2136|--timeout 3 &|" | serve hidden 4004 d.slow.lab
for order in version-2:a version-1:b exec:c; do
	wait_for 60 staged "${order%:*}" "${order#*:}.knot.lab"
	cp "$RIG/${order%:*}/staging/${order#*:}.knot.lab/pubcert.pem" "$RIG/${order%:*}.pem"
	certified "${order%:*}" "${order#*:}.knot.lab" "*.${order#*:}.knot.lab"
done
# It tries again soon, so that there are moments without a record.
wait_for 20 grep -q 'dns-01 setup command returns 1' "$RIG/hidden.log"
wait_for 20 unchanged
submitted d.slow.lab && fail "the CA was asked"
staged hidden d.slow.lab && fail "mod_md got a certificate for a record that one server lacks"
:
