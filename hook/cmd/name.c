/* SPDX-License-Identifier: ISC */
/* dns01gate name DOMAIN: where the challenge record of a domain belongs. */
#include <stdio.h>
#include <stdlib.h>

#include "input/command.h"
#include "run.h"
#include "system/say.h"

static int run(const struct options *options, const struct operands *operands)
{
	struct dg_error err = {0};
	char *name = NULL;

	if (operands->count != 2) {
		say("name takes one domain");
		return EXIT_USAGE;
	}
	if (plan_check_name(operands->text[1], NULL, &err) != DG_OK ||
	    dg_challenge_name(&name, operands->text[1], options->gate.account, &err) != DG_OK)
		return run_failed(&err);
	puts(name);
	free(name);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_VISIBLE;
	say("cannot write to stdout");
	return EXIT_INTERNAL;
}

const struct command command_name = {
    .name = "name",
    .place = 40,
    .usage = "name [OPTIONS] DOMAIN   (the name of its challenge record)",
    .options_follow = true,
    .run = run,
};
