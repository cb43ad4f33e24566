#!/bin/sh
# SPDX-License-Identifier: ISC
# --veto ends the certbot that calls, however it is called itself, and nobody else; where there is none, that is said
# before the wait.
. "$(dirname "$0")/../../cli/lib.sh"
start_world "$top/tests/cli/world.scn"
tell_by_environment
LOG=$TMP/log
export LOG CERTBOT_DOMAIN=example.lab CERTBOT_VALIDATION=missing
GATE="'$PROGRAM' -t 0.5 --veto certbot auth"

# certbot, as far as it matters: it runs a hook by a shell, and says how it goes on. Its first word is its name there.
mkdir "$TMP/module"
cat >"$TMP/module/certbot.py" <<'END'
import os, signal, subprocess, sys

def say(what):
    with open(os.environ["LOG"], "a") as log:
        log.write(sys.argv[1] + " " + what + "\n")

def end(number, frame):
    say("ended")
    os._exit(0)

signal.signal(signal.SIGTERM, end)
subprocess.run(sys.argv[2], shell=True)
say("asked the CA")
END
cp "$TMP/module/certbot.py" "$TMP/certbot"
python=$(command -v /usr/bin/python3 || command -v python3)

logged() { # LINE...: that, and nothing else
	printf '%s\n' "$@" | cmp -s - "$LOG" || fail "$(cat "$LOG")"
	: >"$LOG"
}
: >"$LOG"

# ---- called in many ways -----------------------------------------------------------------------------

run 0 "$python" "$TMP/certbot" plain "$GATE"
says 'is told to end'
logged 'plain ended'
run 0 "$python" -I -s -E "$TMP/certbot" options "$GATE"
logged 'options ended'
run 0 env PYTHONPATH="$TMP/module" "$python" -s -m certbot module "$GATE"
logged 'module ended'
{
	echo "#!$python -Es"
	cat "$TMP/certbot"
} >"$TMP/script"
mkdir "$TMP/bin"
mv "$TMP/script" "$TMP/bin/certbot"
chmod +x "$TMP/bin/certbot"
run 0 "$TMP/bin/certbot" script "$GATE"
logged 'script ended'

# As a container's only process.
[ "$(id -u)" = 0 ] && user='' || user=--map-root-user
# shellcheck disable=SC2086
run 0 unshare $user --pid --fork --mount-proc --kill-child "$TMP/bin/certbot" first "$GATE"
says 'certbot (process 1)'
logged 'first ended'

# ---- with others of that name between ---------------------------------------------------------------

# A hook that is called certbot: itself, and in the shell's own command line, which the shell waits at.
printf '#!/bin/sh\n%s || :\necho "the hook went on" >>"$LOG"\n' "$GATE" >"$TMP/hook"
mkdir "$TMP/hooks"
mv "$TMP/hook" "$TMP/hooks/certbot"
chmod +x "$TMP/hooks/certbot"
run 0 "$TMP/bin/certbot" certbot "$TMP/hooks/certbot"
grep -q '^certbot ended$' "$LOG" || fail "$(cat "$LOG")"
grep -q 'asked' "$LOG" && fail "it asked the CA: $(cat "$LOG")"
sleep 0.2
: >"$LOG"
run 0 "$TMP/bin/certbot" shell "$GATE; echo /x/certbot >/dev/null; : /x/certbot"
logged 'shell ended'
run 0 "$TMP/bin/certbot" shell "true && $GATE #/x/certbot"
logged 'shell ended'
# A wrapper that is called certbot lives on.
mkdir "$TMP/wrapper"
cat >"$TMP/wrapper/certbot" <<END
#!/bin/sh
trap 'echo "wrapper ended" >>"\$LOG"' TERM
"$TMP/bin/certbot" "\$@"
END
chmod +x "$TMP/wrapper/certbot"
run 0 "$TMP/wrapper/certbot" wrapped "$GATE"
logged 'wrapped ended'
# One that is started by another's hook: the inner one is meant.
run 0 "$TMP/bin/certbot" outer "'$TMP/bin/certbot' inner \"$GATE\""
logged 'inner ended' 'outer asked the CA'

# ---- nobody ------------------------------------------------------------------------------------------

printf '#!/bin/sh\necho publisher >&2\n' >"$TMP/publisher"
chmod +x "$TMP/publisher"
run 1 "$PROGRAM" -t 0.5 --veto --exec "$TMP/publisher" certbot auth
case $(head -n 1 "$TMP/err") in
*'--veto: no certbot is among the processes'*) ;;
*) fail "it is not said before all else" ;;
esac
[ "$(grep -c 'no certbot' "$TMP/err")" = 1 ] || fail "not said once"
# A word of a command line is not what it executes.
run 1 sh -c "$GATE; exit \$?" certbot certbot
says 'no certbot is among the processes'

# ---- one order's calls share a certbot, two orders of the same names do not ---------------------------

unset CERTBOT_DOMAIN CERTBOT_VALIDATION
export CERTBOT_ALL_DOMAINS=example.lab,b.example.lab
call() { # REMAINING DOMAIN VALUE
	echo "CERTBOT_REMAINING_CHALLENGES=$1 CERTBOT_DOMAIN=$2 CERTBOT_VALIDATION=$3 '$PROGRAM' -t 1 certbot auth"
}
cat >"$TMP/wrapper/certbot" <<END
#!/bin/sh
"$TMP/bin/certbot" one "$(call 1 example.lab missing)"
"$TMP/bin/certbot" two "$(call 0 b.example.lab b)"
END
run 0 "$TMP/wrapper/certbot"
says '_acme-challenge.b.example.lab. is visible'
grep -q missing "$TMP/err" && fail "another order's value"
:
