/* SPDX-License-Identifier: ISC */
#include "world_sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world_spoil.h"

#define STRANGE_DIGEST 99
#define STRANGE_ALGORITHM 100

static void *must(void *p)
{
	if (p == NULL) {
		fputs("out of memory\n", stderr);
		exit(70);
	}
	return p;
}

/* ---- the directive --------------------------------------------------------------------------- */

static bool read_value(struct world_signing *s, const char *key, const char *value)
{
	if (strcmp(key, "also") == 0)
		s->also = (uint8_t)atoi(value);
	else if (strcmp(key, "iterations") == 0)
		s->iterations = (uint16_t)atoi(value);
	else if (strcmp(key, "hash") == 0)
		s->hash = (uint8_t)atoi(value);
	else if (strcmp(key, "salt") == 0)
		snprintf(s->salt, sizeof(s->salt), "%s", value);
	else if (strcmp(key, "from") == 0)
		s->from = atof(value);
	else if (strcmp(key, "to") == 0)
		s->to = atof(value);
	else if (strcmp(key, "ds") == 0)
		snprintf(s->ds, sizeof(s->ds), "%s", value);
	else if (strcmp(key, "flags") == 0)
		s->flags = atoi(value);
	else if (strcmp(key, "protocol") == 0)
		s->protocol = atoi(value);
	else if (strcmp(key, "collide") == 0)
		s->collide = (unsigned)atoi(value);
	else
		return false;
	return true;
}

struct world_signing *world_signing_read(char **word, size_t n)
{
	struct world_signing *s = must(calloc(1, sizeof(*s)));
	bool good = n >= 2;
	size_t i;

	*s = (struct world_signing){.hash = 1,
				    .salt = "-",
				    .from = -3600,
				    .to = 1209600,
				    .ds = "sha256",
				    .flags = -1,
				    .protocol = -1,
				    .algorithm = good ? (uint8_t)atoi(word[1]) : 0};
	for (i = 2; i < n; i++) {
		char *value = strchr(word[i], '=');

		if (value != NULL)
			*value++ = '\0';
		if (strcmp(word[i], "nsec") == 0)
			s->denial = WORLD_NSEC;
		else if (strcmp(word[i], "nsec3") == 0)
			s->denial = WORLD_NSEC3;
		else if (strcmp(word[i], "compact") == 0)
			s->denial = WORLD_COMPACT;
		else if (strcmp(word[i], "csk") == 0)
			s->csk = true;
		else if (strcmp(word[i], "optout") == 0)
			s->opt_out = true;
		else if (value == NULL || !read_value(s, word[i], value))
			good = false;
	}
	if (good && s->algorithm != 0)
		return s;
	free(s);
	return NULL;
}

void world_signing_free(struct world_signing *s)
{
	if (s == NULL)
		return;
	while (s->nkeys > 0)
		world_key_free(&s->key[--s->nkeys]);
	free(s);
}

/* ---- keys, DS, anchors ----------------------------------------------------------------------- */

static void make_keys(struct world_zone *z, uint8_t algorithm)
{
	struct world_signing *s = z->signing;
	uint16_t flags = s->flags < 0 ? 257 : (uint16_t)s->flags;
	uint8_t protocol = s->protocol < 0 ? 3 : (uint8_t)s->protocol;
	struct world_key *k = &s->key[s->nkeys++];
	unsigned i;

	*k = world_key_make(z->origin, algorithm, 0, flags, protocol);
	k->for_keys = true;
	k->for_rest = s->csk;
	if (!s->csk) {
		k = &s->key[s->nkeys++];
		*k = world_key_make(z->origin, algorithm, 1, 256, 3);
		k->for_rest = true;
	}
	for (i = 0; i < s->collide && algorithm == s->algorithm; i++)
		ldns_rr_list_push_rr(z->rrs, world_key_collide(k, i));
	if (!s->csk)
		ldns_rr_list_push_rr(z->rrs, ldns_rr_clone(k[-1].rr));
	ldns_rr_list_push_rr(z->rrs, ldns_rr_clone(k->rr));
}

static void set_octet(ldns_rr *ds, size_t field, ldns_rdf_type type, uint8_t value)
{
	ldns_rdf_deep_free(ldns_rr_set_rdf(ds, ldns_native2rdf_int8(type, value), field));
}

static ldns_rr *make_ds(const struct world_key *k, const char *kind)
{
	ldns_hash hash = strcmp(kind, "sha1") == 0     ? LDNS_SHA1
			 : strcmp(kind, "sha384") == 0 ? LDNS_SHA384
						       : LDNS_SHA256;
	ldns_rr *ds = must(ldns_key_rr2ds(k->rr, hash));
	uint8_t algorithm = ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(k->rr));

	if (strcmp(kind, "wrong") == 0)
		ldns_rdf_data(ldns_rr_rdf(ds, 3))[5] ^= 1;
	else if (strcmp(kind, "tag") == 0)
		ldns_rdf_data(ldns_rr_rdf(ds, 0))[1] ^= 1;
	else if (strcmp(kind, "alg") == 0)
		set_octet(ds, 1, LDNS_RDF_TYPE_ALG,
			  algorithm == LDNS_RSASHA256 ? LDNS_ECDSAP256SHA256 : LDNS_RSASHA256);
	else if (strcmp(kind, "digest") == 0)
		set_octet(ds, 2, LDNS_RDF_TYPE_INT8, STRANGE_DIGEST);
	else if (strcmp(kind, "strange") == 0)
		set_octet(ds, 1, LDNS_RDF_TYPE_ALG, STRANGE_ALGORITHM);
	ldns_rr_set_ttl(ds, 3600);
	return ds;
}

