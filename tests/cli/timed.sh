# SPDX-License-Identifier: ISC
# Sourced after lib.sh: how long the program takes to end, measured against one that nothing blocks, under the same load.
# shellcheck shell=sh disable=SC2154

# What a run takes without what blocks it is taken off, so often is it tried.
TRIES=4

# timed STATUS COMMAND...: runs it, which ends with that status; $took is set, in milliseconds, from the start to the end
# or, where the command leaves times in $TMP/since and $TMP/until, from the one to the other
timed() {
	rm -f "$TMP/since" "$TMP/until"
	timed_begin=$(date +%s%N)
	run "$@"
	timed_end=$(date +%s%N)
	[ ! -s "$TMP/since" ] || timed_begin=$(cat "$TMP/since")
	[ ! -s "$TMP/until" ] || timed_end=$(cat "$TMP/until")
	took=$(((timed_end - timed_begin) / 1000000))
}

# within LIMIT CONTROL STATUS COMMAND...: it ends within so many milliseconds, or takes no longer beyond what the
# function CONTROL takes beyond its share
within() {
	within_limit=$1 within_control=$2
	shift 2
	tries=$TRIES
	while :; do
		timed "$@"
		[ $took -gt "$within_limit" ] || return 0
		within_took=$took
		cp "$TMP/out" "$TMP/within.out"
		cp "$TMP/err" "$TMP/within.err"
		"$within_control"
		mv "$TMP/within.out" "$TMP/out"
		mv "$TMP/within.err" "$TMP/err"
		echo "took $within_took ms, and $took over the control: $*"
		[ $within_took -gt $((within_limit + took)) ] || return 0
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "that took $within_took ms, not $within_limit: $*"
	done
}

# Nothing in its way: how much longer than a second it takes for one, and longer than nothing for a signal.
control_timeout() {
	timed 1 sh -c '"$PROGRAM" --root-hints "$HINTS" --port "$PORT" -t 1 wait "$1" missing 2>/dev/null' sh "$name"
	took=$((took - 1000))
}
control_signal() {
	timed 143 signalled "$PROGRAM" --root-hints "$HINTS" --port "$PORT" wait "$name" missing
}

# signalled COMMAND...: gets SIGTERM after half a second
signalled() {
	sh -c '(sleep 0.5; date +%s%N >"$0.new"; mv "$0.new" "$0"; kill -TERM $$) & exec "$@"' "$TMP/since" "$@"
}

# times_out STATUS COMMAND...: with -t 1; ends within 0.1 s of the timeout
times_out() {
	within 1100 control_timeout "$@"
}
# stops WORDS COMMAND...: the command, called by these words, ends within 0.1 s of a signal
stops() {
	words=$1
	shift
	# shellcheck disable=SC2086
	within 100 control_signal 143 $words signalled "$@"
}

# last_words REGEX COMMAND...: what the command, a call of the two above, leaves on stderr in the end. They have 20 ms, so on
# a busy machine they may be late once or twice.
last_words() {
	words_wanted=$1
	shift
	for try in 1 2 3 4; do
		"$@"
		grep -q -E -- "$words_wanted" "$TMP/err" && return 0
	done
	fail "stderr does not say: $words_wanted"
}

# full NAME: a pipe that nobody reads, and in which there is no room, on descriptor 8
full() {
	rm -f "$TMP/full"
	mkfifo "$TMP/full"
	exec 8<>"$TMP/full"
	dd if=/dev/zero of="$TMP/full" bs=4096 count=1000 oflag=nonblock 2>/dev/null || true
}
