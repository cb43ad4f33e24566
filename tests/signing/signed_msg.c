/* SPDX-License-Identifier: ISC */
#include "signed_parts.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- records --------------------------------------------------------------------------------- */

struct signed_record *signed_add(struct signed_text *m, int section, uint16_t type)
{
	struct signed_record *r = &m->record[m->count];

	if (m->count++ == MOST_RECORDS)
		signed_wrong("too many records", "");
	*r = (struct signed_record){.section = section, .type = type, .class = 1, .ttl = 60};
	r->rdata = malloc(65536);
	return r;
}

static void add_text(struct signed_text *m, int section, const char *line)
{
	const char *raw = strstr(line, " \\# ");
	uint8_t *wire = NULL;
	size_t len = 0, head;
	ldns_rr *rr = NULL;
	struct signed_record *r;

	if (raw != NULL) {
		char owner[300], type[20];

		if (sscanf(line, "%299s %19s", owner, type) != 2)
			signed_wrong("record", line);
		r = signed_add(m, section, (uint16_t)ldns_get_rr_type_by_name(type));
		r->owner_len = signed_name(owner, r->owner);
		raw += 4 + strspn(raw + 4, "0123456789");
		r->len = signed_hex(raw + strspn(raw, " "), r->rdata);
		return;
	}
	if (ldns_rr_new_frm_str(&rr, line, 60, NULL, NULL) != LDNS_STATUS_OK)
		signed_wrong("record", line);
	r = signed_add(m, section, (uint16_t)ldns_rr_get_type(rr));
	r->class = (uint16_t)ldns_rr_get_class(rr);
	r->ttl = ldns_rr_ttl(rr);
	r->owner_len = ldns_rdf_size(ldns_rr_owner(rr));
	memcpy(r->owner, ldns_rdf_data(ldns_rr_owner(rr)), r->owner_len);
	if (ldns_rr2wire(&wire, rr, LDNS_SECTION_ANSWER, &len) != LDNS_STATUS_OK)
		signed_wrong("record", line);
	head = r->owner_len + 10;
	r->len = len - head;
	memcpy(r->rdata, wire + head, r->len);
	free(wire);
	ldns_rr_free(rr);
}

static size_t write_bitmap(const char *types, uint8_t *out)
{
	char text[300], line[400];
	uint8_t *wire = NULL;
	size_t len = 0, i;
	ldns_rr *rr = NULL;

	snprintf(text, sizeof(text), "%s", strcmp(types, "-") == 0 ? "" : types);
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] == ',')
			text[i] = ' ';
	snprintf(line, sizeof(line), ". NSEC . %s", text);
	if (ldns_rr_new_frm_str(&rr, line, 60, NULL, NULL) != LDNS_STATUS_OK ||
	    ldns_rr2wire(&wire, rr, LDNS_SECTION_ANSWER, &len) != LDNS_STATUS_OK)
		signed_wrong("types", types);
	/* Owner and next are the root. */
	memcpy(out, wire + 12, len - 12);
	free(wire);
	ldns_rr_free(rr);
	return len - 12;
}

/* Moves a number of twenty octets on by one, or back. */
static void step(uint8_t hash[20], int by)
{
	int i;

	for (i = 19; i >= 0; i--) {
		hash[i] = (uint8_t)(hash[i] + by);
		if (hash[i] != (by > 0 ? 0 : 0xff))
			break;
	}
}

static void add_nsec3(struct signed_text *m, int section)
{
	const char *match = signed_option(m, "match", NULL),
		   *cover = signed_option(m, "cover", NULL);
	const char *open = signed_option(m, "open", NULL), *name = match;
	uint8_t hash[20], salt[256], data[600], *p;
	long it = signed_number(m, "it", 0), next = signed_number(m, "next", 20), i;
	size_t salt_len = signed_hex(signed_option(m, "salt", ""), salt), len;
	struct signed_record *r = signed_add(m, section, LDNS_RR_TYPE_NSEC3);
	char *label;

	name = cover != NULL ? cover : open != NULL ? open : match;
	len = signed_name(name, data);
	memcpy(data + len, salt, salt_len);
	ldns_sha1(data, (unsigned)(len + salt_len), hash);
	for (i = 0; i < it; i++) {
		memcpy(data, hash, 20);
		memcpy(data + 20, salt, salt_len);
		ldns_sha1(data, (unsigned)(20 + salt_len), hash);
	}
	if (cover != NULL)
		step(hash, -1);
	label = malloc(100);
	ldns_b32_ntop_extended_hex(hash, 20, label, 100);
	r->owner[0] = 32;
	for (i = 0; i < 32; i++)
		r->owner[i + 1] = (uint8_t)(label[i] | (label[i] >= 'A' ? 0x20 : 0));
	free(label);
	r->owner_len =
	    33 + signed_name(signed_option(m, "under", signed_option(m, "zone", m->defaults.zone)),
			     r->owner + 33);
	if (open == NULL)
		step(hash, 1);
	if (cover != NULL)
		step(hash, 1);
	p = r->rdata;
	*p++ = (uint8_t)signed_number(m, "hash", 1);
	*p++ = (uint8_t)signed_number(m, "flags", 0);
	signed_put16(p, (size_t)it);
	p[2] = (uint8_t)salt_len;
	memcpy(p + 3, salt, salt_len);
	p += 3 + salt_len;
	*p++ = (uint8_t)next;
	for (i = 0; i < next; i++)
		*p++ = i < 20 ? hash[i] : 0;
	p += write_bitmap(m->word[0], p);
	r->len = (size_t)(p - r->rdata);
}

