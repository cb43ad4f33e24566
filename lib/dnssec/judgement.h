/* SPDX-License-Identifier: ISC */
/* DNSSEC's verdict on an answer, and its reason. */
#ifndef DG_JUDGEMENT_H
#define DG_JUDGEMENT_H

#include "base/name.h"
#include "base/types.h"

/* Why something is bogus, or insecure in spite of signatures; with the extended error of RFC 8914
 * that fits, the finding, and a word for it. */
#define DG_WHYS(X)                                                                                 \
	X(DG_WHY_NONE, -1, NULL)                                                                   \
	X(DG_WHY_EXPIRED, 7, "F-35")                                                               \
	X(DG_WHY_NOT_YET_VALID, 8, "F-35")                                                         \
	X(DG_WHY_NO_SIGNATURE, 10, "F-36")                                                         \
	X(DG_WHY_NO_KEY_FOR_DS, 9, "F-37")                                                         \
	X(DG_WHY_KEYS_NOT_SIGNED, 9, "F-37")                                                       \
	X(DG_WHY_NO_KEY_FOR_ANCHOR, 9, "F-37")                                                     \
	X(DG_WHY_UNKNOWN_KEY, 6, "F-38")                                                           \
	X(DG_WHY_WRONG_SIGNATURE, 6, "F-38")                                                       \
	X(DG_WHY_WRONG_ALIAS, 6, "F-38")                                                           \
	X(DG_WHY_NO_DENIAL, 12, "F-39")                                                            \
	X(DG_WHY_WRONG_DENIAL, 12, "F-39")                                                         \
	X(DG_WHY_NO_DS_DENIAL, 12, "F-40")                                                         \
	X(DG_WHY_UNSUPPORTED_KEY, 1, "F-41")                                                       \
	X(DG_WHY_UNSUPPORTED_DS, 2, "F-41")                                                        \
	X(DG_WHY_ITERATIONS, 27, "F-41")                                                           \
	X(DG_WHY_WORK_LIMIT, 6, "F-38")

enum dg_why {
#define X(code, ede, finding) code,
	DG_WHYS(X)
#undef X
};

/* The extended error code, -1 for none; the id of the finding, or NULL. */
int dg_why_ede(enum dg_why why);
const char *dg_why_finding(enum dg_why why);

/* What is known of a name as a place where a zone may begin. */
enum dg_cut {
	DG_CUT_UNKNOWN,
	DG_CUT_NONE,     /* none begins here, by proof */
	DG_CUT_SIGNED,   /* one does, and the parent has DS records for it */
	DG_CUT_UNSIGNED, /* one does, without DS, by proof; or all below is insecure anyway */
	DG_CUT_BOGUS     /* what the parent says does not hold */
};

struct dg_judgement {
	enum dg_security security;
	enum dg_why why;
	struct dg_name zone; /* whose keys decided, or where the chain of trust breaks */
	/* The set at fault, when there is one. */
	struct dg_name owner;
	uint16_t type;
	int64_t at;   /* when its signature ended or begins (seconds since 1970) */
	uint16_t tag; /* of its key */
	uint8_t algorithm;
	char text[160]; /* the rest of the reason, in words */
	/* Indeterminate for want of the set of this type at this name: 0 when not. */
	uint16_t need_type;
	struct dg_name need_name;
	enum dg_cut cut; /* of an answer to a question for DS */
	int64_t until;   /* secure or insecure until then (seconds since 1970) */
};

/* Work done for one answer so far. */
struct dg_proven;
struct dg_work {
	struct dg_proven *proven; /* what was verified before, or NULL */
	unsigned crypto, hashes;
	const char *limit; /* the limit that was reached, or NULL */
};

/* Fills in that the set of a type at owner is bogus, why, and by which zone's fault. */
void dg_say_bogus(struct dg_judgement *j, enum dg_why why, const struct dg_name *zone,
		  const struct dg_name *owner, uint16_t type);

#define DG_JUDGEMENT_TEXT (2 * DG_NAME_TEXT + 400)

/* The whole reason in one sentence, without a final full stop, for DG_SECURITY_BOGUS, or insecure
 * with a reason; empty when there is none. Returns buf. `now` is the wall clock. */
const char *dg_judgement_print(const struct dg_judgement *j, int64_t now,
			       char buf[DG_JUDGEMENT_TEXT]);

/* IANA's name of a record type, or TYPEnnn (RFC 3597); returns buf. And back: -1 when it is none.
 */
#define DG_TYPE_TEXT 16
const char *dg_type_print(uint16_t type, char buf[DG_TYPE_TEXT]);
int dg_type_parse(const char *text);

/* True when a (seconds modulo 2^32, as in signatures) is later than b (RFC 1982). */
bool dg_serial_after(uint32_t a, uint32_t b);

#endif
