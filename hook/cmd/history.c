/* SPDX-License-Identifier: ISC */
/* dns01gate history [NAME|ZONE]: what became of the waits of the past, and what follows from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "input/command.h"
#include "logs/stamp.h"
#include "memory/propagation.h"
#include "run.h"
#include "show/describe.h"
#include "show/document.h"
#include "system/say.h"

/* Below that, and below half of the waits, it is chance who is last. */
#define SLOWEST_WAITS 5

/* ---- as JSON --------------------------------------------------------------------------------- */

static json_t *span_json(dg_ms span)
{
	return span < 0 ? json_null() : json_integer(span);
}

/* How many took at most so long: by doubling, as far as there are any. */
static json_t *distribution_json(const struct spread *s)
{
	json_t *list = json_array();
	dg_ms most = 500;
	size_t done = 0;

	while (done < s->count) {
		size_t before = done;

		while (done < s->count && s->span[done] <= most)
			done++;
		json_array_append_new(list, json_pack("{s:I, s:I}", "most_ms", (json_int_t)most,
						      "waits", (json_int_t)(done - before)));
		most *= 2;
	}
	return list;
}

static json_t *spread_json(const struct spread *s)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "p50_ms", span_json(s->p50), "p95_ms",
			 span_json(s->p95), "p99_ms", span_json(s->p99), "max_ms",
			 span_json(s->most), "distribution", distribution_json(s));
}

/* Failures by day, in order. */
static json_t *days_json(const struct zone_past *z)
{
	json_t *days = json_object();
	size_t i;

	for (i = 0; i < z->waits; i++) {
		const struct past_wait *w = &z->first[i];
		char day[STAMP_TEXT];
		json_t *one;

		stamp_rfc3339(w->asked / 1000, day);
		day[strcspn(day, "T")] = '\0';
		one = json_object_get(days, day);
		if (one == NULL) {
			one = json_pack("{s:i, s:i}", "waits", 0, "failed", 0);
			json_object_set_new(days, day, one);
		}
		json_integer_set(json_object_get(one, "waits"),
				 json_integer_value(json_object_get(one, "waits")) + 1);
		if (strcmp(w->verdict, "visible") != 0)
			json_integer_set(json_object_get(one, "failed"),
					 json_integer_value(json_object_get(one, "failed")) + 1);
	}
	return days;
}

static json_t *zone_json(const struct zone_past *z)
{
	json_t *servers = json_array(), *findings = json_array();
	char last[STAMP_TEXT];
	size_t i;

	for (i = 0; i < z->nservers; i++) {
		const struct zone_server *s = &z->server[i];
		json_t *one = spread_json(&s->visible);

		json_object_set_new(one, "server",
				    s->server == NULL ? json_null() : json_string(s->server));
		json_object_set_new(one, "address", json_string(s->address));
		json_object_set_new(one, "waits", json_integer((json_int_t)s->waits));
		json_object_set_new(one, "slowest", json_integer((json_int_t)s->slowest));
		json_array_append_new(servers, one);
	}
	for (i = 0; i < z->nfindings; i++)
		json_array_append_new(findings,
				      json_pack("{s:s, s:I}", "id", z->finding[i].id, "waits",
						(json_int_t)z->finding[i].waits));
	stamp_rfc3339(z->last_success < 0 ? -1 : z->last_success / 1000, last);
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "zone", z->zone,
			 "names", (json_int_t)z->names, "waits", (json_int_t)z->waits, "visible",
			 (json_int_t)z->visible, "retries", (json_int_t)z->retries, "last_success",
			 last[0] == '\0' ? json_null() : json_string(last), "opened",
			 spread_json(&z->opened), "timeout_s",
			 z->timeout == 0 ? json_null() : json_integer(z->timeout), "servers",
			 servers, "findings", findings, "days", days_json(z));
}

static enum dg_status print_json(const struct propagation *p, struct dg_error *err)
{
	json_t *zones = json_array(), *all;
	size_t i;

	for (i = 0; i < p->count; i++)
		json_array_append_new(zones, zone_json(&p->zone[i]));
	all = json_pack("{s:s, s:s, s:s, s:i, s:o}", "program", "dns01gate", "document", "history",
			"version", dg_version(), "schema", 1, "zones", zones);
	return document_print(all, JSON_INDENT(2), err);
}

