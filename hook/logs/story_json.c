/* SPDX-License-Identifier: ISC */
/* The story as a JSON document. */
#include <stdlib.h>
#include <string.h>

#include "show/finding_text.h"
#include "stamp.h"
#include "story.h"
#include "system/say.h"

/* What is foreign becomes printable. */
static json_t *printable(const char *text)
{
	char buf[LEDGER_TEXT * 4 + 1];

	return json_string(say_printable(buf, sizeof(buf), text));
}

static json_t *moment(int64_t when)
{
	char buf[STAMP_TEXT];

	return when < 0 ? json_null() : json_string(stamp_rfc3339(when, buf));
}

static json_t *findings_of(const struct problem *p)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->nfindings; i++) {
		const struct finding_text *f = finding_find(p->finding[i]);

		if (f != NULL)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", f->id,
							      "code", f->code, "title", f->title));
	}
	return list;
}

static json_t *perspective(const struct problem *p)
{
	if (p->phase != PHASE_TXT && p->phase != PHASE_CAA)
		return json_null();
	return json_string(p->secondary ? "secondary" : "primary");
}

static json_t *cause_json(const struct cause *c)
{
	const struct problem *p = &c->problem;

	return json_pack(
	    "{s:s, s:o, s:s, s:o, s:I, s:o, s:o, s:o, s:s, s:o, s:s, s:o}", "sentence",
	    p->sentence->key, "type", p->type[0] != '\0' ? json_string(p->type) : json_null(),
	    "phase", phase_word(p->phase), "perspective", perspective(p), "count",
	    (json_int_t)c->count, "first", moment(c->first), "last", moment(c->last), "text",
	    printable(c->text), "meaning", p->sentence->meaning, "findings", findings_of(p),
	    "advice", story_advice(p), "retry_at", moment(c->retry_at));
}

static json_t *pattern_json(const struct entry *e)
{
	struct rhythm r = story_rhythm(e);
	char text[RHYTHM_TEXT];
	bool gaps = r.count > 1;

	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind", rhythm_word(r.word), "text",
			 r.word == RHYTHM_UNKNOWN ? json_null()
						  : json_string(rhythm_text(&r, text)),
			 "shortest_s", gaps ? json_integer(r.shortest) : json_null(), "median_s",
			 gaps ? json_integer(r.median) : json_null(), "longest_s",
			 gaps ? json_integer(r.longest) : json_null());
}

static const char *outcome_word(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FAILING:
		return "failing";
	case OUTCOME_OVER:
		return "over";
	case OUTCOME_UNKNOWN:
		break;
	}
	return "unknown";
}

static json_t *retry_json(const struct entry *e)
{
	char text[STORY_RETRY];
	int64_t at = story_retry(e, text);

	if (text[0] == '\0')
		return json_null();
	return json_pack("{s:o, s:s}", "at", moment(at), "text", text);
}

static json_t *entry_json(const struct entry *e)
{
	json_t *causes = json_array();
	size_t i;

	for (i = 0; i < e->ncauses; i++)
		json_array_append_new(causes, cause_json(&e->cause[i]));
	return json_pack("{s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:s, s:o, s:o, s:o}", "name",
			 e->name[0] != '\0' ? printable(e->name) : json_null(), "failures",
			 (json_int_t)e->failures, "asked", (json_int_t)e->asked, "successes",
			 (json_int_t)e->successes, "first", moment(e->first), "last",
			 moment(e->last), "succeeded", moment(e->succeeded), "outcome",
			 outcome_word(story_outcome(e)), "pattern", pattern_json(e), "retry",
			 retry_json(e), "causes", causes);
}

/* {"dns": 9, "unauthorized": 2} */
static json_t *types_json(const struct ledger *l)
{
	json_t *types = json_object();
	size_t i, k;

	for (i = 0; i < l->count; i++) {
		for (k = 0; k < l->entry[i].ncauses; k++) {
			const struct cause *c = &l->entry[i].cause[k];
			const char *type = c->problem.type[0] != '\0' ? c->problem.type : "client";
			json_int_t n = json_integer_value(json_object_get(types, type));

			json_object_set_new(types, type, json_integer(n + (json_int_t)c->count));
		}
	}
	return types;
}

static json_t *told_json(const struct told *t)
{
	return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I}", "file", printable(t->file), "client",
			 t->client != CLIENT_UNKNOWN ? json_string(client_text(t->client))
						     : json_null(),
			 "lines", (json_int_t)t->lines, "cut", (json_int_t)t->cut, "failures",
			 (json_int_t)t->failures, "successes", (json_int_t)t->successes);
}

json_t *story_json(const struct story *story)
{
	const struct ledger *l = story->ledger;
	json_t *files = json_array(), *names = json_array();
	size_t i;

	for (i = 0; i < story->ntold; i++)
		json_array_append_new(files, told_json(&story->told[i]));
	for (i = 0; i < l->count; i++)
		json_array_append_new(names, entry_json(&l->entry[i]));
	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:n}", "program",
			 "dns01gate", "version", dg_version(), "document", "postmortem", "schema",
			 STORY_SCHEMA, "written", moment(story->now), "files", files, "failures",
			 (json_int_t)ledger_failures(l), "dropped", (json_int_t)l->dropped,
			 "repeated", (json_int_t)l->repeated, "types", types_json(l), "names",
			 names, "checks");
}
