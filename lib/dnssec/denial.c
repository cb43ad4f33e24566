/* SPDX-License-Identifier: ISC */
#include "denial.h"

#include <string.h>

#include "base/bytes.h"
#include "dnskey.h"

#define NSEC3_SHA1 1
#define NSEC3_OPT_OUT 1
#define HASH_OCTETS 20

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads the uncompressed name that canonical RDATA begins with; its length. The set was read
 * strictly before, so it fits. */
static size_t read_next(const struct dg_rdata *rdata, struct dg_name *ret_name)
{
	const uint8_t *in = rdata->octets;
	size_t at = 0, i;
	uint8_t count;

	do {
		count = in[at];
		ret_name->wire[at] = count;
		for (i = at + 1; i <= at + count; i++)
			ret_name->wire[i] = dg_lower(in[i]);
		at += (size_t)count + 1;
	} while (count != 0);
	ret_name->len = (uint8_t)at;
	return at;
}

/* RFC 4648 section 7, without padding, in lower case. */
static void encode_hash(const uint8_t octets[HASH_OCTETS], uint8_t label[DG_HASH_LABEL])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	size_t i;

	for (i = 0; i < DG_HASH_LABEL; i++) {
		size_t bit = i * 5, at = bit / 8;
		unsigned pair = (unsigned)octets[at] << 8;

		if (at + 1 < HASH_OCTETS)
			pair |= octets[at + 1];
		label[i] = (uint8_t)digits[pair >> (11 - bit % 8) & 31];
	}
}

static void add_nsec(struct dg_denials *d, const struct dg_rrset *set)
{
	struct dg_nsec *n = &d->nsec[d->nnsec];
	size_t len = read_next(&set->rdata[0], &n->next);

	/* One that reaches out of its zone proves nothing in it. */
	if (!dg_name_under(&n->next, &d->zone))
		return;
	n->owner = set->owner;
	n->bitmap = set->rdata[0].octets + len;
	n->bitmap_len = set->rdata[0].len - len;
	d->nnsec++;
}

static bool is_base32hex(const uint8_t *label)
{
	size_t i;

	for (i = 0; i < DG_HASH_LABEL; i++)
		if (!((label[i] >= '0' && label[i] <= '9') || (label[i] >= 'a' && label[i] <= 'v')))
			return false;
	return true;
}

/* RDATA: algorithm, flags, iterations, salt with its length, next hash with its length, bitmap. */
static void add_nsec3(struct dg_denials *d, const struct dg_rrset *set)
{
	const uint8_t *r = set->rdata[0].octets;
	struct dg_nsec3 *n = &d->nsec3[d->nnsec3];
	struct dg_name above = dg_name_parent(&set->owner);
	uint16_t iterations = (uint16_t)(r[2] << 8 | r[3]);
	uint8_t salt_len = r[4];
	const uint8_t *hash = r + 5 + salt_len;

	if (r[0] != NSEC3_SHA1 || (r[1] & ~NSEC3_OPT_OUT) != 0 || hash[0] != HASH_OCTETS)
		return;
	if (set->owner.wire[0] != DG_HASH_LABEL || !is_base32hex(set->owner.wire + 1) ||
	    !dg_name_equal(&above, &d->zone))
		return;
	if (d->nnsec3 == 0) {
		d->iterations = iterations;
		d->salt = r + 5;
		d->salt_len = salt_len;
	} else if (iterations != d->iterations || salt_len != d->salt_len ||
		   memcmp(r + 5, d->salt, salt_len) != 0) {
		return;
	}
	memcpy(n->owner, set->owner.wire + 1, DG_HASH_LABEL);
	encode_hash(hash + 1, n->next);
	n->opt_out = (r[1] & NSEC3_OPT_OUT) != 0;
	n->bitmap = hash + 1 + HASH_OCTETS;
	n->bitmap_len = set->rdata[0].len - (size_t)(n->bitmap - r);
	d->nnsec3++;
}

