/* SPDX-License-Identifier: ISC */
/* Times of logs, the patterns in them, and what is read from lines. */
#include "unit.h"

#include <time.h>

#include "logs/reader.h"
#include "logs/stamp.h"
#include "logs/story.h"

#define NOW 1795737600 /* 2026-11-27 00:00:00 UTC */
#define T 1795169472   /* 2026-11-20 10:11:12 UTC */

static int utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

static void test_stamps(void **state)
{
	static const struct {
		const char *line;
		int64_t when;
		const char *message;
	} rows[] = {
	    {"2026-11-20 10:11:12,345:DEBUG:acme.client:x", T, ":DEBUG:acme.client:x"},
	    {"2026/11/20 10:11:12 [INFO] [a.lab] acme: x", T, "[INFO] [a.lab] acme: x"},
	    {"2026-11-20T10:11:12Z ERR x", T, "ERR x"},
	    {"2026-11-20T11:11:12.123456+01:00 x", T, "x"},
	    {"2026-11-20T05:11:12-0500 x", T, "x"},
	    {"[Fri Nov 20 10:11:12 UTC 2026] x", T, "x"},
	    {"[Fri Nov 20 11:11:12 CET 2026] x", T, "x"},
	    {"[Fri Nov 20 10:11:12 AM UTC 2026] x", T, "x"},
	    {"[Fri 20 Nov 2026 10:11:12 PM UTC] x", T + 43200, "x"},
	    {"I1120 10:11:12.345678       1 sync.go:186] msg x", T, "msg x"},
	    {"E1231 23:59:59.000000       1 sync.go:186] msg x", 1767225599, "msg x"},
	    {"Nov 20 10:11:12 host dehydrated[123]: + x", T, "+ x"},
	    {"Dec 31 23:59:59 host cron: x", 1767225599, "x"},
	    {"Fri 2026-11-20 10:11:12 UTC host lego[1]: x", T, "x"},
	    {"2026-11-20T10:11:13Z I1120 10:11:12.345678       1 sync.go:186] x", T, "x"},
	    {"traefik  | 2026-11-20T10:11:12Z ERR x", T, "ERR x"},
	    {"time=\"2026-11-20T10:11:12Z\" level=info msg=x", T, "\" level=info msg=x"},
	    {"no time 10:11:12", -1, "no time 10:11:12"},
	    {"2026-13-20 10:11:12 x", -1, "2026-13-20 10:11:12 x"},
	    {"2026-11-20 25:11:12 x", -1, "2026-11-20 25:11:12 x"},
	    {"[a.lab] acme: error", -1, "[a.lab] acme: error"},
	    {"[", -1, "["},
	    {"I1", -1, "I1"},
	    {"Fri", -1, "Fri"},
	    {"", -1, ""},
	};
	const char *message;
	int64_t when;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].line);
		when = -1;
		assert_int_equal(stamp_read(rows[i].line, NOW, &when, &message), rows[i].when >= 0);
		assert_int_equal(when, rows[i].when);
		while (*message == ' ')
			message++;
		assert_string_equal(message, rows[i].message);
	}
}

static void test_dates(void **state)
{
	char buf[STAMP_TEXT];

	(void)state;
	assert_int_equal(stamp_date("Fri, 20 Nov 2026 10:11:12 GMT"), T);
	assert_int_equal(stamp_date("2026-11-20 10:11:12 UTC: see"), T);
	assert_int_equal(stamp_date("2026-11-20T10:11:12Z"), T);
	assert_int_equal(stamp_date("3600"), -1);
	assert_int_equal(stamp_date("soon"), -1);
	assert_int_equal(stamp_date(""), -1);
	assert_string_equal(stamp_text(T, buf), "2026-11-20 10:11:12");
	assert_string_equal(stamp_rfc3339(T, buf), "2026-11-20T10:11:12Z");
	assert_string_equal(stamp_text(-1, buf), "");
}

/* This machine's zone, where the log has none. */
static void test_zone(void **state)
{
	const char *message;
	int64_t when = -1;

	(void)state;
	setenv("TZ", "XXX-2", 1);
	tzset();
	assert_true(stamp_read("2026-11-20 12:11:12,345:DEBUG:x", NOW, &when, &message));
	assert_int_equal(when, T);
	utc(NULL);
}

static struct rhythm rhythm_from(const int64_t *gaps, size_t n)
{
	struct times times = {0};
	int64_t at = T;
	size_t i;

	times_add(&times, at);
	for (i = 0; i < n; i++)
		times_add(&times, at += gaps[i]);
	return rhythm_of(&times);
}