/* The DS set of a signed zone, or of the root the trust anchors, onto the end of a list. */
static void push_ds(const struct world_signing *s, ldns_rr_list *onto)
{
	char kinds[sizeof(s->ds)], *rest = NULL, *kind;
	size_t i;

	strcpy(kinds, s->ds);
	for (kind = strtok_r(kinds, ",", &rest); kind != NULL; kind = strtok_r(NULL, ",", &rest))
		for (i = 0; i < s->nkeys && strcmp(kind, "none") != 0; i++)
			if (s->key[i].for_keys)
				ldns_rr_list_push_rr(onto, make_ds(&s->key[i], kind));
}

static bool has_ds(const struct world_zone *z, const ldns_rdf *name)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(z->rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(z->rrs, i);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DS &&
		    ldns_dname_compare(ldns_rr_owner(rr), name) == 0)
			return true;
	}
	return false;
}

/* Into each zone above that is next above; there can be some, of different servers. */
static void tell_parents(struct world *w, const struct world_zone *z)
{
	uint8_t best = 0, labels = ldns_dname_label_count(z->origin);
	size_t i;
	int pass;

	for (pass = 0; pass < 2 && labels > 0; pass++) {
		for (i = 0; i < w->nzones; i++) {
			struct world_zone *p = &w->zone[i];
			uint8_t n = ldns_dname_label_count(p->origin);

			if (n >= labels || !world_under(z->origin, p->origin))
				continue;
			if (pass == 0 && n > best)
				best = n;
			else if (pass == 1 && n == best && !has_ds(p, z->origin))
				push_ds(z->signing, p->rrs);
		}
	}
}

static void add_parameters(struct world_zone *z)
{
	char *origin = ldns_rdf2str(z->origin), text[700];
	ldns_rr *rr = NULL;

	snprintf(text, sizeof(text), "%s 0 NSEC3PARAM %u 0 %u %s", origin, z->signing->hash,
		 z->signing->iterations, z->signing->salt);
	ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL);
	ldns_rr_list_push_rr(z->rrs, must(rr));
	free(origin);
}

void world_sign_zones(struct world *w)
{
	size_t i;

	for (i = 0; i < w->nzones; i++) {
		struct world_zone *z = &w->zone[i];

		if (z->signing == NULL)
			continue;
		make_keys(z, z->signing->algorithm);
		if (z->signing->also != 0)
			make_keys(z, z->signing->also);
		if (z->signing->denial == WORLD_NSEC3)
			add_parameters(z);
	}
	for (i = 0; i < w->nzones; i++)
		if (w->zone[i].signing != NULL)
			tell_parents(w, &w->zone[i]);
}

bool world_anchor(const struct world *w, char path[64])
{
	ldns_rr_list *anchors = must(ldns_rr_list_new());
	bool is_signed = false;
	FILE *fp;
	size_t i;
	int fd;

	for (i = 0; i < w->nzones; i++) {
		const struct world_zone *z = &w->zone[i];

		if (ldns_dname_label_count(z->origin) > 0 || z->signing == NULL || is_signed)
			continue;
		is_signed = true;
		push_ds(z->signing, anchors);
	}
	if (is_signed) {
		strcpy(path, "/tmp/dns01gate-anchor.XXXXXX");
		fd = mkstemp(path);
		fp = must(fd < 0 ? NULL : fdopen(fd, "w"));
		ldns_rr_list_print(fp, anchors);
		fclose(fp);
	}
	ldns_rr_list_deep_free(anchors);
	return is_signed;
}

/* ---- a signature ----------------------------------------------------------------------------- */

static void set_field(ldns_rr *sig, size_t i, ldns_rdf *rdf)
{
	ldns_rdf_deep_free(ldns_rr_set_rdf(sig, rdf, i));
}

static ldns_rr *make_fields(const struct world_recipe *r, const ldns_rr *like)
{
	ldns_rr *sig = must(ldns_rr_new_frm_type(LDNS_RR_TYPE_RRSIG));

	ldns_rr_set_owner(sig, ldns_rdf_clone(ldns_rr_owner(like)));
	ldns_rr_set_ttl(sig, ldns_rr_ttl(like));
	set_field(sig, 0, ldns_native2rdf_int16(LDNS_RDF_TYPE_TYPE, ldns_rr_get_type(like)));
	set_field(sig, 1, ldns_native2rdf_int8(LDNS_RDF_TYPE_ALG, r->algorithm));
	set_field(sig, 2, ldns_native2rdf_int8(LDNS_RDF_TYPE_INT8, r->labels));
	set_field(sig, 3, ldns_native2rdf_int32(LDNS_RDF_TYPE_INT32, ldns_rr_ttl(like)));
	set_field(sig, 4, ldns_native2rdf_int32(LDNS_RDF_TYPE_TIME, r->to));
	set_field(sig, 5, ldns_native2rdf_int32(LDNS_RDF_TYPE_TIME, r->from));
	set_field(sig, 6, ldns_native2rdf_int16(LDNS_RDF_TYPE_INT16, r->tag));
	set_field(sig, 7, ldns_rdf_clone(r->signer));
	return sig;
}

