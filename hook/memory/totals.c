/* SPDX-License-Identifier: ISC */
#include "totals.h"

#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "history_parts.h"
#include "system/clock.h"
#include "system/exposition.h"
#include "system/list.h"

#define PATIENCE_MS 200
/* Of the database between looks at the clock. */
#define STEPS 10000

/* Milliseconds that the histogram has a bucket for, ascending. */
static const sqlite3_int64 limits[] = {500,   1000,   2000,   5000,   10000,   20000,  30000,
				       60000, 120000, 300000, 600000, 1800000, 3600000};
#define LIMITS (sizeof(limits) / sizeof(limits[0]))
#define BEYOND INT64_MAX
#define NOT_OPENED (-1)

/* ---- writing --------------------------------------------------------------------------------- */

/* The least limit that it does not exceed. */
static sqlite3_int64 bucket_of(dg_ms opened)
{
	size_t i;

	if (opened < 0)
		return NOT_OPENED;
	for (i = 0; i < LIMITS && opened > limits[i]; i++)
		;
	return i < LIMITS ? limits[i] : BEYOND;
}

bool totals_count(sqlite3 *db, const char *zone, enum dg_verdict verdict, dg_ms opened,
		  int64_t asked)
{
	sqlite3_stmt *s = NULL;
	bool good =
	    sqlite3_prepare_v2(db,
			       "INSERT INTO total (zone, verdict, most, waits, spent, asked) "
			       "VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET "
			       "waits = waits + 1, spent = spent + excluded.spent, "
			       "asked = max(asked, excluded.asked)",
			       -1, &s, NULL) == SQLITE_OK;

	if (good) {
		sqlite3_bind_text(s, 1, zone, -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, dg_verdict_text(verdict), -1, SQLITE_STATIC);
		sqlite3_bind_int64(s, 3, bucket_of(opened));
		sqlite3_bind_int64(s, 4, opened < 0 ? 0 : opened);
		sqlite3_bind_int64(s, 5, asked);
		good = sqlite3_step(s) == SQLITE_DONE;
	}
	sqlite3_finalize(s);
	return good;
}

