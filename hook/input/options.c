/* SPDX-License-Identifier: ISC */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "system/clock.h"
#include "system/guard.h"
#include "system/say.h"
#include "command.h"
#include "option_table.h"
#include "ssh_operands.h"

#define ENV_PREFIX "DNS01GATE_"
#define NAME_MAX_LEN 40

bool operand_is(const struct operands *operands, size_t i, const char *text)
{
	return i < operands->count && strcmp(operands->text[i], text) == 0;
}

enum dg_status operands_follow(const struct operands *operands, size_t at, const char *takes,
			       struct dg_error *err)
{
	const char *verb = operands->text[at], *c;
	size_t last = at + 1;

	for (c = takes; *c != '\0'; c++)
		last += *c == ' ';
	if (operands->count <= last)
		return dg_fail(err, DG_EINVAL, "%s takes %s: too little after \"%.200s\"", verb,
			       takes, operands->text[operands->count - 1]);
	if (operands->count > last + 1)
		return dg_fail(err, DG_EINVAL, "%s takes %s: \"%.200s\" is too much", verb, takes,
			       operands->text[last + 1]);
	return DG_OK;
}

bool option_is_for_argv(const struct option_row *row)
{
	return strcmp(row->name, "help") == 0 || strcmp(row->name, "version") == 0 ||
	       strcmp(row->name, "operands-from-ssh") == 0;
}

/* Values of these have no blanks in them. */
static bool is_list(const struct option_row *row)
{
	return row->many && strcmp(row->name, "exec") != 0;
}

#define VARIABLE_LEN (sizeof(ENV_PREFIX) + NAME_MAX_LEN)

static void name_variable(const struct option_row *row, char name[VARIABLE_LEN])
{
	size_t len = strlen(ENV_PREFIX), k;

	strcpy(name, ENV_PREFIX);
	for (k = 0; row->name[k] != '\0'; k++) {
		unsigned char c = (unsigned char)row->name[k];

		name[len++] = (char)(c == '-' ? '_' : toupper(c));
	}
	name[len] = '\0';
}

/* Images of containers set NAME_VERSION, and Kubernetes NAME_PORT=tcp://ADDR:PORT for a service of
 * that name. */
static bool is_somebody_elses(const struct option_row *row, const char *value)
{
	return option_is_for_argv(row) || strncmp(value, "tcp://", 6) == 0 ||
	       strncmp(value, "udp://", 6) == 0;
}

/* Several values stand apart by blanks. */
static enum dg_status set_list_of(struct options *o, const struct option_row *row,
				  const char *value, const char *where, struct dg_error *err)
{
	char *copy = strdup(value), *rest = NULL, *one;
	enum dg_status status = DG_OK;

	if (copy == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	for (one = strtok_r(copy, " \t\n", &rest); one != NULL && status == DG_OK;
	     one = strtok_r(NULL, " \t\n", &rest))
		status = option_set(o, row, one, LAYER_ENVIRONMENT, where, err);
	free(copy);
	return status;
}

static enum dg_status read_variable(struct options *o, const struct option_row *row,
				    struct dg_error *err)
{
	char name[VARIABLE_LEN], where[VARIABLE_LEN + 24];
	const char *value;

	name_variable(row, name);
	value = getenv(name);
	if (value == NULL || (row->argument != NULL && value[0] == '\0'))
		return DG_OK;
	if (is_somebody_elses(row, value)) {
		o->ignored = row;
		return DG_OK;
	}
	snprintf(where, sizeof(where), "%s in the environment: ", name);
	if (is_list(row))
		return set_list_of(o, row, value, where, err);
	return option_set(o, row, value, LAYER_ENVIRONMENT, where, err);
}

static enum dg_status read_environment(struct options *o, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < option_count && status == DG_OK; i++)
		status = read_variable(o, &option_table[i], err);
	return status;
}

/* Once everything is known, and so whether notes are wanted. */
static void tell_ignored(const struct options *o)
{
	char name[VARIABLE_LEN];

	if (o->ignored == NULL || o->quiet || o->help || o->version)
		return;
	name_variable(o->ignored, name);
	say_at(SAY_NOTICE, "%s in the environment is not for this program: ignored", name);
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
	const struct option_row *row = option_find(text, len);
	const char *value = text[len] == '=' ? text + len + 1 : NULL;

	if (row == NULL)
		return dg_fail(err, DG_EINVAL, "unknown option \"%.200s\"", w->argv[w->i]);
	if (value == NULL && row->argument == NULL)
		value = "true";
	else if (value == NULL && w->i + 1 < w->argc)
		value = w->argv[++w->i];
	if (value == NULL)
		return dg_fail(err, DG_EINVAL, "option \"%.200s\" needs a value: %s", w->argv[w->i],
			       row->argument);
	return option_set(o, row, value, LAYER_ARGV, "--", err);
}

static enum dg_status short_options(struct options *o, struct walk *w, struct dg_error *err)
{
	const char *at = w->argv[w->i] + 1;

	for (; *at != '\0'; at++) {
		const struct option_row *row = option_find_letter(*at);
		const char *value = "true";
		enum dg_status status;

		if (row == NULL)
			return dg_fail(err, DG_EINVAL, "unknown option \"%.200s\"", w->argv[w->i]);
		if (row->argument != NULL) {
			if (at[1] == '\0' && w->i + 1 == w->argc)
				return dg_fail(err, DG_EINVAL, "option \"-%c\" needs a value: %s",
					       row->letter, row->argument);
			value = at[1] != '\0' ? at + 1 : w->argv[++w->i];
		}
		status = option_set(o, row, value, LAYER_ARGV, "--", err);
		if (status != DG_OK || row->argument != NULL)
			return status;
	}
	return DG_OK;
}

