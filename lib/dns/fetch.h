/* SPDX-License-Identifier: ISC */
/* What is asked of others than DNS servers, over the same seam as questions (ask.h): a request over
 * HTTPS, or a program to run. */
#ifndef DG_FETCH_H
#define DG_FETCH_H

#include "dns01gate.h"

#define DG_FETCH_WHY 200

struct dg_fetch {
	const char *const *argv;   /* the program, looked for in PATH, and its arguments up to NULL;
				      else NULL, and: */
	const char *url;           /* of https:// */
	const char *const *header; /* lines up to NULL */
	const char *body;          /* of a POST; NULL: a GET */
	size_t most;               /* octets that an answer may have */
	dg_ms patience;            /* after which it is given up */
};

struct dg_fetched {
	int status;       /* HTTP's, or the program's exit status; -1: none, and `why` tells */
	const char *body; /* with a NUL behind it; it may have more of them within */
	size_t len;
	dg_ms retry_after; /* as its header wants; -1: it says nothing */
	/* Why there is no status; of a program that failed its last words. Printable. */
	char why[DG_FETCH_WHY];
};

#endif
