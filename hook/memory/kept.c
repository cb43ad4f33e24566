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

bool kept_begin(struct kept_change *ret, const struct kept *kept, const struct options *options,
		dg_ms until)
{
	*ret = (struct kept_change){.kept = kept, .dir = state_open(options->state_dir)};
	if (ret->dir < 0)
		return false;
	state_lock(ret->dir, until);
	ret->all = state_read_object(ret->dir, kept->file);
	forget_old(kept, ret->all);
	return true;
}

void kept_put(struct kept_change *c, const char *name, const char *value, json_t *entry)
{
	char key[KEPT_KEY];

	kept_key(name, value, key);
	if (entry == NULL) {
		c->changed = json_object_del(c->all, key) == 0 || c->changed;
		return;
	}
	json_object_set_new(entry, "at", json_integer((json_int_t)time(NULL)));
	json_object_set_new(c->all, key, entry);
	c->changed = true;
}

void kept_end(struct kept_change *c)
{
	if (c->changed)
		state_write(c->dir, c->kept->file, c->all);
	json_decref(c->all);
	close(c->dir);
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
