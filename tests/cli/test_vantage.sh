#!/bin/sh
# SPDX-License-Identifier: ISC
# --vantage: its options, and places behind a stand-in for ssh, which says what a host would.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
name=_acme-challenge.example.lab
digest=smBwJClM9huUu10UX02i1zmxGDJIPNriiDjVvoW3s4U
raw=_acme-challenge.raw.example.lab

# ---- options --------------------------------------------------------------------------------------
# refused WORDS OPTIONS...: exit 64, one line with those words, nothing asked
refused() {
	refused_words=$1
	shift
	run 64 gate "$@" wait $name value
	says "$refused_words"
	lines 1
	no_output
}

refused 'vantage "nowhere" is neither globalping[:LOCATION,...], ssh:HOST nor mpic:URL' --vantage nowhere
refused 'vantage "ssh" names no host: ssh:HOST' --vantage ssh
refused 'vantage "ssh:-oProxyCommand=x" names no host that ssh would take' --vantage ssh:-oProxyCommand=x
refused 'vantage "ssh:a b" names no host that ssh would take' --vantage 'ssh:a b'
refused 'vantage "mpic:http://x" has no URL of https://' --vantage mpic:http://x
refused 'vantage "globalping:EU,,NA" has an empty location' --vantage globalping:EU,,NA
refused 'vantage "globalping:a\"b" has a location that is none' --vantage 'globalping:a\"b'
refused 'vantage "ssh:a" stands there twice' --vantage ssh:a --vantage ssh:a
refused 'require-vantage: "0" is neither quorum, all, none, nor a number from 1' --vantage ssh:a --require-vantage 0
refused '3 places are required, and no vantage is given' --require-vantage 3
refused 'on-vantage-failure: "x" is neither proceed nor fail' --on-vantage-failure x
refused 'no vantage is given' --authoritative via
refused 'none of them is required' --authoritative via --vantage ssh:a --require-vantage none
refused 'authoritative: "x" is neither ask, skip nor via' --authoritative x
refused 'proxy: "ftp://x" is no URL of http://, https:// or socks5h://' --proxy ftp://x
refused 'vantage-budget: "0" is out of range' --vantage-budget 0
echo secret-token >"$TMP/token"
refused "vantage token file $TMP/token: others can read it (mode 0644); chmod 600 it" --vantage globalping --vantage-token-file "$TMP/token"
chmod 600 "$TMP/token"
refused "vantage token file $TMP: not a regular file" --vantage globalping --vantage-token-file "$TMP"
refused "$TMP/token: its token is for one vantage over HTTPS, and 0 are given" --vantage ssh:a --vantage-token-file "$TMP/token"
refused 'and 2 are given' --vantage globalping --vantage mpic:https://x --vantage-token-file "$TMP/token"
refused "$TMP/none: No such file" --vantage globalping --vantage-token-file "$TMP/none"
printf 'two words\n' >"$TMP/token"
refused 'its first line is neither a token nor "x-api-key: KEY"' --vantage globalping --vantage-token-file "$TMP/token"
! grep -q 'two words' "$TMP/err" || fail "the token is printed"
refused "vantage-token-file" --vantage globalping --vantage-token-file ''

# ---- the other side -------------------------------------------------------------------------------
# forced STATUS COMMAND: what a forced command makes of SSH_ORIGINAL_COMMAND
forced() {
	run "$1" env SSH_ORIGINAL_COMMAND="$2" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" check --json --operands-from-ssh
}
forced 0 "dns01gate check --json $name value"
has "$TMP/out" '.records[0].name == "_acme-challenge.example.lab." and .records[0].values == ["value"]'
forced 0 "dns01gate check --json $name -AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
for wrong in "" "id" "dns01gate check $name value" "dns01gate check --json" "dns01gate check --json " \
	"dns01gate check --json --report /tmp/x $name value" "dns01gate check --json $name -v" \
	"dns01gate check --json $name value --exec id" "dns01gate check --json $name \$(id)" \
	"dns01gate check --json $name value; id" "dns01gate check --json $name 'value'" "dns01gate wait --json $name value" \
	"dns01gate check --json -c $name" "dns01gate check --json $name a\\b" "$(printf 'dns01gate check --json a\nb value')" \
	"dns01gate check --json $(seq -s ' ' 1 66)" "dns01gate check --json $(printf '%09000d' 1)"; do
	forced 64 "$wrong"
	says SSH_ORIGINAL_COMMAND
	lines 1
	no_output
