/* SPDX-License-Identifier: ISC */
/*
 * CAA records (RFC 8659, with the parameters of RFC 8657): what they are, and whether a set of them
 * lets a CA issue. As Boulder reads them, the software of Let's Encrypt; and where another CA may
 * read them otherwise, that it depends.
 */
#ifndef DG_CAA_H
#define DG_CAA_H

#include "dns/msg.h"

/* Better ones first, so that of several that may come true the greatest is the worst. */
enum dg_caa_verdict {
	DG_CAA_ALLOWED,
	DG_CAA_DEPENDS, /* on what is not known here: the account, the CA, plain or wildcard */
	DG_CAA_FAILS,   /* the CA's look-up fails, which forbids too; of a climb only */
	DG_CAA_FORBIDDEN
};

/* Which names a certificate is wanted for. */
enum dg_caa_names {
	DG_CAA_EITHER, /* not known: one challenge name serves both */
	DG_CAA_PLAIN,
	DG_CAA_WILDCARD,
	DG_CAA_BOTH
};

/* The CA that will be asked, and the account that asks. All borrowed. */
struct dg_caa_ca {
	const char *const *issuer; /* the names by which CAA records may mean it */
	size_t nissuers;           /* 0: not known which CA it is */
	const char *account;       /* the URI of the ACME account; NULL: not known */
	const char *method;        /* of validation, "dns-01" */
	enum dg_caa_names names;
	/* It is Boulder. Of others it is not known whether they compare issuer names exactly, which
	 * properties they understand, and, unless that binds, whether they heed RFC 8657. */
	bool boulder;
	bool parameters_bind;
};

/* Let's Encrypt, account and names not known: copy it and fill them in. */
extern const struct dg_caa_ca dg_caa_letsencrypt;

/* A record's RDATA (RFC 8659 section 4.1); the octets are borrowed. */
struct dg_caa {
	const uint8_t *tag;
	const uint8_t *value;
	size_t value_len;
	uint8_t tag_len;
	uint8_t flags;
};

/* Reads octets as RDATA; false when they are too short for what they claim. */
bool dg_caa_read(const uint8_t *rdata, size_t len, struct dg_caa *ret_caa);

/* A set, with octets of its own. */
struct dg_caa_set {
	struct dg_caa *record; /* in order of their octets, whatever order they came in */
	size_t count;
};

/* Copies the CAA records at name (NULL: any owner, as Boulder takes what its resolver gave) out of
 * the answer section; none is an empty set. Free it with dg_caa_set_free. DG_ENOMEM. */
enum dg_status dg_caa_set_read(struct dg_caa_set *ret_set, const struct dg_msg *msg,
			       const struct dg_name *name) DG_MUST_CHECK;
void dg_caa_set_free(struct dg_caa_set *set);

struct dg_caa_span {
	const uint8_t *octets;
	size_t len;
};

/* True when the octets are those of text, exactly or in any case; and of a record's tag, which has
 * no case (RFC 8659 section 4.1). */
bool dg_caa_span_is(struct dg_caa_span span, const char *text, bool any_case);
bool dg_caa_tag_is(const struct dg_caa *caa, const char *text);

/* The value of an issue or issuewild property (RFC 8659 section 4.2), without the white space
 * around its parts. */
struct dg_caa_issue {
	struct dg_caa_span issuer;  /* empty: nobody */
	struct dg_caa_span account; /* the last accounturi (RFC 8657 section 3) */
	struct dg_caa_span methods; /* the last validationmethods (RFC 8657 section 4) */
	unsigned naccounts;         /* how many there are of each */
	unsigned nmethods;
	bool well_formed;  /* by the RFC's grammar */
	bool boulder_form; /* what Boulder takes for well-formed */
};

/* Reads a property's value. Parameter names count in lower case only, or with any_case in any. */
void dg_caa_parse_issue(const struct dg_caa *caa, bool any_case, struct dg_caa_issue *ret_issue);

/* True when a validationmethods value lists the method. */
bool dg_caa_lists_method(struct dg_caa_span methods, const char *method);

#define DG_CAA_TEXT 600

struct dg_caa_judgement {
	enum dg_caa_verdict verdict;
	const struct dg_caa *by; /* the record that decided, of the set; NULL: no single one did */
	/* Continues the sentence "CAA at NAME": printable, without a final full stop. */
	char why[DG_CAA_TEXT];
};

/* What the set that applies says. An empty one allows. */
void dg_caa_judge(const struct dg_caa_ca *ca, const struct dg_caa_set *set,
		  struct dg_caa_judgement *ret_judgement);

#endif
