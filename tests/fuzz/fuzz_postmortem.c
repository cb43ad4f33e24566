/* SPDX-License-Identifier: ISC */
/*
 * Any octets as the logs of ACME clients. Whatever they hold, names are names, findings exist,
 * times and counts fit together, and the story is printable text and a JSON document.
 */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "logs/reader.h"
#include "logs/story.h"
#include "show/finding_text.h"

#define NOW 1795737600

static void check_cause(const struct cause *c)
{
	size_t i;

	must(c->count > 0, "a cause of nothing");
	must(c->first <= c->last && (c->first >= 0) == (c->last >= 0), "times out of order");
	for (i = 0; i < c->problem.nfindings; i++)
		must(finding_find(c->problem.finding[i]) != NULL, "which finding?");
	must(strlen(c->text) < LEDGER_TEXT, "a text that is too long");
}

static void check_entry(const struct entry *e)
{
	char name[PROBLEM_NAME], retry[STORY_RETRY];
	size_t i, sum = 0;

	must(e->name[0] == '\0' || problem_name(name, e->name, strlen(e->name)), "not a name");
	for (i = 0; i < e->ncauses; i++) {
		check_cause(&e->cause[i]);
		sum += e->cause[i].count;
	}
	must(sum == e->failures && e->asked <= e->failures, "a failure without a cause");
	must(e->failures + e->successes > 0, "a name for nothing");
	for (i = 1; i < e->times.count; i++)
		must(e->times.at[i - 1] <= e->times.at[i], "times out of order");
	must(story_retry(e, retry) >= -1, "when?");
}

static void check_story(const struct story *story)
{
	char *text = NULL, *at;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	json_t *document = story_json(story);

	must(to != NULL && document != NULL, "memory");
	story_print(story, to);
	fclose(to);
	for (at = text; at < text + len; at++)
		must(*at == '\n' || (*at >= ' ' && *at <= '~'), "not printable");
	free(text);
	text = json_dumps(document, 0);
	must(text != NULL, "no document");
	free(text);
	json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.data = data, .size = size};
	struct told told = {.file = "log"};
	struct ledger ledger = {0};
	struct story story = {
	    .ledger = &ledger, .told = &told, .ntold = 1, .now = NOW, .all = true};
	struct reader reader;
	size_t i;

	reader_start(&reader, &ledger, NOW);
	while (input_left(&in) > 0) {
		char *line = input_line(&in);

		if (strlen(line) >= READER_LINE)
			line[READER_LINE - 1] = '\0';
		reader_line(&reader, line, false);
		free(line);
	}
	reader_end(&reader);
	told.client = reader.client;
	ledger_sort(&ledger);
	must(ledger_failures(&ledger) + ledger.dropped + ledger.repeated == reader.failures,
	     "failures are lost");
	for (i = 0; i < ledger.count; i++)
		check_entry(&ledger.entry[i]);
	check_story(&story);
	ledger_free(&ledger);
	return 0;
}
