/* SPDX-License-Identifier: ISC */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#define CHALLENGE_LABEL "_acme-challenge."

enum dg_status plan_add(struct plan *plan, const char *name, const char *value,
			struct dg_error *err)
{
	struct pair *longer, *new;

	if (plan->count == PLAN_PAIRS)
		return dg_fail(err, DG_EINVAL, "more than %d pairs of a name and a value",
			       PLAN_PAIRS);
	longer = realloc(plan->pair, (plan->count + 1) * sizeof(*longer));
	if (longer == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	plan->pair = longer;
	new = &plan->pair[plan->count++];
	new->name = strdup(name);
	new->value = value == NULL ? NULL : strdup(value);
	new->serial = -1;
	new->identifiers = 0;
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
	bool wildcard = strncmp(domain, "*.", 2) == 0;

	/* RFC 8555 section 7.1.3: the wildcard's challenge is its base domain's. */
	if (wildcard)
		domain += 2;
	name = malloc(sizeof(CHALLENGE_LABEL) + strlen(domain));
	if (name == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	strcpy(name, CHALLENGE_LABEL);
	strcat(name, domain);
	status = plan_add(plan, name, value, err);
	/* Clients cut the "*." off: what has none may be either. */
	if (status == DG_OK && wildcard)
		plan->pair[plan->count - 1].identifiers = DG_IDENTIFIER_WILDCARD;
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
