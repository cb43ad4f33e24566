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

/* ---- a history --------------------------------------------------------------------------------
 */

bool report_is_history(const json_t *report)
{
	const char *document = text_of(report, "document");

	return document != NULL && strcmp(document, "history") == 0;
}

static enum dg_status complain(const char *file, size_t zone, const char *what,
			       struct dg_error *err)
{
	return dg_fail(err, DG_EINVAL, "%.200s: not a history: zones[%zu]%s", file, zone, what);
}

/* What names the parts; whatever else is missing, or of another type, is shown as unknown. */
static enum dg_status check_zone(const json_t *zone, size_t i, const char *file,
				 struct dg_error *err)
{
	const json_t *servers = json_object_get(zone, "servers"), *server;
	size_t k;

	if (text_of(zone, "zone") == NULL)
		return complain(file, i, ".zone is not a text", err);
	if (!json_is_object(json_object_get(zone, "opened")))
		return complain(file, i, ".opened is not an object", err);
	if (!json_is_object(json_object_get(zone, "days")))
		return complain(file, i, ".days is not an object", err);
	if (!json_is_array(servers))
		return complain(file, i, ".servers is not a list", err);
	json_array_foreach(servers, k, server)
	{
		if (text_of(server, "address") == NULL)
			return complain(file, i, ".servers: an address is not a text", err);
	}
	return DG_OK;
}

static enum dg_status check_history(const json_t *history, const char *file, struct dg_error *err)
{
	const json_t *zones = json_object_get(history, "zones"), *zone;
	const char *program = text_of(history, "program");
	size_t i;

	if (program == NULL || strcmp(program, "dns01gate") != 0)
		return dg_fail(err, DG_EINVAL,
			       "%.200s: not a history: program is not \"dns01gate\"", file);
	if (text_of(history, "version") == NULL)
		return dg_fail(err, DG_EINVAL, "%.200s: not a history: version is not a text",
			       file);
	if (whole_of(history, "schema") != 1)
		return dg_fail(err, DG_EINVAL,
			       "%.200s: not a history: schema is not 1, the one that is known here",
			       file);
	if (!json_is_array(zones))
		return dg_fail(err, DG_EINVAL, "%.200s: not a history: zones is not a list", file);
	json_array_foreach(zones, i, zone)
	{
		enum dg_status status = check_zone(zone, i, file, err);

		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

/* ---- a file ---------------------------------------------------------------------------------- */

enum dg_status report_read(json_t **ret_report, const char *file, struct dg_error *err)
{
	bool standard = strcmp(file, "-") == 0;
	const char *why = NULL;
	FILE *from = standard ? stdin : dg_file_open(file, &why);
	const char *name = standard ? "standard input" : file;
	enum dg_status status;
	json_t *report = NULL;
	char *text = NULL;
	size_t len = 0;

	if (from == NULL)
		return dg_fail(err, DG_EINVAL, "%.200s: %s", file, why);
	status = slurp(from, name, &text, &len, err);
	if (!standard)
		fclose(from);
	if (status == DG_OK)
		status = dg_json_in(&report, text, len, VALUES_MAX, name, err);
	free(text);
	if (status == DG_OK)
		status = report_is_history(report) ? check_history(report, name, err)
						   : dg_report_check(report, name, err);
	if (status == DG_OK)
		*ret_report = report;
	else
		json_decref(report);
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
