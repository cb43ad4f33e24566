/* SPDX-License-Identifier: ISC */
/* dns01gate postmortem [FILE]...: what failed, by the logs of ACME clients, why, and what to do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/command.h"
#include "logs/reader.h"
#include "logs/stamp.h"
#include "logs/story.h"
#include "memory/then.h"
#include "run.h"
#include "show/document.h"
#include "system/clock.h"
#include "system/guard.h"
#include "system/output.h"
#include "system/say.h"
#include "system/signals.h"

/* So many names are looked at, those that failed most. */
#define CHECK_NAMES 100

/* ---- reading --------------------------------------------------------------------------------- */

/* The next line without its end, as much of it as is kept; NULs in it become blanks. False: the
 * file is at its end. */
static bool read_line(FILE *from, char line[READER_LINE], bool *ret_cut)
{
	size_t len = 0;
	int c;

	*ret_cut = false;
	for (c = getc(from); c != EOF && c != '\n'; c = getc(from)) {
		if (len < READER_LINE - 1)
			line[len++] = c == '\0' ? ' ' : (char)c;
		else
			*ret_cut = true;
	}
	if (c == EOF && len == 0)
		return false;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	return true;
}

static enum dg_status read_stream(FILE *from, struct told *told, struct ledger *ledger, int64_t now,
				  struct dg_error *err)
{
	struct reader reader;
	char *line = malloc(READER_LINE);
	bool cut;

	if (line == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	reader_start(&reader, ledger, now);
	while (read_line(from, line, &cut))
		reader_line(&reader, line, cut);
	reader_end(&reader);
	free(line);
	told->client = reader.client;
	told->lines = reader.line;
	told->cut = reader.cut;
	told->failures = reader.failures;
	told->successes = reader.successes;
	if (ferror(from))
		return dg_fail(err, DG_EINVAL, "%.200s: %s", told->file, strerror(errno));
	return ledger->failed ? dg_fail(err, DG_ENOMEM, "out of memory") : DG_OK;
}

static enum dg_status read_file(const char *file, struct told *told, struct ledger *ledger,
				int64_t now, struct dg_error *err)
{
	bool standard = strcmp(file, "-") == 0;
	const char *why = NULL;
	FILE *from = standard ? stdin : dg_file_open(file, &why);
	enum dg_status status;

	told->file = standard ? "standard input" : file;
	if (from == NULL)
		return dg_fail(err, DG_EINVAL, "%.200s: %s", file, why);
	guard_doing("reading the logs");
	status = read_stream(from, told, ledger, now, err);
	guard_doing(NULL);
	if (!standard)
		fclose(from);
	return status;
}

/* ---- a look at each name now ----------------------------------------------------------------- */

static enum dg_status plan_names(struct plan *plan, const struct ledger *ledger,
				 struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	plan->act = ACT_LOOK;
	for (i = 0; i < ledger->count && ledger->entry[i].failures > 0 && status == DG_OK; i++) {
		if (ledger->entry[i].name[0] == '\0')
			continue;
		if (plan->count == CHECK_NAMES) {
			say_at(SAY_WARNING, "only the %d names that failed most are looked at",
			       CHECK_NAMES);
			break;
		}
		status = plan_add_challenge(plan, ledger->entry[i].name, NULL, err);
	}
	return status;
}

/* True when that finding fits what the CA said of a name. */
static bool fits(const struct entry *e, const char *id)
{
	size_t i, k;

	for (i = 0; i < e->ncauses; i++)
		for (k = 0; k < e->cause[i].problem.nfindings; k++)
			if (strcmp(e->cause[i].problem.finding[k], id) == 0)
				return true;
	return false;
}

/* What the look sees of a name, and whether it fits: [{"id": "F-31", "fits": true}]; null: it was
 * not looked at. */
static json_t *seen_of(const struct dg_gate *gate, const struct entry *e)
{
	json_t *seen = NULL;
	const struct dg_record *record;
	const struct dg_finding *f;
	char name[PROBLEM_NAME];
	size_t i, k;

	for (i = 0; i < dg_gate_records(gate); i++) {
		record = dg_gate_record(gate, i);
		if (!problem_name(name, dg_record_name(record), strlen(dg_record_name(record))) ||
		    strcmp(name, e->name) != 0)
			continue;
		seen = json_array();
		for (k = 0; (f = dg_record_finding(record, k)) != NULL; k++)
			json_array_append_new(seen, json_pack("{s:s, s:b}", "id", f->id, "fits",
							      (int)fits(e, f->id)));
	}
	return seen != NULL ? seen : json_null();
}

struct look {
	struct run run;
	struct plan plan;
	json_t *report;
	json_t *seen; /* of each name of the ledger */
};

static void look_free(struct look *look)
{
	json_decref(look->report);
	json_decref(look->seen);
	run_free(&look->run);
	plan_free(&look->plan);
}

/* Looks, as the check command does, and tells it, or keeps the report. */
static enum dg_status look_now(struct look *look, const struct ledger *ledger, struct dg_error *err)
{
	enum dg_status status = run_prepare(&look->run, err);
	char *text = NULL;
	size_t i;

