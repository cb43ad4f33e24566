#!/bin/sh
# SPDX-License-Identifier: ISC
# --exec: the user's publisher is called as the client called us, and what becomes of the call when it fails.
. "$(dirname "$0")/lib.sh"
start_world "$here/world.scn"
tell_by_environment
LOG=$TMP/log
export LOG
name=_acme-challenge.example.lab

# publisher NAME: a script of what comes on standard input; each call leaves its arguments in $LOG, one a line
publisher() {
	{
		echo '#!/bin/sh'
		# shellcheck disable=SC2016
		echo 'for a; do printf "<%s>" "$a"; done >>"$LOG"; echo >>"$LOG"'
		cat
	} >"$TMP/$1"
	chmod +x "$TMP/$1"
	EXEC=$TMP/$1
	: >"$LOG"
}
called() { # LINE
	[ "$(tail -n 1 "$LOG")" = "$1" ] || fail "the publisher was called with $(tail -n 1 "$LOG"), not $1"
}
calls() { # N
	[ "$(wc -l <"$LOG")" = "$1" ] || fail "not $1 calls of the publisher: $(cat "$LOG")"
}
asked() { # N: so many lines of questions for the challenge names
	[ "$(grep -c _acme-challenge "$TMP/asked")" = "$1" ] || fail "not $1 questions: $(cat "$TMP/asked")"
}
took_less() { # MILLISECONDS: since $before
	took=$((($(date +%s%N) - before) / 1000000))
	[ $took -lt "$1" ] || fail "that took $took ms"
}
now() {
	before=$(date +%s%N)
}

# ---- as the client called us ------------------------------------------------------------------------

publisher good <<'EOF'
echo "to stdout $CERTBOT_VALIDATION"
echo "to stderr" >&2
EOF
run 0 "$PROGRAM" --exec "$EXEC" present $name. value
called "<present><$name.><value>"
says 'to stderr'
says 'is visible'
[ "$(cat "$TMP/out")" = 'to stdout ' ] || fail "its standard output was not passed on"
run 0 env DNS01GATE_EXEC="$EXEC" "$PROGRAM" present -- raw.example.lab -token \
	token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI
called '<present><--><raw.example.lab><-token><token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI>'
run 0 "$PROGRAM" --exec "$EXEC" cleanup $name. value
called "<cleanup><$name.><value>"
! grep -q visible "$TMP/err" || fail "a clean-up waited"
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value "$PROGRAM" --exec "$EXEC" certbot auth
called '<certbot><auth>'
[ "$(cat "$TMP/out")" = 'to stdout value' ] || fail "the environment was not passed on"
run 0 env CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=value "$PROGRAM" --exec "$EXEC"
called ''
run 0 "$PROGRAM" --exec "$EXEC" wait $name value $name other
called "<wait><$name><value><$name><other>"
# A report on standard output is alone there.
run 0 "$PROGRAM" --exec "$EXEC" --json wait $name value
has "$TMP/out" '.verdict == "visible"'
says 'to stdout'
# Arguments of its own, from the config file.
echo "{\"exec\": [\"$EXEC\", \"first\", \"-t\"]}" >"$TMP/config.json"
run 0 "$PROGRAM" --config "$TMP/config.json" present $name. value
called "<first><-t><present><$name.><value>"
# Called out of a publisher it publishes nothing again; a variable that is left from another's call says nothing.
: >"$LOG"
run 0 env DNS01GATE_WITHIN="$$ $(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)" \
	"$PROGRAM" --exec "$EXEC" present $name. value
calls 0
run 0 env DNS01GATE_WITHIN='1 7' "$PROGRAM" --exec "$EXEC" present $name. value
calls 1
# By its name alone, as PATH has it.
run 0 env PATH="$TMP:$PATH" "$PROGRAM" --exec good present $name. value

# ---- never a shell ----------------------------------------------------------------------------------

# shellcheck disable=SC2016
run 0 "$PROGRAM" --exec "$EXEC" cleanup $name. '$(touch '"$TMP"'/hacked); touch '"$TMP/hacked"
run 4 "$PROGRAM" --exec "$EXEC; touch $TMP/hacked" cleanup $name. value
says 'No such file or directory'
echo "touch $TMP/hacked" >"$TMP/no-interpreter"
chmod +x "$TMP/no-interpreter"
for program in "$TMP/no-interpreter" no-interpreter; do
	run 4 env PATH="$TMP:$PATH" "$PROGRAM" --exec "$program" cleanup $name. value
	says 'cannot be run: Exec format error'
