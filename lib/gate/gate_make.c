/* SPDX-License-Identifier: ISC */
/* Making and freeing a gate, and the public run over the real network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnssec/anchors.h"
#include "base/bytes.h"
#include "base/err.h"
#include "gate.h"
#include "net/net.h"
#include "version.h"

#define MAX_RECORDS 131072

const char *dg_version(void)
{
	return DG_VERSION;
}

void dg_options_init(struct dg_options *ret_options)
{
	*ret_options = (struct dg_options){
	    .timeout = 600000,
	    .confirmations = 3,
	    .confirm_interval = 100,
	    .require = DG_REQUIRE_REACHABLE,
	    .ipv4 = true,
	    .ipv6 = true,
	    .mixed_case = true,
	    .port = 53,
	    .dnssec = DG_DNSSEC_VALIDATE,
	    .now = -1,
	    .place_units = 100,
	    .stop_fd = -1,
	};
}

enum dg_status dg_gate_check_options(const struct dg_options *o, struct dg_error *err)
{
	if (o->timeout < 0)
		return dg_fail(err, DG_EINVAL, "timeout is negative");
	if (o->confirmations < 1 || o->confirmations > 1000)
		return dg_fail(err, DG_EINVAL, "confirmations is %u, not 1 to 1000",
			       o->confirmations);
	if (o->confirm_interval < 0)
		return dg_fail(err, DG_EINVAL, "confirm_interval is negative");
	if (o->require == DG_REQUIRE_COUNT && o->require_count < 1)
		return dg_fail(err, DG_EINVAL, "require_count is 0");
	if (o->port < 1 || o->port > 65535)
		return dg_fail(err, DG_EINVAL, "port is %u, not 1 to 65535", o->port);
	if (o->skip_authoritative && o->nresolvers == 0)
		return dg_fail(
		    err, DG_EINVAL,
		    "the authoritative servers are to be skipped, and there is no resolver to ask");
	if (o->require_resolvers > o->nresolvers && o->nresolvers == 0)
		return dg_fail(err, DG_EINVAL, "%u resolvers are required, and none is given",
			       o->require_resolvers);
	if (!o->ipv4 && !o->ipv6)
		return dg_fail(err, DG_EINVAL, "neither ipv4 nor ipv6 may be used");
	return DG_OK;
}

enum dg_status dg_gate_take_servers(const struct dg_options *o, struct dg_zones *zones,
				    struct dg_zone **ret_zone, struct dg_error *err)
{
	struct dg_reach reach = {o->ipv4, o->ipv6, (uint16_t)o->port};
	struct dg_zone *zone = NULL;
	size_t i;

	if (dg_zones_get(zones, &dg_name_root, NULL, &zone) != DG_OK)
		return dg_fail_memory(err);
	zone->given = true;
	for (i = 0; i < o->nservers; i++) {
		struct dg_addr addr;
		enum dg_status status = dg_addr_parse(&addr, o->servers[i], reach.port, err);

		if (status == DG_OK)
			status = dg_zone_add_server(zone, 0, &addr, &reach);
		if (status == DG_ELIMIT)
			return dg_fail(err, DG_EINVAL, "more than %d servers", DG_MAX_NS_ADDRESSES);
		if (status != DG_OK)
			return dg_fail(err, status, "%s", dg_status_text(status));
	}
	if (zone->nservers == 0)
		return dg_fail(err, DG_EINVAL,
			       "none of the servers is of an address family that may be used");
	*ret_zone = zone;
	return DG_OK;
}

static enum dg_status take_resolvers(struct dg_gate *g, const struct dg_options *o,
				     struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < o->nresolvers && status == DG_OK; i++)
		status = dg_resolvers_add(&g->resolvers, o->resolvers[i], o->ipv4, o->ipv6, err);
	if (status == DG_OK && o->require_resolvers > g->resolvers.count)
		return dg_fail(err, DG_EINVAL, "%u resolvers are required, and %zu given",
			       o->require_resolvers, g->resolvers.count);
	g->tls_ca = dg_copy_text(o->tls_ca);
	if (status == DG_OK && o->tls_ca != NULL && g->tls_ca == NULL)
		return dg_fail_memory(err);
	return status;
}

static enum dg_status take_account(struct dg_gate *g, const struct dg_options *o,
				   struct dg_error *err)
{
	g->account = dg_copy_text(o->account);
	g->options.account = g->account;
	return o->account != NULL && g->account == NULL ? dg_fail_memory(err) : DG_OK;
}

/* From here: neither the resolvers alone, nor other places alone. */
static bool asks_servers(const struct dg_options *o)
{
	return !o->skip_authoritative && !o->through_places;
}

