/* SPDX-License-Identifier: ISC */
#include "report_read.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_MAX ((size_t)64 << 20)
/* Enough for a report with thousands of names; a value takes a hundred octets or more, however
 * short its text. */
#define VALUES_MAX 1000000
#define STEP ((size_t)64 << 10)
#define MOST 3e12

static enum dg_status slurp(FILE *from, const char *file, char **ret_text, size_t *ret_len,
			    struct dg_error *err)
{
	char *text = NULL;
	size_t len = 0, room = 0, n;

	do {
		if (room - len < STEP) {
			char *more = realloc(text, room = room * 2 + STEP);

			if (more == NULL) {
				free(text);
				return dg_fail(err, DG_ENOMEM, "out of memory");
			}
			text = more;
		}
		n = fread(text + len, 1, STEP, from);
		len += n;
	} while (n > 0 && len <= REPORT_MAX);
	if (ferror(from) || len > REPORT_MAX) {
		const char *why = ferror(from) ? strerror(errno) : "larger than 64 MiB";

		free(text);
		return dg_fail(err, DG_EINVAL, "%.200s: %s", file, why);
	}
	*ret_text = text;
	*ret_len = len;
	return DG_OK;
}

enum dg_status report_read(json_t **ret_report, const char *file, struct dg_error *err)
{
	bool standard = strcmp(file, "-") == 0;
	const char *why = NULL;
	FILE *from = standard ? stdin : dg_file_open(file, &why);
	const char *name = standard ? "standard input" : file;
	enum dg_status status;
	char *text = NULL;
	size_t len = 0;

	if (from == NULL)
		return dg_fail(err, DG_EINVAL, "%.200s: %s", file, why);
	status = slurp(from, name, &text, &len, err);
	if (!standard)
		fclose(from);
	if (status == DG_OK)
		status = dg_report_take(ret_report, text, len, VALUES_MAX, name, err);
	free(text);
	return status;
}

const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

double number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	double number = json_number_value(value);

	if (!json_is_number(value) || number < 0)
		return -1;
	return number < MOST ? number : MOST;
}

int whole_of(const json_t *object, const char *key)
{
	double number = number_of(object, key);

	return number < INT_MAX ? (int)number : INT_MAX;
}
