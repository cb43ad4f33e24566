/* SPDX-License-Identifier: ISC */
#include "rhythm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

void times_add(struct times *times, int64_t when)
{
	size_t i = times->count;

	if (when < 0)
		return;
	if (times->count == TIMES_KEPT) {
		if (when <= times->at[0])
			return;
		memmove(times->at, times->at + 1, (TIMES_KEPT - 1) * sizeof(times->at[0]));
		i--;
	} else {
		times->count++;
	}
	for (; i > 0 && times->at[i - 1] > when; i--)
		times->at[i] = times->at[i - 1];
	times->at[i] = when;
}

bool times_has(const struct times *times, int64_t when)
{
	size_t i;

	for (i = 0; i < times->count; i++)
		if (times->at[i] == when)
			return true;
	return false;
}

const char *rhythm_word(enum rhythm_word word)
{
	static const char *const words[] = {
#define X(code, text) [code] = text,
	    RHYTHMS(X)
#undef X
	};

	return words[word];
}

static int by_size(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* The median of `n` gaps, from 1. */
static int64_t median(const int64_t *gap, size_t n)
{
	int64_t sorted[TIMES_KEPT];

	memcpy(sorted, gap, n * sizeof(*gap));
	qsort(sorted, n, sizeof(*sorted), by_size);
	return sorted[n / 2];
}

/* Of three moments or more. A timer may be late by a tenth, or a minute: systemd and cron jobs
 * sleep a random while before they begin. */
static enum rhythm_word judge(const struct rhythm *r, const int64_t *gap, size_t n)
{
	int64_t slack = r->median / 10 > MINUTE ? r->median / 10 : MINUTE, early, late;

	if (r->median < MINUTE)
		return RHYTHM_LOOP;
	if (r->longest - r->median <= slack && r->median - r->shortest <= slack)
		return RHYTHM_REGULAR;
	if (n < 4)
		return RHYTHM_IRREGULAR;
	early = median(gap, n / 2);
	late = median(gap + n - n / 2, n / 2);
	if (late >= early * 2)
		return RHYTHM_SLOWING;
	return early >= late * 2 ? RHYTHM_QUICKENING : RHYTHM_IRREGULAR;
}

struct rhythm rhythm_of(const struct times *times)
{
	struct rhythm r = {.count = times->count};
	int64_t gap[TIMES_KEPT];
	size_t i, n = times->count > 0 ? times->count - 1 : 0;

	if (n == 0) {
		r.word = times->count == 0 ? RHYTHM_UNKNOWN : RHYTHM_ONCE;
		return r;
	}
	r.shortest = INT64_MAX;
	for (i = 0; i < n; i++) {
		gap[i] = times->at[i + 1] - times->at[i];
		if (gap[i] < r.shortest)
			r.shortest = gap[i];
		if (gap[i] > r.longest)
			r.longest = gap[i];
	}
	r.span = times->at[n] - times->at[0];
	r.median = median(gap, n);
	r.word = n < 2 ? RHYTHM_IRREGULAR : judge(&r, gap, n);
	return r;
}

const char *rhythm_span(int64_t seconds, char buf[32])
{
	static const struct {
		int64_t unit, from;
		const char *word;
	} units[] = {{DAY, 2 * DAY, "days"}, {HOUR, 2 * HOUR, "h"}, {MINUTE, 2 * MINUTE, "min"}};
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds >= units[i].from) {
			snprintf(buf, 32, "%lld %s",
				 (long long)((seconds + units[i].unit / 2) / units[i].unit),
				 units[i].word);
			return buf;
		}
	}
	snprintf(buf, 32, "%lld s", (long long)seconds);
	return buf;
}

const char *rhythm_text(const struct rhythm *r, char buf[RHYTHM_TEXT])
{
	char gap[32], other[32];

	buf[0] = '\0';
	switch (r->word) {
	case RHYTHM_UNKNOWN:
		break;
	case RHYTHM_ONCE:
		snprintf(buf, RHYTHM_TEXT, "once");
		break;
	case RHYTHM_LOOP:
		snprintf(buf, RHYTHM_TEXT, "%zu times%s within %s: a loop", r->count,
			 r->count == TIMES_KEPT ? " and more" : "", rhythm_span(r->span, gap));
		break;
	case RHYTHM_REGULAR:
		snprintf(buf, RHYTHM_TEXT, "every %s", rhythm_span(r->median, gap));
		break;
	case RHYTHM_SLOWING:
		snprintf(buf, RHYTHM_TEXT, "ever more slowly, up to %s apart: the client backs off",
			 rhythm_span(r->longest, gap));
		break;
	case RHYTHM_QUICKENING:
		snprintf(buf, RHYTHM_TEXT, "ever more often, down to %s apart",
			 rhythm_span(r->shortest, gap));
		break;
	case RHYTHM_IRREGULAR:
		if (r->count == 2)
			snprintf(buf, RHYTHM_TEXT, "%s apart", rhythm_span(r->span, gap));
		else
			snprintf(buf, RHYTHM_TEXT, "from %s to %s apart",
				 rhythm_span(r->shortest, gap), rhythm_span(r->longest, other));
		break;
	}
	return buf;
}

int64_t rhythm_allowed(const struct times *times, unsigned burst, int64_t window)
{
	int64_t each = window / (int64_t)burst, filled = 0;
	size_t i;

	/* `filled`: when the bucket would be full again. Each use moves that on by one refill. */
	for (i = 0; i < times->count; i++) {
		filled = (filled > times->at[i] ? filled : times->at[i]) + each;
		if (filled > times->at[i] + window)
			filled = times->at[i] + window;
	}
	filled -= window - each;
	return times->count > 0 && filled > times->at[times->count - 1] ? filled : 0;
}