bool is_digest(const char *text, size_t len)
{
	return len == DIGEST_LEN && strspn(text, BASE64URL) >= DIGEST_LEN;
}

/* The first operand tells the command, and so whether options may follow: of a client's call all
 * that follows is the client's, as a token may look like an option. True when they may not. */
static bool begin_command(struct walk *w)
{
	struct operands *rest = w->operands;
	const struct command *command = command_of(rest);

	if (command != NULL && command->options_follow)
		return false;
	rest->literal = SIZE_MAX;
	if (command != NULL && command->dashes_are_own && w->i + 1 < w->argc &&
	    strcmp(w->argv[w->i + 1], "--") == 0) {
		rest->literal = 1;
		w->i++;
	}
	return true;
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
		/* A digest may begin with "-". */
		if (literal || text[0] != '-' || text[1] == '\0' || is_digest(text, strlen(text))) {
			rest->text[rest->count++] = text;
			if (rest->count == 1 && begin_command(w))
				literal = true;
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
	struct stat st;

	if (o->config != NULL)
		return config_read(o, o->config, err);
	/* One that is there and cannot be read is no reason to do without what it says. */
	if (stat(DEFAULT_CONFIG, &st) != 0 && errno == ENOENT)
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
		/* Until the file is read; it may say something else. */
		guard_until(clock_after_start(first.gate.timeout > 0 ? first.gate.timeout
								     : o->gate.timeout));
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
	struct operands rest = {.text = calloc((size_t)argc + 1, sizeof(char *)),
				.literal = SIZE_MAX};
	struct walk w = {.argc = argc, .argv = argv, .operands = &rest};
	struct options o = {0};
	enum dg_status status;

	if (rest.text == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	dg_options_init(&o.gate);
	o.log = LOG_STDERR;
	o.gate.ipv4 = o.gate.ipv6 = false;
	status = read_all(&o, &w, err);
	if (status == DG_OK && o.operands_from_ssh)
		status = operands_from_ssh(&o, &rest, err);
	if (status != DG_OK) {
		options_free(&o, &rest);
		return status;
	}
	if (!o.gate.ipv4 && !o.gate.ipv6)
		o.gate.ipv4 = o.gate.ipv6 = true;
	o.gate.servers = (const char *const *)o.servers.text;
	o.gate.nservers = o.servers.count;
	o.gate.resolvers = (const char *const *)o.resolvers.text;
	o.gate.nresolvers = o.resolvers.count;
	o.gate.vantages = (const char *const *)o.vantages.text;
	o.gate.nvantages = o.vantages.count;
	tell_ignored(&o);
	*ret_options = o;
	*ret_operands = rest;
	return DG_OK;
}

void options_free(struct options *options, struct operands *operands)
{
	text_list_free(&options->servers);
	text_list_free(&options->resolvers);
	text_list_free(&options->vantages);
	text_list_free(&options->exec);
	free(options->ssh_command);
	free((char *)options->gate.place_token);
	free((char *)options->history);
	free((char *)options->gate.proxy);
	free((char *)options->rfc2136);
	free((char *)options->gate.account);
	free((char *)options->gate.tls_ca);
	free((char *)options->gate.root_hints);
	free((char *)options->gate.trust_anchor);
	free((char *)options->report);
	free((char *)options->metrics);
	free((char *)options->state_dir);
	free((char *)options->config);
	while (options->nsources > 0) {
		free(options->source[--options->nsources].where);
		free(options->source[options->nsources].value);
	}
	free(options->source);
	memset(options, 0, sizeof(*options));
	if (operands == NULL)
		return;
	free(operands->text);
	memset(operands, 0, sizeof(*operands));
}

/* ---- help ------------------------------------------------------------------------------------ */

static const char about[] =
    "       dns01gate --help | --version\n"
    "\n"
    "Waits until the TXT record NAME holds VALUE on every authoritative server of its zone, so "
    "that an\n"
    "ACME CA can be asked to validate it. Then it exits 0.\n"
    "\n";

static const char more[] = "\n"
			   "Each option can be given as DNS01GATE_LONG_NAME in the environment and "
			   "as \"long-name\" in the\n"
			   "config file. Exit status: 0 visible, 1 not in time, 2 waiting cannot "
			   "fix it, 3 this machine's\n"
			   "network is unusable, 4 not published, 64 usage. See dns01gate(1).\n";

bool options_help(FILE *to)
{
	const char *usage;
	size_t i;

	for (i = 0; (usage = command_usage(i)) != NULL; i++)
		fprintf(to, "%s dns01gate %s\n", i == 0 ? "usage:" : "      ", usage);
	fputs(about, to);
	for (i = 0; i < option_count; i++) {
		char left[80];

		snprintf(left, sizeof(left), "%s%c%s--%s%s%s", option_table[i].letter ? "-" : "",
			 option_table[i].letter ? option_table[i].letter : ' ',
			 option_table[i].letter ? ", " : "   ", option_table[i].name,
			 option_table[i].argument != NULL ? " " : "",
			 option_table[i].argument != NULL ? option_table[i].argument : "");
		fprintf(to, "  %-36s %s\n", left, option_table[i].help);
	}
	fputs(more, to);
	return fflush(to) == 0 && !ferror(to);
}
