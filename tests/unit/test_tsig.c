/* SPDX-License-Identifier: ISC */
/* Signatures of transactions: as others make them, and whatever may be wrong with one. */
#include "unit_tsig.h"

#include "test_tsig_rows.h"
#include "update/tsig.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define NOW 1795276800

static size_t read_hex(const char *text, uint8_t *out)
{
	size_t len = 0;
	unsigned octet;

	for (; sscanf(text, "%2x", &octet) == 1; text += 2)
		out[len++] = (uint8_t)octet;
	return len;
}

struct heard {
	uint8_t secret[64], request[512], reply[512];
	size_t request_len, reply_len;
	struct dg_tsig tsig;
	struct dg_tsig_mac mac;
};

/* Signs anew what is under the request's TSIG record, at that time. */
static void sign_again(struct heard *h, int64_t now)
{
	uint8_t again[512];
	struct dg_msg msg;
	size_t len;

	assert_int_equal(dg_msg_read(&msg, h->request, h->request_len, NULL), DG_OK);
	len = msg.rr[msg.nrr - 1].owner;
	dg_msg_free(&msg);
	memcpy(again, h->request, len);
	again[11]--;
	assert_int_equal(dg_tsig_sign(&h->tsig, again, &len, now, &h->mac, NULL), DG_OK);
	assert_int_equal(len, h->request_len);
	assert_memory_equal(again, h->request, len);
}

static void take_row(struct heard *h, const struct heard_row *row, int64_t now)
{
	struct dg_tsig_key key = {row->name, row->algorithm, h->secret, 0};

	key.secret_len = read_hex(row->secret, h->secret);
	h->request_len = read_hex(row->request, h->request);
	h->reply_len = read_hex(row->reply, h->reply);
	assert_int_equal(dg_tsig_init(&h->tsig, &key, NULL), DG_OK);
	sign_again(h, now);
}

/* In a buffer of just that size, so that the sanitizer sees one octet too many. */
static struct dg_tsig_reply verify(const struct dg_tsig *tsig, const struct dg_tsig_mac *mac,
				   const uint8_t *wire, size_t len, int64_t now)
{
	struct dg_tsig_reply reply = {.verdict = DG_TSIG_MALFORMED};
	uint8_t *exact = malloc(len + 1);
	struct dg_msg msg;

	memcpy(exact, wire, len);
	exact = realloc(exact, len == 0 ? 1 : len);
	if (dg_msg_read(&msg, exact, len, NULL) == DG_OK) {
		assert_int_equal(dg_tsig_verify(tsig, &msg, mac, now, &reply, NULL), DG_OK);
		dg_msg_free(&msg);
	}
	free(exact);
	return reply;
}

static void test_others(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(heard_rows); i++) {
		struct heard h;
		struct dg_tsig_reply reply;

		take_row(&h, &heard_rows[i], HEARD_AT);
		reply = verify(&h.tsig, &h.mac, h.reply, h.reply_len, HEARD_AT);
		assert_int_equal(reply.verdict, DG_TSIG_GOOD);
		assert_int_equal(reply.error, 0);
		/* Of another request. */
		h.mac.octets[0] ^= 1;
		reply = verify(&h.tsig, &h.mac, h.reply, h.reply_len, HEARD_AT);
		assert_int_equal(reply.verdict, DG_TSIG_WRONG);
	}
}

static void test_badtime(void **state)
{
	struct heard h;
	struct dg_tsig_reply reply;

	(void)state;
	take_row(&h, &heard_badtime, HEARD_AT + 9000);
	reply = verify(&h.tsig, &h.mac, h.reply, h.reply_len, HEARD_AT + 9000);
	assert_int_equal(reply.verdict, DG_TSIG_GOOD);
	assert_int_equal(reply.error, DG_TSIG_ERROR_BADTIME);
	assert_int_equal(reply.ahead, -9000);
	/* What tells the time is signed. */
	h.reply[h.reply_len - 1] ^= 1;
	reply = verify(&h.tsig, &h.mac, h.reply, h.reply_len, HEARD_AT + 9000);
	assert_int_equal(reply.verdict, DG_TSIG_WRONG);
}

