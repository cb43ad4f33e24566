/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "history.h"
#include "history_parts.h"
#include "state.h"
#include "system/list.h"

#define NAME_LEN 1024
/* A run that writes is done long before. */
#define PATIENCE_MS 5000

static void wait_free(struct past_wait *w)
{
	size_t i;

	for (i = 0; i < w->nservers; i++) {
		free(w->server[i].server);
		free(w->server[i].address);
	}
	for (i = 0; i < w->nfindings; i++)
		free(w->finding[i]);
	free(w->server);
	free(w->finding);
	free(w->name);
	free(w->zone);
	free(w->client);
	free(w->verdict);
}

void past_free(struct past *past)
{
	size_t i;

	for (i = 0; i < past->count; i++)
		wait_free(&past->wait[i]);
	free(past->wait);
	*past = (struct past){0};
}

/* A text of the row, copied; what others wrote there may hold anything. */
static char *text_of(sqlite3_stmt *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s, column);
	char *copy = text == NULL ? NULL : strdup((const char *)text);

	history_make_printable(copy);
	return copy;
}

void history_make_printable(char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static dg_ms span_of(sqlite3_stmt *s, int column)
{
	sqlite3_int64 span = sqlite3_column_int64(s, column);

	return sqlite3_column_type(s, column) != SQLITE_INTEGER || span < 0 ? -1 : span;
}

/* A statement about one wait, for all of which a row is taken in. */
struct reading {
	sqlite3_stmt *wait, *server, *finding;
	bool no_memory;
};

static void read_servers(struct reading *r, struct past_wait *w, sqlite3_int64 id)
{
	sqlite3_bind_int64(r->server, 1, id);
	while (!r->no_memory && sqlite3_step(r->server) == SQLITE_ROW) {
		struct past_server *one;

		if (!list_grow(&w->server, w->nservers, sizeof(*w->server))) {
			r->no_memory = true;
			break;
		}
		one = &w->server[w->nservers++];
		*one = (struct past_server){text_of(r->server, 0), text_of(r->server, 1),
					    span_of(r->server, 2)};
		r->no_memory = one->address == NULL;
	}
	sqlite3_reset(r->server);
}

static void read_findings(struct reading *r, struct past_wait *w, sqlite3_int64 id)
{
	sqlite3_bind_int64(r->finding, 1, id);
	while (!r->no_memory && sqlite3_step(r->finding) == SQLITE_ROW) {
		if (!list_grow(&w->finding, w->nfindings, sizeof(*w->finding)) ||
		    (w->finding[w->nfindings] = text_of(r->finding, 0)) == NULL)
			r->no_memory = true;
		else
			w->nfindings++;
	}
	sqlite3_reset(r->finding);
}

static void read_wait(struct reading *r, struct past *past)
{
	struct past_wait *w;

	if (!list_grow(&past->wait, past->count, sizeof(*past->wait))) {
		r->no_memory = true;
		return;
	}
	w = &past->wait[past->count++];
	*w = (struct past_wait){.asked = sqlite3_column_int64(r->wait, 1),
				.name = text_of(r->wait, 2),
				.zone = text_of(r->wait, 3),
				.client = text_of(r->wait, 4),
				.verdict = text_of(r->wait, 5),
				.opened = span_of(r->wait, 6)};
	r->no_memory = w->name == NULL || w->verdict == NULL;
	read_servers(r, w, sqlite3_column_int64(r->wait, 0));
	read_findings(r, w, sqlite3_column_int64(r->wait, 0));
}

static bool prepare(sqlite3 *db, struct reading *r)
{
	return sqlite3_prepare_v2(
		   db,
		   "SELECT id, asked, name, zone, client, verdict, opened FROM wait "
		   "WHERE ?1 IS NULL OR name = ?1 OR zone = ?1 OR name = '_acme-challenge.' || ?1 "
		   "ORDER BY zone, name, asked, id",
		   -1, &r->wait, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(db,
				  "SELECT name, address, visible FROM server WHERE wait = ? "
				  "ORDER BY rowid",
				  -1, &r->server, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(db, "SELECT DISTINCT id FROM finding WHERE wait = ? ORDER BY id",
				  -1, &r->finding, NULL) == SQLITE_OK;
}

enum dg_status history_read(const struct options *options, const char *about, struct past *ret_past,
			    struct dg_error *err)
{
	sqlite3 *db = database_open(options, false, PATIENCE_MS, err);
	struct reading r = {0};
	struct past past = {0};
	char name[NAME_LEN + 1];
	int step = SQLITE_DONE;
	bool good;

	if (db == NULL && err->text[0] == '\0') {
		*ret_past = past;
		return DG_OK;
	}
	if (db == NULL)
		return err->status = DG_ESYSTEM;
	good = prepare(db, &r);
	if (good && about != NULL) {
		state_print_name(about, name, sizeof(name));
		sqlite3_bind_text(r.wait, 1, name, -1, SQLITE_STATIC);
	}
	while (good && !r.no_memory && (step = sqlite3_step(r.wait)) == SQLITE_ROW)
		read_wait(&r, &past);
	if (!good || (!r.no_memory && step != SQLITE_DONE))
		database_failed(options, db, err);
	else if (r.no_memory)
		dg_fail(err, DG_ENOMEM, "out of memory");
	else
		err->status = DG_OK;
	sqlite3_finalize(r.wait);
	sqlite3_finalize(r.server);
	sqlite3_finalize(r.finding);
	sqlite3_close(db);
	if (err->status == DG_OK)
		*ret_past = past;
	else
		past_free(&past);
	return err->status;
}
