#!/bin/sh
# lego: dns01gate is the program of its exec provider. lego's own check, which knows less, is switched off.
#
#   run.sh --email you@example.com -d example.com run
#
# Who publishes stands in /etc/dns01gate/config.json, see examples/README; or here, as lego's program gets no options:
#
#   export DNS01GATE_RFC2136=/etc/dns01gate/rfc2136.json
#   export DNS01GATE_EXEC=/etc/lego/my-hook            called with what lego says
#
# hook.sh in this folder does the same with nsupdate.
set -eu

EXEC_PATH=$(command -v dns01gate)
export EXEC_PATH
exec lego --dns exec --dns.disable-cp "$@"
