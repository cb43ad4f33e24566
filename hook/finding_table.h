/* SPDX-License-Identifier: ISC */
/* The causes of failure that the report knows, in words for a person. */
#ifndef FINDING_TABLE_H
#define FINDING_TABLE_H

#include <stddef.h>

struct finding_text {
	const char *id;       /* "F-37" */
	const char *code;     /* a word for it */
	const char *severity; /* those that it may have */
	const char *title;
	const char *text;
};

/* In the order of their ids. */
extern const struct finding_text finding_table[];
extern const size_t finding_count;

#endif