/* The id is that of the query's own matching; the case of names is nobody's matter. */
static bool may_change(const struct heard *h, size_t i, int bit)
{
	bool letter = (h->reply[i] | 0x20) >= 'a' && (h->reply[i] | 0x20) <= 'z';
	/* From the key's name on, until the time. */
	bool in_names = i >= 26 && i < h->reply_len - 16 - h->tsig.mac_len;

	return i < 2 || (bit == 5 && letter && in_names);
}

static void test_every_bit(void **state)
{
	size_t n, i;
	int bit;

	(void)state;
	for (n = 0; n < COUNT(heard_rows); n++) {
		struct heard h;

		take_row(&h, &heard_rows[n], HEARD_AT);
		for (i = 0; i < h.reply_len; i++) {
			for (bit = 0; bit < 8; bit++) {
				struct dg_tsig_reply reply;

				h.reply[i] ^= (uint8_t)(1 << bit);
				reply = verify(&h.tsig, &h.mac, h.reply, h.reply_len, HEARD_AT);
				h.reply[i] ^= (uint8_t)(1 << bit);
				if (reply.verdict == DG_TSIG_GOOD && !may_change(&h, i, bit))
					fail_msg("row %zu: octet %zu, bit %d does not matter", n, i,
						 bit);
			}
			assert_int_not_equal(verify(&h.tsig, &h.mac, h.reply, i, HEARD_AT).verdict,
					     DG_TSIG_GOOD);
		}
	}
}

/* Section 5.2.2.1: not under ten octets, nor under half. */
static void test_truncated(void **state)
{
	static const struct {
		size_t row, len;
		enum dg_tsig_verdict verdict;
	} rows[] = {
	    {0, 20, DG_TSIG_GOOD},      {0, 19, DG_TSIG_GOOD},      {0, 10, DG_TSIG_GOOD},
	    {0, 9, DG_TSIG_TRUNCATED},  {0, 1, DG_TSIG_TRUNCATED},  {0, 0, DG_TSIG_UNSIGNED},
	    {1, 14, DG_TSIG_GOOD},      {1, 13, DG_TSIG_TRUNCATED}, {2, 16, DG_TSIG_GOOD},
	    {2, 15, DG_TSIG_TRUNCATED}, {3, 24, DG_TSIG_GOOD},      {3, 23, DG_TSIG_TRUNCATED},
	    {4, 32, DG_TSIG_GOOD},      {4, 31, DG_TSIG_TRUNCATED}, {4, 63, DG_TSIG_GOOD},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct heard h;
		size_t cut, end, size_at;

		take_row(&h, &heard_rows[rows[i].row], HEARD_AT);
		cut = h.tsig.mac_len - rows[i].len;
		end = h.reply_len - 6;
		size_at = end - h.tsig.mac_len - 1;
		memmove(h.reply + end - cut, h.reply + end, 6);
		h.reply_len -= cut;
		h.reply[size_at] = (uint8_t)rows[i].len;
		/* RDLENGTH: before the algorithm's name, the time, the fudge and the size. */
		h.reply[size_at - 1 - 8 - h.tsig.algorithm.len - 1] -= (uint8_t)cut;
		assert_int_equal(verify(&h.tsig, &h.mac, h.reply, h.reply_len, HEARD_AT).verdict,
				 rows[i].verdict);
	}
}

/* ---- replies of our own making --------------------------------------------------------------- */

static const struct dg_tsig_mac request = {.octets = {1, 2, 3}, .len = 32};

/* A reply to an update of the root zone, without a signature. */
static size_t begin(uint8_t *wire)
{
	static const uint8_t start[] = {0x47, 0x11, 0xa8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1};

	memcpy(wire, start, sizeof(start));
	return sizeof(start);
}

static struct dg_tsig_reply verify_own(const uint8_t *wire, size_t len, int64_t now)
{
	struct dg_tsig tsig;

	assert_int_equal(dg_tsig_init(&tsig, &unit_tsig_key, NULL), DG_OK);
	return verify(&tsig, &request, wire, len, now);
}

static void test_time(void **state)
{
	static const int64_t off[] = {0, 300, -300, 301, -301, 86400 * 365};
	uint8_t wire[512];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(off); i++) {
		struct unit_tsig t = {request.octets, 32, .time = NOW};
		struct dg_tsig_reply reply;
		size_t len = begin(wire);

		unit_tsig_append(wire, &len, &t);
		reply = verify_own(wire, len, NOW - off[i]);
		assert_int_equal(reply.verdict, i < 3 ? DG_TSIG_GOOD : DG_TSIG_OUT_OF_TIME);
		assert_int_equal(reply.ahead, i < 3 ? 0 : off[i]);
	}
}

