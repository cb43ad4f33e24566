/* SPDX-License-Identifier: ISC */
#include "history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "database.h"
#include "history_parts.h"
#include "state.h"
#include "system/clock.h"
#include "system/say.h"
#include "totals.h"

#define KEEP_MS (INT64_C(400) * 86400 * 1000)
/* A run waits no longer for another one that writes. */
#define PATIENCE_MS 5000
#define NAME_LEN 1024
#define HEX_LEN 65

static int64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Something is to be said of it before the time is over; and when it is over, the guard ends the
 * process a little later. */
#define SPARE_MS 100
#define LATE_MS 30

static dg_ms patience(dg_ms until)
{
	dg_ms left = until - clock_now();

	left = left > 2 * SPARE_MS ? left - SPARE_MS : left + LATE_MS;
	return left < 0 ? 0 : left < PATIENCE_MS ? left : PATIENCE_MS;
}

static void say_trouble(const struct dg_error *err)
{
	if (err->text[0] != '\0')
		say_at(SAY_WARNING, "%s; this run is not kept there", err->text);
}

static void say_failed(const struct options *options, sqlite3 *db)
{
	struct dg_error err = {0};

	database_failed(options, db, &err);
	say_trouble(&err);
}

struct history *history_open(const struct options *options, dg_ms until)
{
	struct history *h = calloc(1, sizeof(*h));
	struct dg_error err = {0};

	if (h == NULL)
		return NULL;
	h->options = options;
	h->began = wall_ms();
	h->db = database_open(options, true, patience(until), &err);
	if (h->db != NULL)
		return h;
	say_trouble(&err);
	free(h);
	return NULL;
}

void history_close(struct history *h)
{
	if (h == NULL)
		return;
	sqlite3_close(h->db);
	free(h);
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool digest(const char *value, char out[HEX_LEN])
{
	unsigned char octets[EVP_MAX_MD_SIZE];
	unsigned len = 0, i;

	if (EVP_Digest(value, strlen(value), octets, &len, EVP_sha256(), NULL) != 1)
		return false;
	for (i = 0; i < len && 2 * i + 2 < HEX_LEN; i++)
		snprintf(out + 2 * i, 3, "%02x", octets[i]);
	return true;
}

/* "D,D": those of the plan's values for that name. free() it; NULL when memory ran out. */
static char *digests_of(const struct plan *plan, const char *name)
{
	char *text = calloc(plan->count + 1, HEX_LEN), one[NAME_LEN + 1], other[NAME_LEN + 1];
	size_t len = 0, i;

	state_print_name(name, one, sizeof(one));
	for (i = 0; text != NULL && i < plan->count; i++) {
		char hex[HEX_LEN];

		state_print_name(plan->pair[i].name, other, sizeof(other));
		if (plan->pair[i].value == NULL || strcmp(one, other) != 0 ||
		    !digest(plan->pair[i].value, hex))
			continue;
		len += (size_t)sprintf(text + len, "%s%s", len > 0 ? "," : "", hex);
	}
	return text;
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
	if (text == NULL)
		sqlite3_bind_null(s, at);
	else
		sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);
}

static void bind_span(sqlite3_stmt *s, int at, dg_ms span)
{
	if (span < 0)
		sqlite3_bind_null(s, at);
	else
		sqlite3_bind_int64(s, at, span);
}

static bool finish(sqlite3_stmt *s)
{
	bool good = sqlite3_step(s) == SQLITE_DONE;

	sqlite3_reset(s);
	return good;
}

/* The statements that a run's waits are written by. */
struct writing {
	sqlite3_stmt *wait, *server, *finding;
};

static bool prepare(sqlite3 *db, struct writing *w)
{
	return sqlite3_prepare_v2(db,
				  "INSERT INTO wait (asked, name, zone, client, digests, verdict, "
				  "first_seen, opened) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				  -1, &w->wait, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(
		   db, "INSERT INTO server (wait, name, address, visible) VALUES (?, ?, ?, ?)", -1,
		   &w->server, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(
		   db, "INSERT INTO finding (wait, id, severity, server) VALUES (?, ?, ?, ?)", -1,
		   &w->finding, NULL) == SQLITE_OK;
}

static void drop(struct writing *w)
{
	sqlite3_finalize(w->wait);
	sqlite3_finalize(w->server);
	sqlite3_finalize(w->finding);
}

static bool keep_servers(struct writing *w, sqlite3_int64 wait, const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		/* Nor one that only has an alias. */
		if (row.recursive || row.target != NULL)
			continue;
		sqlite3_bind_int64(w->server, 1, wait);
		bind_text(w->server, 2, row.server);
		bind_text(w->server, 3, row.address);
		bind_span(w->server, 4, row.showing ? row.first_present : -1);
		if (!finish(w->server))
			return false;
	}
	return true;
}

