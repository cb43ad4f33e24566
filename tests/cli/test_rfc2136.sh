#!/bin/sh
# SPDX-License-Identifier: ISC
# --rfc2136's file and its key file: what is wrong with them is said with file and place, before a packet is sent,
# and never with a word of the secret.
. "$(dirname "$0")/lib.sh"
secret=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=
bind="key \"update\" { algorithm hmac-sha256; secret \"$secret\"; };"

# Where nobody listens, so that an attempt fails at once.
file() { # JSON
	printf '%s\n' "$1" >"$TMP/rfc2136.json"
}
key() { # MODE TEXT
	rm -f "$TMP/key"
	printf '%s\n' "$2" >"$TMP/key"
	chmod "$1" "$TMP/key"
}
update() { # STATUS
	run "$1" "$PROGRAM" -t 0.2 --rfc2136 "$TMP/rfc2136.json" --server 127.0.0.1#9 present _acme-challenge.example.lab. value
	! grep -q -F "$secret" "$TMP/err" || fail "the secret is said"
	no_output
}
refused() { # WORDS...: usage, in one line with these words
	update 64
	lines 1
	for words; do says "$words"; done
}
taken() { # it was good enough to try
	update 4
	grep -q -e 'did not update zone example.lab.: nothing listens there' -e 'none of the servers given tells' "$TMP/err" ||
		fail "not tried: $(cat "$TMP/err")"
}

# ---- the JSON file ----------------------------------------------------------------------------------

key 600 "$bind"
file '{ "server": "127.0.0.1#9", "key-file": "key", "zone": "example.lab", "ttl": 60 }'
taken
file "{ \"server\": \"127.0.0.1#9\", \"key-file\": \"$TMP/key\", \"zone\": \"example.lab\" }"
taken
file '{ "server": "127.0.0.1#9", "key-file": null, "zone": "example.lab" }'
taken
file '{ "server": "127.0.0.1#9", "key-file": "key", "zone": null }'
taken
rm "$TMP/rfc2136.json"
refused "$TMP/rfc2136.json" 'No such file'
file '{ "server": '
refused "$TMP/rfc2136.json:" 'end of file'
file '[]'
refused "$TMP/rfc2136.json:1:1: not a JSON object"
file '{ "key-file": "key",
  "sever": "127.0.0.1" }'
refused "$TMP/rfc2136.json:2:3: " '"sever" is no key of such a file'
file '{ "key-file": "key", "ttl": -1 }'
refused "$TMP/rfc2136.json:1:22: " '"ttl" is no number of seconds'
file '{ "key-file": "key", "ttl": "60" }'
refused 'is no number of seconds'
file '{ "key-file": 7 }'
refused '"key-file" is neither text nor null'
file '{ "server": "127.0.0.1" }'
refused '"key-file" is missing'
file '{ "key-file": "nowhere" }'
refused "key file $TMP/nowhere: No such file"
for server in nonsense 127.0.0.1#0 127.0.0.1#x; do
	file "{ \"server\": \"$server\", \"key-file\": \"key\" }"
	refused "\"$server\""
done
file '{ "key-file": "key", "zone": "a..b", "server": "127.0.0.1#9" }'
refused '"a..b"'

# ---- the key file -----------------------------------------------------------------------------------

file '{ "server": "127.0.0.1#9", "key-file": "key", "zone": "example.lab" }'
for mode in 400 600 640; do
	key $mode "$bind"
	taken
done
for mode in 644 604 660 602; do
	key $mode "$bind"
	refused "key file $TMP/key" "mode 0$mode" 'chmod 600'
done
rm -f "$TMP/key"
mkdir "$TMP/key"
refused 'not a regular file'
rmdir "$TMP/key"
mkfifo "$TMP/key"
refused 'not a regular file'

