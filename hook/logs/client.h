/* SPDX-License-Identifier: ISC */
/* The lines by which each client shows itself, and tells what it does. Pure. */
#ifndef CLIENT_H
#define CLIENT_H

#include "sentence.h"

#define CLIENTS(X)                                                                                 \
	X(CLIENT_UNKNOWN, "unknown")                                                               \
	X(CLIENT_CERTBOT, "certbot")                                                               \
	X(CLIENT_LEGO, "lego")                                                                     \
	X(CLIENT_ACME_SH, "acme.sh")                                                               \
	X(CLIENT_DEHYDRATED, "dehydrated")                                                         \
	X(CLIENT_UACME, "uacme")                                                                   \
	X(CLIENT_CERT_MANAGER, "cert-manager")                                                     \
	X(CLIENT_CADDY, "Caddy")                                                                   \
	X(CLIENT_TRAEFIK, "Traefik")

enum client {
#define X(code, text) code,
	CLIENTS(X)
#undef X
};

/* What a line does for the lines behind it. */
enum mark {
	MARK_CLIENT, /* shows the client alone */
	MARK_RUN,    /* begins a run; what was named before is over */
	MARK_NAME,   /* names the name of what follows */
	MARK_TYPE,   /* names the type of a problem whose words follow */
	MARK_WORDS,  /* the words of a problem follow behind it */
	MARK_VALID,  /* the name behind it, or else the last one named, was validated */
	MARK_TIME,   /* tells the time of what follows */
	MARK_RETRY,  /* the CA's Retry-After */
	MARK_OWN     /* dns01gate's own line: no client's */
};

struct line_mark {
	enum client client; /* CLIENT_UNKNOWN: several write it */
	enum mark mark;
	const char *pattern; /* the line has that in it (pattern_find), "^": at its start */
	const char
	    *before; /* a name, or what else it tells, stands behind this; NULL: behind no word */
};

/* The mark of a message (a line without its time), and where what it tells begins; NULL: none. Of
 * several the first of the table; `from` the mark to look behind, NULL: from the first. */
const struct line_mark *client_mark(const char *message, const struct line_mark *from,
				    const char **ret_rest);

const char *client_text(enum client client);

#endif
