/* SPDX-License-Identifier: ISC */
/*
 * Proofs that something is not there: NSEC (RFC 4034), NSEC3 (RFC 5155), compact NSEC (RFC 9824),
 * from what the server has at the time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world_spoil.h"

#define TYPES 64
#define TEXT 2048

/* A name in the chain: with NSEC3, its hash. */
struct node {
	ldns_rdf *name;
	char *hash;
};

/* A proof as it is put together. */
struct proof {
	const struct answer *a;
	const struct view *v;
	const struct world_signing *signing;
	ldns_rr_type type; /* that is denied */
	struct node *node;
	size_t n;
	unsigned records;
	bool honest; /* let nothing go wrong */
};

static bool is_spoilt(const struct proof *p, const char *kind)
{
	return !p->honest && world_is_spoilt(p->a, kind);
}

static bool is_cut(const struct view *v, const ldns_rdf *name)
{
	return ldns_dname_compare(name, v->zone->origin) != 0 &&
	       world_find_rr(v, name, LDNS_RR_TYPE_NS) != NULL;
}

/* ---- the chain ------------------------------------------------------------------------------- */

static char *hash_of(const struct proof *p, const ldns_rdf *name)
{
	ldns_rdf *salt = ldns_rdf_new_frm_str(LDNS_RDF_TYPE_NSEC3_SALT, p->signing->salt);
	const uint8_t *octets = ldns_rdf_data(salt);
	ldns_rdf *hash =
	    ldns_nsec3_hash_name(name, LDNS_SHA1, p->signing->iterations, octets[0], octets + 1);
	char *text = ldns_rdf2str(hash);

	ldns_rdf_deep_free(salt);
	ldns_rdf_deep_free(hash);
	text[strcspn(text, ".")] = '\0';
	return text;
}

static void add_node(struct proof *p, ldns_rdf *take_name)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (ldns_dname_compare(p->node[i].name, take_name) != 0)
			continue;
		ldns_rdf_deep_free(take_name);
		return;
	}
	p->node = realloc(p->node, (p->n + 1) * sizeof(*p->node));
	if (p->node == NULL)
		abort();
	ldns_dname2canonical(take_name);
	p->node[p->n++] = (struct node){take_name, NULL};
}

/* Glue, and what else lies under a cut or a DNAME. */
static bool is_hidden(const struct view *v, const ldns_rdf *name)
{
	uint8_t apex = ldns_dname_label_count(v->zone->origin), labels;
	bool hidden = false;

	for (labels = apex; labels < ldns_dname_label_count(name) && !hidden; labels++) {
		ldns_rdf *above = world_ancestor(name, labels);

		hidden = is_cut(v, above) || world_find_rr(v, above, LDNS_RR_TYPE_DNAME) != NULL;
		ldns_rdf_deep_free(above);
	}
	return hidden;
}

static int compare_nodes(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return x->hash != NULL ? strcmp(x->hash, y->hash) : ldns_dname_compare(x->name, y->name);
}

static void open_proof(struct proof *p, const struct answer *a, const struct view *v)
{
	uint8_t apex = ldns_dname_label_count(v->zone->origin), labels;
	size_t i;

	*p = (struct proof){.a = a, .v = v, .signing = v->zone->signing, .type = a->type};
	if (p->signing->denial == WORLD_COMPACT)
		return;
	for (i = 0; i < ldns_rr_list_rr_count(v->rrs); i++) {
		const ldns_rdf *owner = ldns_rr_owner(ldns_rr_list_rr(v->rrs, i));

		if (!world_under(owner, v->zone->origin) || is_hidden(v, owner) ||
		    (p->signing->denial == WORLD_NSEC3 && p->signing->opt_out && is_cut(v, owner) &&
		     world_find_rr(v, owner, LDNS_RR_TYPE_DS) == NULL))
			continue;
		add_node(p, ldns_rdf_clone(owner));
		for (labels = ldns_dname_label_count(owner);
		     p->signing->denial == WORLD_NSEC3 && labels-- > apex + 1u;)
			add_node(p, world_ancestor(owner, labels));
	}
	for (i = 0; i < p->n && p->signing->denial == WORLD_NSEC3; i++)
		p->node[i].hash = hash_of(p, p->node[i].name);
	qsort(p->node, p->n, sizeof(*p->node), compare_nodes);
}

