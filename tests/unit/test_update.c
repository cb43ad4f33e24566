/* SPDX-License-Identifier: ISC */
/* Dynamic updates: which server gets what, and what is made of each answer. */
#include "test_update_rows.h"

#include <unistd.h>

#include "base/types.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void check_text(const struct unit_update_row *row, const char *what, const char *is,
		       const char *part)
{
	if (part != NULL && strstr(is, part) == NULL)
		fail_msg("%s: %s is \"%s\", without \"%s\"", row->what, what, is, part);
}

static void judge(const struct unit_update_row *row, const struct unit_update_seen *n,
		  const struct dg_update_result *r)
{
	int64_t serial = row->serial != 0 ? row->serial : row->done && !row->remove ? 42 : -1;
	int sent = 0;

	while (sent < (int)COUNT(row->updates) && row->updates[sent] != NULL)
		sent++;
	if (r->done != row->done)
		fail_msg("%s: done %d, %s", row->what, r->done, r->text);
	check_text(row, "text", r->text, row->text);
	check_text(row, "advice", r->advice, row->advice);
	if (row->done != (r->text[0] == '\0') || row->done != (r->advice[0] == '\0'))
		fail_msg("%s: text \"%s\", advice \"%s\"", row->what, r->text, r->advice);
	if (r->serial != serial)
		fail_msg("%s: serial %d", row->what, (int)r->serial);
	if (row->owner != NULL)
		assert_string_equal(r->owner, row->owner);
	if (row->in_zone != NULL)
		assert_string_equal(r->zone, row->in_zone);
	if (row->at != NULL)
		assert_string_equal(r->server, row->at);
	if (n->updates != (row->sent != 0 ? row->sent : sent))
		fail_msg("%s: %d updates sent", row->what, n->updates);
	if (n->now < row->after || (row->before != 0 && n->now > row->before))
		fail_msg("%s: took %d ms", row->what, (int)n->now);
}

static void run_row(const struct unit_update_row *row)
{
	struct unit_update_seen seen = {0};
	struct dg_update_result result;
	struct dg_error err = {0};
	enum dg_status status = unit_update_run(row, NULL, &seen, &result, &err);

	if (status != row->status)
		fail_msg("%s: status %d, %s", row->what, status, err.text);
	if (status == DG_OK)
		judge(row, &seen, &result);
	else
		check_text(row, "error", err.text, row->text);
}

static void run_rows(const struct unit_update_row *row, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		run_row(&row[i]);
}

static void test_way(void **state)
{
	(void)state;
	run_rows(way_rows, COUNT(way_rows));
}

static void test_replies(void **state)
{
	(void)state;
	run_rows(replies_rows, COUNT(replies_rows));
}

static void test_names(void **state)
{
	(void)state;
	run_rows(names_rows, COUNT(names_rows));
}

/* Eleven CNAMEs are followed, as by the CA's resolver. */
static void test_chain(void **state)
{
	char question[13][32], records[13][64];
	struct unit_update_row row = {
	    .name = "n0.example.test.", .updates = {"NOERROR"}, .done = true};
	unsigned i, length;

	(void)state;
	for (length = 11; length <= 12; length++) {
		for (i = 0; i <= length; i++) {
			snprintf(question[i], sizeof(question[i]), "n%u.example.test. SOA", i);
			snprintf(records[i], sizeof(records[i]),
				 "an n%u.example.test. 60 CNAME n%u.example.test.", i, i + 1);
			row.answers[i] =
			    (struct unit_answer){"10.0.0.53", question[i], "aa", records[i]};
		}
		row.answers[length].records = unit_usual[0].records;
		run_row(&row);
		row.updates[0] = NULL;
		row.done = false;
		row.text = "more than 11 CNAME records in a row from n0.example.test.";
	}
}

static void test_discovery(void **state)
{
	(void)state;
	run_rows(discovery_rows, COUNT(discovery_rows));
}

