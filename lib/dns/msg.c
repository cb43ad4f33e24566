/* SPDX-License-Identifier: ISC */
#include "msg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

/*
 * RDATA grammars of the types whose inside is looked at or could hide a compression pointer; any
 * other type is opaque (RFC 3597). Digits are that many octets, N a name, n a name that keeps its
 * case (RFC 6840 section 5.1), T one or more
 * character-strings to the end, L octets with their count in front, B type bitmaps (RFC 4034
 * section 4.1.2), R the rest, may be empty, r the same, at least one octet.
 */
static const struct {
	uint16_t type;
	const char *grammar;
} grammars[] = {
    {DG_TYPE_A, "4"},          {DG_TYPE_NS, "N"},
    {DG_TYPE_MD, "N"},         {DG_TYPE_MF, "N"},
    {DG_TYPE_CNAME, "N"},      {DG_TYPE_SOA, "NN44444"},
    {DG_TYPE_MB, "N"},         {DG_TYPE_MG, "N"},
    {DG_TYPE_MR, "N"},         {DG_TYPE_PTR, "N"},
    {DG_TYPE_MINFO, "NN"},     {DG_TYPE_MX, "2N"},
    {DG_TYPE_TXT, "T"},        {DG_TYPE_RP, "NN"},
    {DG_TYPE_AFSDB, "2N"},     {DG_TYPE_RT, "2N"},
    {DG_TYPE_PX, "2NN"},       {DG_TYPE_AAAA, "4444"},
    {DG_TYPE_SRV, "222N"},     {DG_TYPE_NAPTR, "22LLLN"},
    {DG_TYPE_KX, "2N"},        {DG_TYPE_DNAME, "N"},
    {DG_TYPE_DS, "211r"},      {DG_TYPE_RRSIG, "2114442Nr"},
    {DG_TYPE_NSEC, "nB"},      {DG_TYPE_DNSKEY, "211R"},
    {DG_TYPE_NSEC3, "112LLB"}, {DG_TYPE_NSEC3PARAM, "112L"},
    {DG_TYPE_CAA, "1LR"},
};

static const char *grammar_of(uint16_t type)
{
	size_t i;

	for (i = 0; i < sizeof(grammars) / sizeof(grammars[0]); i++)
		if (grammars[i].type == type)
			return grammars[i].grammar;
	return "R";
}

/* Reads a name, and counts what it costs: a few octets of pointers may stand for a long name, each
 * time. */
static void take_name(struct dg_msg *msg, struct dg_cursor *c, struct dg_name *ret_name)
{
	unsigned pointers = dg_name_read(c, true, ret_name);

	msg->names += ret_name->len + pointers;
	if (msg->names > DG_MAX_NAMES)
		c->failed = true;
}

/* Windows ascending, 1 to 32 octets each (RFC 4034 section 4.1.2). */
static void check_bitmaps(struct dg_cursor *c)
{
	int last = -1;

	while (!c->failed && c->pos < c->len) {
		int window = dg_read_u8(c);
		uint8_t count = dg_read_u8(c);

		dg_read_skip(c, count);
		if (window <= last || count < 1 || count > 32)
			c->failed = true;
		last = window;
	}
}

static void check_strings(struct dg_cursor *c)
{
	do
		dg_read_skip(c, dg_read_u8(c));
	while (!c->failed && c->pos < c->len);
}

/* The fields must fill the RDATA exactly: a reader that stops early or late sees other records than
 * we do. `c` ends where the RDATA ends. */
static bool rdata_fits(struct dg_msg *msg, struct dg_cursor c, uint16_t type)
{
	const char *field;
	struct dg_name name;

	for (field = grammar_of(type); *field != '\0'; field++) {
		if (*field == 'N' || *field == 'n')
			take_name(msg, &c, &name);
		else if (*field == 'T')
			check_strings(&c);
		else if (*field == 'L')
			dg_read_skip(&c, dg_read_u8(&c));
		else if (*field == 'B')
			check_bitmaps(&c);
		else if (*field == 'R' || *field == 'r')
			dg_read_skip(&c, *field == 'r' && c.pos == c.len ? 1 : c.len - c.pos);
		else
			dg_read_skip(&c, (size_t)(*field - '0'));
	}
	return !c.failed && c.pos == c.len;
}

