/* SPDX-License-Identifier: ISC */
#include "option_table.h"

#include "option_setters.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct options, member)

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
    {"authoritative", 0, "ask|skip|via", set_authoritative, 0, 0, 0, false,
     "skip: ask only the resolvers, which proves less;\n" MARGIN
     "via: ask them from the vantages alone (ask)"},
    {"vantage", 0, "SPEC", set_list, AT(vantages), 0, 0, true,
     "look from there too, once all is visible from here; repeatable:\n" MARGIN
     "ssh:HOST, globalping[:LOCATION,...], or mpic:URL"},
    {"require-vantage", 0, "quorum|all|N|none", set_require_vantage, 0, 1, 1000, false,
     "how many of those places must see it (quorum: as many as the CA wants)"},
    {"on-vantage-failure", 0, "proceed|fail", set_word, AT(gate.places_or_fail), IS_BOOL, 0, false,
     "fail: do not open without a vantage that could not be asked (proceed)"},
    {"vantage-token-file", 0, "FILE", set_text, AT(gate.place_token), 0, 0, false,
     "the token for the vantage over HTTPS (none)"},
    {"vantage-budget", 0, "UNITS", set_count, AT(gate.place_units), 1, 1000000, false,
     "that a run may spend at globalping, one for each probe and question (100)"},
    {"proxy", 0, "URL", set_proxy, AT(gate.proxy), 0, 0, false,
     "for vantages over HTTPS: http://, https:// or socks5h:// (the environment's)"},
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
    {"check", 0, NULL, set_flag, AT(check), 0, 0, false,
     "postmortem: look at each name that failed, as the check command does"},
    {"metrics", 0, "FILE", set_text, AT(metrics), 0, 0, false,
     "write metrics there, for Prometheus' textfile collector"},
    {"log", 0, "syslog|stderr", set_word, AT(log), IS_ENUM, 0, false,
     "where lines for people go (stderr)"},
    {"progress", 0, "auto|always|never", set_word, AT(progress), IS_ENUM, 0, false,
     "live table on a terminal, lines elsewhere (auto)"},
    {"state-dir", 0, "DIR", set_text, AT(state_dir), 0, 0, false,
     "what certbot's calls of one order, and runs for one name, remember"},
    {"history", 0, "FILE|off", set_text, AT(history), 0, 0, false,
     "the database of what became of each wait\n" MARGIN
     "(/var/lib/dns01gate/history.db, or below $XDG_STATE_HOME)"},
    {"no-batch", 0, NULL, set_flag, AT(no_batch), 0, 0, false,
     "let each of certbot's calls wait for itself"},
    {"operands-from-ssh", 0, NULL, set_flag, AT(operands_from_ssh), 0, 0, false,
     "check what SSH_ORIGINAL_COMMAND names, and nothing else, for a forced command"},
    {"quiet", 'q', NULL, set_flag, AT(quiet), 0, 0, false, "say nothing but what went wrong"},
    {"verbose", 'v', NULL, set_flag, AT(verbose), 0, 0, false, "say what every address answers"},
    {"config", 0, "FILE", set_text, AT(config), 0, 0, false, "config file (" DEFAULT_CONFIG ")"},
    {"help", 'h', NULL, set_flag, AT(help), 0, 0, false, "print this and exit"},
    {"version", 'V', NULL, set_flag, AT(version), 0, 0, false, "print the version and exit"},
};

const size_t option_count = sizeof(option_table) / sizeof(option_table[0]);

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
