#!/bin/sh
# SPDX-License-Identifier: ISC
# make install honours DESTDIR and PREFIX; what it installs can be built against; uninstall takes it away.
set -eu
cd "$(dirname "$0")/../.."
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

make -s install DESTDIR="$T" PREFIX=/opt/gate CC="${CC:-cc}" FLAVOUR="$(basename "$BUILD" | sed 's/-clang$//')" >"$T/log" 2>&1 || {
	cat "$T/log"
	exit 1
}
for file in bin/dns01gate lib/libdns01gate.a lib/pkgconfig/dns01gate.pc include/dns01gate.h share/man/man1/dns01gate.1 \
	share/bash-completion/completions/dns01gate share/zsh/site-functions/_dns01gate \
	share/fish/vendor_completions.d/dns01gate.fish share/doc/dns01gate/README.md share/doc/dns01gate/examples/certbot/auth.sh \
	share/doc/dns01gate/examples/acme.sh/dns_dns01gate.sh; do
	[ -s "$T/opt/gate/$file" ] || { echo "$file is not installed"; exit 1; }
done
[ -x "$T/opt/gate/share/doc/dns01gate/examples/lego/hook.sh" ]
"$T/opt/gate/bin/dns01gate" --version

cat >"$T/user.c" <<'EOF'
#include <stdio.h>
#include <dns01gate.h>

int main(void)
{
	struct dg_options options;
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	static const char *const servers[] = {"127.0.0.1#9"};

	dg_options_init(&options);
	options.servers = servers;
	options.nservers = 1;
	/* Else the root would be asked. */
	options.dnssec = DG_DNSSEC_OFF;
	options.timeout = 100;
	if (dg_gate_new(&gate, &options, &err) != DG_OK || dg_gate_add(gate, "a.lab", "v", &err) != DG_OK ||
	    dg_gate_run(gate, &err) != DG_OK) {
		puts(err.text);
		return 1;
	}
	puts(dg_verdict_text(dg_gate_verdict(gate)));
	dg_gate_free(gate);
	return 0;
}
EOF
flags=$(PKG_CONFIG_SYSROOT_DIR=$T PKG_CONFIG_PATH=$T/opt/gate/lib/pkgconfig pkg-config --static --cflags --libs dns01gate)
# shellcheck disable=SC2086
${CC:-cc} -Wall -Wextra -Werror -o "$T/user" "$T/user.c" $flags ${SANITIZED:+-fsanitize=address,undefined}
verdict=$("$T/user")
case $verdict in fault | timeout) ;; *) echo "the library says $verdict"; exit 1 ;; esac
! command -v g++ >/dev/null || printf '#include <dns01gate.h>\nint main() { return 0; }\n' |
	g++ -x c++ -Wall -Wextra -Werror -I"$T/opt/gate/include" -fsyntax-only -

make -s uninstall DESTDIR="$T" PREFIX=/opt/gate >/dev/null
[ -z "$(find "$T/opt" -type f)" ] || { echo "left: $(find "$T/opt" -type f)"; exit 1; }