/* RFC 6891 section 6.1: root owner, additional section, at most one; the upper bits of the response
 * code ride in its TTL. */
static bool read_opt(struct dg_msg *msg, const struct dg_rr *rr)
{
	struct dg_cursor c = {
	    .bytes = msg->wire, .len = (size_t)rr->rdata + rr->rdlen, .pos = rr->rdata};

	if (msg->edns || rr->section != DG_SECTION_ADDITIONAL || msg->wire[rr->name] != 0)
		return false;
	while (!c.failed && c.pos < c.len) {
		dg_read_skip(&c, 2);
		dg_read_skip(&c, dg_read_u16(&c));
	}
	if (c.failed)
		return false;
	msg->edns = true;
	msg->edns_size = rr->class;
	msg->rcode = (uint16_t)(msg->rcode | (rr->ttl >> 24) << 4);
	msg->edns_version = (uint8_t)(rr->ttl >> 16);
	msg->edns_do = (rr->ttl & 0x8000) != 0;
	msg->opt = rr->rdata;
	msg->opt_end = c.len;
	return true;
}

/* The owner, which is not read again when it stands where the one before does: so the many records
 * of one set cost no more than one. */
static void read_owner(struct dg_msg *msg, struct dg_cursor *c, struct dg_rr *rr)
{
	const struct dg_rr *before = msg->nrr == 0 ? NULL : &msg->rr[msg->nrr - 1];
	struct dg_cursor at = *c;
	uint16_t pointer = dg_read_u16(&at);
	struct dg_name owner;

	rr->owner = rr->name = (uint16_t)c->pos;
	if (!at.failed && pointer >> 14 == 3)
		rr->name = pointer & 0x3fff;
	if (before != NULL && rr->name == before->name) {
		rr->owner_hash = before->owner_hash;
		dg_read_skip(c, 2);
		return;
	}
	take_name(msg, c, &owner);
	rr->owner_hash = dg_name_hash(&owner);
}

static bool read_rr(struct dg_msg *msg, struct dg_cursor *c, uint8_t section)
{
	struct dg_rr rr = {.section = section};
	struct dg_cursor inside = *c;

	read_owner(msg, c, &rr);
	rr.type = dg_read_u16(c);
	rr.class = dg_read_u16(c);
	rr.ttl = dg_read_u32(c);
	rr.rdlen = dg_read_u16(c);
	rr.rdata = (uint16_t)dg_read_skip(c, rr.rdlen);
	if (c->failed)
		return false;
	if (rr.type == DG_TYPE_OPT)
		return read_opt(msg, &rr);
	/* RFC 2181 section 8: a TTL with the top bit set counts as zero. */
	if (rr.ttl > INT32_MAX)
		rr.ttl = 0;
	inside.pos = rr.rdata;
	inside.len = c->pos;
	if (rr.class == DG_CLASS_IN && !rdata_fits(msg, inside, rr.type))
		return false;
	msg->rr[msg->nrr++] = rr;
	return true;
}

static bool read_header(struct dg_msg *msg, struct dg_cursor *c, uint16_t counts[3])
{
	uint16_t flags;
	int i;

	msg->id = dg_read_u16(c);
	flags = dg_read_u16(c);
	msg->qr = flags >> 15;
	msg->opcode = flags >> 11 & 0xf;
	msg->aa = flags >> 10 & 1;
	msg->tc = flags >> 9 & 1;
	msg->rd = flags >> 8 & 1;
	msg->ra = flags >> 7 & 1;
	msg->ad = flags >> 5 & 1;
	msg->cd = flags >> 4 & 1;
	msg->rcode = flags & 0xf;
	msg->questions = dg_read_u16(c);
	for (i = 0; i < 3; i++)
		counts[i] = dg_read_u16(c);
	return !c->failed;
}

static bool read_questions(struct dg_msg *msg, struct dg_cursor *c)
{
	uint16_t i;

	for (i = 0; i < msg->questions && !c->failed; i++) {
		struct dg_name name;
		uint16_t type;

		take_name(msg, c, &name);
		type = dg_read_u16(c);
		dg_read_skip(c, 2);
		if (i == 0) {
			msg->qname = name;
			msg->qtype = type;
		}
	}
	return !c->failed;
}

