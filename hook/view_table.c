/* SPDX-License-Identifier: ISC */
/* The wait as a table that is drawn over itself: a row for each address, those that lack the record
 * first, as many as the window has room for. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "view.h"

#define REDRAW_MS 100
/* What a run of less than this shows is its result. */
#define AT_ONCE_MS 300
#define CANVAS 65536
#define LINE_CELLS 512

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

/* What is about to be drawn, in one write. */
struct canvas {
	char *text;
	size_t len;
	unsigned lines;
	size_t width, height;
};

static void draw(struct canvas *c, const char *text)
{
	size_t len = strlen(text);

	if (c->len + len >= CANVAS)
		return;
	memcpy(c->text + c->len, text, len);
	c->len += len;
}

/* One line, cut at the window's edge, in a colour or none. */
static void draw_line(struct canvas *c, const char *colour, const char *format, ...)
    DG_PRINTF(3, 4);

static void draw_line(struct canvas *c, const char *colour, const char *format, ...)
{
	char line[LINE_CELLS];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (strlen(line) > c->width)
		line[c->width] = '\0';
	draw(c, colour);
	draw(c, line);
	draw(c, colour[0] != '\0' ? PLAIN "\033[K\n" : "\033[K\n");
	c->lines++;
}

static void window_size(struct canvas *c)
{
	struct winsize size;

	c->width = 80;
	c->height = 24;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
		c->width = size.ws_col;
		c->height = size.ws_row;
	}
	/* The last cell would make some terminals wrap. */
	c->width = c->width > LINE_CELLS ? LINE_CELLS - 1 : c->width - 1;
}

static const char *colour_of(const struct view *v, const struct dg_row *row)
{
	if (!v->colour)
		return "";
	if (row->state == DG_PRESENT)
		return GREEN;
	return row->state == DG_ABSENT || row->state == DG_OTHER || row->state == DG_UNASKED
		   ? YELLOW
		   : RED;
}

static void draw_row(struct view *v, struct canvas *c, const struct dg_row *row, dg_ms now)
{
	char seen[32] = "-", confirmed[24], answer[DETAIL_TEXT];

	if (row->last_answer >= 0)
		snprintf(seen, sizeof(seen), "%.1f s ago", (double)(now - row->last_answer) / 1000);
	snprintf(confirmed, sizeof(confirmed), "%u/%u",
		 row->confirmations < row->needed ? row->confirmations : row->needed, row->needed);
	draw_line(c, colour_of(v, row), "  %-24.24s %-15.39s %-8s %10s %5s %s%s",
		  row->server != NULL ? row->server
		  : row->recursive    ? "resolver"
				      : "",
		  row->address, row->required ? dg_state_text(row->state) : "left out", seen,
		  confirmed, row->detail[0] != '\0' ? describe_answer(row, answer) : "",
		  row->target != NULL ? " ->" : "");
}

/* A row that shows the record is drawn only when there is room. */
static void draw_rows(struct view *v, struct canvas *c, const struct dg_record *r, dg_ms now)
{
	size_t rows = dg_record_rows(r), left = 0, i;
	int pass;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < rows; i++) {
			struct dg_row row;

			dg_record_row(r, i, &row);
			if ((row.state == DG_PRESENT) != (pass == 1))
				continue;
			if (c->lines + 2 >= c->height)
				left++;
			else
				draw_row(v, c, &row, now);
		}
	}
	if (left > 0 && c->lines + 1 < c->height)
		draw_line(c, "", "  and %zu more", left);
}

static void draw_record(struct view *v, struct canvas *c, const struct dg_record *r, dg_ms now)
{
	const char *zone = dg_record_zone(r), *trouble = dg_record_trouble(r);

	if (c->lines + 3 >= c->height)
		return;
	draw_line(c, "", "%s  %s%s%s", dg_record_name(r), dg_verdict_text(dg_record_verdict(r)),
		  zone != NULL ? "  zone " : "", zone != NULL ? zone : "");
	if (trouble != NULL)
		draw_line(c, v->colour ? YELLOW : "", "  %s", trouble);
	if (dg_record_rows(r) > 0) {
		draw_line(c, "", "  %-24s %-15s %-8s %10s %5s", "server", "address", "state",
			  "last seen", "conf.");
		draw_rows(v, c, r, now);
	}
}

static void draw_table(struct view *v, const struct dg_gate *gate, dg_ms now)
{
	struct canvas c = {.text = malloc(CANVAS)};
	char span[32], up[24];
	int pass;
	size_t i;

	if (c.text == NULL)
		return;
	window_size(&c);
	if (v->drawn > 0) {
		snprintf(up, sizeof(up), "\033[%uA\r", v->drawn);
		draw(&c, up);
	}
	draw_line(&c, "", "dns01gate: %s of at most %.0f s", describe_span(now, span),
		  (double)v->options->timeout / 1000);
	/* What is waited for first. */
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < dg_gate_records(gate); i++) {
			const struct dg_record *r = dg_gate_record(gate, i);

			if ((dg_record_verdict(r) == DG_WAITING) == (pass == 0))
				draw_record(v, &c, r, now);
		}
	}
	draw(&c, "\033[J");
	say_raw(c.text, c.len);
	v->drawn = c.lines;
	free(c.text);
}

void table_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event)
{
	bool often = v->drawn > 0 && event->elapsed - v->redrawn < REDRAW_MS;

	if (v->drawn == 0 && event->elapsed < AT_ONCE_MS)
		return;
	if (often && event->kind != DG_EVENT_TICK && event->kind != DG_EVENT_VERDICT)
		return;
	draw_table(v, gate, event->elapsed);
	v->redrawn = event->elapsed;
}
