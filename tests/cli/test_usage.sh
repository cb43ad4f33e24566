#!/bin/sh
# SPDX-License-Identifier: ISC
# Mistakes get one line that names them, exit 64, and nothing is sent.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"

wrong() { # TEXT COMMAND...
	text=$1
	shift
	run 64 "$@"
	says "$text"
	lines 1
	no_output
}

wrong 'unknown option "--frobnicate"' gate wait --frobnicate a.lab v
wrong 'unknown option "-x"' gate wait -x a.lab v
wrong 'option "--timeout" needs a value' gate wait a.lab v --timeout
wrong 'option "-t" needs a value' gate wait a.lab v -t
wrong '"5s" is not a number of seconds' gate wait -t 5s a.lab v
wrong '"-1" is not a number of seconds' gate wait --timeout=-1 a.lab v
wrong '"1e3" is not a number of seconds' gate wait --timeout 1e3 a.lab v
wrong '"0" is out of range' gate wait -c 0 a.lab v
wrong '"x" is not a whole number' gate wait -c x a.lab v
wrong '"70000" is out of range' gate wait --port 70000 a.lab v
wrong '"none" is neither reachable, all, nor a number' gate wait --require none a.lab v
wrong '"0" is neither reachable' gate wait --require 0 a.lab v
wrong '"maybe" is neither fail nor proceed' gate wait --on-timeout maybe a.lab v
wrong '"sometimes" is neither auto' gate wait --progress sometimes a.lab v
wrong '"1.2.3" is not an IP address' gate wait --server 1.2.3 a.lab v
wrong '"1.2.3.4#x" has no valid port' gate wait --server '1.2.3.4#x' a.lab v
wrong 'no/such/file: No such file' "$PROGRAM" wait --root-hints no/such/file a.lab v
wrong 'wait needs a name and a value' gate wait
wrong 'wait needs a name and a value' gate wait a.lab
wrong 'no value after "b.lab"' gate wait a.lab v b.lab
wrong '"a..lab" is not a domain name' gate wait a..lab v
wrong 'is not a domain name in ASCII form' gate wait "$(printf 'caf\303\251.fr')" v
wrong 'its A-label form is xn--caf-dma.fr' gate wait "$(printf 'caf\303\251.fr')" v
wrong 'its A-label form is xn--80adxhks.xn--p1ai' gate check "$(printf '\320\234\320\236\320\241\320\232\320\222\320\220.\321\200\321\204')"
wrong 'its A-label form is xn--bcher-kva.example' gate name "$(printf 'b\303\274cher.example')"
wrong 'is not a domain name in ASCII form' gate wait "$(printf 'caf\351.fr')" v
value=0123456789012345678901234567890123456789abc
wrong 'looks like a value and "_acme-challenge.a.lab" like a name: the name comes first' \
	gate wait $value _acme-challenge.a.lab
wrong 'has quotes around the value' gate wait _acme-challenge.a.lab "\"$value\""
wrong 'has blanks around the value' gate wait _acme-challenge.a.lab "$value "
wrong 'not ASCII, some of them invisible, around the value' \
	gate wait _acme-challenge.a.lab "$value$(printf '\342\200\213')"
wrong '"https://a.lab/" is a URL' gate wait https://a.lab/ v
for command in check wait name; do
	wrong 'give it without ":"' gate $command a.lab:443 $([ $command = wait ] && echo v)
	wrong 'give it without "@"' gate $command me@a.lab $([ $command = wait ] && echo v)
done
wrong '"1.1.1.1:53" is not an IP address: write 1.1.1.1#53' gate wait -r 1.1.1.1:53 a.lab v
wrong 'give the option once for each' gate wait -r 1.1.1.1,9.9.9.9 a.lab v
wrong '"." cannot have a challenge record' gate wait . v
wrong 'the value wanted of a.lab is empty' gate wait a.lab ''
wrong 'unknown subcommand "frob"' gate frob
wrong 'nothing to do' gate
wrong 'certbot needs auth or cleanup' gate certbot
wrong 'certbot takes auth or cleanup, not "frob"' gate certbot frob
wrong 'CERTBOT_DOMAIN is not in the environment' gate certbot auth
wrong 'present takes FQDN VALUE' gate present a.lab
wrong 'present -- takes DOMAIN TOKEN KEYAUTH' gate present -- a.lab token
wrong 'DNS01GATE_TIMEOUT in the environment: timeout: "x"' env DNS01GATE_TIMEOUT=x "$PROGRAM" wait a.lab v
printf '; a comment\n\n. NS a.\na. A 1.2.3\n\n\n' >"$TMP/hints"
wrong "$TMP/hints:4: " "$PROGRAM" wait --root-hints "$TMP/hints" a.lab v
printf '. NS a.\nb. A 1.2.3.4\n' >"$TMP/hints"
wrong "$TMP/hints: no root server with an address" "$PROGRAM" wait --root-hints "$TMP/hints" a.lab v
wrong "$TMP: " "$PROGRAM" wait --root-hints "$TMP" a.lab v
wrong '"maybe" is neither validate, require nor off' gate wait --dnssec maybe a.lab v
printf 'other.lab. 3600 IN DS 1 13 2 %064d\n' 7 >"$TMP/anchor"
wrong "$TMP/anchor: it has no trust anchor for a.lab., nor for any zone above it" \
	gate wait --dnssec validate --trust-anchor "$TMP/anchor" a.lab v
