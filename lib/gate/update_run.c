/* SPDX-License-Identifier: ISC */
/* Two machines, the update and the discovery that finds servers for it; and the public run over the
 * real network. */
#include "update_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "drive.h"
#include "gate.h"
#include "net/net.h"
#include "update/update.h"

struct run {
	struct dg_drive drive;
	struct dg_hints hints;
	struct dg_zones zones;
	struct dg_zone *given;
	struct dg_zones direct; /* the one with the primary that the user gave */
	const struct dg_update_options *update;
	struct dg_update_result *result;
	char told[512]; /* of the last failure */
	struct dg_tsig tsig;
	struct dg_update_plan plan;
	struct dg_discover *discover; /* NULL: servers are given */
	struct dg_update_machine *machine;
};

static enum dg_status read_names(struct run *r, const struct dg_options *options,
				 const struct dg_update_order *order, struct dg_error *err)
{
	const struct dg_update_options *u = order->update;
	struct dg_update_plan *plan = &r->plan;
	enum dg_status status = dg_name_parse(&plan->name, order->name, err);

	if (status == DG_OK && plan->name.len == 1)
		return dg_fail(err, DG_EINVAL, "\"%s\" cannot have a challenge record",
			       order->name);
	if (status == DG_OK && u->zone != NULL) {
		plan->has_zone = true;
		status = dg_name_parse(&plan->zone, u->zone, err);
	}
	if (status == DG_OK && u->server != NULL)
		status = dg_addr_parse(&plan->server, u->server, (uint16_t)options->port, err);
	if (status == DG_OK && u->key.name != NULL) {
		plan->tsig = &r->tsig;
		status = dg_tsig_init(&r->tsig, &u->key, err);
	}
	return status;
}

static enum dg_status make_plan(struct run *r, const struct dg_options *options,
				const struct dg_update_order *order, struct dg_error *err)
{
	size_t len = strlen(order->value);

	if (len < 1 || len > DG_MAX_PUBLISHED)
		return dg_fail(err, DG_EINVAL, "the value for %.200s has %zu octets, not 1 to %d",
			       order->name, len, DG_MAX_PUBLISHED);
	/* RFC 2181 section 8. */
	if (order->update->ttl > INT32_MAX)
		return dg_fail(err, DG_EINVAL, "ttl is %u, not 0 to %d",
			       (unsigned)order->update->ttl, INT32_MAX);
	r->plan.add = order->add;
	r->plan.ttl = order->update->ttl;
	r->plan.value = order->value;
	r->plan.mixed_case = options->mixed_case;
	r->plan.reach = (struct dg_reach){options->ipv4, options->ipv6, (uint16_t)options->port};
	return read_names(r, options, order, err);
}

/* With primary and zone given, nobody else is asked. */
static enum dg_status take_primary(struct run *r, const struct dg_options *options,
				   struct dg_error *err)
{
	struct dg_options alone = *options;

	alone.servers = &r->update->server;
	alone.nservers = 1;
	return dg_gate_take_servers(&alone, &r->direct, &r->plan.direct, err);
}

static enum dg_status make_machines(struct run *r, const struct dg_options *options,
				    struct dg_update_result *result, struct dg_error *err)
{
	enum dg_status status;

	if (options->nservers > 0)
		status = dg_gate_take_servers(options, &r->zones, &r->given, err);
	else
		status =
		    dg_hints_load(&r->hints, options->root_hints, (uint16_t)options->port, err);
	if (status == DG_OK && options->nservers == 0)
		status =
		    dg_discover_new(&r->discover, &r->hints, &r->plan.reach, options->mixed_case,
				    r->drive.net.random(r->drive.net.self), err);
	if (status == DG_OK && r->plan.has_zone && r->plan.server.family != 0)
		status = take_primary(r, options, err);
	if (status != DG_OK)
		return status;
	return dg_update_machine_new(&r->machine, &r->plan, r->discover, r->given, result, err);
}

/* ---- the machines ---------------------------------------------------------------------------- */

static struct dg_update_now present(const struct run *r)
{
	const struct dg_net *net = &r->drive.net;

	return (struct dg_update_now){r->drive.now, net->wall(net->self), net->random(net->self)};
}