enum dg_status dg_msg_read(struct dg_msg *ret_msg, const uint8_t *wire, size_t len,
			   struct dg_error *err)
{
	static const uint8_t sections[] = {DG_SECTION_ANSWER, DG_SECTION_AUTHORITY,
					   DG_SECTION_ADDITIONAL};
	struct dg_cursor c = {.bytes = wire, .len = len};
	struct dg_msg msg = {.wire = wire, .len = len};
	uint16_t counts[3];
	size_t claimed, i;
	uint16_t n;

	if (len > DG_MSG_MAX || !read_header(&msg, &c, counts) || !read_questions(&msg, &c))
		return dg_fail(err, DG_EPARSE, "header or question cut off at octet %zu of %zu",
			       c.pos, len);
	/* A record takes 11 octets at least, so the length bounds what the counts may claim. */
	claimed = (size_t)counts[0] + counts[1] + counts[2];
	if (claimed > (len - c.pos) / 11)
		return dg_fail(err, DG_EPARSE, "%zu records claimed in %zu octets", claimed, len);
	msg.rr = calloc(claimed + 1, sizeof(*msg.rr));
	if (msg.rr == NULL)
		return dg_fail_memory(err);
	for (i = 0; i < 3; i++) {
		for (n = 0; n < counts[i]; n++) {
			size_t at = c.pos;

			if (read_rr(&msg, &c, sections[i]))
				continue;
			free(msg.rr);
			if (msg.names > DG_MAX_NAMES)
				return dg_fail(err, DG_EPARSE,
					       "names of more than %d octets in %zu octets",
					       DG_MAX_NAMES, len);
			return dg_fail(err, DG_EPARSE, "malformed record at octet %zu of %zu", at,
				       len);
		}
	}
	*ret_msg = msg;
	return DG_OK;
}

void dg_msg_free(struct dg_msg *msg)
{
	if (msg == NULL)
		return;
	free(msg->rr);
	msg->rr = NULL;
	msg->nrr = 0;
}

static struct dg_name name_at(const struct dg_msg *msg, size_t pos)
{
	struct dg_cursor c = {.bytes = msg->wire, .len = msg->len, .pos = pos};
	struct dg_name name;

	dg_name_read(&c, true, &name);
	return c.failed ? dg_name_root : name;
}

struct dg_name dg_msg_owner(const struct dg_msg *msg, const struct dg_rr *rr)
{
	return name_at(msg, rr->name);
}

struct dg_name dg_msg_rdata_name(const struct dg_msg *msg, const struct dg_rr *rr, size_t at)
{
	return name_at(msg, rr->rdata + at);
}

uint16_t dg_msg_covered(const struct dg_msg *msg, const struct dg_rr *rr)
{
	return (uint16_t)(msg->wire[rr->rdata] << 8 | msg->wire[rr->rdata + 1]);
}

const uint8_t *dg_msg_rest(const struct dg_msg *msg, const struct dg_rr *rr, size_t at,
			   uint16_t *ret_len)
{
	struct dg_cursor c = {
	    .bytes = msg->wire, .len = (size_t)rr->rdata + rr->rdlen, .pos = rr->rdata + at};
	struct dg_name name;

	dg_name_read(&c, true, &name);
	*ret_len = (uint16_t)(c.len - c.pos);
	return msg->wire + c.pos;
}

static bool is_owner(const struct dg_msg *msg, const struct dg_rr *rr, const struct dg_name *name)
{
	struct dg_cursor at = {.bytes = msg->wire, .len = msg->len, .pos = rr->name};

	return dg_name_is_at(at, name);
}

const struct dg_rr *dg_msg_next(const struct dg_msg *msg, unsigned sections,
				const struct dg_name *owner, uint16_t type, size_t *cursor)
{
	/* The record that was found last has that owner, so owners at the same offset need not be
	 * read. */
	const struct dg_rr *found = *cursor == 0 ? NULL : &msg->rr[*cursor - 1];
	uint32_t hash = owner == NULL || found != NULL ? 0 : dg_name_hash(owner);

	if (found != NULL)
		hash = found->owner_hash;
	while (*cursor < msg->nrr) {
		const struct dg_rr *rr = &msg->rr[(*cursor)++];

		if (rr->type != type || rr->class != DG_CLASS_IN || (rr->section & sections) == 0)
			continue;
		if (owner == NULL || (found != NULL && rr->name == found->name))
			return rr;
		if (rr->owner_hash == hash && is_owner(msg, rr, owner))
			return rr;
	}
	return NULL;
}

