# SPDX-License-Identifier: ISC
# Sourced inside the rig: a signed DNS. $ANCHOR is a file with the root's DS, and the gate's trust anchor.
#
#   127.1.0.1    nsd      .              127.1.0.11   knotd   curve.lab. (P-256, NSEC) and, unsigned, plain.lab.,
#   127.1.0.2    nsd      lab.                                plain.optout.lab. and unproved.lab.: primary
#   127.1.0.53   unbound  recursor,      127.1.0.12   nsd     secondary of curve.lab. and rsa.lab.
#                validates, no skew      127.1.0.13   named   secondary of curve.lab.
#                                        127.1.0.21   named   rsa.lab. (RSA, NSEC3): primary
#                                        127.1.0.31   nsd     zones signed in files
#                                        127.1.0.32   nsd     the same, some signed otherwise
#
# The zones in files, signed from yesterday for eight days, as ns1 (31) and ns2 (32) have them:
#
#   optout.lab.    NSEC3 with opt-out            stale.lab.     ns2: expired yesterday
#   costly.lab.    NSEC3 with 500 iterations     dead.lab.      both: expired yesterday
#   broken.lab.    the DS is of no key there     early.lab.     ns2: signed from tomorrow on
#   forged.lab.    ns2: by keys not published    stripped.lab.  ns2: not signed
#   hollow.lab.    ns2: no NSEC
#
# unproved.lab. is delegated, but not known to the NSEC of lab. A test that needs only some of "curve rsa files" says so in $PARTS.
# The part "kept", which needs curve, is kept5.lab. and kept600.lab. on 127.1.0.11: unsigned, and what is not there is kept for
# that many seconds. Named refreshes after $SLOWEST s (1).
# shellcheck shell=sh disable=SC2154

PARTS=${PARTS:-curve rsa files}
ANCHOR=$RIG/anchor
DNS01GATE_TRUST_ANCHOR=$ANCHOR
export DNS01GATE_TRUST_ANCHOR
NOW=$(date +%s)
DAY=86400
FILE_ZONES='optout costly broken forged stale dead early stripped hollow'
mkdir "$RIG/keys" "$RIG/rsa-keys" "$RIG/ns1" "$RIG/ns2"
addresses 1 2 11 12 13 21 31 32 53

part() {
	case " $PARTS " in *" $1 "*) ;; *) return 1 ;; esac
}

# ---- keys and signatures --------------------------------------------------------------------------

# new_keys ZONE [NAME]: a KSK and a ZSK; their base names are in $RIG/keys/NAME
new_keys() {
	(
		cd "$RIG/keys" || exit
		ldns-keygen -a ECDSAP256SHA256 -k "$1"
		ldns-keygen -a ECDSAP256SHA256 "$1"
	) >"$RIG/keys/${2:-$1}"
}

# ds_of NAME: the DS of that KSK
ds_of() {
	sed 's/IN[[:space:]]/1 &/' "$RIG/keys/$(head -n 1 "$RIG/keys/$1").ds"
}

# sign ZONE KEYS FILE FROM TO [OPTION...]: $RIG/ZONE.zone, signed from one day to another, into FILE
sign() {
	zone=$1
	keys=$2
	file=$3
	from=$((NOW + $4 * DAY))
	to=$((NOW + $5 * DAY))
	shift 5
	(
		cd "$RIG/keys" || exit
		# shellcheck disable=SC2046
		ldns-signzone -o "$zone" -i $from -e $to "$@" -f "$file.new" "$RIG/$zone.zone" $(cat "$keys")
	) >"$RIG/sign.log" 2>&1 || fail "ldns-signzone $zone"
	mv "$file.new" "$file"
}

reload() { # NAME: the nsd of that name reads its files again
	kill -HUP "$(cat "$RIG/$1/pid")"
}

# ---- the root and lab. ----------------------------------------------------------------------------

delegate() { # ZONE NS=ADDRESS...
	zone=$1
	shift
	for ns in "$@"; do
		echo "$zone. 1 NS ${ns%=*}"
		case $ns in *".$zone.="*) echo "${ns%=*} 1 A ${ns#*=}" ;; esac
	done
}

