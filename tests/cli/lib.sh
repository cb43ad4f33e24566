# SPDX-License-Identifier: ISC
# Sourced by tests of the command line: a folder, a scripted world, and ways to complain.
# shellcheck shell=sh
set -eu
# Configuration that others can write is refused.
umask 022

here=$(cd "$(dirname "$0")" && pwd)
top=$here
until [ -d "$top/tests/cli" ]; do top=$(dirname "$top"); done
# Nothing of the caller's own settings.
for v in $(env | sed -n 's/^\(DNS01GATE_[A-Z0-9_]*\|CERTBOT_[A-Z_]*\)=.*/\1/p'); do unset "$v"; done
BUILD=${BUILD:-$top/build/plain}
PROGRAM=${PROGRAM:-$BUILD/dns01gate}
export BUILD PROGRAM
TMP=$(mktemp -d)
. "$top/tests/world/servers.sh"

leave() {
	stop_world
	stop_all
	rm -rf "$TMP"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

fail() {
	echo "FAILED: $*"
	[ ! -f "$TMP/out" ] || sed 's/^/  stdout: /' "$TMP/out"
	[ ! -f "$TMP/err" ] || sed 's/^/  stderr: /' "$TMP/err"
	exit 1
}

# trust FILE: of a world; "-": it is not signed
trust() {
	unset DNS01GATE_TRUST_ANCHOR DNS01GATE_DNSSEC
	if [ "$1" = - ]; then
		export DNS01GATE_DNSSEC=off
	else
		export DNS01GATE_TRUST_ANCHOR="$1"
	fi
}

# start_world FILE: sets $PORT and $HINTS; the questions that came are in $TMP/asked after stop_world
start_world() {
	serve_world "$1" "$TMP/asked" || fail "no world"
	trust "$ANCHOR"
}

# The world, five seconds, and a state folder of the test's, for a program that gets no options of ours.
tell_by_environment() {
	export DNS01GATE_ROOT_HINTS="$HINTS" DNS01GATE_PORT="$PORT" DNS01GATE_TIMEOUT=5 DNS01GATE_STATE_DIR="$TMP/state"
}

# run STATUS COMMAND...: its streams in $TMP/out and $TMP/err
run() {
	run_want=$1
	shift
	run_got=0
	"$@" >"$TMP/out" 2>"$TMP/err" 9>&- || run_got=$?
	[ "$run_got" = "$run_want" ] || fail "exit $run_got, not $run_want: $*"
}

# The program, asking the world.
gate() {
	"$PROGRAM" --root-hints "$HINTS" --port "$PORT" "$@"
}

says() {
	grep -q -F -- "$1" "$TMP/err" || fail "stderr does not say: $1"
}

silent() {
	[ ! -s "$TMP/err" ] || fail "stderr is not empty"
}

no_output() {
	[ ! -s "$TMP/out" ] || fail "stdout is not empty"
}

lines() {
	[ "$(wc -l <"$TMP/err")" = "$1" ] || fail "not $1 lines on stderr"
}

# nothing STATUS COMMAND...: that status, and not a word
nothing() {
	run "$@"
	silent
	no_output
}

# Ends the world: it heard no question about NAME.
never_asked() { # NAME
	stop_world
	! grep -q -i -F "$1" "$TMP/asked" || fail "questions about $1"
}

has() { # FILE JQ-EXPRESSION
	jq -e "$2" "$1" >/dev/null || fail "$1 is not $2: $(cat "$1")"
}
