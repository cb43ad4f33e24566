#!/bin/sh
# certbot's --manual-auth-hook, where the publisher is nsupdate: then lets dns01gate wait. certbot
# calls it once a name and asks the CA after the last call, so the last call waits for all names at once.
#
#   certbot certonly --manual --preferred-challenges dns \
#       --manual-auth-hook /etc/dns01gate/certbot/auth.sh \
#       --manual-cleanup-hook /etc/dns01gate/certbot/cleanup.sh -d example.com -d '*.example.com'
#
# NSUPDATE_SERVER is the primary name server, NSUPDATE_KEY a file with its TSIG key.
set -eu

nsupdate -k "$NSUPDATE_KEY" <<EOF
server $NSUPDATE_SERVER
update add _acme-challenge.$CERTBOT_DOMAIN. 60 TXT "$CERTBOT_VALIDATION"
send
EOF

exec dns01gate certbot auth