/* ---- the text -------------------------------------------------------------------------------- */

static void split(struct signed_text *m, char *text)
{
	char *rest = NULL, *word;

	m->nwords = 0;
	for (word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (m->nwords == MOST_WORDS)
			signed_wrong("too many words", text);
		m->word[m->nwords++] = word;
	}
}

static void read_line(struct signed_text *m, char *line)
{
	static const char names[] = "an ns ar ";
	const char *found = NULL;
	struct signed_record *r;
	int section;

	if (line[0] == '+') {
		size_t last = m->count;
		long bad;

		while (last > 0 && m->record[last - 1].type == LDNS_RR_TYPE_RRSIG)
			last--;
		if (last == 0)
			signed_wrong("nothing to sign", line);
		split(m, line + 1);
		for (bad = signed_number(m, "bad", 0); bad >= 0; bad--)
			signed_add_signature(m, &m->record[last - 1], bad);
		return;
	}
	if (line[2] == ' ')
		found = strstr(names, (char[]){line[0], line[1], ' ', '\0'});
	if (found == NULL)
		signed_wrong("line", line);
	section = (int)(found - names) / 3;
	line += 3;
	if (strncmp(line, "key ", 4) == 0 || strncmp(line, "ds ", 3) == 0) {
		bool is_key = line[0] == 'k';

		r = signed_add(m, section, is_key ? LDNS_RR_TYPE_DNSKEY : LDNS_RR_TYPE_DS);
		split(m, strchr(line, ' '));
		r->owner_len = signed_name(m->word[0], r->owner);
		r->len = is_key ? signed_dnskey(m, r->rdata)
				: signed_make_ds(m, r->owner, r->owner_len, r->rdata);
		r->ttl = 3600;
	} else if (strncmp(line, "nsec3 ", 6) == 0) {
		split(m, line + 6);
		add_nsec3(m, section);
	} else {
		add_text(m, section, line);
	}
}

size_t signed_ds(const char *line, const struct signed_defaults *defaults, uint8_t rdata[600])
{
	struct signed_text *m = calloc(1, sizeof(*m));
	char text[400];
	uint8_t owner[255];
	size_t len;

	m->defaults = *defaults;
	snprintf(text, sizeof(text), "%s", line + 3);
	split(m, text);
	len = signed_name(m->word[0], owner);
	len = signed_make_ds(m, owner, len, rdata);
	free(m);
	return len;
}

/* The header and the question; how many octets. */
static size_t write_head(const struct signed_text *m, const char *name, const char *type,
			 const char *rcode, uint8_t *out)
{
	size_t counts[3] = {0}, len, i;

	for (i = 0; i < m->count; i++)
		counts[m->record[i].section]++;
	memset(out, 0, 12);
	out[2] = 0x84;
	out[3] = strcmp(rcode, "NXDOMAIN") == 0 ? 3 : strcmp(rcode, "SERVFAIL") == 0 ? 2 : 0;
	out[5] = 1;
	for (i = 0; i < 3; i++)
		signed_put16(out + 6 + 2 * i, counts[i]);
	len = 12 + signed_name(name, out + 12);
	signed_put16(out + len, ldns_get_rr_type_by_name(type));
	signed_put16(out + len + 2, 1);
	return len + 4;
}

uint8_t *signed_msg(const char *text, const struct signed_defaults *defaults, size_t *ret_len)
{
	struct signed_text *m = calloc(1, sizeof(*m));
	char *copy = strdup(text), *line, *rest = NULL;
	char name[300] = "", type[20] = "", rcode[20] = "";
	uint8_t *wire = malloc(200000);
	size_t len, i;
	int section;

	m->defaults = *defaults;
	for (line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] == '?')
			sscanf(line, "? %299s %19s %19s", name, type, rcode);
		else
			read_line(m, line);
	}
	len = write_head(m, name, type, rcode, wire);
	for (section = 0; section < 3; section++) {
		for (i = 0; i < m->count; i++) {
			const struct signed_record *r = &m->record[i];

			if (r->section != section)
				continue;
			memcpy(wire + len, r->owner, r->owner_len);
			len += r->owner_len;
			signed_put16(wire + len, r->type);
			signed_put16(wire + len + 2, r->class);
			signed_put32(wire + len + 4, r->ttl);
			signed_put16(wire + len + 8, r->len);
			memcpy(wire + len + 10, r->rdata, r->len);
			len += 10 + r->len;
		}
	}
	for (i = 0; i < m->count; i++)
		free(m->record[i].rdata);
	free(m);
	free(copy);
	*ret_len = len;
	return wire;
}
