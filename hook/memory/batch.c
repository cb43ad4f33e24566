/* SPDX-License-Identifier: ISC */
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "system/ancestor.h"
#include "state.h"

/* A CA lets a pending order live an hour at least; certbot's calls follow at once on each other. */
#define STALE_SECONDS 3600
#define FILE_PREFIX "certbot-"
#define VALIDATION "CERTBOT_VALIDATION"

/* What the calls of one order share, and those of another do not: the names, and the process that
 * makes them. That is the nearest one without the variables of this call, whatever it is called and
 * whoever started it; where these cannot be read, the nearest certbot. */
static bool file_name(const char *all_domains, char name[STATE_FILE_LEN])
{
	const char *value = getenv(VALIDATION);
	char setting[sizeof(VALIDATION) + 8192], who[64];
	struct ancestor caller;

	snprintf(setting, sizeof(setting), VALIDATION "=%s", value == NULL ? "" : value);
	if (!ancestor_before(setting, &caller) && !ancestor_find("certbot", &caller))
		return false;
	snprintf(who, sizeof(who), "%ld %llu", caller.pid, caller.start);
	return state_file_name(name, FILE_PREFIX, who, all_domains);
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Reads what earlier calls of this order left; NULL when there is nothing that can be trusted. */
static json_t *read_state(int dir, const char *file, long remaining)
{
	json_t *state = state_read(dir, file);
	double age;

	age = difftime(time(NULL), (time_t)json_integer_value(json_object_get(state, "time")));
	/* Calls count down: one that comes after a lower count belongs to another order. The same
	 * count is a publisher's that called us, too. */
	if (age < 0 || age > STALE_SECONDS ||
	    json_integer_value(json_object_get(state, "remaining")) < remaining ||
	    !json_is_array(json_object_get(state, "pairs"))) {
		json_decref(state);
		return NULL;
	}
	return state;
}

/* ---- the call -------------------------------------------------------------------------------- */

static bool remember(int dir, const char *file, long remaining, bool first, const struct plan *plan)
{
	json_t *state = first ? NULL : read_state(dir, file, remaining);
	json_t *pairs = json_object_get(state, "pairs");
	bool good = true;
	size_t i;

	if (state == NULL) {
		state = json_pack("{s:[]}", "pairs");
		pairs = json_object_get(state, "pairs");
	}
	for (i = 0; i < plan->count && good; i++) {
		const struct pair *pair = &plan->pair[i];

		good = json_array_append_new(pairs, json_pack("[s,s,I,s?,s?]", pair->name,
							      pair->value, (json_int_t)pair->serial,
							      pair->trouble, pair->advice)) == 0;
	}
	good = good && json_object_set_new(state, "remaining", json_integer(remaining)) == 0 &&
	       json_object_set_new(state, "time", json_integer((json_int_t)time(NULL))) == 0 &&
	       state_write(dir, file, state);
	json_decref(state);
	return good;
}

/* One pair as remember() packed it; what is no pair is passed over. */
static enum dg_status recall_pair(struct plan *plan, const json_t *from, struct dg_error *err)
{
	const char *name = json_string_value(json_array_get(from, 0));
	const char *value = json_string_value(json_array_get(from, 1));
	const json_t *serial = json_array_get(from, 2);
	const char *trouble = json_string_value(json_array_get(from, 3));
	const char *advice = json_string_value(json_array_get(from, 4));
	enum dg_status status;

	if (name == NULL || value == NULL)
		return DG_OK;
	status = plan_add(plan, name, value, err);
	if (status == DG_OK && json_is_integer(serial))
		plan->pair[plan->count - 1].serial = json_integer_value(serial);
	if (status == DG_OK && trouble != NULL && advice != NULL)
		status = plan_trouble(&plan->pair[plan->count - 1], trouble, advice, err);
	return status;
}

static enum dg_status recall(int dir, const char *file, struct plan *plan, struct dg_error *err)
{
	json_t *state = read_state(dir, file, 0);
	json_t *pairs = json_object_get(state, "pairs");
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < json_array_size(pairs) && status == DG_OK; i++)
		status = recall_pair(plan, json_array_get(pairs, i), err);
	json_decref(state);
	unlinkat(dir, file, 0);
	return status;
}

static long count_domains(const char *all_domains)
{
	long n = 1;

	for (; *all_domains != '\0'; all_domains++)
		n += *all_domains == ',';
	return n;
}

void batch_forget(const char *state_dir, const struct plan *plan)
{
	int dir = state_open(state_dir);
	char file[STATE_FILE_LEN];

	if (dir < 0)
		return;
	if (file_name(plan->order, file))
		unlinkat(dir, file, 0);
	close(dir);
}

enum dg_status batch_call(const char *state_dir, struct plan *plan, dg_ms until,
			  struct dg_error *err)
{
	long remaining = plan->remaining;
	bool first = remaining == count_domains(plan->order) - 1;
	enum dg_status status = DG_OK;
	char file[STATE_FILE_LEN];
	int dir;

	/* The only call of its order. */
	if (first && remaining == 0)
		return DG_OK;
	dir = state_open(state_dir);
	if (dir < 0)
		return DG_OK;
	state_lock(dir, until);
	/* Orders that were given up have no last call. */
	state_sweep(dir, FILE_PREFIX, STALE_SECONDS);
	if (!file_name(plan->order, file))
		status = DG_OK;
	else if (remaining == 0)
		status = recall(dir, file, plan, err);
	else if (remember(dir, file, remaining, first, plan))
		plan_clear(plan);
	close(dir);
	return status;
}
