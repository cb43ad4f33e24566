/* SPDX-License-Identifier: ISC */
/* A report as it comes back, from a file or from another host. */
#include <stdio.h>
#include <string.h>

#include "json_in.h"

#define PATH_MAX_TEXT 200

enum kind { TEXT, NUMBER, FLAG, OBJECTS, TEXTS };

/* A key that a report has; those that came later than the first release may be missing. */
struct key {
	const char *name;
	enum kind kind;
	bool may_be_null, may_be_missing;
	const struct key *of; /* OBJECTS: what each has */
};

static const struct key event_keys[] = {{.name = "ms", .kind = NUMBER}, {.name = "event"}, {0}};

static const struct key server_keys[] = {
    {.name = "role"},
    {.name = "resolver", .may_be_null = true, .may_be_missing = true},
    {.name = "name", .may_be_null = true},
    {.name = "address"},
    {.name = "port", .kind = NUMBER},
    {.name = "transport", .may_be_null = true},
    {.name = "link", .may_be_missing = true},
    {.name = "target", .may_be_null = true, .may_be_missing = true},
    {.name = "required", .kind = FLAG},
    {.name = "state"},
    {.name = "detail", .may_be_missing = true},
    {.name = "rcode", .may_be_null = true},
    {.name = "aa", .kind = FLAG, .may_be_null = true},
    {.name = "dnssec"},
    {.name = "reason", .may_be_null = true, .may_be_missing = true},
    {.name = "serial", .kind = NUMBER, .may_be_null = true},
    {.name = "ttl", .kind = NUMBER, .may_be_null = true},
    {.name = "rtt_ms", .kind = NUMBER, .may_be_null = true},
    {.name = "values", .kind = TEXTS},
    {.name = "queries", .kind = NUMBER},
    {.name = "confirmations", .kind = NUMBER},
    {.name = "needed", .kind = NUMBER, .may_be_missing = true},
    {.name = "first_present_ms", .kind = NUMBER, .may_be_null = true},
    {.name = "retry_ms", .kind = NUMBER, .may_be_null = true},
    {.name = "events", .kind = OBJECTS, .may_be_missing = true, .of = event_keys},
    {.name = "events_dropped", .kind = NUMBER, .may_be_missing = true},
    {0}};

static const struct key cell_keys[] = {
    {.name = "owner", .may_be_missing = true},
    {.name = "name", .may_be_null = true, .may_be_missing = true},
    {.name = "address", .may_be_null = true},
    {.name = "state"},
    {.name = "detail", .may_be_null = true, .may_be_missing = true},
    {.name = "nsid", .may_be_null = true},
    {.name = "rtt_ms", .kind = NUMBER, .may_be_null = true},
    {.name = "values", .kind = TEXTS},
    {0}};

static const struct key place_keys[] = {
    {.name = "engine"},
    {.name = "place"},
    {.name = "network", .may_be_null = true},
    {.name = "asn", .kind = NUMBER, .may_be_null = true},
    {.name = "unusable", .may_be_null = true, .may_be_missing = true},
    {.name = "servers", .kind = OBJECTS, .of = cell_keys},
    {0}};

static const struct key finding_keys[] = {{.name = "id"},
					  {.name = "code"},
					  {.name = "severity"},
					  {.name = "server", .may_be_null = true},
					  {.name = "text"},
					  {.name = "advice"},
					  {.name = "ca_text", .may_be_null = true},
					  {0}};

static const struct key chain_keys[] = {{.name = "zone"},
					{.name = "security"},
					{.name = "ds", .kind = NUMBER},
					{.name = "keys", .kind = NUMBER},
					{.name = "reason", .may_be_null = true},
					{0}};

