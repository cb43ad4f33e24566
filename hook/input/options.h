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

/* Where lines for people go. */
enum log { LOG_SYSLOG, LOG_STDERR };

enum progress { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

struct option_row;

/* Where a text stood, for mistakes that are found late: "FILE:LINE:COLUMN: resolver: ", say. */
struct source {
	const struct option_row *row;
	enum layer layer;
	char *where, *value;
};

/* Strings that the user gave, in order. */
struct text_list {
	char **text;
	size_t count;
	enum layer layer; /* which source filled it last: a later one replaces, not adds */
};

struct option_row;

struct options {
	struct dg_options gate; /* what the library takes as it is; its lists are those below */
	struct text_list servers;
	struct text_list resolvers;
	struct text_list vantages;
	enum layer family_layer; /* which source chose the families last */
	bool proceed;
	dg_ms settle;
	const char *report; /* texts are owned */
	const char *metrics;
	bool json;
	enum log log;
	enum progress progress;
	const char *state_dir;
	const char *history; /* a file, or "off"; NULL: the default one */
	bool no_batch;
	struct text_list exec; /* the publisher and its first arguments */
	const char *rfc2136;
	enum layer publisher_layer; /* which source chose the one or the other last */
	bool veto;
	bool check; /* postmortem: look at each name now */
	bool operands_from_ssh;
	char *ssh_command; /* that the operands are in then */
	bool quiet, verbose;
	const char *config;
	const struct option_row *ignored; /* whose variable is not for us; NULL: none */
	bool help, version;
	struct source *source; /* where the texts among all these stood, */
	size_t nsources;
};

/* What remains of the command line. */
struct operands {
	char **text; /* borrowed from argv */
	size_t count;
	size_t literal; /* those from this index on stood behind "--"; count: none did */
};

#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define DIGEST_LEN 43

/* True when the first `len` octets have the form of dns-01's values: base64url of a SHA-256 digest
 * (RFC 8555 section 8.4). */
bool is_digest(const char *text, size_t len);

/* True when operand i is there and is this text. */
bool operand_is(const struct operands *operands, size_t i, const char *text);

/* DG_EINVAL, in words that quote the text at fault, unless as many operands follow operand `at`,
 * the verb, as there are words in `takes`. */
enum dg_status operands_follow(const struct operands *operands, size_t at, const char *takes,
			       struct dg_error *err) DG_MUST_CHECK;

/* Reads config file, environment and command line, the later winning. On failure the message names
 * the offending text and where it stood. Free both with options_free. */
enum dg_status options_read(struct options *ret_options, struct operands *ret_operands, int argc,
			    char **argv, struct dg_error *err) DG_MUST_CHECK;
void options_free(struct options *options, struct operands *operands);

/* Reads a config file into options. */
enum dg_status config_read(struct options *options, const char *name,
			   struct dg_error *err) DG_MUST_CHECK;

/* Puts in front of the message of `err` where the option was set whose text it quotes. */
void options_tell_source(const struct options *options, struct dg_error *err);

/* Writes the help text; false when it could not all be written. */
bool options_help(FILE *to);

#endif
