# SPDX-License-Identifier: ISC
# Sourced inside the rig: networks as they are, one a line in "cells", with the gate at one end and real servers at the other,
# and a validating Unbound, fresh each time, on such a network of its own.
#
# $CELLS are the names of those that are wanted (those with a "*"); $STARTS, of Unbound (20, as long as these take less than $UNBOUND_SECONDS in all); $RUNS, of the gate (3); $AT_ONCE
# cells at a time (4); the gate has $PATIENCE seconds from the publishing on (60).
#
# Where Unbound has the record, secure, within T, at its slowest, the gate opens within 2 T + 3 s of the record's showing. It never exits
# with 2 or 3, and never opens while a server lacks the record, or Unbound does not find it secure.
# shellcheck shell=sh disable=SC2154

STARTS=${STARTS:-20}
RUNS=${RUNS:-3}
UNBOUND_SECONDS=${UNBOUND_SECONDS:-200}
AT_ONCE=${AT_ONCE:-4}
CELLS=${CELLS:-$(sed -n 's/^\* *\([^ ]*\) .*/\1/p' "$(dirname "$1")/cells")}
PATIENCE=${PATIENCE:-60}
matrix=$1

# row CELL: its line
row() {
	grep -E "^[ *]*$1 " "$(dirname "$matrix")/cells"
}

ZONES=$(for cell in $CELLS; do row "$cell" | sed -n 's/.* zone=\([a-z]*\) .*/\1/p; t; s/.*/leaf/p'; done | sort -u | tr '\n' ' ')
. "$(dirname "$1")/world.sh"
mkdir "$RIG/out"

clock() {
	read -r up _ </proc/uptime
	echo "$up"
}

# calc EXPRESSION
calc() {
	awk "BEGIN { printf \"%.2f\", $1 }"
}

# names_of RUN: in this cell
names_of() {
	i=0
	while [ $i -lt "$names" ]; do
		echo "_acme-challenge.$cell-$1-$i.$zone"
		i=$((i + 1))
	done
}

# shown ZONE NAME...: every server that is told of changes has the last of them, and so all: one change published them
shown() {
	for last in "$@"; do :; done
	for n in $(told_of "$1"); do shows "127.1.0.$n" "$last" value || return 1; done
}

# publish_names NAME...
publish_names() {
	for one in "$@"; do
		echo "update add $one. 300 TXT \"value\""
		i=0
		while [ $i -lt "$values" ]; do
			echo "update add $one. 300 TXT \"one of the values that are there too: $i\""
			i=$((i + 1))
		done
	done >"$RIG/$cell.update"
	{
		echo "server 127.1.0.41"
		cat "$RIG/$cell.update"
		echo send
	} | nsupdate -k "$NSUPDATE_KEY"
}

# unbounds: $STARTS of them; a line each of how long it took, or why it failed
unbounds() {
	: >"$RIG/out/$cell.unbound"
	[ "$expect" = open ] || return 0
	all=$(names_of u)
	# shellcheck disable=SC2086
	publish_names $all
	# shellcheck disable=SC2086
	wait_for 20 shown "$zone" $all
	make_link $((2 * number + 1)) $((seed + 1000))
	start=0
	until=$(calc "$(clock) + $UNBOUND_SECONDS")
	while [ $start -lt "$STARTS" ] && [ "$(calc "$(clock) < $until")" = 1.00 ]; do
		start=$((start + 1))
		echo "$link $event" >&8
		# shellcheck disable=SC2086
		at_client "$BUILD/fresh" "$RIG/fresh.conf" "$PATIENCE" value $all 8>&- || :
	done >"$RIG/out/$cell.unbound"
	exec 8>&-
	wait "$LINK"
}

# contradicted NAME...: at a client without any trouble, Unbound does not find them
contradicted() {
	echo "" >&8
	! at_client "$BUILD/fresh" "$RIG/fresh.conf" 20 value "$@" >"$RIG/out/$cell.contradicts" 8>&-
}

# one_run RUN: a line "EXIT SECONDS FINDINGS" into the cell's file
one_run() {
	all=$(names_of "$1")
	report=$RIG/out/$cell.$1.report
	echo "$link" >&8
	[ "$routeless" = 0 ] || {
		routes del
		(
			sleep "$routeless"
			routes add
		) &
		way=$!
	}
	(
		status=0
		for one in $all; do printf '%s value\n' "$one"; done |
			at_client "$PROGRAM" wait --no-batch -t $((after + within)) --report "$report" - \
				2>"$RIG/out/$cell.$1.log" 8>&- || status=$?
		echo "$status $(clock)" >"$RIG/out/$cell.$1.end"
	) &
	gate=$!
	sleep "$after"
	[ -z "$event" ] || echo "$link $event" >&8
	# shellcheck disable=SC2086
	publish_names $all
	# shellcheck disable=SC2086
	wait_for 20 shown "$zone" $all
	begun=$(clock)
	wait $gate
	# The next gate's machine loses it anew.
	[ "$routeless" = 0 ] || wait $way
	read -r status ended <"$RIG/out/$cell.$1.end"
	lie=
	if [ "$status" = 0 ]; then
		# shellcheck disable=SC2086
		if contradicted $all; then lie=LIE; fi
	fi
	echo "$status $(calc "$ended - $begun") $(jq -r '[.records[].findings[] | .id + "/" + .severity] | unique | join(",")' \
		"$report" || :) $lie" >>"$RIG/out/$cell.gate"
}

gates() {
	make_link $((2 * number)) "$seed"
	run=0
	while [ $run -lt "$RUNS" ]; do
		run=$((run + 1))
		one_run $run
	done
	exec 8>&-
	wait "$LINK"
}

# judge: one line, which begins with "ok" or "FAILED"
judge() {
	awk -v cell="$cell" -v expect="$expect" -v slack="$slack" -f "$(dirname "$matrix")/judge.awk" \
		"$RIG/out/$cell.unbound" "$RIG/out/$cell.gate"
}

one_cell() {
	IFS='|' read -r _ words link event <<EOT
$(row "$1")
EOT
	cell=$1
	seed=$number
	after=3 names=1 values=0 zone=leaf routeless=0 expect=open within=$PATIENCE slack=3
	for word in $words; do
		case $word in
		after=* | names=* | values=* | zone=* | slack=* | routeless=* | expect=* | within=*) eval "$word" ;;
		*) fail "cells: $word" ;;
		esac
	done
	zone=$zone.lab
	unbounds &
	unbounds=$!
	gates
	wait $unbounds
	judge
}

number=0
for cell in $CELLS; do
	number=$((number + 1))
	(one_cell "$cell" >"$RIG/out/$cell.line" 2>"$RIG/out/$cell.errors" || echo "FAILED $cell" >>"$RIG/out/$cell.line") &
	pids="${pids:-} $!"
	if [ $((number % AT_ONCE)) = 0 ]; then
		# shellcheck disable=SC2086
		wait $pids || :
		pids=
	fi
done
# Without a word, "wait" would wait for the servers too.
# shellcheck disable=SC2086
[ -z "${pids:-}" ] || wait $pids || :
failed=
for cell in $CELLS; do
	cat "$RIG/out/$cell.line"
	grep -q '^ok ' "$RIG/out/$cell.line" || {
		failed="$failed $cell"
		cat "$RIG/out/$cell.errors"
		for log in "$RIG/out/$cell".*.log; do
			echo "---- $log"
			tail -n 30 "$log"
		done
	}
done
[ "$failed" = "" ] || {
	echo "FAILED:$failed"
	exit 1
}