static const struct key record_keys[] = {
    {.name = "name"},
    {.name = "values", .kind = TEXTS},
    {.name = "verdict"},
    {.name = "chain", .kind = TEXTS},
    {.name = "zone", .may_be_null = true},
    {.name = "dnssec"},
    {.name = "dnssec_chain",
     .kind = OBJECTS,
     .may_be_null = true,
     .may_be_missing = true,
     .of = chain_keys},
    {.name = "visible_ms", .kind = NUMBER, .may_be_null = true},
    {.name = "trouble", .may_be_null = true, .may_be_missing = true},
    {.name = "limits", .kind = TEXTS, .may_be_missing = true},
    {.name = "servers", .kind = OBJECTS, .of = server_keys},
    {.name = "places", .kind = OBJECTS, .may_be_missing = true, .of = place_keys},
    {.name = "chance", .kind = NUMBER, .may_be_null = true, .may_be_missing = true},
    {.name = "findings", .kind = OBJECTS, .of = finding_keys},
    {0}};

static const struct key report_keys[] = {{.name = "program"},
					 {.name = "version"},
					 {.name = "schema", .kind = NUMBER},
					 {.name = "started"},
					 {.name = "elapsed_ms", .kind = NUMBER},
					 {.name = "verdict"},
					 {.name = "records", .kind = OBJECTS, .of = record_keys},
					 {0}};

/* ---- its keys -------------------------------------------------------------------------------- */

static enum dg_status complain(const char *file, const char *path, const char *what,
			       struct dg_error *err)
{
	return dg_fail(err, DG_EINVAL, "%.200s: not a report: %s %s", file, path, what);
}

static enum dg_status check_object(const json_t *object, const struct key *key, const char *path,
				   const char *file, struct dg_error *err);

static enum dg_status check_list(const json_t *list, const struct key *key, const char *path,
				 const char *file, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		char at[PATH_MAX_TEXT];
		enum dg_status status = DG_OK;

		snprintf(at, sizeof(at), "%.150s[%zu]", path, i);
		if (key->kind == OBJECTS)
			status = check_object(item, key->of, at, file, err);
		else if (!json_is_string(item) && !json_is_null(item))
			status = complain(file, at, "is not a text", err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

static enum dg_status check_value(const json_t *value, const struct key *key, const char *path,
				  const char *file, struct dg_error *err)
{
	if (value == NULL)
		return key->may_be_missing ? DG_OK : complain(file, path, "is missing", err);
	if (json_is_null(value))
		return key->may_be_null ? DG_OK : complain(file, path, "is null", err);
	switch (key->kind) {
	case TEXT:
		return json_is_string(value) ? DG_OK : complain(file, path, "is not a text", err);
	case NUMBER:
		return json_is_number(value) ? DG_OK : complain(file, path, "is not a number", err);
	case FLAG:
		return json_is_boolean(value) ? DG_OK
					      : complain(file, path, "is not true or false", err);
	default:
		return json_is_array(value) ? check_list(value, key, path, file, err)
					    : complain(file, path, "is not a list", err);
	}
}

static enum dg_status check_object(const json_t *object, const struct key *key, const char *path,
				   const char *file, struct dg_error *err)
{
	if (!json_is_object(object))
		return complain(file, path[0] == '\0' ? "it" : path, "is not an object", err);
	for (; key->name != NULL; key++) {
		const json_t *value = json_object_get(object, key->name);
		char at[PATH_MAX_TEXT];
		enum dg_status status;

		snprintf(at, sizeof(at), "%.150s%s%s", path, path[0] == '\0' ? "" : ".", key->name);
		status = check_value(value, key, at, file, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

enum dg_status dg_report_check(const json_t *report, const char *called, struct dg_error *err)
{
	enum dg_status status = check_object(report, report_keys, "", called, err);

	if (status == DG_OK && strcmp(dg_json_text(report, "program"), "dns01gate") != 0)
		return complain(called, "program", "is not \"dns01gate\"", err);
	if (status == DG_OK && dg_json_whole(report, "schema") != 1)
		return complain(called, "schema", "is not 1, the one that is known here", err);
	return status;
}
