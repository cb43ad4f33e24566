/* SPDX-License-Identifier: ISC */
#include "option_table.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static option_setter set_seconds, set_count, set_flag, set_no_0x20, set_text, set_url, set_list,
    set_require, set_require_resolvers, set_word, set_family, set_now, set_exec, set_rfc2136;

#define AT(member) offsetof(struct options, member)

/* set_word sets the index of the word among those of `argument`; the list stands where other
 * options have their minimum. */
enum { IS_BOOL, IS_ENUM };

/* The indent of a help text's further lines. */
#define MARGIN "                                       "

const struct option_row option_table[] = {
    {"timeout", 't', "SECONDS", set_seconds, AT(gate.timeout), 0, 0, false,
     "give up after this (600)"},
    {"on-timeout", 0, "fail|proceed", set_word, AT(proceed), IS_BOOL, 0, false,
     "proceed: exit 0 with a warning all the same (fail)"},
    {"confirmations", 'c', "N", set_count, AT(gate.confirmations), 1, 1000, false,
     "good answers in a row wanted from each address (3)"},
    {"confirm-interval", 0, "SECONDS", set_seconds, AT(gate.confirm_interval), 0, 0, false,
     "smallest gap between them (0.1)"},
    {"require", 0, "reachable|all|N", set_require, 0, 1, 100000, false,
     "whose agreement is needed (reachable)"},
    {"ipv4", '4', NULL, set_family, AT(gate.ipv4), 0, 0, false, "use IPv4"},
    {"ipv6", '6', NULL, set_family, AT(gate.ipv6), 0, 0, false,
     "use IPv6; with neither, both are used"},
    {"server", 0, "ADDR[#PORT]", set_list, AT(servers), 0, 0, true,
     "ask this as an authoritative server instead of looking for them; repeatable"},
    {"authoritative", 0, "ask|skip", set_word, AT(gate.skip_authoritative), IS_BOOL, 0, false,
     "skip: ask only the resolvers, which proves less (ask)"},
    {"resolver", 'r', "SPEC", set_list, AT(resolvers), 0, 0, true,
     "a recursive resolver that must see it too, asked last; repeatable:\n" MARGIN
     "ADDR[#PORT], system, public, tls://ADDR[#PORT][@NAME],\n" MARGIN
     "or https://HOST[:PORT]/PATH[@ADDR]"},
    {"require-resolvers", 0, "all|N", set_require_resolvers, 0, 1, 1000, false,
     "how many of them must (all)"},
    {"tls-ca", 0, "FILE", set_text, AT(gate.tls_ca), 0, 0, false,
     "certificates to trust resolvers by (the system's)"},
    {"ca", 0, "letsencrypt|generic|strict", set_word, AT(gate.ca), IS_ENUM, 0, false,
     "whose validation is predicted (letsencrypt)"},
    {"account", 0, "URL", set_url, AT(gate.account), 0, 0, false,
     "the ACME account's, for CAA records and dns-account-01 (not known)"},
    {"port", 0, "N", set_count, AT(gate.port), 1, 65535, false,
     "port of the authoritative servers (53)"},
    {"root-hints", 0, "FILE", set_text, AT(gate.root_hints), 0, 0, false,
     "where the root servers are (the system's, else built in)"},
    {"dnssec", 0, "validate|require|off", set_word, AT(gate.dnssec), IS_ENUM, 0, false,
     "require: unsigned is not good enough (validate)"},
    {"trust-anchor", 0, "FILE", set_text, AT(gate.trust_anchor), 0, 0, false,
     "DS or DNSKEY records to trust (the root's, built in)"},
    {"now", 0, "TIME", set_now, AT(gate.now), 0, 0, false,
     "judge signatures as of then: seconds since 1970, or YYYYMMDDHHMMSS (the clock)"},
    {"no-0x20", 0, NULL, set_no_0x20, 0, 0, 0, false, "do not randomise the case of the question"},
    {"settle", 0, "SECONDS", set_seconds, AT(settle), 0, 0, false,
     "sleep this long after success, within the timeout (0)"},
    {"exec", 0, "PROGRAM", set_exec, AT(exec), 0, 0, true,
     "publish first, by this program, called as the client called us"},
    {"rfc2136", 0, "FILE", set_rfc2136, AT(rfc2136), 0, 0, false,
     "publish first, by dynamic update, as FILE says"},
    {"veto", 0, NULL, set_flag, AT(veto), 0, 0, false,
     "when certbot's record is not visible, end certbot before it asks the CA"},
    {"report", 0, "FILE", set_text, AT(report), 0, 0, false, "write the JSON report there"},
    {"json", 0, NULL, set_flag, AT(json), 0, 0, false, "write the JSON report to stdout"},
    {"metrics", 0, "FILE", set_text, AT(metrics), 0, 0, false,
     "write metrics there, for Prometheus' textfile collector"},
    {"log", 0, "syslog|stderr", set_word, AT(log), IS_ENUM, 0, false,
     "where lines for people go (stderr)"},
    {"progress", 0, "auto|always|never", set_word, AT(progress), IS_ENUM, 0, false,
     "live table on a terminal, lines elsewhere (auto)"},
    {"state-dir", 0, "DIR", set_text, AT(state_dir), 0, 0, false,
     "what certbot's calls of one order, and runs for one name, remember"},
    {"no-batch", 0, NULL, set_flag, AT(no_batch), 0, 0, false,
     "let each of certbot's calls wait for itself"},
    {"quiet", 'q', NULL, set_flag, AT(quiet), 0, 0, false, "say nothing but what went wrong"},
    {"verbose", 'v', NULL, set_flag, AT(verbose), 0, 0, false, "say what every address answers"},
    {"config", 0, "FILE", set_text, AT(config), 0, 0, false, "config file (" DEFAULT_CONFIG ")"},
    {"help", 'h', NULL, set_flag, AT(help), 0, 0, false, "print this and exit"},
    {"version", 'V', NULL, set_flag, AT(version), 0, 0, false, "print the version and exit"},
};

