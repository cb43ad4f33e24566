/* SPDX-License-Identifier: ISC */
/* One record of a report: what it is, why it is not visible, where its trust comes from, and its
 * servers. */
#include <stdio.h>
#include <string.h>

#include "render.h"

/* Values of a server that are shown. */
#define VALUES_SHOWN 8

static void draw_texts(struct html *h, const json_t *list, const char *between, size_t most)
{
	size_t count = json_array_size(list), i;

	for (i = 0; i < count && i < most; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (i > 0)
			html_raw(h, between);
		html(h, "<code>%s</code>", text != NULL ? text : "(no text)");
	}
	if (count > most)
		html(h, " and %d more", (int)(count - most));
}

static void draw_fact(struct html *h, const char *what, const char *fact)
{
	if (fact != NULL)
		html(h, "<div><dt>%s</dt><dd>%s</dd></div>\n", what, fact);
}

static void draw_facts(struct html *h, const json_t *record)
{
	const json_t *chain = json_object_get(record, "chain");
	const json_t *limits = json_object_get(record, "limits");
	const json_t *values = json_object_get(record, "values");
	struct sign dnssec = sign_of_security(text_of(record, "dnssec"));
	double visible = number_of(record, "visible_ms");
	char span[SPAN_TEXT];

	html_raw(h, "<dl class=\"facts\">\n");
	html(h, "<div><dt>%s</dt><dd>", json_array_size(values) == 1 ? "Value" : "Values");
	draw_texts(h, values, "<br/>", SIZE_MAX);
	html_raw(h, "</dd></div>\n");
	if (json_array_size(chain) > 1) {
		html_raw(h, "<div><dt>CNAME chain</dt><dd>");
		draw_texts(h, chain, " &#8594; ", SIZE_MAX);
		html_raw(h, "</dd></div>\n");
	}
	draw_fact(h, "Zone", text_of(record, "zone"));
	html_raw(h, "<div><dt>DNSSEC</dt><dd>");
	render_chip(h, &dnssec);
	html_raw(h, "</dd></div>\n");
	if (visible >= 0)
		draw_fact(h, "Visible after", render_span(visible, span));
	draw_fact(h, "Waiting for", text_of(record, "trouble"));
	if (json_array_size(limits) > 0) {
		html_raw(h, "<div><dt>Limits reached</dt><dd>");
		draw_texts(h, limits, ", ", SIZE_MAX);
		html_raw(h, "</dd></div>\n");
	}
	html_raw(h, "</dl>\n");
}

/* ---- findings -------------------------------------------------------------------------------- */

static void draw_finding(struct html *h, const json_t *f, const struct sign *severity)
{
	const char *server = text_of(f, "server"), *ca = text_of(f, "ca_text");
	const char *advice = text_of(f, "advice");

	html(h, "<li class=\"finding %s\"><p class=\"head\">", severity->tone);
	render_chip(h, severity);
	html(h, "<b>%s</b> <span class=\"dim\">%s</span>", text_of(f, "id"), text_of(f, "code"));
	if (server != NULL)
		html(h, " <span class=\"addr\">%s</span>", server);
	html(h, "</p>\n<p>%s</p>\n", text_of(f, "text"));
	if (advice[0] != '\0')
		html(h, "<p><b>What to do:</b> %s</p>\n", advice);
	if (ca != NULL)
		html(h, "<p><b>What a CA would say:</b> <q>%s</q></p>\n", ca);
	html_raw(h, "</li>\n");
}

static void draw_findings(struct html *h, const json_t *record)
{
	json_t *findings = json_object_get(record, "findings"), *f;
	size_t rank, at, i;

	if (json_array_size(findings) == 0)
		return;
	html_raw(h, "<h3>Findings</h3>\n<ul class=\"findings\">\n");
	/* Words that are not known come last. */
	for (rank = 0; rank <= 4; rank++) {
		json_array_foreach(findings, i, f)
		{
			struct sign severity = sign_of_severity(text_of(f, "severity"), &at);

			if (at == rank)
				draw_finding(h, f, &severity);
		}
	}
	html_raw(h, "</ul>\n");
}

/* ---- the chain of trust ---------------------------------------------------------------------- */

static void draw_zone(struct html *h, const json_t *zone)
{
	struct sign security = sign_of_security(text_of(zone, "security"));
	int ds = whole_of(zone, "ds"), keys = whole_of(zone, "keys");
	const char *reason = text_of(zone, "reason");

	html(h, "<li class=\"%s\"><b>%s</b>", security.tone,
	     strcmp(text_of(zone, "zone"), ".") == 0 ? ". (the root)" : text_of(zone, "zone"));
	render_chip(h, &security);
	html(h, "<span class=\"dim\">%d DS, %d key%s</span>", ds, keys, keys == 1 ? "" : "s");
	if (reason != NULL)
		html(h, "<span class=\"reason\">%s</span>", reason);
	html_raw(h, "</li>\n");
}

