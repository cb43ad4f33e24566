/* SPDX-License-Identifier: ISC */
/* What a person sees of a run, on stderr or in the system's log. */
#ifndef VIEW_H
#define VIEW_H

#include "input/options.h"
#include "system/say.h"

struct layout;

struct view {
	const struct options *options;
	bool colour, utf8; /* what the terminal shows */
	bool table;        /* a live table, else lines */
	bool began;        /* something was said of the wait */
	dg_ms heartbeat;   /* when to say again what is waited for, */
	dg_ms news;        /* or, if more names have a trouble than then, from when on */
	size_t troubled;   /* names that had one at the last tick */
	dg_ms redrawn;
	struct layout *drawn; /* what is on the screen, NULL: nothing yet */
	size_t height;        /* of the window then */
	size_t scrolled;      /* rows of it that a lower window may have pushed out at the top */
};

/* Finds out what stderr is. */
void view_start(struct view *v, const struct options *options);

/* The gate's observer; it draws a table or prints lines. */
struct dg_observer view_observer(struct view *v);

/* No more is drawn: what a key left behind the table is wiped away. Before anything else is said.
 */
void view_end(struct view *v);

/* What came of it. `proceed`: the timeout counts as success. */
void view_result(struct view *v, const struct dg_gate *gate, bool proceed);

/* One finding in a line, without its advice. */
void view_finding(const struct dg_finding *finding, enum say_level level);

/* The findings of a record that are no less severe, with their advice. */
void view_findings(const struct view *v, const struct dg_record *record, enum dg_severity least);

/* The names that did not become visible, and why (view_failed.c): those for which all of that is
 * alike, once. */
void view_failed(const struct view *v, const struct dg_gate *gate);

/* So many names are listed one by one. */
#define RECORDS_LISTED 10

/* All that a look found (view_check.c). */
void check_result(const struct view *v, const struct dg_gate *gate);

/* The table's events (view_table.c), and the lines' (view_lines.c). The table leaves the cursor
 * below itself after each stroke, never hides it and leaves no colour on, so whatever ends the
 * program finds the terminal in order. */
void table_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event);
void lines_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event);

#endif
