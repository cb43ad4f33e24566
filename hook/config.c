/* SPDX-License-Identifier: ISC */
/* The config file: one JSON object whose keys are the long option names. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "option_table.h"

#define CONFIG_MAX (1 << 20)

/* The whole file with a final NUL; free() it. */
static enum dg_status slurp(const char *file, char **ret_text, struct dg_error *err)
{
	FILE *fp = fopen(file, "r");
	char *text = malloc(CONFIG_MAX + 1);
	size_t len = 0;
	enum dg_status status = DG_OK;

	if (text == NULL)
		status = dg_fail(err, DG_ENOMEM, "out of memory");
	else if (fp == NULL || (len = fread(text, 1, CONFIG_MAX, fp), ferror(fp)))
		status = dg_fail(err, DG_EINVAL, "config file %s: %s", file, strerror(errno));
	else if (!feof(fp))
		status = dg_fail(err, DG_EINVAL, "config file %s: larger than %d octets", file,
				 CONFIG_MAX);
	if (fp != NULL)
		fclose(fp);
	if (status != DG_OK) {
		free(text);
		return status;
	}
	text[len] = '\0';
	*ret_text = text;
	return DG_OK;
}

/* Line and column, from 1, of a key of the outermost object; jansson has read the text, so it is
 * well formed, but keeps no positions. */
static void find_key(const char *text, const char *key, int *ret_line, int *ret_column)
{
	int depth = 0, line = 1, column = 1;
	bool in_string = false;
	size_t len = strlen(key);

	for (; *text != '\0'; text++, column++) {
		if (*text == '\n') {
			line++;
			column = 0;
		} else if (in_string) {
			if (*text == '\\') {
				text++;
				column++;
			} else if (*text == '"') {
				in_string = false;
			}
		} else if (*text == '"') {
			const char *after = text + 1 + len;

			if (depth == 1 && strncmp(text + 1, key, len) == 0 && *after == '"' &&
			    after[1 + strspn(after + 1, " \t\r\n")] == ':')
				break;
			in_string = true;
		} else {
			depth += (*text == '{' || *text == '[') - (*text == '}' || *text == ']');
		}
	}
	*ret_line = line;
	*ret_column = column;
}

/* One value as the text that the command line would have; NULL for what no option takes. */
static const char *scalar_text(const json_t *value, char *buf, size_t size)
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (json_is_integer(value))
		snprintf(buf, size, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		snprintf(buf, size, "%.6f", json_real_value(value));
	else
		return NULL;
	return buf;
}

static enum dg_status take_value(struct options *o, const struct option_row *row,
				 const json_t *value, const char *where, struct dg_error *err)
{
	char buf[64];
	const char *text = scalar_text(value, buf, sizeof(buf));
	size_t i;

	if (text != NULL)
		return option_set(o, row, text, LAYER_FILE, where, err);
	if (!json_is_array(value) || !row->many)
		return dg_fail(err, DG_EINVAL, "%s%s: its value is of no type that it takes", where,
			       row->name);
	for (i = 0; i < json_array_size(value); i++) {
		enum dg_status status;

		text = scalar_text(json_array_get(value, i), buf, sizeof(buf));
		if (text == NULL)
			return dg_fail(err, DG_EINVAL, "%s%s: item %zu is no text", where,
				       row->name, i + 1);
		status = option_set(o, row, text, LAYER_FILE, where, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

static enum dg_status take_object(struct options *o, const char *file, const char *text,
				  json_t *object, struct dg_error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		char where[300];
		const struct option_row *row = option_find(key, strlen(key));
		int line, column;
		enum dg_status status;

		find_key(text, key, &line, &column);
		if (row == NULL)
			return dg_fail(err, DG_EINVAL, "%s:%d:%d: unknown key \"%.100s\"", file,
				       line, column, key);
		snprintf(where, sizeof(where), "%.200s:%d:%d: ", file, line, column);
		status = take_value(o, row, value, where, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

enum dg_status config_read(struct options *options, const char *file, struct dg_error *err)
{
	char *text = NULL;
	json_error_t wrong;
	json_t *object;
	enum dg_status status = slurp(file, &text, err);

	if (status != DG_OK)
		return status;
	object = json_loads(text, JSON_REJECT_DUPLICATES, &wrong);
	if (object == NULL)
		status = dg_fail(err, DG_EINVAL, "%s:%d:%d: %s", file, wrong.line, wrong.column,
				 wrong.text);
	else if (!json_is_object(object))
		status = dg_fail(err, DG_EINVAL, "%s:1:1: not a JSON object", file);
	else
		status = take_object(options, file, text, object, err);
	json_decref(object);
	free(text);
	return status;
}
