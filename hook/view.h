/* SPDX-License-Identifier: ISC */
/* What a person sees of a run, on stderr. */
#ifndef VIEW_H
#define VIEW_H

#include "options.h"

struct view {
	const struct options *options;
	bool terminal; /* stderr is one that can move its cursor */
	bool colour;
	bool table;      /* a live table, else lines */
	bool began;      /* something was said of the wait */
	unsigned drawn;  /* lines of the table on the screen */
	dg_ms heartbeat; /* when to say again what is waited for */
	dg_ms redrawn;
};

/* Finds out what stderr is. */
void view_start(struct view *v, const struct options *options);

/* The gate's observer; it draws a table or prints lines. */
struct dg_observer view_observer(struct view *v);

/* What came of it. `proceed`: the timeout counts as success. */
void view_result(struct view *v, const struct dg_gate *gate, bool proceed);

/* All that a look found (view_check.c). */
void check_result(const struct view *v, const struct dg_gate *gate);

/* One line to stderr, with the program's name in front; never fails. */
void say(const char *format, ...) DG_PRINTF(1, 2);

/* Writes octets to stderr as they are; never fails. */
void say_raw(const char *text, size_t len);

/* One line on what a record waits for: how many addresses show it, which do not, and why. */
void describe_wait(const struct dg_record *record, char *buf, size_t size);

/* What an address said last, in words: "NXDOMAIN, negative until 16:03:20 (212 s)"; returns buf. */
#define DETAIL_TEXT 256
const char *describe_answer(const struct dg_row *row, char buf[DETAIL_TEXT]);

/* A span of time, "12.3 s" or "4 min 5 s". */
const char *describe_span(dg_ms span, char buf[32]);

/* The table's events (view_table.c), and the lines' (view_lines.c). The table leaves the cursor
 * below itself after each stroke, so there is nothing to restore at the end. */
void table_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event);
void lines_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event);

#endif