	guard_doing("asking");
	if (status == DG_OK)
		status = dg_gate_run(look->run.gate, err);
	guard_doing(NULL);
	if (status != DG_OK)
		return status;
	view_end(&look->run.view);
	look->seen = json_array();
	for (i = 0; i < ledger->count; i++)
		json_array_append_new(look->seen, seen_of(look->run.gate, &ledger->entry[i]));
	if (!look->run.options->json) {
		check_result(&look->run.view, look->run.gate);
		return DG_OK;
	}
	status = dg_gate_report(look->run.gate, &text, err);
	if (status == DG_OK)
		look->report = json_loads(text, 0, NULL);
	free(text);
	return status;
}

static enum dg_status look_at_names(struct look *look, const struct options *options,
				    const struct ledger *ledger, struct dg_error *err)
{
	enum dg_status status = plan_names(&look->plan, ledger, err);

	look->run =
	    (struct run){.options = options, .plan = &look->plan, .stop_fd = signals_catch()};
	if (status == DG_OK && look->plan.count > 0)
		status = look_now(look, ledger, err);
	return status;
}

/* ---- telling --------------------------------------------------------------------------------- */

/* What is written so becomes one text. */
struct page {
	FILE *to;
	char *text;
	size_t len;
};

static enum dg_status page_open(struct page *page, struct dg_error *err)
{
	page->to = open_memstream(&page->text, &page->len);
	return page->to != NULL ? DG_OK : dg_fail(err, DG_ENOMEM, "out of memory");
}

static enum dg_status page_tell(struct page *page, struct dg_error *err)
{
	enum dg_status status;

	if (fclose(page->to) != 0 || page->text == NULL)
		status = dg_fail(err, DG_ENOMEM, "out of memory");
	else {
		/* A newline is added. */
		if (page->len > 0 && page->text[page->len - 1] == '\n')
			page->text[page->len - 1] = '\0';
		status = output_stdout(page->text, err);
	}
	free(page->text);
	return status;
}

static enum dg_status tell_story(const struct story *story, struct dg_error *err)
{
	struct page page = {0};

	if (page_open(&page, err) != DG_OK)
		return err->status;
	story_print(story, page.to);
	return page_tell(&page, err);
}

/* ---- what was true then ---------------------------------------------------------------------- */

/* What the waits of that time came to; waits 0: none is remembered, or the log tells no time. */
static struct then then_of_entry(const struct past *past, const struct entry *e)
{
	struct then none = {0};

	return e->name[0] == '\0' || e->first < 0 ? none
						  : then_of(past, e->name, e->first, e->last);
}

static void print_then(FILE *to, const struct entry *e, const struct then *then)
{
	const struct past_wait *w = then->last;
	char when[STAMP_TEXT];
	size_t i;

	fprintf(to, "%s then: %zu of %zu wait%s here ended visible", e->name, then->visible,
		then->waits, then->waits == 1 ? "" : "s");
	fprintf(to, "; the last before the failure began at %s UTC and ended with \"%s\"",
		stamp_text(w->asked / 1000, when), w->verdict);
	for (i = 0; i < w->nfindings; i++)
		fprintf(to, "%s %s%s", i == 0 ? ":" : ",", w->finding[i],
			fits(e, w->finding[i]) ? ", which fits what was said" : "");
	fputs(".\n", to);
}

static enum dg_status tell_then(const struct past *past, const struct ledger *ledger,
				struct dg_error *err)
{
	struct page page = {0};
	bool any = false;
	size_t i;

