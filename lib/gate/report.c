/* SPDX-License-Identifier: ISC */
/* The JSON report. Its keys are a promise; new ones may be added, none goes away. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/err.h"
#include "gate.h"

#define SCHEMA 1

/* NULL and -1 are facts that are not known: null. */
static json_t *text_or_null(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

static json_t *number_or_null(int64_t number)
{
	return number < 0 ? json_null() : json_integer(number);
}

/* Milliseconds with fractions, from microseconds. */
static json_t *rtt_or_null(int64_t us)
{
	return us < 0 ? json_null() : json_real((double)us / 1000);
}

/* An array of what `item` makes of each; NULL when one could not be made. */
static json_t *list(size_t count, json_t *(*item)(const void *of, size_t i), const void *of)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array != NULL && i < count; i++) {
		if (json_array_append_new(array, item(of, i)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *text_item(const void *texts, size_t i)
{
	return json_string(((char *const *)texts)[i]);
}

static json_t *texts(char *const *text, size_t count)
{
	return list(count, text_item, text);
}

/* Sets a key to a value that it takes; false when either could not be made. */
static bool put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

static json_t *moment_item(const void *row, size_t i)
{
	const struct dg_moment *m = &((const struct dg_row *)row)->moments[i];

	return json_pack("{s:I, s:s}", "ms", (json_int_t)m->at, "event", m->event);
}

static json_t *row_json(const struct dg_row *row)
{
	json_t *o = json_object();
	bool good;

	if (o == NULL)
		return NULL;
	good =
	    put(o, "role", json_string(row->recursive ? "recursive" : "authoritative")) &&
	    put(o, "resolver", text_or_null(row->resolver)) &&
	    put(o, "name", text_or_null(row->server)) &&
	    put(o, "address", json_string(row->address)) &&
	    put(o, "port", json_integer(row->port)) &&
	    put(o, "transport", text_or_null(row->transport)) &&
	    put(o, "link", json_string(row->owner)) &&
	    put(o, "target", text_or_null(row->target)) &&
	    put(o, "required", json_boolean(row->required)) &&
	    put(o, "state",
		json_string(dg_state_text(row->state == DG_STATE_UNASKED ? DG_STATE_SILENT
									 : row->state))) &&
	    put(o, "detail", json_string(row->detail)) &&
	    put(o, "rcode", text_or_null(row->rcode_text)) &&
	    put(o, "aa", row->aa < 0 ? json_null() : json_boolean(row->aa)) &&
	    put(o, "ad", row->ad < 0 ? json_null() : json_boolean(row->ad)) &&
	    put(o, "ede", number_or_null(row->ede)) &&
	    put(o, "ede_text", text_or_null(row->ede_text)) &&
	    put(o, "dnssec", json_string(dg_security_text(row->security))) &&
	    put(o, "reason", text_or_null(row->reason)) &&
	    put(o, "serial", number_or_null(row->serial)) &&
	    put(o, "size", number_or_null(row->size)) && put(o, "ttl", number_or_null(row->ttl)) &&
	    put(o, "rtt_ms", rtt_or_null(row->rtt_us)) && put(o, "nsid", text_or_null(row->nsid)) &&
	    put(o, "values", texts(row->values, row->nvalues)) &&
	    put(o, "queries", json_integer(row->queries)) &&
	    put(o, "confirmations", json_integer(row->confirmations)) &&
	    put(o, "needed", json_integer(row->needed)) &&
	    put(o, "first_present_ms", number_or_null(row->first_present)) &&
	    put(o, "retry_ms", number_or_null(row->retry)) &&
	    put(o, "events", list(row->nmoments, moment_item, row)) &&
	    (row->dropped == 0 || put(o, "events_dropped", json_integer((json_int_t)row->dropped)));
	if (good)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *row_item(const void *record, size_t i)
{
	struct dg_row row;

	dg_record_row(record, i, &row);
	return row_json(&row);
}

static json_t *finding_item(const void *record, size_t i)
{
	const struct dg_finding *f = dg_record_finding(record, i);

	return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:s?}", "id", f->id, "code", f->code,
			 "severity", dg_severity_text(f->severity), "server", f->server, "text",
			 f->text, "advice", f->advice, "ca_text", f->ca_text);
}

static json_t *cell_item(const void *place, size_t i)
{
	const struct dg_cell *c = &((const struct dg_place *)place)->cell[i];

	return json_pack("{s:s, s:s?, s:s?, s:s, s:s?, s:s?, s:o, s:o}", "owner", c->owner, "name",
			 c->server, "address", c->address, "state",
			 c->state == DG_STATE_UNASKED ? "unasked" : dg_state_text(c->state),
			 "detail", c->detail, "nsid", c->nsid, "rtt_ms", rtt_or_null(c->rtt_us),
			 "values", texts(c->values, c->nvalues));
}

static json_t *place_item(const void *record, size_t i)
{
	const struct dg_place *p = dg_record_place(record, i);

	return json_pack("{s:s, s:s, s:s?, s:o, s:s?, s:o}", "engine", p->engine, "place", p->name,
			 "network", p->network, "asn", number_or_null(p->asn), "unusable",
			 p->unusable, "servers", list(p->ncells, cell_item, p));
}

static json_t *values_json(const struct dg_record *r)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array != NULL && i < r->watch->expected.count; i++) {
		const char *value = (const char *)r->watch->expected.value[i].octets;

		/* A value that is no UTF-8 cannot stand in JSON: it can be no challenge's either.
		 */
		if (json_array_append_new(array, json_string(value)) != 0 &&
		    json_array_append_new(array, json_null()) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *chain_json(const struct dg_record *r)
{
	size_t chain[DG_MAX_OWNERS], back_to, i;
	size_t count = dg_watch_chain(r->watch, chain, &back_to);
	json_t *array = json_array();

	for (i = 0; array != NULL && i < count; i++) {
		if (json_array_append_new(array, json_string(r->watch->owner[chain[i]].text)) !=
		    0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *zone_json(const struct dg_name *name, const struct dg_trust_point *p,
			 const struct dg_judgement *j, int64_t wall)
{
	char zone[DG_NAME_TEXT], reason[DG_JUDGEMENT_TEXT];
	bool why = j->why != DG_WHY_NONE;

	return json_pack("{s:s, s:s, s:I, s:I, s:s?}", "zone", dg_name_print(name, zone),
			 "security", dg_security_text(j->security), "ds",
			 (json_int_t)(p == NULL ? 0 : p->ds.count), "keys",
			 (json_int_t)(p == NULL ? 0 : p->keys.count), "reason",
			 why ? dg_judgement_print(j, wall, reason) : NULL);
}

/* The zones from the first that is trusted by itself, the root as a rule, down to the record's.
 * What is below an unsigned zone is unsigned, and nobody asked about it. */
static json_t *dnssec_chain_json(const struct dg_record *r)
{
	const struct dg_gate *g = r->gate;
	const struct dg_trust *trust = &g->chase.trust;
	const struct dg_owner *last = dg_record_last_owner(r);
	bool found = dg_record_zone(r) != NULL;
	const struct dg_name *to = found ? &last->zone->name : &last->name;
	const struct dg_trust_point *anchor = dg_trust_anchor_of(trust, to);
	int64_t wall =
	    (g->options.now >= 0 ? g->options.now : g->started_wall) + dg_gate_elapsed(g) / 1000;
	unsigned labels = anchor == NULL ? 0 : dg_name_labels(&anchor->name);
	enum dg_security above = DG_SECURITY_INDETERMINATE;
	json_t *array = r->watch->policy.dnssec == DG_DNSSEC_OFF ? json_null() : json_array();

	for (; json_is_array(array) && labels <= dg_name_labels(to); labels++) {
		struct dg_name name = dg_name_ancestor(to, labels);
		const struct dg_trust_point *p = dg_trust_find(trust, &name);
		struct dg_judgement j;

		if (!dg_trust_judge(p, &j)) {
			if (!found || labels < dg_name_labels(to))
				continue;
			if (above == DG_SECURITY_INSECURE)
				j.security = above;
		}
		above = j.security;
		if (json_array_append_new(array, zone_json(&name, p, &j, wall)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static bool add_limit(json_t *array, const char *limit)
{
	size_t i;

	if (limit == NULL)
		return true;
	for (i = 0; i < json_array_size(array); i++)
		if (strcmp(json_string_value(json_array_get(array, i)), limit) == 0)
			return true;
	return json_array_append_new(array, json_string(limit)) == 0;
}

/* Limits of the program that this record met. */
static json_t *limits_json(const struct dg_record *r)
{
	json_t *array = json_array();
	bool good = array != NULL && add_limit(array, r->watch->limit) &&
		    add_limit(array, r->limit) && add_limit(array, r->survey.limit) &&
		    add_limit(array, r->findings.limit) &&
		    add_limit(array, r->gate->chase.trust.limit);
	size_t i;

	for (i = 0; good && i < r->watch->nowners; i++) {
		const struct dg_owner *l = &r->watch->owner[i];

		good = add_limit(array, l->search == NULL ? NULL : l->search->limit) &&
		       add_limit(array, l->zone == NULL ? NULL : l->zone->limit);
	}
	if (good)
		return array;
	json_decref(array);
	return NULL;
}

static json_t *record_json(const struct dg_record *r)
{
	double chance = dg_record_chance(r);
	json_t *o = json_object();
	bool good;

	if (o == NULL)
		return NULL;
	good = put(o, "name", json_string(dg_record_name(r))) && put(o, "values", values_json(r)) &&
	       put(o, "verdict", json_string(dg_verdict_text(dg_record_verdict(r)))) &&
	       put(o, "chain", chain_json(r)) && put(o, "zone", text_or_null(dg_record_zone(r))) &&
	       put(o, "dnssec", json_string(dg_security_text(dg_record_security(r)))) &&
	       put(o, "dnssec_chain", dnssec_chain_json(r)) &&
	       put(o, "visible_ms", number_or_null(dg_record_visible_at(r))) &&
	       put(o, "published_serial", number_or_null(r->published)) &&
	       put(o, "trouble", text_or_null(dg_record_trouble(r))) &&
	       put(o, "caa", text_or_null(dg_record_caa(r))) && put(o, "limits", limits_json(r)) &&
	       put(o, "servers", list(dg_record_rows(r), row_item, r)) &&
	       put(o, "places", list(dg_record_places(r), place_item, r)) &&
	       put(o, "chance", chance < 0 ? json_null() : json_real(chance)) &&
	       put(o, "findings", list(dg_record_findings(r), finding_item, r));
	if (good)
		return o;
	json_decref(o);
	return NULL;
}

/* Causes that nobody looked for: how other regions are answered, unless places were asked, and what
 * is the CA's own. */
static json_t *not_checked_json(const struct dg_gate *g)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (!dg_round_has_seen(g->record[i]->round))
			return json_pack("[s,s]", "F-43", "F-50");
	return json_pack("[s]", "F-50");
}

/* All but the records. */
static json_t *head_json(const struct dg_gate *g)
{
	json_t *o = json_object();
	time_t at = (time_t)g->started_wall;
	char started[32] = "";
	struct tm utc;

	if (gmtime_r(&at, &utc) != NULL)
		strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &utc);
	if (put(o, "program", json_string("dns01gate")) &&
	    put(o, "version", json_string(dg_version())) &&
	    put(o, "schema", json_integer(SCHEMA)) && put(o, "started", json_string(started)) &&
	    put(o, "elapsed_ms", json_integer(dg_gate_elapsed(g))) &&
	    put(o, "verdict", json_string(dg_verdict_text(dg_gate_verdict(g)))) &&
	    put(o, "not_checked", not_checked_json(g)))
		return o;
	json_decref(o);
	return NULL;
}

/* ---- as text --------------------------------------------------------------------------------- */

struct text {
	char *octets;
	size_t len, room;
	const char *indent; /* put before every line but the first */
};

static bool append(struct text *t, const char *octets, size_t len)
{
	if (len > t->room - t->len) {
		size_t room = t->len + len + t->room / 2;
		char *more = realloc(t->octets, room);

		if (more == NULL)
			return false;
		t->octets = more;
		t->room = room;
	}
	memcpy(t->octets + t->len, octets, len);
	t->len += len;
	return true;
}

static bool append_text(struct text *t, const char *text)
{
	return append(t, text, strlen(text));
}

/* A newline within a JSON string is written as \n: each octet of it ends a line (RFC 8259 section
 * 7). */
static int append_lines(const char *octets, size_t len, void *text)
{
	struct text *t = text;
	const char *end;

	while ((end = memchr(octets, '\n', len)) != NULL) {
		size_t line = (size_t)(end - octets) + 1;

		if (!append(t, octets, line) || !append_text(t, t->indent))
			return -1;
		octets += line;
		len -= line;
	}
	return append(t, octets, len) ? 0 : -1;
}

/* Takes the value. */
static bool append_json(struct text *t, json_t *value, const char *indent)
{
	bool good;

	t->indent = indent;
	good = value != NULL && json_dump_callback(value, append_lines, t,
						   JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0;
	json_decref(value);
	return good;
}

/* One record at a time: those of thousands of names, as jansson keeps them, are ten times as long
 * as their text. */
static bool append_report(struct text *t, const struct dg_gate *g)
{
	static const char brace[] = "\n}";
	size_t i;

	if (!append_json(t, head_json(g), ""))
		return false;
	t->len -= strlen(brace);
	if (!append_text(t, ",\n  \"records\": ["))
		return false;
	for (i = 0; i < g->count; i++)
		if (!append_text(t, i == 0 ? "\n    " : ",\n    ") ||
		    !append_json(t, record_json(g->record[i]), "    "))
			return false;
	return append_text(t, g->count > 0 ? "\n  ]\n}" : "]\n}") && append(t, "", 1);
}

enum dg_status dg_gate_report(const struct dg_gate *gate, char **ret_json, struct dg_error *err)
{
	struct text text = {0};

	if (!append_report(&text, gate)) {
		free(text.octets);
		return dg_fail_memory(err);
	}
	*ret_json = text.octets;
	return DG_OK;
}
