/* SPDX-License-Identifier: ISC */
#include "signed_msg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world_sign.h"

#define MOST_RECORDS 1200
#define MOST_WORDS 24
#define MOST_KEYS 40
#define LARGEST 4000

struct record {
	int section;
	uint8_t owner[255];
	size_t owner_len;
	uint16_t type, class;
	uint32_t ttl;
	uint8_t *rdata;
	size_t len;
};

struct message {
	struct signed_defaults defaults;
	struct record record[MOST_RECORDS];
	size_t count;
	char *word[MOST_WORDS];
	size_t nwords;
};

static void wrong(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	exit(70);
}

/* ---- options --------------------------------------------------------------------------------- */

static const char *option(const struct message *m, const char *key, const char *otherwise)
{
	size_t i, len = strlen(key);

	for (i = 0; i < m->nwords; i++)
		if (strncmp(m->word[i], key, len) == 0 && m->word[i][len] == '=')
			return m->word[i] + len + 1;
	return otherwise;
}

static long number(const struct message *m, const char *key, long otherwise)
{
	const char *value = option(m, key, NULL);

	return value == NULL ? otherwise : strtol(value, NULL, 10);
}

static bool has_word(const struct message *m, const char *word)
{
	size_t i;

	for (i = 0; i < m->nwords; i++)
		if (strcmp(m->word[i], word) == 0)
			return true;
	return false;
}

static size_t read_hex(const char *text, uint8_t *out)
{
	size_t len = 0;
	unsigned octet;

	for (; sscanf(text, "%2x", &octet) == 1; text += 2)
		out[len++] = (uint8_t)octet;
	return len;
}

static size_t read_name(const char *text, uint8_t *out)
{
	ldns_rdf *name = ldns_dname_new_frm_str(text);
	size_t len;

	if (name == NULL)
		wrong("name", text);
	len = ldns_rdf_size(name);
	memcpy(out, ldns_rdf_data(name), len);
	ldns_rdf_deep_free(name);
	return len;
}

static void put16(uint8_t *out, size_t value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
}

