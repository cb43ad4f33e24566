/* SPDX-License-Identifier: ISC */
#include "option_setters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *member(struct options *o, const struct option_row *row)
{
	return (char *)o + row->offset;
}

const char *set_seconds(struct options *o, const struct option_row *row, const char *value,
			enum layer layer)
{
	char *end = NULL;
	double seconds;

	(void)layer;
	if (value[0] == '\0' || strspn(value, "0123456789.") != strlen(value))
		return "is not a number of seconds";
	seconds = strtod(value, &end);
	if (*end != '\0')
		return "is not a number of seconds";
	if (seconds > 1e7)
		return "is too long";
	*(dg_ms *)member(o, row) = (dg_ms)(seconds * 1000 + 0.5);
	return NULL;
}

static const char *read_count(const char *value, long min, long max, unsigned *ret_count)
{
	long count;

	errno = 0;
	if (value[0] == '\0' || strspn(value, "0123456789") != strlen(value))
		return "is not a whole number";
	count = strtol(value, NULL, 10);
	if (errno != 0 || count < min || count > max)
		return "is out of range";
	*ret_count = (unsigned)count;
	return NULL;
}

const char *set_count(struct options *o, const struct option_row *row, const char *value,
		      enum layer layer)
{
	(void)layer;
	return read_count(value, row->min, row->max, member(o, row));
}

static bool one_of(const char *value, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(value, *words) == 0)
			return true;
	return false;
}

static const char *read_flag(const char *value, bool *ret_flag)
{
	static const char *const yes[] = {"1", "true", "yes", "on", NULL};
	static const char *const no[] = {"", "0", "false", "no", "off", NULL};

	if (!one_of(value, yes) && !one_of(value, no))
		return "is neither true nor false";
	*ret_flag = one_of(value, yes);
	return NULL;
}

const char *set_flag(struct options *o, const struct option_row *row, const char *value,
		     enum layer layer)
{
	(void)layer;
	return read_flag(value, member(o, row));
}

const char *set_no_0x20(struct options *o, const struct option_row *row, const char *value,
			enum layer layer)
{
	bool same_case = false;
	const char *why = read_flag(value, &same_case);

	(void)row, (void)layer;
	if (why == NULL)
		o->gate.mixed_case = !same_case;
	return why;
}

/* The two are one choice: a later source makes it anew. */
const char *set_family(struct options *o, const struct option_row *row, const char *value,
		       enum layer layer)
{
	if (o->family_layer != layer)
		o->gate.ipv4 = o->gate.ipv6 = false;
	o->family_layer = layer;
	return set_flag(o, row, value, layer);
}

const char *set_text(struct options *o, const struct option_row *row, const char *value,
		     enum layer layer)
{
	const char **text = member(o, row);
	char *new = strdup(value);

	(void)layer;
	if (value[0] == '\0') {
		free(new);
		return "is empty";
	}
	if (new == NULL)
		return "does not fit in memory";
	free((char *)*text);
	*text = new;
	return NULL;
}

/* What may stand in a URL. */
static bool is_one_word(const char *value)
{
	while (*value > ' ' && *value < 0x7f)
		value++;
	return *value == '\0';
}

/* An account URL (RFC 8555 section 7.3) is compared octet by octet, and hashed. */
const char *set_url(struct options *o, const struct option_row *row, const char *value,
		    enum layer layer)
{
	if (!is_one_word(value) ||
	    (strncmp(value, "https://", 8) != 0 && strncmp(value, "http://", 7) != 0))
		return "is not a URL";
	return set_text(o, row, value, layer);
}

void text_list_free(struct text_list *list)
{
	while (list->count > 0)
		free(list->text[--list->count]);
	free(list->text);
	list->text = NULL;
}

const char *set_list(struct options *o, const struct option_row *row, const char *value,
		     enum layer layer)
{
	struct text_list *list = member(o, row);
	char **longer;

	if (value[0] == '\0')
		return "is empty";
	if (list->layer != layer)
		text_list_free(list);
	list->layer = layer;
	longer = realloc(list->text, (list->count + 1) * sizeof(*longer));
	if (longer == NULL)
		return "does not fit in memory";
	list->text = longer;
	list->text[list->count] = strdup(value);
	return list->text[list->count++] == NULL ? "does not fit in memory" : NULL;
}

/* The two are one choice: a later source makes it anew. */
static const char *choose_publisher(struct options *o, enum layer layer, bool other_chosen)
{
	if (o->publisher_layer == layer && other_chosen)
		return "stands beside the other way of publishing: --exec or --rfc2136, not both";
	if (o->publisher_layer != layer) {
		text_list_free(&o->exec);
		free((char *)o->rfc2136);
		o->rfc2136 = NULL;
	}
	o->publisher_layer = layer;
	return NULL;
}

const char *set_exec(struct options *o, const struct option_row *row, const char *value,
		     enum layer layer)
{
	const char *why = choose_publisher(o, layer, o->rfc2136 != NULL);

	return why != NULL ? why : set_list(o, row, value, layer);
}

const char *set_rfc2136(struct options *o, const struct option_row *row, const char *value,
			enum layer layer)
{
	const char *why = choose_publisher(o, layer, o->exec.count > 0);

	return why != NULL ? why : set_text(o, row, value, layer);
}

