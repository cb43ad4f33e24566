/* SPDX-License-Identifier: ISC */
/*
 * What a sentence of a CA or a client means: the type of the problem, which look-up it was about,
 * which causes fit it and when another try makes sense. Pure; the table is sentences.def.
 */
#ifndef SENTENCE_H
#define SENTENCE_H

#include "dns01gate.h"

/* What failed: the look-up of the record, that of CAA, something of the CA's own, a request before
 * any validation, the client before it asked, or a challenge that is not DNS-01. */
#define PHASES(X)                                                                                  \
	X(PHASE_TXT, "txt", "the CA's look-up of the TXT record")                                  \
	X(PHASE_CAA, "caa", "the CA's look-up of CAA records")                                     \
	X(PHASE_CA, "ca", "the CA's own systems")                                                  \
	X(PHASE_ORDER, "order", "the request, before any validation")                              \
	X(PHASE_OWN, "client", "the client itself, before it asked the CA")                        \
	X(PHASE_OTHER, "other", "another challenge than DNS-01")

enum phase {
#define X(code, word, text) code,
	PHASES(X)
#undef X
};

/* When another try makes sense: once the cause is gone; in some minutes, when what is on its way
 * has come; in some minutes, by the CA's own recovery; by the limit of failures an hour; when the
 * CA's message says; after a visit to the CA's page; never. */
enum retry {
	RETRY_FIXED,
	RETRY_WAIT,
	RETRY_SOON,
	RETRY_HOUR,
	RETRY_STATED,
	RETRY_UNPAUSE,
	RETRY_NEVER
};

struct sentence {
	const char *key;  /* a word for it, in the JSON document */
	const char *type; /* RFC 8555's, where the text came without one */
	enum phase phase;
	enum retry retry;
	const char *pattern;  /* NULL: for its type alone */
	const char *findings; /* ids, with blanks between */
	const char *remote;   /* when only other perspectives saw it; NULL: the same */
	const char *meaning;
	const char *advice; /* NULL: the first finding's text says it */
};

#define PROBLEM_TYPE 32
#define PROBLEM_NAME 256
#define PROBLEM_VALUE 128
#define PROBLEM_FINDINGS 16

/* A sentence as it was read. Texts are "" where the words do not tell them. */
struct problem {
	const struct sentence *sentence;
	char type[PROBLEM_TYPE]; /* "dns" */
	enum phase phase;
	bool secondary;            /* told by other perspectives than the first */
	char name[PROBLEM_NAME];   /* the identifier, in lower case, no "*." */
	char value[PROBLEM_VALUE]; /* what the CA found instead */
	unsigned more;             /* and so many more values */
	char finding[PROBLEM_FINDINGS][sizeof("F-00")]; /* the likeliest first */
	size_t nfindings;
	int64_t retry_at; /* seconds since 1970, from the words; -1: they do not say */
};

/* Reads the words of a problem; `type` is RFC 8555's or its whole URN, NULL: none was given. False:
 * they are no problem's words, and no type was given. */
bool problem_read(struct problem *ret_problem, const char *text, const char *type);

/* Where the CA's or the client's own words begin in a text that has a problem in it; a part of it.
 */
const char *problem_words(const char *text);

/* A name as people write it, in the form that problems are grouped by: lower case, without "*.",
 * the challenge's labels and a final dot. False: it is no name of a host. */
bool problem_name(char ret_name[PROBLEM_NAME], const char *text, size_t len);

/* The word of a phase in the JSON document, and in a sentence. */
const char *phase_word(enum phase phase);
const char *phase_text(enum phase phase);

/* True when the text has the pattern in it: its pieces between "*" follow one another, in any case.
 * Where it begins, or NULL. */
const char *pattern_find(const char *text, const char *pattern);

#endif
