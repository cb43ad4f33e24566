/* SPDX-License-Identifier: ISC */
/* The texts of lib/findings.def: what a finding means, and what to do about it. */
#ifndef FINDING_TEXT_H
#define FINDING_TEXT_H

#include <stdio.h>

struct finding_text {
	const char *id;       /* "F-37" */
	const char *code;     /* a word for it */
	const char *severity; /* those that it may have */
	const char *title;
	const char *text;
};

/* Finds one by its id, "F-37", also without the letter, or by its code; in any case. NULL: there is
 * none. */
const struct finding_text *finding_find(const char *text);

/* The one at `i`, from 0, in the order of their ids; NULL beyond the last. */
const struct finding_text *finding_at(size_t i);

/* Writes a text and a newline, broken at blanks into lines of at most FINDING_WIDTH columns, with
 * so many blanks before each. */
#define FINDING_WIDTH 78
void finding_wrap(FILE *to, size_t indent, const char *text);

#endif
