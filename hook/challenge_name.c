/* SPDX-License-Identifier: ISC */
#include "challenge_name.h"

#include <stdlib.h>

#include "run.h"
#include "say.h"

int challenge_name(const struct options *options, const struct operands *operands)
{
	struct dg_error err = {0};
	char *name = NULL;

	if (operands->count != 2) {
		say("name takes one domain");
		return EXIT_USAGE;
	}
	if (dg_challenge_name(&name, operands->text[1], options->account, &err) != DG_OK)
		return run_failed(&err);
	puts(name);
	free(name);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_VISIBLE;
	say("cannot write to stdout");
	return EXIT_INTERNAL;
}
