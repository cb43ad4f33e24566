/* SPDX-License-Identifier: ISC */
#include "adapter.h"

#include <stdlib.h>
#include <string.h>

#include "adapter_list.h"

#define CHALLENGE_LABEL "_acme-challenge."

bool operand_is(const struct operands *operands, size_t i, const char *text)
{
	return i < operands->count && strcmp(operands->text[i], text) == 0;
}

enum dg_status operands_follow(const struct operands *operands, size_t at, const char *takes,
			       struct dg_error *err)
{
	const char *verb = operands->text[at], *c;
	size_t last = at + 1;

	for (c = takes; *c != '\0'; c++)
		last += *c == ' ';
	if (operands->count <= last)
		return dg_fail(err, DG_EINVAL, "%s takes %s: too little after \"%.200s\"", verb,
			       takes, operands->text[operands->count - 1]);
	if (operands->count > last + 1)
		return dg_fail(err, DG_EINVAL, "%s takes %s: \"%.200s\" is too much", verb, takes,
			       operands->text[last + 1]);
	return DG_OK;
}

enum dg_status plan_add(struct plan *plan, const char *name, const char *value,
			struct dg_error *err)
{
	struct pair *longer = realloc(plan->pair, (plan->count + 1) * sizeof(*longer));
	struct pair *new;

	if (longer == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	plan->pair = longer;
	new = &plan->pair[plan->count++];
	new->name = strdup(name);
	new->value = value == NULL ? NULL : strdup(value);
	new->serial = -1;
	new->trouble = new->advice = NULL;
	if (new->name == NULL || (value != NULL && new->value == NULL))
		return dg_fail(err, DG_ENOMEM, "out of memory");
	return DG_OK;
}

enum dg_status plan_add_challenge(struct plan *plan, const char *domain, const char *value,
				  struct dg_error *err)
{
	enum dg_status status;
	char *name;

	/* RFC 8555 section 7.1.3: the wildcard's challenge is its base domain's. */
	if (strncmp(domain, "*.", 2) == 0)
		domain += 2;
	name = malloc(sizeof(CHALLENGE_LABEL) + strlen(domain));
	if (name == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	strcpy(name, CHALLENGE_LABEL);
	strcat(name, domain);
	status = plan_add(plan, name, value, err);
	free(name);
	return status;
}

enum dg_status plan_trouble(struct pair *pair, const char *text, const char *advice,
			    struct dg_error *err)
{
	free(pair->trouble);
	free(pair->advice);
	pair->trouble = strdup(text);
	pair->advice = strdup(advice);
	if (pair->trouble == NULL || pair->advice == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	return DG_OK;
}

void plan_clear(struct plan *plan)
{
	while (plan->count > 0) {
		struct pair *last = &plan->pair[--plan->count];

		free(last->name);
		free(last->value);
		free(last->trouble);
		free(last->advice);
	}
	plan->own = 0;
}

void plan_free(struct plan *plan)
{
	plan_clear(plan);
	free(plan->pair);
	memset(plan, 0, sizeof(*plan));
}

enum dg_status plan_make(struct plan *ret_plan, const struct options *options,
			 const struct operands *operands, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(adapters) / sizeof(adapters[0]); i++) {
		struct plan plan = {0};
		enum dg_status status;

		if (!adapters[i]->claims(operands))
			continue;
		status = adapters[i]->plan(options, operands, &plan, err);
		plan.own = plan.count;
		if (status == DG_OK)
			*ret_plan = plan;
		else
			plan_free(&plan);
		return status;
	}
	if (operands->count == 0)
		return dg_fail(err, DG_EINVAL, "nothing to do; see dns01gate --help");
	return dg_fail(err, DG_EINVAL, "unknown subcommand \"%.200s\"", operands->text[0]);
}
