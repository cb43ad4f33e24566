/* SPDX-License-Identifier: ISC */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "idn.h"

#define CHALLENGE_LABEL "_acme-challenge."

enum dg_status plan_check_name(const char *name, const char *value, struct dg_error *err)
{
	size_t len = strlen(name);
	char label[IDN_LEN];

	if (is_digest(name, len) && value != NULL && strchr(value, '.') != NULL)
		return dg_fail(err, DG_EINVAL,
			       "\"%.200s\" looks like a value and \"%.200s\" like a name: the "
			       "name comes first",
			       name, value);
	if (strstr(name, "://") != NULL)
		return dg_fail(err, DG_EINVAL, "\"%.200s\" is a URL: give the domain name alone",
			       name);
	if (strchr(name, '@') != NULL || strchr(name, ':') != NULL)
		return dg_fail(err, DG_EINVAL,
			       "\"%.200s\" is no domain name: give it without \"%c\"", name,
			       strchr(name, '@') != NULL ? '@' : ':');
	if (idn_to_ascii(name, label))
		return dg_fail(
		    err, DG_EINVAL,
		    "\"%.200s\" is not a domain name in ASCII form: its A-label form is %s", name,
		    label);
	return DG_OK;
}

/* A digest in quotes, or with blanks or invisible characters around it, is never the CA's value. */
static enum dg_status check_value(const char *value, struct dg_error *err)
{
	static const char *const what[] = {
	    "quotes", "blanks", "characters that are not ASCII, some of them invisible,"};
	size_t len = value == NULL ? 0 : strlen(value),
	       begin = strcspn(value ? value : "", BASE64URL);
	size_t end = len, i;
	int kind = 0;

	while (end > begin && strchr(BASE64URL, value[end - 1]) == NULL)
		end--;
	if (end - begin == len || !is_digest(value + begin, end - begin))
		return DG_OK;
	for (i = 0; i < len; i++) {
		if (i >= begin && i < end)
			continue;
		if ((unsigned char)value[i] >= 0x80)
			kind = 2;
		else if (value[i] <= ' ' && kind < 1)
			kind = 1;
	}
	return dg_fail(err, DG_EINVAL, "\"%.200s\" has %s around the value: give it without", value,
		       what[kind]);
}

enum dg_status plan_add(struct plan *plan, const char *name, const char *value,
			struct dg_error *err)
{
	struct pair *longer, *new;
	enum dg_status status = plan_check_name(name, value, err);

	if (status == DG_OK)
		status = check_value(value, err);
	if (status != DG_OK)
		return status;
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
	new->plain = new->wildcard = false;
	new->trouble = new->advice = NULL;
	if (new->name == NULL || (value != NULL && new->value == NULL))
		return dg_fail(err, DG_ENOMEM, "out of memory");
	return DG_OK;
}

enum dg_status plan_add_challenge(struct plan *plan, const char *domain, const char *value,
				  struct dg_error *err)
{
	enum dg_status status = plan_check_name(domain, value, err);
	char *name;
	bool wildcard = strncmp(domain, "*.", 2) == 0;

	/* RFC 8555 section 7.1.3: the wildcard's challenge is its base domain's. */
	if (status != DG_OK)
		return status;
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
		plan->pair[plan->count - 1].wildcard = true;
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