/* ---- in words -------------------------------------------------------------------------------- */

static const char *many(size_t count)
{
	return count == 1 ? "" : "s";
}

static void print_spread(const struct spread *s)
{
	char a[32], b[32], c[32];

	printf("p50 %s, p95 %s, longest %s", describe_span(s->p50, a), describe_span(s->p95, b),
	       describe_span(s->most, c));
}

static void print_server(const struct zone_server *s)
{
	printf("  %s%s%s: ", s->server != NULL ? s->server : "", s->server != NULL ? " " : "",
	       s->address);
	if (s->visible.count > 0)
		print_spread(&s->visible);
	if (s->visible.count < s->waits)
		printf("%sdid not show the record in %zu of %zu wait%s",
		       s->visible.count > 0 ? "; " : "", s->waits - s->visible.count, s->waits,
		       many(s->waits));
	printf("\n");
	if (s->slowest >= SLOWEST_WAITS && 2 * s->slowest > s->waits)
		printf("    It is the slowest in %zu of %zu waits.\n", s->slowest, s->waits);
}

static void print_zone(const struct zone_past *z)
{
	char span[32], last[STAMP_TEXT];
	size_t i;

	printf("%s: %zu wait%s for %zu name%s, %zu visible", z->zone, z->waits, many(z->waits),
	       z->names, many(z->names), z->visible);
	if (z->last_success >= 0)
		printf("; the last at %s",
		       stamp_rfc3339(z->last_success < 0 ? -1 : z->last_success / 1000, last));
	printf("\n");
	if (z->opened.count > 0) {
		printf("  until all servers showed it: ");
		print_spread(&z->opened);
		printf("\n");
	}
	if (z->timeout > 0)
		printf("  set --timeout to %ld: of %zu waits 99 %% ended within %s\n", z->timeout,
		       z->opened.count, describe_span(z->opened.p99, span));
	for (i = 0; i < z->nservers; i++)
		print_server(&z->server[i]);
	for (i = 0; i < z->nfindings; i++)
		printf("%s%s in %zu%s", i == 0 ? "  causes in waits that failed: " : ", ",
		       z->finding[i].id, z->finding[i].waits,
		       i + 1 == z->nfindings ? " (dns01gate explain tells what they mean)\n" : "");
	if (z->retries > 0)
		printf("  %zu retr%s within an hour of a failure\n", z->retries,
		       z->retries == 1 ? "y" : "ies");
}

static enum dg_status print_words(const struct propagation *p, const char *about,
				  struct dg_error *err)
{
	size_t i;

	if (p->count == 0 && about != NULL)
		printf("No wait for \"%.200s\" is remembered.\n", about);
	else if (p->count == 0)
		printf("No wait is remembered yet.\n");
	for (i = 0; i < p->count; i++) {
		if (i > 0)
			printf("\n");
		print_zone(&p->zone[i]);
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return DG_OK;
	return dg_fail(err, DG_ESYSTEM, "cannot write to stdout");
}

static int run(const struct options *options, const struct operands *operands)
{
	const char *about = operands->count > 1 ? operands->text[1] : NULL;
	struct propagation p = {0};
	struct past past = {0};
	struct dg_error err = {0};
	enum dg_status status;

	if (operands->count > 2) {
		say("history takes one name or zone, or none");
		return EXIT_USAGE;
	}
	if (options->history != NULL && strcmp(options->history, "off") == 0) {
		say("the history is off; name its file with --history");
		return EXIT_USAGE;
	}
	if (about != NULL && plan_check_name(about, NULL, &err) != DG_OK)
		return run_failed(&err);
	status = history_read(options, about, &past, &err);
	if (status == DG_OK)
		status = propagation_make(&past, &p, &err);
	if (status == DG_OK)
		status = options->json ? print_json(&p, &err) : print_words(&p, about, &err);
	propagation_free(&p);
	past_free(&past);
	return status == DG_OK ? EXIT_VISIBLE : run_failed(&err);
}

const struct command command_history = {
    .name = "history",
    .place = 55,
    .usage = "history [OPTIONS] [NAME|ZONE]   (what the waits of the past tell)",
    .options_follow = true,
    .run = run,
};
