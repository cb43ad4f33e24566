/* SPDX-License-Identifier: ISC */
/*
 * ssh:HOST: dns01gate itself on another host, over OpenSSH with the user's own configuration and
 * keys.
 *
 * 1. `ssh HOST dns01gate check --json NAME VALUE...` is run: one line there, whether a shell or a
 *    forced command takes it (--operands-from-ssh). So only names and values that no shell reads
 *    anything into are sent.
 * 2. Its report is read like one from a file. It is about the name and the values asked for, or it
 *    is not used.
 * 3. Its rows are the cells, by name and address; what has no row there was not asked. A server
 *    that only that host found is a cell too: a CA might find it as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine.h"
#include "json_in.h"

#define PATIENCE_MS 40000
#define COMMAND "dns01gate check --json"
/* A shell, and words(1), take these as they are. */
#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/:,@%"
#define COMMAND_MAX 8192

static const char *check(const char *argument)
{
	if (argument == NULL || argument[0] == '\0')
		return "names no host";
	if (argument[0] == '-' || strspn(argument, PLAIN "[]") != strlen(argument))
		return "names no host that ssh would take";
	return NULL;
}

/* Appends a word to the command; false when it may not be sent. */
static bool add_word(char *command, const char *word, size_t len)
{
	size_t at = strlen(command);

	if (len == 0 || strspn(word, PLAIN) < len || at + len + 2 > COMMAND_MAX)
		return false;
	/* Only what cannot be anything but a value may begin so; the other side knows it by that.
	 */
	if (word[0] == '-' && len != 43)
		return false;
	command[at] = ' ';
	memcpy(command + at + 1, word, len);
	command[at + 1 + len] = '\0';
	return true;
}

static enum dg_status begin(struct dg_visit *v, dg_ms now)
{
	const struct dg_expected *expected = v->sought->expected;
	char *command = malloc(COMMAND_MAX);
	bool good;
	size_t i, n = 0;

	if (command == NULL)
		return DG_ENOMEM;
	strcpy(command, COMMAND);
	good = add_word(command, v->sought->name, strlen(v->sought->name));
	for (i = 0; i < expected->count && good; i++)
		good = add_word(command, (const char *)expected->value[i].octets,
				expected->value[i].len);
	free(v->body);
	v->body = command;
	if (!good) {
		dg_visit_fail(v,
			      "%s: the name or a value has characters that are not sent to another "
			      "host's shell",
			      v->vantage->text);
		return DG_OK;
	}
	v->argv[n++] = "ssh";
	v->argv[n++] = "-T";
	v->argv[n++] = "-o";
	v->argv[n++] = "BatchMode=yes";
	v->argv[n++] = "-o";
	v->argv[n++] = "ConnectTimeout=10";
	v->argv[n++] = "--";
	v->argv[n++] = v->vantage->argument;
	v->argv[n++] = command;
	v->argv[n] = NULL;
	v->fetch =
	    (struct dg_fetch){.argv = v->argv, .most = DG_FETCH_MOST, .patience = PATIENCE_MS};
	v->state = DG_VISIT_WANTS;
	v->due = now;
	return DG_OK;
}

/* ---- its report ------------------------------------------------------------------------------ */

static bool has_text(const json_t *list, const char *text)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *item = json_string_value(json_array_get(list, i));

		if (item != NULL && strcmp(item, text) == 0)
			return true;
	}
	return false;
}

/* All values that are expected are in a list of a report, which has them in printable form. */
static bool has_values(const json_t *list, const struct dg_expected *expected)
{
	size_t i;

	for (i = 0; i < expected->count; i++)
		if (!has_text(list, (const char *)expected->value[i].octets))
			return false;
	return true;
}

static enum dg_state read_state(const char *word)
{
	int state;

	for (state = DG_STATE_PRESENT; state <= DG_STATE_BOGUS; state++)
		if (strcmp(dg_state_text((enum dg_state)state), word) == 0)
			return (enum dg_state)state;
	return DG_STATE_UNASKED;
}

