#!/bin/sh
# SPDX-License-Identifier: ISC
# (i) what known attacks on resolvers cost: the worst single reply, of one server; and a run of SIEGE (10) seconds
# against 64 of them. CVE-2023-50387 (KeyTrap), CVE-2020-12662 (NXNSAttack), CAMP (chained aliases and delegations),
# CVE-2023-50868 (NSEC3), and what fills memory.
set -eu
SIEGE=${SIEGE:-10}
echo "(i) attacks: processor time from one look at the network to the next; with one address that is one reply's"
for attack in $("$BUILD/attack"); do
	"$BUILD/attack" "$attack" 3 1 1
	"$BUILD/attack" "$attack" "$SIEGE" 1 64
done
echo "    the program's own memory:"
for attack in $("$BUILD/attack"); do
	"$BUILD/attack" "$attack" "$SIEGE" 1 64 "$PROGRAM"
done
