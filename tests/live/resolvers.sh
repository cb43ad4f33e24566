# SPDX-License-Identifier: ISC
# Sourced inside the rig: the signed DNS with curve.lab. and the kept zones, and resolvers of three kinds before it. They
# validate from $ANCHOR, keep what they hear as they do by default, and listen on UDP and TCP port 53, for DNS over TLS on 853
# and over HTTPS on 443, path /dns-query.
#
#   127.1.0.61   unbound.lab   unbound        $RIG/ca.pem is who signed their certificates, for name
#   127.1.0.62   named.lab     named          and address.
#   127.1.0.63   kresd.lab     kresd
#   127.1.0.64   wrong.lab     unbound, whose certificate is for another name and address
#   127.1.0.65   expired.lab   unbound, whose certificate expired yesterday
#   127.1.0.66   selfsigned.lab   unbound, whose certificate nobody else signed
#   127.1.0.67   astray.lab    unbound, which trusts another root
#   1.1.1.1, 8.8.8.8, 9.9.9.9  unbound, over UDP and TCP: what "public" stands for
#
# $RIG/resolver-KIND.log, by the first label of the name, has a line for each question, beginning with the time in seconds and its
# fractions: all are stamped in one way when they are read.
# shellcheck shell=sh disable=SC2154

PARTS='curve kept'
. "$(dirname "$1")/signed.sh"
addresses 61 62 63 64 65 66 67
for a in 1.1.1.1 8.8.8.8 9.9.9.9; do ip addr add $a/32 dev lo; done
RESOLVERS='unbound named kresd'
DNS01GATE_TLS_CA=$RIG/ca.pem
export DNS01GATE_TLS_CA

address_of() {
	case $1 in
	unbound) echo 127.1.0.61 ;;
	named) echo 127.1.0.62 ;;
	kresd) echo 127.1.0.63 ;;
	wrong) echo 127.1.0.64 ;;
	expired) echo 127.1.0.65 ;;
	selfsigned) echo 127.1.0.66 ;;
	astray) echo 127.1.0.67 ;;
	public) echo 1.1.1.1 ;;
	esac
}

# ---- certificates ---------------------------------------------------------------------------------

ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'

# request KIND SUBJECT-ALT-NAME [OPTION...]: a key, and with -x509 its certificate
request() {
	kind=$1
	san=$2
	shift 2
	# shellcheck disable=SC2086
	openssl req $ec -keyout "$RIG/$kind.key" -subj "/CN=$kind" -addext "subjectAltName=$san" "$@" 2>>"$RIG/openssl.log"
}

# certify KIND NAME ADDRESS [DAYS]: a key and a certificate for both that the CA signed
certify() {
	request "$1" "DNS:$2,IP:$3" -out "$RIG/$1.csr"
	openssl x509 -req -in "$RIG/$1.csr" -CA "$RIG/ca.pem" -CAkey "$RIG/ca.key" -CAserial "$RIG/ca.srl" -CAcreateserial \
		-copy_extensions copy -days "${4:-8}" -out "$RIG/$1.pem" 2>>"$RIG/openssl.log"
}

# shellcheck disable=SC2086
openssl req -x509 $ec -keyout "$RIG/ca.key" -out "$RIG/ca.pem" -days 8 -subj '/CN=The rig' \
	-addext keyUsage=critical,keyCertSign,cRLSign 2>"$RIG/openssl.log"
for kind in $RESOLVERS; do certify "$kind" "$kind.lab" "$(address_of "$kind")"; done
certify wrong other.lab 127.1.0.99
certify expired expired.lab 127.1.0.65 -1
request selfsigned DNS:selfsigned.lab,IP:127.1.0.66 -x509 -days 8 -out "$RIG/selfsigned.pem"

# ---- configurations -------------------------------------------------------------------------------

# resolving_unbound KIND OPTION...
resolving_unbound() {
	kind=$1
	shift
	unbound_options "resolver-$kind" 'validator iterator' "interface: $(address_of "$kind")@53" 'log-queries: yes' 'ede: yes' \
		'num-threads: 1' "$@" >"$RIG/resolver-$kind.conf"
}

anchored="trust-anchor-file: \"$ANCHOR\""
for kind in unbound wrong expired selfsigned; do
	address=$(address_of $kind)
	resolving_unbound $kind "$anchored" "interface: $address@853" "interface: $address@443" 'tls-port: 853' 'https-port: 443' \
		"tls-service-key: \"$RIG/$kind.key\"" "tls-service-pem: \"$RIG/$kind.pem\""