/* The root's servers and its trust anchors; neither is needed where only resolvers are asked. */
static enum dg_status load_files(struct dg_gate *g, const struct dg_options *o,
				 struct dg_error *err)
{
	enum dg_status status = DG_OK;

	if (!asks_servers(o))
		return DG_OK;
	if (o->nservers == 0 || o->dnssec != DG_DNSSEC_OFF)
		status = dg_hints_load(&g->hints, o->root_hints, (uint16_t)o->port, err);
	if (status == DG_OK && o->dnssec != DG_DNSSEC_OFF)
		status = dg_anchors_load(&g->chase.trust, o->trust_anchor, err);
	g->anchor_file = dg_copy_text(o->dnssec != DG_DNSSEC_OFF ? o->trust_anchor : NULL);
	if (status == DG_OK && o->dnssec != DG_DNSSEC_OFF && o->trust_anchor != NULL &&
	    g->anchor_file == NULL)
		return dg_fail_memory(err);
	return status;
}

enum dg_status dg_gate_new(struct dg_gate **ret_gate, const struct dg_options *options,
			   struct dg_error *err)
{
	enum dg_status status = dg_gate_check_options(options, err);
	struct dg_gate *g = NULL;

	if (status != DG_OK)
		return status;
	g = calloc(1, sizeof(*g));
	if (g == NULL)
		return dg_fail_memory(err);
	g->options = *options;
	if (options->nservers > 0)
		status = dg_gate_take_servers(options, &g->given_zones, &g->given, err);
	if (status == DG_OK)
		status = take_resolvers(g, options, err);
	if (status == DG_OK)
		status = take_account(g, options, err);
	if (status == DG_OK)
		status = dg_gate_take_vantages(g, options, err);
	if (status == DG_OK)
		status = load_files(g, options, err);
	/* Used up; the caller's own from here on. */
	g->options.servers = NULL;
	g->options.resolvers = NULL;
	g->options.vantages = NULL;
	g->options.place_token = NULL;
	g->options.proxy = NULL;
	g->options.root_hints = NULL;
	g->options.tls_ca = NULL;
	g->options.trust_anchor = NULL;
	if (status != DG_OK) {
		dg_gate_free(g);
		return status;
	}
	*ret_gate = g;
	/* No fault, but worth a word. */
	if (err != NULL)
		snprintf(err->text, sizeof(err->text), "%s", g->resolvers.note);
	return DG_OK;
}

static void record_free(struct dg_record *r)
{
	if (r == NULL)
		return;
	dg_resolver_watch_free(&r->resolvers);
	dg_survey_free(&r->survey);
	dg_round_free(r->round);
	dg_watch_free(r->watch);
	dg_findings_free(&r->findings);
	while (r->nunless > 0)
		free(r->unless[--r->nunless]);
	free(r->unless);
	free(r->caa);
	free(r->trouble);
	free(r);
}

void dg_gate_free(struct dg_gate *gate)
{
	size_t i;

	if (gate == NULL)
		return;
	for (i = 0; i < gate->count; i++)
		record_free(gate->record[i]);
	free(gate->record);
	dg_chase_free(&gate->chase);
	dg_discover_free(gate->discover);
	dg_zones_free(&gate->given_zones);
	dg_resolvers_free(&gate->resolvers);
	dg_vantages_free(&gate->vantages);
	free(gate->proxy);
	free(gate->tls_ca);
	free(gate->anchor_file);
	free(gate->account);
	dg_hints_free(&gate->hints);
	dg_timers_free(&gate->timers);
	free(gate->waiting);
	free(gate->seeking);
	free(gate);
}

static struct dg_record *find_record(const struct dg_gate *g, const struct dg_name *name)
{
	struct dg_record *r = g->bucket[dg_name_hash(name) % DG_NAME_BUCKETS];

	while (r != NULL && !dg_name_equal(&r->watch->owner[0].name, name))
		r = r->next_alike;
	return r;
}

