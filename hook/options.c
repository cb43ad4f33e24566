/* SPDX-License-Identifier: ISC */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"

#define DEFAULT_CONFIG "/etc/dns01gate/config.json"
#define ENV_PREFIX "DNS01GATE_"
#define NAME_MAX_LEN 40

/* A challenge value: base64url of a SHA-256 digest (RFC 8555 section 8.4). It may begin with "-". */
#define CHALLENGE_LEN 43
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

struct row;

/* Puts a value into options; NULL when it is good, else what is wrong with it. */
typedef const char *setter(struct options *o, const struct row *row, const char *value,
			   enum layer layer);

static setter set_seconds, set_count, set_flag, set_text, set_list, set_require, set_on_timeout,
    set_progress, set_family;

struct row {
	const char *name;
	char letter;
	const char *argument; /* NULL: a flag */
	setter *set;
	size_t offset;
	long min, max;
	const char *help;
};

#define AT(member) offsetof(struct options, member)

static const struct row rows[] = {
    {"timeout", 't', "SECONDS", set_seconds, AT(timeout), 0, 0, "give up after this (600)"},
    {"on-timeout", 0, "fail|proceed", set_on_timeout, 0, 0, 0,
     "proceed: exit 0 with a warning all the same (fail)"},
    {"confirmations", 'c', "N", set_count, AT(confirmations), 1, 1000,
     "good answers in a row wanted from each address (3)"},
    {"confirm-interval", 0, "SECONDS", set_seconds, AT(confirm_interval), 0, 0,
     "smallest gap between them (0.1)"},
    {"require", 0, "reachable|all|N", set_require, 0, 1, 100000,
     "whose agreement is needed (reachable)"},
    {"ipv4", '4', NULL, set_family, AT(ipv4), 0, 0, "use IPv4"},
    {"ipv6", '6', NULL, set_family, AT(ipv6), 0, 0, "use IPv6; with neither, both are used"},
    {"server", 0, "ADDR[#PORT]", set_list, AT(servers), 0, 0,
     "ask this as an authoritative server instead of looking for them; repeatable"},
    {"port", 0, "N", set_count, AT(port), 1, 65535, "port of the authoritative servers (53)"},
    {"root-hints", 0, "FILE", set_text, AT(root_hints), 0, 0,
     "where the root servers are (the system's, else built in)"},
    {"no-0x20", 0, NULL, set_flag, AT(no_0x20), 0, 0, "do not randomise the case of the question"},
    {"settle", 0, "SECONDS", set_seconds, AT(settle), 0, 0,
     "sleep this long after success, within the timeout (0)"},
    {"report", 0, "FILE", set_text, AT(report), 0, 0, "write the JSON report there"},
    {"json", 0, NULL, set_flag, AT(json), 0, 0, "write the JSON report to stdout"},
    {"progress", 0, "auto|always|never", set_progress, 0, 0, 0,
     "live table on a terminal, lines elsewhere (auto)"},
    {"state-dir", 0, "DIR", set_text, AT(state_dir), 0, 0,
     "where certbot's calls of one order remember each other"},
    {"no-batch", 0, NULL, set_flag, AT(no_batch), 0, 0, "let each of certbot's calls wait for itself"},
    {"quiet", 'q', NULL, set_flag, AT(quiet), 0, 0, "say nothing but what went wrong"},
    {"verbose", 'v', NULL, set_flag, AT(verbose), 0, 0, "say what every address answers"},
    {"config", 0, "FILE", set_text, AT(config), 0, 0, "config file (" DEFAULT_CONFIG ")"},
    {"help", 'h', NULL, set_flag, AT(help), 0, 0, "print this and exit"},
    {"version", 'V', NULL, set_flag, AT(version), 0, 0, "print the version and exit"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- setters --------------------------------------------------------------------------------- */

static void *member(struct options *o, const struct row *row)
{
	return (char *)o + row->offset;
}

static const char *set_seconds(struct options *o, const struct row *row, const char *value,
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

static const char *set_count(struct options *o, const struct row *row, const char *value,
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

static const char *set_flag(struct options *o, const struct row *row, const char *value,
			    enum layer layer)
{
	(void)layer;
	return read_flag(value, member(o, row));
}

/* The two are one choice: a later source makes it anew. */
static const char *set_family(struct options *o, const struct row *row, const char *value,
			      enum layer layer)
{
	if (o->family_layer != layer)
		o->ipv4 = o->ipv6 = false;
	o->family_layer = layer;
	return set_flag(o, row, value, layer);
}

static const char *set_text(struct options *o, const struct row *row, const char *value,
			    enum layer layer)
{
	char **text = member(o, row);
	char *new = copy_text(value);

	(void)layer;
	if (value[0] == '\0') {
		free(new);
		return "is empty";
	}
	if (new == NULL)
		return "does not fit in memory";
	free(*text);
	*text = new;
	return NULL;
}

static void list_free(struct text_list *list)
{
	while (list->count > 0)
		free(list->text[--list->count]);
	free(list->text);
	list->text = NULL;
}

static const char *set_list(struct options *o, const struct row *row, const char *value,
			    enum layer layer)
{
	struct text_list *list = member(o, row);
	char **longer;

	if (value[0] == '\0')
		return "is empty";
	if (list->layer != layer)
		list_free(list);
	list->layer = layer;
	longer = realloc(list->text, (list->count + 1) * sizeof(*longer));
	if (longer == NULL)
		return "does not fit in memory";
	list->text = longer;
	list->text[list->count] = copy_text(value);
	return list->text[list->count++] == NULL ? "does not fit in memory" : NULL;
}

static const char *set_require(struct options *o, const struct row *row, const char *value,
			       enum layer layer)
{
	(void)layer;
	if (strcmp(value, "reachable") == 0) {
		o->require = DG_REQUIRE_REACHABLE;
	} else if (strcmp(value, "all") == 0) {
		o->require = DG_REQUIRE_ALL;
	} else {
		const char *why = read_count(value, row->min, row->max, &o->require_count);

		if (why != NULL)
			return "is neither reachable, all, nor a number from 1";
		o->require = DG_REQUIRE_COUNT;
	}
	return NULL;
}

static const char *set_on_timeout(struct options *o, const struct row *row, const char *value,
				  enum layer layer)
{
	(void)row, (void)layer;
	if (strcmp(value, "fail") != 0 && strcmp(value, "proceed") != 0)
		return "is neither fail nor proceed";
	o->proceed = value[0] == 'p';
	return NULL;
}

static const char *set_progress(struct options *o, const struct row *row, const char *value,
				enum layer layer)
{
	static const char *const words[] = {
	    [PROGRESS_AUTO] = "auto", [PROGRESS_ALWAYS] = "always", [PROGRESS_NEVER] = "never"};
	size_t i;

	(void)row, (void)layer;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value, words[i]) == 0) {
			o->progress = (enum progress)i;
			return NULL;
		}
	}
	return "is neither auto, always nor never";
}

/* ---- sources --------------------------------------------------------------------------------- */

static const struct row *find_row(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strlen(rows[i].name) == len && strncmp(rows[i].name, name, len) == 0)
			return &rows[i];
	return NULL;
}

