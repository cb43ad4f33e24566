#!/bin/sh
# SPDX-License-Identifier: ISC
# Files that decide what is done must be root's or the caller's, and nobody else's to write.
. "$(dirname "$0")/lib.sh"
cd "$TMP"
mkdir "$TMP/d"
config=$TMP/d/config.json
other=65534
# What it does when it is not refused: asks where nobody listens.
pair='wait _acme-challenge.a.lab value'

# with_config [COMMAND...]: a run whose config file is taken in
with_config() {
	"$@" "$PROGRAM" --config "$config" --server 127.0.0.1#9 --dnssec off -t 0 $pair
}
taken() {
	run 1 with_config "$@"
}
refused() { # WORDS [COMMAND...]
	words=$1
	shift
	run 64 with_config "$@"
	lines 1
	says "$words"
	no_output
}

echo '{"quiet": true}' >"$config"
for mode in 600 644 444 755; do
	chmod $mode "$config"
	taken
done
for mode in 664 620 666 602 646; do
	chmod $mode "$config"
	refused "config file $config: others can write it (mode 0$mode); chmod go-w it"
done
chmod 644 "$config"
# By way of a link, too; one of the caller's own is good.
ln -s "$config" "$TMP/link.json"
chmod 666 "$config"
run 64 "$PROGRAM" --config "$TMP/link.json" $pair
says "config file $TMP/link.json: others can write it (mode 0666)"
chmod 644 "$config"
run 1 "$PROGRAM" --config "$TMP/link.json" --server 127.0.0.1#9 --dnssec off -t 0 $pair

# Where it is: everybody can put another file in its place, or not.
chmod 777 "$TMP/d"
refused "config file $config: others can replace it, as they can write to $TMP/d/ (mode 0777); chmod o-w that"
run 64 "$PROGRAM" --config "$TMP/link.json" $pair
says "others can replace it, as they can write to $TMP/d/ (mode 0777)"
run 64 sh -c "cd '$TMP/d' && '$PROGRAM' --config config.json $pair"
says "config file config.json: others can replace it, as they can write to . (mode 0777)"
chmod 1777 "$TMP/d"
taken
chmod 755 "$TMP/d"

# What is no file of a folder: a pipe of the caller's.
run 1 sh -c '"$PROGRAM" --config /dev/stdin --server 127.0.0.1#9 --dnssec off -t 0 '"$pair"' <"$1"' sh "$config"
run 1 sh -c 'cat "$1" | "$PROGRAM" --config /dev/stdin --server 127.0.0.1#9 --dnssec off -t 0 '"$pair" sh "$config"

# The variable that names it, and the files that it names.
chmod 666 "$config"
run 64 env DNS01GATE_CONFIG="$config" "$PROGRAM" $pair
says "config file $config: others can write it (mode 0666)"
echo '{"key-file": null}' >"$TMP/d/update.json"
run 64 "$PROGRAM" --rfc2136 "$config" --server 127.0.0.1#9 $pair
says "file for --rfc2136 $config: others can write it (mode 0666)"
chmod 644 "$config"
printf 'key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };' >"$TMP/d/key"
chmod 600 "$TMP/d/key"
echo '{"server": "127.0.0.1#9", "key-file": "key"}' >"$TMP/d/update.json"
run 4 "$PROGRAM" --rfc2136 "$TMP/d/update.json" --server 127.0.0.1#9 --dnssec off -t 1 present a.lab. value
mkdir -m 777 "$TMP/open"
mv "$TMP/d/key" "$TMP/open/key"
echo '{"server": "127.0.0.1#9", "key-file": "../open/key"}' >"$TMP/d/update.json"
run 64 "$PROGRAM" --rfc2136 "$TMP/d/update.json" --server 127.0.0.1#9 --dnssec off -t 1 cleanup a.lab. value
says "key file $TMP/d/../open/key: others can replace it"

# ---- root's programs, and other users ---------------------------------------------------------------

printf '#!/bin/sh\necho ran >"%s/ran"\n' "$TMP" >"$TMP/d/publisher"
publish() { # PROGRAM [COMMAND...]
	program=$1
	shift
	rm -f "$TMP/ran"
	"$@" "$PROGRAM" --exec "$program" --exec more --server 127.0.0.1#9 --dnssec off -t 5 cleanup a.lab. value
}
chmod 755 "$TMP/d/publisher"
run 0 publish "$TMP/d/publisher"
[ -e "$TMP/ran" ] || fail 'the publisher did not run'
if [ "$(id -u)" != 0 ]; then
	chmod 775 "$TMP/d/publisher"
	run 0 publish "$TMP/d/publisher"
	exit 0
fi
for mode in 775 757 777; do
	chmod $mode "$TMP/d/publisher"
	run 64 publish "$TMP/d/publisher"
	says "--exec $TMP/d/publisher: others can write it (mode 0$mode); chmod go-w it"
	run 64 env PATH="/nowhere:$TMP/d:$PATH" sh -c '"$PROGRAM" --exec publisher cleanup a.lab. value'
	says "--exec $TMP/d/publisher: others can write it (mode 0$mode); chmod go-w it"
	[ ! -e "$TMP/ran" ] || fail 'it was run'
