/* SPDX-License-Identifier: ISC */
#include "zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/types.h"

static void server_free(struct dg_server *server)
{
	free(server->text);
	if (server->own != NULL)
		dg_keys_free(&server->own->keys);
	free(server->own);
}

static void zone_free(struct dg_zone *zone)
{
	size_t i;

	if (zone == NULL)
		return;
	for (i = 0; i < zone->nns; i++)
		free(zone->ns[i].text);
	for (i = 0; i < zone->nservers; i++)
		server_free(&zone->server[i]);
	dg_zone_free_delegations(zone);
	free(zone->ns);
	free(zone->server);
	free(zone->text);
	free(zone);
}

void dg_zones_free(struct dg_zones *zones)
{
	size_t i;

	for (i = 0; i < zones->count; i++)
		zone_free(zones->zone[i]);
	free(zones->zone);
	memset(zones, 0, sizeof(*zones));
}

static char *name_text(const struct dg_name *name)
{
	char buf[DG_NAME_TEXT];

	return dg_copy_text(dg_name_print(name, buf));
}

static size_t bucket_of(const struct dg_name *name)
{
	return dg_name_hash(name) % DG_ZONE_BUCKETS;
}

static struct dg_zone *find(const struct dg_zones *zones, const struct dg_name *name)
{
	struct dg_zone *zone = zones->bucket[bucket_of(name)];

	while (zone != NULL && !dg_name_equal(&zone->name, name))
		zone = zone->next_alike;
	return zone;
}

enum dg_status dg_zones_get(struct dg_zones *zones, const struct dg_name *name,
			    struct dg_zone *parent, struct dg_zone **ret_zone)
{
	struct dg_zone *zone = find(zones, name), **bucket = &zones->bucket[bucket_of(name)];

	if (zone != NULL) {
		*ret_zone = zone;
		return DG_OK;
	}
	if (zones->count >= DG_MAX_ZONES + DG_MORE_ZONES * zones->searches) {
		zones->limit = "zones on the way";
		return DG_ELIMIT;
	}
	zone = calloc(1, sizeof(*zone));
	if (zone == NULL)
		return DG_ENOMEM;
	zone->all = zones;
	zone->name = *name;
	zone->parent = parent;
	zone->text = name_text(name);
	if (zone->text == NULL || !dg_grow(&zones->zone, zones->count, sizeof(struct dg_zone *))) {
		zone_free(zone);
		return DG_ENOMEM;
	}
	zone->next_alike = *bucket;
	zones->zone[zones->count++] = *bucket = *ret_zone = zone;
	return DG_OK;
}

struct dg_zone *dg_zones_enclosing(const struct dg_zones *zones, const struct dg_name *name)
{
	struct dg_zone *deepest = NULL;
	unsigned labels;

	for (labels = dg_name_labels(name) + 1; labels > 0 && deepest == NULL; labels--) {
		struct dg_name above = dg_name_ancestor(name, labels - 1);

		deepest = find(zones, &above);
	}
	return deepest;
}

enum dg_status dg_zone_add_ns(struct dg_zone *zone, const struct dg_name *name, size_t *ret_ns)
{
	struct dg_ns ns = {.name = *name};
	size_t i;

	for (i = 0; i < zone->nns; i++) {
		if (dg_name_equal(&zone->ns[i].name, name)) {
			*ret_ns = i;
			return DG_OK;
		}
	}
	if (zone->nns == DG_MAX_NS) {
		zone->limit = "NS names of the zone";
		return DG_ELIMIT;
	}
	if (zone->all->nns >= DG_MAX_RUN_NS + DG_MORE_NS * zone->all->searches) {
		zone->limit = zone->all->limit = "NS names of all zones on the way";
		return DG_ELIMIT;
	}
	ns.text = name_text(name);
	if (ns.text == NULL || !dg_grow(&zone->ns, zone->nns, sizeof(*zone->ns))) {
		free(ns.text);
		return DG_ENOMEM;
	}
	zone->all->nns++;
	zone->ns[zone->nns] = ns;
	*ret_ns = zone->nns++;
	return DG_OK;
}

static size_t addresses_of(const struct dg_zone *zone, size_t ns)
{
	size_t i, n = 0;

	for (i = 0; i < zone->nservers; i++)
		n += zone->server[i].ns == ns;
	return n;
}

enum dg_status dg_zone_add_server(struct dg_zone *zone, size_t ns, const struct dg_addr *addr,
				  const struct dg_reach *reach)
{
	struct dg_server server = {
	    .addr = *addr, .ns = ns, .names = UINT32_C(1) << ns, .serial = -1};
	char text[DG_ADDR_TEXT];
	size_t i;

	if (!(addr->family == 4 ? reach->ipv4 : reach->ipv6)) {
		zone->other_family = true;
		/* Servers that are given have no names. */
		if (ns < zone->nns)
			zone->ns[ns].other_family = true;
		return DG_OK;
	}
	for (i = 0; i < zone->nservers; i++) {
		if (dg_addr_equal(&zone->server[i].addr, addr)) {
			zone->server[i].names |= UINT32_C(1) << ns;
			return DG_OK;
		}
	}
	if (zone->nservers == DG_MAX_ZONE_ADDRESSES) {
		zone->limit = "addresses of the zone's name servers";
		return DG_ELIMIT;
	}
	if (addresses_of(zone, ns) == DG_MAX_NS_ADDRESSES) {
		zone->limit = "addresses of one name server";
		return DG_ELIMIT;
	}
	if (zone->all->nservers >= DG_MAX_RUN_ADDRESSES + DG_MORE_ADDRESSES * zone->all->searches) {
		zone->limit = zone->all->limit = "addresses of all zones on the way";
		return DG_ELIMIT;
	}
	server.text = dg_copy_text(dg_addr_print(addr, text));
	if (server.text == NULL || !dg_grow(&zone->server, zone->nservers, sizeof(*zone->server))) {
		free(server.text);
		return DG_ENOMEM;
	}
	zone->all->nservers++;
	zone->all->late += zone->users > 0;
	zone->all->news++;
	zone->server[zone->nservers++] = server;
	return DG_OK;
}