wrong '"yesterday" is not a time' gate wait --now yesterday a.lab v
wrong '"20261321000000" is not a time' gate wait --now 20261321000000 a.lab v
for spec in 192.0.2.300 192.0.2.1#0 tls://dns.lab tls://192.0.2.1@ tls://192.0.2.1#x https://dns.lab https:///dns-query \
	https://dns.lab:0/dns-query 'https://dns.lab/dns query' http://dns.lab/dns-query; do
	wrong "$spec" gate wait -r "$spec" a.lab v
done
wrong 'family' gate wait -4 -r 2001:db8::53 a.lab v
wrong 'no resolver to ask' gate wait --authoritative skip a.lab v
wrong 'authoritative: "perhaps"' gate wait --authoritative perhaps a.lab v
wrong 'require-resolvers: "0"' gate wait --require-resolvers 0 -r 192.0.2.1 a.lab v
wrong '2 resolvers are required, and 1 given' gate wait --require-resolvers 2 -r 192.0.2.1 a.lab v
wrong '1 resolvers are required, and none is given' gate wait --require-resolvers 1 a.lab v
wrong 'account: "123" is not a URL' gate wait --account 123 a.lab v
wrong 'account: "https://ca.test/a b" is not a URL' gate wait --account 'https://ca.test/a b' a.lab v
wrong 'validate needs a name' gate validate
wrong 'validate takes a name and a type' gate validate a.lab TXT more
wrong '"FROB" is no type of records' gate validate a.lab FROB --dnssec validate
wrong '"RRSIG" is no type of records' gate validate a.lab RRSIG --dnssec validate
wrong 'a..lab' gate validate a..lab --dnssec validate
wrong 'validate with --dnssec off' gate validate a.lab --dnssec off
wrong 'no/such/file: No such file' gate wait --dnssec validate --trust-anchor no/such/file a.lab v
printf '; nothing here\n' >"$TMP/anchor"
wrong "$TMP/anchor: no DS or DNSKEY record" gate wait --dnssec validate --trust-anchor "$TMP/anchor" a.lab v
printf '. IN DS 20326 8 2 00\n' >"$TMP/anchor"
wrong "$TMP/anchor: a DS record of digest type 2" gate wait --dnssec validate --trust-anchor "$TMP/anchor" a.lab v
printf '\n. IN DS 20326 8 frob\n' >"$TMP/anchor"
wrong "$TMP/anchor:2: " gate wait --dnssec validate --trust-anchor "$TMP/anchor" a.lab v
printf 'a.lab v\nb.lab\n' >"$TMP/pairs"
wrong 'stdin line 2: no value after "b.lab"' sh -c '"$PROGRAM" wait - <"$1"' sh "$TMP/pairs"
printf 'a.lab v w\n' >"$TMP/pairs"
wrong 'stdin line 1: more than a name and a value' sh -c '"$PROGRAM" wait - <"$1"' sh "$TMP/pairs"
wrong 'no name and value on stdin' sh -c '"$PROGRAM" wait - </dev/null'

config() { # TEXT JSON
	printf '%s' "$2" >"$TMP/config.json"
	wrong "$TMP/config.json:$1" gate --config "$TMP/config.json" wait a.lab v
}
config '1:1: not a JSON object' '[]'
config '3:3: unknown key "timeot"' '{
  "quiet": true,
  "timeot": 5
}'
config '2:3: timeout: "soon" is not a number' '{
  "timeout": "soon"
}'
config '1:2: timeout: its value is of no type' '{"timeout": [5]}'
config '1:2: timeout: its value is of no type' '{"timeout": null}'
config '1:2: server: item 2 is no text' '{"server": ["127.0.0.1", {}]}'
config '2:' '{"timeout": 5,
 "timeout": 6}'
config '1:' '{"timeout": }'
wrong 'config file no/such.json: No such file' gate --config no/such.json wait a.lab v

# A value may look like an option: it is base64url.
run 0 gate wait _acme-challenge.example.lab -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
run 0 gate present _acme-challenge.example.lab. -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
run 0 gate wait -q -- _acme-challenge.example.lab -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

stop_world
[ "$(grep -c -v example.lab "$TMP/asked" | cat)" -lt 20 ] || fail "questions were sent"
! grep -q ' a\.lab\. ' "$TMP/asked" || fail "a wrong call sent questions"