done
chmod 755 "$TMP/d/publisher"
chmod 777 "$TMP/d"
run 64 publish "$TMP/d/publisher"
says "--exec $TMP/d/publisher: others can replace it, as they can write to $TMP/d/ (mode 0777)"
chmod 755 "$TMP/d"
# An option that says so is as good as any other source.
chmod 775 "$TMP/d/publisher"
echo "{\"exec\": [\"$TMP/d/publisher\"]}" >"$config"
run 64 "$PROGRAM" --config "$config" cleanup a.lab. value
says "--exec $TMP/d/publisher: others can write it"

# Another user's file is not for root, nor for a third user; root's is for all.
cp "$PROGRAM" "$TMP/d/program"
PROGRAM=$TMP/d/program
chmod 755 "$TMP"
as_other() {
	setpriv --reuid $other --regid $other --clear-groups "$@"
}
echo '{"quiet": true}' >"$config"
chmod 644 "$config"
taken as_other
chown $other "$config"
taken as_other
refused "config file $config: it belongs to another user ($other, mode 0644); chown it to root, or to who runs this"
chown 65533 "$config"
refused "config file $config: it belongs to another user (65533, mode 0644); chown it to root, or to who runs this" as_other
chown $other "$TMP/open/key"
chmod 755 "$TMP/open"
run 64 "$PROGRAM" --rfc2136 "$TMP/d/update.json" --server 127.0.0.1#9 --dnssec off -t 1 cleanup a.lab. value
says "key file $TMP/d/../open/key: it belongs to another user ($other, mode 0600)"
# Who is not root runs his programs as they are.
rm -f "$TMP/ran"
run 4 publish "$TMP/d/publisher" as_other
! grep -q 'others can' "$TMP/err" || fail 'refused'

# The default file: only one that is not there counts as absent. /etc is a test's own here.
unshare -m true 2>/dev/null || exit 0
in_etc() { # WHAT TO DO IN /etc/dns01gate
	unshare -m sh -c 'mount -t tmpfs -o mode=755 none /etc && mkdir /etc/dns01gate && cd /etc/dns01gate && eval "$1" &&
		exec setpriv --reuid 65534 --regid 65534 --clear-groups "$PROGRAM" --server 127.0.0.1#9 --dnssec off -t 0 '"$pair" sh "$1"
}
run 1 in_etc true
run 1 in_etc 'rmdir ../dns01gate'
run 64 in_etc 'echo "{\"timeout\": \"x\"}" >config.json'
says '/etc/dns01gate/config.json:1:2: timeout: "x"'
run 64 in_etc 'echo "{}" >config.json; chmod 600 config.json'
says 'config file /etc/dns01gate/config.json: Permission denied'
run 64 in_etc 'echo "{}" >config.json; chmod 700 .'
says 'config file /etc/dns01gate/config.json: Permission denied'
run 64 in_etc 'echo "{}" >config.json; chmod 664 config.json'
says 'config file /etc/dns01gate/config.json: others can write it (mode 0664); chmod go-w it'

# A key as containers are given it: on a read-only mount, where its mode cannot be changed and that of a directory above can
# be chosen.
mkdir -m 700 "$TMP/secret"
printf 'key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };' >"$TMP/secret/key"
chmod 444 "$TMP/secret/key"
with_secret() { # MODE of the directory that it is in, where all may enter the one above
	unshare -m sh -c 'mount -t tmpfs -o mode=755 none /mnt && mkdir -m '"$1"' /mnt/run && cp -p "$0/secret/key" /mnt/run &&
		mount -o remount,ro /mnt && echo "{\"server\": \"127.0.0.1#9\", \"key-file\": \"/mnt/run/key\"}" >"$0/secret.json" &&
		exec "$PROGRAM" --rfc2136 "$0/secret.json" --dnssec off --server 127.0.0.1#9 -t 1 present a.lab. value' "$TMP"
}
run 64 with_secret 755
says 'key file /mnt/run/key: others can read it (mode 0444); it is on a read-only file system, so have it mounted with mode 0400, or'
run 4 with_secret 700

# A hook on a file system that runs no programs.
noexec() {
	unshare -m sh -c 'mount -t tmpfs -o noexec,mode=755 none /mnt && printf "#!/bin/sh\n" >/mnt/hook && chmod 755 /mnt/hook &&
		exec "$PROGRAM" --exec /mnt/hook --dnssec off --server 127.0.0.1#9 -t 1 present a.lab. value'
}
run 4 noexec
says '/mnt/hook cannot be run: the file system that it is on is mounted with noexec'

# A container made from nothing has no /dev/null.
run 0 unshare -m sh -c 'mount -t tmpfs none /dev && exec "$PROGRAM" --version <&-'
run 1 unshare -m sh -c 'mount -t tmpfs none /dev && exec "$PROGRAM" --server 127.0.0.1#9 --dnssec off -t 1 wait a.lab. value'
says 'a.lab. is not visible'
