#!/bin/sh
# SPDX-License-Identifier: ISC
# The architecture, as a test: includes point down only, the two columns of lib/ never meet, a library is
# used in its own modules only, and nothing in lib/ prints, exits, or reads a clock where it must not.
set -eu
cd "$(dirname "$0")/../.."
failed=0

complain() {
	echo "$*"
	failed=1
}

# Modules of lib/, from the bottom up; a .c or .h file belongs to the longest stem that fits.
bottom='dns01gate types err bytes name addr timers rr_file hints resolver wall_time'
middle='msg caa caa_judge ede ask query answer rrset judgement dnskey wanted held_reply challenge tsig update_msg update_words'
pure='signature denial trust anchors path validate validate_* zone discover discover_learn discover_task chase chase_hear chase_task
	poll_events server_poll resolver_watch survey watch watch_judge watch_secure check check_* caa_climb update update_learn
	update_task'
world='peer exchange pending fault transport transport_* framing tls stream lookup link session net'
top='gate gate_make gate_record gate_view report update_run'

is_in() { # MODULE LAYER...: by pattern
	module=$1
	shift
	for pattern in $*; do
		# shellcheck disable=SC2254
		case $module in $pattern) return 0 ;; esac
	done
	return 1
}

layer_of() {
	set -f
	if is_in "$1" $bottom; then echo bottom
	elif is_in "$1" $middle; then echo middle
	elif is_in "$1" $pure; then echo pure
	elif is_in "$1" $world; then echo world
	elif is_in "$1" $top; then echo top
	else echo none; fi
	set +f
}

allowed() { # LAYER-OF-THE-INCLUDER LAYER-OF-THE-INCLUDED
	case $1:$2 in
	*:bottom | middle:middle | pure:middle | pure:pure | world:middle | world:world | top:*) return 0 ;;
	esac
	return 1
}

for file in lib/*.c lib/*.h; do
	module=$(basename "${file%.*}")
	from=$(layer_of "$module")
	[ "$from" != none ] || complain "$file is in no layer"
	for included in $(sed -n 's/^#include "\(.*\)\.h"$/\1/p' "$file"); do
		to=$(layer_of "$included")
		allowed "$from" "$to" || complain "$file ($from) includes $included.h ($to)"
	done
done

# only WHAT MODULES...: a header that only these may include
only() {
	what=$1
	shift
	set +f
	files=$(grep -l -E "^#include <$what>" lib/*.[ch] hook/*.[ch] || true)
	set -f
	for file in $files; do
		is_in "${file%.*}" "$@" || complain "$file includes <$what>"
	done
}

set -f
only 'ldns/.*' lib/name lib/query lib/rr_file lib/hints lib/anchors lib/dnskey lib/update_msg
only 'openssl/.*' lib/tls lib/stream lib/dnskey lib/challenge lib/tsig hook/adapter_lego hook/state hook/key_file
only 'nghttp2/.*' lib/transport_https
only 'jansson\.h' lib/report hook/json_file hook/adapter_mod_md hook/batch hook/state hook/memory hook/validate hook/metrics hook/report_read
only 'poll\.h' 'lib/transport*' lib/stream lib/link lib/session lib/net hook/run hook/child
only '(sys/socket|netinet/.*)\.h' 'lib/transport*' lib/stream lib/lookup
only '(netdb|pthread)\.h' lib/lookup
only '(time|sys/time)\.h' lib/net lib/report lib/wall_time hook/batch hook/state hook/memory hook/metrics hook/clock
only '(unistd|fcntl|signal|sys/.*)\.h' 'lib/transport*' lib/stream lib/lookup lib/net 'hook/*'
set +f

# hook/ sees the public header of lib/ alone.
for file in hook/*.c hook/*.h; do
	for included in $(sed -n 's/^#include "\(.*\)"$/\1/p' "$file"); do
		[ -f "hook/$included" ] || [ "$included" = dns01gate.h ] || [ "$included" = adapter_list.h ] ||
			[ "$included" = publisher_list.h ] ||
			complain "$file includes $included"
	done
done

# A library is silent and leaves ending to its caller; machines keep no clock and no randomness.
grep -n -E '\b(printf|puts|putchar|fprintf|perror|exit|abort)\(' lib/*.c && complain "lib/ prints or exits"
grep -n -E '(^|[^.>_a-z])(time|clock_gettime|rand|random|getenv)\(' lib/*.c | grep -v '^lib/net\.c' &&
	complain "a clock, a dice or the environment outside net.c"

# No global is anybody else's name; no vtable and switch on a kind at once.
if [ -n "${LIB:-}" ]; then
	nm -g --defined-only "$LIB" | awk 'NF == 3 && $3 !~ /^(dg_|_?_?asan|__odr_asan|__ubsan|__sanitizer|__sancov)/ { print $3 }' |
		grep . && complain "a global of lib/ without the prefix dg_"
fi
exit $failed
