/* SPDX-License-Identifier: ISC */
#include "order.h"

#include <string.h>

#include "kept.h"
#include "system/ancestor.h"

/* A CA lets a pending order live an hour at least. */
static const struct kept kept = {".ordered", 3600};

/* Whose order it is; false when that cannot be told, or its values are remembered otherwise. */
static bool find_client(const struct plan *plan, struct ancestor *ret_client)
{
	return plan->client != NULL && plan->order == NULL &&
	       ancestor_client(plan->client, ret_client);
}

static bool is_of(const json_t *entry, const struct ancestor *client)
{
	return json_integer_value(json_object_get(entry, "pid")) == client->pid &&
	       json_integer_value(json_object_get(entry, "start")) == (json_int_t)client->start;
}

static bool has_pair(const struct plan *plan, const char *name, const char *value)
{
	char one[KEPT_KEY], other[KEPT_KEY];
	size_t i;

	kept_key(name, value, one);
	for (i = 0; i < plan->count; i++) {
		kept_key(plan->pair[i].name, plan->pair[i].value, other);
		if (strcmp(one, other) == 0)
			return true;
	}
	return false;
}

/* The values of one name that the client's process published before. */
static enum dg_status recall_name(json_t *all, const struct ancestor *client, const char *name,
				  struct plan *plan, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	char prefix[KEPT_KEY];
	const char *key;
	json_t *entry;

	kept_key(name, "", prefix);
	json_object_foreach(all, key, entry)
	{
		const char *value = key + strlen(prefix);

		if (status != DG_OK || strncmp(key, prefix, strlen(prefix)) != 0 ||
		    !is_of(entry, client) || has_pair(plan, name, value))
			continue;
		status = plan_add(plan, name, value, err);
	}
	return status;
}

enum dg_status order_recall(const struct options *options, struct plan *plan, struct dg_error *err)
{
	struct ancestor client;
	enum dg_status status = DG_OK;
	json_t *all = find_client(plan, &client) ? kept_read(&kept, options) : NULL;
	size_t i;

	for (i = 0; i < plan->own && all != NULL && status == DG_OK; i++)
		status = recall_name(all, &client, plan->pair[i].name, plan, err);
	json_decref(all);
	return status;
}

void order_keep(const struct options *options, const struct plan *plan, dg_ms until)
{
	struct kept_change change;
	struct ancestor client;
	size_t i;

	if (!find_client(plan, &client) || !kept_begin(&change, &kept, options, until))
		return;
	for (i = 0; i < plan->own; i++)
		kept_put(&change, plan->pair[i].name, plan->pair[i].value,
			 json_pack("{s:I, s:I}", "pid", (json_int_t)client.pid, "start",
				   (json_int_t)client.start));
	kept_end(&change);
}

void order_forget(const struct options *options, const struct plan *plan, dg_ms until)
{
	struct kept_change change;
	struct ancestor client;
	size_t i;

	if (!find_client(plan, &client) || !kept_begin(&change, &kept, options, until))
		return;
	for (i = 0; i < plan->count; i++)
		kept_put(&change, plan->pair[i].name, plan->pair[i].value, NULL);
	kept_end(&change);
}
