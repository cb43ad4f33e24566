/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "input/command.h"
#include "run.h"
#include "system/clock.h"
#include "system/descriptors.h"
#include "system/guard.h"
#include "system/say.h"
#include "system/signals.h"

/* No socket may get the number of a standard stream that the caller closed; writing to one stays an
 * error. */
static bool open_standard_streams(void)
{
	int fd;

	do
		fd = descriptors_empty();
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int act(const struct options *options, const struct operands *operands)
{
	const struct command *command = command_of(operands);
	struct dg_error err = {0};
	struct plan plan = {0};
	int status;

	if (options->help)
		return options_help(stdout) ? EXIT_VISIBLE : EXIT_INTERNAL;
	if (options->version)
		return printf("dns01gate %s\n", dg_version()) > 0 && fflush(stdout) == 0
			   ? EXIT_VISIBLE
			   : EXIT_INTERNAL;
	if (command != NULL && command->run != NULL)
		return command->run(options, operands);
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

	if (!open_standard_streams()) {
		say("no descriptor is available: %s", strerror(errno));
		return EXIT_INTERNAL;
	}
	if (!guard_start()) {
		say("no thread is available: %s", strerror(errno));
		return EXIT_INTERNAL;
	}
	signals_outlive_file_limit();
	descriptors_raise();
	guard_doing("reading the options");
	if (options_read(&options, &operands, argc, argv, &err) != DG_OK)
		return run_failed(&err);
	if (options.log == LOG_SYSLOG)
		say_to_syslog();
	guard_until(clock_after_start(options.gate.timeout));
	guard_doing(NULL);
	status = act(&options, &operands);
	options_free(&options, &operands);
	guard_status(status);
	say_end();
	return status;
}
