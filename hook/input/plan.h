/* SPDX-License-Identifier: ISC */
/* What a call asks for: name and value pairs, and what to do with them. */
#ifndef ADAPTER_H
#define ADAPTER_H

#include "options.h"

struct pair {
	char *name;
	char *value;          /* NULL: whatever is there */
	bool plain, wildcard; /* it is known that a certificate is wanted for that, or for those */
	int64_t serial;       /* of the zone on its primary, once published; -1: not known */
	char *trouble;        /* why it could not be published, or NULL */
	char *advice;         /* and what to do */
};

/* What a call wants done. */
enum act {
	ACT_NOTHING, /* nothing of ours; --exec's program is told all the same */
	ACT_LOOK,    /* look once, and tell all */
	ACT_ADD,     /* publish the pairs, if that is ours to do, and wait for them */
	ACT_REMOVE,  /* take the published pairs away */
	ACT_DECLINE  /* say no by exit status, and touch nothing */
};

/* What a call asks for. */
struct plan {
	enum act act;
	struct pair *pair;
	size_t count;
	size_t own;  /* of them, the first are this call's: those to publish; the others were
			remembered */
	int decline; /* ACT_DECLINE: the exit status */
	int passes;  /* a publisher's status that is ours, too; 0: none */
	/* ACT_ADD: the client removes nothing after a failure, so what was published is ours to
	 * take back. */
	bool takes_back;
	/* The call that takes this one back is the same with operand `undo_at` replaced by `undo`.
	 */
	size_t undo_at;
	const char *undo;
	/* certbot's: the calls of one order share `order` (borrowed), and `remaining` are still to
	 * come; NULL: every call is for itself. */
	const char *order;
	long remaining;
	/* The program that calls once for each value, and looks at none before all were published;
	 * NULL: it is not known to. */
	const char *client;
	/* ACT_REMOVE: what is still to do once that is done, or NULL. */
	void (*removed)(const struct options *options, const struct operands *operands);
	bool may_veto;      /* --veto means this call */
	const char *caller; /* who called, for the history: "certbot" */
};

/* As many names as a gate takes. */
#define PLAN_PAIRS 8192

/* What people give in place of a name, or of a name and its value (NULL: none): DG_EINVAL says what
 * it is, and what to give. */
enum dg_status plan_check_name(const char *name, const char *value,
			       struct dg_error *err) DG_MUST_CHECK;

/* Adds copies of both; value may be NULL. DG_EINVAL: it would be one too many. */
enum dg_status plan_add(struct plan *plan, const char *name, const char *value,
			struct dg_error *err) DG_MUST_CHECK;

/* Adds the pair of a challenge for an identifier: a domain, maybe with "*." in front. */
enum dg_status plan_add_challenge(struct plan *plan, const char *domain, const char *value,
				  struct dg_error *err) DG_MUST_CHECK;

/* Tells why a pair could not be published; both are copied. */
enum dg_status plan_trouble(struct pair *pair, const char *text, const char *advice,
			    struct dg_error *err) DG_MUST_CHECK;

/* Takes all pairs out of it. */
void plan_clear(struct plan *plan);
void plan_free(struct plan *plan);

#endif
