/* SPDX-License-Identifier: ISC */
/* What an authoritative server with these zones answers (RFC 1034 section 4.3.2, RFC 6672). */
#include <stdio.h>
#include <string.h>

#include "world_spoil.h"

static bool serves(const struct world_zone *z, const char *addr)
{
	size_t i;

	for (i = 0; i < z->naddrs; i++)
		if (strcmp(z->addr[i], addr) == 0)
			return true;
	return false;
}

/* RFC 4035 section 3.1.4.1: DS lives above the cut; who serves only what is below answers from
 * there. */
static const struct world_zone *find_zone(const struct world *w, const char *addr,
					  const ldns_rdf *name, ldns_rr_type type)
{
	const struct world_zone *best = NULL, *apex = NULL;
	size_t i;

	for (i = 0; i < w->nzones; i++) {
		const struct world_zone *z = &w->zone[i];

		if (!serves(z, addr) || !world_under(name, z->origin))
			continue;
		if (type == LDNS_RR_TYPE_DS && ldns_dname_compare(name, z->origin) == 0)
			apex = z;
		else if (best == NULL ||
			 ldns_dname_label_count(z->origin) > ldns_dname_label_count(best->origin))
			best = z;
	}
	return best != NULL ? best : apex;
}

ldns_rr *world_copy_rr(const ldns_rr *rr)
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

void world_rename(ldns_rr_list *list, const ldns_rdf *name)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr *rr = ldns_rr_list_rr(list, i);

		ldns_rdf_deep_free(ldns_rr_owner(rr));
		ldns_rr_set_owner(rr, ldns_rdf_clone(name));
	}
}

/* Each change that a server has taken in makes its serial one higher. */
static void raise_serial(ldns_rr *soa, const struct view *v)
{
	uint32_t serial = ldns_rdf2native_int32(ldns_rr_rdf(soa, 2)) + v->changes;

	ldns_rdf_deep_free(
	    ldns_rr_set_rdf(soa, ldns_native2rdf_int32(LDNS_RDF_TYPE_INT32, serial), 2));
}

/* Signatures over a set; those that the script has, where it does not sign the zone. */
static ldns_rr_list *signatures(const struct answer *a, const struct view *v,
				const ldns_rr_list *set, const ldns_rdf *from)
{
	ldns_rr_list *sigs;
	size_t i;

	if (v->zone->signing != NULL)
		return world_sign_set(a, v->zone, set);
	sigs = ldns_rr_list_new();
	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(v->rrs, i);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
		    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) ==
			ldns_rr_get_type(ldns_rr_list_rr(set, 0)) &&
		    ldns_dname_compare(ldns_rr_owner(rr), from) == 0)
			ldns_rr_list_push_rr(sigs, ldns_rr_clone(rr));
	}
	return sigs;
}

/* The set at `from` into a section, under the name `owner`, with its signatures when they are
 * wanted and it is not another zone's; how many records of it. */
static size_t copy_as(const struct answer *a, const struct view *v, const ldns_rdf *from,
		      const ldns_rdf *owner, ldns_rr_type type, ldns_pkt_section section)
{
	bool mine = section == LDNS_SECTION_ANSWER ||
		    (section == LDNS_SECTION_AUTHORITY && type != LDNS_RR_TYPE_NS);
	bool compact = v->zone->signing != NULL && v->zone->signing->denial == WORLD_COMPACT;
	ldns_rr_list *set = ldns_rr_list_new(), *sigs = NULL;
	size_t i, n;

	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(v->rrs, i);
		ldns_rr *copy = NULL;

		if (ldns_rr_get_type(rr) == type &&
		    ldns_dname_compare(ldns_rr_owner(rr), from) == 0)
			copy = world_copy_rr(rr);
		if (copy != NULL && type == LDNS_RR_TYPE_SOA)
			raise_serial(copy, v);
		if (copy != NULL)
			ldns_rr_list_push_rr(set, copy);
	}
	n = ldns_rr_list_rr_count(set);
	/* RFC 9824: what a wildcard makes is signed as if it stood there. */
	if (compact && a->dnssec_ok)
		world_rename(set, owner);
	if (n > 0 && mine && a->dnssec_ok) {
		sigs = signatures(a, v, set, from);
		world_spoil_set(a, set);
	}
	world_rename(set, owner);
	ldns_pkt_push_rr_list(a->pkt, section, set);
	ldns_rr_list_free(set);
	if (sigs != NULL) {
		world_rename(sigs, owner);
		ldns_pkt_push_rr_list(a->pkt, section, sigs);
		ldns_rr_list_free(sigs);
	}
	return n;
}

static size_t copy_set(const struct answer *a, const struct view *v, const ldns_rdf *owner,
		       ldns_rr_type type, ldns_pkt_section section)
{
	return copy_as(a, v, owner, owner, type, section);
}

static void add_soa(const struct answer *a, const struct view *v)
{
	copy_set(a, v, v->zone->origin, LDNS_RR_TYPE_SOA, LDNS_SECTION_AUTHORITY);
}

