/* SPDX-License-Identifier: ISC */
/* What an authoritative server with these zones answers (RFC 1034 section 4.3.2, RFC 6672). */
#include <stdio.h>
#include <string.h>

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
	ldns_pkt *pkt;
	bool dnssec_ok;
};

static bool serves(const struct world_zone *z, const char *addr)
{
	size_t i;

	for (i = 0; i < z->naddrs; i++)
		if (strcmp(z->addr[i], addr) == 0)
			return true;
	return false;
}

static bool under(const ldns_rdf *name, const ldns_rdf *above)
{
	return ldns_dname_compare(name, above) == 0 || ldns_dname_is_subdomain(name, above);
}

static const struct world_zone *find_zone(const struct world *w, const char *addr,
					  const ldns_rdf *name, ldns_rr_type type)
{
	const struct world_zone *best = NULL;
	size_t i;

	for (i = 0; i < w->nzones; i++) {
		const struct world_zone *z = &w->zone[i];

		if (!serves(z, addr) || !under(name, z->origin))
			continue;
		/* RFC 4035 section 3.1.4.1: DS lives above the cut. */
		if (type == LDNS_RR_TYPE_DS && ldns_dname_compare(name, z->origin) == 0 &&
		    ldns_dname_label_count(z->origin) > 0)
			continue;
		if (best == NULL ||
		    ldns_dname_label_count(z->origin) > ldns_dname_label_count(best->origin))
			best = z;
	}
	return best;
}

static bool same_set(const ldns_rr *rr, const ldns_rr *like)
{
	ldns_rr_type type = ldns_rr_get_type(rr);

	if (type == LDNS_RR_TYPE_RRSIG)
		type = ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr));
	return type == ldns_rr_get_type(like) &&
	       ldns_dname_compare(ldns_rr_owner(rr), ldns_rr_owner(like)) == 0;
}

static void view_open(struct view *v, const struct world_zone *zone, const char *addr, double now)
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
		v->changes++;
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

static void view_close(struct view *v)
{
	ldns_rr_list_free(v->rrs);
}

/* A copy; a TXT value "@FILE" stands for what the file holds now. NULL: it holds nothing. */
static ldns_rr *copy_rr(const ldns_rr *rr)
{
	ldns_rr *copy = ldns_rr_clone(rr);
	const uint8_t *text;
	char file[256], value[256];
	FILE *fp;

	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_TXT)
		return copy;
	text = ldns_rdf_data(ldns_rr_rdf(rr, 0));
	if (text[0] < 2 || text[1] != '@')
		return copy;
	snprintf(file, sizeof(file), "%.*s", text[0] - 1, (const char *)text + 2);
	fp = fopen(file, "r");
	if (fp == NULL || fgets(value, sizeof(value), fp) == NULL) {
		ldns_rr_free(copy);
		copy = NULL;
	} else {
		value[strcspn(value, "\n")] = '\0';
		ldns_rdf_deep_free(
		    ldns_rr_set_rdf(copy, ldns_rdf_new_frm_str(LDNS_RDF_TYPE_STR, value), 0));
	}
	if (fp != NULL)
		fclose(fp);
	return copy;
}

/* The set, with its signatures when they are wanted, into a section; how many records of it. */
static size_t copy_set(const struct answer *a, const struct view *v, const ldns_rdf *owner,
		       ldns_rr_type type, ldns_pkt_section section)
{
	size_t i, n = 0;

	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(v->rrs, i);

		if (ldns_rr_get_type(rr) == type &&
		    ldns_dname_compare(ldns_rr_owner(rr), owner) == 0) {
			ldns_rr *copy = copy_rr(rr);

			if (copy != NULL)
				ldns_pkt_push_rr(a->pkt, section, copy);
			n += copy != NULL;
		}
	}
	for (i = 0; n > 0 && a->dnssec_ok && i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(v->rrs, i);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
		    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == type &&
		    ldns_dname_compare(ldns_rr_owner(rr), owner) == 0)
			ldns_pkt_push_rr(a->pkt, section, ldns_rr_clone(rr));
	}
	return n;
}

static const ldns_rr *find_rr(const struct view *v, const ldns_rdf *owner, ldns_rr_type type)
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

/* The owner itself, or, for an empty non-terminal, something below it. */
static bool exists(const struct view *v, const ldns_rdf *name)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++)
		if (under(ldns_rr_owner(ldns_rr_list_rr(v->rrs, i)), name))
			return true;
	return false;
}

/* The ancestor of name that has `labels` labels; free it. */
static ldns_rdf *ancestor(const ldns_rdf *name, uint8_t labels)
{
	return ldns_dname_clone_from(name, (uint16_t)(ldns_dname_label_count(name) - labels));
}

