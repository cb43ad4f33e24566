/* SPDX-License-Identifier: ISC */
/* What a diagnostic pass keeps of replies of any length. */
#include <string.h>

#include "unit.h"

#include "watch/survey.h"
#include "watch/watch.h"

#define SERVERS 64

static struct dg_zone zone;
static struct dg_server servers[SERVERS];
static struct dg_name name;
static uint8_t wire[DG_MSG_MAX];

/* The name's challenge value, or a CAA record that names no CA, over and over. */
static size_t make_reply(uint16_t type, size_t len)
{
	static const uint8_t txt[] = "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\6\5value";
	static const uint8_t caa[] = "\xc0\x0c\1\1\0\1\0\0\0\x3c\0\x8\0\5issue;";
	const uint8_t *rr = type == DG_TYPE_TXT ? txt : caa;
	size_t rr_len = type == DG_TYPE_TXT ? sizeof(txt) - 1 : sizeof(caa) - 1;
	size_t at = DG_MSG_HEADER, n = 0;

	memset(wire, 0, sizeof(wire));
	wire[2] = 0x84;
	wire[5] = 1;
	memcpy(wire + at, name.wire, name.len);
	at += name.len;
	wire[at] = (uint8_t)(type >> 8);
	wire[at + 1] = (uint8_t)type;
	wire[at + 3] = 1;
	for (at += 4; at + rr_len <= len; at += rr_len, n++)
		memcpy(wire + at, rr, rr_len);
	wire[6] = (uint8_t)(n >> 8);
	wire[7] = (uint8_t)n;
	return at;
}

static void hear(struct dg_survey *s, const struct dg_expected *expected, uint64_t ask, size_t len)
{
	struct dg_heard heard = {.ask = ask, .kind = DG_HEARD_REPLY};
	struct dg_msg msg;

	assert_int_equal(dg_msg_read(&msg, wire, len, NULL), DG_OK);
	heard.msg = &msg;
	assert_int_equal(dg_survey_heard(s, &heard, expected, 1), DG_OK);
	dg_msg_free(&msg);
}

static void begin(struct dg_survey *s)
{
	size_t i;

	assert_int_equal(dg_name_parse(&name, "_acme-challenge.example.lab", NULL), DG_OK);
	assert_int_equal(dg_name_parse(&zone.name, "example.lab", NULL), DG_OK);
	zone.server = servers;
	zone.nservers = SERVERS;
	for (i = 0; i < SERVERS; i++)
		servers[i].addr = (struct dg_addr){.family = 4, .ip = {127, 0, 1, (uint8_t)i}};
	dg_survey_begin(s, SIZE_MAX, 1);
}

static void test_facts(void **state)
{
	uint8_t value[] = "value";
	struct dg_expected expected = {.value = &(struct dg_value){value, 5}, .count = 1};
	struct dg_survey s = {0};
	const struct dg_probe *p;
	struct dg_heard heard;
	struct dg_msg msg;
	struct dg_ask ask;

	(void)state;
	begin(&s);
	dg_survey_question(&s, &zone, 0, &name, DG_TYPE_TXT, DG_SHAPE_TCP);
	dg_survey_question(&s, &zone, 0, &name, DG_TYPE_CAA, DG_SHAPE_USUAL);
	dg_survey_question(&s, &zone, 1, &name, DG_TYPE_CAA, DG_SHAPE_USUAL);
	dg_survey_next(&s, true, 0, &ask);
	hear(&s, &expected, ask.id, make_reply(DG_TYPE_TXT, DG_MSG_MAX));
	dg_survey_next(&s, true, 0, &ask);
	hear(&s, &expected, ask.id, make_reply(DG_TYPE_CAA, DG_MAX_KEPT));
	assert_null(s.limit);
	dg_survey_next(&s, true, 0, &ask);
	hear(&s, &expected, ask.id, make_reply(DG_TYPE_CAA, DG_MAX_KEPT + 50));
	assert_true(dg_survey_is_done(&s));

	p = dg_survey_find(&s, &zone, 0, &name, DG_TYPE_TXT, DG_SHAPE_TCP);
	assert_true(p->replied && p->says == DG_ANSWER_DATA);
	assert_true(p->txt.count > 3000);
	assert_int_equal(p->txt.found, 1);
	assert_null(p->reply.kept);
	p = dg_survey_find(&s, &zone, 0, &name, DG_TYPE_CAA, DG_SHAPE_USUAL);
	assert_int_equal(dg_reply_read(&p->reply, &heard, &msg), DG_OK);
	assert_non_null(dg_msg_find(&msg, DG_SECTION_ANSWER, &name, DG_TYPE_CAA));
	dg_msg_free(&msg);
	p = dg_survey_find(&s, &zone, 1, &name, DG_TYPE_CAA, DG_SHAPE_USUAL);
	assert_true(p->replied && p->says == DG_ANSWER_DATA);
	assert_null(p->reply.kept);
	assert_non_null(s.limit);
	dg_survey_free(&s);
}

/* As many questions as can be wanted, and the longest answers that are kept. */
static void test_most(void **state)
{
	struct dg_expected expected = {0};
	struct dg_survey s = {0};
	size_t i, k, kept = 0;
	struct dg_ask ask;

	(void)state;
	begin(&s);
	for (i = 0; i < SERVERS; i++)
		for (k = 0; k < DG_MAX_SURVEY; k++) {
			struct dg_name at = name;

			at.wire[1] = (uint8_t)('a' + k);
			dg_survey_question(&s, &zone, i, &at, DG_TYPE_CAA, DG_SHAPE_USUAL);
		}
	for (dg_survey_next(&s, true, 0, &ask); ask.id != 0; dg_survey_next(&s, true, 0, &ask))
		hear(&s, &expected, ask.id, make_reply(DG_TYPE_CAA, DG_MAX_KEPT));
	assert_true(dg_survey_is_done(&s));
	for (i = 0; i < s.count; i++) {
		struct dg_heard heard;
		struct dg_msg msg = {0};

		if (s.probe[i]->reply.kept != NULL)
			assert_int_equal(dg_reply_read(&s.probe[i]->reply, &heard, &msg), DG_OK);
		kept += sizeof(struct dg_probe) + msg.len;
		dg_msg_free(&msg);
	}
	assert_in_range(kept, 1 << 19, s.room.used);
	assert_in_range(s.room.used, kept, 1 << 20);
	assert_non_null(s.limit);
	dg_survey_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_facts),
	    cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
