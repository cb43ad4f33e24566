# SPDX-License-Identifier: ISC
# Sourced by tests of the command line: a folder, a scripted world, and ways to complain.
# shellcheck shell=sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# Nothing of the caller's own settings.
for v in $(env | sed -n 's/^\(DNS01GATE_[A-Z0-9_]*\|CERTBOT_[A-Z_]*\)=.*/\1/p'); do unset "$v"; done
BUILD=${BUILD:-$top/build/plain}
PROGRAM=${PROGRAM:-$BUILD/dns01gate}
export BUILD PROGRAM
TMP=$(mktemp -d)
WORLD_PID=

stop_world() {
	[ -n "$WORLD_PID" ] || return 0
	exec 9>&-
	wait "$WORLD_PID" || true
	WORLD_PID=
}

leave() {
	stop_world
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
	rm -f "$TMP/stdin"
	mkfifo "$TMP/stdin"
	# Open both ways, so that opening it blocks nobody.
	: >"$TMP/asked"
	exec 9<>"$TMP/stdin"
	"$BUILD/world" "$1" <"$TMP/stdin" >"$TMP/asked" 9>&- &
	WORLD_PID=$!
	tries=100
	while [ "$(wc -l <"$TMP/asked")" -lt 4 ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "the world did not start"
		sleep 0.05
	done
	PORT=$(sed -n 1p "$TMP/asked")
	HINTS=$(sed -n 2p "$TMP/asked")
	export PORT HINTS
	trust "$(sed -n 4p "$TMP/asked")"
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