/* What the row says, and what it says it by: a state without the values is not believed. */
static enum dg_state judge_row(const struct dg_visit *v, const struct dg_column *column,
			       const json_t *row)
{
	enum dg_state state = read_state(dg_json_text(row, "state"));
	const char *target = dg_json_text(row, "target");

	if (state != DG_STATE_PRESENT)
		return state;
	if (column->target != NULL)
		return target != NULL && dg_same_name(target, column->target) ? state
									      : DG_STATE_OTHER;
	if (!has_values(json_object_get(row, "values"), v->sought->expected))
		return DG_STATE_OTHER;
	return state;
}

static bool fill_cell(const struct dg_visit *v, struct dg_cell *cell,
		      const struct dg_column *column, const json_t *row)
{
	const json_t *values = json_object_get(row, "values");
	const char *nsid = dg_json_text(row, "nsid");
	double rtt = json_number_value(json_object_get(row, "rtt_ms"));
	size_t i;

	if (!dg_cell_say(cell, judge_row(v, column, row), dg_json_text(row, "detail")))
		return false;
	cell->rtt_us = rtt > 0 && rtt < 1e6 ? (int64_t)(rtt * 1000) : -1;
	cell->nsid = dg_json_shown(nsid, DG_PLACE_TEXT);
	for (i = 0; i < json_array_size(values); i++) {
		const char *value = json_string_value(json_array_get(values, i));

		if (value != NULL && !dg_cell_value(cell, (const uint8_t *)value, strlen(value)))
			return false;
	}
	return nsid == NULL || cell->nsid != NULL;
}

static bool is_about(const json_t *row, const struct dg_column *column)
{
	const char *owner = dg_json_text(row, "link");
	struct dg_addr addr;

	return strcmp(dg_json_text(row, "role"), "authoritative") == 0 && owner != NULL &&
	       dg_same_name(owner, column->owner) &&
	       dg_addr_parse(&addr, dg_json_text(row, "address"),
			     (uint16_t)dg_json_whole(row, "port"), NULL) == DG_OK &&
	       dg_addr_equal(&addr, &column->addr);
}

/* That host has no servers of this family, be it by its options. */
static bool lacks_family(const json_t *rows, uint8_t family)
{
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		const char *address = dg_json_text(json_array_get(rows, i), "address");

		if ((strchr(address, ':') != NULL) == (family == 6))
			return false;
	}
	return true;
}

static bool fill_columns(const struct dg_visit *v, struct dg_place *place, const json_t *rows)
{
	size_t i, k;

	for (i = 0; i < v->sought->ncolumns; i++) {
		const struct dg_column *column = &v->sought->column[i];
		struct dg_cell *cell;

		for (k = 0; k < json_array_size(rows) && !is_about(json_array_get(rows, k), column);
		     k++) {
		}
		if (k == json_array_size(rows) && lacks_family(rows, column->addr.family))
			continue;
		cell = dg_place_add(place, column);
		if (cell == NULL)
			return false;
		if (k == json_array_size(rows)) {
			if (!dg_cell_say(cell, DG_STATE_UNASKED, "was not asked there"))
				return false;
		} else if (!fill_cell(v, cell, column, json_array_get(rows, k))) {
			return false;
		}
	}
	return true;
}

/* The last name of the chain as that host sees it has to have the values; each other one has to
 * lead to the next. */
static const char *next_of(const json_t *chain, const char *owner)
{
	size_t i;

	for (i = 0; i + 1 < json_array_size(chain); i++) {
		const char *name = json_string_value(json_array_get(chain, i));

		if (name != NULL && dg_same_name(name, owner))
			return json_string_value(json_array_get(chain, i + 1));
	}
	return NULL;
}