done
printf '#!/bin/sh\r\ntrue\r\n' >"$TMP/dos"
printf '#!/no/such/interpreter\n' >"$TMP/lost"
chmod +x "$TMP/dos" "$TMP/lost"
run 4 "$PROGRAM" --exec "$TMP/dos" cleanup $name. value
says 'its first line, "#!/bin/sh\013", names a program that is not there; its lines end with CR LF'
run 4 "$PROGRAM" --exec "$TMP/lost" cleanup $name. value
says 'its first line, "#!/no/such/interpreter", names a program that is not there'
[ ! -e "$TMP/hacked" ] || fail "a shell ran"
run 4 "$PROGRAM" --exec "$TMP" cleanup $name. value
says 'Permission denied'

# ---- failures ---------------------------------------------------------------------------------------

questions=$(grep -c _acme-challenge "$TMP/asked") || true
publisher bad <<'EOF'
echo "no such zone" >&2
exit 3
EOF
run 4 "$PROGRAM" --exec "$EXEC" --report "$TMP/report" present $name. value
says 'no such zone'
says "$name. could not be published"
says 'ended with status 3'
asked "$questions"
has "$TMP/report" '.verdict == "unpublished" and .records[0].verdict == "unpublished"'
has "$TMP/report" '.records[0].findings[0] | .id == "F-01" and .severity == "fatal" and (.text | endswith("status 3"))'
has "$TMP/report" ".records[0].name == \"$name.\" and .records[0].values == [\"value\"] and .records[0].servers == []"
# Many names that fail alike are told once.
# shellcheck disable=SC2046
run 4 "$PROGRAM" --exec "$EXEC" deploy_challenge $(for i in $(seq 40); do echo "n$i.example.lab t value"; done)
says '_acme-challenge.n1.example.lab. (and 39 more) could not be published'
says '  the same: _acme-challenge.n2.example.lab., _acme-challenge.n3.example.lab., '
says ' and 30 more'
[ "$(grep -c 'ended with status 3' "$TMP/err")" = 2 ] || fail "told more than once, and with the taking back"
[ "$(wc -l <"$TMP/err")" -lt 12 ] || fail "many lines"
# Those that fail otherwise are told apart.
run 1 "$PROGRAM" -t 1 wait _acme-challenge.example.lab nowhere _acme-challenge.b.example.lab nowhere _acme-challenge.nx.example.lab x
says '_acme-challenge.example.lab. is not visible'
says '_acme-challenge.nx.example.lab. is not visible'
# Even when timeouts are forgiven: what is not published cannot become visible.
run 4 "$PROGRAM" --exec "$EXEC" --on-timeout proceed present $name. value
run 4 "$PROGRAM" --exec "$EXEC" cleanup $name. value
says 'ended with status 3'
# Mistakes are found before anything is done.
: >"$LOG"
run 64 "$PROGRAM" --exec "$EXEC" present a..b value
run 64 "$PROGRAM" --exec "$EXEC" --root-hints "$TMP/none" present $name. value
run 64 "$PROGRAM" --exec "$EXEC" -r nonsense present $name. value
echo "$name value" >"$TMP/pairs"
run 64 "$PROGRAM" --exec "$EXEC" wait - <"$TMP/pairs"
says 'wait -'
run 64 "$PROGRAM" --exec "$EXEC" --rfc2136 "$TMP/none" present $name. value
says 'not both'
calls 0
# The command line's choice is not the environment's.
run 64 env DNS01GATE_EXEC="$EXEC" "$PROGRAM" --rfc2136 "$TMP/none" present $name. value
says "$TMP/none"
# check publishes nothing.
run 0 env DNS01GATE_EXEC="$EXEC" "$PROGRAM" check example.lab value
calls 0

# A record that is published and not shown is not taken back when the client will do that.
publisher good </dev/null
run 1 "$PROGRAM" -t 1 --exec "$EXEC" present $name. missing
calls 1

publisher killed <<'EOF'
kill -9 $$
EOF
run 4 "$PROGRAM" --exec "$EXEC" present $name. value
says 'was ended by signal 9'

# ---- time -------------------------------------------------------------------------------------------

