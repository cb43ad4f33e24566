/* SPDX-License-Identifier: ISC */
/*
 * A probe runs dig(1) with RD, without DO, with NSID. Its answers come in presentation form, TXT
 * values with their quotes, several strings apart by blanks; AA and NSID are only in its raw
 * output.
 */
#include "globalping.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/name.h"

#define VALUE_MAX 4096
#define MAX_ANSWERS 200

/* ---- the probe ------------------------------------------------------------------------------- */

static enum dg_rir rir_of(const char *continent)
{
	static const struct {
		const char *code;
		enum dg_rir rir;
	} regions[] = {{"AF", DG_RIR_AFRINIC}, {"AS", DG_RIR_APNIC}, {"OC", DG_RIR_APNIC},
		       {"EU", DG_RIR_RIPE},    {"NA", DG_RIR_ARIN},  {"SA", DG_RIR_LACNIC}};
	size_t i;

	for (i = 0; continent != NULL && i < sizeof(regions) / sizeof(regions[0]); i++)
		if (strcmp(regions[i].code, continent) == 0)
			return regions[i].rir;
	return DG_RIR_UNKNOWN;
}

static char *name_of(const json_t *probe)
{
	const char *city = dg_json_text(probe, "city"),
		   *continent = dg_json_text(probe, "continent");

	if (city == NULL || city[0] == '\0')
		city = dg_json_text(probe, "country");
	return dg_text("%.*s, %.*s", DG_PLACE_TEXT / 2, city != NULL ? city : "unknown",
		       DG_PLACE_TEXT / 4, continent != NULL ? continent : "?");
}

static bool describe(struct dg_place *place, const json_t *probe)
{
	const char *network = dg_json_text(probe, "network");

	place->asn = dg_json_whole(probe, "asn");
	place->rir = rir_of(dg_json_text(probe, "continent"));
	place->network = dg_json_shown(network, DG_PLACE_TEXT);
	return network == NULL || place->network != NULL;
}

/* The place at an index: made with the first address, and with later ones the same. NULL: *good
 * tells whether that is for want of memory. */
static struct dg_place *place_at(struct dg_visit *v, size_t i, const json_t *probe, bool first,
				 bool *good)
{
	char *name = name_of(probe), *shown = dg_json_shown(name, DG_PLACE_TEXT);
	struct dg_place *place = NULL;

	*good = shown != NULL;
	if (shown != NULL && first) {
		place = dg_places_add(&v->seen, v->vantage->engine->name, name);
		*good = place != NULL && describe(place, probe);
	} else if (shown != NULL && i < v->seen.count &&
		   strcmp(v->seen.place[i].name, shown) == 0 &&
		   v->seen.place[i].asn == dg_json_whole(probe, "asn")) {
		place = &v->seen.place[i];
	}
	free(name);
	free(shown);
	return *good ? place : NULL;
}

static bool leave_out(struct dg_place *place, const char *why)
{
	if (place->unusable == NULL)
		place->unusable = dg_copy_text(why);
	return place->unusable != NULL;
}

/* ---- raw output ------------------------------------------------------------------------------ */

/* The flags of the header: true when it names this one. *ret_known: there are flags. */
static bool has_flag(const char *raw, const char *flag, bool *ret_known)
{
	static const char begin[] = ";; flags:";
	const char *at = raw == NULL ? NULL : strstr(raw, begin);
	size_t end, len = strlen(flag);

	*ret_known = at != NULL;
	if (at == NULL)
		return false;
	at += strlen(begin);
	for (end = strcspn(at, ";\n"); end > 0;) {
		size_t word;

		while (end > 0 && *at == ' ') {
			at++;
			end--;
		}
		for (word = 0; word < end && at[word] != ' '; word++) {
		}
		if (word == len && strncmp(at, flag, len) == 0)
			return true;
		at += word;
		end -= word;
	}
	return false;
}

