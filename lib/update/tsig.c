/* SPDX-License-Identifier: ISC */
/*
 * The MAC covers, one after the other (RFC 8945 section 4.3.3):
 *
 * 1. of a reply only: the MAC of the request, with its length in front;
 * 2. the message as it was before its TSIG record came, under its original id;
 * 3. fields of that record: key name, class, TTL, algorithm name, time, fudge, error, other data;
 *    names in canonical form.
 */
#include "tsig.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/bytes.h"
#include "base/err.h"

/* No MAC may have less than this, in octets, nor less than half (section 5.2.2.1). */
#define LEAST_MAC 10
#define TIME_OCTETS 6
/* Type, class, TTL and length, in front of RDATA. */
#define RR_FIXED 10
#define ARCOUNT 10

static const struct algorithm {
	const char *name;
	const char *digest;
	uint8_t len;
} algorithms[] = {
    {"hmac-sha1", "SHA1", 20},     {"hmac-sha224", "SHA224", 28}, {"hmac-sha256", "SHA256", 32},
    {"hmac-sha384", "SHA384", 48}, {"hmac-sha512", "SHA512", 64},
};

/* The fields of a TSIG record that are not names. */
struct fields {
	int64_t time;
	uint16_t fudge;
	const uint8_t *mac;
	uint16_t mac_len;
	uint16_t original_id;
	uint16_t error;
	const uint8_t *other;
	uint16_t other_len;
};

const char *dg_tsig_verdict_text(enum dg_tsig_verdict verdict)
{
	static const char *const texts[DG_TSIG_VERDICTS] = {
	    [DG_TSIG_GOOD] = "signed",
	    [DG_TSIG_UNSIGNED] = "unsigned",
	    [DG_TSIG_MALFORMED] = "with a malformed signature",
	    [DG_TSIG_OTHER_KEY] = "signed with another key or algorithm",
	    [DG_TSIG_TRUNCATED] = "with a signature cut too short",
	    [DG_TSIG_WRONG] = "wrongly signed",
	    [DG_TSIG_OUT_OF_TIME] = "signed at another time of day",
	};

	return texts[verdict];
}

/* If the words of a key file are mixed up, this is the secret, or has it in it: it is repeated only
 * if it looks like an algorithm. */
static const char *printable_algorithm(const char *text)
{
	static const char begin[] = "hmac-";

	if (text == NULL)
		return "";
	if (strncasecmp(text, begin, strlen(begin)) != 0 ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") !=
		strlen(text))
		return "...";
	return text;
}

/* The algorithm of that name; NULL: none. One that is cut short (section 5.2.2.1) has the number of
 * its bits behind it, as BIND has it: hmac-sha256-128. A whole MAC is good enough for its servers,
 * and *ret_least is what a reply must have, in octets. */
static const struct algorithm *find_algorithm(const char *text, size_t *ret_least)
{
	size_t i;

	for (i = 0; text != NULL && i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		const struct algorithm *a = &algorithms[i];
		size_t len = strlen(a->name), half = a->len / 2u;
		unsigned long bits;
		char *end;

		if (strncasecmp(text, a->name, len) != 0)
			continue;
		*ret_least = half > LEAST_MAC ? half : LEAST_MAC;
		if (text[len] == '\0' || strcmp(text + len, ".") == 0)
			return a;
		if (text[len] != '-' || text[len + 1] < '1' || text[len + 1] > '9')
			continue;
		bits = strtoul(text + len + 1, &end, 10);
		if (*end != '\0' || bits % 8 != 0 || bits / 8 < *ret_least || bits / 8 > a->len)
			return NULL;
		*ret_least = bits / 8;
		return a;
	}
	return NULL;
}

enum dg_status dg_tsig_init(struct dg_tsig *ret_tsig, const struct dg_tsig_key *key,
			    struct dg_error *err)
{
	struct dg_tsig tsig = {.secret = key->secret, .secret_len = key->secret_len};
	const struct algorithm *known;

