/* SPDX-License-Identifier: ISC */
/* What one server has of one zone at one time, and questions about it. */
#include <string.h>

#include "world_answer.h"

bool world_under(const ldns_rdf *name, const ldns_rdf *above)
{
	return ldns_dname_compare(name, above) == 0 || ldns_dname_is_subdomain(name, above);
}

static bool same_set(const ldns_rr *rr, const ldns_rr *like)
{
	ldns_rr_type type = ldns_rr_get_type(rr);

	if (type == LDNS_RR_TYPE_RRSIG)
		type = ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr));
	return type == ldns_rr_get_type(like) &&
	       ldns_dname_compare(ldns_rr_owner(rr), ldns_rr_owner(like)) == 0;
}

void world_view_open(struct view *v, const struct world_zone *zone, const char *addr, double now)
{
	size_t i, k;

	v->zone = zone;
	v->rrs = ldns_rr_list_new();
	v->changes = 0;
	ldns_rr_list_cat(v->rrs, zone->rrs);
	for (i = 0; i < zone->nchanges; i++) {
		const struct world_change *c = &zone->change[i];

		if (c->at > now || (strcmp(c->addr, "*") != 0 && strcmp(c->addr, addr) != 0))
			continue;
		v->changes += !c->slip;
		if (c->add) {
			ldns_rr_list_push_rr(v->rrs, c->rr);
			continue;
		}
		for (k = ldns_rr_list_rr_count(v->rrs); k-- > 0;) {
			ldns_rr *last;

			if (!same_set(ldns_rr_list_rr(v->rrs, k), c->rr))
				continue;
			last = ldns_rr_list_pop_rr(v->rrs);
			if (k < ldns_rr_list_rr_count(v->rrs))
				ldns_rr_list_set_rr(v->rrs, last, k);
		}
	}
}

void world_view_close(struct view *v)
{
	ldns_rr_list_free(v->rrs);
}

const ldns_rr *world_find_rr(const struct view *v, const ldns_rdf *owner, ldns_rr_type type)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(v->rrs, i);

		if (ldns_rr_get_type(rr) == type &&
		    ldns_dname_compare(ldns_rr_owner(rr), owner) == 0)
			return rr;
	}
	return NULL;
}

bool world_exists(const struct view *v, const ldns_rdf *name)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++)
		if (world_under(ldns_rr_owner(ldns_rr_list_rr(v->rrs, i)), name))
			return true;
	return false;
}

ldns_rdf *world_ancestor(const ldns_rdf *name, uint8_t labels)
{
	return ldns_dname_clone_from(name, (uint16_t)(ldns_dname_label_count(name) - labels));
}

ldns_rdf *world_star(const ldns_rdf *name)
{
	ldns_rdf *star = ldns_dname_new_frm_str("*");

	ldns_dname_cat(star, name);
	return star;
}

const struct world_zone *world_parent_zone(const struct world *w, const struct world_zone *zone)
{
	const struct world_zone *best = NULL;
	size_t i;

	for (i = 0; i < w->nzones; i++) {
		const struct world_zone *z = &w->zone[i];

		if (ldns_dname_is_subdomain(zone->origin, z->origin) &&
		    (best == NULL ||
		     ldns_dname_label_count(z->origin) > ldns_dname_label_count(best->origin)))
			best = z;
	}
	return best;
}
