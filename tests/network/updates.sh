# SPDX-License-Identifier: ISC
# Sourced inside the rig: dynamic updates over networks that lose packets, and to a primary that stalls or starts anew, as
# nsupdate makes them and as dns01gate does, at the same time: dns01gate must not fail where nsupdate does not.
#
# $RUNS (6) of each on each network, ten at a time; both have 60 seconds.
# shellcheck shell=sh disable=SC2034,SC2154

RUNS=${RUNS:-6}
ZONES=leaf
. "$(dirname "$1")/world.sh"
mkdir "$RIG/out"
# The key's clause may be one line.
KEY=$(tr '\n' ' ' <"$NSUPDATE_KEY" | sed 's/.*key *"\([^"]*\)".*algorithm *\([^; ]*\);.*secret *"\([^"]*\)".*/key=\1 algorithm=\2 secret=\3/')

clock() {
	read -r up _ </proc/uptime
	echo "$up"
}

# timed WHO N COMMAND...: a line of how long it took, and whether it succeeded
timed() {
	who=$1 n=$2
	shift 2
	begun=$(clock)
	status=0
	timeout 70 "$@" >"$RIG/out/$network.$who.$n.log" 2>&1 || status=$?
	echo "$status $begun $(clock)" >"$RIG/out/$network.$who.$n"
}

one_run() { # N
	{
		echo 'server 127.1.0.41'
		echo 'zone leaf.lab'
		echo "update add _acme-challenge.$network-$1-nsupdate.leaf.lab. 60 TXT value"
		echo send
	} >"$RIG/out/$network.$1.update"
	timed nsupdate "$1" nsenter -t "$LINK" -n -- nsupdate -t 60 -k "$NSUPDATE_KEY" "$RIG/out/$network.$1.update" 8>&- &
	# shellcheck disable=SC2086
	timed dns01gate "$1" nsenter -t "$LINK" -n -- "$BUILD/update" add "_acme-challenge.$network-$1-dns01gate.leaf.lab." value \
		server=127.1.0.41 zone=leaf.lab timeout=60000 $KEY 8>&- &
	wait
}

# runs FROM TO: at once
runs() {
	pids=
	for n in $(seq "$1" "$2"); do
		one_run "$n" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086
	wait $pids
}

# summary WHO: a line; $good is how many succeeded, with the record in the zone
summary() {
	good=0
	: >"$RIG/out/times"
	for n in $(seq "$RUNS"); do
		read -r status begun ended <"$RIG/out/$network.$1.$n"
		[ "$status" = 0 ] || continue
		[ "$(kdig +short @127.1.0.41 "_acme-challenge.$network-$n-$1.leaf.lab." TXT)" = '"value"' ] || continue
		good=$((good + 1))
		awk "BEGIN { print $ended - $begun }" >>"$RIG/out/times"
	done
	sort -n "$RIG/out/times" | awk -v who="$1" -v network="$network" -v runs="$RUNS" '
		{ took[NR] = $1 }
		END { printf "%-8s %-9s %d of %d, median %.2f s, slowest %.2f s\n", network, who, NR, runs, took[int((NR + 1) / 2)], took[NR] }'
}

compare() {
	summary nsupdate
	theirs=$good
	summary dns01gate
	[ "$good" -ge "$theirs" ] || {
		cat "$RIG/out/$network".dns01gate.*.log
		fail "$network: nsupdate succeeded $theirs times, dns01gate $good"
	}
}

make_link 1 "${SEED:-1}"
for loss in 0 10 30; do
	network=loss-$loss
	echo "delay=10 loss=$loss" >&8
	at=1
	while [ $at -le "$RUNS" ]; do
		runs $at $((at + 9 < RUNS ? at + 9 : RUNS))
		at=$((at + 10))
	done
	echo "delay=10" >&8
	compare
done

# Where updates come while the primary does nothing for 3 s, and while it is down for 4.
RUNS=4
knot=$(pgrep -f "knotd -c $RIG/knot.conf")
network=stall
kill -STOP "$knot"
(
	sleep 3
	kill -CONT "$knot"
) 8>&- &
runs 1 $RUNS
compare
network=restart
kill "$knot"
wait_for 10 sh -c "! kill -0 $knot 2>/dev/null"
(
	sleep 4
	exec knotd -c "$RIG/knot.conf" >>"$RIG/knotd.log" 2>&1
) 8>&- &
runs 1 $RUNS
compare
exec 8>&-
wait "$LINK"
echo "updates over networks: done"
