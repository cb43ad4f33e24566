/* SPDX-License-Identifier: ISC */
#include "name.h"

#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>

#include "bytes.h"
#include "err.h"
#include "types.h"

const struct dg_name dg_name_root = {.len = 1, .wire = {0}};

/* ---- in messages ----------------------------------------------------------------------------- */

static bool append_label(struct dg_cursor *at, uint8_t count, bool lower, struct dg_name *name)
{
	size_t label = dg_read_skip(at, count);
	uint8_t i;

	if (at->failed || count > DG_LABEL_MAX || name->len + 1 + count > DG_NAME_MAX)
		return false;
	name->wire[name->len++] = count;
	for (i = 0; i < count; i++)
		name->wire[name->len++] =
		    lower ? dg_lower(at->bytes[label + i]) : at->bytes[label + i];
	return true;
}

/*
 * Pointers must lead strictly backwards, each before the place where the last one led (RFC 1035
 * section 4.1.4: "a prior occurrence"), so no chain can loop.
 */
unsigned dg_name_read(struct dg_cursor *c, bool lower, struct dg_name *ret_name)
{
	struct dg_cursor at = *c;
	size_t before = c->pos;
	unsigned pointers = 0;

	ret_name->len = 0;
	for (;;) {
		uint8_t count = dg_read_u8(&at);

		if (at.failed)
			break;
		if ((count & 0xc0) == 0xc0) {
			size_t target = (size_t)(count & 0x3f) << 8 | dg_read_u8(&at);

			if (pointers == 0)
				c->pos = at.pos;
			if (at.failed || target >= before || ++pointers > DG_MAX_POINTERS)
				break;
			at.pos = before = target;
			continue;
		}
		if (!append_label(&at, count, lower, ret_name))
			break;
		if (count == 0) {
			if (pointers == 0)
				c->pos = at.pos;
			return pointers;
		}
	}
	c->failed = true;
	return pointers;
}

bool dg_name_is_at(struct dg_cursor at, const struct dg_name *name)
{
	size_t before = at.pos, done = 0, label, i;

	for (;;) {
		uint8_t count = dg_read_u8(&at);

		if ((count & 0xc0) == 0xc0) {
			size_t target = (size_t)(count & 0x3f) << 8 | dg_read_u8(&at);

			if (at.failed || target >= before)
				return false;
			at.pos = before = target;
			continue;
		}
		label = dg_read_skip(&at, count);
		if (at.failed || name->wire[done++] != count)
			return false;
		if (count == 0)
			return true;
		for (i = 0; i < count; i++)
			if (dg_lower(at.bytes[label + i]) != name->wire[done++])
				return false;
	}
}

/* ---- in text --------------------------------------------------------------------------------- */

enum dg_status dg_name_parse(struct dg_name *ret_name, const char *text, struct dg_error *err)
{
	ldns_rdf *rdf = NULL;
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] >= 0x7f)
			return dg_fail(err, DG_EINVAL, "\"%s\" is not a domain name in ASCII form",
				       text);
	/* An empty text would be the root to ldns. */
	if (i > 0)
		rdf = ldns_dname_new_frm_str(text);
	if (rdf == NULL)
		return dg_fail(err, DG_EINVAL, "\"%s\" is not a domain name", text);
	ret_name->len = (uint8_t)ldns_rdf_size(rdf);
	memcpy(ret_name->wire, ldns_rdf_data(rdf), ret_name->len);
	ldns_rdf_deep_free(rdf);
	for (i = 0; i < ret_name->len; i++)
		ret_name->wire[i] = dg_lower(ret_name->wire[i]);
	return DG_OK;
}

static char *print_octet(char *to, uint8_t octet)
{
	if (octet <= ' ' || octet >= 0x7f)
		return to + sprintf(to, "\\%03u", octet);
	if (strchr(".\\\"();@$", octet) != NULL)
		*to++ = '\\';
	*to++ = (char)octet;
	return to;
}

const char *dg_name_print(const struct dg_name *name, char buf[DG_NAME_TEXT])
{
	char *to = buf;
	size_t i = 0;

	while (name->wire[i] != 0) {
		size_t end = i + 1 + name->wire[i];

		for (i++; i < end; i++)
			to = print_octet(to, name->wire[i]);
		*to++ = '.';
	}
	if (to == buf)
		*to++ = '.';
	*to = '\0';
	return buf;
}

const char *dg_name_print_short(const struct dg_name *name, size_t most, char buf[DG_NAME_TEXT])
{
	dg_name_print(name, buf);
	if (strlen(buf) > most)
		memcpy(buf + most - 3, "...", 4);
	return buf;
}

/* ---- among each other ------------------------------------------------------------------------ */

bool dg_name_equal(const struct dg_name *a, const struct dg_name *b)
{
	return a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0;
}

bool dg_name_under(const struct dg_name *name, const struct dg_name *ancestor)
{
	size_t i = 0;

	if (ancestor->len > name->len)
		return false;
	/* Only a label boundary counts: notexample.com is not under example.com. */
	while (i < (size_t)(name->len - ancestor->len))
		i += 1u + name->wire[i];
	return i == (size_t)(name->len - ancestor->len) &&
	       memcmp(name->wire + i, ancestor->wire, ancestor->len) == 0;
}

unsigned dg_name_labels(const struct dg_name *name)
{
	unsigned labels = 0;
	size_t i;

	for (i = 0; name->wire[i] != 0; i += 1u + name->wire[i])
		labels++;
	return labels;
}

struct dg_name dg_name_ancestor(const struct dg_name *name, unsigned labels)
{
	unsigned have = dg_name_labels(name);
	struct dg_name up = {0};
	size_t i = 0;

	for (; have > labels; have--)
		i += 1u + name->wire[i];
	up.len = (uint8_t)(name->len - i);
	memcpy(up.wire, name->wire + i, up.len);
	return up;
}

struct dg_name dg_name_parent(const struct dg_name *name)
{
	unsigned labels = dg_name_labels(name);

	return dg_name_ancestor(name, labels > 0 ? labels - 1 : 0);
}

bool dg_name_substitute(const struct dg_name *name, const struct dg_name *owner,
			const struct dg_name *target, struct dg_name *ret_name)
{
	size_t kept = (size_t)(name->len - owner->len);
	struct dg_name moved = {0};

	if (kept + target->len > DG_NAME_MAX)
		return false;
	memcpy(moved.wire, name->wire, kept);
	memcpy(moved.wire + kept, target->wire, target->len);
	moved.len = (uint8_t)(kept + target->len);
	*ret_name = moved;
	return true;
}

bool dg_name_nobody(const struct dg_name *above, uint32_t random, struct dg_name *ret_name)
{
	char label[sizeof("nobody-00000000")];
	size_t len = (size_t)snprintf(label, sizeof(label), "nobody-%08x", (unsigned)random);

	if (1 + len + above->len > DG_NAME_MAX)
		return false;
	ret_name->len = (uint8_t)(1 + len + above->len);
	ret_name->wire[0] = (uint8_t)len;
	memcpy(ret_name->wire + 1, label, len);
	memcpy(ret_name->wire + 1 + len, above->wire, above->len);
	return true;
}

uint32_t dg_name_hash(const struct dg_name *name)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < name->len; i++)
		hash = (hash ^ name->wire[i]) * 16777619u;
	return hash;
}
