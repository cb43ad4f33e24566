/* SPDX-License-Identifier: ISC */
#include "finding_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* In the order of their ids. */
static const struct finding_text finding_table[] = {
#define FINDING(id, code, severities, title, text) {id, code, severities, title, text},
#include "findings.def"
#undef FINDING
};

static const size_t finding_count = sizeof(finding_table) / sizeof(finding_table[0]);

const struct finding_text *finding_at(size_t i)
{
	return i < finding_count ? &finding_table[i] : NULL;
}

const struct finding_text *finding_find(const char *text)
{
	const char *number = text;
	size_t i;

	if (*number == 'F' || *number == 'f')
		number += number[1] == '-' ? 2 : 1;
	if (*number == '\0' || strlen(number) > 4 || strspn(number, "0123456789") != strlen(number))
		number = NULL;
	for (i = 0; i < finding_count; i++) {
		const struct finding_text *f = &finding_table[i];

		if (strcasecmp(text, f->code) == 0 ||
		    (number != NULL && atoi(number) == atoi(f->id + strlen("F-"))))
			return f;
	}
	return NULL;
}

void finding_wrap(FILE *to, size_t indent, const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column > 0 && column + 1 + len > FINDING_WIDTH) {
			putc('\n', to);
			column = 0;
		}
		if (column == 0)
			column = (size_t)fprintf(to, "%*s", (int)indent, "");
		else
			column += (size_t)fprintf(to, " ");
		column += (size_t)fprintf(to, "%.*s", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
	putc('\n', to);
}