static enum dg_status update_next(void *self, struct dg_ask *ret_ask, struct dg_error *err)
{
	struct run *r = self;
	struct dg_update_now at = present(r);

	return dg_update_machine_next(r->machine, &at, ret_ask, err);
}

static dg_ms update_due(void *self)
{
	struct run *r = self;

	return dg_update_machine_due(r->machine);
}

static enum dg_status update_heard(void *self, const struct dg_heard *heard, struct dg_error *err)
{
	struct run *r = self;
	struct dg_update_now at = present(r);

	return dg_update_machine_heard(r->machine, heard, &at, err);
}

/* Why it has not worked so far, unless that was told already. */
static enum dg_status tell_retry(void *self, struct dg_error *err)
{
	struct run *r = self;

	(void)err;
	if (r->update->retry != NULL && !dg_update_machine_is_over(r->machine) &&
	    r->result->text[0] != '\0' && strcmp(r->told, r->result->text) != 0) {
		snprintf(r->told, sizeof(r->told), "%s", r->result->text);
		r->update->retry(r->update->self, r->told);
	}
	return DG_OK;
}

static enum dg_status discover_next(void *self, struct dg_ask *ret_ask, struct dg_error *err)
{
	struct run *r = self;

	return r->discover == NULL ? DG_OK
				   : dg_discover_next(r->discover, r->drive.now, ret_ask, err);
}

static dg_ms discover_due(void *self)
{
	struct run *r = self;

	return r->discover == NULL ? INT64_MAX : dg_discover_due(r->discover, r->drive.now);
}

static enum dg_status discover_heard(void *self, const struct dg_heard *heard, struct dg_error *err)
{
	struct run *r = self;

	return dg_discover_heard(r->discover, heard, r->drive.now, err);
}

static bool is_over(void *self)
{
	struct run *r = self;

	return dg_update_machine_is_over(r->machine);
}

static enum dg_status expire(void *self, struct dg_error *err)
{
	struct run *r = self;

	(void)err;
	dg_update_machine_expire(r->machine);
	return DG_OK;
}

static const struct dg_machine machines[] = {
    {1u << DG_MACHINE_UPDATE, update_next, update_due, update_heard},
    {1u << DG_MACHINE_DISCOVER | 1u << DG_MACHINE_PATH, discover_next, discover_due,
     discover_heard},
};

/* ---- the run --------------------------------------------------------------------------------- */

enum dg_status dg_update_run_over(const struct dg_options *options,
				  const struct dg_update_order *order, const struct dg_net *net,
				  struct dg_update_result *ret_result, struct dg_error *err)
{
	struct dg_update_result result = {0};
	struct run r = {.drive.most = SIZE_MAX, .update = order->update, .result = &result};
	const struct dg_errand errand = {
	    .machine = machines,
	    .count = sizeof(machines) / sizeof(machines[0]),
	    .self = &r,
	    .turn = tell_retry,
	    .is_over = is_over,
	    .expire = expire,
	};
	enum dg_status status = dg_gate_check_options(options, err);

	if (status == DG_OK)
		status = make_plan(&r, options, order, err);
	if (status == DG_OK)
		status = dg_drive_start(&r.drive, net, options->timeout, err);
	if (status == DG_OK)
		status = make_machines(&r, options, &result, err);
	if (status == DG_OK)
		status = dg_drive_run(&r.drive, &errand, err);
	if (status == DG_OK)
		*ret_result = result;
	dg_update_machine_free(r.machine);
	dg_discover_free(r.discover);
	dg_zones_free(&r.zones);
	dg_zones_free(&r.direct);
	dg_hints_free(&r.hints);
	return status;
}

enum dg_status dg_update(const struct dg_options *options, const struct dg_update_options *update,
			 bool add, const char *name, const char *value,
			 struct dg_update_result *ret_result, struct dg_error *err)
{
	struct dg_update_order order = {update, add, name, value};
	struct dg_real_net *real = NULL;
	struct dg_net net;
	enum dg_status status = dg_real_net_new(&real, options->stop_fd, NULL, err);

	if (status != DG_OK)
		return status;
	net = dg_real_net_seam(real);
	status = dg_update_run_over(options, &order, &net, ret_result, err);
	dg_real_net_free(real);
	return status;
}
