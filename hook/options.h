/* SPDX-License-Identifier: ISC */
/* What the user set: one table of options feeds the command line, the environment, the config file
 * and --help. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "dns01gate.h"

/* Where a setting comes from; the later one wins. */
enum layer { LAYER_FILE = 1, LAYER_ENVIRONMENT, LAYER_ARGV };

enum progress { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* Strings that the user gave, in order. */
struct text_list {
	char **text;
	size_t count;
	enum layer layer; /* which source filled it last: a later one replaces, not adds */
};

struct options {
	dg_ms timeout;
	bool proceed;
	unsigned confirmations;
	dg_ms confirm_interval;
	enum dg_require require;
	unsigned require_count;
	bool ipv4, ipv6;
	enum layer family_layer; /* which source chose the families last */
	struct text_list servers;
	struct text_list resolvers;
	unsigned require_resolvers; /* 0: all */
	bool skip_authoritative;
	enum dg_ca ca;
	char *account;
	char *tls_ca;
	unsigned port;
	char *root_hints;
	enum dg_dnssec dnssec;
	char *trust_anchor;
	int64_t now;
	bool no_0x20;
	dg_ms settle;
	char *report;
	char *metrics;
	bool json;
	bool syslog;
	enum progress progress;
	char *state_dir;
	bool no_batch;
	struct text_list exec; /* the publisher and its first arguments */
	char *rfc2136;
	enum layer publisher_layer; /* which source chose the one or the other last */
	bool veto;
	bool quiet, verbose;
	char *config;
	bool help, version;
};

/* What remains of the command line. */
struct operands {
	char **text; /* borrowed from argv */
	size_t count;
	size_t literal; /* those from this index on stood behind "--"; count: none did */
};

/* Reads config file, environment and command line, the later winning. On failure the message names
 * the offending text and where it stood. Free both with options_free. */
enum dg_status options_read(struct options *ret_options, struct operands *ret_operands, int argc,
			    char **argv, struct dg_error *err) DG_MUST_CHECK;
void options_free(struct options *options, struct operands *operands);

/* Reads a config file into options. */
enum dg_status config_read(struct options *options, const char *name,
			   struct dg_error *err) DG_MUST_CHECK;

/* Writes the help text; false when it could not all be written. */
bool options_help(FILE *to);

#endif