done
new_keys . elsewhere
ds_of elsewhere >"$RIG/other-anchor"
resolving_unbound astray "trust-anchor-file: \"$RIG/other-anchor\""
resolving_unbound public "$anchored" 'interface: 8.8.8.8@53' 'interface: 9.9.9.9@53' 'access-control: 0.0.0.0/0 allow'
{
	cat <<EOT
tls lab { cert-file "$RIG/named.pem"; key-file "$RIG/named.key"; };
http lab { endpoints { "/dns-query"; }; };
trust-anchors {
EOT
	while read -r _ _ _ _ tag algorithm type digest; do
		printf '  . static-ds %s %s %s "%s";\n' "$tag" "$algorithm" "$type" "$digest"
	done <"$ANCHOR"
	printf '};\nzone "." { type hint; file "%s"; };\n' "$RIG/root.hints"
	named_options resolver-named 'listen-on port 53 { 127.1.0.62; };' 'listen-on port 853 tls lab { 127.1.0.62; };' \
		'listen-on port 443 tls lab http lab { 127.1.0.62; };' 'recursion yes;' 'allow-recursion { any; };' \
		'dnssec-validation yes;' 'querylog yes;'
} >"$RIG/resolver-named.conf"
mkdir "$RIG/kresd"
cat >"$RIG/resolver-kresd.conf" <<EOT
log_target('stderr')
for _, kind in ipairs({'dns', 'tls', 'doh2'}) do
	net.listen('127.1.0.63', ({dns = 53, tls = 853, doh2 = 443})[kind], { kind = kind })
end
net.tls('$RIG/kresd.pem', '$RIG/kresd.key')
net.ipv6 = false
-- Else it ignores glue in 127.0.0.0/8.
option('ALLOW_LOCAL', true)
cache.open(10 * MB, 'lmdb://$RIG/kresd')
modules = { 'hints' }
modules.unload('priming')
modules.unload('ta_signal_query')
modules.unload('detect_time_skew')
hints.root({ ['a.root.'] = '127.1.0.1' })
trust_anchors.remove('.')
trust_anchors.add([[$(cat "$ANCHOR")]])
policy.add(function (req, query)
	if req.qsource.addr ~= nil then
		io.stderr:write('question: ', kres.dname2str(query:name()), '\n')
	end
end)
EOT

# ---- servers --------------------------------------------------------------------------------------

# stamped FILE: lines as they come, each behind the time
stamped() {
	bash -c 'while IFS= read -r line; do printf "%s %s\n" "$EPOCHREALTIME" "$line"; done' >"$1"
}

for kind in unbound wrong expired selfsigned astray public; do
	unbound -dd -c "$RIG/resolver-$kind.conf" 2>&1 | stamped "$RIG/resolver-$kind.log" &
done
named -g -c "$RIG/resolver-named.conf" 2>&1 | stamped "$RIG/resolver-named.log" &
kresd -n -c "$RIG/resolver-kresd.conf" "$RIG/kresd" 2>&1 | stamped "$RIG/resolver-kresd.log" &

# ---- what a test can ask --------------------------------------------------------------------------

# questions KIND NAME: the lines of the resolver's log with a question about that name; the first word is when
questions() {
	case $1 in
	named) grep -i -F " query: $2 IN " "$RIG/resolver-$1.log" ;;
	kresd) grep -i -F " question: $2." "$RIG/resolver-$1.log" ;;
	*) grep -i -F " $2. " "$RIG/resolver-$1.log" | grep -F ' info: ' ;;
	esac || :
}

# asked KIND NAME: how many there were
asked() {
	questions "$@" | wc -l
}

# first_asked KIND NAME: when the first came, in seconds with their fractions
first_asked() {
	questions "$@" | sed -n '1s/ .*//p'
}

# secure_at KIND NAME TYPE [OPTION...]: the resolver says that it is secure
secure_at() {
	at=$(address_of "$1")
	shift
	kdig +dnssec +timeout=1 +retry=0 "@$at" "$@" | grep -q 'Flags: .* ad;'
}

for kind in $RESOLVERS; do
	wait_for 20 secure_at "$kind" www.curve.lab A
	for zone in kept5.lab kept600.lab; do wait_for 20 answers "$(address_of "$kind")" $zone; done
done
for kind in wrong expired selfsigned public; do wait_for 20 answers "$(address_of $kind)" curve.lab; done
