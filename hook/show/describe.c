/* SPDX-License-Identifier: ISC */
#include "describe.h"

#include <stdio.h>

#define LAGGARDS_NAMED 3

const char *describe_span(dg_ms span, char buf[32])
{
	if (span < 120000)
		snprintf(buf, 32, "%.1f s", (double)span / 1000);
	else
		snprintf(buf, 32, "%lld min %lld s", (long long)(span / 60000),
			 (long long)(span / 1000 % 60));
	return buf;
}

const char *describe_answer(const struct dg_row *row, char buf[DETAIL_TEXT])
{
	const char *what = row->detail[0] != '\0' ? row->detail : dg_state_text(row->state);

	if (row->state == DG_STATE_UNASKED)
		snprintf(buf, DETAIL_TEXT, "no answer yet");
	else if (row->retry >= 0)
		snprintf(buf, DETAIL_TEXT, "%s (%lld s)", what,
			 (long long)(row->retry + 999) / 1000);
	else if (row->serial >= 0 && row->state == DG_STATE_ABSENT)
		snprintf(buf, DETAIL_TEXT, "%s, serial %lld", what, (long long)row->serial);
	else
		snprintf(buf, DETAIL_TEXT, "%s", what);
	return buf;
}

size_t describe_row(const struct dg_row *row, char *buf, size_t size)
{
	char answer[DETAIL_TEXT];
	int n =
	    snprintf(buf, size, "%s%s%s (%s)", row->server != NULL ? row->server : "",
		     row->server != NULL ? " " : "", row->address, describe_answer(row, answer));

	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

struct tally describe_tally(const struct dg_record *record, bool recursive)
{
	struct tally t = {0};
	size_t i;

	for (i = 0; i < dg_record_rows(record); i++) {
		struct dg_row row;

		dg_record_row(record, i, &row);
		if (row.recursive != recursive)
			continue;
		t.required += row.required;
		t.showing += row.required && row.showing;
	}
	return t;
}

/* "2 of 3 server addresses show it, 0 of 2 resolvers" */
static size_t describe_counts(const struct dg_record *record, char *buf, size_t size)
{
	struct tally servers = describe_tally(record, false),
		     resolvers = describe_tally(record, true);
	size_t len = 0;

	buf[0] = '\0';
	if (servers.required > 0 || resolvers.required == 0)
		len = (size_t)snprintf(buf, size, "%zu of %zu server addresses show it",
				       servers.showing, servers.required);
	if (resolvers.required > 0)
		len +=
		    (size_t)snprintf(buf + len, size - len, "%s%zu of %zu resolver%s%s",
				     len > 0 ? ", and " : "", resolvers.showing, resolvers.required,
				     resolvers.required == 1 ? "" : "s", len > 0 ? "" : " show it");
	return len;
}

void describe_wait(const struct dg_record *record, char *buf, size_t size)
{
	size_t rows = dg_record_rows(record), named = 0, missing = 0, i, len;
	const char *trouble = dg_record_trouble(record);

	if (trouble != NULL) {
		snprintf(buf, size, "%s", trouble);
		return;
	}
	len = describe_counts(record, buf, size);
	for (i = 0; i < rows && len < size; i++) {
		struct dg_row row;

		dg_record_row(record, i, &row);
		if (!row.required || row.showing)
			continue;
		missing++;
		if (named == LAGGARDS_NAMED)
			continue;
		len += (size_t)snprintf(buf + len, size - len, "%s",
					named == 0 ? "; missing: " : ", ");
		if (len < size)
			len += describe_row(&row, buf + len, size - len);
		named++;
	}
	if (missing > named && len < size)
		snprintf(buf + len, size - len, " and %zu more", missing - named);
}

static size_t count_showing(const struct dg_place *place)
{
	size_t count = 0, i;

	for (i = 0; i < place->ncells; i++)
		count += place->cell[i].state == DG_STATE_PRESENT;
	return count;
}

static size_t describe_cell(const struct dg_cell *c, char *buf, size_t size)
{
	int n = snprintf(
	    buf, size, "%s%s%s%s%s%s: %s", c->server != NULL ? c->server : "",
	    c->server != NULL ? " " : "", c->address != NULL ? c->address : "its resolver",
	    c->nsid != NULL ? " (" : "", c->nsid != NULL ? c->nsid : "", c->nsid != NULL ? ")" : "",
	    c->state == DG_STATE_UNASKED ? "not asked" : dg_state_text(c->state));

	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

const char *describe_place(const struct dg_place *place, char buf[PLACE_TEXT])
{
	size_t named = 0, len, i;

	if (place->unusable != NULL) {
		snprintf(buf, PLACE_TEXT, "%s does not count: %s", place->name, place->unusable);
		return buf;
	}
	len = (size_t)snprintf(buf, PLACE_TEXT, "%s: %zu of %zu show it", place->name,
			       count_showing(place), place->ncells);
	for (i = 0; i < place->ncells && named < LAGGARDS_NAMED && len < PLACE_TEXT; i++) {
		if (place->cell[i].state == DG_STATE_PRESENT)
			continue;
		len += (size_t)snprintf(buf + len, PLACE_TEXT - len, "%s",
					named++ == 0 ? "; missing: " : ", ");
		if (len < PLACE_TEXT)
			len += describe_cell(&place->cell[i], buf + len, PLACE_TEXT - len);
	}
	return buf;
}

const char *describe_places(const struct dg_record *record, char buf[PLACE_TEXT])
{
	size_t count = dg_record_places(record), seeing = 0, usable = 0, i;

	for (i = 0; i < count; i++) {
		usable += dg_place_counts(dg_record_place(record, i));
		seeing += dg_place_sees(dg_record_place(record, i));
	}
	buf[0] = '\0';
	if (usable > 0)
		snprintf(buf, PLACE_TEXT, "%zu of %zu place%s", seeing, usable,
			 usable == 1 ? "" : "s");
	return buf;
}
