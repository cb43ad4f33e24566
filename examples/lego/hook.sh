#!/bin/sh
# lego's exec provider: publishes the challenge with nsupdate, then lets dns01gate wait. For the default
# mode and for EXEC_MODE=RAW. lego's own check, which knows less, is switched off.
#
#   EXEC_PATH=/etc/dns01gate/lego/hook.sh lego --dns exec --dns.disable-cp \
#       --email you@example.com -d example.com run
#
# NSUPDATE_SERVER is the primary name server, NSUPDATE_KEY a file with its TSIG key.
set -eu

verb=$1
if [ "$2" = -- ]; then
	# RAW: -- DOMAIN TOKEN KEYAUTH. The value is the digest of the key authorization (RFC 8555 8.4).
	name=_acme-challenge.$3.
	value=$(printf %s "$5" | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=\n')
else
	name=$2
	value=$3
fi

case $verb in
present) update="add $name 60 TXT \"$value\"" ;;
cleanup) update="delete $name TXT \"$value\"" ;;
*) exit 64 ;;
esac

nsupdate -k "$NSUPDATE_KEY" <<EOF
server $NSUPDATE_SERVER
update $update
send
EOF

exec dns01gate "$@"