static void add_soa(const struct answer *a, const struct view *v)
{
	copy_set(a, v, v->zone->origin, LDNS_RR_TYPE_SOA, LDNS_SECTION_AUTHORITY);
}

/* Each change that a server has taken in makes its serial one higher. */
static void raise_serials(ldns_rr_list *rrs, const struct view *v)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		ldns_rr *soa = ldns_rr_list_rr(rrs, i);
		uint32_t serial;

		if (ldns_rr_get_type(soa) != LDNS_RR_TYPE_SOA)
			continue;
		serial = ldns_rdf2native_int32(ldns_rr_rdf(soa, 2)) + v->changes;
		ldns_rdf_deep_free(
		    ldns_rr_set_rdf(soa, ldns_native2rdf_int32(LDNS_RDF_TYPE_INT32, serial), 2));
	}
}

/* The zone cut at or above name, below the apex: a referral with what glue there is. */
static bool refer(const struct answer *a, const struct view *v, const ldns_rdf *name,
		  ldns_rr_type type)
{
	uint8_t apex = ldns_dname_label_count(v->zone->origin), labels;
	bool referred = false;

	for (labels = (uint8_t)(apex + 1); labels <= ldns_dname_label_count(name) && !referred;
	     labels++) {
		ldns_rdf *cut = ancestor(name, labels);
		size_t i;

		if (copy_set(a, v, cut, LDNS_RR_TYPE_NS, LDNS_SECTION_AUTHORITY) > 0) {
			referred = true;
			copy_set(a, v, cut, LDNS_RR_TYPE_DS, LDNS_SECTION_AUTHORITY);
		}
		for (i = 0; referred && i < ldns_rr_list_rr_count(ldns_pkt_authority(a->pkt));
		     i++) {
			const ldns_rr *ns = ldns_rr_list_rr(ldns_pkt_authority(a->pkt), i);

			if (ldns_rr_get_type(ns) != LDNS_RR_TYPE_NS)
				continue;
			copy_set(a, v, ldns_rr_rdf(ns, 0), LDNS_RR_TYPE_A, LDNS_SECTION_ADDITIONAL);
			copy_set(a, v, ldns_rr_rdf(ns, 0), LDNS_RR_TYPE_AAAA,
				 LDNS_SECTION_ADDITIONAL);
		}
		if (referred && type == LDNS_RR_TYPE_DS && ldns_dname_compare(cut, name) == 0)
			referred = false;
		ldns_rdf_deep_free(cut);
	}
	return referred;
}

/* A DNAME above name: it, and the CNAME that follows from it. The new name, or NULL. */
static ldns_rdf *follow_dname(const struct answer *a, const struct view *v, const ldns_rdf *name)
{
	uint8_t labels;

	for (labels = ldns_dname_label_count(v->zone->origin);
	     labels < ldns_dname_label_count(name); labels++) {
		ldns_rdf *owner = ancestor(name, labels), *next = NULL;
		const ldns_rr *dname = find_rr(v, owner, LDNS_RR_TYPE_DNAME);
		ldns_rr *cname;

		if (dname != NULL) {
			uint8_t k = (uint8_t)(ldns_dname_label_count(name) - labels);

			copy_set(a, v, owner, LDNS_RR_TYPE_DNAME, LDNS_SECTION_ANSWER);
			/* The labels in front of the owner, then the target. */
			next = ldns_rdf_clone(ldns_rr_rdf(dname, 0));
			while (k-- > 0) {
				ldns_rdf *label = ldns_dname_label(name, k);

				ldns_dname_cat(label, next);
				ldns_rdf_deep_free(next);
				next = label;
			}
			cname = ldns_rr_new_frm_type(LDNS_RR_TYPE_CNAME);
			ldns_rr_set_owner(cname, ldns_rdf_clone(name));
			ldns_rr_set_ttl(cname, ldns_rr_ttl(dname));
			ldns_rdf_deep_free(ldns_rr_set_rdf(cname, ldns_rdf_clone(next), 0));
			ldns_pkt_push_rr(a->pkt, LDNS_SECTION_ANSWER, cname);
		}
		ldns_rdf_deep_free(owner);
		if (next != NULL)
			return next;
	}
	return NULL;
}

