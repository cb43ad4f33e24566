/* SPDX-License-Identifier: ISC */
/*
 * globalping[:LOCATION,...]: a public network of probes, which ask a server that is named, from the
 * networks that are chosen.
 *
 * 1. One measurement for each server address is ordered, the first with the locations, the others,
 *    and those of later rounds, with the id of the first: the same probes in the same order. An id
 *    that is too old gives way to the locations.
 * 2. Each is looked at, 0.5 s after the last look, until it is over.
 * 3. The result at index i of each belongs to place i, if it is of the same network. What it says
 *    counts for the server, and the name, that it says itself it is about.
 * 4. A probe whose network answers with RA and without AA for an authoritative server is left out:
 *    somebody else answers there.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/name.h"
#include "engine.h"
#include "globalping.h"

#define BASE "https://api.globalping.io/v1/measurements"
#define MAX_LOCATIONS 10
#define AGAIN_MS 500
/* A measurement is over after 30 s; and how often its operator may ask for patience. */
#define MAX_LOOKS 90
#define MAX_PATIENCE 5
#define PATIENCE_MS 5000
#define ID_MAX 64
#define TIMEOUT_S 10

struct globalping {
	char probes[ID_MAX + 1]; /* a measurement whose probes are taken again; empty: none is */
	char id[DG_MAX_COLUMNS][ID_MAX + 1];
	size_t ordered, looked_at; /* of the columns */
	unsigned looks, patience;
	bool lost; /* a probe has gone */
};

static const char *const default_locations[] = {"NA", "EU", "AS", "OC", "SA"};

static bool is_continent(const char *text, size_t len)
{
	static const char *const codes[] = {"AF", "AN", "AS", "EU", "NA", "OC", "SA"};
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (len == 2 && strncmp(text, codes[i], 2) == 0)
			return true;
	return false;
}

static const char *check(const char *argument)
{
	const char *at = argument;
	size_t count = 0;

	while (at != NULL) {
		size_t len = strcspn(at, ","), i;

		if (len == 0)
			return "has an empty location";
		if (len > 60)
			return "has a location that is too long";
		for (i = 0; i < len; i++)
			if (!isalnum((unsigned char)at[i]) && strchr(" +-_.", at[i]) == NULL)
				return "has a location that is none";
		if (++count > MAX_LOCATIONS)
			return "has more than 10 locations";
		at = at[len] == ',' ? at + len + 1 : NULL;
	}
	return NULL;
}

static size_t count_locations(const char *argument)
{
	size_t count = 1;

	if (argument == NULL)
		return sizeof(default_locations) / sizeof(default_locations[0]);
	for (; *argument != '\0'; argument++)
		count += *argument == ',';
	return count;
}

/* A continent, a country, AS64500, or any word that the service finds a probe by. */
static json_t *make_location(const char *text, size_t len)
{
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	if (is_continent(text, len))
		return json_pack("{s:s, s:i}", "continent", word, "limit", 1);
	if (len == 2 && isupper((unsigned char)word[0]) && isupper((unsigned char)word[1]))
		return json_pack("{s:s, s:i}", "country", word, "limit", 1);
	if (strncmp(word, "AS", 2) == 0 && len > 2 && len < 12 &&
	    strspn(word + 2, "0123456789") == len - 2)
		return json_pack("{s:I, s:i}", "asn", (json_int_t)strtoll(word + 2, NULL, 10),
				 "limit", 1);
	return json_pack("{s:s, s:i}", "magic", word, "limit", 1);
}