# sign_lab [DS-FILE...]: lab. with these DS of curve.lab.
sign_lab() {
	cat "$RIG/lab.base" "$@" >"$RIG/lab.zone"
	sign lab lab "$RIG/lab.whole" -2 8
	{
		cat "$RIG/lab.whole"
		if part curve; then delegate unproved.lab ns1.curve.lab.=127.1.0.11; fi
	} >"$RIG/lab.new"
	mv "$RIG/lab.new" "$RIG/lab.signed"
}

cat >"$RIG/lab.base" <<EOT
lab. 3600 SOA ns.lab. hostmaster.lab. $NOW 3600 600 86400 1
lab. NS ns.lab.
ns.lab. A 127.1.0.2
EOT
: >"$RIG/curve.ds"
cat >"$RIG/root.zone" <<EOT
. 3600 SOA a.root. hostmaster. $NOW 3600 600 86400 1
. NS a.root.
a.root. A 127.1.0.1
lab. NS ns.lab.
ns.lab. A 127.1.0.2
EOT
mv "$RIG/root.zone" "$RIG/..zone"
new_keys . root
new_keys lab
ds_of root >"$ANCHOR"
ds_of lab >>"$RIG/..zone"
sign . root "$RIG/root.signed" -2 8
{
	nsd_config root 127.1.0.1
	nsd_zone . root.signed
} >"$RIG/root.conf"
{
	nsd_config lab 127.1.0.2
	nsd_zone lab. lab.signed
} >"$RIG/lab.conf"

# ---- curve.lab. and what is unsigned: Knot --------------------------------------------------------

if part curve; then
	cat >"$RIG/curve.lab.zone" <<EOT
curve.lab. 1 SOA ns1.curve.lab. hostmaster.curve.lab. 1 1 1 86400 1
curve.lab. 1 NS ns1.curve.lab.
curve.lab. 1 NS ns2.curve.lab.
curve.lab. 1 NS ns3.curve.lab.
ns1.curve.lab. 1 A 127.1.0.11
ns2.curve.lab. 1 A 127.1.0.12
ns3.curve.lab. 1 A 127.1.0.13
www.curve.lab. 1 A 127.1.0.99
_acme-challenge.curve.lab. 1 TXT "old"
_acme-challenge.moved.curve.lab. 1 CNAME _acme-challenge.moved.rsa.lab.
_acme-challenge.open.curve.lab. 1 CNAME _acme-challenge.plain.lab.
*.wild.curve.lab. 1 TXT "wild"
EOT
	unsigned='plain.lab plain.optout.lab unproved.lab'
	if part kept; then unsigned="$unsigned kept5.lab kept600.lab"; fi
	for zone in $unsigned; do
		case $zone in kept*) keep=${zone#kept} keep=${keep%.lab} ;; *) keep=1 ;; esac
		cat >"$RIG/$zone.zone" <<EOT
$zone. $keep SOA ns1.curve.lab. hostmaster.curve.lab. 1 1 1 86400 $keep
$zone. 1 NS ns1.curve.lab.
_acme-challenge.$zone. 1 TXT "old"
EOT
	done
	{
		knot_config 127.1.0.11
		cat <<EOT
policy:
  - id: curve
    algorithm: ecdsap256sha256
    dnskey-ttl: 1
    zone-max-ttl: 1
    propagation-delay: 3
zone:
  - domain: curve.lab
    dnssec-signing: on
    dnssec-policy: curve
EOT
		for zone in $unsigned; do echo "  - domain: $zone"; done
	} >"$RIG/knot.conf"
	curve_keys() {
		keymgr -c "$RIG/knot.conf" curve.lab "$@"
	}
	# curve_ds [TAG]: the DS of that KSK, or of all
	curve_ds() {
		curve_keys ds "$@" | sed -n 's/^\([^ ]*\) DS \(.* 2 .*\)/\1 1 IN DS \2/p'
	}
	{
		curve_keys generate algorithm=13 ksk=yes zsk=no
		curve_keys generate algorithm=13 ksk=no zsk=yes
	} >"$RIG/keymgr.log" 2>&1
	curve_ds >"$RIG/curve.ds"
	delegate curve.lab ns1.curve.lab.=127.1.0.11 ns2.curve.lab.=127.1.0.12 ns3.curve.lab.=127.1.0.13 >>"$RIG/lab.base"
	for zone in $unsigned; do
		case $zone in plain.optout.lab | unproved.lab) ;; *) delegate "$zone" ns1.curve.lab.=127.1.0.11 ;; esac
	done >>"$RIG/lab.base"
	{
		named_config named 127.1.0.13 "min-refresh-time ${SLOWEST:-1};" "max-refresh-time ${SLOWEST:-1};"
		echo 'zone "curve.lab" { type secondary; primaries { 127.1.0.11; }; file "curve.lab"; };'
	} >"$RIG/named.conf"
