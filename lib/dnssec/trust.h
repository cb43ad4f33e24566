/* SPDX-License-Identifier: ISC */
/* The chain of trust as plain data: what was proven about zones, from the trust anchors down,
 * shared by all servers and names of a run. */
#ifndef DG_TRUST_H
#define DG_TRUST_H

#include "dnskey.h"
#include "signature.h"

/* One name at which a zone may begin. */
struct dg_trust_point {
	struct dg_name name;
	bool anchor;

	/* what the parent says */
	enum dg_cut cut;
	struct dg_ds_set ds;
	struct dg_judgement cut_why; /* of DG_CUT_BOGUS and DG_CUT_UNSIGNED */
	int64_t cut_until;           /* holds until then; INT64_MAX for anchors */
	int64_t cut_at;              /* when it was learnt (seconds since 1970) */

	/* what the zone says */
	bool has_keys;
	struct dg_keys keys;
	struct dg_judgement keys_why;
	int64_t keys_until;
	int64_t keys_at;
};

struct dg_trust {
	struct dg_trust_point **point; /* each stays where it is */
	size_t count, more;            /* more than DG_MAX_TRUST_POINTS that there may be */
	struct dg_proven *proven;      /* NULL: nothing is remembered */
	const char *limit;             /* the limit that was reached, or NULL */
};

void dg_trust_free(struct dg_trust *trust);

/* Adds one DS record to the anchor at a name. DG_ENOMEM. */
enum dg_status dg_trust_anchor(struct dg_trust *trust, const struct dg_name *name,
			       const struct dg_ds *ds) DG_MUST_CHECK;

/* Finds what is known about a name; NULL: nothing. */
const struct dg_trust_point *dg_trust_find(const struct dg_trust *trust,
					   const struct dg_name *name);

/* The deepest anchor at or above a name, or NULL. */
const struct dg_trust_point *dg_trust_anchor_of(const struct dg_trust *trust,
						const struct dg_name *name);

/* The point of that name, made if need be; NULL when memory or room ran out. */
struct dg_trust_point *dg_trust_point(struct dg_trust *trust, const struct dg_name *name);

/* True when there is no room for one more point. */
bool dg_trust_is_full(const struct dg_trust *trust);

/* True when the cut, or the keys, of the point hold as of `wall`. */
bool dg_trust_has_cut(const struct dg_trust_point *point, int64_t wall);
bool dg_trust_has_keys(const struct dg_trust_point *point, int64_t wall);

/* What is known of the zone that begins at a point, whether it still holds or not; false when none
 * is known to begin there, and all of the judgement is zero. NULL: nothing is known. */
bool dg_trust_judge(const struct dg_trust_point *point, struct dg_judgement *ret_judgement);

#endif
