#!/bin/sh
# SPDX-License-Identifier: ISC
# `dns01gate name`: where a challenge record belongs. Nobody is asked.
. "$(dirname "$0")/lib.sh"

prints() { # NAME ARGUMENT...
	want=$1
	shift
	run 0 "$PROGRAM" "$@"
	silent
	[ "$(cat "$TMP/out")" = "$want" ] || fail "not $want: $*"
}
wrong() { # TEXT ARGUMENT...
	text=$1
	shift
	run 64 "$PROGRAM" "$@"
	says "$text"
	lines 1
	no_output
}

prints _acme-challenge.example.com. name example.com
prints _acme-challenge.example.com. name '*.Example.COM.'
prints _acme-challenge.xn--caf-dma.fr. name xn--caf-dma.fr

# The draft's account, and others whose labels are published.
while read -r label url; do
	prints "_$label._acme-challenge.example.com." name --account "$url" example.com
done <<'END'
ujmmovf2vn55tgye https://example.com/acme/acct/ExampleAccount
vkbgbqfhr6yv2asd http://localhost:4000/acme/acct/1
lvrajhh53e27yh7f https://acme-v02.api.letsencrypt.org/acme/acct/12345
2slyxozq54jc5ljm https://acme-staging-v02.api.letsencrypt.org/acme/acct/67890
vrr7uudrklshxb6l https://example.com/acme/acct/1
ao3pcvmacvwyw63b https://example.com/acme/acct/12345
qlp75edvqankci3c https://example.com/acme/acct/User+Name@example.com
END
account=https://example.com/acme/acct/ExampleAccount
name=_ujmmovf2vn55tgye._acme-challenge.example.com.
prints $name name '*.example.com' --account $account
DNS01GATE_ACCOUNT=$account prints $name name example.com
echo "{\"account\": \"$account\"}" >"$TMP/config.json"
prints $name --config "$TMP/config.json" name example.com

wrong 'name takes one domain' name
wrong 'name takes one domain' name a.lab b.lab
wrong '"a..lab" is not a domain name' name a..lab
wrong '"" is not a domain name' name ''
wrong 'is not a domain name in ASCII form' name "$(printf 'caf\303\251.fr')"
for domain in . '*' '*.*.lab' 'a.*.lab' 'caf\233.fr' 'a\032b.lab' 'a!.lab' _acme-challenge.lab; do
	wrong "\"$domain\" is not a domain that a CA certifies" name "$domain"
done
label=$(printf %063d 0)
wrong 'is too long' name "$label.$label.$label.$(printf %050d 0)"
prints "_acme-challenge.$label.$label.$label.$(printf %045d 0)." name "$label.$label.$label.$(printf %045d 0)"
wrong 'is too long' name --account $account "$label.$label.$label.$(printf %045d 0)"
wrong 'account: "12345" is not a URL' name --account 12345 example.com
run 70 sh -c '"$PROGRAM" name example.com >/dev/full'
says 'cannot write to stdout'
