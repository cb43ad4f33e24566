/* SPDX-License-Identifier: ISC */
/*
 * What past waits were like: for each zone a table of its servers, in which every count of the
 * distribution has a bar above it, so that the picture and its words are one; and failures by day.
 */
#include <stdlib.h>
#include <string.h>

#include "render.h"

/* More different limits than doubling gives are of no history. */
#define LIMITS_MAX 24

/* The upper ends of what the distributions count, ascending. */
struct limits {
	double ms[LIMITS_MAX];
	size_t count;
};

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void find_limits(const json_t *spread, struct limits *l)
{
	const json_t *one;
	size_t i, k;

	json_array_foreach(json_object_get(spread, "distribution"), i, one)
	{
		double ms = number_of(one, "most_ms");

		for (k = 0; k < l->count && l->ms[k] != ms; k++)
			;
		if (ms >= 0 && k == l->count && k < LIMITS_MAX)
			l->ms[l->count++] = ms;
	}
}

/* How many waits each limit counts. */
static void count(const json_t *spread, const struct limits *l, double ret_waits[LIMITS_MAX])
{
	const json_t *one;
	size_t i, k;

	for (k = 0; k < l->count; k++)
		ret_waits[k] = 0;
	json_array_foreach(json_object_get(spread, "distribution"), i, one)
	{
		double ms = number_of(one, "most_ms"), waits = number_of(one, "waits");

		for (k = 0; k < l->count && l->ms[k] != ms; k++)
			;
		if (k < l->count && waits > 0)
			ret_waits[k] += waits;
	}
}

/* ---- the table ------------------------------------------------------------------------------- */

static void draw_bar(struct html *h, double waits, double most, const char *class)
{
	double height = most > 0 ? 100 * waits / most : 0;

	html(h,
	     "<td class=\"n bar\"><svg class=\"bars\" aria-hidden=\"true\"><rect class=\"%s\" "
	     "x=\"0\" y=\"%f%%\" width=\"100%%\" height=\"%f%%\"/></svg>%d</td>",
	     class, 100 - height, height, waits < 1e9 ? (int)waits : 1000000000);
}

static void draw_time(struct html *h, const json_t *spread, const char *key)
{
	double ms = number_of(spread, key);
	char span[SPAN_TEXT];

	html(h, "<td class=\"n\">%s</td>", ms < 0 ? "–" : render_span(ms, span));
}

/* The rest of a row: of so many waits. */
static void draw_spread(struct html *h, const json_t *spread, double waits, const struct limits *l)
{
	double at[LIMITS_MAX], shown = 0, most = 0, never;
	size_t i;

	count(spread, l, at);
	for (i = 0; i < l->count; i++) {
		shown += at[i];
		most = at[i] > most ? at[i] : most;
	}
	never = waits > shown ? waits - shown : 0;
	most = never > most ? never : most;
	draw_time(h, spread, "p50_ms");
	draw_time(h, spread, "p95_ms");
	draw_time(h, spread, "max_ms");
	for (i = 0; i < l->count; i++)
		draw_bar(h, at[i], most, "shown");
	draw_bar(h, never, most, "failed");
	html_raw(h, "</tr>\n");
}

static void draw_server(struct html *h, const json_t *server, const struct limits *l)
{
	const char *name = text_of(server, "server"), *address = text_of(server, "address");
	int waits = whole_of(server, "waits"), slowest = whole_of(server, "slowest");

	html_raw(h, "<tr><th scope=\"row\">");
	if (name != NULL)
		html(h, "<b>%s</b> ", name);
	html(h, "<span class=\"addr\">%s</span>", address);
	if (slowest > 0)
		html(h, "<br/><span class=\"dim\">the last in %d of %d</span>", slowest, waits);
	html_raw(h, "</th>");
	draw_spread(h, server, waits, l);
}

static void draw_table(struct html *h, const json_t *zone)
{
	static const char *const heads[] = {"Server", "p50", "p95", "Longest"};
	const json_t *servers = json_object_get(zone, "servers"), *server;
	const json_t *all = json_object_get(zone, "opened");
	struct limits l = {.count = 0};
	char span[SPAN_TEXT];
	size_t i;

	find_limits(all, &l);
	json_array_foreach(servers, i, server)
	{
		find_limits(server, &l);
	}
	qsort(l.ms, l.count, sizeof(l.ms[0]), ascending);
	html_raw(h,
		 "<h3>Time until the record was there</h3>\n<div class=\"scroll\" tabindex=\"0\" "
		 "role=\"region\" aria-label=\"Table of how long the servers took\">"
		 "<table class=\"spread\">\n<thead><tr>");
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		html(h, "<th scope=\"col\">%s</th>", heads[i]);
	for (i = 0; i < l.count; i++)
		html(h, "<th scope=\"col\">to %s</th>", render_span(l.ms[i], span));
	html_raw(h, "<th scope=\"col\">not in time</th></tr></thead>\n<tbody>\n"
		    "<tr><th scope=\"row\"><b>all of them</b></th>");
	draw_spread(h, all, whole_of(zone, "waits"), &l);
	json_array_foreach(servers, i, server)
	{
		draw_server(h, server, &l);
	}
	html_raw(h, "</tbody></table></div>\n");
}

/* ---- a zone ---------------------------------------------------------------------------------- */

static void draw_number(struct html *h, const char *what, const json_t *zone, const char *key)
{
	if (number_of(zone, key) >= 0)
		html(h, "<div><dt>%s</dt><dd>%d</dd></div>\n", what, whole_of(zone, key));
}

static void draw_facts(struct html *h, const json_t *zone)
{
	const json_t *findings = json_object_get(zone, "findings"), *one;
	const char *last = text_of(zone, "last_success");
	size_t i;

	html_raw(h, "<dl class=\"facts\">\n");
	draw_number(h, "Waits", zone, "waits");
	draw_number(h, "Ended well", zone, "visible");
	draw_number(h, "Names", zone, "names");
	draw_number(h, "Tried again within an hour", zone, "retries");
	html(h, "<div><dt>Last success</dt><dd>%s</dd></div>\n", last == NULL ? "none" : last);
	if (json_array_size(findings) > 0) {
		html_raw(h, "<div><dt>Causes in waits that failed</dt><dd>");
		json_array_foreach(findings, i, one)
		{
			if (text_of(one, "id") != NULL)
				html(h, "%s%s in %d", i == 0 ? "" : ", ", text_of(one, "id"),
				     whole_of(one, "waits"));
		}
		html_raw(h, "</dd></div>\n");
	}
	html_raw(h, "</dl>\n");
}

static void draw_zone(struct html *h, const json_t *zone)
{
	const json_t *all = json_object_get(zone, "opened");
	char span[SPAN_TEXT];

	html(h, "<section class=\"card\">\n<h2 class=\"name\">%s</h2>\n", text_of(zone, "zone"));
	if (number_of(zone, "timeout_s") > 0 && number_of(all, "p99_ms") >= 0)
		html(h,
		     "<p>Set <code>--timeout</code> to %d: 99 %% of the waits ended within "
		     "%s.</p>\n",
		     whole_of(zone, "timeout_s"), render_span(number_of(all, "p99_ms"), span));
	draw_facts(h, zone);
	draw_table(h, zone);
	render_days(h, json_object_get(zone, "days"));
	html_raw(h, "</section>\n");
}

void render_history(struct html *h, const json_t *history)
{
	const json_t *zones = json_object_get(history, "zones"), *zone;
	size_t i;

	json_array_foreach(zones, i, zone)
	{
		draw_zone(h, zone);
	}
}