static void close_proof(struct proof *p)
{
	while (p->n > 0) {
		free(p->node[--p->n].hash);
		ldns_rdf_deep_free(p->node[p->n].name);
	}
	free(p->node);
}

/* The last node that does not come after the name; of the first ones, the last of all. */
static size_t find_node(const struct proof *p, const ldns_rdf *name, bool *ret_exact)
{
	struct node key = {ldns_rdf_clone(name), NULL};
	size_t best = p->n - 1, i;

	if (p->signing->denial == WORLD_NSEC3)
		key.hash = hash_of(p, name);
	*ret_exact = false;
	for (i = 0; i < p->n; i++) {
		int order = compare_nodes(&p->node[i], &key);

		if (order <= 0)
			best = i;
		if (order == 0)
			*ret_exact = true;
	}
	free(key.hash);
	ldns_rdf_deep_free(key.name);
	return best;
}

/* ---- one record ------------------------------------------------------------------------------ */

static void add_type(char types[TEXT], ldns_rr_type type)
{
	char *name = ldns_rr_type2str(type), padded[32];

	snprintf(padded, sizeof(padded), " %s ", name);
	free(name);
	if (strstr(types, padded) == NULL)
		strncat(types, padded + (types[0] != '\0'), TEXT - strlen(types) - 1);
}

static bool is_there(const ldns_rr *rr)
{
	ldns_rr *copy = world_copy_rr(rr);

	ldns_rr_free(copy);
	return copy != NULL;
}

/* The types at a name, each between spaces; nothing: " ". */
static void types_at(const struct proof *p, const ldns_rdf *name, char types[TEXT])
{
	bool cut = is_cut(p->v, name), is_signed = false;
	size_t i;

	strcpy(types, " ");
	for (i = 0; i < ldns_rr_list_rr_count(p->v->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(p->v->rrs, i);
		ldns_rr_type type = ldns_rr_get_type(rr);

		if (type == LDNS_RR_TYPE_RRSIG || ldns_dname_compare(ldns_rr_owner(rr), name) != 0)
			continue;
		if ((cut && type != LDNS_RR_TYPE_NS && type != LDNS_RR_TYPE_DS) || !is_there(rr))
			continue;
		is_signed = is_signed || !cut || type == LDNS_RR_TYPE_DS;
		add_type(types, type);
	}
	if (is_signed || p->signing->denial != WORLD_NSEC3)
		add_type(types, LDNS_RR_TYPE_RRSIG);
	if (p->signing->denial != WORLD_NSEC3)
		add_type(types, LDNS_RR_TYPE_NSEC);
}

static void remove_type(char types[TEXT], const char *padded)
{
	char *at = strstr(types, padded);

	if (at != NULL)
		memmove(at, at + strlen(padded) - 1, strlen(at + strlen(padded) - 1) + 1);
}

static void spoil_types(const struct proof *p, char types[TEXT])
{
	if (is_spoilt(p, "proof-claims"))
		add_type(types, p->type);
	if (is_spoilt(p, "proof-cname"))
		add_type(types, LDNS_RR_TYPE_CNAME);
	if (is_spoilt(p, "proof-dname"))
		add_type(types, LDNS_RR_TYPE_DNAME);
	if (is_spoilt(p, "proof-cut")) {
		add_type(types, LDNS_RR_TYPE_NS);
		remove_type(types, " SOA ");
	}
}

static bool has_already(const struct proof *p, const ldns_rr *rr)
{
	const ldns_rr_list *list = ldns_pkt_authority(p->a->pkt);
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (ldns_rr_compare(ldns_rr_list_rr(list, i), rr) == 0)
			return true;
	return false;
}

/* Signs the set as a wildcard's, and says that it was expanded. */
static ldns_rr_list *sign_expanded(const struct proof *p, ldns_rr_list *set)
{
	const ldns_rdf *origin = p->v->zone->origin;
	ldns_rdf *owner = ldns_rdf_clone(ldns_rr_owner(ldns_rr_list_rr(set, 0)));
	ldns_rdf *star = world_star(origin);
	ldns_rr_list *sigs;

	if (ldns_dname_compare(owner, origin) == 0) {
		/* The apex has no more labels than the wildcard; this comes right after it. */
		ldns_rdf_deep_free(owner);
		owner = ldns_dname_new_frm_str("!");
		ldns_dname_cat(owner, origin);
	}
	world_rename(set, star);
	sigs = world_sign_set(p->a, p->v->zone, set);
	world_rename(set, owner);
	world_rename(sigs, owner);
	ldns_rdf_deep_free(owner);
	ldns_rdf_deep_free(star);
	return sigs;
}

static void push_record(struct proof *p, const char *text)
{
	ldns_rr_list *set = ldns_rr_list_new(), *sigs;
	const ldns_rr *soa = world_find_rr(p->v, p->v->zone->origin, LDNS_RR_TYPE_SOA);
	ldns_rr *rr = NULL;

	if (ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) != LDNS_STATUS_OK) {
		fprintf(stderr, "no such record: %s\n", text);
		exit(70);
	}
	if (soa != NULL)
		ldns_rr_set_ttl(rr, ldns_rdf2native_int32(ldns_rr_rdf(soa, 6)));
	if (has_already(p, rr) || (p->records > 0 && is_spoilt(p, "proof-half"))) {
		ldns_rr_free(rr);
		ldns_rr_list_free(set);
		return;
	}
	p->records++;
	ldns_rr_list_push_rr(set, rr);
	sigs = p->signing->denial == WORLD_NSEC && is_spoilt(p, "proof-star")
		   ? sign_expanded(p, set)
		   : world_sign_set(p->a, p->v->zone, set);
	world_spoil_set(p->a, set);
	ldns_pkt_push_rr_list(p->a->pkt, LDNS_SECTION_AUTHORITY, set);
	ldns_pkt_push_rr_list(p->a->pkt, LDNS_SECTION_AUTHORITY, sigs);
	ldns_rr_list_free(set);
	ldns_rr_list_free(sigs);
}