	if (key->name == NULL || dg_name_parse(&tsig.name, key->name, NULL) != DG_OK)
		return dg_fail(err, DG_EINVAL, "\"%.200s\" cannot be the name of a key",
			       key->name == NULL ? "" : key->name);
	known = find_algorithm(key->algorithm, &tsig.least);
	if (known == NULL || dg_name_parse(&tsig.algorithm, known->name, NULL) != DG_OK)
		return dg_fail(err, DG_EINVAL,
			       "algorithm \"%.100s\" of key %.200s is none of hmac-sha1, "
			       "hmac-sha224, hmac-sha256, hmac-sha384, hmac-sha512",
			       printable_algorithm(key->algorithm), key->name);
	if (key->secret == NULL || key->secret_len == 0)
		return dg_fail(err, DG_EINVAL, "the secret of key %.200s is empty", key->name);
	tsig.digest = known->digest;
	tsig.mac_len = known->len;
	*ret_tsig = tsig;
	return DG_OK;
}

enum dg_status dg_tsig_key_check(const struct dg_tsig_key *key, struct dg_error *err)
{
	struct dg_tsig tsig;

	return dg_tsig_init(&tsig, key, err);
}

/* ---- writing --------------------------------------------------------------------------------- */

static uint8_t *put_u16(uint8_t *at, unsigned value)
{
	*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

static uint8_t *put_octets(uint8_t *at, const void *octets, size_t len)
{
	if (len > 0)
		memcpy(at, octets, len);
	return at + len;
}

static uint8_t *put_time(uint8_t *at, int64_t seconds)
{
	at = put_u16(at, (unsigned)(seconds >> 32 & 0xffff));
	at = put_u16(at, (unsigned)(seconds >> 16 & 0xffff));
	return put_u16(at, (unsigned)(seconds & 0xffff));
}

static int64_t get_time(const uint8_t *at)
{
	int64_t seconds = 0;
	int i;

	for (i = 0; i < TIME_OCTETS; i++)
		seconds = seconds << 8 | at[i];
	return seconds;
}

/* ---- the MAC --------------------------------------------------------------------------------- */

static bool cover_variables(EVP_MAC_CTX *ctx, const struct dg_tsig *tsig, const struct fields *f)
{
	uint8_t buf[2 * DG_NAME_MAX + 6 + TIME_OCTETS + 6], *at = buf;

	at = put_octets(at, tsig->name.wire, tsig->name.len);
	at = put_u16(at, DG_CLASS_ANY);
	at = put_octets(at, "\0\0\0\0", 4); /* TTL */
	at = put_octets(at, tsig->algorithm.wire, tsig->algorithm.len);
	at = put_time(at, f->time);
	at = put_u16(at, f->fudge);
	at = put_u16(at, f->error);
	at = put_u16(at, f->other_len);
	return EVP_MAC_update(ctx, buf, (size_t)(at - buf)) &&
	       (f->other_len == 0 || EVP_MAC_update(ctx, f->other, f->other_len));
}

/* What a MAC covers: a message of `len` octets, whose header counts the TSIG record that follows
 * them, fields of that record, and of a reply the request's MAC (NULL: it is none). */
struct covered {
	const uint8_t *message;
	size_t len;
	const struct fields *f;
	const struct dg_tsig_mac *request;
};

static bool cover(EVP_MAC_CTX *ctx, const struct dg_tsig *tsig, const struct covered *c)
{
	const struct dg_tsig_mac *request = c->request;
	const uint8_t *message = c->message;
	uint8_t header[DG_MSG_HEADER], prefix[2];
	unsigned additional = (unsigned)(message[ARCOUNT] << 8 | message[ARCOUNT + 1]);

	memcpy(header, message, sizeof(header));
	put_u16(header, c->f->original_id);
	put_u16(header + ARCOUNT, additional - 1);
	if (request != NULL) {
		put_u16(prefix, (unsigned)request->len);
		if (!EVP_MAC_update(ctx, prefix, sizeof(prefix)) ||
		    !EVP_MAC_update(ctx, request->octets, request->len))
			return false;
	}
	return EVP_MAC_update(ctx, header, sizeof(header)) &&
	       EVP_MAC_update(ctx, message + sizeof(header), c->len - sizeof(header)) &&
	       cover_variables(ctx, tsig, c->f);
}

static enum dg_status compute(const struct dg_tsig *tsig, const struct covered *covered,
			      struct dg_tsig_mac *ret_mac, struct dg_error *err)
{
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)tsig->digest, 0),
	    OSSL_PARAM_construct_end()};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
	size_t made = 0;
	bool good = ctx != NULL && EVP_MAC_init(ctx, tsig->secret, tsig->secret_len, params) &&
		    cover(ctx, tsig, covered) &&
		    EVP_MAC_final(ctx, ret_mac->octets, &made, sizeof(ret_mac->octets)) &&
		    made == tsig->mac_len;

	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
	ret_mac->len = made;
	/* With arguments like these nothing but memory can be lacking. */
	return good ? DG_OK : dg_fail_memory(err);
}

