/* SPDX-License-Identifier: ISC */
#include "memory.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "state.h"

/* Hidden: what is left of certbot's orders is what one looks for there. */
#define FILE_NAME ".opened"
/* Anything older delays nobody: no cache is asked to keep it longer (RFC 8767 section 4). */
#define FORGET_SECONDS 86400
#define NAME_LEN 1024
#define KEY_LEN (NAME_LEN + 1024)
/* With no clean-up call: how long after the gate has opened a client may still send the CA to look.
 * lego does so after two to four seconds, getssl after twelve, certbot for the last of many names
 * after a minute. */
#define MARGIN_SECONDS 60
/* The longest that Let's Encrypt's resolvers keep a positive answer. */
#define LETSENCRYPT_SECONDS 60

/* In another DNS, with a root, a port or servers of its own, it is another name. */
static void key_of(const struct options *o, const char *name, char out[KEY_LEN])
{
	size_t n = state_print_name(name, out, NAME_LEN + 1), i;

	if (o->gate.root_hints != NULL && n < KEY_LEN)
		n += (size_t)snprintf(out + n, KEY_LEN - n, " %s", o->gate.root_hints);
	if (o->gate.port != 53 && n < KEY_LEN)
		n += (size_t)snprintf(out + n, KEY_LEN - n, " %u", o->gate.port);
	for (i = 0; i < o->servers.count && n < KEY_LEN; i++)
		n += (size_t)snprintf(out + n, KEY_LEN - n, " %s", o->servers.text[i]);
}

static bool has_value(const json_t *values, const char *value)
{
	size_t i;

	for (i = 0; i < json_array_size(values); i++) {
		const char *one = json_string_value(json_array_get(values, i));

		if (one != NULL && strcmp(one, value) == 0)
			return true;
	}
	return false;
}

/* A number of the entry, from 0 to `most`, whatever stands there. */
static json_int_t number_in(const json_t *entry, const char *key, json_int_t most)
{
	json_int_t number = json_integer_value(json_object_get(entry, key));

	return number < 0 ? 0 : number > most ? most : number;
}

/* How long from now the CA may still have the remembered set, in milliseconds; 0: not any more. */
static dg_ms span_of(const struct options *o, const json_t *entry, time_t now)
{
	json_int_t at = number_in(entry, "at", INT64_MAX), cleaned;
	/* RFC 2181 section 8. */
	json_int_t ttl = number_in(entry, "ttl", INT32_MAX);
	dg_ms left;

	/* A clock that was set back is no reason to wait for long. */
	if (at > (json_int_t)now)
		return 0;
	if (o->gate.ca == DG_CA_LETSENCRYPT && ttl > LETSENCRYPT_SECONDS)
		ttl = LETSENCRYPT_SECONDS;
	/* From the last moment that the CA can have asked. */
	cleaned = number_in(entry, "cleaned", now);
	at = cleaned >= at ? cleaned : at + MARGIN_SECONDS;
	left = (dg_ms)(at + ttl - (json_int_t)now) * 1000;
	return left <= 0 ? 0 : left;
}

static enum dg_status hold(const json_t *entry, const char *name, dg_ms span, struct dg_gate *gate,
			   struct dg_error *err)
{
	const json_t *values = json_object_get(entry, "values");
	size_t most = json_array_size(values), count = 0, i;
	const char **text = calloc(most + 1, sizeof(*text));
	enum dg_status status;

	if (text == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	for (i = 0; i < most; i++) {
		text[count] = json_string_value(json_array_get(values, i));
		count += text[count] != NULL;
	}
	status = dg_gate_hold(gate, name, span, text, count, err);
	free(text);
	return status;
}

enum dg_status memory_hold(const struct options *options, const struct plan *plan,
			   struct dg_gate *gate, struct dg_error *err)
{
	int dir = plan->count == 0 ? -1 : state_open(options->state_dir);
	json_t *all = dir < 0 ? NULL : state_read(dir, FILE_NAME);
	enum dg_status status = DG_OK;
	time_t now = time(NULL);
	char key[KEY_LEN];
	size_t i;