const size_t option_count = sizeof(option_table) / sizeof(option_table[0]);

/* ---- setters --------------------------------------------------------------------------------- */

static void *member(struct options *o, const struct option_row *row)
{
	return (char *)o + row->offset;
}

static const char *set_seconds(struct options *o, const struct option_row *row, const char *value,
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

static const char *set_count(struct options *o, const struct option_row *row, const char *value,
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

static const char *set_flag(struct options *o, const struct option_row *row, const char *value,
			    enum layer layer)
{
	(void)layer;
	return read_flag(value, member(o, row));
}

static const char *set_no_0x20(struct options *o, const struct option_row *row, const char *value,
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
static const char *set_family(struct options *o, const struct option_row *row, const char *value,
			      enum layer layer)
{
	if (o->family_layer != layer)
		o->gate.ipv4 = o->gate.ipv6 = false;
	o->family_layer = layer;
	return set_flag(o, row, value, layer);
}

static const char *set_text(struct options *o, const struct option_row *row, const char *value,
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

/* An account URL (RFC 8555 section 7.3) is compared octet by octet, and hashed. */
static const char *set_url(struct options *o, const struct option_row *row, const char *value,
			   enum layer layer)
{
	const char *at;

	for (at = value; *at > ' ' && *at < 0x7f; at++) {
	}
	if (*at != '\0' ||
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

static const char *set_list(struct options *o, const struct option_row *row, const char *value,
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

static const char *set_exec(struct options *o, const struct option_row *row, const char *value,
			    enum layer layer)
{
	const char *why = choose_publisher(o, layer, o->rfc2136 != NULL);

	return why != NULL ? why : set_list(o, row, value, layer);
}

static const char *set_rfc2136(struct options *o, const struct option_row *row, const char *value,
			       enum layer layer)
{
	const char *why = choose_publisher(o, layer, o->exec.count > 0);

	return why != NULL ? why : set_text(o, row, value, layer);
}

static const char *set_require(struct options *o, const struct option_row *row, const char *value,
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

static const char *set_require_resolvers(struct options *o, const struct option_row *row,
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
static const char *set_word(struct options *o, const struct option_row *row, const char *value,
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
static const char *set_now(struct options *o, const struct option_row *row, const char *value,
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

/* ---- the table ------------------------------------------------------------------------------- */

const struct option_row *option_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (strlen(option_table[i].name) == len &&
		    strncmp(option_table[i].name, name, len) == 0)
			return &option_table[i];
	return NULL;
}

const struct option_row *option_find_letter(char letter)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (option_table[i].letter == letter && letter != 0)
			return &option_table[i];
	return NULL;
}

static void drop_sources_of(struct options *o, const struct option_row *row, enum layer layer)
{
	size_t kept = 0, i;

	for (i = 0; i < o->nsources; i++) {
		struct source *s = &o->source[i];

		if (s->row != row || s->layer == layer) {
			o->source[kept++] = *s;
		} else {
			free(s->where);
			free(s->value);
		}
	}
	o->nsources = kept;
}

/* The command line is before the user's eyes: only what stands elsewhere is told with its place.
 * False: no memory. */
static bool keep_source(struct options *o, const struct option_row *row, const char *value,
			enum layer layer, const char *where)
{
	struct source *longer, new = {.row = row, .layer = layer};

	drop_sources_of(o, row, layer);
	if (layer == LAYER_ARGV || row->argument == NULL)
		return true;
	longer = realloc(o->source, (o->nsources + 1) * sizeof(*longer));
	if (longer == NULL)
		return false;
	o->source = longer;
	new.where = strdup(where);
	new.value = strdup(value);
	o->source[o->nsources++] = new;
	return new.where != NULL &&new.value != NULL;
}

/* True when the text names the value: in quotes, or as a file's name is named. */
static bool names_value(const char *text, const char *value)
{
	const char *at;
	size_t len = strlen(value);

	for (at = strstr(text, value); at != NULL; at = strstr(at + 1, value))
		if ((at == text || at[-1] == '"' || at[-1] == ' ') &&
		    (at[len] == '"' || at[len] == ':'))
			return true;
	return false;
}

void options_tell_source(const struct options *options, struct dg_error *err)
{
	struct dg_error told = *err;
	size_t i;

	for (i = 0; i < options->nsources; i++) {
		const struct source *s = &options->source[i];

		if (!names_value(err->text, s->value))
			continue;
		snprintf(err->text, sizeof(err->text), "%.200s%.300s", s->where, told.text);
		return;
	}
}

enum dg_status option_set(struct options *o, const struct option_row *row, const char *value,
			  enum layer layer, const char *where, struct dg_error *err)
{
	const char *why = row->set(o, row, value, layer);

	if (why == NULL)
		return keep_source(o, row, value, layer, where)
			   ? DG_OK
			   : dg_fail(err, DG_ENOMEM, "out of memory");
	return dg_fail(err, DG_EINVAL, "%s%s: \"%.200s\" %s", where, row->name, value, why);
}