static void draw_trust(struct html *h, const json_t *record)
{
	json_t *chain = json_object_get(record, "dnssec_chain"), *zone;
	size_t i;

	if (json_array_size(chain) == 0)
		return;
	html_raw(h, "<h3>Chain of trust</h3>\n<ol class=\"trust\">\n");
	json_array_foreach(chain, i, zone)
	{
		draw_zone(h, zone);
	}
	html_raw(h, "</ol>\n");
}

/* ---- the table of servers -------------------------------------------------------------------- */

static void draw_number(struct html *h, const json_t *row, const char *key)
{
	double number = number_of(row, key);
	char text[SPAN_TEXT] = "–";

	if (number >= 0)
		snprintf(text, sizeof(text), "%.0f", number);
	html(h, "<td class=\"n\">%s</td>", text);
}

static void draw_time(struct html *h, const json_t *row, const char *key)
{
	double ms = number_of(row, key);
	char text[SPAN_TEXT] = "–";

	if (ms >= 0 && ms < 10)
		snprintf(text, sizeof(text), "%.1f ms", ms);
	else if (ms >= 0)
		render_span(ms, text);
	html(h, "<td class=\"n\">%s</td>", text);
}

static void draw_state(struct html *h, const json_t *row)
{
	struct sign state = sign_of_state(text_of(row, "state"));
	const char *detail = text_of(row, "detail"), *reason = text_of(row, "reason");
	const json_t *values = json_object_get(row, "values");

	html_raw(h, "<td>");
	render_chip(h, &state);
	if (json_is_false(json_object_get(row, "required")))
		html_raw(h, " <span class=\"dim\">does not count</span>");
	/* The reason is the detail, at length. */
	if (reason != NULL)
		html(h, "<br/>%s", reason);
	else if (detail != NULL && detail[0] != '\0')
		html(h, "<br/>%s", detail);
	/* A server that shows the record has the values that are listed above. */
	if (json_array_size(values) > 0 && strcmp(state.word, "present") != 0) {
		html_raw(h, "<br/><span class=\"dim\">holds</span> ");
		draw_texts(h, values, ", ", VALUES_SHOWN);
	}
	html_raw(h, "</td>");
}

static void draw_row(struct html *h, const json_t *record, const json_t *row)
{
	struct sign dnssec = sign_of_security(text_of(row, "dnssec"));
	const char *transport = text_of(row, "transport"), *link = text_of(row, "link");
	const char *rcode = text_of(row, "rcode");
	int needed = whole_of(row, "needed");

	html_raw(h, "<tr><th scope=\"row\">");
	render_server(h, row);
	html(h, "<br/><span class=\"dim\">%s, port %d%s%s", text_of(row, "role"),
	     whole_of(row, "port"), transport == NULL ? "" : ", ",
	     transport == NULL ? "" : transport);
	if (link != NULL && strcmp(link, text_of(record, "name")) != 0)
		html(h, ", for %s", link);
	html_raw(h, "</span></th>");
	draw_state(h, row);
	html(h, "<td>%s%s</td><td>", rcode == NULL ? "–" : rcode,
	     json_is_true(json_object_get(row, "aa")) ? " AA" : "");
	render_chip(h, &dnssec);
	html(h, "</td><td class=\"n\">%d", whole_of(row, "confirmations"));
	if (needed >= 0)
		html(h, " of %d", needed);
	html_raw(h, "</td>");
	draw_time(h, row, "first_present_ms");
	draw_number(h, row, "serial");
	draw_number(h, row, "ttl");
	draw_time(h, row, "rtt_ms");
	draw_number(h, row, "queries");
	html_raw(h, "</tr>\n");
}

static void draw_servers(struct html *h, const json_t *record)
{
	static const char *const heads[] = {"Server",     "Last answer",   "Code",   "DNSSEC",
					    "Confirmed",  "First present", "Serial", "TTL (s)",
					    "Round trip", "Questions"};
	json_t *servers = json_object_get(record, "servers"), *row;
	size_t i;

	if (json_array_size(servers) == 0)
		return;
	html_raw(h, "<h3>Servers</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		    "aria-label=\"Table of the servers\"><table>\n<thead><tr>");
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		html(h, "<th scope=\"col\">%s</th>", heads[i]);
	html_raw(h, "</tr></thead>\n<tbody>\n");
	json_array_foreach(servers, i, row)
	{
		draw_row(h, record, row);
	}
	html_raw(h, "</tbody></table></div>\n");
}

void render_record(struct html *h, const json_t *record, size_t i, double elapsed)
{
	struct sign verdict = sign_of_verdict(text_of(record, "verdict"));

	html(h, "<section class=\"card\" id=\"record-%d\">\n<h2 class=\"name\">%s</h2>\n<p>",
	     (int)i, text_of(record, "name"));
	render_chip(h, &verdict);
	html_raw(h, "</p>\n");
	draw_facts(h, record);
	draw_findings(h, record);
	render_timeline(h, record, elapsed);
	draw_trust(h, record);
	draw_servers(h, record);
	render_places(h, record);
	html_raw(h, "</section>\n");
}
