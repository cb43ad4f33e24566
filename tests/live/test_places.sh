# SPDX-License-Identifier: ISC
# Namespaces as continents: one anycast address, and behind it another node in each of them, with a real sshd. The gate,
# outside, opens when every node shows the record, and names place and node meanwhile. Then a place whose only way out is a proxy.
#
#   home  the gate, and a node of its own (NSD)
#   us    a node that has the record (NSD)         eu    one that is stale (Knot)
#   au    one that is silent (NSD, stopped)        sa    one that has something else (BIND)
#   shut  no way out but tinyproxy and microsocks at home
# shellcheck shell=sh disable=SC2154

export DNS01GATE_DNSSEC=off
NODE=10.53.0.1
name=_acme-challenge.any.lab
value=smBwJClM9huUu10UX02i1zmxGDJIPNriiDjVvoW3s4U
continents='us eu au sa'

[ "$(id -u)" = 0 ] && [ "$(awk '{ print $3 }' /proc/self/uid_map)" -gt 1 ] || {
	echo "sshd needs root: not run"
	exit 0
}
# sshd wants its folder there; nothing of the machine's is touched.
mount -t tmpfs tmpfs /run
mkdir /run/sshd

# ---- continents -----------------------------------------------------------------------------------
# at NAME COMMAND...: there
at() {
	at_where=$1
	shift
	nsenter --net="/proc/$(cat "$RIG/$at_where.pid")/ns/net" "$@"
}

# continent NAME NUMBER: linked to home by 10.9.NUMBER.1 and .2
continent() {
	unshare --net sh -c 'echo $$ >"$1"; exec sleep 100000' - "$RIG/$1.pid" &
	wait_for 10 test -s "$RIG/$1.pid"
	wait_for 10 sh -c '[ "$(readlink /proc/'"$(cat "$RIG/$1.pid")"'/ns/net)" != "$(readlink /proc/self/ns/net)" ]'
	ip link add "v$1" type veth peer name home netns "$(cat "$RIG/$1.pid")"
	ip addr add "10.9.$2.1/24" dev "v$1"
	ip link set "v$1" up
	at "$1" ip link set lo up
	at "$1" ip addr add "10.9.$2.2/24" dev home
	at "$1" ip link set home up
}

echo $$ >"$RIG/home.pid"
n=0
for c in $continents shut; do
	n=$((n + 1))
	continent "$c" $n
done

# ---- name servers ---------------------------------------------------------------------------------
# publish CONTINENT VALUE SERIAL: what its node has; "-": nothing
publish() {
	{
		printf 'any.lab. 60 SOA ns.any.lab. hostmaster.any.lab. %d 3600 600 86400 1\n' "$3"
		printf 'any.lab. NS ns.any.lab.\nns.any.lab. A %s\n' $NODE
		[ "$2" = - ] || printf '%s. 60 TXT "%s"\n' $name "$2"
	} >"$RIG/$1/any.lab.zone.new"
	mv "$RIG/$1/any.lab.zone.new" "$RIG/$1/any.lab.zone"
}

unsigned_top <<EOT
any.lab. NS ns.any.lab.
ns.any.lab. A $NODE
EOT
for c in home $continents; do
	mkdir -p "$RIG/$c"
	at $c ip addr add 127.1.0.1/32 dev lo
	at $c ip addr add 127.1.0.2/32 dev lo
	at $c ip addr add $NODE/32 dev lo
	for top in root lab; do
		sed "s|$RIG/$top|$RIG/$c-$top|g" "$RIG/$top.conf" >"$RIG/$c-$top.conf"
		mkdir -p "$RIG/$c-$top"
		at $c nsd -d -c "$RIG/$c-$top.conf" >"$RIG/nsd-$c-$top.log" 2>&1 &
	done
	publish $c - 1
done
publish us $value 2
publish home $value 2
publish sa something-else 2
for c in home us au; do
	{
		nsd_config "$c-node" $NODE
		printf 'zone:\n  name: "any.lab."\n  zonefile: "%s/%s/any.lab.zone"\n' "$RIG" $c
	} | sed "s/^server:/&\n  nsid: \"ascii_node-$c\"/" >"$RIG/$c-node.conf"
	at $c nsd -d -c "$RIG/$c-node.conf" >"$RIG/nsd-$c-node.log" 2>&1 &
