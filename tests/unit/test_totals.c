/* SPDX-License-Identifier: ISC */
/* Counters of waits: which bucket a span belongs to, and what a zone's text is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/database.h"
#include "memory/totals.h"
#include "system/clock.h"
#include "unit.h"

static char folder[] = "/tmp/totals.XXXXXX", file[64];
static struct options options = {.history = file};

static char *written(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	totals_write(to, &options, clock_now() + 5000);
	assert_int_equal(fclose(to), 0);
	return text;
}

static void assert_has(const char *text, const char *line)
{
	if (strstr(text, line) == NULL)
		fail_msg("no \"%s\" in\n%s", line, text);
}

static void test_nothing(void **state)
{
	char *text = written();

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

static void test_buckets(void **state)
{
	static const dg_ms spans[] = {0, 500, 501, 60000, 60001, 3600000, 3600001};
	struct dg_error err = {0};
	sqlite3 *db = database_open(&options, true, 1000, &err);
	char *text;
	size_t i;

	(void)state;
	assert_non_null(db);
	for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		assert_true(totals_count(db, "b", DG_VERDICT_VISIBLE, spans[i], 1000));
	assert_true(totals_count(db, "b", DG_VERDICT_FAULT, -1, 1000));
	assert_true(totals_count(db, "a", DG_VERDICT_TIMEOUT, -1, 2000));
	text = written();
	assert_has(text, "bucket{zone=\"b\",le=\"0.5\"} 2\n");
	assert_has(text, "bucket{zone=\"b\",le=\"1\"} 3\n");
	assert_has(text, "bucket{zone=\"b\",le=\"30\"} 3\n");
	assert_has(text, "bucket{zone=\"b\",le=\"60\"} 4\n");
	assert_has(text, "bucket{zone=\"b\",le=\"120\"} 5\n");
	assert_has(text, "bucket{zone=\"b\",le=\"1800\"} 5\n");
	assert_has(text, "bucket{zone=\"b\",le=\"3600\"} 6\n");
	assert_has(text, "bucket{zone=\"b\",le=\"+Inf\"} 7\n");
	assert_has(text, "sum{zone=\"b\"} 7321.003\n");
	assert_has(text, "count{zone=\"b\"} 7\n");
	assert_has(text, "waits_total{zone=\"b\",verdict=\"fault\"} 1\n");
	assert_has(text, "count{zone=\"a\"} 0\n");
	assert_has(text, "waits_total{zone=\"a\",verdict=\"timeout\"} 1\n");
	assert_has(text, "waits_total{zone=\"a\",verdict=\"visible\"} 0\n");
	free(text);
	/* A zone goes as a whole, or stays so. */
	assert_true(totals_count(db, "a", DG_VERDICT_VISIBLE, 7, 500));
	assert_true(totals_prune(db, 1001));
	text = written();
	assert_null(strstr(text, "\"b\""));
	assert_has(text, "count{zone=\"a\"} 1\n");
	free(text);
	assert_true(totals_prune(db, 2001));
	text = written();
	assert_string_equal(text, "");
	free(text);
	sqlite3_close(db);
}

/* Too late: nothing, rather than what is left out silently. */
static void test_late(void **state)
{
	struct dg_error err = {0};
	sqlite3 *db = database_open(&options, true, 1000, &err);
	char name[16], *text = NULL;
	size_t len = 0, i;
	FILE *to;

	(void)state;
	assert_non_null(db);
	assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "z%zu", i);
		assert_true(totals_count(db, name, DG_VERDICT_VISIBLE, 1, 1));
	}
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	to = open_memstream(&text, &len);
	totals_write(to, &options, clock_now() - 1);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, "");
	free(text);
	sqlite3_close(db);
}

static int set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(file, sizeof(file), "%s/history.db", folder);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char name[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", file, ends[i]);
		unlink(name);
	}
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_buckets),
	    cmocka_unit_test(test_late),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