static void add_glue(const struct answer *a, const struct view *v, const ldns_rdf *cut)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rr *ns = ldns_rr_list_rr(v->rrs, i);

		if (ldns_rr_get_type(ns) != LDNS_RR_TYPE_NS ||
		    ldns_dname_compare(ldns_rr_owner(ns), cut) != 0)
			continue;
		copy_set(a, v, ldns_rr_rdf(ns, 0), LDNS_RR_TYPE_A, LDNS_SECTION_ADDITIONAL);
		copy_set(a, v, ldns_rr_rdf(ns, 0), LDNS_RR_TYPE_AAAA, LDNS_SECTION_ADDITIONAL);
	}
}

/* A cut on the way to name: the referral. RFC 4035 section 3.1.4.1: a question for the DS of the
 * cut itself is no reason for one. */
/* The zone cut at or above name, below the apex: a referral with what glue there is. */
static bool refer(const struct answer *a, const struct view *v, const ldns_rdf *name,
		  ldns_rr_type type)
{
	uint8_t apex = ldns_dname_label_count(v->zone->origin), labels;
	bool referred = false;

	for (labels = (uint8_t)(apex + 1); labels <= ldns_dname_label_count(name) && !referred;
	     labels++) {
		ldns_rdf *cut = world_ancestor(name, labels);

		referred = world_find_rr(v, cut, LDNS_RR_TYPE_NS) != NULL &&
			   (type != LDNS_RR_TYPE_DS || ldns_dname_compare(cut, name) != 0);
		if (referred) {
			copy_set(a, v, cut, LDNS_RR_TYPE_NS, LDNS_SECTION_AUTHORITY);
			if (!a->dnssec_ok || world_is_spoilt(a, "no-ds"))
				; /* Not a word. */
			else if (copy_set(a, v, cut, LDNS_RR_TYPE_DS, LDNS_SECTION_AUTHORITY) == 0)
				world_deny_type(a, v, cut, LDNS_RR_TYPE_DS);
			add_glue(a, v, cut);
		}
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
		ldns_rdf *owner = world_ancestor(name, labels), *next = NULL;
		const ldns_rr *dname = world_find_rr(v, owner, LDNS_RR_TYPE_DNAME);
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
		ldns_rdf *encloser = world_ancestor(name, labels), *star;

		if (!world_exists(v, encloser)) {
			ldns_rdf_deep_free(encloser);
			continue;
		}
		star = world_star(encloser);
		ldns_rdf_deep_free(encloser);
		if (world_exists(v, star))
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
	const ldns_rr *cname = world_find_rr(v, from, LDNS_RR_TYPE_CNAME);
	size_t n = 0;

	if (cname != NULL && type != LDNS_RR_TYPE_CNAME)
		n += copy_as(a, v, from, owner, LDNS_RR_TYPE_CNAME, LDNS_SECTION_ANSWER);
	else
		cname = NULL;
	/* Real servers forbid both at one name; some that are generated do not. */
	if (type != LDNS_RR_TYPE_DS || !world_is_spoilt(a, "no-ds"))
		n += copy_as(a, v, from, owner, type, LDNS_SECTION_ANSWER);
	if (n == 0)
		add_soa(a, v);
	if (n > 0 && from != owner)
		world_deny_closer(a, v, owner);
	else if (n == 0 && from != owner)
		world_deny_wildcard(a, v, from, owner);
	else if (n == 0 && (type != LDNS_RR_TYPE_DS || !world_is_spoilt(a, "no-ds")))
		world_deny_type(a, v, owner, type);
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
	world_view_open(&v, zone, a->addr, a->now);
	if (refer(a, &v, name, type)) {
		if (first)
			ldns_pkt_set_aa(a->pkt, false);
	} else if ((next = follow_dname(a, &v, name)) != NULL) {
		/* On with the new name. */
	} else if (world_exists(&v, name)) {
		next = answer_from(a, &v, name, name, type);
	} else if ((star = find_wildcard(&v, name)) != NULL) {
		next = answer_from(a, &v, star, name, type);
		ldns_rdf_deep_free(star);
	} else {
		/* RFC 9824 section 3.1: who asks with DO sees it in the bitmap. */
		if (!a->dnssec_ok || zone->signing == NULL ||
		    zone->signing->denial != WORLD_COMPACT)
			ldns_pkt_set_rcode(a->pkt, LDNS_RCODE_NXDOMAIN);
		add_soa(a, &v);
		world_deny_name(a, &v, name);
	}
	world_view_close(&v);
	return next;
}

ldns_pkt *world_answer(const struct world *w, const char *addr, const ldns_pkt *query, double now)
{
	const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
	struct answer a = {
	    .world = w, .addr = addr, .now = now, .dnssec_ok = ldns_pkt_edns_do(query)};
	ldns_rr_type type = ldns_rr_get_type(question);
	ldns_rdf *name = ldns_rdf_clone(ldns_rr_owner(question));
	int owners;

	if (find_zone(w, addr, name, type) == NULL) {
		ldns_rdf_deep_free(name);
		return NULL;
	}
	a.type = type;
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
	for (owners = 0; name != NULL && owners < 16; owners++) {
		ldns_rdf *next = step(&a, name, type, owners == 0);

		ldns_rdf_deep_free(name);
		name = next;
	}
	ldns_rdf_deep_free(name);
	return a.pkt;
}
