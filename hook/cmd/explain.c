/* SPDX-License-Identifier: ISC */
/* dns01gate explain [FINDING]...: what a finding means, and what to do about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "input/command.h"
#include "run.h"
#include "system/say.h"

#define WIDTH 78

struct finding_text {
	const char *id;       /* "F-37" */
	const char *code;     /* a word for it */
	const char *severity; /* those that it may have */
	const char *title;
	const char *text;
};

/* In the order of their ids. */
static const struct finding_text finding_table[] = {
#define FINDING(id, code, severities, title, text) {id, code, severities, title, text},
#include "findings.def"
#undef FINDING
};

static const size_t finding_count = sizeof(finding_table) / sizeof(finding_table[0]);

/* Takes its id, "F-37", also without the letter, or its code; in any case. */
static const struct finding_text *find(const char *text)
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

/* Breaks lines at blanks. */
static void print_text(const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column > 0 && column + 1 + len > WIDTH) {
			putchar('\n');
			column = 0;
		}
		printf("%s%.*s", column > 0 ? " " : "", (int)len, text);
		column += len + (column > 0);
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_list(void)
{
	size_t i;

	for (i = 0; i < finding_count; i++)
		printf("%s  %-22s %s\n", finding_table[i].id, finding_table[i].code,
		       finding_table[i].title);
}

static int run(const struct options *options, const struct operands *operands)
{
	size_t i;

	(void)options;
	for (i = 1; i < operands->count; i++) {
		if (find(operands->text[i]) == NULL) {
			say("\"%.200s\" is no finding; dns01gate explain lists them all",
			    operands->text[i]);
			return EXIT_USAGE;
		}
	}
	if (operands->count == 1)
		print_list();
	for (i = 1; i < operands->count; i++) {
		const struct finding_text *f = find(operands->text[i]);

		printf("%s%s %s (%s)\n%s\n\n", i > 1 ? "\n" : "", f->id, f->code, f->severity,
		       f->title);
		print_text(f->text);
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_VISIBLE;
	say("cannot write to stdout");
	return EXIT_INTERNAL;
}

const struct command command_explain = {
    .name = "explain",
    .place = 50,
    .usage = "explain [FINDING]...   (what F-37 means; without: all findings)",
    .options_follow = true,
    .run = run,
};
