/* SPDX-License-Identifier: ISC */
/*
 * getssl's DNS_ADD_COMMAND="dns01gate getssl add" and DNS_DEL_COMMAND="dns01gate getssl del": it
 * puts DOMAIN and VALUE behind these. It ends without the second when the first fails.
 */
#include "input/command.h"

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	bool add = operand_is(operands, 1, "add");
	enum dg_status status;

	(void)options;
	if (operands->count < 2)
		return dg_fail(err, DG_EINVAL, "getssl needs add or del after it");
	if (!add && !operand_is(operands, 1, "del"))
		return dg_fail(err, DG_EINVAL, "getssl takes add or del, not \"%.200s\"",
			       operands->text[1]);
	status = operands_follow(operands, 1, "DOMAIN VALUE", err);
	if (status != DG_OK)
		return status;
	plan->act = add ? ACT_ADD : ACT_REMOVE;
	plan->takes_back = true;
	plan->undo_at = 1;
	plan->undo = "del";
	return plan_add_challenge(plan, operands->text[2], operands->text[3], err);
}

const struct command command_getssl = {
    .name = "getssl",
    .options_follow = true,
    .place = 120,
    .usage = "[OPTIONS] getssl add|del ...",
    .plan = plan,
};
