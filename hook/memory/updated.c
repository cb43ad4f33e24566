/* SPDX-License-Identifier: ISC */
#include "updated.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "state.h"

#define FILE_NAME ".updated"
/* No order lasts longer; what is left of one that was never cleaned up goes. */
#define FORGET_SECONDS (30 * 86400)

/* A name, a value of 8 KiB, and a blank. */
#define NAME_LEN 1024
#define KEY_LEN (NAME_LEN + 9216)

static void key_of(const char *name, const char *value, char out[KEY_LEN])
{
	size_t len = state_print_name(name, out, NAME_LEN);

	snprintf(out + len, KEY_LEN - len, " %s", value);
}

static void forget_old(json_t *all)
{
	json_int_t now = (json_int_t)time(NULL);
	const char *key;
	json_t *entry;
	void *next;

	json_object_foreach_safe(all, next, key, entry)
	{
		json_int_t at = json_integer_value(json_object_get(entry, "at"));

		if (at > now || now - at > FORGET_SECONDS)
			json_object_del(all, key);
	}
}

/* Puts the entry there, or takes it away when it is NULL. */
static void change(const struct options *options, const char *key, json_t *entry, dg_ms until)
{
	int dir = state_open(options->state_dir);
	json_t *all;

	if (dir < 0) {
		json_decref(entry);
		return;
	}
	state_lock(dir, until);
	all = state_read_object(dir, FILE_NAME);
	forget_old(all);
	if (entry != NULL)
		json_object_set_new(all, key, entry);
	if (entry != NULL || json_object_del(all, key) == 0)
		state_write(dir, FILE_NAME, all);
	json_decref(all);
	close(dir);
}

void updated_keep(const struct options *options, const char *name, const char *value,
		  const struct dg_update_result *where, dg_ms until)
{
	char key[KEY_LEN];

	key_of(name, value, key);
	change(options, key,
	       json_pack("{s:s, s:s, s:s, s:I}", "owner", where->owner, "zone", where->zone,
			 "server", where->server, "at", (json_int_t)time(NULL)),
	       until);
}

json_t *updated_find(const struct options *options, const char *name, const char *value,
		     struct updated *ret_where)
{
	int dir = state_open(options->state_dir);
	json_t *all, *entry;
	char key[KEY_LEN];

	if (dir < 0)
		return NULL;
	key_of(name, value, key);
	all = state_read_object(dir, FILE_NAME);
	close(dir);
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
	char key[KEY_LEN];

	key_of(name, value, key);
	change(options, key, NULL, until);
}