bool totals_prune(sqlite3 *db, int64_t before)
{
	sqlite3_stmt *s = NULL;
	bool good = sqlite3_prepare_v2(db,
				       "DELETE FROM total WHERE zone IN (SELECT zone FROM total "
				       "GROUP BY zone HAVING max(asked) < ?)",
				       -1, &s, NULL) == SQLITE_OK;

	if (good) {
		sqlite3_bind_int64(s, 1, before);
		good = sqlite3_step(s) == SQLITE_DONE;
	}
	sqlite3_finalize(s);
	return good;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct tally {
	char *zone;
	sqlite3_int64 verdict[DG_VERDICT_UNPUBLISHED + 1];
	sqlite3_int64 bucket[LIMITS]; /* not cumulative */
	sqlite3_int64 visible;
	double seconds;
};

struct totals {
	struct tally *of;
	size_t count;
};

static void totals_free(struct totals *t)
{
	while (t->count > 0)
		free(t->of[--t->count].zone);
	free(t->of);
}

/* That of a zone, whose rows come one after the other; NULL: no memory. */
static struct tally *find_tally(struct totals *t, const char *zone)
{
	if (t->count > 0 && strcmp(t->of[t->count - 1].zone, zone) == 0)
		return &t->of[t->count - 1];
	if (!list_grow(&t->of, t->count, sizeof(*t->of)))
		return NULL;
	t->of[t->count] = (struct tally){.zone = strdup(zone)};
	return t->of[t->count].zone == NULL ? NULL : &t->of[t->count++];
}

static void take_row(struct tally *tally, sqlite3_stmt *s)
{
	const char *verdict = (const char *)sqlite3_column_text(s, 1);
	sqlite3_int64 most = sqlite3_column_int64(s, 2), waits = sqlite3_column_int64(s, 3);
	enum dg_verdict v;
	size_t i;

	for (v = DG_VERDICT_VISIBLE; v <= DG_VERDICT_UNPUBLISHED; v++)
		if (strcmp(dg_verdict_text(v), verdict) == 0)
			tally->verdict[v] += waits;
	if (strcmp(verdict, dg_verdict_text(DG_VERDICT_VISIBLE)) != 0 || most == NOT_OPENED)
		return;
	tally->visible += waits;
	tally->seconds += sqlite3_column_double(s, 4) / 1000;
	for (i = 0; i < LIMITS && limits[i] < most; i++)
		;
	if (i < LIMITS)
		tally->bucket[i] += waits;
}

static bool read_totals(sqlite3 *db, struct totals *t)
{
	sqlite3_stmt *s = NULL;
	bool good =
	    sqlite3_prepare_v2(db,
			       "SELECT zone, verdict, most, waits, spent FROM total WHERE zone IN "
			       "(SELECT zone FROM total GROUP BY zone ORDER BY max(asked) DESC "
			       "LIMIT ?) ORDER BY zone",
			       -1, &s, NULL) == SQLITE_OK;
	int step = SQLITE_DONE;

	if (good)
		sqlite3_bind_int(s, 1, TOTALS_ZONES);
	while (good && (step = sqlite3_step(s)) == SQLITE_ROW) {
		const char *zone = (const char *)sqlite3_column_text(s, 0);
		struct tally *tally = zone == NULL ? NULL : find_tally(t, zone);

		good = tally != NULL && sqlite3_column_text(s, 1) != NULL;
		if (good)
			take_row(tally, s);
	}
	sqlite3_finalize(s);
	return good && step == SQLITE_DONE;
}

/* ---- the text -------------------------------------------------------------------------------- */

static void about(FILE *to, const char *name, const char *zone)
{
	exposition_about(to, name, "zone", zone);
}

static void write_histogram(FILE *to, const struct tally *t)
{
	sqlite3_int64 sum = 0;
	size_t i;

	for (i = 0; i < LIMITS; i++) {
		sum += t->bucket[i];
		about(to, "propagation_seconds_bucket", t->zone);
		fprintf(to, ",le=\"%g\"} %lld\n", (double)limits[i] / 1000, (long long)sum);
	}
	about(to, "propagation_seconds_bucket", t->zone);
	fprintf(to, ",le=\"+Inf\"} %lld\n", (long long)t->visible);
	about(to, "propagation_seconds_sum", t->zone);
	fprintf(to, "} %.3f\n", t->seconds);
	about(to, "propagation_seconds_count", t->zone);
	fprintf(to, "} %lld\n", (long long)t->visible);
}

static void write_totals(FILE *to, const struct totals *t)
{
	enum dg_verdict v;
	size_t i;

	for (i = 0; i < t->count; i++)
		history_make_printable(t->of[i].zone);
	exposition_head(to, "propagation_seconds", "histogram",
			"Seconds until the record was visible, of the waits that ended well.");
	for (i = 0; i < t->count; i++)
		write_histogram(to, &t->of[i]);
	/* Zeros too: of a series that begins with its first failure nothing has increased. */
	exposition_head(to, "waits_total", "counter", "Waits by what came of them.");
	for (i = 0; i < t->count; i++)
		for (v = DG_VERDICT_VISIBLE; v <= DG_VERDICT_UNPUBLISHED; v++) {
			about(to, "waits_total", t->of[i].zone);
			fprintf(to, ",verdict=\"%s\"} %lld\n", dg_verdict_text(v),
				(long long)t->of[i].verdict[v]);
		}
}

static int is_late(void *until)
{
	return clock_now() >= *(const dg_ms *)until;
}

void totals_write(FILE *to, const struct options *options, dg_ms until)
{
	dg_ms left = until - clock_now();
	struct totals t = {0};
	struct dg_error err = {0};
	sqlite3 *db = database_open(options, false, left < PATIENCE_MS ? left : PATIENCE_MS, &err);

	if (db != NULL) {
		/* The file has more to tell than this. */
		sqlite3_progress_handler(db, STEPS, is_late, &until);
		if (read_totals(db, &t) && t.count > 0)
			write_totals(to, &t);
	}
	sqlite3_close(db);
	totals_free(&t);
}
