/* SPDX-License-Identifier: ISC */
/*
 * mpic:URL: an Open MPIC service (specification 3.5.0), which does what a CA does: its perspectives
 * ask resolvers for a digest. One request for each value; a place sees the record when it passed
 * with all of them. Which server its resolver took nobody knows, so a place has one cell.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/challenge.h"
#include "engine.h"
#include "json_in.h"

#define PERSPECTIVES 6
#define QUORUM 5
#define DIGEST_LEN 43
#define CHALLENGE "_acme-challenge."

struct mpic {
	size_t value; /* that is asked about */
};

static const char *check(const char *argument)
{
	const char *at = argument;

	if (argument == NULL || strncmp(argument, "https://", 8) != 0 || argument[8] == '\0')
		return "has no URL of https://";
	for (; *at > ' ' && *at <= '~' && *at != '?' && *at != '#'; at++) {
	}
	return *at != '\0' ? "has more in its URL than host and path" : NULL;
}

static char *make_url(const char *base)
{
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	return dg_text("%.*s/mpic", (int)len, base);
}

static char *make_body(const char *name, const char *digest)
{
	json_t *request;
	char *domain = dg_copy_text(name + strlen(CHALLENGE)), *text = NULL;

	if (domain == NULL)
		return NULL;
	if (domain[0] != '\0')
		domain[strlen(domain) - 1] = '\0';
	request = json_pack("{s:s, s:s, s:{s:i, s:i, s:i}, s:{s:s, s:s}}", "check_type", "dcv",
			    "domain_or_ip_target", domain, "orchestration_parameters",
			    "perspective_count", PERSPECTIVES, "quorum_count", QUORUM,
			    "max_attempts", 1, "dcv_check_parameters", "validation_method",
			    "acme-dns-01", "key_authorization_hash", digest);
	if (request != NULL)
		text = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	free(domain);
	return text;
}

static enum dg_status ask(struct dg_visit *v, dg_ms now)
{
	const struct mpic *own = v->own;
	const struct dg_value *value = &v->sought->expected->value[own->value];

	if (value->len != DIGEST_LEN) {
		dg_visit_fail(v, "%s: it looks for digests alone", v->vantage->text);
		return DG_OK;
	}
	return dg_visit_request(v, make_url(v->vantage->argument),
				make_body(v->sought->name, (const char *)value->octets), true, now);
}

static enum dg_status begin(struct dg_visit *v, dg_ms now)
{
	((struct mpic *)v->own)->value = 0;
	if (strncmp(v->sought->name, CHALLENGE, strlen(CHALLENGE)) != 0 ||
	    v->sought->expected->count == 0) {
		dg_visit_fail(v, "%s: it looks for the values of " CHALLENGE "DOMAIN alone",
			      v->vantage->text);
		return DG_OK;
	}
	return ask(v, now);
}

/* ---- its answer ------------------------------------------------------------------------------ */

/* Perspectives are named by their cloud's regions, which begin alike everywhere. */
static enum dg_rir rir_of(const char *code)
{
	static const struct {
		const char *prefix;
		enum dg_rir rir;
	} regions[] = {
	    {"us", DG_RIR_ARIN},   {"ca", DG_RIR_ARIN},   {"northamerica", DG_RIR_ARIN},
	    {"eu", DG_RIR_RIPE},   {"me", DG_RIR_RIPE},   {"uk", DG_RIR_RIPE},
	    {"il", DG_RIR_RIPE},   {"ap", DG_RIR_APNIC},  {"asia", DG_RIR_APNIC},
	    {"au", DG_RIR_APNIC},  {"sa", DG_RIR_LACNIC}, {"southamerica", DG_RIR_LACNIC},
	    {"af", DG_RIR_AFRINIC}};
	size_t i;

	for (i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
		size_t len = strlen(regions[i].prefix);

		if (strncmp(code, regions[i].prefix, len) == 0 && code[len] == '-')
			return regions[i].rir;
	}
	return DG_RIR_UNKNOWN;
}

/* The place of an earlier value's answer, or a new one. NULL: no memory, or too many. */
static struct dg_place *place_of(struct dg_visit *v, const char *code)
{
	char *shown = dg_json_shown(code, DG_PLACE_TEXT);
	struct dg_place *place = NULL;
	size_t i;

	for (i = 0; shown != NULL && i < v->seen.count && place == NULL; i++)
		if (strcmp(v->seen.place[i].name, shown) == 0)
			place = &v->seen.place[i];
	if (shown != NULL && place == NULL) {
		place = dg_places_add(&v->seen, v->vantage->engine->name, code);
		if (place != NULL)
			place->rir = rir_of(code);
	}
	free(shown);
	return place;
}

static const char *first_error(const json_t *response)
{
	return dg_json_text(json_array_get(json_object_get(response, "errors"), 0),
			    "error_message");
}

/* Passed: the digest stands among what was seen there. */
static enum dg_state judge(const struct dg_visit *v, const json_t *response)
{
	const struct mpic *own = v->own;
	const char *digest = (const char *)v->sought->expected->value[own->value].octets;
	const json_t *details = json_object_get(response, "details");
	const json_t *records = json_object_get(details, "records_seen");
	size_t i;

