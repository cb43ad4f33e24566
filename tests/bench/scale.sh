#!/bin/sh
# SPDX-License-Identifier: ISC
# Run by bench.sh, in its namespaces: how a wait grows with names in one zone, and with zones of one name each, on one NSD
# with four addresses; all is visible at once. SIZES ("1 100 1000 4000") are how many. BEFORE names an earlier program that
# runs in turn with it.
set -eu
T=$(mktemp -d)
SIZES=${SIZES:-1 100 1000 4000}
most=$(for s in $SIZES; do echo "$s"; done | sort -n | tail -n 1)
pids=
leave() {
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill $pids
	wait
	rm -rf "$T"
}
trap leave EXIT
chmod 755 "$T"
${CC:-cc} -O2 -o "$T/measure" "$(dirname "$0")/measure.c"
export DNS01GATE_DNSSEC=off DNS01GATE_STATE_DIR="$T/state"
soa='3600 SOA m. r. 1 3600 600 86400 60'

server() { # NAME ADDRESS...
	folder=$1
	shift
	mkdir -p "$T/$folder"
	{
		echo server:
		for a in "$@"; do echo "  ip-address: $a"; done
		cat <<EOF
  username: ""
  zonesdir: "$T"
  database: ""
  pidfile: "$T/$folder/pid"
  xfrdfile: "$T/$folder/xfrd.state"
  xfrdir: "$T/$folder"
  zonelistfile: "$T/$folder/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
EOF
	} >"$T/$folder.conf"
}
zone() { # SERVER NAME FILE
	printf 'zone:\n  name: "%s"\n  zonefile: %s\n' "$2" "$3" >>"$T/$1.conf"
}

printf '. NS root.\nroot. A 127.0.0.1\n' >"$T/hints"
server top 127.0.0.1
zone top . top.zone
printf '. %s\n. NS root.\nroot. A 127.0.0.1\nlab. NS ns.lab.\nns.lab. A 127.0.0.2\n' "$soa" >"$T/top.zone"
server lab 127.0.0.2
zone lab lab. lab.zone
printf 'lab. %s\nlab. NS ns.lab.\nns.lab. A 127.0.0.2\n' "$soa" >"$T/lab.zone"
server many 127.0.0.21 127.0.0.22 127.0.0.23 127.0.0.24
zone many host.lab. host.zone
zone many one.lab. one.zone
printf 'host.lab. %s\n' "$soa" >"$T/host.zone"
printf 'one.lab. %s\n' "$soa" >"$T/one.zone"
for n in 1 2 3 4; do
	printf 'host.lab. NS ns%d.host.lab.\nns%d.host.lab. A 127.0.0.2%d\n' $n $n $n | tee -a "$T/lab.zone" >>"$T/host.zone"
	printf 'one.lab. NS ns%d.host.lab.\n' $n | tee -a "$T/lab.zone" >>"$T/one.zone"
done
awk -v most="$most" -v T="$T" -v soa="$soa" 'BEGIN {
	for (i = 1; i <= most; i++) {
		value = sprintf("%043d", i)
		zone = "z" i ".lab."
		file = T "/z" i ".zone"
		print zone, soa >file
		for (n = 1; n <= 4; n++) {
			print zone, "NS ns" n ".host.lab." >file
			print zone, "NS ns" n ".host.lab." >>(T "/lab.zone")
		}
		print "_acme-challenge." zone, "60 TXT \"" value "\"" >file
		close(file)
		printf "zone:\n  name: \"%s\"\n  zonefile: z%d.zone\n", zone, i >>(T "/many.conf")
		print "_acme-challenge.n" i ".one.lab. 60 TXT \"" value "\"" >>(T "/one.zone")
		print "_acme-challenge." zone, value >(T "/zones")
		print "_acme-challenge.n" i ".one.lab.", value >(T "/names")
	}
}'
for s in top lab many; do
	nsd -d -c "$T/$s.conf" >"$T/nsd-$s.log" 2>&1 &
	pids="$pids $!"
done
for a in 127.0.0.1/. 127.0.0.2/lab 127.0.0.24/one.lab "127.0.0.24/z$most.lab"; do
	until [ -n "$(kdig +short +timeout=1 +retry=0 "@${a%/*}" "${a#*/}" SOA)" ]; do sleep 0.1; done
done

for what in names zones; do
	for n in $SIZES; do
		head -n "$n" "$T/$what" >"$T/pairs"
		for program in ${BEFORE:-} "$PROGRAM"; do
			rm -f "$T/figures" "$T/report"
			"$T/measure" "$T/figures" "$program" --root-hints "$T/hints" -q --report "$T/report" wait - <"$T/pairs"
			# shellcheck disable=SC2046
			set -- $(cat "$T/figures")
			printf '    %5d %s%s: wall %.2f s, processor %.2f s, %.1f MiB; TXT questions a name and server %s\n' "$n" "$what" \
				"$([ "$program" = "$PROGRAM" ] || echo ' (before)')" "$1" "$2" "$(echo "$3" | awk '{ print $1 / 1024 }')" \
				"$(jq '[.records[].servers[].queries] | add / length * 100 | round / 100' "$T/report")"
		done
	done
done
