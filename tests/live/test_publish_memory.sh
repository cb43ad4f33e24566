# SPDX-License-Identifier: ISC
# Records that dynamic updates have put somewhere are removed from there, whatever has changed since: the alias, the
# primary that just starts anew; and nothing is lost when many come and go at once.
# shellcheck shell=sh disable=SC2034,SC2154

SLOWEST=3600
. "$(dirname "$1")/publish.sh"

edit() { # LINES...: at BIND
	{
		echo "server 127.1.0.21"
		printf 'update %s\n' "$@"
		echo send
	} | nsupdate -k "$NSUPDATE_KEY"
}
# leads NAME: both servers have the alias: either may be asked where the name leads
leads() {
	[ -n "$(kdig +short @127.1.0.21 "$1" CNAME)" ] && [ -n "$(kdig +short @127.1.0.12 "$1" CNAME)" ]
}
# leads_nowhere NAME: neither has it any more
leads_nowhere() {
	[ -z "$(kdig +short @127.1.0.21 "$1" CNAME)" ] && [ -z "$(kdig +short @127.1.0.12 "$1" CNAME)" ]
}
bind() {
	"$PROGRAM" --rfc2136 "$RIG/bind.json" "$@" >"$RIG/out" 2>&1
}
has() { # SERVER NAME VALUE
	[ "$(kdig +short "@$1" "$2" TXT | tr -d '"')" = "$3" ] || fail "$2 has $(kdig +short "@$1" "$2" TXT), not $3"
}

# A server that has gone for good: the clean-up gives up after a minute, and says what it met there to the end.
bind -t 60 --state-dir "$RIG/gone" present _acme-challenge.gone.bind.lab. value || fail "present: $(cat "$RIG/out")"
sed -i 's/127.1.0.21#53"/127.1.0.21#5399"/' "$RIG"/gone/*/.updated
grep -q '#5399"' "$RIG"/gone/*/.updated || fail "not remembered: $(cat "$RIG"/gone/*/.updated)"
"$PROGRAM" --rfc2136 "$RIG/bind.json" --state-dir "$RIG/gone" cleanup _acme-challenge.gone.bind.lab. value >"$RIG/gone.log" 2>&1 &
gone=$!

# The alias goes before the clean-up.
edit 'add _acme-challenge.moved.bind.lab. 1 CNAME there.bind.lab.'
wait_for 20 leads _acme-challenge.moved.bind.lab.
bind -t 60 present _acme-challenge.moved.bind.lab. value || fail "present: $(cat "$RIG/out")"
has 127.1.0.21 there.bind.lab value
edit 'delete _acme-challenge.moved.bind.lab. CNAME'
bind cleanup _acme-challenge.moved.bind.lab. value || fail "cleanup: $(cat "$RIG/out")"
has 127.1.0.21 there.bind.lab ''
wait_for 20 leads_nowhere _acme-challenge.moved.bind.lab.
# Then nothing is remembered of it: what is put there by somebody else is theirs.
edit 'add there.bind.lab. 1 TXT value'
bind cleanup _acme-challenge.moved.bind.lab. value || fail "cleanup again: $(cat "$RIG/out")"
has 127.1.0.21 there.bind.lab value
edit 'delete there.bind.lab. TXT'

# Many at once: the memory of each is there.
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do edit "add _acme-challenge.m$i.bind.lab. 1 CNAME t$i.bind.lab."; done
wait_for 20 leads _acme-challenge.m12.bind.lab.
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	"$PROGRAM" --rfc2136 "$RIG/bind.json" -t 60 -c 1 present "_acme-challenge.m$i.bind.lab." "value-$i" >"$RIG/out.$i" 2>&1 &
	eval "add_$i=$!"
done
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	eval "wait \$add_$i" || fail "present $i: $(cat "$RIG/out.$i")"
	has 127.1.0.21 "t$i.bind.lab" "value-$i"
	edit "delete _acme-challenge.m$i.bind.lab. CNAME"
done
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	"$PROGRAM" --rfc2136 "$RIG/bind.json" cleanup "_acme-challenge.m$i.bind.lab." "value-$i" >"$RIG/out.$i" 2>&1 &
	eval "remove_$i=$!"
done
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	eval "wait \$remove_$i" || fail "cleanup $i: $(cat "$RIG/out.$i")"
	has 127.1.0.21 "t$i.bind.lab" ''
done
[ "$(cat "$RIG"/state/*/.updated)" = '{}' ] || fail "remembered still: $(cat "$RIG"/state/*/.updated)"

# wait takes its record back when it does not become visible, and leaves it when it does.
status=0
"$PROGRAM" --rfc2136 "$RIG/knot.json" -t 4 wait _acme-challenge.w1.slow.lab value >"$RIG/out" 2>&1 || status=$?
[ $status = 1 ] || fail "wait: exit $status: $(cat "$RIG/out")"
has 127.1.0.11 _acme-challenge.w1.slow.lab ''
bind -t 60 wait _acme-challenge.w2.bind.lab value || fail "wait: $(cat "$RIG/out")"
has 127.1.0.21 _acme-challenge.w2.bind.lab value

# A clean-up outlives a start of the server, whatever the timeout is.
pid=$(pgrep -f "named -g -c $RIG/bind.conf")
kill "$pid"
wait_for 10 sh -c "! kill -0 $pid 2>/dev/null"
"$PROGRAM" --rfc2136 "$RIG/bind.json" -t 1 cleanup _acme-challenge.w2.bind.lab value >"$RIG/out" 2>&1 &
cleanup=$!
sleep 3
named -g -c "$RIG/bind.conf" >>"$RIG/bind.log" 2>&1 &
wait $cleanup || fail "cleanup while the server starts anew: $(cat "$RIG/out")"
[ "$(grep -c 'nothing listens there; trying again' "$RIG/out")" = 1 ] || fail "not told once: $(cat "$RIG/out")"
has 127.1.0.21 _acme-challenge.w2.bind.lab ''
status=0
wait $gone || status=$?
[ $status = 4 ] || fail "clean-up at a server that has gone: exit $status"
tail -n 1 "$RIG/gone.log" | grep -q '^dns01gate: 127.1.0.21#5399 did not update zone bind.lab.: nothing listens there. ' ||
	fail "not told: $(cat "$RIG/gone.log")"
echo "memory of updates: done"
