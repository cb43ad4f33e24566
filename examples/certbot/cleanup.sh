#!/bin/sh
# certbot's --manual-cleanup-hook: takes away the one value that auth.sh published.
set -eu

nsupdate -k "$NSUPDATE_KEY" <<EOF
server $NSUPDATE_SERVER
update delete _acme-challenge.$CERTBOT_DOMAIN. TXT "$CERTBOT_VALIDATION"
send
EOF

exec dns01gate certbot cleanup