fi

# ---- rsa.lab.: BIND -------------------------------------------------------------------------------

if part rsa; then
	{
		named_config named-rsa 127.1.0.21 "key-directory \"$RIG/rsa-keys\";"
		cat "$NSUPDATE_KEY"
		cat <<EOT
dnssec-policy "rsa" {
  keys {
    ksk lifetime unlimited algorithm rsasha256 2048;
    zsk lifetime unlimited algorithm rsasha256 2048;
  };
  nsec3param iterations 0 optout no salt-length 0;
  dnskey-ttl 1;
  max-zone-ttl 1;
};
zone "rsa.lab" {
  type primary;
  file "$RIG/rsa.lab.zone";
  dnssec-policy "rsa";
  inline-signing yes;
  allow-update { key "update"; };
  allow-transfer { any; };
};
EOT
	} >"$RIG/named-rsa.conf"
	cat >"$RIG/rsa.lab.zone" <<EOT
rsa.lab. 1 SOA ns1.rsa.lab. hostmaster.rsa.lab. 1 1 1 86400 1
rsa.lab. 1 NS ns1.rsa.lab.
rsa.lab. 1 NS ns2.rsa.lab.
ns1.rsa.lab. 1 A 127.1.0.21
ns2.rsa.lab. 1 A 127.1.0.12
_acme-challenge.rsa.lab. 1 TXT "old"
*.wild.rsa.lab. 1 TXT "wild"
EOT
	dnssec-keygen -q -K "$RIG/rsa-keys" -k rsa -l "$RIG/named-rsa.conf" rsa.lab >"$RIG/rsa-keys.log" 2>&1
	delegate rsa.lab ns1.rsa.lab.=127.1.0.21 ns2.rsa.lab.=127.1.0.12 >>"$RIG/lab.base"
	for key in $(grep -l ' DNSKEY 257 ' "$RIG"/rsa-keys/*.key); do dnssec-dsfromkey -2 -T 1 "$key"; done >>"$RIG/lab.base"
fi

# ---- zones in files -------------------------------------------------------------------------------

# file_zone ZONE: both its files, from $RIG/ZONE.zone
file_zone() {
	case $1 in
	optout.lab) sign "$1" "$1" "$RIG/ns1/$1" -1 7 -n -p -t 0 ;;
	costly.lab) sign "$1" "$1" "$RIG/ns1/$1" -1 7 -n -t 500 ;;
	dead.lab) sign "$1" "$1" "$RIG/ns1/$1" -8 -1 ;;
	*) sign "$1" "$1" "$RIG/ns1/$1" -1 7 ;;
	esac
	case $1 in
	stale.lab) sign "$1" "$1" "$RIG/ns2/$1" -8 -1 ;;
	early.lab) sign "$1" "$1" "$RIG/ns2/$1" 1 7 ;;
	forged.lab)
		# The right keys, and signatures by others.
		sign "$1" other-forged.lab "$RIG/forged" -1 7
		{
			grep -v -E '[[:space:]](RRSIG[[:space:]]+)?DNSKEY[[:space:]]' "$RIG/forged"
			grep -E '[[:space:]](RRSIG[[:space:]]+)?DNSKEY[[:space:]]' "$RIG/ns1/$1"
		} >"$RIG/ns2/$1"
		;;
	hollow.lab) grep -v '[[:space:]]NSEC[[:space:]]' "$RIG/ns1/$1" >"$RIG/ns2/$1" ;;
	stripped.lab) cp "$RIG/$1.zone" "$RIG/ns2/$1" ;;
	*) cp "$RIG/ns1/$1" "$RIG/ns2/$1" ;;
	esac
}

# publish ZONE LINE: in both files; the servers are not told
publish() {
	serial=$((${serial:-$NOW} + 1))
	sed -i "1s/ [0-9]* 1 1 86400 / $serial 1 1 86400 /" "$RIG/$1.zone"
	echo "$2" >>"$RIG/$1.zone"
	file_zone "$1"
}

if part files; then
	for zone in $FILE_ZONES; do
		zone=$zone.lab
		cat >"$RIG/$zone.zone" <<EOT
$zone. 1 SOA ns1.$zone. hostmaster.$zone. $NOW 1 1 86400 1
$zone. 1 NS ns1.$zone.
$zone. 1 NS ns2.$zone.
ns1.$zone. 1 A 127.1.0.31
ns2.$zone. 1 A 127.1.0.32
_acme-challenge.$zone. 1 TXT "value"
*.wild.$zone. 1 TXT "wild"
EOT
		delegate "$zone" "ns1.$zone.=127.1.0.31" "ns2.$zone.=127.1.0.32" >>"$RIG/lab.base"
		new_keys "$zone"
		case $zone in
		broken.lab) new_keys "$zone" other-$zone && ds_of other-$zone ;;
		forged.lab) new_keys "$zone" other-$zone && ds_of $zone ;;
		*) ds_of "$zone" ;;
		esac >>"$RIG/lab.base"
	done
	if part curve; then delegate plain.optout.lab ns1.curve.lab.=127.1.0.11 >>"$RIG/optout.lab.zone"; fi
	for zone in $FILE_ZONES; do file_zone $zone.lab; done
	for n in 1 2; do
		{
			nsd_config ns$n 127.1.0.3$n
			for zone in $FILE_ZONES; do nsd_zone $zone.lab ns$n/$zone.lab; done
		} >"$RIG/ns$n.conf"
	done
fi

# ---- servers --------------------------------------------------------------------------------------

sign_lab "$RIG/curve.ds"
unbound_config 'validator iterator' "trust-anchor-file: \"$ANCHOR\"" 'val-sig-skew-min: 0' 'val-sig-skew-max: 0' \
	'val-bogus-ttl: 0' 'ede: yes' >"$RIG/unbound.conf"

# secure NAME TYPE: the recursor says so
secure() {
	kdig +dnssec +timeout=1 +retry=0 @127.1.0.53 "$1" "$2" | grep -q 'Flags: .* ad;'
}

start_nsd root
start_nsd lab
if part curve; then knotd -c "$RIG/knot.conf" >"$RIG/knotd.log" 2>&1 & fi
if part rsa; then named -g -c "$RIG/named-rsa.conf" >"$RIG/named-rsa.log" 2>&1 & fi
if part files; then
	start_nsd ns1
	start_nsd ns2
fi
unbound -d -c "$RIG/unbound.conf" >"$RIG/unbound.log" 2>&1 &
{
	nsd_config secondary 127.1.0.12
	if part curve; then
		wait_for 20 answers 127.1.0.11 curve.lab
		nsd_secondary curve.lab 127.1.0.11
		named -g -c "$RIG/named.conf" >"$RIG/named.log" 2>&1 &
	fi
	if part rsa; then
		wait_for 20 answers 127.1.0.21 rsa.lab
		nsd_secondary rsa.lab 127.1.0.21
	fi
} >"$RIG/secondary.conf"
start_nsd secondary
# signed_at SERVER ZONE TYPE: it has this set of the apex, and signatures
signed_at() {
	kdig +dnssec +timeout=1 +retry=0 "@$1" "$2" "$3" | grep -q "RRSIG[[:space:]]$3 "
}
if part curve; then
	for a in 11 12 13; do wait_for 20 signed_at 127.1.0.$a curve.lab SOA; done
	wait_for 20 secure curve.lab SOA
fi
if part rsa; then
	# The last that comes.
	for a in 21 12; do wait_for 20 signed_at 127.1.0.$a rsa.lab NSEC3PARAM; done
	wait_for 20 secure rsa.lab SOA
fi
if part files; then wait_for 20 secure optout.lab SOA; fi
