/* SPDX-License-Identifier: ISC */
/* The config file: one JSON object whose keys are the long option names. */
#include <stdio.h>
#include <string.h>

#include "json_file.h"
#include "option_table.h"

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

enum dg_status config_read(struct options *options, const char *name, struct dg_error *err)
{
	struct json_file file;
	const char *key;
	json_t *value;
	enum dg_status status = json_file_read(&file, name, "config file", err);

	if (status != DG_OK)
		return status;
	json_object_foreach(file.object, key, value)
	{
		char where[300];
		const struct option_row *row = option_find(key, strlen(key));

		json_file_at(&file, key, where, sizeof(where));
		if (row == NULL)
			status = dg_fail(err, DG_EINVAL, "%sunknown key \"%.100s\"", where, key);
		else if (option_is_for_argv(row))
			status =
			    dg_fail(err, DG_EINVAL, "%s%s belongs on the command line", where, key);
		else
			status = take_value(options, row, value, where, err);
		if (status != DG_OK)
			break;
	}
	json_file_free(&file);
	return status;
}
