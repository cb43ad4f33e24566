/* SPDX-License-Identifier: ISC */
/* The story in plain text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/finding_text.h"
#include "stamp.h"
#include "story.h"
#include "system/say.h"

/* So many names are told, unless all are wanted. */
#define NAMES_TOLD 20
#define TYPES_TOLD 16
#define FINDINGS_TOLD 6

/* An advice of a finding, and of so many none twice. */
#define ADVICE_TEXT 2048
#define ADVICE_TOLD 128

struct telling {
	FILE *to;
	const char *advice[ADVICE_TOLD]; /* those that were told */
	size_t nadvice;
};

/* ---- the head -------------------------------------------------------------------------------- */

struct type_count {
	const char *type;
	size_t count;
};

static int by_count(const void *x, const void *y)
{
	const struct type_count *a = x, *b = y;

	return a->count != b->count ? (a->count < b->count) - (a->count > b->count)
				    : strcmp(a->type, b->type);
}

static const char *type_word(const struct problem *p)
{
	return p->type[0] != '\0' ? p->type : "client";
}

/* "dns 9, unauthorized 2", the most frequent first. */
static void print_types(const struct story *story, FILE *to)
{
	struct type_count types[TYPES_TOLD] = {0};
	size_t n = 0, i, k, at;

	for (i = 0; i < story->ledger->count; i++) {
		const struct entry *e = &story->ledger->entry[i];

		for (k = 0; k < e->ncauses; k++) {
			const char *word = type_word(&e->cause[k].problem);

			for (at = 0; at < n && strcmp(types[at].type, word) != 0; at++)
				continue;
			if (at == TYPES_TOLD)
				continue;
			if (at == n)
				types[n++] = (struct type_count){.type = word};
			types[at].count += e->cause[k].count;
		}
	}
	qsort(types, n, sizeof(types[0]), by_count);
	fprintf(to, "By type:");
	for (i = 0; i < n; i++)
		fprintf(to, "%s %s %zu", i > 0 ? "," : "", types[i].type, types[i].count);
	putc('\n', to);
}

static void print_file(const struct told *t, FILE *to)
{
	char name[512];

	fprintf(to, "%s: ", say_printable(name, sizeof(name), t->file));
	if (t->client != CLIENT_UNKNOWN)
		fprintf(to, "%s, ", client_text(t->client));
	fprintf(to, "%zu line%s, %zu failure%s, %zu name%s validated", t->lines,
		t->lines == 1 ? "" : "s", t->failures, t->failures == 1 ? "" : "s", t->successes,
		t->successes == 1 ? "" : "s");
	if (t->cut > 0)
		fprintf(to, "; %zu line%s over 64 KiB cut", t->cut, t->cut == 1 ? "" : "s");
	putc('\n', to);
}

/* ---- a name ---------------------------------------------------------------------------------- */

static void print_span(int64_t first, int64_t last, FILE *to)
{
	char a[STAMP_TEXT], b[STAMP_TEXT];

	if (first < 0)
		fprintf(to, "at a time that the log does not tell");
	else if (first == last)
		fprintf(to, "at %s UTC", stamp_text(first, a));
	else
		fprintf(to, "from %s to %s UTC", stamp_text(first, a), stamp_text(last, b));
}

static void print_name(const struct entry *e, FILE *to)
{
	struct rhythm rhythm = story_rhythm(e);
	char text[RHYTHM_TEXT], when[STAMP_TEXT];

	fprintf(to, "\n%s: %zu failure%s, ", e->name[0] != '\0' ? e->name : "(name not told)",
		e->failures, e->failures == 1 ? "" : "s");
	print_span(e->first, e->last, to);
	putc('\n', to);
	if (rhythm.word != RHYTHM_UNKNOWN && rhythm.word != RHYTHM_ONCE)
		fprintf(to, "  Pattern: %s\n", rhythm_text(&rhythm, text));
	switch (story_outcome(e)) {
	case OUTCOME_OVER:
		fprintf(to, "  Now: over; validated at %s UTC, after the last failure\n",
			stamp_text(e->succeeded, when));
		break;
	case OUTCOME_FAILING:
		if (e->successes > 0 && e->succeeded >= 0)
			fprintf(to, "  Now: failing; last validated at %s UTC\n",
				stamp_text(e->succeeded, when));
		else
			fprintf(to, "  Now: failing; never validated in these logs\n");
		break;
	case OUTCOME_UNKNOWN:
		if (e->successes > 0)
			fprintf(to, "  Validated %zu time%s in these logs\n", e->successes,
				e->successes == 1 ? "" : "s");
		break;
	}
}