static bool keep_findings(struct writing *w, sqlite3_int64 wait, const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < dg_record_findings(r); i++) {
		const struct dg_finding *f = dg_record_finding(r, i);

		if (f->severity == DG_SEVERITY_NOTE)
			continue;
		sqlite3_bind_int64(w->finding, 1, wait);
		bind_text(w->finding, 2, f->id);
		bind_text(w->finding, 3, dg_severity_text(f->severity));
		bind_text(w->finding, 4, f->server);
		if (!finish(w->finding))
			return false;
	}
	return true;
}

static dg_ms first_seen(const struct dg_record *r)
{
	dg_ms first = -1;
	size_t i;

	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		if (!row.recursive && row.first_present >= 0 &&
		    (first < 0 || row.first_present < first))
			first = row.first_present;
	}
	return first;
}

static bool keep_record(struct history *h, struct writing *w, const struct plan *plan,
			const struct dg_record *r)
{
	char name[NAME_LEN + 1], zone[NAME_LEN + 1];
	char *digests = digests_of(plan, dg_record_name(r));
	sqlite3_int64 id;
	bool good;

	if (digests == NULL)
		return false;
	state_print_name(dg_record_name(r), name, sizeof(name));
	if (dg_record_zone(r) != NULL)
		state_print_name(dg_record_zone(r), zone, sizeof(zone));
	sqlite3_bind_int64(w->wait, 1, h->began);
	bind_text(w->wait, 2, name);
	bind_text(w->wait, 3, dg_record_zone(r) == NULL ? NULL : zone);
	bind_text(w->wait, 4, plan->caller);
	bind_text(w->wait, 5, digests);
	bind_text(w->wait, 6, dg_verdict_text(dg_record_verdict(r)));
	bind_span(w->wait, 7, first_seen(r));
	bind_span(w->wait, 8, dg_record_visible_at(r));
	free(digests);
	good = finish(w->wait);
	id = sqlite3_last_insert_rowid(h->db);
	good = good && totals_count(h->db, dg_record_zone(r) == NULL ? name : zone,
				    dg_record_verdict(r), dg_record_visible_at(r), h->began);
	return good && keep_servers(w, id, r) && keep_findings(w, id, r);
}

static bool prune(struct history *h)
{
	sqlite3_stmt *s = NULL;
	bool good = sqlite3_prepare_v2(h->db, "DELETE FROM wait WHERE asked < ?", -1, &s, NULL) ==
		    SQLITE_OK;

	if (good) {
		sqlite3_bind_int64(s, 1, h->began - KEEP_MS);
		good = finish(s);
	}
	sqlite3_finalize(s);
	return good && (sqlite3_changes(h->db) == 0 || totals_prune(h->db, h->began - KEEP_MS));
}

void history_keep(struct history *h, const struct plan *plan, const struct dg_gate *gate,
		  dg_ms until)
{
	struct writing w = {0};
	bool good;
	size_t i;

	if (h == NULL)
		return;
	database_patience(h->db, patience(until));
	good = sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	       prepare(h->db, &w) && prune(h);
	for (i = 0; good && i < dg_gate_records(gate); i++)
		good = keep_record(h, &w, plan, dg_gate_record(gate, i));
	good = good && sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (!good)
		say_failed(h->options, h->db);
	drop(&w);
	if (!good)
		sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- clean-ups ------------------------------------------------------------------------------- */

static bool clean_pair(struct history *h, sqlite3_stmt *s, const struct pair *pair)
{
	char name[NAME_LEN + 1], hex[HEX_LEN] = "";

	state_print_name(pair->name, name, sizeof(name));
	if (pair->value != NULL && !digest(pair->value, hex))
		return true;
	sqlite3_bind_int64(s, 1, h->began);
	bind_text(s, 2, name);
	bind_text(s, 3, hex);
	return finish(s);
}

void history_clean(const struct options *options, const struct plan *plan, dg_ms until)
{
	struct history *h = plan->count == 0 ? NULL : history_open(options, until);
	sqlite3_stmt *s = NULL;
	bool good;
	size_t i;

	if (h == NULL)
		return;
	good = sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(h->db,
				  "UPDATE wait SET cleaned = ?1 WHERE name = ?2 AND cleaned IS "
				  "NULL AND instr(digests, ?3) > 0",
				  -1, &s, NULL) == SQLITE_OK;
	for (i = 0; good && i < plan->count; i++)
		good = clean_pair(h, s, &plan->pair[i]);
	sqlite3_finalize(s);
	if (!good || sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		say_failed(options, h->db);
	history_close(h);
}
