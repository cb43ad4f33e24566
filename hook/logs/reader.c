/* SPDX-License-Identifier: ISC */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "stamp.h"

/* What was told again so soon, in seconds or else in lines, is the same failure. */
#define AGAIN_SECONDS 2
#define AGAIN_LINES 40
/* A client that waits looks again and again: that is one attempt. */
#define WAIT_SECONDS 900
/* A type stands so many lines before its words at most. */
#define TYPE_LINES 3
/* Places in a line where JSON is looked for. */
#define BRACES 4
#define URN "urn:ietf:params:acme:error:"
#define OLD_URN "urn:acme:error:"

void reader_start(struct reader *reader, struct ledger *ledger, int64_t now)
{
	*reader = (struct reader){.ledger = ledger, .now = now, .when = -1, .retry_after = -1};
}

/* ---- what was found -------------------------------------------------------------------------- */

/* A client tells a failure several times in a run, over as long as that takes. */
static bool is_same(const struct reader *r, const struct recent *old, int64_t when)
{
	int64_t again = old->sentence->phase == PHASE_OWN ? WAIT_SECONDS : AGAIN_SECONDS;

	if (old->run != r->run)
		return false;
	if (r->run > 0)
		return true;
	if (old->when >= 0 && when >= 0)
		return when >= old->when - again && when <= old->when + again;
	return r->line - old->line <= AGAIN_LINES;
}

static bool told_before(struct reader *r, const struct problem *p, const char *name, int64_t when)
{
	struct recent *next = &r->recent[r->next_recent];
	size_t i;

	for (i = 0; i < READER_RECENT; i++) {
		struct recent *old = &r->recent[i];

		if (old->sentence == p->sentence && old->secondary == p->secondary &&
		    strcmp(old->name, name) == 0 && is_same(r, old, when)) {
			old->when = when > old->when ? when : old->when;
			old->line = r->line;
			return true;
		}
	}
	*next = (struct recent){.sentence = p->sentence,
				.secondary = p->secondary,
				.when = when,
				.line = r->line,
				.run = r->run};
	strcpy(next->name, name);
	r->next_recent = (r->next_recent + 1) % READER_RECENT;
	return false;
}

/* Until when the CA wants to be left alone. */
static int64_t retry_at(const struct reader *r, const struct problem *p, int64_t when)
{
	if (p->retry_at >= 0)
		return p->retry_at;
	return p->phase == PHASE_ORDER && r->retry_after >= 0 && when >= 0 ? when + r->retry_after
									   : -1;
}

/* `near`: the name that stands beside the words. */
static void found(struct reader *r, struct problem *p, const char *text, const char *near,
		  int64_t when)
{
	struct failure f = {
	    .problem = p, .text = problem_words(text), .when = when >= 0 ? when : r->when};

	if (p->name[0] == '\0' && !problem_name(p->name, near, strlen(near)))
		strcpy(p->name, r->name);
	f.name = p->name;
	f.retry_at = retry_at(r, p, f.when);
	if (told_before(r, p, p->name, f.when))
		return;
	r->failures++;
	ledger_failure(r->ledger, &f);
}

void reader_problem(struct reader *reader, const char *text, const char *type, const char *name,
		    int64_t when)
{
	struct problem p;

	if (problem_read(&p, text, type))
		found(reader, &p, text[0] != '\0' ? text : p.type, name, when);
}