/* What one message cannot have, and what needs TCP. */
static void test_sizes(void **state)
{
	char *value = calloc(1, DG_MAX_PUBLISHED + 2);
	struct unit_update_row row = {
	    .what = "one string", .value = value, .updates = {"NOERROR"}, .done = true};
	static const size_t lens[] = {255, 256, 400, 510, 511, 1000, DG_MAX_PUBLISHED};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lens); i++) {
		memset(value, 'v', lens[i]);
		run_row(&row);
	}
	value[DG_MAX_PUBLISHED] = 'v';
	row = (struct unit_update_row){.what = "too long",
				       .value = value,
				       .status = DG_EINVAL,
				       .text = "has 8193 octets, not 1 to 8192"};
	run_row(&row);
	row = (struct unit_update_row){
	    .what = "empty", .value = "", .status = DG_EINVAL, .text = "has 0 octets"};
	run_row(&row);
	row = (struct unit_update_row){
	    .what = "no name", .name = "a..b", .status = DG_EINVAL, .text = "a..b"};
	run_row(&row);
	row = (struct unit_update_row){
	    .what = "the root", .name = ".", .status = DG_EINVAL, .text = "challenge"};
	run_row(&row);
	row = (struct unit_update_row){
	    .what = "no zone", .zone = "a..b", .status = DG_EINVAL, .text = "a..b"};
	run_row(&row);
	row = (struct unit_update_row){
	    .what = "no server", .server = "x", .status = DG_EINVAL, .text = "\"x\""};
	run_row(&row);
	free(value);
}

/* Names as long as they can be: the texts are cut, and still tell the code. */
static void test_long_names(void **state)
{
	char name[260] = "", question[300], records[400];
	struct unit_update_row row = {.what = "long", .name = name, .server = "10.0.0.1"};
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		snprintf(name + strlen(name), sizeof(name) - strlen(name), "%.*s.", i < 3 ? 63 : 61,
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	snprintf(question, sizeof(question), "%s SOA", name);
	snprintf(records, sizeof(records), "an %s 60 SOA a. b. 1 1 1 1 1", name);
	row.answers[0] = (struct unit_answer){"10.0.0.53", question, "aa", records};
	row.updates[0] = "REFUSED";
	row.text = "(REFUSED)";
	row.advice = "give the address of the primary as \"server\".";
	run_row(&row);
	row.zone = "other.test.";
	row.updates[0] = NULL;
	row.text = "is not in zone other.test.";
	row.advice = NULL;
	run_row(&row);
}

/* Over the real net, where a stop is waiting already. */
static void test_stop(void **state)
{
	static const char *const asked[] = {"127.0.0.1#9"};
	struct dg_update_options update = {.ttl = 60, .key = unit_tsig_key};
	struct dg_update_result result;
	struct dg_options options;
	struct dg_error err = {0};
	int end[2];

	(void)state;
	assert_int_equal(pipe(end), 0);
	assert_int_equal(write(end[1], "", 1), 1);
	dg_options_init(&options);
	options.servers = asked;
	options.nservers = 1;
	options.stop_fd = end[0];
	assert_int_equal(dg_update(&options, &update, true, NAME, VALUE, &result, &err),
			 DG_ESTOPPED);
	close(end[0]);
	close(end[1]);
	err = (struct dg_error){0};
	options.stop_fd = -1;
	options.timeout = 200;
	assert_int_equal(dg_update(&options, &update, true, NAME, VALUE, &result, &err), DG_OK);
	assert_false(result.done);
	assert_non_null(strstr(result.text, "none of the servers given"));
	update.key.algorithm = "hmac-md5";
	assert_int_equal(dg_update(&options, &update, true, NAME, VALUE, &result, &err), DG_EINVAL);
	assert_non_null(strstr(err.text, "hmac-md5"));
	update.key = unit_tsig_key;
	update.ttl = UINT32_MAX;
	err = (struct dg_error){0};
	assert_int_equal(dg_update(&options, &update, true, NAME, VALUE, &result, &err), DG_EINVAL);
	assert_non_null(strstr(err.text, "ttl is 4294967295"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_way),        cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_names),      cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_discovery),  cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_long_names), cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, unit_update_setup, unit_update_teardown);
}
