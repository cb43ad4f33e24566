/* SPDX-License-Identifier: ISC */
/* dns01gate postmortem [FILE]...: what failed, by the logs of ACME clients, why, and what to do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/command.h"
#include "logs/reader.h"
#include "logs/story.h"
#include "run.h"
#include "system/clock.h"
#include "system/guard.h"
#include "system/output.h"
#include "system/say.h"
#include "system/signals.h"

/* So many names are looked at, those that failed most. */
#define CHECK_NAMES 100

/* ---- reading
 * ------------------------------------------------------------------------------------- */

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

/* ---- a look at each name now
 * --------------------------------------------------------------------- */

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

/* Looks, as the check command does, and tells it, or gives the report. */
static enum dg_status look(struct run *run, const struct options *options, json_t **ret_report,
			   struct dg_error *err)
{
	enum dg_status status = run_prepare(run, err);
	char *text = NULL;

	guard_doing("asking");
	if (status == DG_OK)
		status = dg_gate_run(run->gate, err);
	guard_doing(NULL);
	if (status != DG_OK)
		return status;
	view_end(&run->view);
	if (!options->json) {
		check_result(&run->view, run->gate);
		return DG_OK;
	}
	status = dg_gate_report(run->gate, &text, err);
	if (status == DG_OK)
		*ret_report = json_loads(text, 0, NULL);
	free(text);
	return status;
}

static enum dg_status check_names(const struct options *options, const struct ledger *ledger,
				  json_t **ret_report, struct dg_error *err)
{
	struct plan plan = {0};
	struct run run = {.options = options, .plan = &plan, .stop_fd = signals_catch()};
	enum dg_status status = plan_names(&plan, ledger, err);

	if (status == DG_OK && plan.count > 0)
		status = look(&run, options, ret_report, err);
	run_free(&run);
	plan_free(&plan);
	return status;
}

/* ---- telling
 * ------------------------------------------------------------------------------------- */

static enum dg_status tell_text(const struct story *story, struct dg_error *err)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	enum dg_status status;

	if (to == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	story_print(story, to);
	if (fclose(to) != 0 || text == NULL)
		status = dg_fail(err, DG_ENOMEM, "out of memory");
	else {
		/* A newline is added. */
		if (len > 0 && text[len - 1] == '\n')
			text[len - 1] = '\0';
		status = output_stdout(text, err);
	}
	free(text);
	return status;
}

static enum dg_status tell_json(const struct story *story, json_t *report, struct dg_error *err)
{
	json_t *document = story_json(story);
	char *text = NULL;
	enum dg_status status;

	if (document != NULL && report != NULL)
		json_object_set(document, "checks", report);
	if (document != NULL)
		text = json_dumps(document, JSON_INDENT(2));
	status = text != NULL ? output_stdout(text, err) : dg_fail(err, DG_ENOMEM, "out of memory");
	json_decref(document);
	free(text);
	return status;
}

static enum dg_status tell(const struct options *options, const struct story *story,
			   struct dg_error *err)
{
	json_t *report = NULL;
	enum dg_status status = options->json ? DG_OK : tell_text(story, err);

	if (status == DG_OK && options->check)
		status = check_names(options, story->ledger, &report, err);
	if (status == DG_OK && options->json)
		status = tell_json(story, report, err);
	json_decref(report);
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
    .place = 55,
    .usage = "postmortem [--check] [--json] [FILE]...   (what failed, by clients' logs, and why)",
    .options_follow = true,
    .run = run,
};