	for (i = 0; i < plan->count && status == DG_OK && plan->pair[i].value != NULL; i++) {
		const json_t *entry;
		dg_ms span;

		key_of(options, plan->pair[i].name, key);
		entry = json_object_get(all, key);
		span = span_of(options, entry, now);
		/* The set that it may have is good enough, if the value was in it. */
		if (span > 0 && !has_value(json_object_get(entry, "values"), plan->pair[i].value))
			status = hold(entry, plan->pair[i].name, span, gate, err);
	}
	json_decref(all);
	if (dir >= 0)
		close(dir);
	return status;
}

/* Servers' answers tell what the CA got; resolvers', where only these were asked. */
static bool resolvers_tell(const struct dg_record *r)
{
	struct dg_row first;

	dg_record_row(r, 0, &first);
	return first.recursive;
}

static int64_t longest_ttl(const struct dg_record *r, bool recursive)
{
	int64_t longest = 0;
	size_t i;

	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		if (row.recursive == recursive && row.ttl > longest)
			longest = row.ttl;
	}
	return longest;
}

static void forget_old(const struct options *o, json_t *all, time_t now)
{
	const char *key;
	json_t *entry;
	void *next;

	json_object_foreach_safe(all, next, key, entry)
	{
		json_int_t age = (json_int_t)now - number_in(entry, "at", INT64_MAX);

		if (age < 0 || age > FORGET_SECONDS || span_of(o, entry, now) == 0)
			json_object_del(all, key);
	}
}

static bool row_has(const struct dg_row *row, const char *value)
{
	size_t i;

	for (i = 0; i < row->nvalues; i++)
		if (strcmp(row->values[i], value) == 0)
			return true;
	return false;
}

/* True when every server had the value: whichever the CA asked gave it. */
static bool all_have(const struct dg_record *r, bool recursive, const char *value)
{
	size_t i;

	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		if (row.recursive == recursive && row.required && row.target == NULL &&
		    !row_has(&row, value))
			return false;
	}
	return true;
}

/* The set that the CA got, as far as it got the same everywhere. */
static json_t *values_of(const struct dg_record *r, bool recursive)
{
	json_t *values = json_array();
	size_t i, k;

	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		for (k = 0; row.recursive == recursive && k < row.nvalues; k++)
			if (!has_value(values, row.values[k]) &&
			    all_have(r, recursive, row.values[k]))
				json_array_append_new(values, json_string(row.values[k]));
	}
	return values;
}

static size_t count_cells_with(const struct dg_record *r, const char *value)
{
	size_t count = 0, i, k, n;

	for (i = 0; i < dg_record_places(r); i++) {
		const struct dg_place *place = dg_record_place(r, i);

		for (k = 0; k < place->ncells; k++)
			for (n = 0; n < place->cell[k].nvalues; n++)
				if (strcmp(place->cell[k].values[n], value) == 0) {
					count++;
					break;
				}
	}
	return count;
}

/* What every server showed at every place; from there its TTL is not known. */
static json_t *values_of_places(const struct dg_record *r)
{
	json_t *values = json_array();
	size_t cells = 0, i, k, n;

	for (i = 0; i < dg_record_places(r); i++)
		cells += dg_record_place(r, i)->ncells;
	for (i = 0; i < dg_record_places(r); i++) {
		const struct dg_place *place = dg_record_place(r, i);

		for (k = 0; k < place->ncells; k++)
			for (n = 0; n < place->cell[k].nvalues; n++)
				if (!has_value(values, place->cell[k].values[n]) &&
				    count_cells_with(r, place->cell[k].values[n]) == cells)
					json_array_append_new(
					    values, json_string(place->cell[k].values[n]));
	}
	return values;
}

