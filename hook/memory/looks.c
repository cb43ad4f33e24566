/* SPDX-License-Identifier: ISC */
#include "looks.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "database.h"
#include "system/clock.h"
#include "system/say.h"

#define PATIENCE_MS 5000

struct looks {
	const struct options *options;
	sqlite3 *db;
	sqlite3_stmt *read, *write;
};

static void say_trouble(const struct dg_error *err)
{
	if (err->text[0] != '\0')
		say_at(SAY_WARNING, "%s; this look is not kept there", err->text);
}

static bool prepare(struct looks *l)
{
	return sqlite3_exec(l->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(l->db, "SELECT servers, at FROM look WHERE name = ?", -1,
				  &l->read, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(l->db, "INSERT OR REPLACE INTO look VALUES (?, ?, ?)", -1,
				  &l->write, NULL) == SQLITE_OK;
}

static void drop(struct looks *l)
{
	sqlite3_finalize(l->read);
	sqlite3_finalize(l->write);
	sqlite3_close(l->db);
	free(l);
}

struct looks *looks_open(const struct options *options, dg_ms until)
{
	struct looks *l = calloc(1, sizeof(*l));
	dg_ms left = until - clock_now();
	struct dg_error err = {0};

	if (l == NULL)
		return NULL;
	l->options = options;
	l->db = database_open(options, true, left < PATIENCE_MS ? left : PATIENCE_MS, &err);
	if (l->db != NULL && prepare(l))
		return l;
	if (l->db != NULL)
		database_failed(options, l->db, &err);
	say_trouble(&err);
	drop(l);
	return NULL;
}

static char *read_before(struct looks *l, const char *name, const char *servers, int64_t *ret_when)
{
	const char *was = NULL;
	char *copy = NULL;

	sqlite3_bind_text(l->read, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(l->read) == SQLITE_ROW) {
		was = (const char *)sqlite3_column_text(l->read, 0);
		*ret_when = sqlite3_column_int64(l->read, 1);
	}
	if (was != NULL && strcmp(was, servers) != 0)
		copy = strdup(was);
	sqlite3_reset(l->read);
	return copy;
}

char *looks_change(struct looks *l, const char *name, const char *servers, int64_t *ret_when)
{
	char *was;

	if (l == NULL)
		return NULL;
	was = read_before(l, name, servers, ret_when);
	sqlite3_bind_text(l->write, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(l->write, 2, time(NULL));
	sqlite3_bind_text(l->write, 3, servers, -1, SQLITE_STATIC);
	sqlite3_step(l->write);
	sqlite3_reset(l->write);
	return was;
}

void looks_close(struct looks *l)
{
	struct dg_error err = {0};

	if (l == NULL)
		return;
	if (sqlite3_exec(l->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		database_failed(l->options, l->db, &err);
		say_trouble(&err);
	}
	drop(l);
}
