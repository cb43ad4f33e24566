/* SPDX-License-Identifier: ISC */
/*
 * The live table as text: rows and a window's size in, lines out, without a terminal. Whatever the
 * size, no line is wider than the window less one cell (the last one makes some terminals wrap),
 * and there are fewer lines than rows, so that the cursor has one below the table.
 */
#ifndef VIEW_LAYOUT_H
#define VIEW_LAYOUT_H

#include "dns01gate.h"

/* Wider windows are not filled. */
#define LAYOUT_CELLS 300
#define LAYOUT_LINES 200

/* The meaning of a line's colour; its words say the same. */
enum layout_tone { TONE_PLAIN, TONE_GOOD, TONE_WAIT, TONE_BAD };

struct layout_record {
	const char *name;
	const char *zone;    /* or NULL */
	const char *trouble; /* what it waits for while nothing can be asked, or NULL */
	enum dg_verdict verdict;
	const struct dg_row *row;
	size_t nrows;
};

struct layout_input {
	size_t width, height; /* of the window */
	bool utf8;            /* it shows UTF-8 */
	dg_ms elapsed, timeout;
	const struct layout_record *record;
	size_t nrecords;
};

struct layout_line {
	/* Printable ASCII, except for a symbol of one cell at its start where UTF-8 is allowed. */
	char text[LAYOUT_CELLS + 4];
	size_t cells;
	enum layout_tone tone;
};

struct layout {
	struct layout_line line[LAYOUT_LINES];
	size_t count;
};

void layout_make(struct layout *ret_layout, const struct layout_input *input);

/* The rows of a window of this width that lines of so many cells take, had the terminal wrapped
 * them. */
size_t layout_rows_taken(const size_t *cells, size_t count, size_t width);

/* Copies text into out, which holds size octets, cut to a width by "..." at its end, or in its
 * middle; octets that are not printable ASCII become "?". Returns the length. */
enum layout_cut { CUT_END, CUT_MIDDLE };
size_t layout_fit(char *out, size_t size, const char *text, size_t width, enum layout_cut cut);

#endif
