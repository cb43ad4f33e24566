/* SPDX-License-Identifier: ISC */
/*
 * The timeline: a lane for each server, from the start of the run to its end, in segments between
 * the events of its row. Places are per cent of the lane, so that it fits any width and letters
 * keep their size. What lasts too short to be seen is drawn last, as a mark.
 */
#include <stdio.h>
#include <string.h>

#include "render.h"

/* Per cent: the width of a mark; and of a letter of a label in the narrowest lane. */
#define MARK 0.9
#define LETTER 1.35

struct axis {
	double end, step; /* ms */
};

struct segment {
	const char *event;
	double from, to; /* ms */
};

/* Where the axis ends: with the record's verdict, or the run, or what a report has after that. */
static double find_end(const json_t *record, double elapsed)
{
	json_t *servers = json_object_get(record, "servers"), *row, *event;
	double end = number_of(record, "visible_ms");
	size_t i, k;

	if (end < 0)
		end = elapsed;
	json_array_foreach(servers, i, row)
	{
		json_array_foreach(json_object_get(row, "events"), k, event)
		{
			if (number_of(event, "ms") > end)
				end = number_of(event, "ms");
		}
	}
	return end > 1 ? end : 1;
}

static struct axis make_axis(double end)
{
	static const double steps[] = {
	    1,    2,     5,     10,    20,    50,     100,    200,    500,     1000,    2000,
	    5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000, 14400000};
	struct axis axis = {.end = end, .step = end / 8};
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (end / steps[i] > 8)
			continue;
		axis.step = steps[i];
		break;
	}
	return axis;
}

static double place(const struct axis *axis, double ms)
{
	return 100 * (ms < axis->end ? ms : axis->end) / axis->end;
}

/* All labels of an axis are of one unit. */
static void print_tick(const struct axis *axis, double ms, char buf[SPAN_TEXT])
{
	if (axis->end < 2000)
		snprintf(buf, SPAN_TEXT, "%.0f ms", ms);
	else if (axis->end < 180000)
		snprintf(buf, SPAN_TEXT, "%g s", ms / 1000);
	else
		snprintf(buf, SPAN_TEXT, "%.3g min", ms / 60000);
}

static void draw_grid(struct html *h, const struct axis *axis)
{
	int i;

	for (i = 1; i * axis->step < axis->end; i++) {
		double x = place(axis, i * axis->step);

		html(h, "<line class=\"grid\" x1=\"%f%%\" x2=\"%f%%\" y1=\"0\" y2=\"100%%\"/>", x,
		     x);
	}
}

static void draw_axis(struct html *h, const struct axis *axis)
{
	char text[SPAN_TEXT];
	int i;

	html_raw(h, "<div class=\"lane axis\" aria-hidden=\"true\"><svg class=\"track\">");
	for (i = 0; i == 0 || i * axis->step < axis->end; i++) {
		double x = place(axis, i * axis->step);

		/* The end's own label stands there. */
		if (x > 87)
			break;
		print_tick(axis, i * axis->step, text);
		html(h, "<line class=\"tick\" x1=\"%f%%\" x2=\"%f%%\" y1=\"16\" y2=\"22\"/>", x, x);
		html(h, "<text x=\"%f%%\" y=\"12\" class=\"%s\">%s</text>", x, i == 0 ? "" : "mid",
		     i == 0 ? "0" : text);
	}
	html(h,
	     "<line class=\"tick\" x1=\"100%%\" x2=\"100%%\" y1=\"16\" y2=\"22\"/>"
	     "<text x=\"100%%\" y=\"12\" class=\"end\">%s</text></svg></div>\n",
	     render_span(axis->end, text));
}

/* The i-th segment of a row: until the next event, whatever order a report has them in. */
static struct segment segment_at(const json_t *events, size_t i, const struct axis *axis)
{
	const json_t *event = json_array_get(events, i), *next = json_array_get(events, i + 1);
	struct segment s = {text_of(event, "event"), number_of(event, "ms"), axis->end};

	if (s.from < 0)
		s.from = 0;
	if (next != NULL)
		s.to = number_of(next, "ms");
	if (s.to < s.from)
		s.to = s.from;
	return s;
}

static void print_segment(const struct segment *s, const struct sign *sign, char *buf, size_t size)
{
	char from[SPAN_TEXT], to[SPAN_TEXT];

	render_span(s->from, from);
	render_span(s->to, to);
	if (strcmp(from, to) == 0)
		snprintf(buf, size, "%.100s at %s", sign->label, from);
	else
		snprintf(buf, size, "%.100s from %s to %s", sign->label, from, to);
}

static bool is_mark(const struct segment *s, const struct axis *axis)
{
	return place(axis, s->to) - place(axis, s->from) < MARK;
}

static void draw_segment(struct html *h, const struct segment *s, const struct axis *axis)
{
	struct sign sign = sign_of_state(s->event);
	double x = place(axis, s->from), width = place(axis, s->to) - x;
	bool mark = is_mark(s, axis), known = sign.more == NULL;
	char words[256];

	if (mark) {
		width = MARK;
		x = x > 100 - MARK ? 100 - MARK : x;
	}
	print_segment(s, &sign, words, sizeof(words));
	html(
	    h,
	    "<svg x=\"%f%%\" y=\"2\" width=\"%f%%\" height=\"26\" class=\"s-%s\"><title>%s</title>",
	    x, width, known ? sign.word : "unknown", words);
	html_raw(h, "<rect width=\"100%\" height=\"100%\"/>");
	if (!mark && width > LETTER * (double)strlen(sign.label) + 1.5)
		html(h, "<text x=\"7\" y=\"17\">%s</text>", sign.label);
	html_raw(h, "</svg>");
}

