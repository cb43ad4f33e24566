#!/bin/sh
# SPDX-License-Identifier: ISC
# certbot's environment: which call waits, and for what; a state that is spoilt.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
# Where the caller's own files are, in the directory that is given.
state=$TMP/state/dns01gate-$(id -u)
all=example.lab,example.lab,b.example.lab

# call STATUS DOMAIN VALUE REMAINING [NAME=VALUE...]
call() {
	status=$1 domain=$2 value=$3 remaining=$4
	shift 4
	run "$status" env CERTBOT_DOMAIN="$domain" CERTBOT_VALIDATION="$value" CERTBOT_REMAINING_CHALLENGES="$remaining" \
		CERTBOT_ALL_DOMAINS=$all "$@" "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --state-dir "${state%/*}" --json -t 2 \
		certbot auth
}
waited_for() { # N
	has "$TMP/out" "[.records[].values[]] | length == $1"
}

# Three calls, one wait.
call 0 example.lab value 2
no_output
silent
[ "$(stat -c %a "$state")" = 700 ] || fail "state folder has mode $(stat -c %a "$state")"
call 0 example.lab other 1
no_output
call 0 b.example.lab b 0
waited_for 3
[ -z "$(ls "$state")" ] || fail "state is left"

# One of them never appears.
call 0 example.lab value 2
call 0 example.lab nowhere 1
call 1 b.example.lab b 0
waited_for 3
has "$TMP/out" '[.records[] | select(.verdict == "visible")] | length == 1'

# Two orders of the same names at a time, by a script that is called certbot: each has its own memory.
cat >"$TMP/order.sh" <<'EOF'
one() {
	env CERTBOT_DOMAIN="$1" CERTBOT_VALIDATION="$2" CERTBOT_REMAINING_CHALLENGES="$3" \
		CERTBOT_ALL_DOMAINS=example.lab,b.example.lab "$PROGRAM" --root-hints "$HINTS" --port "$PORT" \
		--state-dir "$TMP/state" --json -t 2 certbot auth
}
one example.lab "$1" 1 && : >"$TMP/$1.first"
for i in $(seq 100); do [ ! -e "$TMP/$2.first" ] || break; sleep 0.1; done
one b.example.lab b 0 >"$TMP/$1.json"
exit 0
EOF
printf '#!/bin/sh\nsh "$TMP/order.sh" value other & sh "$TMP/order.sh" other value & wait\n' >"$TMP/certbot"
chmod +x "$TMP/certbot"
TMP=$TMP HINTS=$HINTS PORT=$PORT sh "$TMP/certbot"
for value in value other; do
	has "$TMP/$value.json" "[.records[].values[]] | sort == [\"b\", \"$value\"]"
done

# Without batch, each for itself.
call 0 example.lab value 2 DNS01GATE_NO_BATCH=1
waited_for 1
# A certbot that does not say how many remain.
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value "$PROGRAM" --root-hints "$HINTS" --port "$PORT" --json
waited_for 1

# An order that was given up leaves its state; the next one, of the same names, does not wait for it.
call 0 example.lab gone-1 2
call 0 example.lab gone-2 1
call 0 example.lab value 2
call 0 example.lab other 1
call 0 b.example.lab b 0
waited_for 3

# What such orders, and calls that were killed, leave behind goes with the next order, after an hour.
call 0 example.lab gone 2
for f in "$state"/*; do
	# No order's own: another one's name is as long, and as good as never this one.
	old=certbot-${f##*-} old=${old%????????}00000000 young=${old%00000000}11111111
	mv "$f" "$state/$old"
	for copy in "$young" mod_md-89 .dns01gate-0123456789abcdef; do cp "$state/$old" "$state/$copy"; done
done
touch -d '2 hours ago' "$state/$old" "$state/mod_md-89" "$state/.dns01gate-0123456789abcdef"
call 0 example.lab value 2
call 0 example.lab other 1
call 0 b.example.lab b 0
[ "$(ls -A "$state" | grep -v opened | tr '\n' ' ')" = "$young mod_md-89 " ] || fail "left: $(ls "$state")"
rm "$state"/*

# Spoilt state: the call waits for its own record.
call 0 example.lab value 2
for f in "$state"/*; do echo '{"remaining": 2, "pairs": 7' >"$f"; done
call 0 b.example.lab b 0
waited_for 1
call 0 example.lab value 2
for f in "$state"/*; do chmod 666 "$f"; done
call 0 b.example.lab b 0
waited_for 1
call 0 example.lab value 2
for f in "$state"/*; do
	mv "$f" "$TMP/elsewhere"
	ln -s "$TMP/elsewhere" "$f"
done
call 0 b.example.lab b 0
waited_for 1
rm -rf "$state"

# A state folder that others can enter, or that is no folder, is not used: each call waits.
mkdir -m 755 "$state"
call 0 example.lab value 2
waited_for 1
rm -rf "$state"
ln -s "$TMP" "$state"
call 0 example.lab value 2
waited_for 1
rm -f "$state"
echo >"$state"
call 0 example.lab value 2
waited_for 1
rm -f "$state"
# One that cannot be made.
state=$TMP/no/such/folder
call 0 example.lab value 2
waited_for 1
state=$TMP/state/dns01gate-$(id -u)

# http-01 among them: nothing of ours, but it may be the last call.
call 0 example.lab value 2
call 0 b.example.lab b 1
call 0 c.example.lab keyauth 0 CERTBOT_TOKEN=token
waited_for 2
call 0 example.lab keyauth 2 CERTBOT_TOKEN=token
no_output
call 0 example.lab other 1
no_output
call 0 b.example.lab b 0
waited_for 2

# Only http-01: nothing to do.
all=example.lab
call 0 example.lab keyauth 0 CERTBOT_TOKEN=token
no_output
silent

# The last call's own environment decides; a stale output of an earlier order does not.
call 0 example.lab value 0 CERTBOT_AUTH_OUTPUT=stale
waited_for 1

# Clean-up: nothing to do, and nothing asked; where there is something to do, it must be told what.
run 0 "$PROGRAM" certbot cleanup
silent
run 64 "$PROGRAM" --exec true certbot cleanup
says 'CERTBOT_DOMAIN is not in the environment: certbot runs this as its --manual-cleanup-hook'
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value CERTBOT_AUTH_OUTPUT= "$PROGRAM" certbot cleanup
silent
no_output