const char *set_require(struct options *o, const struct option_row *row, const char *value,
			enum layer layer)
{
	(void)layer;
	if (strcmp(value, "reachable") == 0) {
		o->gate.require = DG_REQUIRE_REACHABLE;
	} else if (strcmp(value, "all") == 0) {
		o->gate.require = DG_REQUIRE_ALL;
	} else {
		const char *why = read_count(value, row->min, row->max, &o->gate.require_count);

		if (why != NULL)
			return "is neither reachable, all, nor a number from 1";
		o->gate.require = DG_REQUIRE_COUNT;
	}
	return NULL;
}

const char *set_require_resolvers(struct options *o, const struct option_row *row,
				  const char *value, enum layer layer)
{
	(void)layer;
	if (strcmp(value, "all") == 0) {
		o->gate.require_resolvers = 0;
		return NULL;
	}
	if (read_count(value, row->min, row->max, &o->gate.require_resolvers) != NULL)
		return "is neither all nor a number from 1";
	return NULL;
}

/* One choice of three, kept as two flags. */
const char *set_authoritative(struct options *o, const struct option_row *row, const char *value,
			      enum layer layer)
{
	bool skip = strcmp(value, "skip") == 0, via = strcmp(value, "via") == 0;

	(void)row, (void)layer;
	if (!skip && !via && strcmp(value, "ask") != 0)
		return "is neither ask, skip nor via";
	o->gate.skip_authoritative = skip;
	o->gate.through_places = via;
	return NULL;
}

const char *set_require_vantage(struct options *o, const struct option_row *row, const char *value,
				enum layer layer)
{
	(void)layer;
	if (strcmp(value, "quorum") == 0)
		o->gate.require_places = DG_PLACES_QUORUM;
	else if (strcmp(value, "all") == 0)
		o->gate.require_places = DG_PLACES_ALL;
	else if (strcmp(value, "none") == 0)
		o->gate.require_places = DG_PLACES_NONE;
	else if (read_count(value, row->min, row->max, &o->gate.require_places_count) == NULL)
		o->gate.require_places = DG_PLACES_COUNT;
	else
		return "is neither quorum, all, none, nor a number from 1";
	return NULL;
}

/* A proxy that looks names up itself, so that nothing is asked of a resolver here. */
const char *set_proxy(struct options *o, const struct option_row *row, const char *value,
		      enum layer layer)
{
	static const char *const schemes[] = {"http://", "https://", "socks5h://"};
	bool word = is_one_word(value);
	size_t i, len;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]) && word; i++) {
		len = strlen(schemes[i]);
		if (strncmp(value, schemes[i], len) == 0 && value[len] != '\0')
			return set_text(o, row, value, layer);
	}
	return "is no URL of http://, https:// or socks5h://";
}

/* "is neither A, B nor C", of the words of a row's argument. */
static const char *not_one_of(const char *words)
{
	static char why[100];
	size_t len = strlen("is neither ");

	strcpy(why, "is neither ");
	while (*words != '\0' && len + strlen(words) + 8 < sizeof(why)) {
		size_t n = strcspn(words, "|");
		const char *rest = words[n] == '\0' ? "" : words + n + 1;
		const char *then = *rest == '\0' ? "" : strchr(rest, '|') == NULL ? " nor " : ", ";

		len += (size_t)sprintf(why + len, "%.*s%s", (int)n, words, then);
		words = rest;
	}
	return why;
}

/* One of the words of the row's argument, "ask|skip": its index is the value. */
const char *set_word(struct options *o, const struct option_row *row, const char *value,
		     enum layer layer)
{
	const char *word = row->argument;
	size_t len = strlen(value), index = 0;

	(void)layer;
	for (; *word != '\0'; word += strcspn(word, "|"), word += *word == '|', index++) {
		if (strcspn(word, "|") != len || strncmp(word, value, len) != 0)
			continue;
		if (row->min == IS_BOOL)
			*(bool *)member(o, row) = index != 0;
		else
			*(int *)member(o, row) = (int)index;
		return NULL;
	}
	return not_one_of(row->argument);
}

/* The days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t y = month > 2 ? year : year - 1;

	return (year - 1970) * 365 + (y / 4 - y / 100 + y / 400) -
	       (1969 / 4 - 1969 / 100 + 1969 / 400) + before[month - 1] + day - 1;
}

/* Either form that signatures have their times in (RFC 4034 section 3.2). */
const char *set_now(struct options *o, const struct option_row *row, const char *value,
		    enum layer layer)
{
	size_t len = strlen(value);
	int64_t part[6] = {0}, *to = part;
	size_t i;

	(void)row, (void)layer;
	if (len == 0 || len > 14 || strspn(value, "0123456789") != len)
		return "is not a time";
	if (len < 14) {
		o->gate.now = strtoll(value, NULL, 10);
		return NULL;
	}
	for (i = 0; i < len; i++) {
		/* YYYY MM DD HH MM SS */
		if (i > 3 && i % 2 == 0)
			to++;
		*to = *to * 10 + (value[i] - '0');
	}
	if (part[0] < 1970 || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31 ||
	    part[3] > 23 || part[4] > 59 || part[5] > 60)
		return "is not a time";
	o->gate.now =
	    days_to(part[0], part[1], part[2]) * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
	return NULL;
}
