/* SPDX-License-Identifier: ISC */
/* What earlier waits of a zone let one expect of its servers. */
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "history.h"
#include "history_parts.h"
#include "state.h"

#define NAME_LEN 1024
/* The newest waits count, and fewer tell nothing. */
#define MOST_WAITS 50
#define LEAST_WAITS 5
/* Many names at once are no time to look each up: they are asked densely by their number alone. */
#define MOST_NAMES 100
/* A server that is soon up to date needs no expectation. */
#define SOON_MS 3000

static int compare(const void *a, const void *b)
{
	const dg_ms *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

bool history_window(dg_ms *span, size_t count, dg_ms *ret_from, dg_ms *ret_until)
{
	if (count < LEAST_WAITS)
		return false;
	qsort(span, count, sizeof(*span), compare);
	*ret_from = span[0] * 9 / 10;
	*ret_until = span[count - 1 - count / 20] * 5 / 4;
	return *ret_from >= SOON_MS;
}

static enum dg_status expect(struct dg_gate *gate, const char *name, const char *address,
			     dg_ms *span, size_t count, struct dg_error *err)
{
	dg_ms from, until;

	return history_window(span, count, &from, &until)
		   ? dg_gate_expect(gate, name, address, from, until, err)
		   : DG_OK;
}

/* The spans of one address follow each other, the newest first. */
static enum dg_status expect_all(sqlite3_stmt *s, struct dg_gate *gate, const char *name,
				 struct dg_error *err)
{
	enum dg_status status = DG_OK;
	char address[64] = "";
	dg_ms span[MOST_WAITS];
	size_t count = 0;

	while (status == DG_OK && sqlite3_step(s) == SQLITE_ROW) {
		const char *one = (const char *)sqlite3_column_text(s, 0);

		if (one == NULL || strlen(one) >= sizeof(address))
			continue;
		if (strcmp(one, address) != 0) {
			status = expect(gate, name, address, span, count, err);
			strcpy(address, one);
			count = 0;
		}
		if (count < MOST_WAITS)
			span[count++] = sqlite3_column_int64(s, 1);
	}
	if (status == DG_OK)
		status = expect(gate, name, address, span, count, err);
	/* What others wrote there may be no address. */
	return status == DG_EINVAL ? DG_OK : status;
}

/* The nearest zone above the name that has a history. */
static const char *find_zone(sqlite3_stmt *known, const char *name)
{
	const char *zone = name;
	bool found = false;

	while (!found && zone != NULL && zone[0] != '\0') {
		sqlite3_bind_text(known, 1, zone, -1, SQLITE_STATIC);
		found = sqlite3_step(known) == SQLITE_ROW;
		sqlite3_reset(known);
		if (found)
			return zone;
		zone = strchr(zone, '.');
		zone = zone == NULL ? NULL : zone + 1;
	}
	return NULL;
}

enum dg_status history_expect(struct history *h, struct dg_gate *gate, struct dg_error *err)
{
	sqlite3_stmt *known = NULL, *spans = NULL;
	enum dg_status status = DG_OK;
	size_t i;
	bool good =
	    h != NULL && dg_gate_records(gate) <= MOST_NAMES &&
	    sqlite3_prepare_v2(h->db, "SELECT 1 FROM wait WHERE zone = ? LIMIT 1", -1, &known,
			       NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(
		h->db,
		"SELECT address, visible FROM server JOIN "
		"(SELECT id, asked FROM wait WHERE zone = ? ORDER BY asked DESC LIMIT 50) w "
		"ON server.wait = w.id WHERE visible IS NOT NULL "
		"ORDER BY address, w.asked DESC",
		-1, &spans, NULL) == SQLITE_OK;

	for (i = 0; good && i < dg_gate_records(gate) && status == DG_OK; i++) {
		const char *name = dg_record_name(dg_gate_record(gate, i)), *zone;
		char text[NAME_LEN + 1];

		state_print_name(name, text, sizeof(text));
		zone = find_zone(known, text);
		if (zone == NULL)
			continue;
		sqlite3_bind_text(spans, 1, zone, -1, SQLITE_STATIC);
		status = expect_all(spans, gate, name, err);
		sqlite3_reset(spans);
	}
	sqlite3_finalize(known);
	sqlite3_finalize(spans);
	return status;
}
