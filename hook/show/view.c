/* SPDX-License-Identifier: ISC */
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "describe.h"
#include "system/say.h"

#define TICK_MS 250

/* The first of the three that is set names the character set, as setlocale(3) has it. */
static bool terminal_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]), *set;

		if (value == NULL || value[0] == '\0')
			continue;
		set = strchr(value, '.');
		return set != NULL &&
		       (strncasecmp(set, ".utf-8", 6) == 0 || strncasecmp(set, ".utf8", 5) == 0);
	}
	return false;
}

void view_start(struct view *v, const struct options *options)
{
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	bool terminal = isatty(STDERR_FILENO) && term != NULL && term[0] != '\0' &&
			strcmp(term, "dumb") != 0 && !say_goes_to_syslog();

	memset(v, 0, sizeof(*v));
	v->options = options;
	v->colour = terminal && (no_colour == NULL || no_colour[0] == '\0');
	v->utf8 = terminal && terminal_is_utf8();
	v->table = terminal && options->progress != PROGRESS_NEVER && !options->quiet;
}

void view_end(struct view *v)
{
	/* A terminal shows the key of a signal where the cursor is: below the table. */
	static const char wipe[] = "\r\033[J";

	if (v->drawn != NULL)
		say_raw(wipe, strlen(wipe));
	free(v->drawn);
	v->drawn = NULL;
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

/* ---- the result ------------------------------------------------------------------------------ */

/* "3 server addresses" */
static int print_count(char *buf, size_t size, size_t count, const char *what, const char *many)
{
	return snprintf(buf, size, "%zu %s%s", count, what, count == 1 ? "" : many);
}

static void say_visible(const struct dg_record *r, dg_ms elapsed)
{
	struct tally servers = describe_tally(r, false), resolvers = describe_tally(r, true);
	const char *zone = dg_record_zone(r);
	char span[32], where[DETAIL_TEXT + PLACE_TEXT + 512], more[64] = "", places[PLACE_TEXT];
	bool from_places = describe_places(r, places)[0] != '\0';
	size_t len = 0;

	if (servers.required > 0) {
		len = (size_t)snprintf(where, sizeof(where), "%s",
				       servers.required > 1 ? "all " : "");
		len += (size_t)print_count(where + len, sizeof(where) - len, servers.required,
					   "server address", "es");
		len += (size_t)snprintf(where + len, sizeof(where) - len, "%s%s",
					zone != NULL ? " of " : "", zone != NULL ? zone : "");
	}
	if (from_places)
		len += (size_t)snprintf(where + len, sizeof(where) - len, "%s%s",
					len > 0 ? ", from " : "its servers from ", places);
	if (resolvers.required > 0) {
		print_count(more, sizeof(more), resolvers.showing, "resolver", "s");
		snprintf(where + len, sizeof(where) - len, "%s%s", len > 0 ? " and " : "", more);
	}
	say_at(SAY_NOTICE, "%s is visible on %s (%s)%s", dg_record_name(r), where,
	       describe_span(elapsed, span),
	       servers.required > 0 || from_places
		   ? ""
		   : "; its own servers were not asked, so one of them may still lack it");
}

void view_finding(const struct dg_finding *f, enum say_level level)
{
	say_at(level, "  %s %s: %s%s%s", f->id, dg_severity_text(f->severity),
	       f->server != NULL ? f->server : "", f->server != NULL ? ": " : "", f->text);
}

void view_findings(const struct view *v, const struct dg_record *r, enum dg_severity least)
{
	static const enum say_level levels[] = {[DG_SEVERITY_FATAL] = SAY_ERROR,
						[DG_SEVERITY_WAIT] = SAY_WARNING,
						[DG_SEVERITY_WARNING] = SAY_WARNING,
						[DG_SEVERITY_NOTE] = SAY_INFO};
	size_t i;

	for (i = 0; i < dg_record_findings(r); i++) {
		const struct dg_finding *f = dg_record_finding(r, i);

		if (f->severity > least)
			continue;
		view_finding(f, levels[f->severity]);
		if (!v->options->quiet || f->severity != DG_SEVERITY_WARNING)
			say_at(levels[f->severity], "       %s", f->advice);
	}
}

void view_result(struct view *v, const struct dg_gate *gate, bool proceed)
{
	size_t count = dg_gate_records(gate), visible = 0, i;
	dg_ms elapsed = dg_gate_elapsed(gate);
	char span[32];

	view_failed(v, gate);
	for (i = 0; i < count; i++) {
		const struct dg_record *r = dg_gate_record(gate, i);

		if (dg_record_verdict(r) != DG_VERDICT_VISIBLE) {
			continue;
		}
		visible++;
		if (!v->options->quiet &&
		    (count == 1 || (v->options->verbose && count <= RECORDS_LISTED)))
			say_visible(r, elapsed);
		view_findings(v, r, v->options->verbose ? DG_SEVERITY_NOTE : DG_SEVERITY_WARNING);
	}
	if (count > 1 && !v->options->quiet)
		say_at(SAY_NOTICE, "%zu of %zu names visible (%s)", visible, count,
		       describe_span(elapsed, span));
	if (proceed)
		say_at(SAY_WARNING, "going on all the same, because of --on-timeout proceed");
}