static const struct row *find_letter(char letter)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (rows[i].letter == letter && letter != 0)
			return &rows[i];
	return NULL;
}

bool options_known(const char *name, bool *ret_many)
{
	const struct row *row = find_row(name, strlen(name));

	if (row != NULL)
		*ret_many = row->set == set_list;
	return row != NULL;
}

static enum dg_status set_row(struct options *o, const struct row *row, const char *value,
			      enum layer layer, const char *where, struct dg_error *err)
{
	const char *why = row->set(o, row, value, layer);

	if (why == NULL)
		return DG_OK;
	return fail(err, DG_EINVAL, "%s%s: \"%.200s\" %s", where, row->name, value, why);
}

enum dg_status options_set(struct options *options, const char *name, const char *value,
			   enum layer layer, const char *where, struct dg_error *err)
{
	return set_row(options, find_row(name, strlen(name)), value, layer, where, err);
}

static enum dg_status read_environment(struct options *o, struct dg_error *err)
{
	size_t i, k;

	for (i = 0; i < ROWS; i++) {
		char name[sizeof(ENV_PREFIX) + NAME_MAX_LEN] = ENV_PREFIX;
		size_t len = strlen(name);
		const char *value;
		enum dg_status status = DG_OK;

		for (k = 0; rows[i].name[k] != '\0'; k++) {
			unsigned char c = (unsigned char)rows[i].name[k];

			name[len++] = (char)(c == '-' ? '_' : toupper(c));
		}
		name[len] = '\0';
		value = getenv(name);
		if (value != NULL && (rows[i].argument == NULL || value[0] != '\0')) {
			char where[sizeof(name) + 24];

			snprintf(where, sizeof(where), "%s in the environment: ", name);
			status = set_row(o, &rows[i], value, LAYER_ENVIRONMENT, where, err);
		}
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

/* The command line as it is walked through. */
struct walk {
	int argc;
	char **argv;
	int i;
	struct operands *operands;
};

static enum dg_status long_option(struct options *o, struct walk *w, struct dg_error *err)
{
	const char *text = w->argv[w->i] + 2;
	size_t len = strcspn(text, "=");
	const struct row *row = find_row(text, len);
	const char *value = text[len] == '=' ? text + len + 1 : NULL;

	if (row == NULL)
		return fail(err, DG_EINVAL, "unknown option \"%.200s\"", w->argv[w->i]);
	if (value == NULL && row->argument == NULL)
		value = "true";
	else if (value == NULL && w->i + 1 < w->argc)
		value = w->argv[++w->i];
	if (value == NULL)
		return fail(err, DG_EINVAL, "option \"%.200s\" needs a value: %s", w->argv[w->i],
			    row->argument);
	return set_row(o, row, value, LAYER_ARGV, "--", err);
}

static enum dg_status short_options(struct options *o, struct walk *w, struct dg_error *err)
{
	const char *at = w->argv[w->i] + 1;

	for (; *at != '\0'; at++) {
		const struct row *row = find_letter(*at);
		const char *value = "true";
		enum dg_status status;

		if (row == NULL)
			return fail(err, DG_EINVAL, "unknown option \"%.200s\"", w->argv[w->i]);
		if (row->argument != NULL) {
			if (at[1] == '\0' && w->i + 1 == w->argc)
				return fail(err, DG_EINVAL, "option \"-%c\" needs a value: %s", row->letter,
					    row->argument);
			value = at[1] != '\0' ? at + 1 : w->argv[++w->i];
		}
		status = set_row(o, row, value, LAYER_ARGV, "--", err);
		if (status != DG_OK || row->argument != NULL)
			return status;
	}
	return DG_OK;
}

static bool is_challenge_value(const char *text)
{
	return strlen(text) == CHALLENGE_LEN && strspn(text, BASE64URL) == CHALLENGE_LEN;
}

/* Verbs of clients that name a program and no options: all that follows is theirs. */
static bool ends_options(const char *verb)
{
	static const char *const verbs[] = {"present", "cleanup", NULL};

	return one_of(verb, verbs);
}

static enum dg_status read_argv(struct options *o, struct walk *w, struct dg_error *err)
{
	struct operands *rest = w->operands;
	bool literal = false;

	for (w->i = 1; w->i < w->argc; w->i++) {
		char *text = w->argv[w->i];
		enum dg_status status = DG_OK;

		if (!literal && strcmp(text, "--") == 0) {
			literal = true;
			rest->literal = rest->count;
			continue;
		}
		if (literal || text[0] != '-' || text[1] == '\0' || is_challenge_value(text)) {
			rest->text[rest->count++] = text;
			if (rest->count == 1 && ends_options(text)) {
				literal = true;
				/* lego's RAW mode is known by its "--". */
				rest->literal = SIZE_MAX;
				if (w->i + 1 < w->argc && strcmp(w->argv[w->i + 1], "--") == 0) {
					rest->literal = 1;
					w->i++;
				}
			}
			continue;
		}
		status = text[1] == '-' ? long_option(o, w, err) : short_options(o, w, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

static enum dg_status read_config(struct options *o, struct dg_error *err)
{
	if (o->config != NULL)
		return config_read(o, o->config, err);
	if (access(DEFAULT_CONFIG, F_OK) != 0)
		return DG_OK;
	return config_read(o, DEFAULT_CONFIG, err);
}

static enum dg_status read_all(struct options *o, struct walk *w, struct dg_error *err)
{
	struct options first = {0};
	enum dg_status status = read_environment(&first, err);

	/* A first pass finds the config file, the weakest source, and any mistake in the others. */
	if (status == DG_OK)
		status = read_argv(&first, w, err);
	if (status == DG_OK && !first.help && !first.version) {
		o->config = first.config;
		first.config = NULL;
		status = read_config(o, err);
	}
	options_free(&first, NULL);
	if (status == DG_OK)
		status = read_environment(o, err);
	w->operands->count = 0;
	if (status == DG_OK)
		status = read_argv(o, w, err);
	return status;
}

enum dg_status options_read(struct options *ret_options, struct operands *ret_operands, int argc,
			    char **argv, struct dg_error *err)
{
	struct operands rest = {.text = calloc((size_t)argc + 1, sizeof(char *)), .literal = SIZE_MAX};
	struct walk w = {.argc = argc, .argv = argv, .operands = &rest};
	struct dg_options defaults;
	struct options o = {0};
	enum dg_status status;

	if (rest.text == NULL)
		return fail(err, DG_ENOMEM, "out of memory");
	dg_options_init(&defaults);
	o.timeout = defaults.timeout;
	o.confirmations = defaults.confirmations;
	o.confirm_interval = defaults.confirm_interval;
	o.require = defaults.require;
	o.port = defaults.port;
	status = read_all(&o, &w, err);
	if (status != DG_OK) {
		options_free(&o, &rest);
		return status;
	}
	if (!o.ipv4 && !o.ipv6)
		o.ipv4 = o.ipv6 = true;
	*ret_options = o;
	*ret_operands = rest;
	return DG_OK;
}

void options_free(struct options *options, struct operands *operands)
{
	list_free(&options->servers);
	free(options->root_hints);
	free(options->report);
	free(options->state_dir);
	free(options->config);
	memset(options, 0, sizeof(*options));
	if (operands == NULL)
		return;
	free(operands->text);
	memset(operands, 0, sizeof(*operands));
}

/* ---- help ------------------------------------------------------------------------------------ */

static const char usage[] =
    "usage: dns01gate wait [OPTIONS] NAME VALUE [NAME VALUE]...   (\"-\": pairs from stdin)\n"
    "       dns01gate [OPTIONS] certbot auth|cleanup\n"
    "       dns01gate [OPTIONS] present|cleanup ...\n"
    "       dns01gate --help | --version\n"
    "\n"
    "Waits until the TXT record NAME holds VALUE on every authoritative server of its zone, so that an\n"
    "ACME CA can be asked to validate it. Then it exits 0.\n"
    "\n";

static const char more[] =
    "\n"
    "Each option can be given as DNS01GATE_LONG_NAME in the environment and as \"long-name\" in the\n"
    "config file. Exit status: 0 visible, 1 not in time, 2 waiting cannot mend it, 3 this machine's\n"
    "network is unusable, 64 usage. See dns01gate(1).\n";

bool options_help(FILE *to)
{
	size_t i;

	fputs(usage, to);
	for (i = 0; i < ROWS; i++) {
		char left[80];

		snprintf(left, sizeof(left), "%s%c%s--%s%s%s", rows[i].letter ? "-" : "",
			 rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ", " : "   ", rows[i].name,
			 rows[i].argument != NULL ? " " : "", rows[i].argument != NULL ? rows[i].argument : "");
		fprintf(to, "  %-36s %s\n", left, rows[i].help);
	}
	fputs(more, to);
	return fflush(to) == 0 && !ferror(to);
}
