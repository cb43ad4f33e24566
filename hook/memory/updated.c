/* SPDX-License-Identifier: ISC */
#include "updated.h"

#include "kept.h"

/* No order lasts longer; what is left of one that was never cleaned up goes. */
static const struct kept kept = {".updated", 30 * 86400};

void updated_keep(const struct options *options, const char *name, const char *value,
		  const struct dg_update_result *where, dg_ms until)
{
	struct kept_change change;

	if (!kept_begin(&change, &kept, options, until))
		return;
	kept_put(&change, name, value,
		 json_pack("{s:s, s:s, s:s}", "owner", where->owner, "zone", where->zone, "server",
			   where->server));
	kept_end(&change);
}

json_t *updated_find(const struct options *options, const char *name, const char *value,
		     struct updated *ret_where)
{
	json_t *all = kept_read(&kept, options), *entry;
	char key[KEPT_KEY];

	kept_key(name, value, key);
	entry = json_object_get(all, key);
	*ret_where = (struct updated){
	    json_string_value(json_object_get(entry, "owner")),
	    json_string_value(json_object_get(entry, "zone")),
	    json_string_value(json_object_get(entry, "server")),
	};
	if (ret_where->owner != NULL && ret_where->zone != NULL && ret_where->server != NULL)
		return all;
	json_decref(all);
	return NULL;
}

void updated_forget(const struct options *options, const char *name, const char *value, dg_ms until)
{
	struct kept_change change;

	if (!kept_begin(&change, &kept, options, until))
		return;
	kept_put(&change, name, value, NULL);
	kept_end(&change);
}
