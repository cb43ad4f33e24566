/* SPDX-License-Identifier: ISC */
/* What is said of the names that did not become visible. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "view.h"

#define FAILURE_TEXT 1200
/* Names that failed alike mostly follow each other; thousands of them must not be compared each
 * with each. */
#define GROUPS_TRIED 16

/* Somebody answered: a server of the record's, or one that says that its domain is not there. */
static bool was_answered(const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < dg_record_findings(r); i++)
		if (strcmp(dg_record_finding(r, i)->id, "F-46") == 0)
			return true;
	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		if (row.transport != NULL)
			return true;
	}
	return false;
}

/* What is said behind the name. */
static void describe_failure(const struct view *v, const struct dg_record *r, dg_ms elapsed,
			     char out[FAILURE_TEXT])
{
	static const char *const texts[] = {
	    [DG_VERDICT_WAITING] = "was not decided after",
	    [DG_VERDICT_VISIBLE] = "is visible after",
	    [DG_VERDICT_TIMEOUT] = "is not visible after",
	    [DG_VERDICT_FAULT] = "will not become visible by waiting; gave up after",
	    [DG_VERDICT_ENVIRONMENT] =
		"cannot be looked for: this machine reaches no name server; gave up after",
	    [DG_VERDICT_UNPUBLISHED] = "could not be published",
	};
	const char *text = texts[dg_record_verdict(r)];
	char wait[1024], span[32];

	if (dg_record_verdict(r) == DG_VERDICT_ENVIRONMENT && v->options->gate.skip_authoritative)
		text = "cannot be looked for: this machine reaches no resolver; gave up after";
	/* It is clock, trust anchor or the way to the root then, as what follows tells. */
	if (dg_record_verdict(r) == DG_VERDICT_ENVIRONMENT && was_answered(r))
		text = "cannot be judged on this machine; gave up after";
	if (dg_record_verdict(r) == DG_VERDICT_UNPUBLISHED) {
		snprintf(out, FAILURE_TEXT, "%s", text);
		return;
	}
	describe_wait(r, wait, sizeof(wait));
	snprintf(out, FAILURE_TEXT, "%s %s: %s", text, describe_span(elapsed, span), wait);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* All that would be said of them but their names. */
static bool is_alike(const struct view *v, const struct dg_record *a, const struct dg_record *b,
		     dg_ms elapsed)
{
	char one[FAILURE_TEXT], other[FAILURE_TEXT];
	size_t i;

	if (dg_record_findings(a) != dg_record_findings(b))
		return false;
	for (i = 0; i < dg_record_findings(a); i++) {
		const struct dg_finding *f = dg_record_finding(a, i), *g = dg_record_finding(b, i);

		if (f->severity != g->severity || !same_text(f->id, g->id) ||
		    !same_text(f->server, g->server) || !same_text(f->text, g->text) ||
		    !same_text(f->advice, g->advice))
			return false;
	}
	describe_failure(v, a, elapsed, one);
	describe_failure(v, b, elapsed, other);
	return strcmp(one, other) == 0;
}

/* The names of a group but the first, as many as fit into a line or two. */
static void say_others(const struct dg_gate *gate, const size_t *lead, size_t first, size_t others)
{
	char names[400] = "";
	size_t len = 0, named = 0, i;

	for (i = first + 1; i < dg_gate_records(gate) && named < others; i++) {
		const char *name = dg_record_name(dg_gate_record(gate, i));

		if (lead[i] != first)
			continue;
		if (named == RECORDS_LISTED - 1 || len + strlen(name) + 3 > sizeof(names))
			break;
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
					named > 0 ? ", " : "", name);
		named++;
	}
	if (named == others)
		say("  the same: %s", names);
	else
		say("  the same: %s and %zu more", names, others - named);
}

static void say_group(const struct view *v, const struct dg_gate *gate, const size_t *lead,
		      size_t first)
{
	const struct dg_record *r = dg_gate_record(gate, first);
	char text[FAILURE_TEXT], more[48] = "";
	size_t others = 0, i;

	for (i = first + 1; i < dg_gate_records(gate); i++)
		others += lead[i] == first;
	if (others > 0)
		snprintf(more, sizeof(more), " (and %zu more)", others);
	describe_failure(v, r, dg_gate_elapsed(gate), text);
	say("%s%s %s", dg_record_name(r), more, text);
	if (others > 0)
		say_others(gate, lead, first, others);
	view_findings(v, r, DG_SEVERITY_WARNING);
}

/* The group that a record is in, by the first of it; itself if there is none. */
static size_t find_group(const struct view *v, const struct dg_gate *gate, const size_t *lead,
			 size_t record)
{
	size_t tried = 0, i;

	for (i = record; i-- > 0 && tried < GROUPS_TRIED;) {
		if (lead[i] != i)
			continue;
		if (is_alike(v, dg_gate_record(gate, i), dg_gate_record(gate, record),
			     dg_gate_elapsed(gate)))
			return i;
		tried++;
	}
	return record;
}

void view_failed(const struct view *v, const struct dg_gate *gate)
{
	size_t count = dg_gate_records(gate), i;
	size_t *lead = calloc(count + 1, sizeof(*lead));

	for (i = 0; i < count && lead != NULL; i++)
		lead[i] = dg_record_verdict(dg_gate_record(gate, i)) == DG_VERDICT_VISIBLE
			      ? SIZE_MAX
			      : find_group(v, gate, lead, i);
	for (i = 0; i < count && lead != NULL; i++)
		if (lead[i] == i)
			say_group(v, gate, lead, i);
	free(lead);
}
