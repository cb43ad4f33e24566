/* SPDX-License-Identifier: ISC */
#include "render.h"

#include <stdlib.h>
#include <string.h>

static void draw_head(struct html *h, const struct sign *verdict)
{
	html(h,
	     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	     "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	     /* The page loads nothing and runs nothing, whatever is in the report. */
	     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	     "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"/>\n"
	     "<title>dns01gate: %s</title>\n",
	     verdict->label);
	render_style(h);
	html_raw(h, "</head>\n<body>\n");
	render_drawings(h);
}

static size_t count_visible(const json_t *records)
{
	const json_t *record;
	size_t i, n = 0;

	json_array_foreach(records, i, record)
	{
		n += strcmp(text_of(record, "verdict"), "visible") == 0;
	}
	return n;
}

static void draw_verdict(struct html *h, const json_t *report, const struct sign *verdict)
{
	const json_t *records = json_object_get(report, "records");
	int count = (int)json_array_size(records), visible = (int)count_visible(records);
	char span[SPAN_TEXT];

	html(h, "<header class=\"verdict %s\">\n", verdict->tone);
	render_icon(h, verdict->icon);
	html(h, "<div><h1>%s</h1>\n<p>%s</p>\n", verdict->label,
	     verdict->more == NULL ? "" : verdict->more);
	html(h,
	     "<p class=\"meta\">%d of %d name%s visible. Started %s, took "
	     "%s.</p></div>\n</header>\n",
	     visible, count, count == 1 ? "" : "s", text_of(report, "started"),
	     render_span(number_of(report, "elapsed_ms"), span));
}

static void draw_summary_row(struct html *h, const json_t *record, size_t i)
{
	struct sign verdict = sign_of_verdict(text_of(record, "verdict"));
	struct sign dnssec = sign_of_security(text_of(record, "dnssec"));
	double visible = number_of(record, "visible_ms");
	const char *zone = text_of(record, "zone");
	char span[SPAN_TEXT] = "–";

	if (visible >= 0)
		render_span(visible, span);
	html(h, "<tr><th scope=\"row\"><a href=\"#record-%d\">%s</a></th><td>", (int)i,
	     text_of(record, "name"));
	render_chip(h, &verdict);
	html(h, "</td><td class=\"n\">%s</td><td>%s</td><td>", span, zone == NULL ? "–" : zone);
	render_chip(h, &dnssec);
	html(h, "</td><td class=\"n\">%d</td></tr>\n",
	     (int)json_array_size(json_object_get(record, "findings")));
}

static void draw_summary(struct html *h, const json_t *records)
{
	const json_t *record;
	size_t i;

	if (json_array_size(records) < 2)
		return;
	html_raw(h,
		 "<section class=\"card\">\n<h2>Names</h2>\n<div class=\"scroll\" tabindex=\"0\" "
		 "role=\"region\" aria-label=\"Table of the names\"><table>\n<thead><tr>"
		 "<th scope=\"col\">Name</th><th scope=\"col\">Verdict</th>"
		 "<th scope=\"col\">Visible after</th><th scope=\"col\">Zone</th>"
		 "<th scope=\"col\">DNSSEC</th><th scope=\"col\">Findings</th></tr></thead>\n"
		 "<tbody>\n");
	json_array_foreach(records, i, record)
	{
		draw_summary_row(h, record, i);
	}
	html_raw(h, "</tbody></table></div>\n</section>\n");
}

static void draw_report(struct html *h, const json_t *report)
{
	const json_t *records = json_object_get(report, "records"), *record;
	struct sign verdict = sign_of_verdict(text_of(report, "verdict"));
	double elapsed = number_of(report, "elapsed_ms");
	size_t i;

	draw_head(h, &verdict);
	draw_verdict(h, report, &verdict);
	html_raw(h, "<main>\n");
	draw_summary(h, records);
	json_array_foreach(records, i, record)
	{
		render_record(h, record, i, elapsed);
	}
}

static void draw_history(struct html *h, const json_t *history)
{
	static const struct sign past = {.label = "Past waits", .tone = "note", .icon = "wait"};
	const json_t *zones = json_object_get(history, "zones"), *zone;
	double waits = 0, visible = 0;
	size_t i;

	json_array_foreach(zones, i, zone)
	{
		waits += number_of(zone, "waits") > 0 ? whole_of(zone, "waits") : 0;
		visible += number_of(zone, "visible") > 0 ? whole_of(zone, "visible") : 0;
	}
	draw_head(h, &past);
	html(h, "<header class=\"verdict %s\">\n", past.tone);
	render_icon(h, past.icon);
	html(h,
	     "<div><h1>%s</h1>\n<p>%d of %d wait%s in %d zone%s ended well.</p></div>\n</header>\n",
	     past.label, visible < 1e9 ? (int)visible : 1000000000,
	     waits < 1e9 ? (int)waits : 1000000000, waits == 1 ? "" : "s",
	     (int)json_array_size(zones), json_array_size(zones) == 1 ? "" : "s");
	html_raw(h, "<main>\n");
	render_history(h, history);
}

void render_page(struct html *h, const json_t *report)
{
	if (report_is_history(report))
		draw_history(h, report);
	else
		draw_report(h, report);
	html(h,
	     "</main>\n<footer>%s %s. Finding ids are those of the manual, dns01gate(1).</footer>\n"
	     "</body>\n</html>",
	     text_of(report, "program"), text_of(report, "version"));
}
