/* SPDX-License-Identifier: ISC */
/*
 * uacme: "begin TYPE IDENT TOKEN AUTH" for each type of challenge in turn until one is accepted by
 * status 0, then "done" or "failed" with the same. For dns-01, AUTH is the record's value. After a
 * begin that was not accepted it calls neither.
 */
#include <string.h>

#include "input/command.h"

static bool claims(const struct operands *operands)
{
	return operand_is(operands, 0, "begin") || operand_is(operands, 0, "done") ||
	       operand_is(operands, 0, "failed");
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	bool begin = operand_is(operands, 0, "begin");
	enum dg_status status = operands_follow(operands, 0, "TYPE IDENT TOKEN AUTH", err);

	if (status != DG_OK)
		return status;
	if (!operand_is(operands, 1, "dns-01")) {
		/* Quietly: uacme tells, and it is nothing that is wrong. */
		plan->act = begin && options->exec.count == 0 ? ACT_DECLINE : ACT_NOTHING;
		plan->decline = 1;
		return DG_OK;
	}
	plan->act = begin ? ACT_ADD : ACT_REMOVE;
	plan->takes_back = true;
	plan->undo = "failed";
	return plan_add_challenge(plan, operands->text[2], operands->text[4], err);
}

const struct command command_uacme = {
    .caller = "uacme",
    .claims = claims,
    .place = 100,
    .usage = "[OPTIONS] begin|done|failed ...   (uacme)",
    .plan = plan,
};
