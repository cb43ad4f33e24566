/* SPDX-License-Identifier: ISC */
/*
 * certbot's manual hooks: one call a name, its data in CERTBOT_*. All auth hooks run before the
 * first challenge is answered, so the calls before the last remember their pair, and the last waits
 * for all (batch.h). A call with CERTBOT_TOKEN is http-01's: nothing of ours, but it may be the
 * last.
 */
#include <stdlib.h>
#include <string.h>

#include "input/command.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

static bool claims(const struct operands *operands)
{
	return operands->count == 0 && variable("CERTBOT_VALIDATION") != NULL;
}

/* Calls still to come in this order; -1: certbot does not say (before 1.4.0). */
static long remaining_calls(void)
{
	const char *text = variable("CERTBOT_REMAINING_CHALLENGES");

	if (text == NULL || strlen(text) > 6 || strspn(text, "0123456789") != strlen(text))
		return -1;
	return strtol(text, NULL, 10);
}

/* The pair of an auth or a clean-up call; none of http-01's. */
static enum dg_status take_pair(struct plan *plan, const char *option, struct dg_error *err)
{
	const char *domain = variable("CERTBOT_DOMAIN");
	const char *value = variable("CERTBOT_VALIDATION");

	if (variable("CERTBOT_TOKEN") != NULL)
		return DG_OK;
	if (domain == NULL)
		domain = variable("CERTBOT_IDENTIFIER");
	if (domain == NULL || value == NULL)
		return dg_fail(err, DG_EINVAL,
			       "%s is not in the environment: certbot runs this as its --manual-%s",
			       domain == NULL ? "CERTBOT_DOMAIN" : "CERTBOT_VALIDATION", option);
	return plan_add_challenge(plan, domain, value, err);
}

static enum dg_status plan_auth(const struct options *options, struct plan *plan,
				struct dg_error *err)
{
	plan->act = ACT_ADD;
	plan->undo_at = 1;
	plan->undo = "cleanup";
	plan->may_veto = true;
	plan->remaining = remaining_calls();
	if (!options->no_batch && plan->remaining >= 0)
		plan->order = variable("CERTBOT_ALL_DOMAINS");
	return take_pair(plan, "auth-hook", err);
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	const char *verb = operands->count < 2 ? NULL : operands->text[1];
	enum dg_status status;

	if (operands->count == 0 ||
	    (verb != NULL && strcmp(verb, "auth") == 0 && operands->count == 2))
		return plan_auth(options, plan, err);
	if (verb != NULL && strcmp(verb, "cleanup") == 0 && operands->count == 2) {
		plan->act = ACT_REMOVE;
		status = take_pair(plan, "cleanup-hook", err);
		/* What nobody published needs no name. */
		if (options->exec.count == 0 && options->rfc2136 == NULL && status == DG_EINVAL)
			return DG_OK;
		return status;
	}
	if (verb == NULL)
		return dg_fail(err, DG_EINVAL, "certbot needs auth or cleanup after it");
	return dg_fail(err, DG_EINVAL, "certbot takes auth or cleanup, not \"%.200s\"",
		       operands->text[operands->count - 1]);
}

const struct command command_certbot = {
    .name = "certbot",
    .options_follow = true,
    .claims = claims,
    .place = 70,
    .usage = "[OPTIONS] certbot auth|cleanup",
    .plan = plan,
};
