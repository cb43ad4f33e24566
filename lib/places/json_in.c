/* SPDX-License-Identifier: ISC */
#include "json_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* Deeper than anything that is read here ever is. */
#define DEPTH_MAX 32
#define WHOLE_MAX ((json_int_t)1 << 53)

/* True when the text goes beyond a bound; says so. */
static bool is_beyond(const char *text, size_t len, size_t most, const char *called,
		      struct dg_error *err)
{
	size_t values = 0, depth = 0, i;
	bool quoted = false;

	for (i = 0; i < len && values <= most && depth <= DEPTH_MAX; i++) {
		bool opens = text[i] == '{' || text[i] == '[';

		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted) {
			values += opens || text[i] == ',';
			depth += opens;
			depth -= depth > 0 && (text[i] == '}' || text[i] == ']');
		}
	}
	if (values > most)
		(void)dg_fail(err, DG_EINVAL, "%.200s: not a report: more than %zu values", called,
			      most);
	if (depth > DEPTH_MAX)
		(void)dg_fail(err, DG_EINVAL, "%.200s: not a report: more than %d levels deep",
			      called, DEPTH_MAX);
	return values > most || depth > DEPTH_MAX;
}

enum dg_status dg_json_in(json_t **ret_json, const char *text, size_t len, size_t most,
			  const char *called, struct dg_error *err)
{
	json_error_t wrong;
	json_t *json;

	if (is_beyond(text, len, most, called, err))
		return DG_EINVAL;
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &wrong);
	if (json == NULL) {
		/* jansson quotes the text. */
		dg_make_printable(wrong.text, strlen(wrong.text));
		return dg_fail(err, DG_EINVAL, "%.200s:%d:%d: %s", called, wrong.line, wrong.column,
			       wrong.text);
	}
	*ret_json = json;
	return DG_OK;
}

const char *dg_json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

int64_t dg_json_whole(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	json_int_t whole = json_is_integer(value) ? json_integer_value(value)
			   : json_is_real(value) && json_real_value(value) >= 0 &&
				   json_real_value(value) < (double)WHOLE_MAX
			       ? (json_int_t)json_real_value(value)
			       : -1;

	return whole >= 0 && whole <= WHOLE_MAX ? whole : -1;
}

char *dg_json_shown(const char *text, size_t most)
{
	size_t len = text == NULL ? 0 : strlen(text);
	char *copy;

	if (text == NULL)
		return NULL;
	if (len > most)
		len = most;
	copy = malloc(len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	dg_make_printable(copy, len);
	return copy;
}
