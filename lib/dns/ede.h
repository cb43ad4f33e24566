/* SPDX-License-Identifier: ISC */
/* Extended DNS errors (RFC 8914): why a resolver failed, in its own words. */
#ifndef DG_EDE_H
#define DG_EDE_H

#include "msg.h"

enum dg_ede_code {
	DG_EDE_UNSUPPORTED_KEY = 1,
	DG_EDE_UNSUPPORTED_DS = 2,
	DG_EDE_STALE = 3,
	DG_EDE_INDETERMINATE = 5,
	DG_EDE_NSEC_MISSING = 12,
	DG_EDE_STALE_NXDOMAIN = 19
};

#define DG_EDE_TEXT 128

/* The first extended error of a message, and its words: IANA's, and what the server added, in
 * printable ASCII. -1: it has none, and *ret_text is empty. */
int dg_ede_read(const struct dg_msg *msg, char ret_text[DG_EDE_TEXT]);

/* True when the code says that DNSSEC is the reason. */
bool dg_ede_blames_dnssec(int code);

/* True when it says that the answer is older than its TTL allows (RFC 8767). */
bool dg_ede_is_stale(int code);

#endif
