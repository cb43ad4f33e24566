/* SPDX-License-Identifier: ISC */
#include "options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_table.h"

#define ENV_PREFIX "DNS01GATE_"
#define NAME_MAX_LEN 40

/* A challenge value: base64url of a SHA-256 digest (RFC 8555 section 8.4). It may begin with "-".
 */
#define CHALLENGE_LEN 43
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

static enum dg_status read_environment(struct options *o, struct dg_error *err)
{
	size_t i, k;

	for (i = 0; i < option_count; i++) {
		char name[sizeof(ENV_PREFIX) + NAME_MAX_LEN] = ENV_PREFIX;
		size_t len = strlen(name);
		const char *value;
		enum dg_status status = DG_OK;

		for (k = 0; option_table[i].name[k] != '\0'; k++) {
			unsigned char c = (unsigned char)option_table[i].name[k];

			name[len++] = (char)(c == '-' ? '_' : toupper(c));
		}
		name[len] = '\0';
		value = getenv(name);
		if (value != NULL && (option_table[i].argument == NULL || value[0] != '\0')) {
			char where[sizeof(name) + 24];

			snprintf(where, sizeof(where), "%s in the environment: ", name);
			status =
			    option_set(o, &option_table[i], value, LAYER_ENVIRONMENT, where, err);
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

static bool is_challenge_value(const char *text)
{
	return strlen(text) == CHALLENGE_LEN && strspn(text, BASE64URL) == CHALLENGE_LEN;
}

/* Options may follow the subcommands that are called by people and scripts. Any other first word is a client's, and
 * all that follows is that client's: a token may look like an option. */
static bool ends_options(const char *word)
{
	static const char *const own[] = {"wait",   "check", "validate", "explain",
					  "render", "name",  "certbot",  "getssl"};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(word, own[i]) == 0)
			return false;
	return true;
}

/* lego's RAW mode is known by the "--" behind its verb. */
static bool is_lego_raw(const struct walk *w)
{
	const char *verb = w->argv[w->i];

	return (strcmp(verb, "present") == 0 || strcmp(verb, "cleanup") == 0) &&
	       w->i + 1 < w->argc && strcmp(w->argv[w->i + 1], "--") == 0;
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
				rest->literal = SIZE_MAX;
				if (is_lego_raw(w)) {
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
	struct operands rest = {.text = calloc((size_t)argc + 1, sizeof(char *)),
				.literal = SIZE_MAX};
	struct walk w = {.argc = argc, .argv = argv, .operands = &rest};
	struct dg_options defaults;
	struct options o = {0};
	enum dg_status status;

	if (rest.text == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	dg_options_init(&defaults);
	o.timeout = defaults.timeout;
	o.confirmations = defaults.confirmations;
	o.confirm_interval = defaults.confirm_interval;
	o.require = defaults.require;
	o.port = defaults.port;
	o.dnssec = defaults.dnssec;
	o.now = defaults.now;
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
	text_list_free(&options->servers);
	text_list_free(&options->resolvers);
	text_list_free(&options->exec);
	free(options->rfc2136);
	free(options->account);
	free(options->tls_ca);
	free(options->root_hints);
	free(options->trust_anchor);
	free(options->report);
	free(options->metrics);
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
    "       dns01gate check [OPTIONS] NAME [VALUE]...   (look once, diagnose, explain)\n"
    "       dns01gate validate [OPTIONS] NAME [TYPE]   (what DNSSEC makes of each server)\n"
    "       dns01gate name [OPTIONS] DOMAIN   (the name of its challenge record)\n"
    "       dns01gate explain [FINDING]...   (what F-37 means; without: all findings)\n"
    "       dns01gate render REPORT.json > report.html   (\"-\": the report from stdin)\n"
    "       dns01gate [OPTIONS] certbot auth|cleanup\n"
    "       dns01gate [OPTIONS] present|cleanup ...   (lego)\n"
    "       dns01gate [OPTIONS] deploy_challenge|clean_challenge ...   (dehydrated)\n"
    "       dns01gate [OPTIONS] begin|done|failed ...   (uacme)\n"
    "       dns01gate [OPTIONS] setup|teardown ...   (Apache mod_md)\n"
    "       dns01gate [OPTIONS] getssl add|del ...\n"
    "       dns01gate [OPTIONS] challenge-dns-start|challenge-dns-stop ...   (acmetool)\n"
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
			   "mend it, 3 this machine's\n"
			   "network is unusable, 4 not published, 64 usage. See dns01gate(1).\n";

bool options_help(FILE *to)
{
	size_t i;

	fputs(usage, to);
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
