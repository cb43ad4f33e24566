#!/bin/sh
# SPDX-License-Identifier: ISC
# Whatever is read has an end: input without one, or with too much in it, is refused with the bound, in little time and
# memory. And thousands of names end in time.
. "$(dirname "$0")/lib.sh"
# Sanitizers reserve more addresses than there is memory.
[ -n "${SANITIZED:-}" ] || ulimit -v 400000

# bounded WORDS COMMAND...: exit 64 soon, in one line with these words
bounded() {
	words=$1
	shift
	run 64 timeout -s KILL 60 "$@"
	says "$words"
	lines 1
	no_output
}
endless() { # WORDS LINE COMMAND...: standard input is that line, again and again
	words=$1 line=$2
	shift 2
	yes "$line" 2>/dev/null | bounded "$words" "$@"
}
pair='_acme-challenge.a.lab value'

# ---- pairs ------------------------------------------------------------------------------------------

endless 'stdin line 8193: more than 8192 names and values' "$pair" "$PROGRAM" wait -
endless 'octets in all' '# a comment' "$PROGRAM" wait -
endless 'octets in all' '' "$PROGRAM" wait -
tr '\0' x </dev/zero 2>/dev/null | bounded 'stdin line 1: longer than 4094 octets' "$PROGRAM" wait -
bounded 'stdin line 1: longer than 4094 octets' sh -c '"$PROGRAM" wait - </dev/zero'
# shellcheck disable=SC2046
bounded 'more than 8192 pairs of a name and a value' "$PROGRAM" wait $(seq 1 8193 | sed 's/.*/n&.lab v/')

# ---- files ------------------------------------------------------------------------------------------

for option in config rfc2136; do
	endless 'larger than 1048576 octets' '{' "$PROGRAM" --$option /dev/stdin wait $pair
	bounded 'it is a device' "$PROGRAM" --$option /dev/zero wait $pair
done
for option in root-hints trust-anchor; do
	endless 'larger than 8388608 octets' '; a comment' "$PROGRAM" --$option /dev/stdin wait $pair
	bounded 'it is a device' "$PROGRAM" --$option /dev/zero wait $pair
done
{
	echo '. NS a.root.'
	seq 1 60000 | sed 's/.*/a& A 192.0.2.1/'
} >"$TMP/hints"
bounded "$TMP/hints: more than 50000 addresses" "$PROGRAM" --root-hints "$TMP/hints" wait $pair
seq 1 101 | sed 's/.*/. NS a&.root./' >"$TMP/hints"
bounded "$TMP/hints: more than 50000 addresses, or 100 root servers" "$PROGRAM" --root-hints "$TMP/hints" wait $pair
digest=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
seq 1 1001 | sed "s/.*/a&. DS & 8 2 $digest/" >"$TMP/anchors"
bounded "$TMP/anchors: more than 1000 DS and DNSKEY records" "$PROGRAM" --trust-anchor "$TMP/anchors" wait $pair
# As many as a root zone has are good.
{
	seq 1 13 | sed 's/.*/. NS a&.root./'
	seq 1 20000 | sed 's/.*/a&.root. A 127.0.0.1/'
} >"$TMP/hints"
run 3 "$PROGRAM" --root-hints "$TMP/hints" --port 9 --dnssec off -t 3 wait $pair

# ---- reports ----------------------------------------------------------------------------------------

endless 'larger than 64 MiB' '                                                                ' "$PROGRAM" render -
endless 'larger than 64 MiB' '[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],' "$PROGRAM" render -
{
	printf '['
	yes '[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],' 2>/dev/null | head -n 100000
	printf '[]]'
} >"$TMP/report"
bounded "$TMP/report: not a report: more than 1000000 values" "$PROGRAM" render "$TMP/report"
for c in '[' '{"a":'; do
	yes "$c" | head -n 1000 >"$TMP/report"
	bounded "$TMP/report: not a report: more than 32 levels deep" "$PROGRAM" render "$TMP/report"
done
# What is quoted is no structure.
printf '{"program": "%s\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}' "$(yes ',{[' | head -n 400 | tr -d '\n')" >"$TMP/report"
bounded "$TMP/report: not a report: version is missing" "$PROGRAM" render "$TMP/report"

# ---- thousands of names -----------------------------------------------------------------------------

# The time that it takes to tell of them all is kept from the wait. A machine that is busy with other things gets another
# chance.
[ -z "${SANITIZED:-}" ] || exit 0
start_world "$here/parallel.scn"
some() { # NUMBER OPTION...
	seq 1 "$1" | sed 's/.*/_acme-challenge.n&.lab value/' >"$TMP/pairs"
	shift
	run 1 gate --state-dir "$TMP/state" --report "$TMP/report" --metrics "$TMP/metrics" -q "$@" wait - <"$TMP/pairs"
	: >"$TMP/err"
}
tries=8
until [ "${waited:-3000}" -le 2500 ]; do
	[ $tries -gt 0 ] || fail "it waits $waited ms of 3000, and tells of 8190 names then"
	tries=$((tries - 1))
	some 8190 -t 3
	waited=$(jq .elapsed_ms "$TMP/report")
done
has "$TMP/report" '.verdict == "timeout" and (.records | length == 8190)'

# Four times as many names take four times the processor's time, not sixteen times.
processor() { # NUMBER: milliseconds for a run of so many
	seq 1 "$1" | sed 's/.*/_acme-challenge.n&.lab value/' >"$TMP/pairs"
	# The shell's own times count all that it waited for.
	(
		gate --state-dir "$TMP/state" -q -t 0 wait - <"$TMP/pairs" >/dev/null 2>&1 || :
		times
	) | tail -n 1 | tr 'ms' '  ' | awk '{ print int(($1 * 60 + $2 + $3 * 60 + $4) * 1000) + 1 }'
}
tries=8
until few=$(processor 2000) many=$(processor 8000) && [ "$many" -lt $((few * 10)) ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "2000 names take $few ms, 8000 take $many ms"
done