done
run 64 "$PROGRAM" check --json --operands-from-ssh
says 'SSH_ORIGINAL_COMMAND is not in the environment'
run 64 env SSH_ORIGINAL_COMMAND="dns01gate check --json $name value" "$PROGRAM" check --operands-from-ssh $name
says 'is for "check", without a name'
run 64 env SSH_ORIGINAL_COMMAND="dns01gate check --json $name value" "$PROGRAM" wait --operands-from-ssh
says 'is for "check", without a name'

# ---- places ---------------------------------------------------------------------------------------
mkdir "$TMP/bin"
cat >"$TMP/bin/ssh" <<'END'
#!/bin/sh
# ssh ... -- HOST COMMAND: a host is a script here.
echo "$*" >>"$TMP/ssh.log"
while [ "$1" != -- ]; do shift; done
host=$2
shift 2
COMMAND=$*
export COMMAND
exec sh "$TMP/host.$host"
END
chmod +x "$TMP/bin/ssh"
export TMP
PATH=$TMP/bin:$PATH

# host NAME FILTER: sees what is true, changed by a jq filter
host() {
	cat >"$TMP/host.$1" <<END
SSH_ORIGINAL_COMMAND=\$COMMAND "$PROGRAM" --root-hints "$HINTS" --port $PORT check --json --operands-from-ssh | jq '$2'
END
}
# says_host NAME TEXT STATUS
words() {
	printf '%s\nexit %d\n' "$2" "$3" >"$TMP/host.$1"
}
host good .
host second .
host third .
absent='.records[0].servers[0] |= (.state = "absent" | .values = [] | .nsid = "syd1" | .detail = "NXDOMAIN")'
host stale "$absent"
host other '.records[0].servers[1] |= (.values = ["wrong"])'
host elsewhere '.records[0].name = "_acme-challenge.b.example.lab."'
host values '.records[0].values = ["another"]'
host address '.records[0].servers |= map(.address = "192.0.2.1")'
host garbage '[limit(70; repeat(.))]'
words long 'head -c 2000000 /dev/zero | tr "\0" "["' 0
words deep 'printf "%0100d" 0 | tr 0 "["' 0
words empty '' 0
words key 'printf "@@@@\nWARNING\n\033[31mHost key verification failed.\n" >&2' 255
words missing 'echo "dns01gate: command not found" >&2' 127
words slow 'sleep 60' 0

run 0 gate --json --vantage ssh:good --vantage ssh:second --require-vantage all wait $name value
has "$TMP/out" '.records[0].places | map(.place) == ["good", "second"]'
has "$TMP/out" '.records[0].places[0] | .engine == "ssh" and .network == null and .asn == null and .unusable == null'
has "$TMP/out" '.records[0].places[0].servers | length == 3 and all(.state == "present" and (.values | index("value") != null))'
has "$TMP/out" '.records[0].chance == 1 and .not_checked == ["F-50"]'
says 'from 2 of 2 places'
has "$TMP/out" '[.records[0].findings[] | select(.id == "F-43" or .id == "F-66")] == []'
[ "$(wc -l <"$TMP/ssh.log")" = 2 ] || fail "asked more than once"
grep -q -F -x -e "-T -o BatchMode=yes -o ConnectTimeout=10 -- good dns01gate check --json $name. value" "$TMP/ssh.log" || fail "$(cat "$TMP/ssh.log")"

# One that lacks: as many as the quorum needs of 2 to 5 is all but one; all means all.
run 0 gate --json --vantage ssh:good --vantage ssh:stale wait $name value
has "$TMP/out" '.records[0].chance == 1 and ([.records[0].findings[] | select(.id == "F-66")] | length == 1)'
has "$TMP/out" '.records[0].findings[] | select(.id == "F-66") | .severity == "warning" and (.text | test("^from stale .*node syd1. lacks the record"))'
run 1 gate --json -t 3 --vantage ssh:good --vantage ssh:stale --require-vantage all wait $name value
says 'F-66 wait'
has "$TMP/out" '.records[0].verdict == "timeout" and (.records[0].findings[] | select(.id == "F-66") | .severity == "wait" and (.ca_text | test("During secondary validation: DNS problem: NXDOMAIN looking up TXT for _acme-challenge.example.lab ")))'
run 1 gate -t 3 --vantage ssh:good --vantage ssh:stale --vantage ssh:other wait $name value
run 0 gate --vantage ssh:good --vantage ssh:stale --vantage ssh:other --require-vantage 1 wait $name value
run 0 gate --vantage ssh:stale --vantage ssh:other --require-vantage none wait $name value
says 'F-66 warning'
run 1 gate -t 3 --ca strict --vantage ssh:good --vantage ssh:stale wait $name value