static void keep_record(struct dg_gate *g, struct dg_record *r, const struct dg_name *name)
{
	struct dg_record **bucket = &g->bucket[dg_name_hash(name) % DG_NAME_BUCKETS];

	r->next_alike = *bucket;
	*bucket = r;
	g->record[g->count++] = r;
}

/* Anchors that cannot apply prove nothing, however long one waits. */
static enum dg_status check_anchors(const struct dg_gate *g, const struct dg_name *name,
				    struct dg_error *err)
{
	char text[DG_NAME_TEXT];

	if (g->anchor_file == NULL || dg_trust_anchor_of(&g->chase.trust, name) != NULL)
		return DG_OK;
	return dg_fail(err, DG_EINVAL,
		       "%s: it has no trust anchor for %s, nor for any zone above it",
		       g->anchor_file, dg_name_print(name, text));
}

static enum dg_status new_record(struct dg_gate *g, const struct dg_name *name, int look_type,
				 struct dg_record **ret_record, struct dg_error *err)
{
	struct dg_policy policy = {
	    .confirmations = g->options.confirmations,
	    .confirm_interval = g->options.confirm_interval,
	    .require = g->options.require,
	    .require_count = g->options.require_count,
	    .mixed_case = g->options.mixed_case,
	    .dnssec = g->options.dnssec,
	    .once = g->options.diagnose,
	    .look = look_type >= 0,
	    .type = look_type >= 0 ? (uint16_t)look_type : DG_TYPE_TXT,
	};
	enum dg_status status = check_anchors(g, name, err);
	struct dg_record *r;

	if (status != DG_OK)
		return status;
	r = calloc(1, sizeof(*r));
	if (r == NULL || !dg_grow(&g->record, g->count, sizeof(struct dg_record *))) {
		free(r);
		return dg_fail_memory(err);
	}
	status = dg_watch_new(&r->watch, name, &policy, err);
	if (status == DG_OK && dg_resolver_watch_init(&r->resolvers, r->watch, &g->resolvers,
						      g->options.require_resolvers,
						      !asks_servers(&g->options)) != DG_OK)
		status = dg_fail_memory(err);
	if (status == DG_OK && look_type < 0)
		status = dg_gate_new_round(g, r, err);
	if (status != DG_OK) {
		record_free(r);
		return status;
	}
	r->gate = g;
	r->given = g->given;
	r->fatal_since = r->unfit = -1;
	r->decided = -1;
	r->published = -1;
	keep_record(g, r, name);
	*ret_record = r;
	return DG_OK;
}

enum dg_status dg_gate_add(struct dg_gate *gate, const char *name, const char *value,
			   struct dg_error *err)
{
	struct dg_record *r;
	struct dg_name parsed;
	enum dg_status status = dg_name_parse(&parsed, name, err);

	if (status != DG_OK)
		return status;
	if (parsed.len == 1)
		return dg_fail(err, DG_EINVAL, "\"%s\" cannot have a challenge record", name);
	if (value != NULL && value[0] == '\0')
		return dg_fail(err, DG_EINVAL, "the value wanted of %s is empty", name);
	r = find_record(gate, &parsed);
	if (r == NULL) {
		if (gate->count == MAX_RECORDS)
			return dg_fail(err, DG_EINVAL, "more than %u names", MAX_RECORDS);
		status = new_record(gate, &parsed, -1, &r, err);
		if (status != DG_OK)
			return status;
	}
	return value == NULL ? DG_OK : dg_watch_value(r->watch, value, err);
}

/* A record that was added before. */
static enum dg_status added_record(const struct dg_gate *gate, const char *name,
				   struct dg_record **ret_record, struct dg_error *err)
{
	struct dg_name parsed;
	enum dg_status status = dg_name_parse(&parsed, name, err);

	if (status != DG_OK)
		return status;
	*ret_record = find_record(gate, &parsed);
	if (*ret_record == NULL)
		return dg_fail(err, DG_EINVAL, "\"%s\" was not added", name);
	return DG_OK;
}

void dg_gate_set_timeout(struct dg_gate *gate, dg_ms timeout)
{
	gate->options.timeout = timeout > 0 ? timeout : 0;
}

