/* SPDX-License-Identifier: ISC */
/*
 * From top to bottom: what is waited for, and until when; then for each record, those that are
 * waited for first, its name and verdict, and a row for each address, those that lack the record
 * first.
 *
 * When there is not room for all: every record keeps its name as long as half of the lines are left
 * for rows, rows that show the record go before rows that do not, and columns go from the least
 * telling on (last seen, confirmations, what was said, address). The state stays.
 */
#include "view_layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "describe.h"

#define STATE_CELLS 8
#define MARK_CELLS 2
/* "  12.3 s ago" and "  3/3" */
#define SEEN_CELLS 12
#define CONFIRMED_CELLS 6
/* Narrower windows do without when and how often, and without what was said. */
#define WIDE 72
#define MIDDLING 56
#define LEAST_DETAIL 12
#define LEAST_ADDRESS 24
#define LEAST_WAIT 30
/* Lower windows do without the names of the columns. */
#define HIGH 8
#define TEXT_MAX 1200

#define DOTS "..."

/* How the table's columns are cut; 0: the column is left out. */
struct columns {
	size_t server, address, seen, confirmed, detail;
};

struct maker {
	struct layout *out;
	const struct layout_input *in;
	size_t width, lines; /* to be kept to */
	struct columns columns;
	bool names_wanted; /* of the columns, above the first row */
};

size_t layout_fit(char *out, size_t size, const char *text, size_t width, enum layout_cut cut)
{
	size_t len = strlen(text), head, tail = 0, i;

	if (width > size - 1)
		width = size - 1;
	head = len;
	if (len > width) {
		size_t dots = width < 4 ? 0 : 3;

		tail = cut == CUT_MIDDLE ? (width - dots) / 2 : 0;
		head = width - dots - tail;
		memcpy(out + head, DOTS, dots);
		memcpy(out + head + dots, text + len - tail, tail);
		len = width;
	}
	memcpy(out, text, head);
	for (i = 0; i < len; i++)
		if (out[i] < 0x20 || out[i] > 0x7e)
			out[i] = '?';
	out[len] = '\0';
	return len;
}