static bool fill_others(const struct dg_visit *v, struct dg_place *place, const json_t *record)
{
	const json_t *rows = json_object_get(record, "servers");
	size_t own = 0, i, k;

	for (i = 0; i < json_array_size(rows) && own < DG_MAX_OWN_CELLS; i++) {
		const json_t *row = json_array_get(rows, i);
		const char *owner = dg_json_text(row, "link"), *name = dg_json_text(row, "name");
		struct dg_column column = {.owner = owner};
		struct dg_name parsed;
		char text[DG_NAME_TEXT], server[DG_NAME_TEXT];
		struct dg_cell *cell;

		if (strcmp(dg_json_text(row, "role"), "authoritative") != 0 || owner == NULL ||
		    dg_addr_parse(&column.addr, dg_json_text(row, "address"),
				  (uint16_t)dg_json_whole(row, "port"), NULL) != DG_OK ||
		    dg_name_parse(&parsed, owner, NULL) != DG_OK)
			continue;
		for (k = 0; k < v->sought->ncolumns && !is_about(row, &v->sought->column[k]); k++) {
		}
		if (k < v->sought->ncolumns)
			continue;
		column.owner = dg_name_print(&parsed, text);
		column.target = next_of(json_object_get(record, "chain"), owner);
		if (name != NULL && dg_name_parse(&parsed, name, NULL) == DG_OK)
			column.server = dg_name_print(&parsed, server);
		dg_addr_print(&column.addr, column.address);
		cell = dg_place_add(place, &column);
		own++;
		if (cell == NULL || !fill_cell(v, cell, &column, row))
			return false;
	}
	return true;
}

/* Why a host's own view is of no use, in the words of its first finding. */
static const char *excuse_of(const json_t *record)
{
	const char *text =
	    dg_json_text(json_array_get(json_object_get(record, "findings"), 0), "text");

	return text != NULL ? text : "it reaches no name server";
}

static bool is_of(const struct dg_visit *v, const json_t *record)
{
	const char *name = dg_json_text(record, "name");

	return name != NULL && dg_same_name(name, v->sought->name) &&
	       json_array_size(json_object_get(record, "values")) == v->sought->expected->count &&
	       has_values(json_object_get(record, "values"), v->sought->expected);
}

static enum dg_status take_report(struct dg_visit *v, const json_t *report)
{
	const json_t *record = json_array_get(json_object_get(report, "records"), 0);
	struct dg_place *place;

	if (json_array_size(json_object_get(report, "records")) != 1 || !is_of(v, record)) {
		dg_visit_fail(v, "%s: its report is about something else", v->vantage->text);
		return DG_OK;
	}
	place = dg_places_add(&v->seen, v->vantage->engine->name, v->vantage->argument);
	if (place == NULL)
		return DG_ENOMEM;
	v->state = DG_VISIT_DONE;
	if (strcmp(dg_json_text(record, "verdict"), "environment") == 0) {
		place->unusable = dg_json_shown(excuse_of(record), 2 * DG_PLACE_TEXT);
		return place->unusable == NULL ? DG_ENOMEM : DG_OK;
	}
	return fill_columns(v, place, json_object_get(record, "servers")) &&
		       fill_others(v, place, record)
		   ? DG_OK
		   : DG_ENOMEM;
}

static enum dg_status heard(struct dg_visit *v, const struct dg_fetched *f, dg_ms now)
{
	struct dg_error err = {0};
	json_t *report = NULL;
	enum dg_status status;

	(void)now;
	/* ssh's own failures, and a shell's that finds no dns01gate there. */
	if (f->status < 0 || (f->status >= 126 && f->len == 0)) {
		dg_visit_fail(v, "%s: %s", v->vantage->text,
			      f->why[0] != '\0' ? f->why : "the host answers nothing");
		return DG_OK;
	}
	status = dg_json_in(&report, f->body, f->len, DG_JSON_MOST, v->vantage->text, &err);
	if (status == DG_OK)
		status = dg_report_check(report, v->vantage->text, &err);
	if (status == DG_ENOMEM)
		return status;
	if (status != DG_OK) {
		json_decref(report);
		dg_visit_fail(v, "%s%s%s%s", err.text, f->why[0] != '\0' ? " (" : "", f->why,
			      f->why[0] != '\0' ? ")" : "");
		return DG_OK;
	}
	status = take_report(v, report);
	json_decref(report);
	return status;
}

const struct dg_engine dg_engine_ssh = {
    .name = "ssh",
    .form = "ssh:HOST",
    .check = check,
    .begin = begin,
    .heard = heard,
};
