# shellcheck shell=bash disable=SC2034
# dehydrated: dns01gate is its hook. One call publishes all names of a certificate and waits for them at once.
#
#   cp dns01gate.sh /etc/dehydrated/conf.d/      or put these lines into dehydrated's config
#   dehydrated -c -d example.com -d '*.example.com'
#
# Who publishes stands in /etc/dns01gate/config.json, see examples/README: "rfc2136", or "exec" with the hook that you
# have. That is told of deploy_cert and all else as before.
CHALLENGETYPE="dns-01"
HOOK="/usr/local/bin/dns01gate"
HOOK_CHAIN="yes"