static void keep_record(const struct options *o, json_t *all, const struct dg_record *r, time_t now)
{
	bool recursive = resolvers_tell(r), far = dg_record_rows(r) == 0;
	char key[KEY_LEN];

	key_of(o, dg_record_name(r), key);
	json_object_set_new(
	    all, key,
	    json_pack("{s:I, s:I, s:o}", "at", (json_int_t)now, "ttl",
		      far ? (json_int_t)LETSENCRYPT_SECONDS : (json_int_t)longest_ttl(r, recursive),
		      "values", far ? values_of_places(r) : values_of(r, recursive)));
}

/* The CA is asked all the same, and finds no record, or another one: caches that keep a denial for
 * its whole TTL (RFC 2308 section 5) have that for the next order. */
static bool met_absence(const struct options *o, const struct dg_record *r, bool goes_on)
{
	return goes_on && o->gate.ca != DG_CA_LETSENCRYPT &&
	       dg_record_verdict(r) == DG_VERDICT_TIMEOUT;
}

static void keep_absence(const struct options *o, json_t *all, const struct dg_record *r,
			 time_t now)
{
	char key[KEY_LEN];

	key_of(o, dg_record_name(r), key);
	json_object_set_new(all, key,
			    json_pack("{s:I, s:I, s:[]}", "at", (json_int_t)now, "ttl",
				      (json_int_t)longest_ttl(r, resolvers_tell(r)), "values"));
}

static bool is_worth_keeping(const struct options *o, const struct dg_record *r, bool goes_on)
{
	return dg_record_verdict(r) == DG_VERDICT_VISIBLE || met_absence(o, r, goes_on);
}

static bool is_any_worth_keeping(const struct options *o, const struct dg_gate *gate, bool goes_on)
{
	size_t i;

	for (i = 0; i < dg_gate_records(gate); i++)
		if (is_worth_keeping(o, dg_gate_record(gate, i), goes_on))
			return true;
	return false;
}

/* Locked. The time is taken then: what a run that was first has kept must not seem to be of the
 * future. */
static json_t *open_memory(int dir, dg_ms until, time_t *ret_now)
{
	state_lock(dir, until);
	*ret_now = time(NULL);
	return state_read_object(dir, FILE_NAME);
}

void memory_keep(const struct options *options, const struct dg_gate *gate, bool goes_on,
		 dg_ms until)
{
	bool any = is_any_worth_keeping(options, gate, goes_on);
	int dir = any ? state_open(options->state_dir) : -1;
	json_t *all;
	time_t now;
	size_t i;

	if (dir < 0)
		return;
	all = open_memory(dir, until, &now);
	forget_old(options, all, now);
	for (i = 0; i < dg_gate_records(gate); i++) {
		const struct dg_record *r = dg_gate_record(gate, i);

		if (dg_record_verdict(r) == DG_VERDICT_VISIBLE)
			keep_record(options, all, r, now);
		else if (met_absence(options, r, goes_on))
			keep_absence(options, all, r, now);
	}
	state_write(dir, FILE_NAME, all);
	json_decref(all);
	close(dir);
}

void memory_clean(const struct options *options, const struct plan *plan, dg_ms until)
{
	int dir = plan->count == 0 ? -1 : state_open(options->state_dir);
	bool changed = false;
	char key[KEY_LEN];
	json_t *all;
	time_t now;
	size_t i;

	if (dir < 0)
		return;
	all = open_memory(dir, until, &now);
	for (i = 0; i < plan->count; i++) {
		json_t *entry;

		key_of(options, plan->pair[i].name, key);
		entry = json_object_get(all, key);
		if (!json_is_object(entry))
			continue;
		json_object_set_new(entry, "cleaned", json_integer((json_int_t)now));
		changed = true;
	}
	if (changed)
		state_write(dir, FILE_NAME, all);
	json_decref(all);
	close(dir);
}
