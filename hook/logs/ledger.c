/* SPDX-License-Identifier: ISC */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

/* A power of two, with room for all names at less than two thirds. */
#define SLOTS 16384

void ledger_free(struct ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->count; i++)
		free(ledger->entry[i].cause);
	free(ledger->entry);
	free(ledger->slot);
	*ledger = (struct ledger){0};
}

static size_t hash(const char *name)
{
	size_t h = 5381;

	for (; *name != '\0'; name++)
		h = h * 33 + (unsigned char)*name;
	return h ^ (h >> 15);
}

static struct entry *add_entry(struct ledger *l, size_t *slot, const char *name)
{
	struct entry *e;

	if (l->count == LEDGER_NAMES)
		return NULL;
	if (l->count == l->room) {
		size_t room = l->room * 2 + 16;

		e = realloc(l->entry, room * sizeof(*e));
		if (e == NULL) {
			l->failed = true;
			return NULL;
		}
		l->entry = e;
		l->room = room;
	}
	e = &l->entry[l->count++];
	*e = (struct entry){.first = -1, .last = -1, .succeeded = -1};
	strcpy(e->name, name);
	*slot = l->count;
	return e;
}

/* The name's, or a new one; NULL: no room. */
static struct entry *entry_of(struct ledger *l, const char *name)
{
	size_t i = hash(name) % SLOTS;

	if (l->slot == NULL)
		l->slot = calloc(SLOTS, sizeof(*l->slot));
	if (l->slot == NULL) {
		l->failed = true;
		return NULL;
	}
	for (; l->slot[i] != 0; i = (i + 1) % SLOTS)
		if (strcmp(l->entry[l->slot[i] - 1].name, name) == 0)
			return &l->entry[l->slot[i] - 1];
	return add_entry(l, &l->slot[i], name);
}

/* Two failures are of one kind when the same sentence tells them, for the same look-up, from the
 * same side, and the same cause is the likeliest. */
static bool same_kind(const struct problem *a, const struct problem *b)
{
	return a->sentence == b->sentence && a->phase == b->phase && a->secondary == b->secondary &&
	       a->nfindings == b->nfindings && strcmp(a->type, b->type) == 0 &&
	       (a->nfindings == 0 || strcmp(a->finding[0], b->finding[0]) == 0);
}

static struct cause *cause_of(struct ledger *l, struct entry *e, const struct problem *problem)
{
	struct cause *more;
	size_t i;

	for (i = 0; i < e->ncauses; i++)
		if (same_kind(&e->cause[i].problem, problem))
			return &e->cause[i];
	if (l->causes == LEDGER_CAUSES)
		return NULL;
	more = realloc(e->cause, (e->ncauses + 1) * sizeof(*more));
	if (more == NULL) {
		l->failed = true;
		return NULL;
	}
	e->cause = more;
	l->causes++;
	e->cause[e->ncauses] =
	    (struct cause){.problem = *problem, .first = -1, .last = -1, .retry_at = -1};
	return &e->cause[e->ncauses++];
}

/* Widens a span to hold a moment; true when that is the latest, or nothing is known of times. */
static bool widen(int64_t *first, int64_t *last, int64_t when)
{
	bool latest = when >= *last;

	if (when < 0)
		return *last < 0;
	if (*first < 0 || when < *first)
		*first = when;
	if (latest)
		*last = when;
	return latest;
}

/* What encloses words in a log is not theirs: a quote, and the next item of a structured line. */
static void trim(char *text)
{
	size_t len = strlen(text), i, word;

	for (i = 0; i + 1 < len; i++) {
		word = text[i] == '"' && text[i + 1] == ' '
			   ? strspn(text + i + 2,
				    "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ")
			   : 0;
		if (word > 0 && text[i + 2 + word] == '=')
			len = i;
	}

	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	if (len > 0 && (text[len - 1] == '"' || text[len - 1] == '\'') &&
	    memchr(text, text[len - 1], len - 1) == NULL)
		len--;
	text[len] = '\0';
}

/* What Let's Encrypt counts as a failed validation. */
static bool is_validation(const struct problem *p)
{
	return p->phase == PHASE_TXT || p->phase == PHASE_CAA || p->phase == PHASE_OTHER;
}

void ledger_failure(struct ledger *ledger, const struct failure *f)
{
	struct entry *e = entry_of(ledger, f->name);
	struct cause *c = e != NULL ? cause_of(ledger, e, f->problem) : NULL;

	if (c == NULL) {
		ledger->dropped++;
		return;
	}
	if (times_has(&c->times, f->when)) {
		ledger->repeated++;
		return;
	}
	times_add(&c->times, f->when);
	c->count++;
	if (widen(&c->first, &c->last, f->when) || c->count == 1) {
		c->problem = *f->problem;
		c->text[0] = '\0';
		strncat(c->text, f->text, LEDGER_TEXT - 1);
		trim(c->text);
	}
	if (f->retry_at > c->retry_at)
		c->retry_at = f->retry_at;
	e->failures++;
	widen(&e->first, &e->last, f->when);
	if (f->problem->phase != PHASE_OWN)
		e->asked++;
	times_add(f->problem->phase != PHASE_OWN ? &e->times : &e->own, f->when);
	if (is_validation(f->problem))
		times_add(&e->validations, f->when);
}

void ledger_success(struct ledger *ledger, const char *name, int64_t when)
{
	struct entry *e = entry_of(ledger, name);

	if (e == NULL)
		return;
	e->successes++;
	if (when > e->succeeded)
		e->succeeded = when;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int more_first(size_t a, size_t b)
{
	return (a < b) - (a > b);
}

static int by_failures(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	return a->failures != b->failures ? more_first(a->failures, b->failures)
	       : a->last != b->last       ? (a->last < b->last) - (a->last > b->last)
					  : strcmp(a->name, b->name);
}

static int by_count(const void *x, const void *y)
{
	const struct cause *a = x, *b = y;

	return a->count != b->count ? more_first(a->count, b->count)
	       : a->last != b->last ? (a->last < b->last) - (a->last > b->last)
				    : strcmp(a->problem.sentence->key, b->problem.sentence->key);
}

void ledger_sort(struct ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->count; i++)
		if (ledger->entry[i].ncauses > 1)
			qsort(ledger->entry[i].cause, ledger->entry[i].ncauses,
			      sizeof(*ledger->entry[i].cause), by_count);
	if (ledger->count > 1)
		qsort(ledger->entry, ledger->count, sizeof(*ledger->entry), by_failures);
	free(ledger->slot);
	ledger->slot = NULL;
}

size_t ledger_failures(const struct ledger *ledger)
{
	size_t i, n = 0;

	for (i = 0; i < ledger->count; i++)
		n += ledger->entry[i].failures;
	return n;
}