# One that hangs, ignores SIGTERM, and has children.
publisher hangs <<'EOF'
trap "" TERM
echo "line without end" | tr -d "\n"
sleep 61 &
echo $! >"$LOG.pid"
wait
sleep 62
EOF
now
run 4 "$PROGRAM" -t 1.5 --exec "$EXEC" present $name. value
took_less 1700
says 'did not end in time and was killed'
[ "$(cat "$TMP/out")" = 'line without end' ] || fail "its last words are lost"
case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$(cat "$LOG.pid")/status" 2>/dev/null) in
"" | Z*) ;;
*) fail "its child lives on" ;;
esac
now
run 4 "$PROGRAM" -t 1 --exec "$EXEC" cleanup $name. value
took_less 1200

# What it leaves running keeps nobody waiting.
publisher daemon <<'EOF'
sleep 3 &
EOF
now
run 0 "$PROGRAM" --exec "$EXEC" cleanup $name. value
took_less 1000

# Publishing counts.
publisher slow <<'EOF'
sleep 1
EOF
now
run 1 "$PROGRAM" -t 1.5 --exec "$EXEC" present $name. missing
took_less 1700

# A signal is passed on, and ends us too.
publisher waits <<'EOF'
trap 'echo caught >>"$LOG"; exit 1' TERM
sleep 60 &
wait
EOF
now
run 143 sh -c '(sleep 0.5; kill -TERM $$) & exec "$PROGRAM" --exec "$1" present "$2" value' sh "$EXEC" $name.
took_less 3000
called caught

# ---- output -----------------------------------------------------------------------------------------

# Octets pass unchanged: long lines, none at all, no newline at the end.
publisher chatty <<'EOF'
head -c 200000 /dev/zero | tr '\0' x
printf '\nlast \377\000\302 without a newline'
printf 'more without' >&2
EOF
run 0 "$PROGRAM" --exec "$EXEC" cleanup $name. value
"$EXEC" cleanup $name. value >"$TMP/out.client" 2>"$TMP/err.client"
cmp "$TMP/out" "$TMP/out.client" && cmp "$TMP/err" "$TMP/err.client" || fail "the output was changed"
# What it leaves running may write on, long after its end.
publisher leaves <<'EOF'
{ sleep 1; echo "still here" && echo good >"$LOG.later" || echo bad >"$LOG.later"; } &
EOF
run 0 "$PROGRAM" --exec "$EXEC" cleanup $name. value
sleep 1.5
[ "$(cat "$LOG.later")" = good ] || fail "what it left running was ended by a signal"
[ "$(cat "$TMP/out")" = 'still here' ] || fail "what it left running was not heard"
# Events that concern no record are the hook's: no timeout of ours, its own status, its standard input.
publisher events <<'EOF'
sleep 1.5
cat
exit 42
EOF
echo "from the client" | run 42 "$PROGRAM" -t 1 --exec "$EXEC" deploy_cert example.lab key cert chain full 1
[ "$(cat "$TMP/out")" = 'from the client' ] || fail "an event is not simply executed"
run 42 "$PROGRAM" -t 1 --exec "$EXEC" live-updated </dev/null
run 42 "$PROGRAM" -t 1 --exec "$EXEC" begin http-01 example.lab token auth </dev/null
# acmetool's word for "not mine".
publisher declines <<'EOF'
exit 42
EOF
run 42 "$PROGRAM" --exec "$EXEC" challenge-dns-start example.lab file value
run 4 "$PROGRAM" --exec "$EXEC" present $name. value
# One that stops itself is told at once, and ended in time.
publisher stops <<'EOF'
kill -STOP $$
EOF
now
run 4 "$PROGRAM" -t 1 --exec "$EXEC" present $name. value
took_less 1300
says 'was stopped by signal 19; it is waited for'
# Nobody reads.
run 0 sh -c '"$PROGRAM" --exec "$1" cleanup "$2" value | :' sh "$EXEC" $name.
# It has no standard input.
publisher reads <<'EOF'
cat
EOF
echo "from the client" | run 0 "$PROGRAM" --exec "$EXEC" cleanup $name. value
no_output

# A publisher that calls dns01gate itself, with the same environment.
publisher again <<'EOF'
exec "$PROGRAM" "$@"
EOF
run 0 env DNS01GATE_EXEC="$EXEC" "$PROGRAM" present $name. value
calls 1

# ---- certbot ----------------------------------------------------------------------------------------