/* The record at or before a name. */
static void prove(struct proof *p, const ldns_rdf *name)
{
	const struct world_signing *s = p->signing;
	char types[TEXT], text[2 * TEXT], *owner, *next, *origin;
	bool exact;
	size_t i = find_node(p, name, &exact);
	const struct node *node, *after;

	if (is_spoilt(p, "proof-other"))
		i = (i + 1) % p->n;
	node = &p->node[i];
	after = &p->node[(i + 1) % p->n];
	types_at(p, node->name, types);
	spoil_types(p, types);
	owner = ldns_rdf2str(node->name);
	next = ldns_rdf2str(after->name);
	origin = ldns_rdf2str(p->v->zone->origin);
	if (s->denial == WORLD_NSEC3)
		snprintf(text, sizeof(text), "%s.%s NSEC3 %u %u %u %s %s%s", node->hash,
			 strcmp(origin, ".") == 0 ? "" : origin, s->hash,
			 is_spoilt(p, "proof-flags") ? 2u : s->opt_out, s->iterations,
			 p->records > 0 && is_spoilt(p, "proof-params") ? "ABCD" : s->salt,
			 after->hash, types);
	else
		snprintf(text, sizeof(text), "%s NSEC %s%s%s", owner,
			 is_spoilt(p, "proof-wide") ? "zz." : "",
			 is_spoilt(p, "proof-wide") ? strchr(origin, '.') + 1 : next, types);
	free(owner);
	free(next);
	free(origin);
	push_record(p, text);
}

/* RFC 9824: a record for this very name. */
static void prove_compact(struct proof *p, const ldns_rdf *name, const char *types)
{
	ldns_rdf *lower = ldns_rdf_clone(name);
	char text[2 * TEXT], *owner;

	ldns_dname2canonical(lower);
	owner = ldns_rdf2str(lower);
	snprintf(text, sizeof(text), "%s%s NSEC \\000.%s%s",
		 is_spoilt(p, "proof-other") ? "other." : "",
		 strcmp(owner, ".") == 0 && is_spoilt(p, "proof-other") ? "" : owner,
		 strcmp(owner, ".") == 0 ? "" : owner, types);
	free(owner);
	ldns_rdf_deep_free(lower);
	push_record(p, text);
}

/* ---- proofs ---------------------------------------------------------------------------------- */

static bool in_chain(const struct proof *p, const ldns_rdf *name)
{
	bool exact;

	if (p->signing->denial == WORLD_NSEC)
		return world_exists(p->v, name);
	find_node(p, name, &exact);
	return exact;
}