const struct dg_rr *dg_msg_find(const struct dg_msg *msg, unsigned sections,
				const struct dg_name *owner, uint16_t type)
{
	size_t cursor = 0;

	return dg_msg_next(msg, sections, owner, type, &cursor);
}

size_t dg_msg_txt(const struct dg_msg *msg, const struct dg_rr *rr, uint8_t *out)
{
	const uint8_t *in = msg->wire + rr->rdata;
	size_t len = 0, i = 0;

	while (i < rr->rdlen) {
		size_t count = in[i++];

		memcpy(out + len, in + i, count);
		len += count;
		i += count;
	}
	return len;
}

size_t dg_msg_canonical(const struct dg_msg *msg, const struct dg_rr *rr, uint8_t *out)
{
	struct dg_cursor c = {
	    .bytes = msg->wire, .len = (size_t)rr->rdata + rr->rdlen, .pos = rr->rdata};
	const char *field;
	size_t len = 0;

	for (field = grammar_of(rr->type); *field != '\0'; field++) {
		size_t from = c.pos;

		if (*field == 'N' || *field == 'n') {
			struct dg_name name;

			dg_name_read(&c, *field == 'N', &name);
			memcpy(out + len, name.wire, name.len);
			len += name.len;
			continue;
		}
		if (*field == 'L')
			dg_read_skip(&c, dg_read_u8(&c));
		else if (*field >= '0' && *field <= '9')
			dg_read_skip(&c, (size_t)(*field - '0'));
		else
			dg_read_skip(&c, c.len - c.pos);
		memcpy(out + len, msg->wire + from, c.pos - from);
		len += c.pos - from;
	}
	return len;
}

struct dg_soa dg_msg_soa(const struct dg_msg *msg, const struct dg_rr *rr)
{
	struct dg_soa soa;

	/* The five numbers are the last 20 octets, whatever compression did to the names. */
	struct dg_cursor c = {.bytes = msg->wire,
			      .len = (size_t)rr->rdata + rr->rdlen,
			      .pos = (size_t)rr->rdata + rr->rdlen - 20};

	soa.serial = dg_read_u32(&c);
	soa.refresh = dg_read_u32(&c);
	soa.retry = dg_read_u32(&c);
	return soa;
}

const uint8_t *dg_msg_option(const struct dg_msg *msg, uint16_t code, uint16_t *ret_len)
{
	struct dg_cursor c = {.bytes = msg->wire, .len = msg->opt_end, .pos = msg->opt};

	while (c.pos < c.len) {
		uint16_t option = dg_read_u16(&c), len = dg_read_u16(&c);
		size_t at = dg_read_skip(&c, len);

		if (c.failed)
			return NULL;
		if (option != code)
			continue;
		*ret_len = len;
		return msg->wire + at;
	}
	return NULL;
}

const char *dg_rcode_print(int rcode, char buf[DG_RCODE_TEXT])
{
	static const struct {
		int rcode;
		const char *text;
	} texts[] = {
	    {DG_RCODE_NOERROR, "NOERROR"},   {DG_RCODE_FORMERR, "FORMERR"},
	    {DG_RCODE_SERVFAIL, "SERVFAIL"}, {DG_RCODE_NXDOMAIN, "NXDOMAIN"},
	    {DG_RCODE_NOTIMP, "NOTIMP"},     {DG_RCODE_REFUSED, "REFUSED"},
	    {DG_RCODE_YXDOMAIN, "YXDOMAIN"}, {DG_RCODE_YXRRSET, "YXRRSET"},
	    {DG_RCODE_NXRRSET, "NXRRSET"},   {DG_RCODE_NOTAUTH, "NOTAUTH"},
	    {DG_RCODE_NOTZONE, "NOTZONE"},   {DG_RCODE_BADVERS, "BADVERS"},
	};
	size_t i;

	snprintf(buf, DG_RCODE_TEXT, "RCODE%d", rcode);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].rcode == rcode)
			snprintf(buf, DG_RCODE_TEXT, "%s", texts[i].text);
	return buf;
}
