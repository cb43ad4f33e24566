/* SPDX-License-Identifier: ISC */
#include "world_cache.h"

#include <stdlib.h>
#include <string.h>

#include "world_sign.h"

void *world_more(void *list, size_t n, size_t size)
{
	list = realloc(list, (n + 1) * size);
	if (list == NULL)
		exit(70);
	memset((char *)list + n * size, 0, size);
	return list;
}

static void free_cached(struct world_cached *c)
{
	ldns_rdf_deep_free(c->name);
	ldns_rr_list_deep_free(c->answer);
	ldns_rr_list_deep_free(c->authority);
}

static void free_held(struct world_resolver *r)
{
	while (r->nheld > 0) {
		ldns_rdf_deep_free(r->held[--r->nheld].name);
		ldns_rr_free(r->held[r->nheld].rr);
	}
	free(r->held);
	r->held = NULL;
}

void world_cache_free(struct world_resolver *r)
{
	while (r->ncached > 0)
		free_cached(&r->cached[--r->ncached]);
	free(r->cached);
	free_held(r);
}

static bool is_of(const struct world_cached *c, size_t cache, const ldns_rdf *name)
{
	return c->cache == cache && ldns_dname_compare(c->name, name) == 0;
}

struct world_cached *world_cache_find(const struct world_task *t, const ldns_rdf *name,
				      ldns_rr_type type, int64_t grace)
{
	struct world_cached *alias = NULL;
	size_t i;

	for (i = 0; i < t->r->ncached; i++) {
		struct world_cached *c = &t->r->cached[i];

		if (!is_of(c, t->cache, name) || t->second > c->end + grace)
			continue;
		if (c->type == 0 || c->type == type)
			return c;
		if (c->type == LDNS_RR_TYPE_CNAME && !c->negative)
			alias = c;
	}
	return alias;
}

struct world_cached *world_cache_add(struct world_task *t, const ldns_rdf *name, ldns_rr_type type)
{
	struct world_resolver *r = t->r;
	struct world_cached *c;
	size_t i;

	for (i = r->ncached; i-- > 0;) {
		c = &r->cached[i];
		if (!is_of(c, t->cache, name) || (t->second <= c->end && c->type != type))
			continue;
		free_cached(c);
		*c = r->cached[--r->ncached];
	}
	r->cached = world_more(r->cached, r->ncached, sizeof(*c));
	c = &r->cached[r->ncached++];
	c->cache = t->cache;
	c->name = ldns_rdf_clone(name);
	c->type = type;
	c->answer = ldns_rr_list_new();
	c->authority = ldns_rr_list_new();
	return c;
}

const struct world_zone *world_zone_for(const struct world *w, const ldns_rdf *name,
					ldns_rr_type type)
{
	const struct world_zone *z = world_zone_of(w, name);

	if (z != NULL && type == LDNS_RR_TYPE_DS && ldns_dname_compare(name, z->origin) == 0 &&
	    ldns_dname_label_count(name) > 0)
		return world_parent_zone(w, z);
	return z;
}

bool world_all_signed(const struct world *w, const ldns_rdf *name, ldns_rr_type type)
{
	const struct world_zone *z = world_zone_for(w, name, type);

	while (z != NULL && z->signing != NULL && strstr(z->signing->ds, "sha") != NULL) {
		if (ldns_dname_label_count(z->origin) == 0)
			return true;
		z = world_parent_zone(w, z);
	}
	return false;
}

void world_move_all(ldns_rr_list *to, ldns_rr_list *take_from)
{
	ldns_rr_list_cat(to, take_from);
	ldns_rr_list_free(take_from);
}

/* A view without what the name has of the type, or without all that is at and below it. */
static void take_away(struct view *v, const ldns_rdf *name, ldns_rr_type type)
{
	size_t i;

	for (i = ldns_rr_list_rr_count(v->rrs); i-- > 0;) {
		const ldns_rr *rr = ldns_rr_list_rr(v->rrs, i);
		ldns_rr *last;

		if (type == 0 ? !world_under(ldns_rr_owner(rr), name)
			      : ldns_rr_get_type(rr) != type ||
				    ldns_dname_compare(ldns_rr_owner(rr), name) != 0)
			continue;
		last = ldns_rr_list_pop_rr(v->rrs);
		if (i < ldns_rr_list_rr_count(v->rrs))
			ldns_rr_list_set_rr(v->rrs, last, i);
	}
}

/* The SOA and, of a signed zone, the proofs, from a world in which there is no such thing. */
static void deny_held(struct world_task *t, struct world_cached *c, const struct world_zone *z)
{
	struct answer a = {.world = t->w, .addr = z->addr[0], .now = t->now, .dnssec_ok = true};
	const ldns_rr *soa;
	struct view v;

	world_view_open(&v, z, a.addr, t->now);
	take_away(&v, c->name, c->type);
	soa = world_find_rr(&v, z->origin, LDNS_RR_TYPE_SOA);
	if (soa != NULL)
		ldns_rr_list_push_rr(c->authority, ldns_rr_clone(soa));
	if (z->signing != NULL && soa != NULL) {
		world_move_all(c->authority, world_sign_set(&a, z, c->authority));
		a.type = LDNS_RR_TYPE_TXT;
		a.pkt = ldns_pkt_new();
		if (c->type == 0)
			world_deny_name(&a, &v, c->name);
		else
			world_deny_type(&a, &v, c->name, c->type);
		ldns_rr_list_cat(c->authority, ldns_pkt_authority(a.pkt));
		ldns_rr_list_free(ldns_pkt_authority(a.pkt));
		ldns_pkt_set_authority(a.pkt, ldns_rr_list_new());
		ldns_pkt_free(a.pkt);
	}
	world_view_close(&v);
}

static void sign_held(struct world_task *t, struct world_cached *c, const struct world_zone *z)
{
	struct answer a = {.world = t->w, .addr = z->addr[0], .now = t->now, .dnssec_ok = true};

	if (z->signing != NULL)
		world_move_all(c->answer, world_sign_set(&a, z, c->answer));
}

static void plant(struct world_task *t)
{
	size_t first = t->r->ncached, i;

	for (i = 0; i < t->r->nheld; i++) {
		const struct world_held *h = &t->r->held[i];
		ldns_rr_type type = h->rr == NULL ? h->type : ldns_rr_get_type(h->rr);
		struct world_cached *c;

		if (h->only != 0 && h->only != t->cache + 1)
			continue;
		c = world_cache_find(t, h->name, type, INT32_MAX);
		if (c == NULL || c->type != type || h->rr == NULL)
			c = world_cache_add(t, h->name, type);
		c->end = h->seconds;
		c->negative = h->rr == NULL;
		c->secure = world_all_signed(t->w, h->name, type);
		if (h->rr != NULL)
			ldns_rr_list_push_rr(c->answer, ldns_rr_clone(h->rr));
	}
	for (i = first; i < t->r->ncached; i++) {
		struct world_cached *c = &t->r->cached[i];
		const struct world_zone *z = world_zone_of(t->w, c->name);

		if (z != NULL && c->negative)
			deny_held(t, c, z);
		else if (z != NULL)
			sign_held(t, c, z);
	}
}

void world_cache_plant(struct world_task *t)
{
	if (t->r->held == NULL)
		return;
	for (t->cache = 0; t->cache < t->r->caches; t->cache++)
		plant(t);
	free_held(t->r);
}