# As tools print it, and as people write it.
tsig-keygen -a hmac-sha512 one >"$TMP/printed"
key 600 "$(cat "$TMP/printed")"
taken
keymgr -t two hmac-sha384 >"$TMP/printed"
key 600 "$(cat "$TMP/printed")"
taken
keymgr -t two. hmac-sha1 >"$TMP/printed"
key 600 "$(cat "$TMP/printed")"
taken
# With other clauses behind it, as rndc-confgen has it.
key 600 "key \"update\" { algorithm hmac-sha256; secret \"$secret\"; };
options { default-key \"update\"; default-server 127.0.0.1; };
server 127.0.0.1 { keys { \"update\"; }; };"
taken
key 600 "# a comment
// another
key update. /* and
one more */ {
	secret $secret;
	algorithm \"HMAC-SHA224.\" ;
};"
taken
# As nsupdate takes it: a secret in several pieces, and words in any case.
key 600 "KEY \"update\" { Algorithm hmac-sha256; SECRET \"$(printf %s "$secret" | head -c 9)
	$(printf %s "$secret" | tail -c +10)\"; };"
taken
# A MAC that is cut short (RFC 8945 section 5.2.2.1).
key 600 "key \"update\" { algorithm hmac-sha256-128; secret \"$secret\"; };"
taken
key 600 "key:
  - id: \"update\"
    secret: //$(printf %s "$secret" | tail -c +3)
    algorithm: hmac-sha256   # behind it"
taken

bad() { # WORDS TEXT
	key 600 "$2"
	refused "key file $TMP/key" "$1"
}
bad 'line 1: it does not begin with "key"' 'zone "x" { };'
bad 'line 2: it does not begin with "key"' ''
bad 'no "{" after' 'key "update";'
bad 'line 2: neither "algorithm"' "key \"update\" { algorithm hmac-sha256;
	secrets \"$secret\"; };"
bad 'no ";" after the value' "key \"update\" { algorithm hmac-sha256 secret \"$secret\"; };"
bad 'no ";" after "}"' "key \"update\" { algorithm hmac-sha256; secret \"$secret\"; }"
bad 'more than one key' "$bind $bind"
bad 'line 1: it begins with a byte order mark' "$(printf '\357\273\277')$bind"
bad 'more than one key' "$bind
options { default-key \"x\"; };
$bind"
bad 'no algorithm' "key \"update\" { secret \"$secret\"; };"
bad 'no secret' 'key "update" { algorithm hmac-sha256; };'
bad 'not base64' 'key "update" { algorithm hmac-sha256; secret "c2Vjcm"; };'
bad 'not base64' 'key "update" { algorithm hmac-sha256; secret "c2Vj*mV0"; };'
bad 'no value' "key \"update\" { algorithm hmac-sha256; secret \"$secret; };"
for bits in 64 129 264 0128 128x ''; do
	bad "hmac-sha256-$bits" "key \"update\" { algorithm hmac-sha256-$bits; secret \"$secret\"; };"
done
bad 'line 3: neither "algorithm"' "key \"update\" { secret \"$(printf %s "$secret" | head -c 9)
	$(printf %s "$secret" | tail -c +10)\";
	other x; };"
bad hmac-md5 "key \"update\" { algorithm hmac-md5; secret \"$secret\"; };"
bad 'a..b' "key \"a..b\" { algorithm hmac-sha256; secret \"$secret\"; };"
bad 'not "id:"' "key:
  - name: update"
bad 'no name' "key:
  - algorithm: hmac-sha256
    secret: $secret"
bad 'more than one key' "key:
  - id: one
    algorithm: hmac-sha256
    secret: $secret
  - id: two"
bad 'larger than' "$(head -c 9000 /dev/zero | tr '\0' '#')"

# The words of one file at every cut: an error, or good; never anything else.
key 600 "$bind"
len=${#bind}
for form in "$bind" "key: - id: update algorithm: hmac-sha256 secret: $secret"; do
	i=0
	while [ $i -lt "$len" ]; do
		key 600 "$(printf %s "$form" | head -c $i)"
		got=0
		"$PROGRAM" -t 0.05 --rfc2136 "$TMP/rfc2136.json" --server 127.0.0.1#9 present a.example.lab. v >/dev/null 2>"$TMP/err" || got=$?
		[ $got = 64 ] || [ $got = 4 ] || fail "exit $got after $i octets"
		i=$((i + 7))
	done
done
