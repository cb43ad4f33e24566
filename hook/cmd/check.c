/* SPDX-License-Identifier: ISC */
/* dns01gate check NAME [VALUE]...: one look, with everything that can be told about it. */
#include <stdlib.h>
#include <string.h>

#include "input/command.h"

/* A domain stands for its challenge name; what begins with "_" is the name itself. */
static enum dg_status add(struct plan *plan, const char *name, const char *value,
			  struct dg_error *err)
{
	enum dg_status status;

	if (name[0] == '_')
		return plan_add(plan, name, value, err);
	status = plan_add_challenge(plan, name, value, err);
	if (status == DG_OK)
		plan->pair[plan->count - 1].plain = !plan->pair[plan->count - 1].wildcard;
	return status;
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	(void)options;
	if (operands->count < 2)
		return dg_fail(err, DG_EINVAL, "check needs a name");
	plan->act = ACT_LOOK;
	if (operands->count == 2)
		return add(plan, operands->text[1], NULL, err);
	for (i = 2; i < operands->count && status == DG_OK; i++)
		status = add(plan, operands->text[1], operands->text[i], err);
	return status;
}

const struct command command_check = {
    .name = "check",
    .place = 20,
    .usage = "check [OPTIONS] NAME [VALUE]...   (look once, diagnose, explain)",
    .options_follow = true,
    .plan = plan,
};
