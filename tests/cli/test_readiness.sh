#!/bin/sh
# SPDX-License-Identifier: ISC
# readiness: which names, what is told of each, what has changed, and the metrics.
. "$(dirname "$0")/lib.sh"
start_world "$here/readiness.scn"
tell_by_environment
export DNS01GATE_TIMEOUT=30 DNS01GATE_HISTORY="$TMP/history.db" TMP

# certificate FILE DAYS NAME...: one that began 60 days ago and ends in so many
certificate() {
	file=$1 days=$2
	shift 2
	mkdir -p "$(dirname "$file")"
	san=$(for n; do printf 'DNS:%s,' "$n"; done)
	cat >"$TMP/ca.cnf" <<EOF
[ca]
default_ca = it
[it]
database = $TMP/index.txt
new_certs_dir = $TMP
serial = $TMP/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = optional
EOF
	: >"$TMP/index.txt"
	echo 01 >"$TMP/serial"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$TMP/key" -subj /CN=test \
		-addext "subjectAltName=${san%,}" -out "$TMP/csr" 2>/dev/null
	openssl ca -batch -config "$TMP/ca.cnf" -selfsign -keyfile "$TMP/key" -in "$TMP/csr" -out "$file" -notext \
		-startdate "$(date -u -d '60 days ago' +%y%m%d%H%M%SZ)" -enddate "$(date -u -d "$days days" +%y%m%d%H%M%SZ)" \
		>"$TMP/ca.log" 2>&1 || fail "no certificate: $(cat "$TMP/ca.log")"
}
told() { # EXTENDED-REGULAR-EXPRESSION
	grep -Eq "$1" "$TMP/out" || fail "stdout does not tell: $1"
}
untold() {
	! grep -Eq "$1" "$TMP/out" || fail "stdout tells: $1"
}

# ---- names that are given ---------------------------------------------------------------------------

run 0 "$PROGRAM" readiness good.lab
silent
[ "$(cat "$TMP/out")" = '1 of 1 name would pass now.' ] || fail "more is told of a healthy name"
run 1 "$PROGRAM" readiness good.lab forbids.lab '*.ending.lab'
told '^forbids.lab: would fail now$'
told '^  F-31 fatal: '
told '^ending.lab: would pass now, and needs attention$'
told '^  F-26 warning: ns.ending.lab. 127.0.0.14: '
told '^2 of 3 names would pass now.$'
untold '^good.lab'
printf 'good.lab\n# none\n\n*.good.lab\n' >"$TMP/names"
run 0 sh -c '"$PROGRAM" -v readiness - <"$TMP/names"' 
told '^good.lab: would pass now$'
told '^1 of 1 name would pass'
run 1 "$PROGRAM" --json readiness good.lab forbids.lab
has "$TMP/out" '.document == "readiness" and .schema == 1 and .pass == 1 and .fail == 1'
has "$TMP/out" '[.names[] | .name, .outlook, .verdict] == ["good.lab", "pass", "visible", "forbids.lab", "fail", "fault"]'
has "$TMP/out" '.names[1].findings[0] | .id == "F-31" and .severity == "fatal"'
# A wildcard is judged by what CAA says of it.
run 1 "$PROGRAM" --json readiness '*.forbids.lab'
has "$TMP/out" '.names[0] | .wildcard and (.plain | not)'
for wrong in http://good.lab 'a b' good@lab; do run 64 "$PROGRAM" readiness "$wrong"; done
run 64 "$PROGRAM" readiness "$TMP/none.pem"
says 'it cannot be read'
run 64 "$PROGRAM" readiness "$TMP/names"
says 'no certificate is in it'

# ---- what has changed -------------------------------------------------------------------------------

sqlite3 "$DNS01GATE_HISTORY" "UPDATE look SET servers = 'ns9.good.lab. 192.0.2.9', at = 1000000000 WHERE name = 'good.lab'"
run 0 "$PROGRAM" readiness good.lab
told '^good.lab: would pass now, and has changed$'
told '^  Its servers changed since 2001-09-09; they were ns9.good.lab. 192.0.2.9.$'
run 0 "$PROGRAM" readiness good.lab
untold changed