static void test_rhythms(void **state)
{
	static const struct {
		int64_t gaps[8];
		size_t n;
		const char *text;
	} rows[] = {
	    {{0}, 0, "once"},
	    {{3600}, 1, "60 min apart"},
	    {{43200, 43260, 43150}, 3, "every 12 h"},
	    {{10, 10, 12, 9}, 4, "5 times within 41 s: a loop"},
	    {{120, 240, 480, 960, 1920},
	     5,
	     "ever more slowly, up to 32 min apart: the client backs off"},
	    {{1920, 960, 480, 240, 120}, 5, "ever more often, down to 2 min apart"},
	    {{3600, 86400, 7200, 90000, 3600}, 5, "from 60 min to 25 h apart"},
	};
	char text[RHYTHM_TEXT];
	struct times none = {0};
	struct rhythm r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = rhythm_from(rows[i].gaps, rows[i].n);
		assert_string_equal(rhythm_text(&r, text), rows[i].text);
	}
	r = rhythm_of(&none);
	assert_int_equal(r.word, RHYTHM_UNKNOWN);
}

static void test_times(void **state)
{
	struct times times = {0};
	int64_t i;

	(void)state;
	/* Logs come in any order, and the latest are kept. */
	for (i = 200; i > 0; i -= 2)
		times_add(&times, i);
	for (i = 1; i < 200; i += 2)
		times_add(&times, i);
	times_add(&times, -1);
	assert_int_equal(times.count, TIMES_KEPT);
	for (i = 0; i < TIMES_KEPT; i++)
		assert_int_equal(times.at[i], 200 - TIMES_KEPT + 1 + i);
}

