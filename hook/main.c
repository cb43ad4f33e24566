/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "adapter.h"
#include "call.h"
#include "challenge_name.h"
#include "explain.h"
#include "render.h"
#include "run.h"
#include "say.h"
#include "validate.h"

/* No socket may get the number of a standard stream that the caller closed; writing to one stays an
 * error. */
static bool open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Each question has a socket of its own; a run over many names has many in flight. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 4096)
		return;
	limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int act(const struct options *options, const struct operands *operands)
{
	struct dg_error err = {0};
	struct plan plan = {0};
	int status;

	if (options->help)
		return options_help(stdout) ? EXIT_VISIBLE : EXIT_INTERNAL;
	if (options->version)
		return printf("dns01gate %s\n", dg_version()) > 0 && fflush(stdout) == 0
			   ? EXIT_VISIBLE
			   : EXIT_INTERNAL;
	if (operand_is(operands, 0, "explain"))
		return explain(operands);
	if (operand_is(operands, 0, "name"))
		return challenge_name(options, operands);
	if (operand_is(operands, 0, "validate"))
		return validate(options, operands);
	if (operand_is(operands, 0, "render"))
		return render(operands);
	if (plan_make(&plan, options, operands, &err) != DG_OK)
		return run_failed(&err);
	status = call_run(options, operands, &plan);
	plan_free(&plan);
	return status;
}

int main(int argc, char **argv)
{
	struct dg_error err = {0};
	struct options options;
	struct operands operands;
	int status;

	if (!open_standard_streams())
		return EXIT_INTERNAL;
	raise_descriptor_limit();
	if (options_read(&options, &operands, argc, argv, &err) != DG_OK)
		return run_failed(&err);
	if (options.syslog)
		say_to_syslog();
	status = act(&options, &operands);
	options_free(&options, &operands);
	return status;
}