/* "; NSID: 73 79 64 31 ("syd1")": the text, else the octets; free() it. NULL: there is none. */
static char *read_nsid(const char *raw)
{
	static const char begin[] = "; NSID: ";
	const char *at = raw == NULL ? NULL : strstr(raw, begin), *text;
	char buf[DG_PLACE_TEXT];
	size_t len;

	if (at == NULL)
		return NULL;
	at += strlen(begin);
	len = strcspn(at, "\n");
	text = memchr(at, '"', len);
	if (text != NULL && memchr(text + 1, '"', len - (size_t)(text + 1 - at)) != NULL) {
		at = text + 1;
		len = strcspn(at, "\"");
	}
	snprintf(buf, sizeof(buf), "%.*s", (int)(len < sizeof(buf) - 1 ? len : sizeof(buf) - 1),
		 at);
	return dg_json_shown(buf, DG_PLACE_TEXT);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* One octet of a string, escapes taken away (RFC 1035 section 5.1). */
static uint8_t read_octet(const char **at)
{
	const char *c = *at;

	if (c[0] != '\\' || c[1] == '\0') {
		*at = c + 1;
		return (uint8_t)c[0];
	}
	if (isdigit((unsigned char)c[1]) && isdigit((unsigned char)c[2]) &&
	    isdigit((unsigned char)c[3])) {
		*at = c + 4;
		return (uint8_t)((c[1] - '0') * 100 + (c[2] - '0') * 10 + (c[3] - '0'));
	}
	*at = c + 2;
	return (uint8_t)c[1];
}

/* The strings of a TXT record, joined; one without quotes ends at a blank. */
static size_t read_value(const char *at, uint8_t value[VALUE_MAX])
{
	size_t len = 0;
	bool quoted = false;

	while (*at != '\0' && len < VALUE_MAX) {
		if (*at == '"') {
			quoted = !quoted;
			at++;
		} else if (*at == ' ' && !quoted) {
			at++;
		} else {
			value[len++] = read_octet(&at);
		}
	}
	return len;
}

/* ---- one result ------------------------------------------------------------------------------ */

struct reading {
	uint64_t found; /* of the expected values */
	size_t values;
	const char *alias; /* where the owner's CNAME leads, or NULL */
};

/* Records of other names than the one asked for are of no use. */
static bool read_answers(const struct dg_visit *v, const struct dg_column *column,
			 const json_t *answers, struct dg_cell *cell, struct reading *ret)
{
	uint8_t value[VALUE_MAX];
	size_t i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < json_array_size(answers) && i < MAX_ANSWERS; i++) {
		const json_t *answer = json_array_get(answers, i);
		const char *name = dg_json_text(answer, "name"),
			   *type = dg_json_text(answer, "type");
		const char *text = dg_json_text(answer, "value");
		size_t len;

		if (name == NULL || type == NULL || text == NULL ||
		    !dg_same_name(name, column->owner))
			continue;
		if (strcmp(type, "CNAME") == 0)
			ret->alias = text;
		if (strcmp(type, "TXT") != 0)
			continue;
		len = read_value(text, value);
		ret->values++;
		ret->found |= dg_expected_which(v->sought->expected, value, len);
		if (!dg_cell_value(cell, value, len))
			return false;
	}
	return true;
}

static enum dg_state judge_answers(const struct dg_visit *v, const struct dg_column *column,
				   const struct reading *r)
{
	if (column->target != NULL)
		return r->alias == NULL                         ? DG_STATE_ABSENT
		       : dg_same_name(r->alias, column->target) ? DG_STATE_PRESENT
								: DG_STATE_OTHER;
	if (r->values == 0)
		return r->alias != NULL ? DG_STATE_OTHER : DG_STATE_ABSENT;
	return dg_expected_all(v->sought->expected, r->found) ? DG_STATE_PRESENT : DG_STATE_OTHER;
}

