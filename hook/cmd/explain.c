/* SPDX-License-Identifier: ISC */
/* dns01gate explain [FINDING]...: what a finding means, and what to do about it. */
#include <stdio.h>

#include "input/command.h"
#include "run.h"
#include "show/finding_text.h"
#include "system/say.h"

static void print_list(void)
{
	const struct finding_text *f;
	size_t i;

	for (i = 0; (f = finding_at(i)) != NULL; i++)
		printf("%s  %-22s %s\n", f->id, f->code, f->title);
}

static int run(const struct options *options, const struct operands *operands)
{
	size_t i;

	(void)options;
	for (i = 1; i < operands->count; i++) {
		if (finding_find(operands->text[i]) == NULL) {
			say("\"%.200s\" is no finding; dns01gate explain lists them all",
			    operands->text[i]);
			return EXIT_USAGE;
		}
	}
	if (operands->count == 1)
		print_list();
	for (i = 1; i < operands->count; i++) {
		const struct finding_text *f = finding_find(operands->text[i]);

		printf("%s%s %s (%s)\n%s\n\n", i > 1 ? "\n" : "", f->id, f->code, f->severity,
		       f->title);
		finding_wrap(stdout, 0, f->text);
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