	if (page_open(&page, err) != DG_OK)
		return err->status;
	for (i = 0; i < ledger->count && ledger->entry[i].failures > 0; i++) {
		struct then then = then_of_entry(past, &ledger->entry[i]);

		if (then.waits == 0)
			continue;
		if (!any)
			putc('\n', page.to);
		any = true;
		print_then(page.to, &ledger->entry[i], &then);
	}
	if (any)
		return page_tell(&page, err);
	fclose(page.to);
	free(page.text);
	return DG_OK;
}

static json_t *then_json(const struct then *then)
{
	const struct past_wait *w = then->last;
	json_t *findings;
	size_t i;

	if (then->waits == 0)
		return json_null();
	findings = json_array();
	for (i = 0; i < w->nfindings; i++)
		json_array_append_new(findings, json_string(w->finding[i]));
	return json_pack("{s:I, s:I, s:I, s:s, s:o}", "waits", (json_int_t)then->waits, "visible",
			 (json_int_t)then->visible, "last_asked", (json_int_t)(w->asked / 1000),
			 "last_verdict", w->verdict, "last_findings", findings);
}

/* ---- telling it all -------------------------------------------------------------------------- */

/* "example.com: F-31, which fits the CA's words; F-26" */
static void print_seen(FILE *to, const struct entry *e, const json_t *seen)
{
	size_t i;

	fprintf(to, "%s now:", e->name);
	for (i = 0; i < json_array_size(seen); i++) {
		const json_t *one = json_array_get(seen, i);
		bool fit = json_is_true(json_object_get(one, "fits"));

		fprintf(to, "%s %s%s", i > 0 ? ";" : "",
			json_string_value(json_object_get(one, "id")),
			fit ? ", which fits what was said" : "");
	}
	fputs(json_array_size(seen) == 0 ? " none of these findings\n" : "\n", to);
}

/* In plain text: what the look saw, after it told all. */
static enum dg_status tell_seen(const struct look *look, const struct ledger *ledger,
				struct dg_error *err)
{
	struct page page = {0};
	size_t i;

	if (look->seen == NULL)
		return DG_OK;
	if (page_open(&page, err) != DG_OK)
		return err->status;
	putc('\n', page.to);
	for (i = 0; i < ledger->count; i++)
		if (json_is_array(json_array_get(look->seen, i)))
			print_seen(page.to, &ledger->entry[i], json_array_get(look->seen, i));
	return page_tell(&page, err);
}

static enum dg_status tell_json(const struct story *story, const struct look *look,
				const struct past *past, struct dg_error *err)
{
	json_t *document = story_json(story), *names = json_object_get(document, "names");
	size_t i;

	if (look->report != NULL)
		json_object_set(document, "checks", look->report);
	for (i = 0; i < json_array_size(names); i++) {
		struct then then = then_of_entry(past, &story->ledger->entry[i]);

		json_object_set_new(json_array_get(names, i), "seen_now",
				    look->report == NULL
					? json_null()
					: json_incref(json_array_get(look->seen, i)));
		json_object_set_new(json_array_get(names, i), "then", then_json(&then));
	}
	return document_print(document, JSON_INDENT(2), err);
}

static enum dg_status tell(const struct options *options, const struct story *story,
			   struct dg_error *err)
{
	struct look look = {0};
	struct past past = {0};
	enum dg_status status = options->json ? DG_OK : tell_story(story, err);

	/* Without a history there is less to tell. */
	if (status == DG_OK && history_read(options, NULL, &past, err) != DG_OK)
		say_at(SAY_WARNING, "%s", err->text);
	if (status == DG_OK && !options->json)
		status = tell_then(&past, story->ledger, err);
	if (status == DG_OK && options->check)
		status = look_at_names(&look, options, story->ledger, err);
	if (status == DG_OK)
		status = options->json ? tell_json(story, &look, &past, err)
				       : tell_seen(&look, story->ledger, err);
	look_free(&look);
	past_free(&past);
	return status;
}

static int run(const struct options *options, const struct operands *operands)
{
	size_t n = operands->count > 1 ? operands->count - 1 : 1, i;
	struct told *told = calloc(n, sizeof(*told));
	struct ledger ledger = {0};
	struct story story = {.ledger = &ledger,
			      .told = told,
			      .ntold = n,
			      .now = clock_wall(),
			      .all = options->verbose};
	struct dg_error err = {0};
	enum dg_status status = told != NULL ? DG_OK : dg_fail(&err, DG_ENOMEM, "out of memory");
	bool understood = false;

	if (operands->count < 2 && isatty(STDIN_FILENO) && !options->quiet)
		say_at(SAY_NOTICE, "paste a log, or what the CA said, and end it with Ctrl-D");
	for (i = 0; i < n && status == DG_OK; i++)
		status = read_file(operands->count > 1 ? operands->text[i + 1] : "-", &told[i],
				   &ledger, story.now, &err);
	if (status == DG_OK) {
		ledger_sort(&ledger);
		understood = ledger.count > 0;
		if (understood || options->json)
			status = tell(options, &story, &err);
		if (!understood)
			say("no failure and no success that is known is in what was read");
	}
	ledger_free(&ledger);
	free(told);
	if (status != DG_OK)
		return run_failed(&err);
	return understood ? EXIT_VISIBLE : EXIT_TIMEOUT;
}

const struct command command_postmortem = {
    .name = "postmortem",
    .place = 57,
    .usage = "postmortem [--check] [--json] [FILE]...   (what failed, by clients' logs, and why)",
    .options_follow = true,
    .run = run,
};
