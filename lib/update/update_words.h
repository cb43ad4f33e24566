/* SPDX-License-Identifier: ISC */
/* The outcome of an update, in words for the person who has to fix it. */
#ifndef DG_UPDATE_WORDS_H
#define DG_UPDATE_WORDS_H

#include "dns/ask.h"
#include "tsig.h"

struct dg_outcome {
	const char *server; /* ADDR#PORT */
	const struct dg_name *zone, *owner;
	bool removal;
	const struct dg_name *key; /* NULL: the update was not signed, and no reply needs to be */
	enum dg_heard_kind kind;
	const char *why;           /* of the failed connection, or NULL */
	uint16_t rcode;            /* these two with DG_HEARD_REPLY */
	struct dg_tsig_reply tsig; /* where there is a key */
};

/* True when the reply can be believed to be the server's own: well signed, where signatures are
 * used. */
bool dg_outcome_is_believed(const struct dg_outcome *o);

/* True when the server says, and can be believed, that the change is made. */
bool dg_outcome_is_good(const struct dg_outcome *o);

/* Why it is not good, and what to do. */
void dg_outcome_print(const struct dg_outcome *o, char text[512], char advice[512]);

#endif
