/* SPDX-License-Identifier: ISC */
/*
 * Apache mod_md's MDChallengeDns01: "setup DOMAIN VALUE", then "teardown DOMAIN", or with
 * MDChallengeDns01Version 2 "teardown DOMAIN VALUE". A setup cannot tell which it will be, so each
 * leaves its value in the state directory, in a file of its domain's, and the teardown that is told
 * none takes all that are there.
 */
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "input/command.h"
#include "system/clock.h"
#include "system/say.h"
#include "memory/state.h"

/* A setup that fails has no teardown, so that values stay behind which are long gone; the newest
 * matter. */
#define VALUES_MAX 16

static bool claims(const struct operands *operands)
{
	return operand_is(operands, 0, "setup") || operand_is(operands, 0, "teardown");
}

/* ---- the memory ------------------------------------------------------------------------------ */

/* Opens the domain's file, for us alone: the directory, -1 when there is none, and the values in
 * it, an array. */
static int memory_open(const struct options *options, const char *domain, char file[STATE_FILE_LEN],
		       json_t **ret_values)
{
	int dir = state_open(options->state_dir);

	if (dir >= 0 && !state_file_name(file, "mod_md-", domain, "")) {
		close(dir);
		dir = -1;
	}
	if (dir >= 0)
		state_lock(dir, clock_now() + options->gate.timeout);
	*ret_values = dir < 0 ? NULL : state_read(dir, file);
	if (!json_is_array(*ret_values)) {
		json_decref(*ret_values);
		*ret_values = json_array();
	}
	return dir;
}

static void memory_close(int dir, const char *file, json_t *values, bool changed)
{
	if (dir >= 0 && json_array_size(values) == 0)
		unlinkat(dir, file, 0);
	else if (dir >= 0 && changed)
		state_write(dir, file, values);
	if (dir >= 0)
		close(dir);
	json_decref(values);
}

static bool drop(json_t *values, const char *value)
{
	size_t i, before = json_array_size(values);

	for (i = before; i-- > 0;) {
		const char *one = json_string_value(json_array_get(values, i));

		if (one == NULL || strcmp(one, value) == 0)
			json_array_remove(values, i);
	}
	return json_array_size(values) != before;
}

static void remember(const struct options *options, const char *domain, const char *value)
{
	char file[STATE_FILE_LEN];
	json_t *values;
	int dir = memory_open(options, domain, file, &values);

	drop(values, value);
	json_array_append_new(values, json_string(value));
	while (json_array_size(values) > VALUES_MAX)
		json_array_remove(values, 0);
	memory_close(dir, file, values, true);
}

/* Only now: a removal that failed may be called for again. */
static void forget(const struct options *options, const struct operands *teardown)
{
	char file[STATE_FILE_LEN];
	json_t *values;
	int dir = memory_open(options, teardown->text[1], file, &values);
	bool changed = true;

	if (teardown->count > 2)
		changed = drop(values, teardown->text[2]);
	else
		json_array_clear(values);
	memory_close(dir, file, values, changed);
}

static enum dg_status recall(const struct options *options, const char *domain, struct plan *plan,
			     struct dg_error *err)
{
	char file[STATE_FILE_LEN];
	json_t *values;
	int dir = memory_open(options, domain, file, &values);
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < json_array_size(values) && status == DG_OK; i++) {
		const char *value = json_string_value(json_array_get(values, i));

		if (value != NULL)
			status = plan_add_challenge(plan, domain, value, err);
	}
	memory_close(dir, file, values, false);
	/* A program of the user's may well know it. */
	if (status == DG_OK && plan->count == 0 && options->rfc2136 != NULL)
		say_at(SAY_WARNING,
		       "what setup published for %s is not remembered: nothing is taken away; "
		       "with MDChallengeDns01Version 2, mod_md tells it",
		       domain);
	return status;
}

/* ---- the call -------------------------------------------------------------------------------- */

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	bool setup = operand_is(operands, 0, "setup");
	bool told = setup || operands->count > 2;
	enum dg_status status = operands_follow(operands, 0, told ? "DOMAIN VALUE" : "DOMAIN", err);
	const char *domain, *value;

	if (status != DG_OK)
		return status;
	domain = operands->text[1];
	value = told ? operands->text[2] : NULL;
	plan->act = setup ? ACT_ADD : ACT_REMOVE;
	/* mod_md does not tear down what setup did not accept. */
	plan->takes_back = true;
	plan->undo = "teardown";
	if (!setup)
		plan->removed = forget;
	if (!told)
		return recall(options, domain, plan, err);
	if (setup)
		remember(options, domain, value);
	return plan_add_challenge(plan, domain, value, err);
}

const struct command command_mod_md = {
    .caller = "mod_md",
    .claims = claims,
    .place = 110,
    .usage = "[OPTIONS] setup|teardown ...   (Apache mod_md)",
    .plan = plan,
};
