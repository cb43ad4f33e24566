/* SPDX-License-Identifier: ISC */
#include "command.h"

#include <string.h>

#include "command_list.h"

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct command *command_of(const struct operands *operands)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (commands[i]->name != NULL && operand_is(operands, 0, commands[i]->name))
			return commands[i];
	for (i = 0; i < COMMANDS; i++)
		if (commands[i]->claims != NULL && commands[i]->claims(operands))
			return commands[i];
	return NULL;
}

const char *command_usage(size_t i)
{
	const struct command *next = NULL;
	int after = -1;
	size_t k;

	/* The i-th by place. */
	for (; i < COMMANDS; after = next->place) {
		next = NULL;
		for (k = 0; k < COMMANDS; k++)
			if (commands[k]->place > after &&
			    (next == NULL || commands[k]->place < next->place))
				next = commands[k];
		if (next == NULL || i-- == 0)
			break;
	}
	return next == NULL ? NULL : next->usage;
}

enum dg_status plan_make(struct plan *ret_plan, const struct options *options,
			 const struct operands *operands, struct dg_error *err)
{
	const struct command *command = command_of(operands);
	struct plan plan = {0};
	enum dg_status status;

	if (command == NULL && operands->count == 0)
		return dg_fail(err, DG_EINVAL, "nothing to do; see dns01gate --help");
	if (command == NULL || command->plan == NULL)
		return dg_fail(err, DG_EINVAL, "unknown subcommand \"%.200s\"", operands->text[0]);
	status = command->plan(options, operands, &plan, err);
	plan.own = plan.count;
	plan.caller = command->caller != NULL ? command->caller : command->name;
	if (status == DG_OK)
		*ret_plan = plan;
	else
		plan_free(&plan);
	return status;
}