/* What was asked and answered at once needs no mark. */
static bool is_drawn(const struct segment *s, const struct axis *axis)
{
	return !is_mark(s, axis) || strcmp(s->event, "asked") != 0;
}

/* The wide ones first. */
static void draw_segments(struct html *h, const json_t *events, const struct axis *axis)
{
	size_t i, pass;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < json_array_size(events); i++) {
			struct segment s = segment_at(events, i, axis);

			if (is_mark(&s, axis) == (pass == 1) && is_drawn(&s, axis))
				draw_segment(h, &s, axis);
		}
	}
}

static void draw_words(struct html *h, const json_t *row, const struct axis *axis)
{
	json_t *events = json_object_get(row, "events");
	double dropped = number_of(row, "events_dropped");
	size_t i;

	for (i = 0; i < json_array_size(events); i++) {
		struct segment s = segment_at(events, i, axis);
		struct sign sign = sign_of_state(s.event);
		char words[256];

		print_segment(&s, &sign, words, sizeof(words));
		html(h, "%s%s", i > 0 ? ", " : "", words);
	}
	if (dropped > 0)
		html_raw(h, "; there were more changes before the last, too many to keep");
}

/* A row of another name than the record's says so. */
static void draw_who(struct html *h, const json_t *record, const json_t *row)
{
	const char *link = text_of(row, "link");

	html_raw(h, "<span class=\"who\">");
	render_server(h, row);
	if (strcmp(text_of(row, "role"), "recursive") == 0)
		html_raw(h, " <span class=\"dim\">resolver</span>");
	if (link != NULL && strcmp(link, text_of(record, "name")) != 0)
		html(h, " <span class=\"dim\">for %s</span>", link);
	html_raw(h, "</span>");
}

static void draw_lane(struct html *h, const json_t *record, const json_t *row,
		      const struct axis *axis)
{
	json_t *events = json_object_get(row, "events");
	size_t count = json_array_size(events);
	const char *last = count > 0 ? text_of(json_array_get(events, count - 1), "event") : NULL;
	struct sign end = sign_of_state(last != NULL ? last : text_of(row, "state"));

	html_raw(h, "<div class=\"lane\" role=\"listitem\">");
	draw_who(h, record, row);
	render_chip(h, &end);
	html_raw(h, "<svg class=\"track\" role=\"img\" aria-label=\"");
	draw_words(h, row, axis);
	html_raw(h, "\">");
	draw_grid(h, axis);
	draw_segments(h, events, axis);
	html_raw(h, "</svg></div>\n");
}

static bool has_drawn(const json_t *record, const char *word, const struct axis *axis)
{
	json_t *servers = json_object_get(record, "servers"), *row;
	size_t i, k;

	json_array_foreach(servers, i, row)
	{
		json_t *events = json_object_get(row, "events");

		for (k = 0; k < json_array_size(events); k++) {
			struct segment s = segment_at(events, k, axis);

			if (strcmp(s.event, word) == 0 && is_drawn(&s, axis))
				return true;
		}
	}
	return false;
}

/* Among those that there are. */
static void draw_legend(struct html *h, const json_t *record, const struct axis *axis)
{
	static const char *const entries[][2] = {
	    {"asked", "asked, no answer yet"},
	    {"absent", "absent: answers without it"},
	    {"other", "other value"},
	    {"present", "present: shows it"},
	    {"confirmed", "confirmed: shown as often as wanted"},
	    {"relapsed", "relapsed: showed it, then not"},
	    {"bogus", "bogus: DNSSEC refuses it"},
	    {"silent", "silent"},
	    {"refused", "refused"},
	    {"lame", "lame: does not know the zone"},
	    {"broken", "broken: fails"},
	    {"left-out", "left out, as a resolver would"},
	};
	size_t i;

	html_raw(h, "<ul class=\"legend\" aria-label=\"Legend\">");
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		if (!has_drawn(record, entries[i][0], axis))
			continue;
		html(h,
		     "<li><svg class=\"swatch s-%s\" aria-hidden=\"true\"><rect width=\"100%%\" "
		     "height=\"100%%\"/></svg>%s</li>",
		     entries[i][0], entries[i][1]);
	}
	html_raw(h, "</ul>\n");
}

static void draw_in_words(struct html *h, const json_t *record, const struct axis *axis)
{
	json_t *servers = json_object_get(record, "servers"), *row;
	size_t i;

	html_raw(h, "<details><summary>The same in words</summary><ul>");
	json_array_foreach(servers, i, row)
	{
		html_raw(h, "<li>");
		draw_who(h, record, row);
		html_raw(h, ": ");
		draw_words(h, row, axis);
		html_raw(h, ".</li>\n");
	}
	html_raw(h, "</ul></details>\n");
}

void render_timeline(struct html *h, const json_t *record, double elapsed)
{
	json_t *servers = json_object_get(record, "servers"), *row;
	struct axis axis = make_axis(find_end(record, elapsed));
	size_t i, with = 0;

	json_array_foreach(servers, i, row)
	{
		with += json_object_get(row, "events") != NULL;
	}
	if (json_array_size(servers) == 0)
		return;
	html_raw(h, "<h3>What each server said over time</h3>\n");
	if (with == 0) {
		html_raw(h, "<p>This report does not tell; it is of an older release.</p>\n");
		return;
	}
	html_raw(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		    "aria-label=\"Timeline of the servers\"><div class=\"lanes\">\n");
	draw_axis(h, &axis);
	html_raw(h, "<div role=\"list\">\n");
	json_array_foreach(servers, i, row)
	{
		draw_lane(h, record, row, &axis);
	}
	html_raw(h, "</div></div></div>\n");
	draw_legend(h, record, &axis);
	draw_in_words(h, record, &axis);
}