void dg_denials_add(struct dg_denials *d, const struct dg_rrset *set)
{
	/* Two at one name contradict each other. */
	if (set->count != 1)
		return;
	if (set->type == DG_TYPE_NSEC && d->nnsec < DG_MAX_DENIALS)
		add_nsec(d, set);
	else if (set->type == DG_TYPE_NSEC3 && d->nnsec3 < DG_MAX_DENIALS)
		add_nsec3(d, set);
}

/* RFC 4034 section 4.1.2; the windows were checked when the message was read. */
static bool has_type(const uint8_t *bitmap, size_t len, uint16_t type)
{
	size_t i;

	for (i = 0; i + 2 <= len; i += 2u + bitmap[i + 1]) {
		size_t octet = (size_t)(type & 0xff) / 8;

		if (bitmap[i] == type >> 8)
			return octet < bitmap[i + 1] &&
			       (bitmap[i + 2 + octet] >> (7 - type % 8) & 1);
	}
	return false;
}

/* The records at a name, as a bitmap tells, leave room for none of that type, and were written by
 * the side of a zone cut that knows: the parent for DS, the child for all else. */
static bool bitmap_denies(const uint8_t *bitmap, size_t len, const struct dg_name *name,
			  uint16_t type, enum dg_cut *ret_cut)
{
	bool ns = has_type(bitmap, len, DG_TYPE_NS), soa = has_type(bitmap, len, DG_TYPE_SOA);

	if (has_type(bitmap, len, type) || has_type(bitmap, len, DG_TYPE_CNAME))
		return false;
	if (type == DG_TYPE_DS && soa && name->len > 1)
		return false;
	if (type != DG_TYPE_DS && ns && !soa)
		return false;
	*ret_cut = ns ? DG_CUT_UNSIGNED : DG_CUT_NONE;
	return true;
}

/* Names below belong to another zone, or to where a DNAME leads: their absence is not told here. */
static bool leads_away(const uint8_t *bitmap, size_t len)
{
	return has_type(bitmap, len, DG_TYPE_DNAME) ||
	       (has_type(bitmap, len, DG_TYPE_NS) && !has_type(bitmap, len, DG_TYPE_SOA));
}

static bool make_wildcard(const struct dg_name *encloser, struct dg_name *ret_name)
{
	if (encloser->len + 2 > DG_NAME_MAX)
		return false;
	ret_name->wire[0] = 1;
	ret_name->wire[1] = '*';
	memcpy(ret_name->wire + 2, encloser->wire, encloser->len);
	ret_name->len = (uint8_t)(encloser->len + 2);
	return true;
}

/* ---- NSEC ------------------------------------------------------------------------------------ */

static bool nsec_covers(const struct dg_denials *d, const struct dg_nsec *n,
			const struct dg_name *name)
{
	if (!dg_name_under(name, &d->zone) || dg_name_order(&n->owner, name) >= 0)
		return false;
	if (dg_name_under(name, &n->owner) && leads_away(n->bitmap, n->bitmap_len))
		return false;
	/* The last one leads back to the apex. */
	return dg_name_order(name, &n->next) < 0 || dg_name_equal(&n->next, &d->zone);
}

static const struct dg_nsec *find_cover(const struct dg_denials *d, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < d->nnsec; i++)
		if (nsec_covers(d, &d->nsec[i], name))
			return &d->nsec[i];
	return NULL;
}

static const struct dg_nsec *find_nsec(const struct dg_denials *d, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < d->nnsec; i++)
		if (dg_name_equal(&d->nsec[i].owner, name))
			return &d->nsec[i];
	return NULL;
}

/* Labels, from the root, that two names share. */
static unsigned shared_labels(const struct dg_name *a, const struct dg_name *b)
{
	unsigned n = dg_name_labels(a);

	while (n > 0) {
		struct dg_name above = dg_name_ancestor(a, n);

		if (dg_name_under(b, &above))
			break;
		n--;
	}
	return n;
}