static void put32(uint8_t *out, uint32_t value)
{
	put16(out, value >> 16);
	put16(out + 2, value & 0xffff);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Once made, kept: some take long. */
static struct {
	char id[300];
	struct world_key key;
} kept[MOST_KEYS];
static size_t nkept;

static const struct world_key *key_of(const struct message *m)
{
	const char *zone = option(m, "zone", m->defaults.zone);
	int algorithm = (int)number(m, "alg", m->defaults.algorithm);
	int index = (int)number(m, "key", 0);
	ldns_rdf *origin;
	char id[300];
	size_t i;

	snprintf(id, sizeof(id), "%s %d %d", zone, algorithm, index);
	for (i = 0; i < nkept; i++)
		if (strcmp(kept[i].id, id) == 0)
			return &kept[i].key;
	if (nkept == MOST_KEYS)
		wrong("too many keys", id);
	origin = ldns_dname_new_frm_str(zone);
	strcpy(kept[nkept].id, id);
	kept[nkept].key = world_key_make(origin, (uint8_t)algorithm, index, 257, 3);
	ldns_rdf_deep_free(origin);
	return &kept[nkept++].key;
}

void signed_msg_cleanup(void)
{
	while (nkept > 0)
		world_key_free(&kept[--nkept].key);
	signed_rsa_cleanup();
}

/* Another key with that tag, of four octets. */
static size_t make_runt(long index, uint16_t tag, uint8_t *rdata)
{
	unsigned last;

	put16(rdata + 4, (size_t)index);
	for (last = 0; last < 65536; last++) {
		put16(rdata + 6, last);
		if (ldns_calc_keytag_raw(rdata, 8) == tag)
			return 8;
	}
	wrong("no runt", "");
	return 0;
}

static void collide(const struct message *m, long wanted, uint8_t *octets, size_t len)
{
	unsigned index;
	long found = 0;

	for (index = 0; index < 5000 && found < wanted; index++) {
		ldns_rr *other = world_key_collide(key_of(m), index);
		const uint8_t *its = ldns_rdf_data(ldns_rr_rdf(other, 3));

		if (memcmp(its, ldns_rdf_data(ldns_rr_rdf(key_of(m)->rr, 3)), len) < 0 &&
		    ++found == wanted)
			memcpy(octets, its, len);
		ldns_rr_free(other);
	}
	if (found < wanted)
		wrong("no such key", "collide");
}

/* The RDATA of the DNSKEY that options tell. */
static size_t dnskey(const struct message *m, uint8_t *rdata)
{
	long bits = number(m, "rsa", 0), runt = number(m, "runt", 0), index;
	size_t len;

	put16(rdata, (size_t)number(m, "flags", 257));
	rdata[2] = (uint8_t)number(m, "protocol", 3);
	rdata[3] =
	    (uint8_t)number(m, "falg", bits > 0 ? 8 : number(m, "alg", m->defaults.algorithm));
	if (bits > 0) {
		len = 4 + signed_rsa_key((int)bits, option(m, "e", "010001"), rdata + 4);
	} else {
		const ldns_rdf *rdf = ldns_rr_rdf(key_of(m)->rr, 3);

		len = 4 + ldns_rdf_size(rdf);
		memcpy(rdata + 4, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
	}
	if (runt > 0)
		return make_runt(runt, ldns_calc_keytag_raw(rdata, len), rdata);
	index = number(m, "collide", 0);
	if (index > 0)
		collide(m, index, rdata + 4, len - 4);
	return len;
}

static size_t make_ds(const struct message *m, const uint8_t *owner, size_t owner_len,
		      uint8_t *rdata)
{
	long digest = number(m, "digest", 2);
	uint8_t data[LARGEST];
	size_t key_len, len;

	memcpy(data, owner, owner_len);
	key_len = dnskey(m, data + owner_len);
	put16(rdata, (size_t)number(m, "tag", ldns_calc_keytag_raw(data + owner_len, key_len)));
	rdata[2] = (uint8_t)number(m, "falg", data[owner_len + 3]);
	rdata[3] = (uint8_t)number(m, "dtype", digest);
	key_len += owner_len;
	if (digest == 1)
		ldns_sha1(data, (unsigned)key_len, rdata + 4);
	else if (digest == 2)
		ldns_sha256(data, (unsigned)key_len, rdata + 4);
	else
		ldns_sha384(data, (unsigned)key_len, rdata + 4);
	len = digest == 1 ? 20 : digest == 2 ? 32 : 48;
	if (has_word(m, "flip"))
		rdata[4] ^= 1;
	return 4 + (size_t)number(m, "cut", (long)len);
}

/* ---- records --------------------------------------------------------------------------------- */

static struct record *add(struct message *m, int section, uint16_t type)
{
	struct record *r = &m->record[m->count];

	if (m->count++ == MOST_RECORDS)
		wrong("too many records", "");
	*r = (struct record){.section = section, .type = type, .class = 1, .ttl = 60};
	r->rdata = malloc(65536);
	return r;
}

static void add_text(struct message *m, int section, const char *line)
{
	const char *raw = strstr(line, " \\# ");
	uint8_t *wire = NULL;
	size_t len = 0, head;
	ldns_rr *rr = NULL;
	struct record *r;

	if (raw != NULL) {
		char owner[300], type[20];

		if (sscanf(line, "%299s %19s", owner, type) != 2)
			wrong("record", line);
		r = add(m, section, (uint16_t)ldns_get_rr_type_by_name(type));
		r->owner_len = read_name(owner, r->owner);
		raw += 4 + strspn(raw + 4, "0123456789");
		r->len = read_hex(raw + strspn(raw, " "), r->rdata);
		return;
	}
	if (ldns_rr_new_frm_str(&rr, line, 60, NULL, NULL) != LDNS_STATUS_OK)
		wrong("record", line);
	r = add(m, section, (uint16_t)ldns_rr_get_type(rr));
	r->class = (uint16_t)ldns_rr_get_class(rr);
	r->ttl = ldns_rr_ttl(rr);
	r->owner_len = ldns_rdf_size(ldns_rr_owner(rr));
	memcpy(r->owner, ldns_rdf_data(ldns_rr_owner(rr)), r->owner_len);
	if (ldns_rr2wire(&wire, rr, LDNS_SECTION_ANSWER, &len) != LDNS_STATUS_OK)
		wrong("record", line);
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
		wrong("types", types);
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

static void add_nsec3(struct message *m, int section)
{
	const char *match = option(m, "match", NULL), *cover = option(m, "cover", NULL);
	const char *open = option(m, "open", NULL), *name = match;
	uint8_t hash[20], salt[256], data[600], *p;
	long it = number(m, "it", 0), next = number(m, "next", 20), i;
	size_t salt_len = read_hex(option(m, "salt", ""), salt), len;
	struct record *r = add(m, section, LDNS_RR_TYPE_NSEC3);
	char *label;

	name = cover != NULL ? cover : open != NULL ? open : match;
	len = read_name(name, data);
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
	    33 + read_name(option(m, "under", option(m, "zone", m->defaults.zone)), r->owner + 33);
	if (open == NULL)
		step(hash, 1);
	if (cover != NULL)
		step(hash, 1);
	p = r->rdata;
	*p++ = (uint8_t)number(m, "hash", 1);
	*p++ = (uint8_t)number(m, "flags", 0);
	put16(p, (size_t)it);
	p[2] = (uint8_t)salt_len;
	memcpy(p + 3, salt, salt_len);
	p += 3 + salt_len;
	*p++ = (uint8_t)next;
	for (i = 0; i < next; i++)
		*p++ = i < 20 ? hash[i] : 0;
	p += write_bitmap(m->word[0], p);
	r->len = (size_t)(p - r->rdata);
}

/* ---- signatures ------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a,
			    *y = *(const struct record *const *)b;
	int order = memcmp(x->rdata, y->rdata, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (int)x->len - (int)y->len;
}

static size_t labels_of(const struct record *r)
{
	size_t n = 0, i;

	for (i = 0; r->owner[i] != 0; i += r->owner[i] + 1u)
		n++;
	return n;
}

/* The owner that is signed: a wildcard, where there are fewer labels than it has. */
static size_t signed_owner(const struct record *r, size_t labels, uint8_t out[258])
{
	size_t n = labels_of(r), i, at = 0;

	memcpy(out, r->owner, r->owner_len);
	if (labels < n) {
		for (; n > labels; n--)
			at += r->owner[at] + 1u;
		out[0] = 1;
		out[1] = '*';
		memcpy(out + 2, r->owner + at, r->owner_len - at);
	}
	for (i = 0; i < r->owner_len + 2u; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] |= 0x20;
	return labels < labels_of(r) ? r->owner_len - at + 2 : r->owner_len;
}

static size_t write_set(const struct message *m, const struct record *like, size_t labels,
			uint32_t ttl, uint8_t *out)
{
	const struct record **set = calloc(m->count, sizeof(*set));
	size_t count = 0, i, len = 0, owner_len;
	uint8_t owner[258];

	for (i = 0; i < m->count; i++) {
		const struct record *r = &m->record[i];

		if (r->section == like->section && r->type == like->type && r->class == 1 &&
		    r->owner_len == like->owner_len &&
		    memcmp(r->owner, like->owner, r->owner_len) == 0)
			set[count++] = r;
	}
	qsort(set, count, sizeof(struct record *), compare);
	owner_len = signed_owner(like, labels, owner);
	for (i = 0; i < count; i++) {
		if (i > 0 && compare(&set[i - 1], &set[i]) == 0)
			continue;
		memcpy(out + len, owner, owner_len);
		len += owner_len;
		put16(out + len, like->type);
		put16(out + len + 2, 1);
		put32(out + len + 4, ttl);
		put16(out + len + 8, set[i]->len);
		memcpy(out + len + 10, set[i]->rdata, set[i]->len);
		len += 10 + set[i]->len;
	}
	free(set);
	return len;
}

static size_t sign(const struct message *m, const uint8_t *data, size_t len, uint8_t *out)
{
	long bits = number(m, "rsa", 0);
	ldns_buffer *buffer;
	ldns_rdf *rdf;

	if (bits > 0)
		return signed_rsa_sign((int)bits, option(m, "e", "010001"), data, len, out);
	buffer = ldns_buffer_new(len);
	ldns_buffer_write(buffer, data, len);
	rdf = ldns_sign_public_buffer(buffer, key_of(m)->key);
	if (rdf == NULL)
		wrong("signing", "");
	len = ldns_rdf_size(rdf);
	memcpy(out, ldns_rdf_data(rdf), len);
	ldns_rdf_deep_free(rdf);
	ldns_buffer_free(buffer);
	return len;
}

/* `bad` is how many wrong ones are still to come; 0: the right one. */
static void add_signature(struct message *m, struct record *of, long bad)
{
	size_t labels = labels_of(of), key_len, head;
	uint8_t *data = malloc(200000), *rdata, key[LARGEST];
	const char *cover = option(m, "cover", NULL), *owner = option(m, "owner", NULL);
	struct record *r = add(m, of->section, LDNS_RR_TYPE_RRSIG);
	uint32_t ttl = (uint32_t)number(m, "ttl", (long)of->ttl);

	if (of->owner[0] == 1 && of->owner[1] == '*')
		labels--;
	labels = (size_t)number(m, "labels", (long)labels);
	key_len = dnskey(m, key);
	rdata = r->rdata;
	put16(rdata, cover == NULL ? of->type : ldns_get_rr_type_by_name(cover));
	rdata[2] = (uint8_t)number(m, "falg", key[3]);
	rdata[3] = (uint8_t)labels;
	put32(rdata + 4, ttl);
	put32(rdata + 8, (uint32_t)(m->defaults.wall + number(m, "to", 3600) - bad));
	put32(rdata + 12, (uint32_t)(m->defaults.wall + number(m, "from", -3600)));
	put16(rdata + 16, (size_t)number(m, "tag", ldns_calc_keytag_raw(key, key_len)));
	head = 18 + read_name(option(m, "signer", option(m, "zone", m->defaults.zone)), rdata + 18);
	memcpy(data, rdata, head);
	key_len = head + write_set(m, of, labels, ttl, data + head);
	r->len = head + sign(m, data, key_len, rdata + head);
	free(data);
	if (bad > 0 || has_word(m, "flip"))
		rdata[head + (r->len - head) / 2] ^= 1;
	r->len = head + (size_t)number(m, "cut", (long)(r->len - head));
	r->class = (uint16_t)number(m, "class", 1);
	r->ttl = of->ttl;
	memcpy(r->owner, of->owner, of->owner_len);
	r->owner_len = of->owner_len;
	if (owner != NULL)
		r->owner_len = read_name(owner, r->owner);
}

/* ---- the text -------------------------------------------------------------------------------- */

static void split(struct message *m, char *text)
{
	char *rest = NULL, *word;

	m->nwords = 0;
	for (word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (m->nwords == MOST_WORDS)
			wrong("too many words", text);
		m->word[m->nwords++] = word;
	}
}

static void read_line(struct message *m, char *line)
{
	static const char names[] = "an ns ar ";
	const char *found = NULL;
	struct record *r;
	int section;

	if (line[0] == '+') {
		size_t last = m->count;
		long bad;

		while (last > 0 && m->record[last - 1].type == LDNS_RR_TYPE_RRSIG)
			last--;
		if (last == 0)
			wrong("nothing to sign", line);
		split(m, line + 1);
		for (bad = number(m, "bad", 0); bad >= 0; bad--)
			add_signature(m, &m->record[last - 1], bad);
		return;
	}
	if (line[2] == ' ')
		found = strstr(names, (char[]){line[0], line[1], ' ', '\0'});
	if (found == NULL)
		wrong("line", line);
	section = (int)(found - names) / 3;
	line += 3;
	if (strncmp(line, "key ", 4) == 0 || strncmp(line, "ds ", 3) == 0) {
		bool is_key = line[0] == 'k';

		r = add(m, section, is_key ? LDNS_RR_TYPE_DNSKEY : LDNS_RR_TYPE_DS);
		split(m, strchr(line, ' '));
		r->owner_len = read_name(m->word[0], r->owner);
		r->len =
		    is_key ? dnskey(m, r->rdata) : make_ds(m, r->owner, r->owner_len, r->rdata);
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
	struct message *m = calloc(1, sizeof(*m));
	char text[400];
	uint8_t owner[255];
	size_t len;

	m->defaults = *defaults;
	snprintf(text, sizeof(text), "%s", line + 3);
	split(m, text);
	len = read_name(m->word[0], owner);
	len = make_ds(m, owner, len, rdata);
	free(m);
	return len;
}

/* The header and the question; how many octets. */
static size_t write_head(const struct message *m, const char *name, const char *type,
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
		put16(out + 6 + 2 * i, counts[i]);
	len = 12 + read_name(name, out + 12);
	put16(out + len, ldns_get_rr_type_by_name(type));
	put16(out + len + 2, 1);
	return len + 4;
}

uint8_t *signed_msg(const char *text, const struct signed_defaults *defaults, size_t *ret_len)
{
	struct message *m = calloc(1, sizeof(*m));
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
			const struct record *r = &m->record[i];

			if (r->section != section)
				continue;
			memcpy(wire + len, r->owner, r->owner_len);
			len += r->owner_len;
			put16(wire + len, r->type);
			put16(wire + len + 2, r->class);
			put32(wire + len + 4, r->ttl);
			put16(wire + len + 8, r->len);
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