size_t layout_rows_taken(const size_t *cells, size_t count, size_t width)
{
	size_t rows = 0, i;

	for (i = 0; i < count; i++)
		rows += cells[i] <= width ? 1 : (cells[i] + width - 1) / width;
	return rows;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool has_room(const struct maker *m, size_t lines)
{
	return m->out->count + lines <= m->lines;
}

static void add_line(struct maker *m, enum layout_tone tone, const char *format, ...)
    DG_PRINTF(3, 4);

static void add_line(struct maker *m, enum layout_tone tone, const char *format, ...)
{
	char text[TEXT_MAX];
	struct layout_line *l;
	size_t len;
	va_list args;

	if (!has_room(m, 1))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	l = &m->out->line[m->out->count++];
	l->tone = tone;
	for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
	l->cells = layout_fit(l->text, sizeof(l->text), text, m->width, CUT_END);
}

/* The mark that stands before a row in the blank that is left for it. */
static void add_mark(struct maker *m, const char *mark)
{
	struct layout_line *l = &m->out->line[m->out->count - 1];
	size_t len = strlen(mark);

	if (!m->in->utf8 || l->cells == 0)
		return;
	memmove(l->text + len, l->text + 1, strlen(l->text));
	memcpy(l->text, mark, len);
}

/* ---- what is waited for ---------------------------------------------------------------------- */

static const struct layout_record *first_waiting(const struct layout_input *in)
{
	size_t i;

	for (i = 0; i < in->nrecords; i++)
		if (in->record[i].verdict == DG_VERDICT_WAITING)
			return &in->record[i];
	return NULL;
}

static bool is_missing(const struct dg_row *row)
{
	return row->required && !row->showing;
}

static void say_record_wait(const struct layout_record *r, char *buf, size_t size)
{
	const struct dg_row *first = NULL;
	size_t missing = 0, i, len;

	for (i = 0; i < r->nrows; i++) {
		if (!is_missing(&r->row[i]))
			continue;
		if (first == NULL)
			first = &r->row[i];
		missing++;
	}
	if (r->trouble != NULL) {
		snprintf(buf, size, "%s", r->trouble);
	} else if (first != NULL) {
		snprintf(buf, size, "waiting for ");
		len = strlen(buf);
		describe_row(first, buf + len, size - len);
		len = strlen(buf);
		if (missing > 1)
			snprintf(buf + len, size - len, " and %zu more", missing - 1);
	} else if (r->nrows > 0) {
		snprintf(buf, size, "all show it; waiting for more answers in a row");
	} else {
		snprintf(buf, size, "looking for the name servers");
	}
}

static void add_title(struct maker *m)
{
	const struct layout_input *in = m->in;
	const struct layout_record *r = first_waiting(in);
	dg_ms left = in->timeout > in->elapsed ? in->timeout - in->elapsed : 0;
	char wait[TEXT_MAX], cut[LAYOUT_CELLS + 1], until[64], span[32];

	if (r == NULL) {
		add_line(m, TONE_PLAIN, "done after %s", describe_span(in->elapsed, span));
		return;
	}
	say_record_wait(r, wait, sizeof(wait));
	snprintf(until, sizeof(until), "gives up in %s", describe_span(left, span));
	if (strlen(wait) + 2 + strlen(until) <= m->width || m->lines < HIGH) {
		size_t room = m->width > strlen(until) + 2 ? m->width - strlen(until) - 2 : 0;

		/* The name that is waited for says more than the time. */
		if (room < LEAST_WAIT) {
			add_line(m, TONE_PLAIN, "%s", wait);
			return;
		}
		layout_fit(cut, sizeof(cut), wait, room, CUT_END);
		add_line(m, TONE_PLAIN, "%s; %s", cut, until);
		return;
	}
	add_line(m, TONE_PLAIN, "%s;", wait);
	add_line(m, TONE_PLAIN, "%s", until);
}

/* ---- records --------------------------------------------------------------------------------- */

static void add_head(struct maker *m, const struct layout_record *r)
{
	const char *verdict = dg_verdict_text(r->verdict), *zone = r->zone;
	size_t required = 0, showing = 0, room, len, i;
	char name[LAYOUT_CELLS + 1], count[64] = "";

	for (i = 0; i < r->nrows; i++) {
		required += r->row[i].required;
		showing += r->row[i].required && r->row[i].showing;
	}
	if (required > 0)
		snprintf(count, sizeof(count), "  %zu of %zu show it", showing, required);
	room = strlen(verdict) + 2 + strlen(count);
	/* The name is worth more than the count, which the rows give. */
	if (room + strlen(r->name) > m->width && room + 40 > m->width) {
		count[0] = '\0';
		room = strlen(verdict) + 2;
	}
	room = m->width > room + 4 ? m->width - room : 4;
	len = layout_fit(name, sizeof(name), r->name, room, CUT_MIDDLE);
	add_line(m, r->verdict == DG_VERDICT_VISIBLE ? TONE_GOOD : TONE_PLAIN, "%s  %s%s%s%s", name,
		 verdict, count, zone != NULL && strlen(zone) + 7 + len <= room ? "  zone " : "",
		 zone != NULL && strlen(zone) + 7 + len <= room ? zone : "");
}

static const char *row_server(const struct dg_row *row)
{
	if (row->server != NULL)
		return row->server;
	return row->recursive ? "resolver" : "";
}

/* Widens a column to its longest text, as far as there is room. */
static size_t take(size_t *room, size_t expected, size_t most)
{
	size_t cells = expected < most ? expected : most;

	if (cells > *room)
		cells = *room;
	*room -= cells;
	return cells;
}

static struct columns plan_columns(const struct maker *m)
{
	size_t server = 6, address = 7, room = m->width, fixed = MARK_CELLS + 1 + STATE_CELLS, i, k;
	struct columns c = {0};

	for (i = 0; i < m->in->nrecords; i++) {
		const struct layout_record *r = &m->in->record[i];

		for (k = 0; k < r->nrows; k++) {
			size_t s = strlen(row_server(&r->row[k])), a = strlen(r->row[k].address);

			server = s > server ? s : server;
			address = a > address ? a : address;
		}
	}
	room = room > fixed + 4 ? room - fixed : 4;
	if (m->width >= WIDE) {
		c.seen = take(&room, SEEN_CELLS, SEEN_CELLS);
		c.confirmed = take(&room, CONFIRMED_CELLS, CONFIRMED_CELLS);
	}
	if (m->width >= MIDDLING)
		c.detail = take(&room, LEAST_DETAIL, LEAST_DETAIL);
	if (room >= LEAST_ADDRESS) {
		room--;
		/* If they do not fit, a part that takes more than half is cut. */
		c.address = take(&room, address, server <= room / 2 ? room - server : room / 2);
	}
	c.server = take(&room, server, room);
	if (c.detail > 0)
		c.detail += room;
	return c;
}

static enum layout_tone tone_of(const struct dg_row *row)
{
	if (!row->required || row->state == DG_STATE_UNASKED)
		return TONE_PLAIN;
	if (row->state == DG_STATE_PRESENT)
		return TONE_GOOD;
	return row->state == DG_STATE_ABSENT || row->state == DG_STATE_OTHER ? TONE_WAIT : TONE_BAD;
}

static const char *mark_of(const struct dg_row *row)
{
	if (!row->required || row->state == DG_STATE_UNASKED)
		return " ";
	return row->showing ? "\342\234\223" : "\342\234\227";
}

static void add_row(struct maker *m, const struct dg_row *row)
{
	const struct columns *c = &m->columns;
	char server[LAYOUT_CELLS + 1], address[LAYOUT_CELLS + 1], detail[LAYOUT_CELLS + 1] = "";
	char seen[32] = "-", confirmed[24], says[DETAIL_TEXT + 300], answer[DETAIL_TEXT];
	unsigned got = row->confirmations < row->needed ? row->confirmations : row->needed;

	/* Without a column for addresses, a server that has no name shows its address. */
	layout_fit(server, sizeof(server),
		   c->address == 0 && row->server == NULL ? row->address : row_server(row),
		   c->server, CUT_MIDDLE);
	layout_fit(address, sizeof(address), row->address, c->address, CUT_MIDDLE);
	if (row->last_answer >= 0)
		snprintf(seen, sizeof(seen), "%.1f s ago",
			 (double)(m->in->elapsed - row->last_answer) / 1000);
	snprintf(confirmed, sizeof(confirmed), "%u/%u", got, row->needed);
	snprintf(says, sizeof(says), "%s%s%s",
		 row->detail[0] != '\0' ? describe_answer(row, answer) : "",
		 row->target != NULL ? " -> " : "", row->target != NULL ? row->target : "");
	if (c->detail > 0)
		layout_fit(detail, sizeof(detail), says, c->detail - 1, CUT_END);
	add_line(m, tone_of(row), "  %-*s%s%-*s %-8s%s%*s%s%*s%s%s", (int)c->server, server,
		 c->address > 0 ? " " : "", (int)c->address, address,
		 row->required ? dg_state_text(row->state) : "left out", c->seen > 0 ? " " : "",
		 c->seen > 0 ? (int)c->seen - 1 : 0, c->seen > 0 ? seen : "",
		 c->confirmed > 0 ? " " : "", c->confirmed > 0 ? (int)c->confirmed - 1 : 0,
		 c->confirmed > 0 ? confirmed : "", detail[0] != '\0' ? " " : "", detail);
	add_mark(m, mark_of(row));
}

static void add_column_names(struct maker *m)
{
	const struct columns *c = &m->columns;

	add_line(m, TONE_PLAIN, "  %-*.*s%s%-*.*s %-8s%*s%*s%s", (int)c->server, (int)c->server,
		 "server", c->address > 0 ? " " : "", (int)c->address, (int)c->address, "address",
		 "state", (int)c->seen, c->seen > 0 ? "last seen" : "", (int)c->confirmed,
		 c->confirmed > 0 ? "conf." : "", c->detail > 0 ? " says" : "");
}

/* Prints as many rows as there is room for; the last line says how many are left out. */
static void add_rows(struct maker *m, const struct layout_record *r, size_t room)
{
	size_t shown = 0, most = r->nrows, i;
	int pass;

	if (r->nrows > room)
		most = room >= 3 ? room - 1 : room;
	for (pass = 0; pass < 3; pass++) {
		for (i = 0; i < r->nrows && shown < most; i++) {
			const struct dg_row *row = &r->row[i];
			/* What is left out is told last. */
			int rank = is_missing(row) ? 0 : row->required ? 1 : 2;

			if (rank == pass) {
				add_row(m, row);
				shown++;
			}
		}
	}
	if (shown < r->nrows && shown < room)
		add_line(m, TONE_PLAIN, "  and %zu more", r->nrows - shown);
}

/* The title has the trouble of the first already. */
static bool has_trouble(const struct maker *m, const struct layout_record *r)
{
	return r->trouble != NULL && r != first_waiting(m->in);
}

/* The lines that a record's rows and trouble would fill. */
static size_t lines_wanted(const struct maker *m, const struct layout_record *r)
{
	return r->nrows + has_trouble(m, r);
}

static void add_record(struct maker *m, const struct layout_record *r, size_t room)
{
	add_head(m, r);
	if (has_trouble(m, r) && room > 0) {
		add_line(m, TONE_WAIT, "  %s", r->trouble);
		room--;
	}
	if (r->nrows > 0 && m->names_wanted) {
		add_column_names(m);
		m->names_wanted = false;
	}
	add_rows(m, r, room);
}

static void add_records(struct maker *m)
{
	const struct layout_input *in = m->in;
	size_t room = m->lines - m->out->count - m->names_wanted, names = in->nrecords, done = 0, i;
	int pass;

	/* A line that says how many names are left out is one of them. */
	if (names > 1 && names > room / 2)
		names = room / 2 > 1 ? room / 2 : 1;
	room -= names < room ? names : room;
	if (names < in->nrecords && room > 1)
		room--;
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < in->nrecords && done < names; i++) {
			const struct layout_record *r = &in->record[i];
			size_t lines = lines_wanted(m, r);

			if ((r->verdict == DG_VERDICT_WAITING) != (pass == 0))
				continue;
			lines = lines < room ? lines : room;
			add_record(m, r, lines);
			room -= lines;
			done++;
		}
	}
	if (done < in->nrecords)
		add_line(m, TONE_PLAIN, "and %zu more names", in->nrecords - done);
}

void layout_make(struct layout *ret_layout, const struct layout_input *input)
{
	struct maker m = {.out = ret_layout, .in = input};
	size_t i;

	m.width = input->width > LAYOUT_CELLS ? LAYOUT_CELLS : input->width;
	m.width = m.width > 1 ? m.width - 1 : 1;
	m.lines = input->height > LAYOUT_LINES ? LAYOUT_LINES : input->height;
	m.lines = m.lines > 1 ? m.lines - 1 : 1;
	m.columns = plan_columns(&m);
	for (i = 0; i < input->nrecords; i++)
		m.names_wanted = m.names_wanted || (m.lines > HIGH && input->record[i].nrows > 0);
	ret_layout->count = 0;
	add_title(&m);
	add_records(&m);
}
