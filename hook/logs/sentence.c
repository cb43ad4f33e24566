/* SPDX-License-Identifier: ISC */
#include "sentence.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "stamp.h"
#include "value.h"

static const struct sentence sentences[] = {
#define SENTENCE(key, type, phase, retry, pattern, findings, remote, meaning, advice)              \
	{key, type, phase, retry, pattern, findings, remote, meaning, advice},
#include "sentences.def"
#undef SENTENCE
};

static const size_t sentence_count = sizeof(sentences) / sizeof(sentences[0]);

static const char *const phase_words[] = {
#define X(code, word, text) [code] = word,
    PHASES(X)
#undef X
};

static const char *const phase_texts[] = {
#define X(code, word, text) [code] = text,
    PHASES(X)
#undef X
};

const char *phase_word(enum phase phase)
{
	return phase_words[phase];
}

const char *phase_text(enum phase phase)
{
	return phase_texts[phase];
}

/* The first place of `len` octets of `piece`, in any case; NULL: there is none. */
static const char *find_piece(const char *text, const char *piece, size_t len)
{
	int first = tolower((unsigned char)piece[0]);

	for (; *text != '\0'; text++)
		if (tolower((unsigned char)*text) == first && strncasecmp(text, piece, len) == 0)
			return text;
	return NULL;
}

const char *pattern_find(const char *text, const char *pattern)
{
	const char *begin = NULL;

	while (*pattern != '\0') {
		size_t len = strcspn(pattern, "*");

		if (len > 0) {
			text = find_piece(text, pattern, len);
			if (text == NULL)
				return NULL;
			begin = begin != NULL ? begin : text;
			text += len;
		}
		pattern += len + (pattern[len] == '*');
	}
	return begin;
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
	size_t label = 0;
	bool letter = false;

	for (; *name != '\0'; name++) {
		bool dot = *name == '.';

		if (!dot && !isalnum((unsigned char)*name) && *name != '-' && *name != '_')
			return false;
		if (dot && label == 0)
			return false;
		label = dot ? 0 : label + 1;
		if (label > 63)
			return false;
		letter = letter || isalpha((unsigned char)*name);
	}
	return label > 0 && letter;
}

/* Takes the labels away that challenges put in front: "_acme-challenge", maybe an account's before
 * it, and "_validation-persist". */
static const char *without_labels(const char *name)
{
	const char *next = strchr(name, '.');

	if (next == NULL)
		return name;
	if (strncmp(name, "_acme-challenge.", 16) == 0 ||
	    strncmp(name, "_validation-persist.", 20) == 0)
		return next + 1;
	if (name[0] == '_' && strncmp(next + 1, "_acme-challenge.", 16) == 0)
		return next + 17;
	return name;
}

bool problem_name(char ret_name[PROBLEM_NAME], const char *text, size_t len)
{
	char lower[PROBLEM_NAME];
	const char *name;
	size_t i;

	while (len > 0 && strchr(".,:;'\")]}", text[len - 1]) != NULL)
		len--;
	if (len > 2 && text[0] == '*' && text[1] == '.') {
		text += 2;
		len -= 2;
	}
	if (len == 0 || len > 253)
		return false;
	for (i = 0; i < len; i++)
		lower[i] = (char)tolower((unsigned char)text[i]);
	lower[len] = '\0';
	name = without_labels(lower);
	if (!is_name(name))
		return false;
	strcpy(ret_name, name);
	return true;
}

/* The name that stands behind these words, maybe in quotes. */
static bool name_behind(char ret_name[PROBLEM_NAME], const char *text, const char *words)
{
	const char *at = pattern_find(text, words);

	if (at == NULL)
		return false;
	at += strlen(words);
	at += strspn(at, " \"'\\");
	return problem_name(ret_name, at, strcspn(at, " \"'\\,;()[]{}<>"));
}

/* The identifier, by the words that are sure to name it first. */
static void read_name(struct problem *p, const char *text)
{
	static const char *const words[] = {"While processing CAA for ",
					    "CAA record for ",
					    "Rechecking CAA for ",
					    "looking up TXT for ",
					    "looking up CAA for ",
					    " found at ",
					    "DNS record for ",
					    "returned NXDOMAIN for ",
					    "returned REFUSED for ",
					    "returned SERVFAIL for ",
					    "find zone for domain ",
					    "find the start of authority for ",
					    "record [fqdn: ",
					    "records for domain ",
					    "manual-auth-hook' for ",
					    "no valid A records found for ",
					    "DNS lookup for ",
					    "Cannot issue for ",
					    "zone identifier for ",
					    "zone_id for ",
					    "base domain for ",
					    "requesting certificates for ",
					    "TXT record to domain:",
					    "authorization error for "};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (name_behind(p->name, text, words[i]))
			return;
	/* "too many failed authorizations (5) for "N" in the last 1h0m0s". */
	if (pattern_find(text, "too many*) for ") != NULL)
		name_behind(p->name, text, ") for ");
}