enum dg_status dg_tsig_sign(const struct dg_tsig *tsig, uint8_t *wire, size_t *len, int64_t now,
			    struct dg_tsig_mac *ret_mac, struct dg_error *err)
{
	struct fields f = {
	    .time = now, .fudge = DG_TSIG_FUDGE, .original_id = (uint16_t)(wire[0] << 8 | wire[1])};
	unsigned additional = (unsigned)(wire[ARCOUNT] << 8 | wire[ARCOUNT + 1]);
	const struct covered covered = {.message = wire, .len = *len, .f = &f};
	struct dg_tsig_mac mac;
	uint8_t *at = wire + *len;
	enum dg_status status;

	if (now < 0 || now >> 48 != 0)
		return dg_fail(err, DG_EINVAL, "this machine's clock shows no time to sign at");
	put_u16(wire + ARCOUNT, additional + 1);
	status = compute(tsig, &covered, &mac, err);
	if (status != DG_OK) {
		put_u16(wire + ARCOUNT, additional);
		return status;
	}
	at = put_octets(at, tsig->name.wire, tsig->name.len);
	at = put_u16(at, DG_TYPE_TSIG);
	at = put_u16(at, DG_CLASS_ANY);
	at = put_octets(at, "\0\0\0\0", 4); /* TTL */
	at = put_u16(at, (unsigned)(tsig->algorithm.len + 16 + mac.len));
	at = put_octets(at, tsig->algorithm.wire, tsig->algorithm.len);
	at = put_time(at, f.time);
	at = put_u16(at, f.fudge);
	at = put_u16(at, (unsigned)mac.len);
	at = put_octets(at, mac.octets, mac.len);
	at = put_u16(at, f.original_id);
	at = put_octets(at, "\0\0\0\0", 4); /* error, length of other data */
	*len = (size_t)(at - wire);
	*ret_mac = mac;
	return DG_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The TSIG record, if it is the only one and stands last (section 5.1); *ret_any: there is some. */
static const struct dg_rr *find(const struct dg_msg *msg, bool *ret_any)
{
	const struct dg_rr *last = msg->nrr == 0 ? NULL : &msg->rr[msg->nrr - 1];
	size_t i, count = 0;

	for (i = 0; i < msg->nrr; i++)
		count += msg->rr[i].type == DG_TYPE_TSIG;
	*ret_any = count > 0;
	if (count != 1 || last->type != DG_TYPE_TSIG || last->section != DG_SECTION_ADDITIONAL)
		return NULL;
	/* EDNS' record is in no list. */
	return msg->edns && msg->opt > last->rdata ? NULL : last;
}

/* A name in one piece: RDATA of this type is not compressed (RFC 3597 section 4). */
static void read_plain_name(struct dg_cursor *c, struct dg_name *ret_name)
{
	size_t begin = c->pos, i;
	uint8_t count;

	ret_name->len = 0;
	do {
		count = dg_read_u8(c);
		if (count > DG_LABEL_MAX)
			c->failed = true;
		dg_read_skip(c, count);
	} while (!c->failed && count > 0);
	if (c->failed || c->pos - begin > DG_NAME_MAX) {
		c->failed = true;
		return;
	}
	ret_name->len = (uint8_t)(c->pos - begin);
	/* Counts are no letters, so they stay as they are. */
	for (i = 0; i < ret_name->len; i++)
		ret_name->wire[i] = dg_lower(c->bytes[begin + i]);
}

static bool read_fields(const struct dg_msg *msg, const struct dg_rr *rr, struct fields *f,
			struct dg_name *ret_algorithm)
{
	struct dg_cursor c = {
	    .bytes = msg->wire, .len = (size_t)rr->rdata + rr->rdlen, .pos = rr->rdata};
	struct dg_cursor fixed = c;
	size_t at;

