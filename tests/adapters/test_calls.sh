#!/bin/sh
# SPDX-License-Identifier: ISC
# The examples in which dns01gate is the hook, as they stand: what each client makes of them is a call of a program of that
# name, which tells how it was called.
. "$(dirname "$0")/../cli/lib.sh"
mkdir "$TMP/bin"
cat >"$TMP/bin/dns01gate" <<'EOF'
#!/bin/sh
echo "$*" >>"$CALLS"
EOF
cat >"$TMP/bin/lego" <<'EOF'
#!/bin/sh
echo "lego $*" >>"$CALLS"
"$EXEC_PATH" present _acme-challenge.example.com. value
EOF
cat >"$TMP/bin/uacme" <<'EOF'
#!/bin/sh
echo "uacme $*" | sed "s|-h [^ ]*/|-h |" >>"$CALLS"
"$3" begin dns-01 example.com token value
EOF
chmod +x "$TMP"/bin/*
PATH=$TMP/bin:$PATH
CALLS=$TMP/calls
export PATH CALLS

# called LINE...: these are all calls since the last time
called() {
	printf '%s\n' "$@" >"$TMP/wanted"
	diff "$TMP/wanted" "$CALLS" >"$TMP/out" || fail "other calls than wanted (<)"
	: >"$CALLS"
}
: >"$CALLS"

# examples/certbot: each hook is a line for the shell.
for hook in auth cleanup; do
	line=$(sed -n "s/^manual-$hook-hook = //p" "$top/examples/certbot/cli.ini")
	sh -c "$line"
done
called '--veto certbot auth' 'certbot cleanup'

# examples/lego
"$top/examples/lego/run.sh" --email you@example.com -d example.com run
called 'lego --dns exec --dns.disable-cp --email you@example.com -d example.com run' \
	'present _acme-challenge.example.com. value'

# examples/uacme
"$top/examples/uacme/issue.sh" example.com '*.example.com'
called 'uacme -v -h dns01gate issue example.com *.example.com' 'begin dns-01 example.com token value'

# examples/dehydrated: sourced by bash; where make install puts the program.
bash -euc '. "$1"; [ "$CHALLENGETYPE $HOOK_CHAIN" = "dns-01 yes" ]; "${HOOK##*/}" startup_hook' sh "$top/examples/dehydrated/dns01gate.sh"
called startup_hook

# examples/mod_md: a line that it splits at blanks.
line=$(sed -n 's/^MDChallengeDns01 //p' "$top/examples/mod_md/dns01gate.conf")
# shellcheck disable=SC2086
set -- $line setup example.com value
shift
dns01gate "$@"
called '--rfc2136 /etc/dns01gate/rfc2136.json setup example.com value'

# examples/getssl: sourced by bash, its commands run by eval.
bash -euc '. "$1"; eval "$DNS_ADD_COMMAND" example.com value; eval "$DNS_DEL_COMMAND" example.com value' sh \
	"$top/examples/getssl/getssl.cfg"
called 'getssl add example.com value' 'getssl del example.com value'
for verb in add del; do
	printf '#!/bin/sh\necho "%s $*" >>"$CALLS"\n' $verb >"$TMP/dns_${verb}_fake"
	chmod +x "$TMP/dns_${verb}_fake"
	DNS_SCRIPTS=$TMP DNS_PROVIDER=fake "$top/examples/getssl/publish.sh" getssl $verb example.com -value
done
called 'add example.com -value' 'del example.com -value'

# examples/acmetool
"$top/examples/acmetool/dns01gate" challenge-dns-start example.com '' value
called '--rfc2136 /etc/dns01gate/rfc2136.json challenge-dns-start example.com  value'

# examples/rfc2136, examples/exec
has "$top/examples/rfc2136/config.json" '.rfc2136 == "/etc/dns01gate/rfc2136.json"'
has "$top/examples/rfc2136/rfc2136.json" 'keys == ["key-file", "server", "ttl", "zone"]'
has "$top/examples/exec/config.json" '.exec[0] | startswith("/")'
# The program itself takes them, as far as the first mistake in a call.
printf 'key "acme" {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0";\n};\n' >"$TMP/rfc2136.key"
chmod 600 "$TMP/rfc2136.key"
for way in rfc2136 exec; do
	for file in "$top/examples/$way"/*.json; do
		sed "s|/etc/dns01gate|$TMP|" "$file" >"$TMP/$(basename "$file")"
	done
	run 64 "$PROGRAM" --config "$TMP/config.json" wait a..lab value
	says '"a..lab" is not a domain name'
done