# A report about another name, other values or other addresses is never a yes.
for host in elsewhere values address garbage long deep empty key missing; do
	run 1 gate --json -t 2 --on-vantage-failure fail --vantage ssh:$host wait $name value
	has "$TMP/out" '[.records[0].places[].servers[] | select(.state == "present" and .address != "192.0.2.1")] == []'
	# Not held up, and told.
	[ $host = address ] && continue
	run 0 gate --json --vantage ssh:$host wait $name value
	has "$TMP/out" '.not_checked == ["F-43", "F-50"] and (.records[0].findings | map(select(.id == "F-43"))[0].text | test("^places that were not asked: ssh:'$host'"))'
	! grep -q "$(printf '\033')" "$TMP/err" "$TMP/out" || fail "printed raw"
done
run 0 gate --vantage ssh:key wait $name value
says 'ssh:key: ?[31mHost key verification failed.'
# An unknown host of ours beside good ones is passed over, or not.
run 0 gate --vantage ssh:good --vantage ssh:key wait $name value
run 1 gate -t 2 --vantage ssh:good --vantage ssh:key --on-vantage-failure fail wait $name value
run 0 gate --vantage ssh:good --vantage ssh:key --require-vantage 2 wait $name value

# Time: the run ends when it is over, and leaves nobody behind.
run 1 gate -t 1.5 --vantage ssh:slow wait $name value
sleep 0.3
! pgrep -f "$TMP/host.slow" >/dev/null || fail "ssh is left behind"
# What cannot stand on a line for a shell is not sent.
rm "$TMP/ssh.log"
run 0 gate --vantage ssh:good wait _acme-challenge.quoted.example.lab '"value"'
says 'has characters that are not sent'
[ ! -e "$TMP/ssh.log" ] || fail "it was sent"
PATH=/nonexistent "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --vantage ssh:good wait $name value 2>"$TMP/err" || fail "without ssh"
says 'ssh cannot be run: No such file'

# A look.
run 0 gate --json --vantage ssh:good --vantage ssh:stale check $name value
has "$TMP/out" '.records[0].places | length == 2'
says 'from stale: 2 of 3 show it; missing: ns'
run 0 gate --vantage ssh:good check $name
run 1 gate --vantage ssh:stale check $name value

# Through them alone.
run 0 gate --json --authoritative via --vantage ssh:good --vantage ssh:second wait $name value
has "$TMP/out" '.records[0].servers == [] and (.records[0].places | length == 2) and all(.records[0].places[].servers[]; .state == "present" and .name != null)'
says 'is visible on its servers from 2 of 2 places'
run 1 gate --json -t 3 --authoritative via --vantage ssh:stale --vantage ssh:good --ca strict wait $name value
has "$TMP/out" '[.records[0].findings[] | select(.id == "F-02" and .severity == "wait")] | length == 1'
run 3 gate -t 2 --authoritative via --vantage ssh:key wait $name value

# The metrics and the page.
run 0 gate --metrics "$TMP/m" --report "$TMP/r" --vantage ssh:good --vantage ssh:stale wait $name value
awk -f "$here/exposition.awk" "$TMP/m" || fail "metrics"
grep -q -x -F -e "dns01gate_record_place_servers{name=\"$name.\",engine=\"ssh\",place=\"stale\",network=\"\",state=\"absent\"} 1" "$TMP/m" || fail "$(cat "$TMP/m")"
grep -q -x -F -e "dns01gate_record_chance{name=\"$name.\"} 1.000" "$TMP/m" || fail "$(cat "$TMP/m")"
run 0 "$PROGRAM" render "$TMP/r"
xmllint --noout "$TMP/out" || fail "not well-formed"
grep -q 'Seen from other places' "$TMP/out" && grep -q 'node syd1' "$TMP/out" || fail "no table of places"