/* The set in canonical form and order, without doubles, under the name that `labels` make of it. */
static ldns_rr_list *canonical(const ldns_rr_list *set, uint8_t labels)
{
	ldns_rr_list *made = must(ldns_rr_list_clone(set));
	const ldns_rdf *owner = ldns_rr_owner(ldns_rr_list_rr(set, 0));
	ldns_rdf *name = NULL;
	size_t i;

	if (labels < ldns_dname_label_count(owner)) {
		ldns_rdf *above = world_ancestor(owner, labels);

		name = world_star(above);
		ldns_rdf_deep_free(above);
	}
	for (i = 0; i < ldns_rr_list_rr_count(made); i++) {
		ldns_rr *rr = ldns_rr_list_rr(made, i);

		ldns_rr_set_ttl(rr, ldns_rr_ttl(ldns_rr_list_rr(set, 0)));
		if (name != NULL) {
			ldns_rdf_deep_free(ldns_rr_owner(rr));
			ldns_rr_set_owner(rr, ldns_rdf_clone(name));
		}
		ldns_rr2canonical(rr);
	}
	ldns_rdf_deep_free(name);
	ldns_rr_list_sort(made);
	for (i = ldns_rr_list_rr_count(made); i-- > 1;) {
		if (ldns_rr_compare(ldns_rr_list_rr(made, i), ldns_rr_list_rr(made, i - 1)) != 0)
			continue;
		ldns_rr_free(ldns_rr_list_rr(made, i));
		for (size_t k = i; k + 1 < ldns_rr_list_rr_count(made); k++)
			ldns_rr_list_set_rr(made, ldns_rr_list_rr(made, k + 1), k);
		ldns_rr_list_pop_rr(made);
	}
	return made;
}

static ldns_rr *sign_as(const struct world_recipe *r, const ldns_rr_list *set)
{
	ldns_rr *sig = make_fields(r, ldns_rr_list_rr(set, 0));
	ldns_rr_list *data = canonical(set, r->labels);
	ldns_buffer *buffer = must(ldns_buffer_new(LDNS_MAX_PACKETLEN));
	ldns_rdf *octets = NULL;

	if (ldns_rrsig2buffer_wire(buffer, sig) == LDNS_STATUS_OK &&
	    ldns_rr_list2buffer_wire(buffer, data) == LDNS_STATUS_OK)
		octets = ldns_sign_public_buffer(buffer, r->key);
	must(octets);
	if (r->forge)
		ldns_rdf_data(octets)[ldns_rdf_size(octets) / 2] ^= 1;
	set_field(sig, 8, octets);
	ldns_buffer_free(buffer);
	ldns_rr_list_deep_free(data);
	return sig;
}

ldns_rr_list *world_sign_set(const struct answer *a, const struct world_zone *z,
			     const ldns_rr_list *set)
{
	const ldns_rr *first = ldns_rr_list_rr(set, 0);
	ldns_rr_list *sigs = must(ldns_rr_list_new());
	char *name = ldns_rdf2str(ldns_rr_owner(first));
	uint8_t labels =
	    (uint8_t)(ldns_dname_label_count(ldns_rr_owner(first)) - (strncmp(name, "*.", 2) == 0));
	size_t i;

	free(name);
	for (i = 0; i < z->signing->nkeys; i++) {
		const struct world_key *k = &z->signing->key[i];
		struct world_recipe r = {
		    .key = k->key,
		    .algorithm = ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(k->rr)),
		    .tag = ldns_calc_keytag(k->rr),
		    .labels = labels,
		    .from = (uint32_t)((double)a->world->wall + z->signing->from),
		    .to = (uint32_t)((double)a->world->wall + z->signing->to),
		    .signer = ldns_rdf_clone(z->origin),
		    .copies = 1};

		if (ldns_rr_get_type(first) == LDNS_RR_TYPE_DNSKEY ? k->for_keys : k->for_rest)
			world_spoil_signature(a, z, set, &r);
		else
			r.copies = 0;
		for (; r.bad > 0; r.bad--) {
			struct world_recipe bad = r;

			bad.forge = true;
			bad.to -= r.bad; /* each is another one */
			ldns_rr_list_push_rr(sigs, sign_as(&bad, set));
		}
		if (r.copies > 0)
			ldns_rr_list_push_rr(sigs, sign_as(&r, set));
		ldns_rdf_deep_free(r.signer);
		if (r.other.key != NULL)
			world_key_free(&r.other);
	}
	return sigs;
}