/* The source of an NS name's address: the parent's glue, or the name's own zone. */
static void note_source(struct dg_zone *zone, size_t ns, const struct dg_addr *addr, bool glue)
{
	size_t i;

	zone->ns[ns].in_glue |= glue;
	zone->ns[ns].in_own |= !glue;
	for (i = 0; i < zone->nservers; i++) {
		if (!dg_addr_equal(&zone->server[i].addr, addr))
			continue;
		zone->server[i].in_glue |= glue;
		zone->server[i].in_own |= !glue;
	}
}

void dg_server_learn_soa(struct dg_server *server, const struct dg_soa *soa, dg_ms now)
{
	if (server->serial_since != 0 && server->last_serial != soa->serial) {
		server->rose[1] = server->rose[0];
		server->rose[0] = now;
	}
	if (server->last_serial != soa->serial || server->serial_since == 0)
		server->serial_since = now;
	server->serial = server->last_serial = soa->serial;
	server->refresh = soa->refresh;
	server->retry = soa->retry;
}

enum dg_status dg_zone_learn_address(struct dg_zone *zone, size_t ns, const struct dg_addr *addr,
				     bool glue, const struct dg_reach *reach)
{
	if (dg_zone_add_server(zone, ns, addr, reach) == DG_ENOMEM)
		return DG_ENOMEM;
	note_source(zone, ns, addr, glue);
	return DG_OK;
}

bool dg_msg_next_address(const struct dg_msg *msg, uint16_t port, struct dg_addr_cursor *c,
			 struct dg_addr *ret_addr)
{
	for (;;) {
		const struct dg_rr *rr = dg_msg_next(msg, c->sections, c->owner,
						     c->ipv6 ? DG_TYPE_AAAA : DG_TYPE_A, &c->at);

		if (rr == NULL && c->ipv6)
			return false;
		if (rr == NULL) {
			c->ipv6 = true;
			c->at = c->looked = 0;
			continue;
		}
		/* Doubled ones are the sender's fault. */
		if (c->looked++ == DG_MAX_ZONE_ADDRESSES) {
			c->limit = true;
			return false;
		}
		if (dg_addr_from_rdata(ret_addr, msg->wire + rr->rdata, rr->rdlen, port))
			return true;
	}
}

/* The glue of one NS name in a referral. */
static enum dg_status learn_glue(struct dg_zone *zone, size_t ns, const struct dg_msg *msg,
				 const struct dg_name *name, const struct dg_reach *reach)
{
	struct dg_addr_cursor cursor = {.sections = DG_SECTION_ADDITIONAL, .owner = name};
	struct dg_addr addr;

	while (dg_msg_next_address(msg, reach->port, &cursor, &addr))
		if (dg_zone_learn_address(zone, ns, &addr, true, reach) != DG_OK)
			return DG_ENOMEM;
	if (cursor.limit)
		zone->limit = "addresses of one name server";
	return DG_OK;
}

enum dg_status dg_zone_learn_referral(struct dg_zone *zone, const struct dg_msg *msg,
				      const struct dg_reach *reach)
{
	const struct dg_rr *rr;
	uint32_t looked =
	    0; /* a bit for each of at most DG_MAX_NS names: its glue is looked for once */
	size_t cursor = 0;

	zone->referred = true;
	while ((rr = dg_msg_next(msg, DG_SECTION_AUTHORITY, &zone->name, DG_TYPE_NS, &cursor)) !=
	       NULL) {
		struct dg_name name = dg_msg_rdata_name(msg, rr, 0);
		size_t ns;
		enum dg_status status = dg_zone_add_ns(zone, &name, &ns);

		if (status == DG_ELIMIT)
			break;
		if (status == DG_OK) {
			zone->ns[ns].by_parent = true;
			/* RFC 2181 section 5.4.1: out-of-zone glue is hearsay. */
			if ((looked >> ns & 1) == 0 && dg_name_under(&name, &zone->parent->name))
				status = learn_glue(zone, ns, msg, &name, reach);
			looked |= UINT32_C(1) << ns;
		}
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}

void dg_zone_begin_question(struct dg_zone *zone)
{
	zone->open++;
}

void dg_zone_end_question(struct dg_zone *zone)
{
	if (--zone->open == 0)
		zone->all->news++;
}

enum dg_status dg_zone_learn_own_ns(struct dg_zone *zone, size_t server, const struct dg_msg *msg,
				    unsigned section)
{
	const struct dg_rr *rr;
	uint32_t lists = 0;
	size_t cursor = 0;

	while ((rr = dg_msg_next(msg, section, &zone->name, DG_TYPE_NS, &cursor)) != NULL) {
		struct dg_name name = dg_msg_rdata_name(msg, rr, 0);
		size_t ns;
		enum dg_status status = dg_zone_add_ns(zone, &name, &ns);

		zone->told = true;
		if (status == DG_ELIMIT)
			return DG_OK;
		if (status != DG_OK)
			return status;
		zone->ns[ns].by_child = true;
		lists |= UINT32_C(1) << ns;
	}
	if (server < zone->nservers)
		zone->server[server].lists = lists;
	return DG_OK;
}
