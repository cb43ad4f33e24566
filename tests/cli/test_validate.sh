#!/bin/sh
# SPDX-License-Identifier: ISC
# `dns01gate validate`: a line of JSON a server, and what the exit status says.
. "$(dirname "$0")/lib.sh"
start_world "$here/signed.scn"

# lines_are FILTER: of the lines as an array
lines_are() {
	jq -s -e "$1" "$TMP/out" >/dev/null || fail "not $1"
}

run 0 gate validate _acme-challenge.example.lab
lines_are 'length == 3 and all(.status == "secure" and .rcode == "NOERROR" and .reason == null and .ede == null and .finding == null)'
lines_are 'map(.name) | sort == ["ns1.example.lab.", "ns2.example.lab.", "ns3.example.lab."]'
lines_are "map(.server) | contains([\"127.0.0.11#$PORT\"])"
silent

# What is not there is secure too; and so are other types, in any case, by number.
run 0 gate validate nothing.example.lab TXT
lines_are 'length == 3 and all(.status == "secure" and .rcode == "NXDOMAIN")'
run 0 gate validate EXAMPLE.lab. soa
lines_are 'length == 3 and all(.status == "secure")'
run 0 gate validate example.lab TYPE48
lines_are 'length == 3 and all(.status == "secure")'
# DS is the parent's.
run 0 gate validate example.lab DS
lines_are 'length == 1 and .[0].name == "ns.lab." and .[0].status == "secure"'
run 0 gate validate . DNSKEY
lines_are 'length == 1 and .[0].status == "secure"'

# An alias into an unsigned zone: a line for each server on the way.
run 0 gate validate www.example.lab TXT
lines_are 'length == 4 and (map(select(.status == "insecure")) | length == 1 and .[0].owner == "x.plain.lab.")'

# Aliases that lead back are a fault, however well they are signed.
run 1 gate validate round.example.lab
lines_are 'length > 0 and all(.status == "secure")'
says 'F-17: CNAME loop: round.example.lab. -> and.round.example.lab. -> round.example.lab.'

# One bad server of three.
run 1 gate validate example.lab MX
lines_are 'map(select(.status == "bogus")) | length == 1 and .[0].name == "ns3.example.lab." and .[0].ede == 7 and .[0].finding == "F-35"'
lines_are 'map(select(.status == "bogus")) | .[0].reason | contains("expired")'

# A domain that does not exist: the word of the zone above, at once.
begin=$(date +%s)
run 0 gate validate no.such.lab
lines_are 'length == 1 and .[0].rcode == "NXDOMAIN" and .[0].status == "secure"'
[ $(($(date +%s) - begin)) -le 5 ] || fail "it took longer than 5 s"

# Years later nothing holds; the clock is to blame, not the zone.
run 3 gate validate example.lab SOA --now 20400101000000
says 'F-49'

# The anchor fits no key, and the domain is not there: the servers were reached.
printf ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n" >"$TMP/anchor"
run 3 "$PROGRAM" wait -t 9 --root-hints "$HINTS" --port "$PORT" --dnssec validate --trust-anchor "$TMP/anchor" \
	_acme-challenge.nowhere.lab value
says 'cannot be judged on this machine'
says 'F-46'
stop_world

# Nobody answers.
printf ". NS a.\na. A 127.0.0.99\n" >"$TMP/hints"
run 3 "$PROGRAM" validate example.lab SOA -t 1 --root-hints "$TMP/hints" --port "$PORT" --trust-anchor "$TMP/anchor"