/* The longest ancestor of name that exists, as the NSEC that covers it shows. */
static struct dg_name encloser_by(const struct dg_nsec *n, const struct dg_name *name)
{
	unsigned by_owner = shared_labels(name, &n->owner), by_next = shared_labels(name, &n->next);

	return dg_name_ancestor(name, by_owner > by_next ? by_owner : by_next);
}

/* name is an empty non-terminal: names below it are what comes next. */
static bool is_empty_by(const struct dg_nsec *n, const struct dg_name *name)
{
	return dg_name_under(&n->next, name);
}

static bool nsec_denies_name(const struct dg_denials *d, const struct dg_name *name)
{
	const struct dg_nsec *n = find_cover(d, name);
	struct dg_name encloser, wildcard;

	if (n == NULL || is_empty_by(n, name))
		return false;
	encloser = encloser_by(n, name);
	return make_wildcard(&encloser, &wildcard) && find_cover(d, &wildcard) != NULL;
}

static bool nsec_denies_type(const struct dg_denials *d, const struct dg_name *name, uint16_t type,
			     enum dg_cut *ret_cut)
{
	const struct dg_nsec *n = find_nsec(d, name), *w;
	struct dg_name encloser, wildcard;

	if (n != NULL)
		return bitmap_denies(n->bitmap, n->bitmap_len, name, type, ret_cut);
	n = find_cover(d, name);
	if (n == NULL)
		return false;
	*ret_cut = DG_CUT_NONE;
	if (is_empty_by(n, name))
		return true;
	encloser = encloser_by(n, name);
	w = make_wildcard(&encloser, &wildcard) ? find_nsec(d, &wildcard) : NULL;
	return w != NULL && bitmap_denies(w->bitmap, w->bitmap_len, name, type, ret_cut);
}

/* ---- NSEC3 ----------------------------------------------------------------------------------- */

static bool hash_name(const struct dg_denials *d, const struct dg_name *name,
		      uint8_t hash[DG_HASH_LABEL])
{
	if (d->work->hashes >= DG_MAX_HASHES) {
		d->work->limit = "NSEC3 hashes computed for one answer";
		return false;
	}
	d->work->hashes++;
	return dg_nsec3_hash(name, d->iterations, d->salt, d->salt_len, hash);
}

static const struct dg_nsec3 *find_match3(const struct dg_denials *d, const struct dg_name *name)
{
	uint8_t hash[DG_HASH_LABEL];
	size_t i;

	if (!dg_name_under(name, &d->zone) || !hash_name(d, name, hash))
		return NULL;
	for (i = 0; i < d->nnsec3; i++)
		if (memcmp(d->nsec3[i].owner, hash, sizeof(hash)) == 0)
			return &d->nsec3[i];
	return NULL;
}

static const struct dg_nsec3 *find_cover3(const struct dg_denials *d, const struct dg_name *name)
{
	uint8_t hash[DG_HASH_LABEL];
	size_t i;

	if (!dg_name_under(name, &d->zone) || !hash_name(d, name, hash))
		return NULL;
	for (i = 0; i < d->nnsec3; i++) {
		const struct dg_nsec3 *n = &d->nsec3[i];
		bool after = memcmp(n->owner, hash, sizeof(hash)) < 0;
		bool before = memcmp(hash, n->next, sizeof(hash)) < 0;
		bool last = memcmp(n->next, n->owner, sizeof(hash)) <= 0;

		if (memcmp(n->owner, hash, sizeof(hash)) == 0)
			return NULL;
		if (last ? after || before : after && before)
			return n;
	}
	return NULL;
}

/* The proof of RFC 5155 section 8.3: the closest encloser is there, the next closer name is not. */
static const struct dg_nsec3 *find_closer3(const struct dg_denials *d, const struct dg_name *name,
					   struct dg_name *ret_encloser)
{
	unsigned labels, top = dg_name_labels(&d->zone);