/* The year 10889, and a time that 48 bits do not hold. */
static void test_far_time(void **state)
{
	static const int64_t last = 0xffffffffffff;
	struct unit_tsig t = {request.octets, 32, .time = last};
	struct dg_tsig_mac mac;
	struct dg_tsig tsig;
	struct dg_error err = {0};
	uint8_t wire[1024];
	size_t len = begin(wire);

	(void)state;
	unit_tsig_append(wire, &len, &t);
	assert_int_equal(verify_own(wire, len, last).verdict, DG_TSIG_GOOD);
	assert_int_equal(dg_tsig_init(&tsig, &unit_tsig_key, NULL), DG_OK);
	len = begin(wire);
	assert_int_equal(dg_tsig_sign(&tsig, wire, &len, last, &mac, NULL), DG_OK);
	len = begin(wire);
	assert_int_equal(dg_tsig_sign(&tsig, wire, &len, last + 1, &mac, &err), DG_EINVAL);
	assert_int_equal(dg_tsig_sign(&tsig, wire, &len, -1, &mac, &err), DG_EINVAL);
	assert_int_equal(len, 17);
}

/* A claim, and no more. */
static void test_unsigned_errors(void **state)
{
	static const uint8_t clock[] = {0, 0, 0x6b, 0x01, 0xd0, 0x00};
	uint8_t wire[512];
	size_t len = begin(wire);
	struct unit_tsig t = {.time = NOW, .error = DG_TSIG_ERROR_BADKEY, .no_mac = true};
	struct dg_tsig_reply reply;

	(void)state;
	assert_int_equal(verify_own(wire, len, NOW).verdict, DG_TSIG_UNSIGNED);
	unit_tsig_append(wire, &len, &t);
	reply = verify_own(wire, len, NOW);
	assert_int_equal(reply.verdict, DG_TSIG_UNSIGNED);
	assert_int_equal(reply.error, DG_TSIG_ERROR_BADKEY);
	len = begin(wire);
	t.error = DG_TSIG_ERROR_BADTIME;
	t.other = clock;
	t.other_len = sizeof(clock);
	unit_tsig_append(wire, &len, &t);
	reply = verify_own(wire, len, NOW);
	assert_int_equal(reply.verdict, DG_TSIG_UNSIGNED);
	assert_int_equal(reply.ahead, 0x6b01d000 - NOW);
}

#define OPT "\0\0\51\4\320\0\0\0\0\0\0"

static void test_place(void **state)
{
	static const struct unit_tsig t = {request.octets, 32, .time = NOW};
	uint8_t wire[1024];
	size_t len = begin(wire), alone;

	(void)state;
	/* OPT before it is as it should be. */
	memcpy(wire + len, OPT, 11);
	len += 11;
	wire[11] = 1;
	unit_tsig_append(wire, &len, &t);
	assert_int_equal(verify_own(wire, len, NOW).verdict, DG_TSIG_GOOD);
	/* Behind it not. */
	len = begin(wire);
	unit_tsig_append(wire, &len, &t);
	alone = len;
	memcpy(wire + len, OPT, 11);
	wire[11] = 2;
	assert_int_equal(verify_own(wire, len + 11, NOW).verdict, DG_TSIG_MALFORMED);
	/* Nor a record of another type. */
	wire[len + 2] = 10;
	assert_int_equal(verify_own(wire, len + 11, NOW).verdict, DG_TSIG_MALFORMED);
	/* Two of them. */
	wire[11] = 1;
	unit_tsig_append(wire, &len, &t);
	assert_int_equal(verify_own(wire, len, NOW).verdict, DG_TSIG_MALFORMED);
	/* In another section. */
	wire[11] = 0;
	wire[9] = 1;
	assert_int_equal(verify_own(wire, alone, NOW).verdict, DG_TSIG_MALFORMED);
	wire[11] = 1;
	wire[9] = 0;
	assert_int_equal(verify_own(wire, alone, NOW).verdict, DG_TSIG_GOOD);
	/* Octets of no record are nobody's. */
	assert_int_equal(verify_own(wire, alone + 3, NOW).verdict, DG_TSIG_GOOD);
	wire[17 + 1] = 'l';
	assert_int_equal(verify_own(wire, alone, NOW).verdict, DG_TSIG_OTHER_KEY);
	wire[17 + 1] = 'K';
	assert_int_equal(verify_own(wire, alone, NOW).verdict, DG_TSIG_GOOD);
	wire[17 + 10 + 10 + 11] = '7';
	assert_int_equal(verify_own(wire, alone, NOW).verdict, DG_TSIG_OTHER_KEY);
}

