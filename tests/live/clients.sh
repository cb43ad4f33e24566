# SPDX-License-Identifier: ISC
# Sourced inside the rig after pebble.sh: the clients, each calling dns01gate itself, whose options come by the
# environment. An order has a TAG, for an account and a folder of its own; its log is $RIG/TAG.log, and the
# certificate $RIG/TAG.pem.
#
#   issue CLIENT TAG DOMAIN...
# shellcheck shell=sh disable=SC2154

# uacme trusts the system's certificates only.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
	mount --bind "$CA_CERT" /etc/ssl/certs/ca-certificates.crt
fi

issue() {
	client=$1
	tag=$2
	shift 2
	mkdir -p "$RIG/$tag"
	"issue_$client" "$tag" "$@" >"$RIG/$tag.log" 2>&1
}

words() { # OPTION DOMAIN...
	option=$1
	shift
	for name in "$@"; do printf ' %s %s' "$option" "$name"; done
}

run_certbot() { # TAG ARGUMENT...
	certbot_dir=$RIG/$1
	shift
	REQUESTS_CA_BUNDLE=$CA_CERT certbot "$@" --non-interactive --config-dir "$certbot_dir" --work-dir "$certbot_dir" \
		--logs-dir "$certbot_dir"
}

# $CERTBOT_OPTIONS: dns01gate's.
issue_certbot() {
	tag=$1
	shift
	# shellcheck disable=SC2046
	run_certbot "$tag" certonly --agree-tos --register-unsafely-without-email --server "$DIRECTORY" --cert-name order \
		--manual --preferred-challenges dns \
		--manual-auth-hook "$PROGRAM ${CERTBOT_OPTIONS:-} certbot auth" \
		--manual-cleanup-hook "$PROGRAM ${CERTBOT_OPTIONS:-} certbot cleanup" $(words -d "$@") || return $?
	cp "$RIG/$tag/live/order/cert.pem" "$RIG/$tag.pem"
}

issue_lego() {
	tag=$1
	shift
	# shellcheck disable=SC2046
	LEGO_CA_CERTIFICATES=$CA_CERT EXEC_PATH=$PROGRAM EXEC_SEQUENCE_INTERVAL=1 EXEC_POLLING_INTERVAL=1 \
		lego --server "$DIRECTORY" --path "$RIG/$tag" --email a@knot.lab --accept-tos \
		--dns exec --dns.disable-cp --dns.resolvers 127.1.0.53:53 $(words -d "$@") run || return $?
	cp "$RIG/$tag/certificates/$1.crt" "$RIG/$tag.pem"
}

issue_lego_raw() {
	EXEC_MODE=RAW issue_lego "$@"
}

issue_uacme() {
	tag=$1
	shift
	uacme -v -a "$DIRECTORY" -c "$RIG/$tag" -t EC -y new || return $?
	uacme -v -a "$DIRECTORY" -c "$RIG/$tag" -t EC -h "$PROGRAM" issue "$@" || return $?
	cp "$RIG/$tag/$1/cert.pem" "$RIG/$tag.pem"
}

issue_dehydrated() {
	tag=$1
	shift
	cat >"$RIG/$tag/config" <<EOT
CA=$DIRECTORY
CHALLENGETYPE=dns-01
HOOK=$PROGRAM
HOOK_CHAIN=${HOOK_CHAIN:-no}
KEY_ALGO=prime256v1
KEYSIZE=2048
CURL_OPTS="--cacert $CA_CERT"
EOT
	echo "$@" >"$RIG/$tag/domains.txt"
	dehydrated --config "$RIG/$tag/config" --register --accept-terms || return $?
	dehydrated --config "$RIG/$tag/config" --cron || return $?
	cp "$RIG/$tag/certs/$1/cert.pem" "$RIG/$tag.pem"
}

issue_dehydrated_chain() {
	HOOK_CHAIN=yes issue_dehydrated "$@"
}

# with NAME=VALUE... -- COMMAND...: for what runs in a shell of its own.
with() {
	while [ "$1" != -- ]; do
		export "${1?}"
		shift
	done
	shift
	"$@"
}

# in_background TAG COMMAND...: what finish TAG waits for.
in_background() {
	background=$1
	shift
	# shellcheck disable=SC2016
	{
		"$@" && background_status=0 || background_status=$?
		echo "$background_status" >"$RIG/$background.ended"
	} &
}

# finish TAG: waits until it has ended; $status is its.
finish() {
	wait_for 120 test -s "$RIG/$1.ended"
	status=$(cat "$RIG/$1.ended")
	rm -f "$RIG/$1.ended"
}

# certified TAG NAME...: its certificate has them all.
certified() {
	certificate=$RIG/$1.pem
	shift
	openssl x509 -in "$certificate" -noout -ext subjectAltName >"$RIG/names" || fail "no certificate"
	for name in "$@"; do
		tr -d ' ' <"$RIG/names" | tr ',' '\n' | grep -q -x -F "DNS:$name" || fail "$name is not in the certificate"
	done
}

# submitted NAME: the CA was asked to validate it.
submitted() {
	grep -q "vaTask.*Value:\"$1\"" "$RIG/pebble.log"
}

# matrix CLIENT[:WAY]...: for each an order of a domain and its wildcard in that way to publish, or in each, all at once;
# and all zones as before.
matrix() {
	tags=
	remember_zones
	for row in "$@"; do
		client=${row%:*}
		case $row in
		*:*) ways=${row#*:} ;;
		*) ways='exec.knot rfc2136.knot rfc2136.bind' ;;
		esac
		for way in $ways; do
			tag=$client.$way
			domain=$(echo "$client" | tr _ -)-${way%.*}.${way#*.}.lab
			tags="$tags $tag"
			case $way in
			exec.*) publisher=DNS01GATE_EXEC=$PUBLISH ;;
			*) publisher=DNS01GATE_RFC2136=$RIG/${way#*.}.json ;;
			esac
			in_background "$tag" with "$publisher" -- issue "$client" "$tag" "$domain" "*.$domain"
			echo "$domain" >"$RIG/$tag.domain"
		done
	done
	for tag in $tags; do
		finish "$tag"
		[ "$status" = 0 ] || fail "$tag: status $status"
		certified "$tag" "$(cat "$RIG/$tag.domain")" "*.$(cat "$RIG/$tag.domain")"
	done
	zones_as_before "$*"
}
