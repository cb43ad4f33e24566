/* SPDX-License-Identifier: ISC */
/* What other places see of a record: a row for each place, a column for each server address, a word
 * with an icon in each cell. */
#include <stdio.h>
#include <string.h>

#include "render.h"

#define COLUMNS_MAX 64

struct columns {
	const json_t *of[COLUMNS_MAX]; /* a cell of each */
	size_t count;
};

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_same_server(const json_t *a, const json_t *b)
{
	return is_same(text_of(a, "address"), text_of(b, "address")) &&
	       is_same(text_of(a, "owner"), text_of(b, "owner"));
}

/* Every address that some place was asked about. */
static void find_columns(const json_t *places, struct columns *c)
{
	json_t *place, *cell;
	size_t i, k, n;

	json_array_foreach((json_t *)places, i, place)
	{
		json_array_foreach(json_object_get(place, "servers"), k, cell)
		{
			for (n = 0; n < c->count && !is_same_server(c->of[n], cell); n++) {
			}
			if (n == c->count && c->count < COLUMNS_MAX)
				c->of[c->count++] = cell;
		}
	}
}

static void draw_head(struct html *h, const json_t *record, const struct columns *c)
{
	size_t i;

	html_raw(h, "<thead><tr><th scope=\"col\">Place</th>");
	for (i = 0; i < c->count; i++) {
		const char *name = text_of(c->of[i], "name"), *owner = text_of(c->of[i], "owner");
		const char *address = text_of(c->of[i], "address");

		html(h, "<th scope=\"col\">%s%s<span class=\"addr\">%s</span>",
		     name != NULL ? name : "", name != NULL ? " " : "",
		     address != NULL ? address : "its own resolver");
		if (owner != NULL && !is_same(owner, text_of(record, "name")))
			html(h, "<br/><span class=\"dim\">for %s</span>", owner);
		html_raw(h, "</th>");
	}
	html_raw(h, "</tr></thead>\n");
}

static void draw_cell(struct html *h, const json_t *cell)
{
	const char *nsid = text_of(cell, "nsid"), *detail = text_of(cell, "detail");
	struct sign state = sign_of_state(text_of(cell, "state"));

	html_raw(h, "<td>");
	render_chip(h, &state);
	if (nsid != NULL)
		html(h, "<br/><span class=\"dim\">node %s</span>", nsid);
	if (detail != NULL && detail[0] != '\0' && strcmp(state.word, "present") != 0)
		html(h, "<br/>%s", detail);
	html_raw(h, "</td>");
}

static void draw_place(struct html *h, const json_t *place, const struct columns *c)
{
	const char *network = text_of(place, "network"), *unusable = text_of(place, "unusable");
	double asn = number_of(place, "asn");
	json_t *cells = json_object_get(place, "servers");
	size_t i, k;

	html(h, "<tr><th scope=\"row\">%s<br/><span class=\"dim\">%s", text_of(place, "place"),
	     text_of(place, "engine"));
	if (network != NULL)
		html(h, ", %s", network);
	if (asn > 0)
		html(h, ", AS%d", whole_of(place, "asn"));
	html_raw(h, "</span>");
	if (unusable != NULL)
		html(h, "<br/>does not count: %s", unusable);
	html_raw(h, "</th>");
	for (i = 0; i < c->count; i++) {
		for (k = 0; k < json_array_size(cells) &&
			    !is_same_server(json_array_get(cells, k), c->of[i]);
		     k++) {
		}
		if (k < json_array_size(cells))
			draw_cell(h, json_array_get(cells, k));
		else
			html_raw(h, "<td><span class=\"dim\">not asked</span></td>");
	}
	html_raw(h, "</tr>\n");
}

void render_places(struct html *h, const json_t *record)
{
	json_t *places = json_object_get(record, "places"), *place;
	double chance = number_of(record, "chance");
	struct columns c = {.count = 0};
	size_t i;

	if (json_array_size(places) == 0)
		return;
	find_columns(places, &c);
	html_raw(h, "<h3>Seen from other places</h3>\n");
	if (chance >= 0)
		html(h,
		     "<p>By what these places see, a CA's validation passes with a chance of %d "
		     "%%.</p>\n",
		     (int)(100 * chance + 0.5));
	html_raw(h,
		 "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of what "
		 "other places see\"><table>\n");
	draw_head(h, record, &c);
	html_raw(h, "<tbody>\n");
	json_array_foreach(places, i, place)
	{
		draw_place(h, place, &c);
	}
	html_raw(h, "</tbody></table></div>\n");
}
