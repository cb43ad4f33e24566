/* SPDX-License-Identifier: ISC */
#include "kept.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "state.h"

#define NAME_LEN 1024

void kept_key(const char *name, const char *value, char out[KEPT_KEY])
{
	size_t len = state_print_name(name, out, NAME_LEN);

	snprintf(out + len, KEPT_KEY - len, " %s", value);
}

static void forget_old(const struct kept *kept, json_t *all)
{
	json_int_t now = (json_int_t)time(NULL);
	const char *key;
	json_t *entry;
	void *next;

	json_object_foreach_safe(all, next, key, entry)
	{
		json_int_t at = json_integer_value(json_object_get(entry, "at"));

		if (at > now || now - at > kept->seconds)
			json_object_del(all, key);
	}
}

void kept_change(const struct kept *kept, const struct options *options, const char *name,
		 const char *value, json_t *entry, dg_ms until)
{
	int dir = state_open(options->state_dir);
	char key[KEPT_KEY];
	json_t *all;

	if (dir < 0) {
		json_decref(entry);
		return;
	}
	kept_key(name, value, key);
	state_lock(dir, until);
	all = state_read_object(dir, kept->file);
	forget_old(kept, all);
	if (entry != NULL) {
		json_object_set_new(entry, "at", json_integer((json_int_t)time(NULL)));
		json_object_set_new(all, key, entry);
	}
	if (entry != NULL || json_object_del(all, key) == 0)
		state_write(dir, kept->file, all);
	json_decref(all);
	close(dir);
}

json_t *kept_read(const struct kept *kept, const struct options *options)
{
	int dir = state_open(options->state_dir);
	json_t *all;

	if (dir < 0)
		return NULL;
	all = state_read_object(dir, kept->file);
	close(dir);
	forget_old(kept, all);
	return all;
}
