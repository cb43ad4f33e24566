/* SPDX-License-Identifier: ISC */
/* Inside validation: one answer being judged, shared by what judges sets (validate.c), absence
 * (validate_absence.c) and the chain of trust (validate_chain.c), and what is known of its zone
 * (validate_zone.c). */
#ifndef DG_VALIDATE_PARTS_H
#define DG_VALIDATE_PARTS_H

#include "denial.h"
#include "validate.h"

/* How long a judgement is used at most, and one that is not final: bogus, or insecure by a limit.
 */
#define LONGEST_SECONDS 3600
#define BOGUS_SECONDS 5
#define UNSIGNED_SECONDS 60

struct dg_validation {
	const struct dg_trust *trust;
	const struct dg_keys *own;
	const struct dg_msg *msg;
	int64_t wall;
	struct dg_work work;
};

/* Fill in a judgement: in want of a set; insecure since that point; bogus for what was
 * found further up. */
void dg_say_need(struct dg_judgement *j, uint16_t type, const struct dg_name *name);
void dg_say_insecure(struct dg_judgement *j, const struct dg_trust_point *point, int64_t wall);
void dg_say_broken_chain(struct dg_judgement *j, const struct dg_judgement *why);

enum dg_zone_state {
	DG_ZONE_UNDECIDED, /* insecure, bogus or in want of something, as the judgement says */
	DG_ZONE_KEYS,      /* secure, and here are its keys */
	DG_ZONE_NONE       /* no zone, by proof */
};

/* What is known of the zone `signer`. */
enum dg_zone_state dg_look_up_zone(const struct dg_validation *v, const struct dg_name *signer,
				   const struct dg_keys **ret_keys, struct dg_judgement *j);

/* Labels of the deepest name at which the zone may begin that has the type at name. */
unsigned dg_deepest_zone(const struct dg_name *name, uint16_t type);

/* RFC 4035 section 5.3.1: the signer must be the zone that contains the set. What is known already
 * of zones in between decides; the deepest of them, or NULL. */
const struct dg_trust_point *dg_find_zone_between(const struct dg_validation *v,
						  const struct dg_name *name, uint16_t type,
						  const struct dg_name *signer);

/* Step 2 of the procedure; `why` is what is wrong if the zone is signed. */
void dg_judge_unsigned(const struct dg_validation *v, const struct dg_name *name, uint16_t type,
		       enum dg_why why, struct dg_judgement *j);

/* Step 3, for a set that is secure otherwise. DG_ENOMEM. */
enum dg_status dg_judge_expansion(struct dg_validation *v, const struct dg_keys *keys,
				  const struct dg_name *owner, const struct dg_name *encloser,
				  uint16_t type, struct dg_judgement *j) DG_MUST_CHECK;

/* That there are no records of the type at name. DG_ENOMEM. */
enum dg_status dg_judge_absence(struct dg_validation *v, const struct dg_name *name, uint16_t type,
				struct dg_judgement *j) DG_MUST_CHECK;

#endif
