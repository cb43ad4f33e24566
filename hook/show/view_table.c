/* SPDX-License-Identifier: ISC */
/*
 * The wait as a table that is drawn over itself. The size of the window is read anew for each
 * stroke. Where it changed since the last one, terminals differ in what they did to the lines that
 * stood there:
 *
 *   - narrower: most wrap lines that do not fit, so the table takes more rows than it had lines;
 *   - lower: rows at the top go where only scrolling back finds them;
 *   - higher: they come back.
 *
 * The cursor goes up by as many rows as that makes, and all below is wiped before the new table is
 * drawn. A terminal that wraps nothing loses a few lines of what stood above; none keeps torn ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "system/say.h"
#include "view.h"
#include "view_layout.h"

#define REDRAW_MS 100
/* What a run of less than this shows is its result. */
#define AT_ONCE_MS 300
/* Several ticks of the observer, of which each draws. */
#define STOPPED_MS 1500

#define PLAIN "\033[0m"
#define WIPE_LINE "\033[K"
#define WIPE_BELOW "\033[J"
/* A line drawn just while the window becomes narrower is cut there, not wrapped. */
#define WRAP_OFF "\033[?7l"
#define WRAP_ON "\033[?7h"
#define LINE_OCTETS (LAYOUT_CELLS + 64)

/* The rows that the last table takes now, in a window of this size. */
static size_t rows_on_screen(struct view *v, size_t width, size_t height)
{
	size_t cells[LAYOUT_LINES], rows, back = 0, i;

	if (v->drawn == NULL)
		return 0;
	for (i = 0; i < v->drawn->count; i++)
		cells[i] = v->drawn->line[i].cells;
	rows = layout_rows_taken(cells, v->drawn->count, width);
	if (height > v->height)
		back = height - v->height < v->scrolled ? height - v->height : v->scrolled;
	v->scrolled -= back;
	rows += back;
	if (rows <= height - 1)
		return rows;
	v->scrolled += rows - (height - 1);
	return height - 1;
}

/* False: it was not drawn. */
static bool paint(const struct view *v, const struct layout *l, size_t up)
{
	static const char *const colours[] = {[TONE_PLAIN] = "",
					      [TONE_GOOD] = "\033[32m",
					      [TONE_WAIT] = "\033[33m",
					      [TONE_BAD] = "\033[31m"};
	size_t size = LINE_OCTETS * (l->count + 2), len, i;
	char *text = malloc(size);
	bool drawn;

	if (text == NULL)
		return false;
	len = (size_t)snprintf(text, size, "\r");
	if (up > 0)
		len += (size_t)snprintf(text + len, size - len, "\033[%zuA", up);
	len += (size_t)snprintf(text + len, size - len, "%s%s", WRAP_OFF,
				v->drawn != NULL && v->drawn->count == up ? "" : WIPE_BELOW);
	for (i = 0; i < l->count; i++) {
		const char *colour = v->colour ? colours[l->line[i].tone] : "";

		len += (size_t)snprintf(text + len, size - len, "%s%s%s" WIPE_LINE "\r\n", colour,
					l->line[i].text, colour[0] != '\0' ? PLAIN : "");
	}
	len += (size_t)snprintf(text + len, size - len, "%s%s", WIPE_BELOW, WRAP_ON);
	drawn = say_raw(text, len);
	free(text);
	return drawn;
}

static void window_size(size_t *ret_width, size_t *ret_height)
{
	struct winsize size;

	*ret_width = 80;
	*ret_height = 24;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
		*ret_width = size.ws_col;
		*ret_height = size.ws_row;
	}
}

/* Copies the gate's records as they are now; their rows are in `rows`, which has room for all. */
static void read_records(const struct dg_gate *gate, struct layout_record *records,
			 struct dg_row *rows)
{
	size_t i, k;

	for (i = 0; i < dg_gate_records(gate); i++) {
		const struct dg_record *r = dg_gate_record(gate, i);

		records[i] = (struct layout_record){.name = dg_record_name(r),
						    .zone = dg_record_zone(r),
						    .trouble = dg_record_trouble(r),
						    .verdict = dg_record_verdict(r),
						    .row = rows,
						    .nrows = dg_record_rows(r)};
		for (k = 0; k < records[i].nrows; k++)
			dg_record_row(r, k, rows++);
	}
}

static void draw_table(struct view *v, const struct dg_gate *gate, dg_ms now)
{
	struct layout_input in = {.utf8 = v->utf8,
				  .elapsed = now,
				  .timeout = v->options->gate.timeout,
				  .nrecords = dg_gate_records(gate)};
	struct layout *layout = malloc(sizeof(*layout));
	struct layout_record *records = calloc(in.nrecords + 1, sizeof(*records));
	struct dg_row *rows;
	size_t nrows = 0, i;

	for (i = 0; i < in.nrecords; i++)
		nrows += dg_record_rows(dg_gate_record(gate, i));
	rows = calloc(nrows + 1, sizeof(*rows));
	if (layout != NULL && records != NULL && rows != NULL) {
		read_records(gate, records, rows);
		in.record = records;
		window_size(&in.width, &in.height);
		layout_make(layout, &in);
		if (paint(v, layout, rows_on_screen(v, in.width, in.height))) {
			free(v->drawn);
			v->drawn = layout;
			layout = NULL;
			v->height = in.height;
		}
	}
	free(layout);
	free(records);
	free(rows);
}

/* Leaves what is on the screen; the next table is drawn below it. */
static void forget_table(struct view *v)
{
	free(v->drawn);
	v->drawn = NULL;
	v->scrolled = 0;
}

void table_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event)
{
	bool often = v->drawn != NULL && event->elapsed - v->redrawn < REDRAW_MS;

	if (v->drawn == NULL && event->elapsed < AT_ONCE_MS)
		return;
	/* The program was stopped, as by Ctrl-Z, and a shell has written below the table. */
	if (v->drawn != NULL && event->elapsed - v->redrawn > STOPPED_MS)
		forget_table(v);
	if (often && event->kind != DG_EVENT_TICK && event->kind != DG_EVENT_VERDICT)
		return;
	draw_table(v, gate, event->elapsed);
	v->redrawn = event->elapsed;
}
