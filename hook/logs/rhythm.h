/* SPDX-License-Identifier: ISC */
/* The pattern in which something happened again and again. Pure. */
#ifndef RHYTHM_H
#define RHYTHM_H

#include "dns01gate.h"

/* The latest of so many moments are kept. */
#define TIMES_KEPT 64

/* Moments in seconds since 1970, the oldest first. */
struct times {
	int64_t at[TIMES_KEPT];
	size_t count;
};

/* Adds one, in its place; what is older than the oldest kept, and -1, is left out. */
void times_add(struct times *times, int64_t when);

/* True when that very moment is among those kept. */
bool times_has(const struct times *times, int64_t when);

#define RHYTHMS(X)                                                                                 \
	X(RHYTHM_UNKNOWN, "unknown") /* the log tells no times */                                  \
	X(RHYTHM_ONCE, "once")                                                                     \
	X(RHYTHM_LOOP, "loop")       /* within seconds of one another */                           \
	X(RHYTHM_REGULAR, "regular") /* as a timer does */                                         \
	X(RHYTHM_SLOWING, "slowing") /* the gaps grow: a client that backs off */                  \
	X(RHYTHM_QUICKENING, "quickening")                                                         \
	X(RHYTHM_IRREGULAR, "irregular")

enum rhythm_word {
#define X(code, text) code,
	RHYTHMS(X)
#undef X
};

struct rhythm {
	enum rhythm_word word;
	size_t count;                      /* of moments */
	int64_t span;                      /* seconds from the first to the last */
	int64_t shortest, median, longest; /* gaps in seconds */
};

struct rhythm rhythm_of(const struct times *times);
const char *rhythm_word(enum rhythm_word word);

/* "every 12 h", "5 times within 40 s: a loop", "once"; returns buf. */
#define RHYTHM_TEXT 128
const char *rhythm_text(const struct rhythm *rhythm, char buf[RHYTHM_TEXT]);

/* "40 s", "12 min", "12 h", "3 days"; returns buf. */
const char *rhythm_span(int64_t seconds, char buf[32]);

/* When a limit of `burst` within `window` seconds, which gives one back every window / burst, lets
 * one more through, after it was used at these times: 0: it does at once. */
int64_t rhythm_allowed(const struct times *times, unsigned burst, int64_t window);

#endif
