/* SPDX-License-Identifier: ISC */
#include "rrset.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static int compare_rdata(const void *a, const void *b)
{
	const struct dg_rdata *x = a, *y = b;
	int order = memcmp(x->octets, y->octets, x->len < y->len ? x->len : y->len);

	if (order != 0 || x->len == y->len)
		return order;
	return x->len < y->len ? -1 : 1;
}

/* A doubled record changes no set, but would change what is verified. */
static void sort_and_unite(struct dg_rrset *set)
{
	size_t i, kept = 0;

	if (set->count == 0)
		return;
	qsort(set->rdata, set->count, sizeof(*set->rdata), compare_rdata);
	for (i = 1; i < set->count; i++)
		if (compare_rdata(&set->rdata[kept], &set->rdata[i]) != 0)
			set->rdata[++kept] = set->rdata[i];
	set->count = kept + 1;
}

static enum dg_status read_records(struct dg_rrset *set, const struct dg_msg *msg,
				   unsigned sections)
{
	size_t cursor = 0, count = 0, room = 0, used = 0;
	const struct dg_rr *rr;

	while ((rr = dg_msg_next(msg, sections, &set->owner, set->type, &cursor)) != NULL) {
		count++;
		room += (size_t)rr->rdlen + DG_MSG_GROWTH;
	}
	if (count == 0)
		return DG_OK;
	if (count > DG_MAX_SET) {
		set->too_big = true;
		return DG_OK;
	}
	set->store = malloc(room);
	set->rdata = calloc(count, sizeof(*set->rdata));
	if (set->store == NULL || set->rdata == NULL)
		return DG_ENOMEM;
	cursor = 0;
	while ((rr = dg_msg_next(msg, sections, &set->owner, set->type, &cursor)) != NULL) {
		size_t len = dg_msg_canonical(msg, rr, set->store + used);

		if (set->count == 0 || rr->ttl < set->ttl)
			set->ttl = rr->ttl;
		set->rdata[set->count++] = (struct dg_rdata){set->store + used, len};
		used += len;
	}
	sort_and_unite(set);
	return DG_OK;
}

static void read_sigs(struct dg_rrset *set, const struct dg_msg *msg, unsigned sections)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(msg, sections, &set->owner, DG_TYPE_RRSIG, &cursor)) != NULL) {
		struct dg_cursor c = {
		    .bytes = msg->wire, .len = (size_t)rr->rdata + rr->rdlen, .pos = rr->rdata};
		struct dg_sig *sig = &set->sig[set->nsigs];

		if (dg_read_u16(&c) != set->type)
			continue;
		if (set->nsigs == DG_MAX_SIGS) {
			set->more_sigs = true;
			return;
		}
		sig->head = msg->wire + rr->rdata;
		sig->algorithm = dg_read_u8(&c);
		sig->labels = dg_read_u8(&c);
		sig->original_ttl = dg_read_u32(&c);
		sig->expiration = dg_read_u32(&c);
		sig->inception = dg_read_u32(&c);
		sig->tag = dg_read_u16(&c);
		sig->signer = dg_msg_rdata_name(msg, rr, 18);
		sig->octets = dg_msg_rest(msg, rr, 18, &sig->len);
		set->nsigs++;
	}
}

enum dg_status dg_rrset_read(struct dg_rrset *ret_set, const struct dg_msg *msg, unsigned sections,
			     const struct dg_name *owner, uint16_t type)
{
	struct dg_rrset set = {.owner = *owner, .type = type};
	enum dg_status status = read_records(&set, msg, sections);

	if (status != DG_OK) {
		dg_rrset_free(&set);
		return status;
	}
	if (set.count > 0 || set.too_big)
		read_sigs(&set, msg, sections);
	*ret_set = set;
	return DG_OK;
}

void dg_rrset_free(struct dg_rrset *set)
{
	free(set->rdata);
	free(set->store);
	set->rdata = NULL;
	set->store = NULL;
	set->count = 0;
}

/* Offsets of the labels, the leftmost first; how many. */
static unsigned label_offsets(const struct dg_name *name, uint8_t at[DG_NAME_MAX / 2 + 1])
{
	unsigned n = 0;
	size_t i;

	for (i = 0; name->wire[i] != 0; i += (size_t)name->wire[i] + 1)
		at[n++] = (uint8_t)i;
	return n;
}

int dg_name_order(const struct dg_name *a, const struct dg_name *b)
{
	uint8_t at_a[DG_NAME_MAX / 2 + 1], at_b[DG_NAME_MAX / 2 + 1];
	unsigned i = label_offsets(a, at_a), k = label_offsets(b, at_b);

	while (i > 0 && k > 0) {
		const uint8_t *x = a->wire + at_a[--i], *y = b->wire + at_b[--k];
		int order = memcmp(x + 1, y + 1, x[0] < y[0] ? x[0] : y[0]);

		if (order == 0)
			order = (int)x[0] - (int)y[0];
		if (order != 0)
			return order;
	}
	return (int)i - (int)k;
}
