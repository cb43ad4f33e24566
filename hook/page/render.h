/* SPDX-License-Identifier: ISC */
/* A report, or a history, as one HTML page that needs nothing else. */
#ifndef RENDER_H
#define RENDER_H

#include "html.h"
#include "report_read.h"

/* Draws the page of a report or a history, as report_read gives it. */
void render_page(struct html *h, const json_t *report);

/* Its parts. A word of the report as it is shown: its label, a tone of colour and an icon, so that
 * none stands alone. */
struct sign {
	const char *word, *label, *tone, *icon;
	const char *more; /* of a verdict: one sentence */
};

/* A word that a later release brings is its own label. */
struct sign sign_of_verdict(const char *word);
struct sign sign_of_security(const char *word);
struct sign sign_of_state(const char *word); /* events too */
struct sign sign_of_severity(const char *word, size_t *ret_rank);
void render_chip(struct html *h, const struct sign *sign);
void render_icon(struct html *h, const char *icon);

/* "21 ms", "8.42 s", "4 min 5 s"; returns buf. */
#define SPAN_TEXT 40
const char *render_span(double ms, char buf[SPAN_TEXT]);

/* The style sheet, and the drawings that the page refers to. */
void render_style(struct html *h);
void render_drawings(struct html *h);

/* One record with everything in it, `elapsed` ms after the start. */
void render_record(struct html *h, const json_t *record, size_t i, double elapsed);

/* What each of its servers said over time. */
void render_timeline(struct html *h, const json_t *record, double elapsed);

/* What other places see: a table of places by servers. */
void render_places(struct html *h, const json_t *record);

/* All zones of a history; and the waits and failures of its days. */
void render_history(struct html *h, const json_t *history);
void render_days(struct html *h, json_t *days);

/* The server of a row, in one line: its name, and its address if that says more. */
void render_server(struct html *h, const json_t *row);

#endif
