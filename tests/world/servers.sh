# SPDX-License-Identifier: ISC
# Sourced by tests that start servers: they are ended, and waited for, before their folder is removed. What is on its way out
# still writes files, and rm then finds a folder that is not empty.
# shellcheck shell=sh
# What becomes of a test's waits is nobody's history.
export DNS01GATE_HISTORY=off

WORLD_PID=

# running_from PID...: which of these processes, and of those that came from them, still run: in $running, but for this shell.
# It starts none, which it would find.
running_from() {
	pairs=
	for stat in /proc/[0-9]*/stat; do
		# Its second field may hold anything.
		read -r line 2>/dev/null <"$stat" || continue
		fields=${line##*) }
		case $fields in Z* | X*) continue ;; esac
		fields=${fields#* }
		pairs="$pairs ${line%% *}:${fields%% *}"
	done
	family=" $* "
	running=
	before=none
	while [ "$before" != "$running" ]; do
		before=$running
		for pair in $pairs; do
			case " $$ $running " in *" ${pair%:*} "*) continue ;; esac
			case $family in *" ${pair%:*} "* | *" ${pair#*:} "*) ;; *) continue ;; esac
			running="$running ${pair%:*}"
			family="$family${pair%:*} "
		done
	done
}

# stop PID: ends that process, unless it is this shell, and all that came from it, and waits until they have ended. What does
# not end within three seconds is killed; what then still runs is said.
stop() {
	rounds=0
	signal=TERM
	running_from "$1"
	while [ -n "$running" ]; do
		rounds=$((rounds + 1))
		[ $rounds -le 60 ] || signal=KILL
		if [ $rounds -gt 120 ]; then
			echo "these do not end:$running"
			return 1
		fi
		for pid in $running; do
			kill -$signal "$pid" 2>/dev/null && kill -CONT "$pid" 2>/dev/null || :
		done
		sleep 0.05
		# What it left behind has another parent now.
		# shellcheck disable=SC2086
		running_from "$1" $running
	done
}

# All that this test started.
stop_all() {
	stop $$
}

# serve_world FILE OUTPUT [PORT]: a scripted world, until stop_world; the questions that came are in OUTPUT then. Sets $PORT,
# $HINTS, $ZERO (when its clock began) and $ANCHOR ("-": it is not signed).
serve_world() {
	rm -f "$2.stdin"
	mkfifo "$2.stdin"
	: >"$2"
	# Open both ways, so that opening it blocks nobody.
	exec 9<>"$2.stdin"
	"$BUILD/world" "$1" ${3:+"$3"} <"$2.stdin" >"$2" 9>&- &
	WORLD_PID=$!
	tries=500
	while [ "$(wc -l <"$2")" -lt 4 ]; do
		tries=$((tries - 1))
		if [ $tries = 0 ] || ! kill -0 $WORLD_PID; then
			echo "the world did not start"
			return 1
		fi
		sleep 0.02
	done
	PORT=$(sed -n 1p "$2")
	HINTS=$(sed -n 2p "$2")
	ZERO=$(sed -n 3p "$2")
	ANCHOR=$(sed -n 4p "$2")
	export PORT HINTS ZERO ANCHOR
}

stop_world() {
	[ -n "$WORLD_PID" ] || return 0
	exec 9>&-
	wait "$WORLD_PID" || true
	WORLD_PID=
}