/* The wildcard that stands for name (RFC 4592), or NULL; free it. */
static ldns_rdf *find_wildcard(const struct view *v, const ldns_rdf *name)
{
	uint8_t labels;

	for (labels = ldns_dname_label_count(name);
	     labels-- > ldns_dname_label_count(v->zone->origin);) {
		ldns_rdf *encloser = ancestor(name, labels), *star;

		if (!exists(v, encloser)) {
			ldns_rdf_deep_free(encloser);
			continue;
		}
		star = ldns_dname_new_frm_str("*");
		ldns_dname_cat(star, encloser);
		ldns_rdf_deep_free(encloser);
		if (exists(v, star))
			return star;
		ldns_rdf_deep_free(star);
		return NULL;
	}
	return NULL;
}

/* The sets of `from`, under the name `owner`. The target of a CNAME among them, or NULL. */
static ldns_rdf *answer_from(const struct answer *a, const struct view *v, const ldns_rdf *from,
			     const ldns_rdf *owner, ldns_rr_type type)
{
	const ldns_rr *cname = find_rr(v, from, LDNS_RR_TYPE_CNAME);
	size_t before = ldns_rr_list_rr_count(ldns_pkt_answer(a->pkt)), i;

	if (cname != NULL && type != LDNS_RR_TYPE_CNAME)
		copy_set(a, v, from, LDNS_RR_TYPE_CNAME, LDNS_SECTION_ANSWER);
	else
		cname = NULL;
	/* Real servers forbid both at one name; some that are generated do not. */
	copy_set(a, v, from, type, LDNS_SECTION_ANSWER);
	for (i = before; from != owner && i < ldns_rr_list_rr_count(ldns_pkt_answer(a->pkt)); i++) {
		ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_answer(a->pkt), i);

		ldns_rdf_deep_free(ldns_rr_owner(rr));
		ldns_rr_set_owner(rr, ldns_rdf_clone(owner));
	}
	if (before == ldns_rr_list_rr_count(ldns_pkt_answer(a->pkt)))
		add_soa(a, v);
	return cname == NULL ? NULL : ldns_rdf_clone(ldns_rr_rdf(cname, 0));
}

/* One step at one name; the name to go on with, or NULL. */
static ldns_rdf *step(const struct answer *a, const ldns_rdf *name, ldns_rr_type type, bool first)
{
	const struct world_zone *zone = find_zone(a->world, a->addr, name, type);
	struct view v;
	ldns_rdf *next = NULL, *star;

	if (zone == NULL)
		return NULL;
	view_open(&v, zone, a->addr, a->now);
	if (refer(a, &v, name, type)) {
		if (first)
			ldns_pkt_set_aa(a->pkt, false);
	} else if ((next = follow_dname(a, &v, name)) != NULL) {
		/* On with the new name. */
	} else if (exists(&v, name)) {
		next = answer_from(a, &v, name, name, type);
	} else if ((star = find_wildcard(&v, name)) != NULL) {
		next = answer_from(a, &v, star, name, type);
		ldns_rdf_deep_free(star);
	} else {
		ldns_pkt_set_rcode(a->pkt, LDNS_RCODE_NXDOMAIN);
		add_soa(a, &v);
	}
	raise_serials(ldns_pkt_answer(a->pkt), &v);
	raise_serials(ldns_pkt_authority(a->pkt), &v);
	view_close(&v);
	return next;
}

ldns_pkt *world_answer(const struct world *w, const char *addr, const ldns_pkt *query, double now)
{
	const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
	struct answer a = {
	    .world = w, .addr = addr, .now = now, .dnssec_ok = ldns_pkt_edns_do(query)};
	ldns_rr_type type = ldns_rr_get_type(question);
	ldns_rdf *name = ldns_rdf_clone(ldns_rr_owner(question));
	int links;

	if (find_zone(w, addr, name, type) == NULL) {
		ldns_rdf_deep_free(name);
		return NULL;
	}
	a.pkt = ldns_pkt_new();
	ldns_pkt_set_qr(a.pkt, true);
	ldns_pkt_set_aa(a.pkt, true);
	ldns_pkt_set_id(a.pkt, ldns_pkt_id(query));
	ldns_pkt_set_rd(a.pkt, ldns_pkt_rd(query));
	ldns_pkt_push_rr(a.pkt, LDNS_SECTION_QUESTION, ldns_rr_clone(question));
	if (ldns_pkt_edns(query)) {
		ldns_pkt_set_edns_udp_size(a.pkt, 1232);
		ldns_pkt_set_edns_do(a.pkt, a.dnssec_ok);
	}
	for (links = 0; name != NULL && links < 16; links++) {
		ldns_rdf *next = step(&a, name, type, links == 0);

		ldns_rdf_deep_free(name);
		name = next;
	}
	ldns_rdf_deep_free(name);
	return a.pkt;
}
