#!/bin/sh
# SPDX-License-Identifier: ISC
# --exec's program, by each client: it hears every call as it came, and the call that takes it back where a wait fails and the
# client would not make it.
. "$(dirname "$0")/../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
tell_by_environment
LOG=$TMP/log
DNS01GATE_EXEC=$TMP/publisher
export DNS01GATE_EXEC LOG
cat >"$DNS01GATE_EXEC" <<'EOF'
#!/bin/sh
for a; do printf '<%s>' "$a"; done >>"$LOG"
echo >>"$LOG"
EOF
chmod +x "$DNS01GATE_EXEC"

# heard LINE...: all calls of the publisher since the last time, as words between blanks
heard() {
	printf '%s\n' "$@" | sed '/^$/d; s/^/</; s/ /></g; s/$/>/' >"$TMP/wanted"
	diff "$TMP/wanted" "$LOG" >"$TMP/out" || fail "other calls than wanted (<)"
	: >"$LOG"
}
# call STATUS WORDS: told to the publisher, once, as they are
call() {
	# shellcheck disable=SC2086
	run "$1" "$PROGRAM" $2
	heard "$2"
}
# fails WORDS UNDO: not visible; UNDO is told then
fails() {
	# shellcheck disable=SC2086
	run 1 "$PROGRAM" -t 1 $1
	heard "$1" "$2"
}
: >"$LOG"

call 0 'deploy_challenge example.lab -t value'
call 0 'deploy_challenge example.lab -t value *.example.lab --u other'
fails 'deploy_challenge example.lab -t value b.example.lab u missing' \
	'clean_challenge example.lab -t value b.example.lab u missing'
call 0 'clean_challenge example.lab -t value'
call 0 'deploy_challenge example.lab tok tok.thumbprint'
call 0 'deploy_cert example.lab a b c d 7'
call 0 startup_hook

call 0 'begin dns-01 example.lab -t value'
fails 'begin dns-01 example.lab -t missing' 'failed dns-01 example.lab -t missing'
call 0 'done dns-01 example.lab -t value'
call 0 'done http-01 example.lab tok tok.thumbprint'
call 0 'begin http-01 example.lab tok tok.thumbprint'

call 0 'setup example.lab value'
fails 'setup example.lab missing' 'teardown example.lab missing'
call 0 'teardown example.lab'
call 0 'teardown example.lab value'

call 0 'getssl add example.lab value'
fails 'getssl add example.lab missing' 'getssl del example.lab missing'
call 0 'getssl del example.lab value'

call 0 'challenge-dns-start example.lab target value'
fails 'challenge-dns-start example.lab target missing' 'challenge-dns-stop example.lab target missing'
call 0 'challenge-dns-stop example.lab target value'
call 0 'challenge-http-start example.lab target token'
call 0 live-updated

# lego itself calls cleanup, for a name that failed too.
fails 'present _acme-challenge.example.lab. missing' ''
