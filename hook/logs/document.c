/* SPDX-License-Identifier: ISC */
#include "document.h"

#include <jansson.h>
#include <string.h>

#include "stamp.h"

#define DEPTH 16

struct walk {
	struct reader *reader;
	const char *name; /* the identifier of the object at hand, or "" */
	int64_t when;     /* that it tells, or -1 */
	int depth;
};

static void walk(struct walk outer, const json_t *value);

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static bool is_urn(const char *type)
{
	return type != NULL && strstr(type, "acme:error:") != NULL;
}

/* The name that an object is about. */
static const char *name_in(const json_t *object)
{
	static const char *const keys[] = {"dnsName", "domain", "identifier"};
	const char *name = text_at(json_object_get(object, "identifier"), "value");
	size_t i;

	if (name == NULL)
		name = text_at(json_object_get(object, "spec"), "dnsName");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]) && name == NULL; i++)
		name = text_at(object, keys[i]);
	return name;
}

/* When it happened. */
static int64_t time_in(const json_t *object)
{
	static const char *const keys[] = {"validated", "lastTimestamp", "eventTime", "time", "ts"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const json_t *value = json_object_get(object, keys[i]);
		double number = json_number_value(value);

		if (json_is_string(value) && stamp_date(json_string_value(value)) >= 0)
			return stamp_date(json_string_value(value));
		if (json_is_number(value) && number > 1e9 && number < 7e9)
			return (int64_t)number;
	}
	return -1;
}

static bool is_about_problems(const char *key)
{
	static const char *const keys[] = {"error", "err", "msg", "message", "detail", "reason"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* A problem document; its parts instead, where it has some (RFC 8555 section 6.7.1). */
static void take_problem(struct walk w, const json_t *object)
{
	const json_t *parts = json_object_get(object, "subproblems");
	const char *detail = text_at(object, "detail");
	size_t i;

	if (json_array_size(parts) == 0) {
		reader_problem(w.reader, detail != NULL ? detail : "", text_at(object, "type"),
			       w.name, w.when);
		return;
	}
	for (i = 0; i < json_array_size(parts); i++)
		walk(w, json_array_get(parts, i));
}

static bool is_valid(const json_t *object)
{
	const char *status = text_at(object, "status"), *state = NULL;

	if (json_object_get(object, "spec") != NULL)
		state = text_at(json_object_get(object, "status"), "state");
	else if (json_object_get(object, "identifier") != NULL)
		state = status;
	return state != NULL && strcmp(state, "valid") == 0;
}

static void walk_object(struct walk w, json_t *object)
{
	const char *own = name_in(object), *key;
	int64_t when = time_in(object);
	json_t *value;

	if (own != NULL)
		w.name = own;
	if (when >= 0)
		w.when = when;
	if (is_urn(text_at(object, "type"))) {
		take_problem(w, object);
		return;
	}
	if (is_valid(object)) {
		reader_valid(w.reader, w.name);
		return;
	}
	json_object_foreach(object, key, value)
	{
		if (json_is_string(value) && is_about_problems(key))
			reader_text(w.reader, json_string_value(value), w.name, w.when);
		else if (!json_is_string(value))
			walk(w, value);
	}
}

static void walk(struct walk outer, const json_t *value)
{
	size_t i;

	if (++outer.depth > DEPTH)
		return;
	if (json_is_object(value))
		/* jansson's iterators want it so; it is not changed. */
		walk_object(outer, (json_t *)(uintptr_t)value);
	for (i = 0; i < json_array_size(value); i++)
		walk(outer, json_array_get(value, i));
}

enum document document_read(struct reader *reader, const char *text)
{
	struct walk w = {.reader = reader, .name = "", .when = -1};
	json_error_t wrong;
	json_t *value = json_loads(text, JSON_DISABLE_EOF_CHECK, &wrong);

	if (value == NULL)
		return json_error_code(&wrong) == json_error_premature_end_of_input
			   ? DOCUMENT_UNFINISHED
			   : DOCUMENT_NONE;
	walk(w, value);
	json_decref(value);
	return DOCUMENT_READ;
}
