/* SPDX-License-Identifier: ISC */
/*
 * Watches one record on the recursive resolvers that the user chose, once its own servers show it:
 * the second half of a record's wait. A pure machine, like the watch.
 */
#ifndef DG_RESOLVER_WATCH_H
#define DG_RESOLVER_WATCH_H

#include "dns/ede.h"
#include "dns/resolver.h"
#include "watch.h"

/* What one resolver has said. */
struct dg_resolver_poll {
	const struct dg_resolver *resolver; /* borrowed */
	struct dg_poll poll;                /* poll.addr is what is asked */
	struct dg_addr seen;                /* what answers there; family 0: nothing yet */
	enum dg_heard_kind heard;           /* of the last outcome */
	dg_ms until;   /* its cache holds what it has until then; -1: it does not, or not known */
	bool negative; /* that is a negative answer */
	unsigned renewed;  /* times it asked anew and still had something else */
	unsigned held;     /* answers that said the same of it */
	bool several;      /* answers have shown more than one cache */
	int64_t ttl;       /* that it told with what it has, */
	dg_ms told;        /* and when */
	bool doubt;        /* it told the same TTL before */
	bool repeats;      /* it says the same denial with the same TTL over and over */
	unsigned dead;     /* tries in a row without any answer, if it never gave one */
	unsigned unfit;    /* tries in a row in which it did not speak what it is asked in */
	dg_ms back_off;    /* before the next question, where nothing else tells */
	bool unproven;     /* its word on DNSSEC is wanted, and anybody on the way could say it */
	int ad, ra;        /* of the last reply; -1 none came */
	bool strips;       /* its answer had no signatures, though asked for them */
	bool served_stale; /* it gave an answer beyond its TTL (RFC 8767) */
	int ede;           /* extended error of the last reply, -1 none */
	char ede_text[DG_EDE_TEXT];
};

struct dg_resolver_watch {
	const struct dg_watch *watch; /* the record; borrowed */
	bool alone;                   /* its servers are not asked */
	struct dg_resolver_poll *poll;
	size_t count, required;
	bool begun;
	uint32_t last_round;
};

/* Prepares a watch of all resolvers, of which `required` must show the record (0: all). DG_ENOMEM.
 */
enum dg_status dg_resolver_watch_init(struct dg_resolver_watch *w, const struct dg_watch *watch,
				      const struct dg_resolvers *resolvers, size_t required,
				      bool alone) DG_MUST_CHECK;
void dg_resolver_watch_free(struct dg_resolver_watch *w);

/* They are asked from now on. */
void dg_resolver_watch_begin(struct dg_resolver_watch *w, dg_ms now);

/* As the watch's. */
void dg_resolver_watch_next(struct dg_resolver_watch *w, dg_ms now, uint32_t record,
			    struct dg_ask *ret_ask);
dg_ms dg_resolver_watch_due(const struct dg_resolver_watch *w);
enum dg_status dg_resolver_watch_heard(struct dg_resolver_watch *w, const struct dg_heard *heard,
				       const struct dg_now *present, struct dg_watch_news *ret_news,
				       struct dg_error *err) DG_MUST_CHECK;
enum dg_status dg_resolver_watch_again(struct dg_resolver_watch *w, const struct dg_now *present,
				       struct dg_watch_news *ret_news,
				       struct dg_error *err) DG_MUST_CHECK;

/* True when it showed the record as often as is wanted. */
bool dg_resolver_shows(const struct dg_resolver_poll *p);

/* True when it never will: it is not to be trusted, or does not speak what it is asked in. */
bool dg_resolver_is_unfit(const struct dg_resolver_poll *p);

/* True when it will not show the record by `deadline`, whatever is done here: never, or because its
 * cache holds something else for longer. */
bool dg_resolver_is_hopeless(const struct dg_resolver_poll *p, dg_ms deadline);

/* True when as many as are required show the record; in a look: when each was judged. */
bool dg_resolver_watch_enough(const struct dg_resolver_watch *w);

/* True when each that is asked gave an outcome. */
bool dg_resolver_watch_is_settled(const struct dg_resolver_watch *w);

/* True when so many are hopeless that it is useless to wait until `deadline`. */
bool dg_resolver_watch_hopeless(const struct dg_resolver_watch *w, dg_ms deadline);

#endif
