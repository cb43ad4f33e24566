/* SPDX-License-Identifier: ISC */
#include "world_spoil.h"

#include <stdlib.h>
#include <string.h>

#define STRANGER 9
#define LATE 10
#define EARLY 3600
#define MONTH 2592000

static bool applies(const struct answer *a, const struct world_odd *odd)
{
	return (strcmp(odd->addr, "*") == 0 || strcmp(odd->addr, a->addr) == 0) &&
	       (odd->type == 0 || odd->type == a->type) && a->now >= odd->from &&
	       a->now < odd->to && !odd->also;
}

bool world_is_spoilt(const struct answer *a, const char *kind)
{
	size_t i;

	for (i = 0; i < a->world->nodds; i++)
		if (strcmp(a->world->odd[i].kind, kind) == 0 && applies(a, &a->world->odd[i]))
			return true;
	return false;
}

static bool covers(const struct world_odd *odd, ldns_rr_type type)
{
	return odd->arg[0] == '\0' || ldns_get_rr_type_by_name(odd->arg) == type;
}

static void set_signer(struct world_recipe *r, ldns_rdf *take_name)
{
	ldns_rdf_deep_free(r->signer);
	r->signer = take_name;
}

static void sign_below(struct world_recipe *r)
{
	ldns_rdf *name = ldns_dname_new_frm_str("below");

	ldns_dname_cat(name, r->signer);
	set_signer(r, name);
}

static void sign_above(struct world_recipe *r)
{
	set_signer(r, ldns_dname_left_chop(r->signer));
}

static void use_stranger(const struct world_zone *z, struct world_recipe *r, bool impostor)
{
	if (r->other.key != NULL)
		return;
	r->other = world_key_make(z->origin, r->algorithm, STRANGER, 256, 3);
	r->key = r->other.key;
	if (!impostor)
		r->tag = ldns_calc_keytag(r->other.rr);
}

static void spoil_recipe(const struct answer *a, const struct world_zone *z, const char *kind,
			 struct world_recipe *r)
{
	uint32_t now = (uint32_t)((double)a->world->wall + a->now);

	if (strcmp(kind, "none") == 0) {
		r->copies = 0;
	} else if (strcmp(kind, "expired") == 0) {
		r->from = now - MONTH;
		r->to = now - LATE;
	} else if (strcmp(kind, "ending") == 0) {
		r->from = now - MONTH;
		r->to = now + 1200;
	} else if (strcmp(kind, "future") == 0) {
		r->from = now + EARLY;
		r->to = now + MONTH;
	} else if (strcmp(kind, "forged") == 0) {
		r->forge = true;
	} else if (strcmp(kind, "stranger") == 0 || strcmp(kind, "impostor") == 0) {
		use_stranger(z, r, kind[0] == 'i');
	} else if (strcmp(kind, "above") == 0 && ldns_dname_label_count(z->origin) > 0) {
		sign_above(r);
	} else if (strcmp(kind, "below") == 0) {
		sign_below(r);
	} else if (strcmp(kind, "outside") == 0) {
		set_signer(r, ldns_dname_new_frm_str("elsewhere.invalid."));
	} else if (strcmp(kind, "less") == 0 && r->labels > 0) {
		r->labels--;
	} else if (strcmp(kind, "more") == 0) {
		r->labels++;
	} else if (strcmp(kind, "algorithm") == 0) {
		r->algorithm = r->algorithm == LDNS_RSASHA256 ? LDNS_RSASHA512 : LDNS_RSASHA256;
	}
}

void world_spoil_signature(const struct answer *a, const struct world_zone *z,
			   const ldns_rr_list *set, struct world_recipe *r)
{
	ldns_rr_type type = ldns_rr_get_type(ldns_rr_list_rr(set, 0));
	size_t i;

	for (i = 0; i < a->world->nodds; i++) {
		const struct world_odd *odd = &a->world->odd[i];

		if (strncmp(odd->kind, "sig-", 4) != 0 || !applies(a, odd))
			continue;
		if (strcmp(odd->kind, "sig-bad") == 0 || strcmp(odd->kind, "sig-flood") == 0) {
			r->bad = (unsigned)atoi(odd->arg);
			r->copies = odd->kind[4] == 'b';
		} else if (covers(odd, type)) {
			spoil_recipe(a, z, odd->kind + 4, r);
		}
	}
}

void world_spoil_set(const struct answer *a, ldns_rr_list *set)
{
	ldns_rr_type type = ldns_rr_get_type(ldns_rr_list_rr(set, 0));
	size_t i, k, n = ldns_rr_list_rr_count(set);

	for (i = 0; i < a->world->nodds; i++) {
		const struct world_odd *odd = &a->world->odd[i];

		if (!applies(a, odd) || !covers(odd, type))
			continue;
		if (strcmp(odd->kind, "twice-record") == 0)
			ldns_rr_list_push_rr(set, ldns_rr_clone(ldns_rr_list_rr(set, 0)));
		for (k = 0; k < n && strncmp(odd->kind, "ttl-", 4) == 0; k++) {
			ldns_rr *rr = ldns_rr_list_rr(set, k);

			ldns_rr_set_ttl(rr, odd->kind[4] == 's' ? 1 : ldns_rr_ttl(rr) + 1000);
		}
	}
}
