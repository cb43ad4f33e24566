/* SPDX-License-Identifier: ISC */
/*
 * Options from all three places, and what clients make of the operands behind them: a line of the
 * input is a word of the command line, or a variable when it begins with DNS01GATE_, CERTBOT_ or
 * the like; what comes after an empty line is the config file. What was read is in range; what is
 * wrong is told, and nothing is left of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/command.h"
#include "input.h"

#define WORDS 24

static char *names[WORDS];
static size_t nnames;

/* "NAME=VALUE" of a variable that somebody heeds. */
static bool set_variable(char *line)
{
	static const char *const prefixes[] = {"DNS01GATE_", "CERTBOT_", "LEGO_", "MD_", "HOOK_"};
	char *equals = strchr(line, '=');
	size_t i;

	for (i = 0; equals != NULL && i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(line, prefixes[i], strlen(prefixes[i])) != 0 || nnames == WORDS)
			continue;
		/* That file would be any of this machine's. */
		if (strncmp(line, "DNS01GATE_CONFIG=", 17) == 0)
			return true;
		*equals = '\0';
		names[nnames] = strdup(line);
		must(names[nnames] != NULL && setenv(names[nnames], equals + 1, 1) == 0, "memory");
		nnames++;
		return true;
	}
	return false;
}

static void unset_variables(void)
{
	while (nnames > 0) {
		unsetenv(names[--nnames]);
		free(names[nnames]);
	}
}

static void check_plan(const struct options *o, const struct operands *operands)
{
	struct plan plan = {0};
	struct dg_error err = {0};
	enum dg_status status = plan_make(&plan, o, operands, &err);
	size_t i;

	if (status != DG_OK) {
		must(err.text[0] != '\0', "a call is wrong, and why?");
		return;
	}
	must(plan.own <= plan.count, "more of its own than there are");
	must(plan.order == NULL || plan.remaining >= 0, "less than no calls to come");
	for (i = 0; i < plan.count; i++)
		must(plan.pair[i].name != NULL && plan.pair[i].name[0] != '\0', "no name");
	plan_free(&plan);
}

static void check_options(const struct options *o)
{
	must(o->gate.timeout >= 0 && o->settle >= 0 && o->gate.confirm_interval >= 0,
	     "a negative time");
	must(o->gate.confirmations >= 1 && o->gate.confirmations <= 1000,
	     "how many confirmations?");
	must(o->gate.port >= 1 && o->gate.port <= 65535, "which port?");
	must(o->gate.ipv4 || o->gate.ipv6, "no family at all");
	must(o->gate.now >= -1, "a time before all times");
	must(o->exec.count == 0 || o->rfc2136 == NULL, "published in two ways");
}

static void read_all(int argc, char **argv)
{
	struct operands operands;
	struct options options;
	struct dg_error err = {0};
	size_t i;

	if (options_read(&options, &operands, argc, argv, &err) != DG_OK) {
		must(err.text[0] != '\0' && strlen(err.text) < sizeof(err.text),
		     "something is wrong, and what?");
		return;
	}
	check_options(&options);
	must(operands.count < (size_t)argc, "more operands than words");
	must(operands.literal == SIZE_MAX || operands.literal <= operands.count,
	     "literal beyond the end");
	for (i = 0; i < operands.count; i++)
		must(operands.text[i] != NULL, "no operand");
	if (!options.help && !options.version)
		check_plan(&options, &operands);
	options_free(&options, &operands);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char program[] = "dns01gate", config[] = "--config";
	static bool begun;
	struct input in = {.data = data, .size = size};
	char *argv[WORDS + 4] = {program}, *file = NULL;
	int argc = 1, i;

	/* Where pairs might be read from. */
	if (!begun)
		must(freopen("/dev/null", "r", stdin) != NULL, "no /dev/null");
	begun = true;
	while (input_left(&in) > 0 && argc < WORDS) {
		char *line = input_line(&in);

		if (line[0] == '\0' || strncmp(line, config, sizeof(config) - 1) == 0 ||
		    set_variable(line)) {
			bool empty = line[0] == '\0';

			free(line);
			if (empty)
				break;
			continue;
		}
		argv[argc++] = line;
	}
	file = strdup(input_file(in.data + in.pos, input_left(&in)));
	/* In front, where it is an option for sure. */
	memmove(argv + 3, argv + 1, (size_t)(argc - 1) * sizeof(argv[0]));
	argv[1] = config;
	argv[2] = file;
	argc += 2;
	if (input_left(&in) == 0) {
		/* A config file with nothing in it. */
		input_file("{}", 2);
	}
	read_all(argc, argv);
	unset_variables();
	for (i = 3; i < argc; i++)
		free(argv[i]);
	free(file);
	return 0;
}