	for (labels = dg_name_labels(name); labels-- > top;) {
		struct dg_name above = dg_name_ancestor(name, labels);
		const struct dg_nsec3 *n = find_match3(d, &above);

		if (n == NULL && d->work->hashes >= DG_MAX_HASHES)
			return NULL;
		if (n == NULL)
			continue;
		if (leads_away(n->bitmap, n->bitmap_len))
			return NULL;
		*ret_encloser = above;
		above = dg_name_ancestor(name, labels + 1);
		return find_cover3(d, &above);
	}
	return NULL;
}

static enum dg_denied denied_by(const struct dg_nsec3 *closer)
{
	return closer->opt_out ? DG_DENIED_OPT_OUT : DG_DENIED_FULLY;
}

static enum dg_denied nsec3_denies_name(const struct dg_denials *d, const struct dg_name *name)
{
	struct dg_name encloser, wildcard;
	const struct dg_nsec3 *closer = find_closer3(d, name, &encloser);

	if (closer == NULL || !make_wildcard(&encloser, &wildcard) ||
	    find_cover3(d, &wildcard) == NULL)
		return DG_DENIED_NOT;
	return denied_by(closer);
}

static enum dg_denied nsec3_denies_type(const struct dg_denials *d, const struct dg_name *name,
					uint16_t type, enum dg_cut *ret_cut)
{
	const struct dg_nsec3 *n = find_match3(d, name), *closer;
	struct dg_name encloser, wildcard;

	if (n != NULL)
		return bitmap_denies(n->bitmap, n->bitmap_len, name, type, ret_cut)
			   ? DG_DENIED_FULLY
			   : DG_DENIED_NOT;
	closer = find_closer3(d, name, &encloser);
	if (closer == NULL)
		return DG_DENIED_NOT;
	n = make_wildcard(&encloser, &wildcard) ? find_match3(d, &wildcard) : NULL;
	if (n != NULL && bitmap_denies(n->bitmap, n->bitmap_len, name, type, ret_cut))
		return denied_by(closer);
	/* An unsigned delegation may hide in the span (RFC 5155 section 8.6). */
	*ret_cut = DG_CUT_UNSIGNED;
	return n == NULL && closer->opt_out ? DG_DENIED_OPT_OUT : DG_DENIED_NOT;
}

/* ---- either ---------------------------------------------------------------------------------- */

enum dg_denied dg_denial_of_name(const struct dg_denials *d, const struct dg_name *name)
{
	if (nsec_denies_name(d, name))
		return DG_DENIED_FULLY;
	return d->nnsec3 == 0 ? DG_DENIED_NOT : nsec3_denies_name(d, name);
}

enum dg_denied dg_denial_of_type(const struct dg_denials *d, const struct dg_name *name,
				 uint16_t type, enum dg_cut *ret_cut)
{
	*ret_cut = DG_CUT_UNKNOWN;
	if (nsec_denies_type(d, name, type, ret_cut))
		return DG_DENIED_FULLY;
	return d->nnsec3 == 0 ? DG_DENIED_NOT : nsec3_denies_type(d, name, type, ret_cut);
}

enum dg_denied dg_denial_of_closer(const struct dg_denials *d, const struct dg_name *name,
				   const struct dg_name *encloser)
{
	const struct dg_nsec *n = find_cover(d, name);
	const struct dg_nsec3 *closer;
	struct dg_name below;

	if (n != NULL && !is_empty_by(n, name)) {
		struct dg_name by = encloser_by(n, name);

		if (dg_name_equal(&by, encloser))
			return DG_DENIED_FULLY;
	}
	below = dg_name_ancestor(name, dg_name_labels(encloser) + 1);
	closer = d->nnsec3 == 0 ? NULL : find_cover3(d, &below);
	return closer == NULL ? DG_DENIED_NOT : denied_by(closer);
}
