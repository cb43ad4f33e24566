/* SPDX-License-Identifier: ISC */
/*
 * acmetool calls every program in its folder of hooks with every event: "challenge-dns-start
 * HOSTNAME TARGETFILE VALUE", "challenge-dns-stop" with the same, the events of other challenges,
 * and "live-updated". Newer ones add a word, "wildcard" or an empty one. Status 42 says that an
 * event is not this program's; any other but 0 that it failed.
 */
#include <string.h>

#include "input/command.h"

#define PREFIX "challenge-"
#define NOT_HANDLED 42

static bool claims(const struct operands *operands)
{
	return operand_is(operands, 0, "live-updated") ||
	       (operands->count > 0 && strncmp(operands->text[0], PREFIX, strlen(PREFIX)) == 0);
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	bool start = operand_is(operands, 0, "challenge-dns-start");
	enum dg_status status;

	plan->passes = NOT_HANDLED;
	if (!start && !operand_is(operands, 0, "challenge-dns-stop")) {
		plan->act = options->exec.count > 0 ? ACT_NOTHING : ACT_DECLINE;
		plan->decline = NOT_HANDLED;
		return DG_OK;
	}
	status = operands_follow(operands, 0,
				 operands->count > 4 ? "HOSTNAME TARGETFILE VALUE WILDCARD"
						     : "HOSTNAME TARGETFILE VALUE",
				 err);
	if (status != DG_OK)
		return status;
	plan->act = start ? ACT_ADD : ACT_REMOVE;
	plan->takes_back = true;
	plan->undo = "challenge-dns-stop";
	return plan_add_challenge(plan, operands->text[1], operands->text[3], err);
}

const struct command command_acmetool = {
    .caller = "acmetool",
    .claims = claims,
    .place = 130,
    .usage = "[OPTIONS] challenge-dns-start|challenge-dns-stop ...   (acmetool)",
    .plan = plan,
};