publisher mixed <<'EOF'
[ "$CERTBOT_VALIDATION" != other ] || [ "$2" != auth ]
EOF
all=example.lab,example.lab,b.example.lab
certbot() { # STATUS DOMAIN VALUE REMAINING [NAME=VALUE...]
	status=$1 domain=$2 value=$3 remaining=$4
	shift 4
	run "$status" env CERTBOT_DOMAIN="$domain" CERTBOT_VALIDATION="$value" CERTBOT_ALL_DOMAINS=$all \
		CERTBOT_REMAINING_CHALLENGES="$remaining" "$@" "$PROGRAM" --exec "$EXEC" --json certbot auth
}
# One of them cannot be published: it is said then, the others are waited for, and the last call says it again.
certbot 0 example.lab value 2
certbot 4 example.lab other 1
says 'ended with status 1'
no_output
certbot 4 b.example.lab b 0
has "$TMP/out" '.verdict == "unpublished" and (.records | length) == 2'
has "$TMP/out" '.records[] | select(.name == "_acme-challenge.b.example.lab.") | .verdict == "visible"'
[ -z "$(ls "$TMP"/state/dns01gate-*)" ] || fail "state is left"
# http-01's calls are the publisher's, too.
certbot 0 example.lab x 0 CERTBOT_TOKEN=token
calls 4
# The publisher's own call of dns01gate for each name makes no second order.
publisher again <<'EOF'
exec "$PROGRAM" -q "$@"
EOF
certbot 0 example.lab value 2
certbot 0 example.lab other 1
certbot 0 b.example.lab b 0
has "$TMP/out" '.verdict == "visible"'

# A client that has all signals blocked, as Apache's threads have: the publisher's end is noticed, though its output has
# ended before, and it can be ended itself.
publisher early <<'END'
exec >&- 2>&-
sleep 0.2
END
now
run 0 env --block-signal "$PROGRAM" --exec "$EXEC" cleanup $name. value
took_less 2000
publisher endless <<'END'
exec sleep 1000
END
now
run 4 env --block-signal "$PROGRAM" -t 1 --exec "$EXEC" cleanup $name. value
took_less 1000

# ---- veto -------------------------------------------------------------------------------------------

publisher veto <<'EOF'
echo "$CERTBOT_AUTH_OUTPUT" >>"$LOG"
[ "$2" != auth ] || echo "  id 42  "
EOF
cat >"$TMP/certbot" <<'EOF'
#!/bin/sh
trap 'echo ended >>"$LOG"; exit 1' TERM
sh -c "$*" || true
echo "asked the CA" >>"$LOG"
EOF
chmod +x "$TMP/certbot"
export CERTBOT_DOMAIN=example.lab CERTBOT_AUTH_OUTPUT=stale
run 1 env CERTBOT_VALIDATION=missing "$TMP/certbot" "$PROGRAM" -t 1.5 --veto --exec "$EXEC" certbot auth
says 'is told to end'
printf '%s\n' '<certbot><auth>' stale '<certbot><cleanup>' 'id 42' ended | cmp -s - "$LOG" || fail "$(cat "$LOG")"
# Visible, or without --veto: certbot goes on.
: >"$LOG"
run 0 env CERTBOT_VALIDATION=value "$TMP/certbot" "$PROGRAM" --veto --exec "$EXEC" certbot auth
[ "$(tail -n 1 "$LOG")" = 'asked the CA' ] || fail "a veto for a visible record"
run 0 env CERTBOT_VALIDATION=missing "$TMP/certbot" "$PROGRAM" -t 1 --exec "$EXEC" certbot auth
[ "$(tail -n 1 "$LOG")" = 'asked the CA' ] || fail "a veto that nobody asked for"
# Without a publisher of ours, too; and when the publisher fails before the last call.
run 1 env CERTBOT_VALIDATION=missing "$TMP/certbot" "$PROGRAM" -t 1 --veto certbot auth
[ "$(tail -n 1 "$LOG")" = ended ] || fail "no veto"
publisher bad <<'EOF'
exit 1
EOF
run 1 env CERTBOT_VALIDATION=value CERTBOT_REMAINING_CHALLENGES=1 CERTBOT_ALL_DOMAINS=example.lab,b.example.lab \
	"$TMP/certbot" "$PROGRAM" --veto --exec "$EXEC" certbot auth
[ "$(tail -n 1 "$LOG")" = ended ] || fail "no veto"
[ -z "$(ls "$TMP"/state/dns01gate-*)" ] || fail "state is left"
# No certbot there.
run 1 env CERTBOT_VALIDATION=missing "$PROGRAM" -t 1 --veto certbot auth
says 'no certbot is among the processes'