static json_t *make_locations(const char *argument)
{
	json_t *list = json_array();
	bool good = list != NULL;
	size_t i;

	for (i = 0; argument == NULL && good && i < count_locations(NULL); i++)
		good = json_array_append_new(
			   list, json_pack("{s:s, s:[s], s:i}", "continent", default_locations[i],
					   "tags", "datacenter-network", "limit", 1)) == 0;
	while (argument != NULL && good) {
		size_t len = strcspn(argument, ",");

		good = json_array_append_new(list, make_location(argument, len)) == 0;
		argument = argument[len] == ',' ? argument + len + 1 : NULL;
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static char *make_order(const struct dg_visit *v, const struct globalping *own)
{
	const struct dg_column *column = &v->sought->column[own->ordered];
	json_t *locations = own->probes[0] != '\0' ? json_string(own->probes)
						   : make_locations(v->vantage->argument);
	char *target = dg_text("%.*s", (int)strlen(column->owner) - 1, column->owner), *text = NULL;
	json_t *order;

	order =
	    json_pack("{s:s, s:s, s:i, s:b, s:o, s:{s:{s:s}, s:s, s:s, s:i}}", "type", "dns",
		      "target", target, "timeout", TIMEOUT_S, "inProgressUpdates", 0, "locations",
		      locations, "measurementOptions", "query", "type", "TXT", "resolver",
		      column->address, "protocol", "UDP", "port", (int)column->addr.port);
	if (order != NULL)
		text = json_dumps(order, JSON_COMPACT);
	json_decref(order);
	free(target);
	return text;
}

static enum dg_status order(struct dg_visit *v, dg_ms now)
{
	return dg_visit_request(v, dg_copy_text(BASE), make_order(v, v->own), true, now);
}

static enum dg_status look(struct dg_visit *v, dg_ms due)
{
	const struct globalping *own = v->own;

	return dg_visit_request(v, dg_text(BASE "/%s", own->id[own->looked_at]), NULL, false, due);
}

/* From the first address on. */
static void start_over(struct globalping *own)
{
	own->ordered = own->looked_at = 0;
	own->looks = own->patience = 0;
	own->lost = false;
}

static enum dg_status begin(struct dg_visit *v, dg_ms now)
{
	size_t cost = count_locations(v->vantage->argument) * v->sought->ncolumns;

	start_over(v->own);
	if (cost == 0) {
		dg_visit_fail(v,
			      "%s: its probes do not look for the name servers themselves: name "
			      "them with --server",
			      v->vantage->text);
		return DG_OK;
	}
	if (cost > *v->units) {
		dg_visit_fail(v, "%s: this takes %zu units, and %u are left of --vantage-budget",
			      v->vantage->text, cost, *v->units);
		return DG_OK;
	}
	return order(v, now);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void spend(struct dg_visit *v, size_t units)
{
	*v->units -= units < *v->units ? (unsigned)units : *v->units;
}

static bool take_id(struct globalping *own, const char *id)
{
	size_t i;

	if (id == NULL || id[0] == '\0' || strlen(id) > ID_MAX)
		return false;
	for (i = 0; id[i] != '\0'; i++)
		if (!isalnum((unsigned char)id[i]) && id[i] != '-' && id[i] != '_')
			return false;
	strcpy(own->id[own->ordered], id);
	return true;
}

static enum dg_status take_ordered(struct dg_visit *v, const json_t *answer, dg_ms now)
{
	struct globalping *own = v->own;
	int64_t probes = dg_json_whole(answer, "probesCount");

	if (!take_id(own, dg_json_text(answer, "id"))) {
		dg_visit_fail(v, "%s: its answer has no id", v->vantage->text);
		return DG_OK;
	}
	spend(v, probes > 0 && probes <= DG_MAX_PLACES ? (size_t)probes
						       : count_locations(v->vantage->argument));
	if (own->ordered == 0 && own->probes[0] == '\0')
		strcpy(own->probes, own->id[0]);
	if (++own->ordered < v->sought->ncolumns)
		return order(v, now);
	return look(v, now);
}

static enum dg_status take_looked(struct dg_visit *v, const json_t *answer, dg_ms now)
{
	struct globalping *own = v->own;
	const struct dg_column *column = &v->sought->column[own->looked_at];
	const char *status = dg_json_text(answer, "status"), *id = dg_json_text(answer, "id");

	if (status == NULL || id == NULL || strcmp(id, own->id[own->looked_at]) != 0 ||
	    dg_json_text(answer, "target") == NULL ||
	    !dg_same_name(dg_json_text(answer, "target"), column->owner)) {
		dg_visit_fail(v, "%s: its answer is about something else", v->vantage->text);
		return DG_OK;
	}
	if (strcmp(status, "in-progress") == 0) {
		if (++own->looks < MAX_LOOKS)
			return look(v, now + AGAIN_MS);
		dg_visit_fail(v, "%s: a measurement does not end", v->vantage->text);
		return DG_OK;
	}
	if (!dg_globalping_take(v, column, json_object_get(answer, "results"), &own->lost))
		return DG_ENOMEM;
	if (++own->looked_at < v->sought->ncolumns)
		return look(v, now);
	/* Who has gone would be gone the next time too. */
	if (own->lost)
		own->probes[0] = '\0';
	if (v->seen.count == 0)
		dg_visit_fail(v, "%s: no probe has answered", v->vantage->text);
	else
		v->state = DG_VISIT_DONE;
	return DG_OK;
}

static enum dg_status take_failure(struct dg_visit *v, const struct dg_fetched *f, dg_ms now)
{
	struct globalping *own = v->own;
	bool ordering = own->ordered < v->sought->ncolumns;

	/* The id was too old. */
	if (f->status == 422 && ordering && own->probes[0] != '\0') {
		own->probes[0] = '\0';
		start_over(own);
		v->state = DG_VISIT_WANTS;
		return order(v, now);
	}
	if (f->status == 429 && !ordering && own->patience < MAX_PATIENCE) {
		own->patience++;
		return look(v, now + (f->retry_after >= 0 && f->retry_after < PATIENCE_MS
					  ? f->retry_after + AGAIN_MS
					  : PATIENCE_MS));
	}
	own->probes[0] = '\0';
	return DG_OK;
}

static enum dg_status heard(struct dg_visit *v, const struct dg_fetched *f, dg_ms now)
{
	struct globalping *own = v->own;
	enum dg_status status;
	json_t *answer;

	if (!dg_visit_is_good(v, f))
		return take_failure(v, f, now);
	answer = dg_visit_answer(v, f);
	if (answer == NULL)
		return DG_OK;
	status = own->ordered < v->sought->ncolumns ? take_ordered(v, answer, now)
						    : take_looked(v, answer, now);
	json_decref(answer);
	return status;
}

const struct dg_engine dg_engine_globalping = {
    .name = "globalping",
    .form = "globalping[:LOCATION,...]",
    .over_https = true,
    .own = sizeof(struct globalping),
    .check = check,
    .begin = begin,
    .heard = heard,
};
