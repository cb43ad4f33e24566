#!/bin/sh
# uacme: dns01gate is its hook. It takes dns-01 and declines all other challenges.
#
#   uacme new you@example.com                         once
#   issue.sh example.com '*.example.com'              and daily, by cron: uacme knows when to renew
#
# Who publishes stands in /etc/dns01gate/config.json, see examples/README; or here:
#
#   export DNS01GATE_RFC2136=/etc/dns01gate/rfc2136.json
#   export DNS01GATE_EXEC=/usr/share/uacme/nsupdate.sh
#
# uacme proves one name after the other, so a wildcard beside its domain waits until the CA has forgotten what the first
# of the two had: a minute, with Let's Encrypt.
set -eu

exec uacme -v -h "$(command -v dns01gate)" issue "$@"
