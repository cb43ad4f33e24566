/* SPDX-License-Identifier: ISC */
/* A page of HTML, well-formed as XML too, that grows in memory. What goes into it with %s is
 * escaped, so nothing that came from elsewhere can become markup. */
#ifndef HTML_H
#define HTML_H

#include <stdbool.h>
#include <stddef.h>

struct html {
	char *text;
	size_t len, room;
	bool failed; /* memory ran out; what was written since is lost */
};

/* Adds text as it is, for what the program wrote itself. */
void html_raw(struct html *h, const char *text);

/* Adds text escaped, for content and attribute values alike. Control characters, and those that
 * reverse or hide what stands beside them, become "\uXXXX", readable. */
void html_text(struct html *h, const char *text);

/* Adds `format` as it is, except for %s, text that is escaped; %d, an int; %f, a double with two
 * decimals; %%, a per cent sign. */
void html(struct html *h, const char *format, ...);

#endif
