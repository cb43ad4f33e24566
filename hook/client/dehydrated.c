/* SPDX-License-Identifier: ISC */
/*
 * dehydrated: "deploy_challenge DOMAIN TOKEN VALUE", with HOOK_CHAIN the three again for each name
 * of the certificate, and "clean_challenge" with the same. It calls a hook for all else that
 * happens too, once even with a verb of no meaning, and wants success and no output for what the
 * hook does not know. All its verbs have an underscore, ours have none: so a verb of ours that is
 * misspelt stays a mistake.
 */
#include <string.h>

#include "input/command.h"

#define VERB "abcdefghijklmnopqrstuvwxyz0123456789_"

static bool claims(const struct operands *operands)
{
	const char *verb = operands->count == 0 ? "" : operands->text[0];

	return strchr(verb, '_') != NULL && strspn(verb, VERB) == strlen(verb);
}

/* http-01 has the key authorization instead, which begins with the token; tls-alpn-01 has its
 * digest as pairs of hexadecimal digits with colons. */
static bool is_dns_value(const char *token, const char *value)
{
	size_t len = strlen(token);

	return !(strncmp(value, token, len) == 0 && value[len] == '.') &&
	       strchr(value, ':') == NULL;
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	const char *verb = operands->text[0];
	bool clean = strcmp(verb, "clean_challenge") == 0;
	enum dg_status status = DG_OK;
	size_t i;

	(void)options;
	if (!clean && strcmp(verb, "deploy_challenge") != 0)
		return DG_OK;
	if (operands->count == 1)
		return dg_fail(err, DG_EINVAL, "%s takes DOMAIN TOKEN VALUE for each name", verb);
	if (operands->count % 3 != 1)
		return dg_fail(err, DG_EINVAL,
			       "%s takes DOMAIN TOKEN VALUE for each name: no %s after \"%.200s\"",
			       verb, operands->count % 3 == 2 ? "token" : "value",
			       operands->text[operands->count - 1]);
	for (i = 1; i < operands->count && status == DG_OK; i += 3)
		if (is_dns_value(operands->text[i + 1], operands->text[i + 2]))
			status =
			    plan_add_challenge(plan, operands->text[i], operands->text[i + 2], err);
	if (plan->count == 0)
		return status;
	plan->act = clean ? ACT_REMOVE : ACT_ADD;
	/* It ends without clean_challenge when deploy_challenge fails. */
	plan->takes_back = true;
	plan->client = "dehydrated";
	plan->undo = "clean_challenge";
	return status;
}

const struct command command_dehydrated = {
    .caller = "dehydrated",
    .claims = claims,
    .place = 90,
    .usage = "[OPTIONS] deploy_challenge|clean_challenge ...   (dehydrated)",
    .plan = plan,
};