done
cat >"$RIG/eu-node.conf" <<EOT
server:
    rundir: "$RIG/eu"
    listen: [ $NODE@53 ]
    nsid: "node-eu"
database:
    storage: "$RIG/eu"
template:
  - id: default
    storage: "$RIG/eu"
    file: "%s.zone"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: any.lab
EOT
at eu knotd -c "$RIG/eu-node.conf" >"$RIG/knotd-eu.log" 2>&1 &
cat >"$RIG/sa-node.conf" <<EOT
options { directory "$RIG/sa"; listen-on { $NODE; }; listen-on-v6 { none; }; recursion no; server-id "node-sa"; pid-file none; };
controls { };
zone "any.lab" { type primary; file "$RIG/sa/any.lab.zone"; };
EOT
at sa named -g -c "$RIG/sa-node.conf" >"$RIG/named-sa.log" 2>&1 &
for c in home $continents; do
	wait_for 20 at $c kdig +short +timeout=1 +retry=0 "@$NODE" any.lab SOA
	wait_for 20 at $c sh -c "kdig +short +timeout=1 +retry=0 @$NODE any.lab SOA | grep -q ."
	wait_for 20 at $c sh -c "kdig +short +timeout=1 +retry=0 @127.1.0.1 . SOA | grep -q ."
	wait_for 20 at $c sh -c "kdig +short +timeout=1 +retry=0 @127.1.0.2 lab SOA | grep -q ."
done

# node CONTINENT SIGNAL: to all processes of its name server, of which some come and go
node() {
	for pid in $(pgrep -f -- "-c $RIG/$1-node[.]conf"); do
		kill "-$2" "$pid" 2>/dev/null || :
	done
}

# ---- ssh ------------------------------------------------------------------------------------------
ssh-keygen -q -t ed25519 -N '' -f "$RIG/key"
ssh-keygen -q -t ed25519 -N '' -f "$RIG/hostkey"
printf 'restrict,command="env DNS01GATE_DNSSEC=off %s --root-hints %s check --json --operands-from-ssh" %s\n' \
	"$PROGRAM" "$RIG/root.hints" "$(cat "$RIG/key.pub")" >"$RIG/authorized"
chmod 600 "$RIG/authorized"
cat >"$RIG/sshd.conf" <<EOT
HostKey $RIG/hostkey
AuthorizedKeysFile $RIG/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
EOT
cat >"$RIG/proxy_command" <<'EOT'
exec 3<>"/dev/tcp/$1/$2"
printf 'CONNECT %s:%d HTTP/1.0\r\n\r\n' "$3" "$4" >&3
while IFS= read -r line <&3 && [ "$line" != $'\r' ]; do :; done
cat <&3 &
exec cat >&3
EOT
{
	n=0
	for c in $continents; do
		n=$((n + 1))
		printf 'Host %s\n  HostName 10.9.%d.2\n' $c $n
		printf '10.9.%d.2 %s\n' $n "$(cut -d' ' -f1,2 "$RIG/hostkey.pub")" >>"$RIG/known"
		at $c /usr/sbin/sshd -D -e -f "$RIG/sshd.conf" >"$RIG/sshd-$c.log" 2>&1 &
	done
	printf 'Host *\n  IdentityFile %s\n  IdentitiesOnly yes\n  StrictHostKeyChecking yes\n  UserKnownHostsFile %s\n  User root\n' "$RIG/key" "$RIG/known"
} >"$RIG/ssh.conf"
mkdir "$RIG/bin"
printf '#!/bin/sh\nexec /usr/bin/ssh -F "%s" "$@"\n' "$RIG/ssh.conf" >"$RIG/bin/ssh"
chmod +x "$RIG/bin/ssh"
PATH=$RIG/bin:$PATH
for c in $continents; do
	wait_for 20 sh -c "ssh $c 'dns01gate check --json any.lab.' | jq -e .program"