	if (!json_is_true(json_object_get(response, "check_completed")))
		return DG_STATE_SILENT;
	if (!json_is_true(json_object_get(response, "check_passed")))
		return json_array_size(records) > 0 ? DG_STATE_OTHER : DG_STATE_ABSENT;
	if (!json_is_array(records))
		return DG_STATE_PRESENT;
	for (i = 0; i < json_array_size(records); i++) {
		const char *seen = json_string_value(json_array_get(records, i));

		if (seen != NULL && strstr(seen, digest) != NULL)
			return DG_STATE_PRESENT;
	}
	return DG_STATE_OTHER;
}

static enum dg_status take_perspective(struct dg_visit *v, const json_t *perspective)
{
	const json_t *response = json_object_get(perspective, "check_response");
	const char *code = dg_json_text(perspective, "perspective_code");
	const json_t *records =
	    json_object_get(json_object_get(response, "details"), "records_seen");
	struct dg_column column = {.owner = v->sought->name};
	enum dg_state state = judge(v, response);
	struct dg_place *place;
	struct dg_cell *cell;
	size_t i;

	if (code == NULL || v->seen.count == DG_MAX_PLACES)
		return DG_OK;
	place = place_of(v, code);
	if (place == NULL)
		return DG_ENOMEM;
	cell = place->ncells > 0 ? &place->cell[0] : dg_place_add(place, &column);
	if (cell == NULL)
		return DG_ENOMEM;
	for (i = 0; i < json_array_size(records); i++) {
		const char *seen = json_string_value(json_array_get(records, i));

		if (seen != NULL && !dg_cell_value(cell, (const uint8_t *)seen, strlen(seen)))
			return DG_ENOMEM;
	}
	/* One value that is missing is the word on all of them. */
	if (cell->state != DG_STATE_UNASKED && cell->state != DG_STATE_PRESENT)
		return DG_OK;
	return dg_cell_say(cell, state, first_error(response)) ? DG_OK : DG_ENOMEM;
}

/* A place that was not heard about every value is not known to see them all. */
static bool count_answers(struct dg_visit *v, const json_t *perspectives)
{
	size_t i, k;

	for (i = 0; i < v->seen.count; i++) {
		struct dg_place *place = &v->seen.place[i];

		for (k = 0; k < json_array_size(perspectives); k++) {
			const char *code =
			    dg_json_text(json_array_get(perspectives, k), "perspective_code");
			char *shown = dg_json_shown(code, DG_PLACE_TEXT);
			bool same = shown != NULL && strcmp(shown, place->name) == 0;

			free(shown);
			if (same)
				break;
		}
		if (k == json_array_size(perspectives) && place->ncells > 0 &&
		    place->cell[0].state == DG_STATE_PRESENT &&
		    !dg_cell_say(&place->cell[0], DG_STATE_SILENT, "not asked about every value"))
			return false;
	}
	return true;
}

static enum dg_status take_answer(struct dg_visit *v, const json_t *answer, dg_ms now)
{
	const json_t *perspectives = json_object_get(answer, "perspectives");
	struct mpic *own = v->own;
	enum dg_status status = DG_OK;
	size_t first = v->seen.count, i;

	if (!json_is_true(json_object_get(answer, "mpic_completed")) ||
	    json_array_size(perspectives) == 0) {
		dg_visit_fail(v, "%s: it did not ask all of its perspectives", v->vantage->text);
		return DG_OK;
	}
	for (i = 0; i < json_array_size(perspectives) && status == DG_OK; i++)
		status = take_perspective(v, json_array_get(perspectives, i));
	if (status != DG_OK || !count_answers(v, perspectives))
		return DG_ENOMEM;
	/* A perspective that was not asked about the values before this one. */
	for (i = first; i < v->seen.count && own->value > 0; i++)
		if (!dg_cell_say(&v->seen.place[i].cell[0], DG_STATE_SILENT,
				 "not asked about every value"))
			return DG_ENOMEM;
	if (++own->value < v->sought->expected->count)
		return ask(v, now);
	if (v->seen.count == 0)
		dg_visit_fail(v, "%s: it names no perspective", v->vantage->text);
	else
		v->state = DG_VISIT_DONE;
	return DG_OK;
}

static enum dg_status heard(struct dg_visit *v, const struct dg_fetched *f, dg_ms now)
{
	json_t *answer = dg_visit_is_good(v, f) ? dg_visit_answer(v, f) : NULL;
	enum dg_status status;

	if (answer == NULL)
		return DG_OK;
	status = take_answer(v, answer, now);
	json_decref(answer);
	return status;
}

const struct dg_engine dg_engine_mpic = {
    .name = "mpic",
    .form = "mpic:https://HOST[:PORT][/PATH]",
    .over_https = true,
    .last = true,
    .own = sizeof(struct mpic),
    .check = check,
    .begin = begin,
    .heard = heard,
};