/* The closest encloser that can be shown, and the name next closer; free both. */
static void find_encloser(const struct proof *p, const ldns_rdf *name, ldns_rdf **ret_encloser,
			  ldns_rdf **ret_closer)
{
	uint8_t labels = ldns_dname_label_count(name);
	ldns_rdf *encloser = NULL;

	do {
		ldns_rdf_deep_free(encloser);
		encloser = world_ancestor(name, --labels);
	} while (labels > ldns_dname_label_count(p->v->zone->origin) && !in_chain(p, encloser));
	*ret_encloser = encloser;
	*ret_closer = world_ancestor(name, (uint8_t)(labels + 1));
}

/* That name is not there (star NULL: nor a wildcard for it), or only as the wildcard `star`. */
static void prove_name(struct proof *p, const ldns_rdf *name, const ldns_rdf *star)
{
	ldns_rdf *encloser, *closer, *own;

	find_encloser(p, name, &encloser, &closer);
	own = star == NULL ? world_star(encloser) : ldns_rdf_clone(star);
	if (p->signing->denial == WORLD_NSEC3)
		prove(p, encloser);
	prove(p, closer);
	prove(p, own);
	ldns_rdf_deep_free(encloser);
	ldns_rdf_deep_free(closer);
	ldns_rdf_deep_free(own);
}

/* Opens it; false: nothing is to be said. */
static bool begin(struct proof *p, const struct answer *a, const struct view *v)
{
	if (v->zone->signing == NULL || !a->dnssec_ok || world_is_spoilt(a, "proof-none"))
		return false;
	open_proof(p, a, v);
	return true;
}

static void deny_type(struct proof *p, const ldns_rdf *name)
{
	ldns_rdf *encloser, *closer;
	char types[TEXT];

	if (p->signing->denial == WORLD_COMPACT) {
		types_at(p, name, types);
		spoil_types(p, types);
		prove_compact(p, name, types);
	} else if (p->signing->denial == WORLD_NSEC || in_chain(p, name)) {
		prove(p, name);
	} else {
		/* Left out of the chain by opt-out. */
		find_encloser(p, name, &encloser, &closer);
		prove(p, encloser);
		prove(p, closer);
		ldns_rdf_deep_free(encloser);
		ldns_rdf_deep_free(closer);
	}
}

/* What the zone above says of the name. */
static bool deny_by_parent(const struct answer *a, const struct view *v, const ldns_rdf *name)
{
	const struct world_zone *parent = world_parent_zone(a->world, v->zone);
	struct view above;
	struct proof p;

	if (!world_is_spoilt(a, "proof-parent") || parent == NULL || parent->signing == NULL)
		return false;
	world_view_open(&above, parent, parent->addr[0], a->now);
	open_proof(&p, a, &above);
	p.honest = true;
	deny_type(&p, name);
	close_proof(&p);
	world_view_close(&above);
	return true;
}

void world_deny_type(const struct answer *a, const struct view *v, const ldns_rdf *name,
		     ldns_rr_type type)
{
	struct proof p;

	if (!begin(&p, a, v))
		return;
	p.type = type;
	if (!deny_by_parent(a, v, name))
		deny_type(&p, name);
	close_proof(&p);
}

void world_deny_name(const struct answer *a, const struct view *v, const ldns_rdf *name)
{
	char types[TEXT] = " RRSIG NSEC TYPE128 ";
	struct proof p;

	if (!begin(&p, a, v))
		return;
	if (deny_by_parent(a, v, name)) {
		/* Said. */
	} else if (p.signing->denial == WORLD_COMPACT) {
		spoil_types(&p, types);
		prove_compact(&p, name, types);
	} else {
		prove_name(&p, name, NULL);
	}
	close_proof(&p);
}

void world_deny_closer(const struct answer *a, const struct view *v, const ldns_rdf *name)
{
	ldns_rdf *encloser, *closer;
	struct proof p;

	if (!begin(&p, a, v))
		return;
	if (p.signing->denial != WORLD_COMPACT) {
		find_encloser(&p, name, &encloser, &closer);
		prove(&p, closer);
		ldns_rdf_deep_free(encloser);
		ldns_rdf_deep_free(closer);
	}
	close_proof(&p);
}

void world_deny_wildcard(const struct answer *a, const struct view *v, const ldns_rdf *star,
			 const ldns_rdf *name)
{
	char types[TEXT];
	struct proof p;

	if (!begin(&p, a, v))
		return;
	if (p.signing->denial == WORLD_COMPACT) {
		types_at(&p, star, types);
		spoil_types(&p, types);
		prove_compact(&p, name, types);
	} else {
		prove_name(&p, name, star);
	}
	close_proof(&p);
}