static void print_findings(const struct problem *p, FILE *to)
{
	size_t i;

	if (p->nfindings == 0)
		return;
	fprintf(to, "  Causes that fit, the likeliest first:\n");
	for (i = 0; i < p->nfindings && i < FINDINGS_TOLD; i++) {
		const struct finding_text *f = finding_find(p->finding[i]);

		if (f != NULL)
			fprintf(to, "    %s %-22s %s\n", f->id, f->code, f->title);
	}
}

/* What to do, once for all causes that share it. */
static void print_advice(const struct problem *p, struct telling *t)
{
	const char *advice = story_advice(p);
	char text[ADVICE_TEXT];
	size_t i;

	for (i = 0; i < t->nadvice; i++) {
		if (t->advice[i] != advice)
			continue;
		if (p->sentence->advice == NULL)
			fprintf(t->to, "  %s is explained above.\n", p->finding[0]);
		else
			fprintf(t->to, "  What to do is said above.\n");
		return;
	}
	if (t->nadvice < ADVICE_TOLD)
		t->advice[t->nadvice++] = advice;
	snprintf(text, sizeof(text), "%s%s%s%s", p->sentence->advice == NULL ? "If it is " : "",
		 p->sentence->advice == NULL ? p->finding[0] : "",
		 p->sentence->advice == NULL ? ": " : "", advice);
	finding_wrap(t->to, 2, text);
}

static void print_cause(const struct entry *e, const struct cause *c, struct telling *t)
{
	const struct problem *p = &c->problem;
	char text[LEDGER_TEXT * 4 + 1];
	FILE *to = t->to;

	fprintf(to, "\n  %zu time%s: %s, in %s%s\n", c->count, c->count == 1 ? "" : "s",
		type_word(p), phase_text(p->phase),
		p->secondary ? ", seen by the CA's other perspectives only" : "");
	if (e->ncauses > 1) {
		fprintf(to, "  ");
		print_span(c->first, c->last, to);
		putc('\n', to);
	}
	finding_wrap(to, 2, p->sentence->meaning);
	fprintf(to, "    \"%s\"\n", say_printable(text, sizeof(text), c->text));
	print_findings(p, to);
	print_advice(p, t);
}

static void print_entry(const struct entry *e, struct telling *t)
{
	FILE *to = t->to;
	char retry[STORY_RETRY], line[STORY_RETRY + 32];
	size_t i;

	print_name(e, to);
	for (i = 0; i < e->ncauses; i++)
		print_cause(e, &e->cause[i], t);
	story_retry(e, retry);
	if (retry[0] == '\0')
		return;
	snprintf(line, sizeof(line), "Try again: %s.", retry);
	putc('\n', to);
	finding_wrap(to, 2, line);
}

/* ---- all ------------------------------------------------------------------------------------- */

void story_print(const struct story *story, FILE *to)
{
	const struct ledger *l = story->ledger;
	struct telling t = {.to = to};
	size_t i, failing = 0, told = 0;

	for (i = 0; i < story->ntold; i++)
		print_file(&story->told[i], to);
	for (i = 0; i < l->count; i++)
		failing += l->entry[i].failures > 0;
	if (failing > 0)
		print_types(story, to);
	for (i = 0; i < l->count && l->entry[i].failures > 0; i++) {
		if (!story->all && told == NAMES_TOLD)
			break;
		print_entry(&l->entry[i], &t);
		told++;
	}
	if (told < failing)
		fprintf(to, "\n%zu more names failed less often: -v tells them too.\n",
			failing - told);
	if (l->repeated > 0)
		fprintf(to,
			"\n%zu failures stand in these files twice, at the same moment: they count "
			"once.\n",
			l->repeated);
	if (l->dropped > 0)
		fprintf(to, "\n%zu failures are not told: there are more than %d names or kinds.\n",
			l->dropped, LEDGER_NAMES);
	if (failing > 0)
		fprintf(to, "\nMore about a finding: dns01gate explain F-NN. "
			    "These names now: postmortem --check.\n");
}