/* The meaning of a response code without regard to records. */
static enum dg_state judge_code(const char *code)
{
	if (strcmp(code, "NXDOMAIN") == 0)
		return DG_STATE_ABSENT;
	if (strcmp(code, "REFUSED") == 0)
		return DG_STATE_REFUSED;
	return DG_STATE_BROKEN;
}

static bool take_answer(const struct dg_visit *v, const struct dg_column *column,
			struct dg_place *place, struct dg_cell *cell, const json_t *result)
{
	const char *code = dg_json_text(result, "statusCodeName");
	const char *raw = dg_json_text(result, "rawOutput");
	double ms = json_number_value(json_object_get(json_object_get(result, "timings"), "total"));
	struct reading reading;
	bool known;

	if (code == NULL)
		return dg_cell_say(cell, DG_STATE_BROKEN, "no response code");
	if (has_flag(raw, "ra", &known) && !has_flag(raw, "aa", &known))
		return leave_out(place, "a resolver answers there for the server: its network "
					"intercepts port 53");
	cell->rtt_us = ms > 0 && ms < 1e6 ? (int64_t)(ms * 1000) : -1;
	cell->nsid = read_nsid(raw);
	if (strcmp(code, "NOERROR") != 0)
		return dg_cell_say(cell, judge_code(code), code);
	return read_answers(v, column, json_object_get(result, "answers"), cell, &reading) &&
	       dg_cell_say(cell, judge_answers(v, column, &reading),
			   reading.values > 0      ? "answer"
			   : reading.alias != NULL ? "alias"
						   : "no such record");
}

/* False: no memory. */
static bool take_result(const struct dg_visit *v, const struct dg_column *column,
			struct dg_place *place, const json_t *result, bool *lost)
{
	const char *status = dg_json_text(result, "status");
	const char *source = dg_json_text(result, "failureSource");
	const char *resolver = dg_json_text(result, "resolver");
	struct dg_cell *cell = dg_place_add(place, column);
	struct dg_addr addr;

	if (cell == NULL)
		return false;
	if (status != NULL && strcmp(status, "offline") == 0) {
		*lost = true;
		return leave_out(place, "the probe has gone");
	}
	if (status != NULL && strcmp(status, "failed") == 0 &&
	    (source == NULL || strcmp(source, "internal") != 0))
		return dg_cell_say(cell, DG_STATE_SILENT, "no answer");
	if (status == NULL || strcmp(status, "finished") != 0)
		return leave_out(place, "the probe failed");
	if (resolver != NULL && (dg_addr_parse(&addr, resolver, column->addr.port, NULL) != DG_OK ||
				 !dg_addr_equal(&addr, &column->addr)))
		return dg_cell_say(cell, DG_STATE_UNASKED, "another server was asked");
	return take_answer(v, column, place, cell, result);
}

bool dg_globalping_take(struct dg_visit *v, const struct dg_column *column, const json_t *results,
			bool *lost)
{
	bool first = column == v->sought->column, good = true;
	size_t places = json_array_size(results), i;

	if (places > DG_MAX_PLACES)
		places = DG_MAX_PLACES;
	for (i = 0; i < places && good; i++) {
		const json_t *item = json_array_get(results, i);
		struct dg_place *place =
		    place_at(v, i, json_object_get(item, "probe"), first, &good);

		if (place != NULL)
			good = take_result(v, column, place, json_object_get(item, "result"), lost);
	}
	/* Where this address was not asked, nothing is known of it. */
	for (i = 0; i < v->seen.count && good; i++) {
		size_t asked = (size_t)(column - v->sought->column) + 1;

		if (v->seen.place[i].ncells < asked) {
			struct dg_cell *cell = dg_place_add(&v->seen.place[i], column);

			good = cell != NULL &&
			       dg_cell_say(cell, DG_STATE_UNASKED, "another probe answered");
		}
	}
	return good;
}
