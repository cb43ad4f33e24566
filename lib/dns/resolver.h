/* SPDX-License-Identifier: ISC */
/* A recursive resolver as the user gave it: how it is reached, and by what it is known to be
 * itself. */
#ifndef DG_RESOLVER_H
#define DG_RESOLVER_H

#include "base/addr.h"

/* How a resolver is reached over TLS, and what its certificate must be for. */
struct dg_secure {
	bool https;      /* RFC 8484; else RFC 7858 */
	char *name;      /* the certificate's name; NULL: the address */
	char *authority; /* https: HOST[:PORT], as it stood in the URL */
	char *path;      /* https: from its slash on */
	char *look_up;   /* the host to look up through the system; NULL: the address was given */
	uint16_t port;   /* with look_up */
	uint8_t family;  /* with look_up: 4 or 6 for that alone, 0 for both */
};

struct dg_resolver {
	char *text;                 /* as the user gave it */
	struct dg_addr addr, other; /* the other: where this machine has no route to the first */
	bool has_other;
	bool of_system; /* one that the C library asks only if those before it do not answer */
	bool is_secure; /* else over UDP and TCP */
	struct dg_secure secure;
};

struct dg_resolvers {
	struct dg_resolver *item;
	size_t count;
	char note[200]; /* a line of resolv.conf that was passed over, and why; empty: none was */
};

/* Adds what a SPEC stands for: ADDR[#PORT], system (the first three of resolv.conf, as the C
 * library has it; a line that is wrong is passed over, with a note), public,
 * tls://ADDR[#PORT][@NAME] or https://HOST[:PORT]/PATH[@ADDR]; of the families that may be used. A
 * host to look up has an address of family 0, unlike any other's. DG_EINVAL quotes the text;
 * DG_ESYSTEM names the file. */
enum dg_status dg_resolvers_add(struct dg_resolvers *resolvers, const char *spec, bool ipv4,
				bool ipv6, struct dg_error *err) DG_MUST_CHECK;
void dg_resolvers_free(struct dg_resolvers *resolvers);

#endif
