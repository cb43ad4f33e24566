/* SPDX-License-Identifier: ISC */
#include "view.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 250
#define LAGGARDS_NAMED 3
#define RECORDS_LISTED 10

void say_raw(const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		/* A closed or full stderr must not change what the program does. */
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

void say(const char *format, ...)
{
	/* lego reads lines of up to 64 KiB; a person reads less. */
	char line[2048] = "dns01gate: ";
	size_t len = strlen(line);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line + len, sizeof(line) - len - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	len = strlen(line);
	line[len++] = '\n';
	say_raw(line, len);
}

const char *describe_span(dg_ms span, char buf[32])
{
	if (span < 120000)
		snprintf(buf, 32, "%.1f s", (double)span / 1000);
	else
		snprintf(buf, 32, "%lld min %lld s", (long long)(span / 60000),
			 (long long)(span / 1000 % 60));
	return buf;
}

void view_start(struct view *v, const struct options *options)
{
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");

	memset(v, 0, sizeof(*v));
	v->options = options;
	v->terminal = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
	v->colour = v->terminal && (no_colour == NULL || no_colour[0] == '\0');
	v->table = v->terminal && options->progress != PROGRESS_NEVER && !options->quiet;
}

static void on_event(void *self, const struct dg_gate *gate, const struct dg_event *event)
{
	struct view *v = self;

	if (v->options->quiet || v->options->progress == PROGRESS_NEVER)
		return;
	if (v->table)
		table_event(v, gate, event);
	else
		lines_event(v, gate, event);
}

struct dg_observer view_observer(struct view *v)
{
	return (struct dg_observer){.event = on_event, .self = v, .tick = TICK_MS};
}

/* ---- words ----------------------------------------------------------------------------------- */

const char *describe_answer(const struct dg_row *row, char buf[DETAIL_TEXT])
{
	const char *what = row->detail[0] != '\0' ? row->detail : dg_state_text(row->state);

	if (row->state == DG_UNASKED)
		snprintf(buf, DETAIL_TEXT, "no answer yet");
	else if (row->retry >= 0)
		snprintf(buf, DETAIL_TEXT, "%s (%lld s)", what,
			 (long long)(row->retry + 999) / 1000);
	else if (row->serial >= 0 && row->state == DG_ABSENT)
		snprintf(buf, DETAIL_TEXT, "%s, serial %lld", what, (long long)row->serial);
	else
		snprintf(buf, DETAIL_TEXT, "%s", what);
	return buf;
}

/* "ns2.example.com. 192.0.2.2 (NXDOMAIN, serial 41)" */
static size_t describe_row(const struct dg_row *row, char *buf, size_t size)
{
	char answer[DETAIL_TEXT];
	int n =
	    snprintf(buf, size, "%s%s%s (%s)", row->server != NULL ? row->server : "",
		     row->server != NULL ? " " : "", row->address, describe_answer(row, answer));

	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

/* How many rows of a kind there are, and how many of them show the record. */
struct tally {
	size_t required, showing;
};

static struct tally count_rows(const struct dg_record *record, bool recursive)
{
	struct tally t = {0};
	size_t i;

	for (i = 0; i < dg_record_rows(record); i++) {
		struct dg_row row;

		dg_record_row(record, i, &row);
		if (row.recursive != recursive)
			continue;
		t.required += row.required;
		t.showing += row.required && row.showing;
	}
	return t;
}

/* "3 server addresses" */
static int print_count(char *buf, size_t size, size_t count, const char *what, const char *many)
{
	return snprintf(buf, size, "%zu %s%s", count, what, count == 1 ? "" : many);
}

/* "2 of 3 server addresses show it, 0 of 2 resolvers" */
static size_t describe_counts(const struct dg_record *record, char *buf, size_t size)
{
	struct tally servers = count_rows(record, false), resolvers = count_rows(record, true);
	size_t len = 0;

	buf[0] = '\0';
	if (servers.required > 0 || resolvers.required == 0)
		len = (size_t)snprintf(buf, size, "%zu of %zu server addresses show it",
				       servers.showing, servers.required);
	if (resolvers.required > 0)
		len +=
		    (size_t)snprintf(buf + len, size - len, "%s%zu of %zu resolver%s%s",
				     len > 0 ? ", and " : "", resolvers.showing, resolvers.required,
				     resolvers.required == 1 ? "" : "s", len > 0 ? "" : " show it");
	return len;
}

void describe_wait(const struct dg_record *record, char *buf, size_t size)
{
	size_t rows = dg_record_rows(record), named = 0, missing = 0, i, len;
	const char *trouble = dg_record_trouble(record);

	if (trouble != NULL) {
		snprintf(buf, size, "%s", trouble);
		return;
	}
	len = describe_counts(record, buf, size);
	for (i = 0; i < rows && len < size; i++) {
		struct dg_row row;

		dg_record_row(record, i, &row);
		if (!row.required || row.showing)
			continue;
		missing++;
		if (named == LAGGARDS_NAMED)
			continue;
		len += (size_t)snprintf(buf + len, size - len, "%s",
					named == 0 ? "; missing: " : ", ");
		if (len < size)
			len += describe_row(&row, buf + len, size - len);
		named++;
	}
	if (missing > named && len < size)
		snprintf(buf + len, size - len, " and %zu more", missing - named);
}

/* ---- the result ------------------------------------------------------------------------------ */

static void say_visible(const struct dg_record *r, dg_ms elapsed)
{
	struct tally servers = count_rows(r, false), resolvers = count_rows(r, true);
	const char *zone = dg_record_zone(r);
	char span[32], where[DETAIL_TEXT + 512], more[64] = "";
	size_t len = 0;

	if (servers.required > 0) {
		len = (size_t)snprintf(where, sizeof(where), "%s",
				       servers.required > 1 ? "all " : "");
		len += (size_t)print_count(where + len, sizeof(where) - len, servers.required,
					   "server address", "es");
		len += (size_t)snprintf(where + len, sizeof(where) - len, "%s%s",
					zone != NULL ? " of " : "", zone != NULL ? zone : "");
	}
	if (resolvers.required > 0) {
		print_count(more, sizeof(more), resolvers.showing, "resolver", "s");
		snprintf(where + len, sizeof(where) - len, "%s%s", len > 0 ? " and " : "", more);
	}
	say("%s is visible on %s (%s)%s", dg_record_name(r), where, describe_span(elapsed, span),
	    servers.required > 0
		? ""
		: "; its own servers were not asked, so one of them may still lack it");
}

static void say_findings(const struct view *v, const struct dg_record *r, enum dg_severity least)
{
	size_t i;

	for (i = 0; i < dg_record_findings(r); i++) {
		const struct dg_finding *f = dg_record_finding(r, i);

		if (f->severity > least)
			continue;
		say("  %s %s: %s%s%s", f->id, dg_severity_text(f->severity),
		    f->server != NULL ? f->server : "", f->server != NULL ? ": " : "", f->text);
		if (!v->options->quiet || f->severity != DG_WARNING)
			say("       %s", f->advice);
	}
}

static bool was_answered(const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		if (row.transport != NULL)
			return true;
	}
	return false;
}

static void say_failed(const struct view *v, const struct dg_record *r, dg_ms elapsed)
{
	static const char *const texts[] = {
	    [DG_WAITING] = "was not decided after",
	    [DG_VISIBLE] = "is visible after",
	    [DG_TIMEOUT] = "is not visible after",
	    [DG_FAULT] = "will not become visible by waiting; gave up after",
	    [DG_ENVIRONMENT] =
		"cannot be looked for: this machine reaches no name server; gave up after",
	};
	const char *text = texts[dg_record_verdict(r)];
	char wait[1024], span[32];

	if (dg_record_verdict(r) == DG_ENVIRONMENT && v->options->skip_authoritative)
		text = "cannot be looked for: this machine reaches no resolver; gave up after";
	/* It is clock, trust anchor or the way to the root then, as what follows tells. */
	if (dg_record_verdict(r) == DG_ENVIRONMENT && was_answered(r))
		text = "cannot be judged on this machine; gave up after";
	describe_wait(r, wait, sizeof(wait));
	say("%s %s %s: %s", dg_record_name(r), text, describe_span(elapsed, span), wait);
	say_findings(v, r, DG_WARNING);
}

void view_result(struct view *v, const struct dg_gate *gate, bool proceed)
{
	size_t count = dg_gate_records(gate), visible = 0, i;
	dg_ms elapsed = dg_gate_elapsed(gate);
	char span[32];

	for (i = 0; i < count; i++) {
		const struct dg_record *r = dg_gate_record(gate, i);

		if (dg_record_verdict(r) != DG_VISIBLE) {
			say_failed(v, r, elapsed);
			continue;
		}
		visible++;
		if (!v->options->quiet &&
		    (count == 1 || (v->options->verbose && count <= RECORDS_LISTED)))
			say_visible(r, elapsed);
		say_findings(v, r, v->options->verbose ? DG_NOTE : DG_WARNING);
	}
	if (count > 1 && !v->options->quiet)
		say("%zu of %zu names visible (%s)", visible, count, describe_span(elapsed, span));
	if (proceed)
		say("going on all the same, because of --on-timeout proceed");
}
