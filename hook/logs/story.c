/* SPDX-License-Identifier: ISC */
#include "story.h"

#include <stdio.h>
#include <string.h>

#include "show/finding_text.h"
#include "stamp.h"

/* Let's Encrypt's limit: 5 failed validations of a name and account within an hour. */
#define FAILED_MOST 5
#define FAILED_WINDOW 3600

enum outcome story_outcome(const struct entry *entry)
{
	if (entry->successes == 0)
		return entry->last >= 0 ? OUTCOME_FAILING : OUTCOME_UNKNOWN;
	if (entry->succeeded < 0 || entry->last < 0)
		return OUTCOME_UNKNOWN;
	return entry->succeeded >= entry->last ? OUTCOME_OVER : OUTCOME_FAILING;
}

struct rhythm story_rhythm(const struct entry *entry)
{
	struct rhythm r = rhythm_of(entry->asked > 0 ? &entry->times : &entry->own);

	/* A client that waits looks every few seconds: that is one attempt. */
	if (entry->asked == 0 && r.word == RHYTHM_LOOP)
		r.word = RHYTHM_ONCE;
	return r;
}

const char *story_advice(const struct problem *problem)
{
	const struct finding_text *f = NULL;

	if (problem->sentence->advice != NULL)
		return problem->sentence->advice;
	if (problem->nfindings > 0)
		f = finding_find(problem->finding[0]);
	return f != NULL ? f->text : "";
}

/* The cause that happened last: it decides about the next try. */
static const struct cause *last_cause(const struct entry *e)
{
	const struct cause *last = NULL;
	size_t i;

	for (i = 0; i < e->ncauses; i++)
		if (last == NULL || e->cause[i].last > last->last)
			last = &e->cause[i];
	return last;
}

static const char *fixed_words(enum phase phase)
{
	if (phase == PHASE_OWN)
		return "once the cause is gone; the CA was not asked, so this counts nowhere";
	if (phase == PHASE_ORDER)
		return "once the cause is gone: nothing heals by itself here";
	return "once the cause is gone, and not before: each try counts as a failure";
}

static const char *retry_words(const struct problem *p)
{
	switch (p->sentence->retry) {
	case RETRY_FIXED:
	case RETRY_HOUR:
		return fixed_words(p->phase);
	case RETRY_WAIT:
		return "once all servers show the record: that may come by itself; dns01gate wait "
		       "tells when";
	case RETRY_SOON:
		return "in some minutes, with a new order: it is the CA's own fault";
	case RETRY_STATED:
		return "when the CA's message says";
	case RETRY_UNPAUSE:
		return "after a visit to the address in the CA's message";
	case RETRY_NEVER:
		return "not for this name";
	}
	return "";
}

/* Until when the CA wants to be left alone, by the latest of its words; -1: it did not say. */
static int64_t stated_of(const struct entry *e)
{
	int64_t stated = -1;
	size_t i;

	for (i = 0; i < e->ncauses; i++)
		if (e->cause[i].retry_at > stated)
			stated = e->cause[i].retry_at;
	return stated >= e->last ? stated : -1;
}

int64_t story_retry(const struct entry *e, char buf[STORY_RETRY])
{
	int64_t at = stated_of(e);
	const struct cause *last = last_cause(e);
	char when[STAMP_TEXT];

	buf[0] = '\0';
	if (last == NULL || story_outcome(e) == OUTCOME_OVER)
		return -1;
	if (at >= 0) {
		snprintf(buf, STORY_RETRY, "not before %s UTC, as the CA said",
			 stamp_text(at, when));
		return at;
	}
	at = rhythm_allowed(&e->validations, FAILED_MOST, FAILED_WINDOW);
	if (at == 0 && last->problem.sentence->retry == RETRY_HOUR && last->last >= 0)
		at = last->last + FAILED_WINDOW;
	if (at == 0) {
		snprintf(buf, STORY_RETRY, "%s", retry_words(&last->problem));
		return -1;
	}
	snprintf(buf, STORY_RETRY,
		 "%s; and not before %s UTC: the %d failures within an hour that Let's Encrypt "
		 "allows are used up",
		 retry_words(&last->problem), stamp_text(at, when), FAILED_MOST);
	return at;
}
