#!/bin/sh
# dns01gate --exec's program for getssl: "getssl add DOMAIN VALUE" and "getssl del DOMAIN VALUE" become calls of the two
# scripts of a provider that come with getssl.
#
# DNS_SCRIPTS is their folder, DNS_PROVIDER the end of their names.
set -eu

verb=$2
shift 2
exec "${DNS_SCRIPTS:-/usr/share/getssl/dns_scripts}/dns_${verb}_${DNS_PROVIDER:-nsupdate}" "$@"
