/* SPDX-License-Identifier: ISC */
#include "expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"
#include "world_resolver.h"

/* In real time a busy machine is late, its network is faster than the virtual one, and datagrams
 * bunch up on their way. */
#define LATE 1.0
#define EARLY 0.15
#define BUNCH 0.1

/* One expectation being looked at. */
struct look {
	const struct world *w;
	const struct outcome *o;
	int line;
	bool good;
};

static void miss(struct look *l, const char *format, ...)
{
	va_list args;

	l->good = false;
	printf("%s:%d: ", l->w->file, l->line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* The next word of text, which moves on; "" at its end. */
static const char *word(char **text)
{
	char *start = *text + strspn(*text, " \t");
	size_t len = strcspn(start, " \t");

	*text = start + len;
	if (**text != '\0')
		*(*text)++ = '\0';
	return start;
}

static bool in_range(const char *range, double value)
{
	const char *dots = strstr(range, "..");

	return dots != NULL && value >= atof(range) - 1e-9 && value <= atof(dots + 2) + 1e-9;
}

static bool in_time(const struct look *l, const char *range, double seconds)
{
	const char *dots = strstr(range, "..");
	bool real = l->o->errors != NULL;

	return dots != NULL && seconds >= atof(range) - (real ? EARLY : 0.0005) &&
	       seconds <= atof(dots + 2) + (real ? LATE : 0.0005);
}

/* A JSON scalar as text; a list as its members with blanks between. */
static void print_json(const json_t *value, char *out, size_t size)
{
	size_t i, len = 0;

	out[0] = '\0';
	if (json_is_string(value))
		snprintf(out, size, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(out, size, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		snprintf(out, size, "%g", json_real_value(value));
	else if (json_is_boolean(value))
		snprintf(out, size, json_is_true(value) ? "true" : "false");
	else if (json_is_null(value))
		snprintf(out, size, "null");
	for (i = 0; i < json_array_size(value) && len < size; i++) {
		char item[300];

		print_json(json_array_get(value, i), item, sizeof(item));
		len += (size_t)snprintf(out + len, size - len, "%s%s", i > 0 ? " " : "", item);
	}
}

static json_t *records(const struct look *l)
{
	return json_object_get(l->o->report, "records");
}

/* ---- the report ------------------------------------------------------------------------------ */

static void look_verdict(struct look *l, char *rest)
{
	const char *want = word(&rest), *of = word(&rest), *name = word(&rest);
	json_t *from = l->o->report;
	char got[64];
	size_t i;

	for (i = 0; strcmp(of, "of") == 0 && i < json_array_size(records(l)); i++) {
		json_t *r = json_array_get(records(l), i);

		if (strcmp(json_string_value(json_object_get(r, "name")), name) == 0)
			from = r;
	}
	print_json(json_object_get(from, "verdict"), got, sizeof(got));
	if (strcmp(want, got) != 0)
		miss(l, "verdict %s, not %s", got, want);
}

struct wanted_finding {
	const char *id, *severity, *at, *says;
};

static bool has(const json_t *object, const char *key, const char *part)
{
	const char *text = json_string_value(json_object_get(object, key));

	return part[0] == '\0' || (text != NULL && strstr(text, part) != NULL);
}

static json_t *find_finding(const struct look *l, const struct wanted_finding *want)
{
	size_t i, k;

	for (i = 0; i < json_array_size(records(l)); i++) {
		json_t *list = json_object_get(json_array_get(records(l), i), "findings");

		for (k = 0; k < json_array_size(list); k++) {
			json_t *f = json_array_get(list, k);

			if (has(f, "id", want->id) && has(f, "severity", want->severity) &&
			    has(f, "server", want->at) && has(f, "text", want->says))
				return f;
		}
	}
	return NULL;
}

static void list_findings(const struct look *l)
{
	size_t i, k;

	for (i = 0; i < json_array_size(records(l)); i++) {
		json_t *list = json_object_get(json_array_get(records(l), i), "findings");

		for (k = 0; k < json_array_size(list); k++) {
			char *text = json_dumps(json_array_get(list, k), JSON_COMPACT);

			printf("    there is %s\n", text);
			free(text);
		}
	}
}

static void look_finding(struct look *l, char *rest)
{
	struct wanted_finding want = {word(&rest), "", "", ""};

	for (;;) {
		const char *w = word(&rest);

		if (w[0] == '\0')
			break;
		if (strcmp(w, "at") == 0) {
			want.at = word(&rest);
		} else if (strcmp(w, "says") == 0) {
			want.says = rest;
			break;
		} else {
			want.severity = w;
		}
	}
	if (find_finding(l, &want) != NULL)
		return;
	miss(l, "no finding %s %s at \"%s\" that says \"%s\"", want.id, want.severity, want.at,
	     want.says);
	list_findings(l);
}

static void look_no(struct look *l, char *rest)
{
	struct wanted_finding want = {"", "", "", ""};
	json_t *found;

	word(&rest);
	want.id = word(&rest);
	found = find_finding(l, &want);
	if (found == NULL)
		return;
	miss(l, "a finding");
	list_findings(l);
}

/* The row is of "ADDR" or "ADDR/TRANSPORT"; a name does for an address. */
static bool is_row(const json_t *row, const char *want)
{
	size_t len = strcspn(want, "/");
	char addr[256], name[256], transport[16];

	print_json(json_object_get(row, "address"), addr, sizeof(addr));
	print_json(json_object_get(row, "name"), name, sizeof(name));
	print_json(json_object_get(row, "transport"), transport, sizeof(transport));
	if (want[len] == '/' && strcmp(want + len + 1, transport) != 0)
		return false;
	return (strlen(addr) == len && strncmp(addr, want, len) == 0) ||
	       (strlen(name) == len && strncmp(name, want, len) == 0);
}

static bool is_value(const char *got, const char *want)
{
	char *end;
	double number = strtod(got, &end);

	return strcmp(got, want) == 0 ||
	       (strstr(want, "..") != NULL && end > got && *end == '\0' && in_range(want, number));
}

static void look_row(struct look *l, char *rest)
{
	const char *addr = word(&rest), *key = word(&rest);
	char got[1024] = "(no such row)";
	size_t i, k;

	for (i = 0; i < json_array_size(records(l)); i++) {
		json_t *list = json_object_get(json_array_get(records(l), i), "servers");

		for (k = 0; k < json_array_size(list); k++) {
			json_t *row = json_array_get(list, k);

			if (!is_row(row, addr))
				continue;
			print_json(json_object_get(row, key), got, sizeof(got));
			if (is_value(got, rest))
				return;
		}
	}
	miss(l, "%s of %s is %s, not %s", key, addr, got, rest);
}

/* The first row of an address, with something in its list of events. */
static json_t *events_of(const struct look *l, const char *addr)
{
	size_t i, k;

	for (i = 0; i < json_array_size(records(l)); i++) {
		json_t *list = json_object_get(json_array_get(records(l), i), "servers");

		for (k = 0; k < json_array_size(list); k++) {
			json_t *row = json_array_get(list, k);

			if (is_row(row, addr))
				return json_object_get(row, "events");
		}
	}
	return NULL;
}

static void print_events(const json_t *events, char *out, size_t size)
{
	size_t i, len = 0;

	out[0] = '\0';
	for (i = 0; i < json_array_size(events) && len < size; i++)
		len += (size_t)snprintf(
		    out + len, size - len, "%s%s", i > 0 ? " " : "",
		    json_string_value(json_object_get(json_array_get(events, i), "event")));
}

/* All of them, in order. */
static void look_events(struct look *l, char *rest)
{
	const char *addr = word(&rest);
	char got[1024];

	print_events(events_of(l, addr), got, sizeof(got));
	if (strcmp(got, rest) != 0)
		miss(l, "events of %s are %s, not %s", addr, got, rest);
}

/* One of that name at that time, in seconds. */
static void look_event(struct look *l, char *rest)
{
	const char *addr = word(&rest), *name = word(&rest), *range = word(&rest);
	json_t *events = events_of(l, addr);
	char got[1024];
	size_t i;

	for (i = 0; i < json_array_size(events); i++) {
		json_t *e = json_array_get(events, i);

		if (has(e, "event", name) &&
		    in_time(l, range, (double)json_integer_value(json_object_get(e, "ms")) / 1000))
			return;
	}
	print_events(events, got, sizeof(got));
	miss(l, "%s has no event %s at %s, but %s", addr, name, range, got);
}

static void look_record(struct look *l, char *rest)
{
	const char *key = word(&rest);
	char got[2048];

	print_json(json_object_get(json_array_get(records(l), 0), key), got, sizeof(got));
	/* There may be other limits: one is looked for. */
	if (strcmp(key, "limits") == 0 && rest[0] != '\0' ? strstr(got, rest) == NULL
							  : strcmp(got, rest) != 0)
		miss(l, "%s is %s, not %s", key, got, rest);
}

/* ---- the questions --------------------------------------------------------------------------- */

static void look_questions(struct look *l, char *rest)
{
	const char *addr = word(&rest), *range = word(&rest), *name = word(&rest);
	unsigned n = 0;
	size_t i;

	for (i = 0; i < l->w->nasked; i++) {
		const struct world_asked *a = &l->w->asked[i];

		n += (strcmp(addr, "all") == 0 || strcmp(addr, a->addr) == 0) &&
		     (name[0] == '\0' || strcmp(name, a->name) == 0);
	}
	if (!in_range(range, n))
		miss(l, "%u questions to %s %s, not %s", n, addr, name, range);
}

static void look_first(struct look *l, char *rest)
{
	const char *what = word(&rest), *addr = "", *name = "", *range;
	bool to = strcmp(what, "question") == 0;
	ldns_rr_type type = to ? 0 : ldns_get_rr_type_by_name(what);
	size_t i;

	if (to)
		addr = word(&rest);
	else
		name = word(&rest);
	range = word(&rest);
	if (to)
		name = word(&rest);
	for (i = 0; i < l->w->nasked; i++) {
		const struct world_asked *a = &l->w->asked[i];

		if (to ? strcmp(a->addr, addr) != 0 : a->type != type)
			continue;
		if (name[0] != '\0' && strcmp(a->name, name) != 0)
			continue;
		if (!in_range(range, a->at))
			miss(l, "first asked after %.3f s, not %s", a->at, range);
		return;
	}
	miss(l, "never asked");
}

/* The promises that hold in every world. */
static void look_manners(struct look *l)
{
	double second = l->o->errors != NULL ? 1 - BUNCH : 1;
	bool diagnosing = l->w->run != NULL && strstr(l->w->run, "check ") != NULL;
	size_t i, k;

	l->line = 0;
	for (i = 0; i < l->w->nasked; i++) {
		const struct world_asked *a = &l->w->asked[i];
		bool resolver = world_is_resolver(l->w, a->addr);
		unsigned same = 0, all = 0;

		if (resolver && a->type != LDNS_RR_TYPE_TXT)
			miss(l, "asked %s for type %d of %s", a->addr, a->type, a->name);
		if (a->name[0] == '_' && a->type != LDNS_RR_TYPE_TXT &&
		    a->type != LDNS_RR_TYPE_NS && a->type != LDNS_RR_TYPE_SOA &&
		    a->type != LDNS_RR_TYPE_DS && !diagnosing)
			miss(l, "asked type %d of %s", a->type, a->name);
		if (a->rd != resolver)
			miss(l, "asked %s for %s with%s RD", a->addr, a->name, a->rd ? "" : "out");
		for (k = i; k < l->w->nasked && l->w->asked[k].at < a->at + second; k++) {
			if (strcmp(l->w->asked[k].addr, a->addr) != 0)
				continue;
			all++;
			same += strcmp(l->w->asked[k].name, a->name) == 0;
		}
		if (same > DG_RATE_NAME || all > DG_RATE_ADDRESS) {
			miss(l, "%u questions about %s and %u in all to %s in the second from %.3f",
			     same, a->name, all, a->addr, a->at);
			return;
		}
	}
}

/* ---- all ------------------------------------------------------------------------------------- */

static void look_exit(struct look *l, char *rest)
{
	const char *text = rest, *one;

	while ((one = word(&rest))[0] != '\0')
		if (atoi(one) == l->o->exit)
			return;
	miss(l, "exit %d, not %s", l->o->exit, text);
}

static void look_elapsed(struct look *l, char *rest)
{
	if (!in_time(l, rest, l->o->elapsed))
		miss(l, "took %.3f s, not %s", l->o->elapsed, rest);
}

static void look_says(struct look *l, char *rest)
{
	if (l->o->errors != NULL && strstr(l->o->errors, rest) == NULL)
		miss(l, "stderr does not say \"%s\" but\n%s", rest, l->o->errors);
}

static void look_silent(struct look *l, char *rest)
{
	(void)rest;
	if (l->o->errors != NULL && l->o->errors[0] != '\0')
		miss(l, "stderr is not empty:\n%s", l->o->errors);
}

static void look_lines(struct look *l, char *rest)
{
	const char *c;
	int n = 0;

	for (c = l->o->errors; c != NULL && *c != '\0'; c++)
		n += *c == '\n';
	if (l->o->errors != NULL && n != atoi(rest))
		miss(l, "%d lines on stderr, not %s:\n%s", n, rest, l->o->errors);
}

static const struct {
	const char *word;
	void (*look)(struct look *l, char *rest);
} looks[] = {
    {"exit", look_exit},       {"verdict", look_verdict},
    {"elapsed", look_elapsed}, {"finding", look_finding},
    {"no", look_no},           {"row", look_row},
    {"record", look_record},   {"questions", look_questions},
    {"first", look_first},     {"says", look_says},
    {"silent", look_silent},   {"lines", look_lines},
    {"event", look_event},     {"events", look_events},
};

bool expect_all(const struct world *w, const struct outcome *o)
{
	struct look l = {.w = w, .o = o, .good = true};
	size_t i, k;

	for (i = 0; i < w->nexpects; i++) {
		char text[1024], *rest = text;
		const char *first;

		snprintf(text, sizeof(text), "%s", w->expect[i]);
		l.line = w->expect_line[i];
		first = word(&rest);
		rest += strspn(rest, " \t");
		for (k = 0; k < sizeof(looks) / sizeof(looks[0]); k++)
			if (strcmp(looks[k].word, first) == 0)
				break;
		if (k == sizeof(looks) / sizeof(looks[0]))
			miss(&l, "unknown expectation \"%s\"", first);
		else
			looks[k].look(&l, rest);
	}
	look_manners(&l);
	return l.good;
}
