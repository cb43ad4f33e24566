/* SPDX-License-Identifier: ISC */
/*
 * Reads what clients leave behind, line by line, into a ledger. Pure: it opens nothing, and prints
 * nothing.
 *
 * 1. A line's time is taken from its front, and kept for those that have none (stamp.h).
 * 2. The lines by which clients begin a run, name a name, or tell a success are known by a table
 * (client.h).
 * 3. JSON in a line, or over several, is read as ACME's objects: authorizations, orders, problem
 * documents (document.h).
 * 4. All other text is searched for the sentences of sentences.def, and for ACME's error types.
 *
 * Clients tell one failure several times; within one run of a client, or some seconds, the same
 * words about the same name count once.
 */
#ifndef READER_H
#define READER_H

#include "client.h"
#include "ledger.h"

/* Of a longer line so much is read. */
#define READER_LINE 65536
/* JSON over several lines, at most. */
#define READER_JSON 262144
#define READER_RECENT 32

/* A failure that was told a short while ago. */
struct recent {
	const struct sentence *sentence;
	char name[PROBLEM_NAME];
	bool secondary;
	int64_t when;
	size_t line, run;
};

struct reader {
	struct ledger *ledger; /* borrowed */
	int64_t now;           /* for times without a year */
	enum client client;    /* whose log it is, as far as is known */
	size_t line, cut;      /* lines read, and of them those that were too long */
	size_t failures, successes;
	/* What the lines before tell. */
	int64_t when, retry_after; /* seconds since 1970, and of delay; -1: not known */
	size_t run;
	char name[PROBLEM_NAME];
	char type[PROBLEM_TYPE * 2]; /* of a problem whose words follow, until line `type_until` */
	size_t type_until;
	char *json; /* what was read of an object that goes on, or NULL */
	size_t json_len, json_depth;
	bool json_string, json_escape;
	struct recent recent[READER_RECENT];
	size_t next_recent;
};

/* Begins a file. */
void reader_start(struct reader *reader, struct ledger *ledger, int64_t now);

/* One line without its end; it must end with NUL, and may hold anything. `cut`: it was longer. */
void reader_line(struct reader *reader, const char *line, bool cut);

/* The file's end. */
void reader_end(struct reader *reader);

/* For document.c: a problem document's words, about a name ("": whatever the words or the lines
 * before name), at a time (-1: the line's); and a success. */
void reader_problem(struct reader *reader, const char *text, const char *type, const char *name,
		    int64_t when);
void reader_valid(struct reader *reader, const char *name);

/* For document.c: text in which sentences may stand, with name and time as above. */
void reader_text(struct reader *reader, const char *text, const char *name, int64_t when);

#endif