static void test_allowed(void **state)
{
	struct times times = {0};
	int i;

	(void)state;
	assert_int_equal(rhythm_allowed(&times, 5, 3600), 0);
	for (i = 0; i < 4; i++)
		times_add(&times, T + i);
	assert_int_equal(rhythm_allowed(&times, 5, 3600), 0);
	times_add(&times, T + 4);
	/* One comes back 12 minutes after the first. */
	assert_int_equal(rhythm_allowed(&times, 5, 3600), T + 720);
	times_add(&times, T + 86400);
	assert_int_equal(rhythm_allowed(&times, 5, 3600), 0);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static struct ledger ledger;

static struct reader feed(const char *text)
{
	char *copy = strdup(text), *rest = NULL, *line;
	struct reader reader;

	reader_start(&reader, &ledger, NOW);
	for (line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		reader_line(&reader, line, false);
	reader_end(&reader);
	free(copy);
	ledger_sort(&ledger);
	return reader;
}

static int clear(void **state)
{
	(void)state;
	ledger_free(&ledger);
	return 0;
}

#define CLIENT_LINE                                                                                \
	"dns01gate: F-01 not-published\nThe CA would say: DNS problem: NXDOMAIN looking up TXT "   \
	"for a.lab\n"

static void test_own_lines(void **state)
{
	(void)state;
	feed(CLIENT_LINE);
	assert_int_equal(ledger.count, 0);
}

/* A document alone, over several lines, and in the midst of text. */
static void test_documents(void **state)
{
	(void)state;
	feed(
	    "{\n \"type\": \"urn:ietf:params:acme:error:caa\",\n \"detail\": \"CAA record for "
	    "a.lab prevents issuance\"\n}\nbody={\"status\": 400, \"subproblems\": [{\"type\": "
	    "\"urn:ietf:params:acme:error:dns\", \"detail\": \"words\", \"identifier\": {\"type\": "
	    "\"dns\", \"value\": \"b.lab\"}}], \"type\": \"urn:ietf:params:acme:error:compound\"} "
	    "and more\n");
	assert_int_equal(ledger.count, 2);
	assert_string_equal(ledger.entry[0].name, "a.lab");
	assert_string_equal(ledger.entry[0].cause[0].problem.finding[0], "F-31");
	assert_string_equal(ledger.entry[1].name, "b.lab");
	assert_string_equal(ledger.entry[1].cause[0].problem.type, "dns");
}

/* What looks like an object and is none is text all the same. */
static void test_unfinished(void **state)
{
	struct reader reader;

	(void)state;
	reader = feed("2026-11-20 10:11:12 x {\n\"a\": \"No TXT record found at "
		      "_acme-challenge.a.lab\n2026-11-20 10:11:20 x {\n\"type\": "
		      "\"urn:ietf:params:acme:error:caa\", \"detail\": \"CAA record for b.lab "
		      "prevents issuance\"\n");
	assert_int_equal(reader.failures, 2);
	assert_int_equal(ledger.count, 2);
}

/* The same words within two seconds are one failure, later they are another. */
static void test_again(void **state)
{
	(void)state;
	feed("2026-11-20 10:11:12 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:11:13 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:11:30 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:11:30 No TXT record found at _acme-challenge.a.lab\n");
	assert_int_equal(ledger.count, 1);
	assert_int_equal(ledger.entry[0].failures, 3);
	assert_int_equal(ledger.entry[0].ncauses, 2);
	assert_int_equal(ledger.entry[0].cause[0].count, 2);
	assert_int_equal(ledger.entry[0].first, T);
	assert_int_equal(ledger.entry[0].last, T + 18);
}

static void test_outcomes(void **state)
{
	char text[STORY_RETRY];
	const struct entry *e;

	(void)state;
	feed("2026/11/20 10:11:12 [a.lab] acme: error: 403 :: "
	     "urn:ietf:params:acme:error:unauthorized :: No TXT record found at a.lab\n"
	     "2026/11/20 10:30:00 [INFO] [a.lab] The server validated our request\n"
	     "2026/11/20 10:31:00 [INFO] [b.lab] The server validated our request\n"
	     "2026/11/20 10:40:00 [b.lab] acme: error: 400 :: urn:ietf:params:acme:error:dns :: "
	     "x\n");
	assert_int_equal(ledger.count, 2);
	e = &ledger.entry[0];
	assert_string_equal(e->name, "b.lab");
	assert_int_equal(story_outcome(e), OUTCOME_FAILING);
	assert_int_equal(story_retry(e, text), -1);
	assert_true(text[0] != '\0');
	e = &ledger.entry[1];
	assert_int_equal(story_outcome(e), OUTCOME_OVER);
	assert_int_equal(story_retry(e, text), -1);
	assert_string_equal(text, "");
}

/* Five failures within an hour use up what the CA allows. */
static void test_limit(void **state)
{
	char text[STORY_RETRY];

	(void)state;
	feed("2026-11-20 10:11:12 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:12:12 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:13:12 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:14:12 CAA record for a.lab prevents issuance\n"
	     "2026-11-20 10:15:12 CAA record for a.lab prevents issuance\n");
	assert_int_equal(story_retry(&ledger.entry[0], text), T + 720);
	assert_non_null(strstr(text, "2026-11-20 10:23:12 UTC"));
	ledger_free(&ledger);
	feed("2026-11-20 10:15:12 too many failed authorizations (5) for \"a.lab\" in the last "
	     "1h0m0s, retry after 2026-11-20 10:30:12 UTC: see x\n");
	assert_int_equal(story_retry(&ledger.entry[0], text), T + 19 * 60);
	assert_non_null(strstr(text, "as the CA said"));
}

/* Of more names than there is room for, the rest is counted. */
static void test_room(void **state)
{
	struct reader reader;
	char line[128];
	size_t i;

	(void)state;
	reader_start(&reader, &ledger, NOW);
	for (i = 0; i < LEDGER_NAMES + 7; i++) {
		snprintf(line, sizeof(line), "CAA record for n%zu.lab prevents issuance", i);
		reader_line(&reader, line, false);
	}
	reader_end(&reader);
	assert_int_equal(ledger.count, LEDGER_NAMES);
	assert_int_equal(ledger.dropped, 7);
	assert_int_equal(ledger_failures(&ledger), LEDGER_NAMES);
}

/* Lines of the greatest length, of nothing but what begins something. */
static void test_long_lines(void **state)
{
	static const char *const pieces[] = {"{",
					     "[",
					     "\"",
					     "\\n",
					     "urn:ietf:params:acme:error:dns ",
					     "DNS problem: ",
					     "Incorrect TXT record \""};
	char *line = malloc(READER_LINE);
	struct reader reader;
	size_t i, len;

	(void)state;
	reader_start(&reader, &ledger, NOW);
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		for (len = 0; len + strlen(pieces[i]) < READER_LINE; len += strlen(pieces[i]))
			strcpy(line + len, pieces[i]);
		reader_line(&reader, line, true);
	}
	reader_end(&reader);
	assert_int_equal(reader.cut, sizeof(pieces) / sizeof(pieces[0]));
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stamps),
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_zone),
	    cmocka_unit_test(test_rhythms),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_allowed),
	    cmocka_unit_test_teardown(test_own_lines, clear),
	    cmocka_unit_test_teardown(test_documents, clear),
	    cmocka_unit_test_teardown(test_unfinished, clear),
	    cmocka_unit_test_teardown(test_again, clear),
	    cmocka_unit_test_teardown(test_outcomes, clear),
	    cmocka_unit_test_teardown(test_limit, clear),
	    cmocka_unit_test_teardown(test_room, clear),
	    cmocka_unit_test_teardown(test_long_lines, clear),
	};

	return cmocka_run_group_tests(tests, utc, NULL);
}