enum dg_status dg_gate_identify(struct dg_gate *gate, const char *name, bool plain, bool wildcard,
				struct dg_error *err)
{
	struct dg_record *r;
	enum dg_status status = added_record(gate, name, &r, err);

	if (status == DG_OK)
		r->identifiers |=
		    (plain ? DG_IDENTIFIER_PLAIN : 0) | (wildcard ? DG_IDENTIFIER_WILDCARD : 0);
	return status;
}

enum dg_status dg_gate_hold(struct dg_gate *gate, const char *name, dg_ms span,
			    const char *const *values, size_t nvalues, struct dg_error *err)
{
	struct dg_record *r;
	enum dg_status status = added_record(gate, name, &r, err);
	size_t i;

	if (status != DG_OK)
		return status;
	r->hold = span;
	for (i = 0; i < nvalues; i++) {
		char *copy = dg_copy_text(values[i]);

		if (copy == NULL || !dg_grow(&r->unless, r->nunless, sizeof(*r->unless))) {
			free(copy);
			return dg_fail_memory(err);
		}
		r->unless[r->nunless++] = copy;
	}
	return DG_OK;
}

enum dg_status dg_gate_unpublished(struct dg_gate *gate, const char *name, const char *text,
				   const char *advice, struct dg_error *err)
{
	struct dg_record *r;
	enum dg_status status = added_record(gate, name, &r, err);
	struct dg_cause cause = {.id = "F-01", .severity = DG_SEVERITY_FATAL, .advice = advice};

	if (status != DG_OK)
		return status;
	r->verdict = DG_VERDICT_UNPUBLISHED;
	dg_findings_add(&r->findings, &cause, "%s", text);
	return r->findings.no_memory ? dg_fail_memory(err) : DG_OK;
}

enum dg_status dg_gate_published(struct dg_gate *gate, const char *name, uint32_t serial,
				 struct dg_error *err)
{
	struct dg_record *r;
	enum dg_status status = added_record(gate, name, &r, err);

	/* The last of several updates of one name counts (RFC 1982). */
	if (status == DG_OK &&
	    (r->published < 0 || (uint32_t)(serial - (uint32_t)r->published) < 0x80000000u))
		r->published = serial;
	return status;
}

enum dg_status dg_gate_expect(struct dg_gate *gate, const char *name, const char *address,
			      dg_ms from, dg_ms until, struct dg_error *err)
{
	struct dg_expectation expectation = {.from = from, .until = until};
	struct dg_record *r;
	enum dg_status status = added_record(gate, name, &r, err);

	if (status == DG_OK)
		status =
		    dg_addr_parse(&expectation.addr, address, (uint16_t)gate->options.port, err);
	return status == DG_OK ? dg_watch_expect(r->watch, &expectation, err) : status;
}

enum dg_status dg_gate_inspect(struct dg_gate *gate, const char *name, const char *type,
			       struct dg_error *err)
{
	int number = dg_type_parse(type);
	struct dg_record *r;
	struct dg_name parsed;
	enum dg_status status = dg_name_parse(&parsed, name, err);

	if (status != DG_OK)
		return status;
	if (!asks_servers(&gate->options))
		return dg_fail(
		    err, DG_EINVAL,
		    "what DNSSEC makes of an answer cannot be judged without asking authoritative "
		    "servers");
	/* Signatures are not signed, and meta-types are no records. */
	if (number < 0 || number == DG_TYPE_OPT || number == DG_TYPE_RRSIG ||
	    (number >= 249 && number <= 255))
		return dg_fail(err, DG_EINVAL, "\"%.100s\" is no type of records that are signed",
			       type);
	return new_record(gate, &parsed, number, &r, err);
}

enum dg_status dg_gate_run(struct dg_gate *gate, struct dg_error *err)
{
	struct dg_real_net *real = NULL;
	struct dg_net net;
	enum dg_status status;

	if (gate->discover != NULL)
		return dg_fail(err, DG_EINVAL, "a gate runs once");
	status = dg_real_net_new(&real, gate->options.stop_fd, gate->tls_ca, err);
	if (status != DG_OK)
		return status;
	dg_real_net_set_proxy(real, gate->proxy);
	net = dg_real_net_seam(real);
	status = dg_gate_run_over(gate, &net, err);
	dg_real_net_free(real);
	return status;
}