done
# The key is good for nothing else.
! ssh us id >"$RIG/id.log" 2>&1 || fail "the key runs commands"
grep -q 'SSH_ORIGINAL_COMMAND is not' "$RIG/id.log" || fail "$(cat "$RIG/id.log")"

# ---- the wait -------------------------------------------------------------------------------------
node au STOP
from="--vantage ssh:us --vantage ssh:eu --vantage ssh:au --vantage ssh:sa"
# Two of four are more than the quorum forgives.
# shellcheck disable=SC2086
"$PROGRAM" wait -t 120 --report "$RIG/report" $from --require-vantage all $name $value 2>"$RIG/wait.log" &
gate=$!
wait_for 60 grep -q 'from au: ' "$RIG/wait.log"
wait_for 60 grep -q 'from sa: ' "$RIG/wait.log"
kill -0 $gate || fail "it has opened"
grep -q "from us: 1 of 1 show it" "$RIG/wait.log" || fail "us"
grep -q "from eu: 0 of 1 show it; missing: ns.any.lab. $NODE (node-eu): absent" "$RIG/wait.log" || fail "eu"
grep -q "from au: 0 of 1 show it; missing: ns.any.lab. $NODE: silent" "$RIG/wait.log" || fail "au"
grep -q "from sa: 0 of 1 show it; missing: ns.any.lab. $NODE (node-sa): other" "$RIG/wait.log" || fail "sa"
publish eu $value 3
publish sa $value 3
publish au $value 3
node eu HUP
node sa HUP
node au CONT
node au HUP
for c in $continents; do
	wait_for 30 at $c sh -c "kdig +short +timeout=1 +retry=0 @$NODE $name TXT | grep -q $value"
done
wait $gate || fail "exit $?"
has "$RIG/report" '.verdict == "visible" and (.records[0].places | length == 4 and all(.[]; .servers == [.servers[0]] and .servers[0].state == "present"))'
has "$RIG/report" '.records[0].places | map(.servers[0].nsid) | sort == ["node-au", "node-eu", "node-sa", "node-us"]'
has "$RIG/report" '.records[0].chance == 1 and .not_checked == ["F-50"]'
grep -q 'from 4 of 4 places' "$RIG/wait.log" || fail "not told"

# One that lacks is what the quorum of four forgives; it is told all the same.
publish eu - 4
node eu HUP
wait_for 30 at eu sh -c "! kdig +short +timeout=1 +retry=0 @$NODE $name TXT | grep -q $value"
# shellcheck disable=SC2086
"$PROGRAM" wait -t 90 --report "$RIG/report" $from $name $value 2>"$RIG/quorum.log" || fail "exit $?"
has "$RIG/report" '.records[0].findings | map(select(.id == "F-66")) | length == 1 and .[0].severity == "warning"'
grep -q "F-66 warning: ns.any.lab. $NODE: from eu ns.any.lab. $NODE (node node-eu) lacks the record" "$RIG/quorum.log" || fail "not named"

# A host key that has changed is no yes.
sed "s/ssh-ed25519 .*/$(ssh-keygen -q -t ed25519 -N '' -f "$RIG/otherkey" && cut -d' ' -f1,2 "$RIG/otherkey.pub" | sed 's|/|\\/|g')/" "$RIG/known" >"$RIG/known.new"
cp "$RIG/known" "$RIG/known.good"
cp "$RIG/known.new" "$RIG/known"
"$PROGRAM" wait -t 90 --vantage ssh:us $name $value 2>"$RIG/key.log" || fail "exit $?"
grep -q 'ssh:us: Host key verification failed' "$RIG/key.log" || fail "not told"
! "$PROGRAM" wait -t 3 --on-vantage-failure fail --vantage ssh:us $name $value 2>"$RIG/key2.log" || fail "opened"
cp "$RIG/known.good" "$RIG/known"

