/* SPDX-License-Identifier: ISC */
/* What the parts that make answers share. */
#ifndef WORLD_ANSWER_H
#define WORLD_ANSWER_H

#include "world.h"

/* The records that one server has of one zone at one time; borrowed. */
struct view {
	const struct world_zone *zone;
	ldns_rr_list *rrs;
	uint32_t changes;
};

/* One answer as it grows. */
struct answer {
	const struct world *world;
	const char *addr;
	double now;
	ldns_rr_type type; /* of the question */
	ldns_pkt *pkt;
	bool dnssec_ok;
};

/* name is `above`, or below it. */
bool world_under(const ldns_rdf *name, const ldns_rdf *above);
/* The ancestor of name that has `labels` labels; free it. */
ldns_rdf *world_ancestor(const ldns_rdf *name, uint8_t labels);
/* "*." and the name; free it. */
ldns_rdf *world_star(const ldns_rdf *name);
const ldns_rr *world_find_rr(const struct view *v, const ldns_rdf *owner, ldns_rr_type type);
/* The owner itself, or, for an empty non-terminal, something below it. */
bool world_exists(const struct view *v, const ldns_rdf *name);

/* A copy; a TXT value "@FILE" stands for what the file holds now. NULL: it holds nothing. */
ldns_rr *world_copy_rr(const ldns_rr *rr);

/* Gives all records that owner. */
void world_rename(ldns_rr_list *list, const ldns_rdf *name);

/* What a server of addr has of a zone then. */
void world_view_open(struct view *v, const struct world_zone *zone, const char *addr, double now);
void world_view_close(struct view *v);
/* The zone next above in the script, or NULL. */
const struct world_zone *world_parent_zone(const struct world *w, const struct world_zone *zone);

#endif
