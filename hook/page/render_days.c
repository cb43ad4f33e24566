/* SPDX-License-Identifier: ISC */
/* Waits and failures over time: a column for each day, or for as many as make it fit, and the same
 * as a table. */
#include <string.h>

#include "render.h"

#define COLUMNS_MAX 60
/* Per cent: a column is no wider. */
#define WIDEST 5.0

struct column {
	const char *first, *last; /* days of which something is known; NULL: none */
	double waits, failed;
};

struct days {
	struct column column[COLUMNS_MAX];
	long first, step; /* days since some day; of one column */
	size_t count;
	double most;
};

/* Two digits; -1: they are not. */
static int two(const char *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	return (text[0] - '0') * 10 + text[1] - '0';
}

/* Of "YYYY-MM-DD", in the calendar of today, with years that begin in March; -1: it is no day. */
static long day_of(const char *text)
{
	int century, year, month, day;
	long years;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return -1;
	century = two(text);
	year = two(text + 2);
	month = two(text + 5);
	day = two(text + 8);
	if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31)
		return -1;
	/* As in the year 400 later, which is never below 0. */
	years = 400 + century * 100 + year - (month < 3);
	month = (month + 9) % 12;
	return years * 365 + years / 4 - years / 100 + years / 400 + (153 * month + 2) / 5 + day;
}

static void add(struct column *c, const char *day, const json_t *counts)
{
	double waits = number_of(counts, "waits"), failed = number_of(counts, "failed");

	if (c->first == NULL || strcmp(day, c->first) < 0)
		c->first = day;
	if (c->last == NULL || strcmp(day, c->last) > 0)
		c->last = day;
	c->waits += waits > 0 ? waits : 0;
	c->failed += failed > 0 ? failed : 0;
	/* Whatever the input says. */
	if (c->failed > c->waits)
		c->waits = c->failed;
}

static void gather(json_t *all, struct days *d)
{
	long last = -1, day;
	const char *text;
	json_t *counts;
	size_t i;

	d->first = -1;
	json_object_foreach(all, text, counts)
	{
		day = day_of(text);
		if (day >= 0 && (d->first < 0 || day < d->first))
			d->first = day;
		last = day > last ? day : last;
	}
	if (last < 0)
		return;
	d->step = (last - d->first) / COLUMNS_MAX + 1;
	d->count = (size_t)((last - d->first) / d->step) + 1;
	json_object_foreach(all, text, counts)
	{
		day = day_of(text);
		if (day >= 0)
			add(&d->column[(day - d->first) / d->step], text, counts);
	}
	for (i = 0; i < d->count; i++)
		if (d->column[i].waits > d->most)
			d->most = d->column[i].waits;
}

static int shown(double count)
{
	return count < 1e9 ? (int)count : 1000000000;
}

static void draw_days_of(struct html *h, const struct column *c)
{
	html(h, "%s", c->first);
	if (strcmp(c->first, c->last) != 0)
		html(h, " to %s", c->last);
}

static void draw_column(struct html *h, const struct column *c, double x, double width, double most)
{
	double all = most > 0 ? 100 * c->waits / most : 0;
	double failed = most > 0 ? 100 * c->failed / most : 0;

	html_raw(h, "<g><title>");
	draw_days_of(h, c);
	html(h, ": %d waits, %d failed</title>", shown(c->waits), shown(c->failed));
	html(h,
	     "<rect class=\"shown\" x=\"%f%%\" y=\"%f%%\" width=\"%f%%\" height=\"%f%%\"/>"
	     "<rect class=\"failed\" x=\"%f%%\" y=\"%f%%\" width=\"%f%%\" height=\"%f%%\"/></g>",
	     x, 100 - all + failed, width, all - failed, x, 100 - all, width, failed);
}

static void draw_picture(struct html *h, const struct days *d)
{
	double width = 100.0 / (double)d->count < WIDEST ? 100.0 / (double)d->count : WIDEST;
	size_t i;

	html(h,
	     "<p class=\"dim\">%s to %s; %s%d wait%s at most</p>\n<svg class=\"bars\" role=\"img\" "
	     "aria-label=\"Waits and failures over time; the table below has the same\">",
	     d->column[0].first, d->column[d->count - 1].last,
	     d->step == 1 ? "a day had " : "a column has ", shown(d->most),
	     d->most == 1 ? "" : "s");
	for (i = 0; i < d->count; i++)
		if (d->column[i].first != NULL)
			draw_column(h, &d->column[i], (double)i * width, width * 0.85, d->most);
	html_raw(h,
		 "</svg>\n<ul class=\"legend\"><li><svg class=\"swatch bars\" aria-hidden=\"true\">"
		 "<rect class=\"shown\" width=\"100%\" height=\"100%\"/></svg>ended well</li>"
		 "<li><svg class=\"swatch bars\" aria-hidden=\"true\"><rect class=\"failed\" "
		 "width=\"100%\" height=\"100%\"/></svg>failed</li></ul>\n");
}

void render_days(struct html *h, json_t *all)
{
	struct days d = {.count = 0};
	size_t i;

	gather(all, &d);
	if (d.count == 0)
		return;
	html_raw(h, "<h3>Failures over time</h3>\n");
	draw_picture(h, &d);
	html_raw(h, "<details><summary>As a table</summary>\n<div class=\"scroll\" tabindex=\"0\" "
		    "role=\"region\" aria-label=\"Table of waits and failures over time\">"
		    "<table class=\"spread\">\n<thead><tr><th scope=\"col\">Days</th>"
		    "<th scope=\"col\">Waits</th><th scope=\"col\">Failed</th></tr></thead>\n"
		    "<tbody>\n");
	for (i = 0; i < d.count; i++) {
		const struct column *c = &d.column[i];

		if (c->first == NULL)
			continue;
		html_raw(h, "<tr><th scope=\"row\">");
		draw_days_of(h, c);
		html(h, "</th><td class=\"n\">%d</td><td class=\"n\">%d</td></tr>\n",
		     shown(c->waits), shown(c->failed));
	}
	html_raw(h, "</tbody></table></div></details>\n");
}