# ---- behind a proxy -------------------------------------------------------------------------------
printf 'Port 8888\nListen 10.9.5.1\nAllow 10.9.5.0/24\nConnectPort 22\nConnectPort 443\nTimeout 60\n' >"$RIG/tinyproxy.conf"
printf '127.0.0.1 localhost api.globalping.io\n' >"$RIG/hosts"
mount --bind "$RIG/hosts" /etc/hosts
tinyproxy -d -c "$RIG/tinyproxy.conf" >"$RIG/tinyproxy.log" 2>&1 &
microsocks -i 10.9.5.1 -p 1080 >"$RIG/microsocks.log" 2>&1 &
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test \
	-addext subjectAltName=DNS:api.globalping.io -keyout "$RIG/tls.key" -out "$RIG/tls.pem" 2>/dev/null
export TMP="$RIG"
echo good >"$RIG/mode"
mkfifo "$RIG/hold"
"$BUILD/https_server" "$RIG/tls.pem" "$RIG/tls.key" "$(dirname "$1")/../cli/places/handler.sh" 443 <"$RIG/hold" >"$RIG/https.port" 2>"$RIG/https.log" &
exec 7>"$RIG/hold"
wait_for 10 test -s "$RIG/https.port"
printf 'Host *\n  ProxyCommand bash %s 10.9.5.1 8888 %%h %%p\n' "$RIG/proxy_command" >>"$RIG/ssh.conf"
wait_for 20 sh -c "nsenter --net=/proc/$(cat "$RIG/shut.pid")/ns/net ssh us 'dns01gate check --json any.lab.' | jq -e .program"
! at shut "$PROGRAM" wait -t 30 $name $value 2>"$RIG/shut.log" || fail "it is not shut"
grep -q -e '--authoritative via' "$RIG/shut.log" || fail "the way round is not named"
# Where one lags: the finding of the server, from hosts and from probes.
# shellcheck disable=SC2086
! at shut "$PROGRAM" wait -t 30 --authoritative via --require-vantage all --report "$RIG/report" $from $name $value 2>"$RIG/shut.log" || fail "opened"
has "$RIG/report" '[.records[0].findings[] | select(.id == "F-02" and .server == "ns.any.lab. 10.53.0.1")] | length == 1'
has "$RIG/report" '[.records[0].findings[] | select(.id == "F-66" and (.text | test("^from eu ")))] | length == 1'
for proxy in http://10.9.5.1:8888 socks5h://10.9.5.1:1080; do
	rm -rf "$RIG/m"
	printf '{"10.53.0.1": ["present", "present", "present", "absent", "present"]}' >"$RIG/cells"
	! at shut env TMP="$RIG" "$PROGRAM" wait -t 20 --proxy $proxy --tls-ca "$RIG/tls.pem" --server $NODE --authoritative via --require-vantage all \
		--report "$RIG/report" --vantage globalping $name value 2>"$RIG/shut.log" || fail "opened"
	has "$RIG/report" '[.records[0].findings[] | select(.id == "F-02" and .server == "10.53.0.1")] | length == 1'
	has "$RIG/report" '[.records[0].findings[] | select(.id == "F-66" and (.text | test("^from Sydney, OC ")))] | length == 1'
	echo '{}' >"$RIG/cells"
	at shut "$PROGRAM" wait -t 90 --proxy $proxy --tls-ca "$RIG/tls.pem" --server $NODE --authoritative via --vantage globalping $name value \
		2>"$RIG/shut.log" || fail "exit $?"
done
# And by the environment.
at shut env https_proxy=http://10.9.5.1:8888 "$PROGRAM" wait -t 90 --tls-ca "$RIG/tls.pem" --server $NODE --authoritative via --vantage globalping $name value \
	2>"$RIG/shut.log" || fail "exit $?"
# From hosts, when all show it.
publish eu $value 5
node eu HUP
wait_for 30 at eu sh -c "kdig +short +timeout=1 +retry=0 @$NODE $name TXT | grep -q $value"
# shellcheck disable=SC2086
at shut "$PROGRAM" wait -t 90 --authoritative via --require-vantage all $from $name $value 2>"$RIG/shut.log" || fail "exit $?"
exec 7>&-
