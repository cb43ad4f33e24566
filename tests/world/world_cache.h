/* SPDX-License-Identifier: ISC */
/* What the parts of a scripted resolver share: its caches, and a question as it is worked at. */
#ifndef WORLD_CACHE_H
#define WORLD_CACHE_H

#include "world_resolver.h"

/* What one cache knows of one name. */
struct world_cached {
	size_t cache;
	ldns_rdf *name;
	ldns_rr_type type; /* 0: any, as there is no such name */
	bool negative, secure;
	int64_t end;                      /* the last second in which it is said */
	ldns_rr_list *answer, *authority; /* with signatures and proofs */
};

/* What the script wants it to know. */
struct world_held {
	int64_t seconds;
	size_t only; /* from 1; 0: all caches */
	ldns_rdf *name;
	ldns_rr_type type; /* with no record: what is not there; 0: not even the name */
	ldns_rr *rr;
};

struct world_resolver {
	char addr[DG_ADDR_TEXT], from[DG_ADDR_TEXT], order[16];
	size_t caches, turn;
	bool validate, strip, nodo, noauthority;
	int64_t stale, most, repeats;
	struct world_held *held;
	size_t nheld;
	struct world_cached *cached;
	size_t ncached;
};

/* A question as it is worked at. */
struct world_task {
	struct world *w;
	struct world_resolver *r;
	size_t cache;
	double now;
	int64_t second;
	bool dnssec_ok, secure, failed;
	uint16_t error;
	ldns_pkt *pkt;
};

/* The list with room for one more, which is zeroed. */
void *world_more(void *list, size_t n, size_t size);

/* What answers a question for the type; an alias only where nothing else does. What ended up to
 * `grace` seconds ago counts. NULL: nothing. */
struct world_cached *world_cache_find(const struct world_task *t, const ldns_rdf *name,
				      ldns_rr_type type, int64_t grace);
/* Room for news of a name, in place of what has ended and of what is replaced. */
struct world_cached *world_cache_add(struct world_task *t, const ldns_rdf *name, ldns_rr_type type);
/* Before the first question: what the script gives to the caches. */
void world_cache_plant(struct world_task *t);
void world_cache_free(struct world_resolver *r);

/* The zone that has this type at the name, or NULL. */
const struct world_zone *world_zone_for(const struct world *w, const ldns_rdf *name,
					ldns_rr_type type);
/* All zones from the root down to it are signed. */
bool world_all_signed(const struct world *w, const ldns_rdf *name, ldns_rr_type type);

/* Moves the list's records to the end of the other. */
void world_move_all(ldns_rr_list *to, ldns_rr_list *take_from);

#endif