void reader_valid(struct reader *reader, const char *name)
{
	char plain[PROBLEM_NAME];

	if (!problem_name(plain, name, strlen(name)))
		return;
	reader->successes++;
	ledger_success(reader->ledger, plain, reader->when);
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Where an error type begins, and its length; NULL: there is none. */
static const char *find_urn(const char *text, size_t *ret_len)
{
	const char *at = strstr(text, URN);
	size_t prefix = strlen(URN), word;

	if (at == NULL) {
		at = strstr(text, OLD_URN);
		prefix = strlen(OLD_URN);
	}
	if (at == NULL)
		return NULL;
	word = strspn(at + prefix, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (word == 0 || word >= PROBLEM_TYPE)
		return NULL;
	*ret_len = prefix + word;
	return at;
}

/* True when a name of this length stands as clients write it beside their words: "[NAME] ", "[NAME:
 * ", "NAME:Verify error", "authorization error for NAME: ". */
static bool is_beside(const char *text, const char *at, size_t len)
{
	if (at > text && at[-1] == '[')
		return at[len] == ']' || at[len] == ':';
	if (strncmp(at + len, ":Verify", 7) == 0)
		return true;
	return at[len] == ':' && at >= text + 4 && strncmp(at - 4, "for ", 4) == 0;
}

/* The last name that stands so before the words; "": none does. */
static void name_before(const char *text, const char *words, char ret_name[PROBLEM_NAME])
{
	char name[PROBLEM_NAME];
	const char *at;
	size_t len;

	ret_name[0] = '\0';
	for (at = text; at<words; at += len> 0 ? len : 1) {
		len = strcspn(at, " \t\"'[]():=,");
		if (len > 0 && at + len <= words && is_beside(text, at, len) &&
		    problem_name(name, at, len) && strchr(name, '.') != NULL)
			strcpy(ret_name, name);
	}
}

/* Without one level of escapes, where the text has some: it was printed as a string of JSON, or of
 * Go. */
static char *unescape(const char *text)
{
	char *plain = malloc(strlen(text) + 1), *to = plain;

	if (plain == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0') {
			text++;
			*to++ = *text == 'n' || *text == 't' ? ' ' : *text;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
	return plain;
}

/* A word such as "unauthorized", or a whole URN, with or without quotes. */
static void take_type(struct reader *r, const char *text)
{
	size_t len;

	text += strspn(text, " \t\"");
	len = strcspn(text, " \t\"\r\n");
	if (len == 0 || len >= sizeof(r->type) || text[0] < 'a' || text[0] > 'z')
		return;
	snprintf(r->type, sizeof(r->type), "%.*s", (int)len, text);
	r->type_until = r->line + TYPE_LINES;
}

/* One problem at most. */
static void take_part(struct reader *r, const char *text, const char *name, int64_t when)
{
	char type[sizeof(URN) + PROBLEM_TYPE], before[PROBLEM_NAME];
	const char *given = NULL, *words = text, *urn;
	struct problem p;
	size_t len;

	urn = find_urn(text, &len);
	if (urn != NULL) {
		snprintf(type, sizeof(type), "%.*s", (int)len, urn);
		given = type;
		words = urn + len;
		words += strspn(words, " :\"");
	} else if (r->type[0] != '\0' && r->line <= r->type_until) {
		given = r->type;
	}
	/* A type alone says nothing yet, unless words follow it in the same line. */
	if (!problem_read(&p, text, NULL) && (urn == NULL || words[0] == '\0')) {
		if (urn != NULL)
			take_type(r, type);
		return;
	}
	if (!problem_read(&p, text, given))
		return;
	name_before(text, urn != NULL ? urn : text + strlen(text), before);
	found(r, &p, words, name[0] != '\0' ? name : before, when);
}

/* Splits at line ends within the text, written out or escaped, and before each further "[NAME] ".
 */
static size_t part_length(const char *text, size_t *ret_skip)
{
	const char *end = strstr(text, "\\n"), *line = strchr(text, '\n');

	*ret_skip = 2;
	if (line != NULL && (end == NULL || line < end)) {
		*ret_skip = 1;
		end = line;
	}
	if (end == NULL) {
		*ret_skip = 0;
		return strlen(text);
	}
	return (size_t)(end - text);
}

void reader_text(struct reader *reader, const char *text, const char *name, int64_t when)
{
	char part[READER_LINE];
	size_t skip, len;

	for (; *text != '\0'; text += len + skip) {
		char *plain = NULL;

		len = part_length(text, &skip);
		if (len == 0)
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)len, text);
		if (strstr(part, "\\\"") != NULL)
			plain = unescape(part);
		take_part(reader, plain != NULL ? plain : part, name, when);
		free(plain);
	}
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void take_retry(struct reader *r, const char *text)
{
	int64_t until = stamp_date(text);
	char *end;
	long seconds = strtol(text, &end, 10);

	if (until >= 0 && r->when >= 0 && until > r->when)
		r->retry_after = until - r->when;
	else if (until < 0 && end != text && seconds >= 0 && seconds < 100 * 86400)
		r->retry_after = seconds;
}

/* Behind blanks and a quote. */
static void take_time(struct reader *r, const char *text)
{
	int64_t when = stamp_date(text + strspn(text, " \t\""));

	if (when >= 0)
		r->when = when;
}

/* The first name with a dot that stands behind such a word. */
static bool name_after(const char *rest, const char *before, char ret_name[PROBLEM_NAME])
{
	size_t words = strlen(before);

	for (; rest != NULL; rest = strstr(rest, before)) {
		rest += strncmp(rest, before, words) == 0 ? words : 0;
		rest += strspn(rest, " \t");
		if (problem_name(ret_name, rest, strcspn(rest, " \t\"'[],;()\r\n")) &&
		    strchr(ret_name, '.') != NULL)
			return true;
	}
	return false;
}

/* False: the line is no client's. */
static bool take_mark(struct reader *r, const struct line_mark *m, const char *rest)
{
	char name[PROBLEM_NAME];

	if (m->mark == MARK_OWN)
		return false;
	if (m->client != CLIENT_UNKNOWN && r->client == CLIENT_UNKNOWN)
		r->client = m->client;
	if (m->mark == MARK_RUN) {
		r->run++;
		r->name[0] = '\0';
		r->retry_after = -1;
	}
	if (m->mark == MARK_RETRY)
		take_retry(r, rest);
	else if (m->mark == MARK_TIME)
		take_time(r, rest);
	else if (m->mark == MARK_TYPE)
		take_type(r, rest);
	else if (m->mark == MARK_WORDS)
		reader_problem(r, rest, r->line <= r->type_until ? r->type : NULL, r->name, -1);
	else if (m->before != NULL && name_after(rest, m->before, name))
		strcpy(r->name, name);
	if (m->mark == MARK_VALID)
		reader_valid(r, r->name);
	return true;
}

static bool take_marks(struct reader *r, const char *message)
{
	const struct line_mark *m = NULL;
	const char *rest;

	while ((m = client_mark(message, m, &rest)) != NULL)
		if (!take_mark(r, m, rest))
			return false;
	return true;
}

/* ---- JSON over several lines ----------------------------------------------------------------- */

/* The object is over, or never was one: then it is text. */
static void end_json(struct reader *r)
{
	char *text = r->json;

	r->json = NULL;
	r->json_len = r->json_depth = 0;
	r->json_string = r->json_escape = false;
	if (text != NULL && document_read(r, text) != DOCUMENT_READ)
		reader_text(r, text, "", -1);
	free(text);
}

/* Follows braces outside of strings. */
static void count_braces(struct reader *r, const char *line)
{
	for (; *line != '\0'; line++) {
		if (r->json_escape)
			r->json_escape = false;
		else if (r->json_string && *line == '\\')
			r->json_escape = true;
		else if (*line == '"')
			r->json_string = !r->json_string;
		else if (!r->json_string && *line == '{')
			r->json_depth++;
		else if (!r->json_string && *line == '}' && r->json_depth > 0)
			r->json_depth--;
	}
}

/* Adds a line to the object that goes on, or begins one. */
static void add_json(struct reader *r, const char *line)
{
	size_t len = strlen(line);
	char *more =
	    r->json_len + len + 2 <= READER_JSON ? realloc(r->json, r->json_len + len + 2) : NULL;

	if (more == NULL) {
		end_json(r);
		reader_text(r, line, "", -1);
		return;
	}
	r->json = more;
	memcpy(more + r->json_len, line, len);
	strcpy(more + r->json_len + len, "\n");
	r->json_len += len + 1;
	count_braces(r, line);
	if (r->json_depth == 0)
		end_json(r);
}

/* JSON in a line; true: there was some, or it begins here. */
static bool take_json(struct reader *r, const char *message)
{
	const char *at = message;
	int tries;

	for (tries = 0; tries < BRACES && (at = strchr(at, '{')) != NULL; tries++, at++) {
		enum document is = document_read(r, at);

		if (is == DOCUMENT_READ)
			return true;
		if (is == DOCUMENT_UNFINISHED) {
			add_json(r, at);
			return true;
		}
	}
	return false;
}

void reader_line(struct reader *reader, const char *line, bool cut)
{
	const char *message;
	int64_t when;

	reader->line++;
	reader->cut += cut;
	if (stamp_read(line, reader->now, &when, &message)) {
		end_json(reader);
		reader->when = when;
	} else if (reader->json != NULL) {
		add_json(reader, line);
		return;
	}
	if (!take_marks(reader, message))
		return;
	if (take_json(reader, message))
		return;
	reader_text(reader, message, "", -1);
}

void reader_end(struct reader *reader)
{
	end_json(reader);
	/* All that there was is a type. */
	if (reader->failures == 0 && reader->type[0] != '\0')
		reader_problem(reader, "", reader->type, "", -1);
}