/* As long as a message can be. */
static void test_long_reply(void **state)
{
	static const struct unit_tsig t = {request.octets, 32, .time = NOW};
	uint8_t *wire = calloc(1, DG_MSG_MAX + 128);
	size_t len = begin(wire), rest;

	(void)state;
	rest = DG_MSG_MAX - len - 11 - (10 + 10 + 13 + 16 + 32);
	wire[len + 1] = 0xff; /* a type of no known form, class IN */
	wire[len + 4] = 1;
	wire[len + 9] = (uint8_t)(rest >> 8);
	wire[len + 10] = (uint8_t)rest;
	wire[11] = 1;
	memset(wire + len + 11, 0x5a, rest);
	len += 11 + rest;
	unit_tsig_append(wire, &len, &t);
	assert_int_equal(len, DG_MSG_MAX);
	assert_int_equal(verify_own(wire, len, NOW).verdict, DG_TSIG_GOOD);
	wire[40000] ^= 1;
	assert_int_equal(verify_own(wire, len, NOW).verdict, DG_TSIG_WRONG);
	for (rest = len - 200; rest < len; rest++)
		assert_int_not_equal(verify_own(wire, rest, NOW).verdict, DG_TSIG_GOOD);
	free(wire);
}

/* Octets inside the record that claim more than there is. */
static void test_lengths(void **state)
{
	static const struct unit_tsig t = {request.octets, 32, .time = NOW};
	uint8_t wire[512], value;
	size_t len = begin(wire), i;
	unsigned k;

	(void)state;
	unit_tsig_append(wire, &len, &t);
	for (i = 17; i < len; i++) {
		value = wire[i];
		for (k = 0; k < 256; k++) {
			wire[i] = (uint8_t)k;
			if (k != value && (k ^ value) != 0x20)
				assert_int_not_equal(verify_own(wire, len, NOW).verdict,
						     DG_TSIG_GOOD);
		}
		wire[i] = value;
	}
}

static void test_keys(void **state)
{
	static const uint8_t secret[] = {1};
	static const struct {
		struct dg_tsig_key key;
		const char *says; /* NULL: good */
	} rows[] = {
	    {{"a", "hmac-sha1", secret, 1}, NULL},
	    {{"A.b.", "HMAC-SHA224.", secret, 1}, NULL},
	    {{"a", "Hmac-sha256", secret, 1}, NULL},
	    {{"a", "hmac-sha384", secret, 1}, NULL},
	    {{"a", "hmac-sha512.", secret, 1}, NULL},
	    {{NULL, "hmac-sha1", secret, 1}, "cannot be the name"},
	    {{"a..b", "hmac-sha1", secret, 1}, "\"a..b\" cannot be the name"},
	    {{"a", NULL, secret, 1}, "none of hmac-sha1"},
	    {{"a", "hmac-md5.sig-alg.reg.int", secret, 1}, "none of hmac-sha1"},
	    {{"a", "hmac-sha", secret, 1}, "\"hmac-sha\" of key a is none of"},
	    {{"a", "", secret, 1}, "none of"},
	    {{"a", "hmac-sha1", secret, 0}, "secret of key a is empty"},
	    {{"a", "hmac-sha1", NULL, 1}, "secret of key a is empty"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct dg_error err = {0};
		enum dg_status status = dg_tsig_key_check(&rows[i].key, &err);

		assert_int_equal(status, rows[i].says == NULL ? DG_OK : DG_EINVAL);
		if (rows[i].says != NULL && strstr(err.text, rows[i].says) == NULL)
			fail_msg("%s, not %s", err.text, rows[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_badtime),
	    cmocka_unit_test(test_every_bit),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_far_time),
	    cmocka_unit_test(test_unsigned_errors),
	    cmocka_unit_test(test_place),
	    cmocka_unit_test(test_long_reply),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