	/* The message's reader tells no TTL that has its top bit set. */
	fixed.pos -= RR_FIXED - 4;
	if (rr->class != DG_CLASS_ANY || dg_read_u32(&fixed) != 0)
		return false;
	read_plain_name(&c, ret_algorithm);
	at = dg_read_skip(&c, TIME_OCTETS);
	if (c.failed)
		return false;
	f->time = get_time(msg->wire + at);
	f->fudge = dg_read_u16(&c);
	f->mac_len = dg_read_u16(&c);
	f->mac = msg->wire + dg_read_skip(&c, f->mac_len);
	f->original_id = dg_read_u16(&c);
	f->error = dg_read_u16(&c);
	f->other_len = dg_read_u16(&c);
	f->other = msg->wire + dg_read_skip(&c, f->other_len);
	return !c.failed && c.pos == c.len;
}

/* Section 5.2.3 and 5.3.2: BADTIME comes under the time of the request, with the server's own time
 * as other data. */
static void judge_time(const struct fields *f, int64_t now, struct dg_tsig_reply *reply)
{
	if (f->error == DG_TSIG_ERROR_BADTIME && f->other_len == TIME_OCTETS) {
		reply->ahead = get_time(f->other) - now;
		return;
	}
	reply->ahead = f->time - now;
	if (reply->ahead > f->fudge || -reply->ahead > f->fudge)
		reply->verdict = DG_TSIG_OUT_OF_TIME;
	else
		reply->ahead = 0;
}

static enum dg_status judge_mac(const struct dg_tsig *tsig, const struct covered *covered,
				int64_t now, struct dg_tsig_reply *reply, struct dg_error *err)
{
	const struct fields *f = covered->f;
	struct dg_tsig_mac mac;
	enum dg_status status = compute(tsig, covered, &mac, err);

	if (status != DG_OK)
		return status;
	if (f->mac_len < tsig->least)
		reply->verdict = DG_TSIG_TRUNCATED;
	else if (f->mac_len > mac.len || CRYPTO_memcmp(f->mac, mac.octets, f->mac_len) != 0)
		reply->verdict = DG_TSIG_WRONG;
	else
		judge_time(f, now, reply);
	return DG_OK;
}

enum dg_status dg_tsig_verify(const struct dg_tsig *tsig, const struct dg_msg *msg,
			      const struct dg_tsig_mac *request, int64_t now,
			      struct dg_tsig_reply *ret_reply, struct dg_error *err)
{
	struct dg_tsig_reply reply = {.verdict = DG_TSIG_GOOD};
	struct fields f = {0};
	struct dg_name algorithm, owner;
	bool any;
	const struct dg_rr *rr = find(msg, &any);
	enum dg_status status = DG_OK;

	if (!any) {
		reply.verdict = DG_TSIG_UNSIGNED;
	} else if (rr == NULL || !read_fields(msg, rr, &f, &algorithm)) {
		reply.verdict = DG_TSIG_MALFORMED;
	} else if (f.mac_len == 0) {
		reply.error = f.error;
		if (f.error == DG_TSIG_ERROR_BADTIME)
			judge_time(&f, now, &reply);
		reply.verdict = DG_TSIG_UNSIGNED;
	} else {
		owner = dg_msg_owner(msg, rr);
		reply.error = f.error;
		if (!dg_name_equal(&owner, &tsig->name) ||
		    !dg_name_equal(&algorithm, &tsig->algorithm))
			reply.verdict = DG_TSIG_OTHER_KEY;
		else
			status =
			    judge_mac(tsig, &(struct covered){msg->wire, rr->owner, &f, request},
				      now, &reply, err);
	}
	if (status == DG_OK)
		*ret_reply = reply;
	return status;
}