# ---- certificates, and the stores of clients --------------------------------------------------------

certificate "$TMP/home/.lego/certificates/good.lab.crt" 30 good.lab '*.good.lab'
certificate "$TMP/old.pem" 5 good.lab
run 0 "$PROGRAM" readiness "$TMP/home/.lego/certificates/good.lab.crt" "$TMP/old.pem"
untold certificate
run 0 "$PROGRAM" readiness "$TMP/old.pem"
told '^good.lab: would pass now, and needs attention$'
told '^  Its certificate ends in [45] days, and should have been renewed \('
certificate "$TMP/over.pem" -2 good.lab
run 0 "$PROGRAM" readiness "$TMP/over.pem"
told '^  Its certificate ended on 20[0-9-]* \('
certificate "$TMP/home/.acme.sh/forbids.lab_ecc/forbids.lab.cer" 30 forbids.lab
cp "$TMP/over.pem" "$TMP/home/.acme.sh/forbids.lab_ecc/ca.cer"
echo 'no certificate' >"$TMP/home/.lego/certificates/broken.crt"
run 1 env HOME="$TMP/home" "$PROGRAM" --json --metrics "$TMP/metrics" readiness
has "$TMP/out" '[.names[] | .name, .plain, .wildcard] == ["good.lab", true, true, "forbids.lab", true, false]'
has "$TMP/out" '.names[0].certificate.file | endswith("/.lego/certificates/good.lab.crt")'
grep -q '^dns01gate_readiness{name="good.lab"} 1$' "$TMP/metrics" || fail "metrics: $(cat "$TMP/metrics")"
grep -q '^dns01gate_readiness{name="forbids.lab"} 0$' "$TMP/metrics" || fail "metrics"
grep -q '^dns01gate_readiness_finding{name="forbids.lab",id="F-31",severity="fatal"} 1$' "$TMP/metrics" || fail "metrics"
grep -q '^dns01gate_readiness_certificate_end_timestamp_seconds{name="good.lab"} [0-9]*$' "$TMP/metrics" || fail "metrics"
awk -f "$here/exposition.awk" "$TMP/metrics" || fail "the metrics are malformed"
# As the timer and cron run it: examples/readiness.
for file in crontab dns01gate-readiness.service; do
	# shellcheck disable=SC2046
	run 1 env HOME="$TMP/home" "$PROGRAM" $(sed -n "s|.*/dns01gate \\(readiness .*\\)|\\1|p" "$top/examples/readiness/$file" |
		sed "s|/var/lib/prometheus/.*|$TMP/prom|")
	told '^forbids.lab: would fail now$'
	untold 'names would pass now'
done
grep -q '^dns01gate_readiness{name="forbids.lab"} 0$' "$TMP/prom" || fail "the timer's metrics"
mkdir "$TMP/empty"
[ -n "$(ls -d /etc/letsencrypt/live/* /etc/lego /var/lib/lego /var/lib/dehydrated/certs/* /etc/dehydrated/certs /etc/ssl/uacme 2>/dev/null)" ] ||
	run 64 env HOME="$TMP/empty" "$PROGRAM" readiness
# certbot's, dehydrated's and uacme's have places of their own.
unshare -m true 2>/dev/null || exit 0
run 1 unshare -m sh -c 'mount -t tmpfs none /etc/ssl && mount -t tmpfs none /var/lib && mkdir -p /etc/ssl/uacme/good.lab \
	/var/lib/dehydrated/certs/forbids.lab && cp "$TMP/old.pem" /etc/ssl/uacme/good.lab/cert.pem &&
	cp "$TMP"/home/.acme.sh/*/forbids.lab.cer /var/lib/dehydrated/certs/forbids.lab/cert.pem &&
	HOME="$TMP/empty" exec "$PROGRAM" readiness'
told '^forbids.lab: would fail now$'
told '\(/etc/ssl/uacme/good.lab/cert.pem\)'
