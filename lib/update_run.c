/* SPDX-License-Identifier: ISC */
/* One loop over two machines, the update and the discovery that finds servers for it; and the public
 * run over the real network. */
#include "update_run.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "gate.h"
#include "net.h"
#include "update.h"

struct run {
	struct dg_net net;
	struct dg_hints hints;
	struct dg_zones zones;
	struct dg_zone *given;
	struct dg_tsig tsig;
	struct dg_update_plan plan;
	struct dg_discover *discover; /* NULL: servers are given */
	struct dg_update_machine *machine;
	dg_ms now;
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
		status = dg_discover_new(&r->discover, &r->hints, &r->plan.reach,
					 options->mixed_case, r->net.random(r->net.self), err);
	if (status != DG_OK)
		return status;
	return dg_update_machine_new(&r->machine, &r->plan, r->discover, r->given, result, err);
}

/* All that is to be asked now. */
static enum dg_status send_all(struct run *r, struct dg_error *err)
{
	for (;;) {
		struct dg_update_now at = {r->now, r->net.wall(r->net.self),
					   r->net.random(r->net.self)};
		struct dg_ask ask = {0};
		enum dg_status status = dg_update_machine_next(r->machine, &at, &ask, err);

		if (status == DG_OK && ask.id == 0 && r->discover != NULL)
			status = dg_discover_next(r->discover, r->now, &ask, err);
		if (status != DG_OK || ask.id == 0)
			return status;
		status = r->net.ask(r->net.self, &ask, err);
		if (status != DG_OK)
			return status;
	}
}

static enum dg_status take_heard(struct run *r, const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_update_now at = {.now = r->now, .wall = r->net.wall(r->net.self)};

	if (heard->ask == 0)
		return DG_OK;
	if (dg_discover_owns(heard->ask)) {
		dg_update_machine_look(r->machine, r->now);
		return dg_discover_heard(r->discover, heard, r->now, err);
	}
	return dg_update_machine_heard(r->machine, heard, &at, err);
}

static enum dg_status loop(struct run *r, dg_ms timeout, struct dg_error *err)
{
	struct dg_heard heard;
	enum dg_status status = r->net.wait(r->net.self, INT64_MIN, &r->now, &heard, err);
	dg_ms deadline = r->now + timeout;

	while (status == DG_OK && !dg_update_machine_is_over(r->machine)) {
		dg_ms until = deadline;

		status = send_all(r, err);
		if (status != DG_OK || dg_update_machine_is_over(r->machine))
			break;
		if (r->now >= deadline) {
			dg_update_machine_expire(r->machine);
			break;
		}
		if (dg_update_machine_due(r->machine) < until)
			until = dg_update_machine_due(r->machine);
		if (r->discover != NULL && dg_discover_due(r->discover, r->now) < until)
			until = dg_discover_due(r->discover, r->now);
		status = r->net.wait(r->net.self, until, &r->now, &heard, err);
		if (status == DG_OK)
			status = take_heard(r, &heard, err);
	}
	return status;
}

enum dg_status dg_update_run_over(const struct dg_options *options,
				  const struct dg_update_order *order, const struct dg_net *net,
				  struct dg_update_result *ret_result, struct dg_error *err)
{
	struct run r = {.net = *net};
	struct dg_update_result result;
	enum dg_status status = dg_gate_check_options(options, err);

	if (status == DG_OK)
		status = make_plan(&r, options, order, err);
	if (status == DG_OK)
		status = make_machines(&r, options, &result, err);
	if (status == DG_OK)
		status = loop(&r, options->timeout, err);
	if (status == DG_OK)
		*ret_result = result;
	dg_update_machine_free(r.machine);
	dg_discover_free(r.discover);
	dg_zones_free(&r.zones);
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