/* ---- findings -------------------------------------------------------------------------------- */

static void take_findings(struct problem *p, const char *ids)
{
	for (p->nfindings = 0; *ids != '\0' && p->nfindings < PROBLEM_FINDINGS;) {
		size_t len = strcspn(ids, " ");

		memcpy(p->finding[p->nfindings], ids, 4);
		p->finding[p->nfindings++][4] = '\0';
		ids += len;
		ids += strspn(ids, " ");
	}
}

/* True when CAA of a name above the identifier failed (F-34): its owner can do nothing about it, or
 * its own zone's servers can. */
static bool is_above(const struct problem *p, const char *text)
{
	char asked[PROBLEM_NAME];
	size_t name = strlen(p->name), above;

	if (!name_behind(asked, text, "looking up CAA for "))
		return false;
	above = strlen(asked);
	return strchr(asked, '.') == NULL ||
	       (above < name && strcmp(p->name + name - above, asked) == 0);
}

static void read_findings(struct problem *p, const char *text)
{
	const struct sentence *s = p->sentence;
	const char *ids = p->secondary && s->remote != NULL ? s->remote : s->findings;

	if (p->phase == PHASE_CAA && !p->secondary && is_above(p, text) &&
	    strcmp(s->key, "caa-nxdomain") != 0)
		ids = strstr(text, "DNSSEC") != NULL ? "F-34 F-35 F-37" : "F-34 F-32 F-33";
	else if (value_read(p->value, &p->more, text) && !p->secondary)
		ids = value_findings(p->value, p->more);
	take_findings(p, ids);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static const struct sentence *find_sentence(const char *text, const char *type)
{
	size_t i;

	for (i = 0; i < sentence_count; i++)
		if (sentences[i].pattern != NULL &&
		    pattern_find(text, sentences[i].pattern) != NULL)
			return &sentences[i];
	if (type == NULL)
		return NULL;
	for (i = 0; i < sentence_count; i++)
		if (sentences[i].pattern == NULL && strcmp(sentences[i].type, type) == 0)
			return &sentences[i];
	/* The last one is for all other types. */
	return &sentences[sentence_count - 1];
}

/* "dns" of "urn:ietf:params:acme:error:dns"; false: it is no such word. */
static bool read_type(char ret_type[PROBLEM_TYPE], const char *type)
{
	const char *last = strrchr(type, ':');
	const char *word = last != NULL ? last + 1 : type;
	size_t i, len = strlen(word);

	if (len == 0 || len >= PROBLEM_TYPE)
		return false;
	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)word[i]) && word[i] != '-')
			return false;
	strcpy(ret_type, word);
	return true;
}

bool problem_read(struct problem *ret_problem, const char *text, const char *type)
{
	struct problem p = {.retry_at = -1};
	bool typed = type != NULL && read_type(p.type, type);
	const char *when;

	p.sentence = find_sentence(text, typed ? p.type : NULL);
	if (p.sentence == NULL)
		return false;
	if (!typed)
		strcpy(p.type, p.sentence->type);
	p.secondary = pattern_find(text, "secondary validation: ") != NULL ||
		      pattern_find(text, "secondary CAA") != NULL;
	p.phase = p.sentence->phase;
	if (p.phase == PHASE_TXT && (pattern_find(text, "While processing CAA for") != NULL ||
				     pattern_find(text, "looking up CAA for") != NULL))
		p.phase = PHASE_CAA;
	read_name(&p, text);
	read_findings(&p, text);
	when = pattern_find(text, "retry after ");
	if (when != NULL)
		p.retry_at = stamp_date(when + strlen("retry after "));
	*ret_problem = p;
	return true;
}

const char *problem_words(const char *text)
{
	static const char *const words[] = {"During secondary validation: ",
					    "While processing CAA for ",
					    "DNS problem: ",
					    "Incorrect TXT record ",
					    "No TXT record",
					    "CAA record for ",
					    "Rechecking CAA for ",
					    "Error retrieving TXT ",
					    "Correct value not found ",
					    "too many ",
					    "Cannot issue for ",
					    "time limit exceeded: ",
					    "Your account is ",
					    "DNS record for ",
					    "Waiting for DNS-01 ",
					    "Error adding TXT record ",
					    "errors.PluginError: "};
	const char *first = NULL, *at;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		at = pattern_find(text, words[i]);
		if (at != NULL && (first == NULL || at < first))
			first = at;
	}
	return first != NULL ? first : text;
}
