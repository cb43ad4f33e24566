/* SPDX-License-Identifier: ISC */
#include "host.h"

#include <stdlib.h>

#include "base/bytes.h"

void dg_hosts_free(struct dg_hosts *hosts)
{
	size_t i;

	for (i = 0; i < DG_HOST_BUCKETS; i++) {
		while (hosts->bucket[i] != NULL) {
			struct dg_host *host = hosts->bucket[i];

			hosts->bucket[i] = host->next_alike;
			free(host->listing);
			free(host);
		}
	}
}

static struct dg_host **bucket_of(struct dg_hosts *hosts, const struct dg_name *name)
{
	return &hosts->bucket[dg_name_hash(name) % DG_HOST_BUCKETS];
}

static struct dg_host *find_host(struct dg_hosts *hosts, const struct dg_name *name)
{
	struct dg_host *host = *bucket_of(hosts, name);

	while (host != NULL && !dg_name_equal(&host->name, name))
		host = host->next_alike;
	return host;
}

/* Made if need be; NULL without memory. */
static struct dg_host *get_host(struct dg_hosts *hosts, const struct dg_name *name)
{
	struct dg_host **bucket = bucket_of(hosts, name), *host = find_host(hosts, name);

	if (host != NULL)
		return host;
	host = calloc(1, sizeof(*host));
	if (host == NULL)
		return NULL;
	host->name = *name;
	host->next_alike = *bucket;
	*bucket = host;
	return host;
}

/* A zone is waited for while a name that it lists is looked up. */
static void set_looking(const struct dg_listing *l, bool looking)
{
	struct dg_ns *ns = &l->zone->ns[l->ns];

	if (ns->looking == looking)
		return;
	ns->looking = looking;
	if (looking)
		dg_zone_begin_question(l->zone);
	else
		dg_zone_end_question(l->zone);
}

static enum dg_status tell(const struct dg_listing *l, const struct dg_addr *addr,
			   const struct dg_reach *reach)
{
	return dg_zone_learn_address(l->zone, l->ns, addr, false, reach);
}

enum dg_status dg_hosts_list(struct dg_hosts *hosts, struct dg_zone *zone, size_t ns,
			     const struct dg_reach *reach, struct dg_host **ret_host)
{
	struct dg_host *host = get_host(hosts, &zone->ns[ns].name);
	size_t i;

	if (host == NULL)
		return DG_ENOMEM;
	*ret_host = host;
	for (i = 0; i < host->nlistings; i++)
		if (host->listing[i].zone == zone)
			return DG_OK;
	if (!dg_grow(&host->listing, host->nlistings, sizeof(*host->listing)))
		return DG_ENOMEM;
	host->listing[host->nlistings++] = (struct dg_listing){zone, ns};
	if (host->lookups > 0)
		set_looking(&host->listing[host->nlistings - 1], true);
	for (i = 0; i < host->naddrs; i++)
		if (tell(&host->listing[host->nlistings - 1], &host->addr[i], reach) == DG_ENOMEM)
			return DG_ENOMEM;
	return DG_OK;
}

void dg_hosts_look_again(struct dg_hosts *hosts, struct dg_zone *zone, size_t ns)
{
	struct dg_host *host = find_host(hosts, &zone->ns[ns].name);

	if (host == NULL || host->lookups > 0)
		return;
	zone->ns[ns].looked_up = host->looked_up = false;
}

static bool is_known(const struct dg_host *host, const struct dg_addr *addr)
{
	size_t i;

	for (i = 0; i < host->naddrs; i++)
		if (dg_addr_equal(&host->addr[i], addr))
			return true;
	return false;
}

/* All that list it have too many addresses of it to look at. */
static void note_limit(struct dg_host *host)
{
	size_t i;

	for (i = 0; i < host->nlistings; i++)
		host->listing[i].zone->limit = "addresses of one name server";
}

static enum dg_status learn_one(struct dg_host *host, const struct dg_addr *addr,
				const struct dg_reach *reach)
{
	size_t i;

	if (is_known(host, addr))
		return DG_OK;
	if (host->naddrs == DG_MAX_NS_ADDRESSES) {
		note_limit(host);
		return DG_OK;
	}
	host->addr[host->naddrs++] = *addr;
	for (i = 0; i < host->nlistings; i++)
		if (tell(&host->listing[i], addr, reach) == DG_ENOMEM)
			return DG_ENOMEM;
	return DG_OK;
}

enum dg_status dg_host_learn(struct dg_host *host, const struct dg_msg *msg,
			     const struct dg_name *owner, const struct dg_reach *reach)
{
	struct dg_addr_cursor cursor = {.sections = DG_SECTION_ANSWER, .owner = owner};
	struct dg_addr addr;

	while (dg_msg_next_address(msg, reach->port, &cursor, &addr))
		if (learn_one(host, &addr, reach) != DG_OK)
			return DG_ENOMEM;
	if (cursor.limit)
		note_limit(host);
	return DG_OK;
}

void dg_host_looking(struct dg_host *host)
{
	size_t i;

	host->lookups++;
	for (i = 0; i < host->nlistings; i++)
		set_looking(&host->listing[i], true);
}

void dg_host_looked(struct dg_host *host)
{
	size_t i;

	host->lookups--;
	for (i = 0; i < host->nlistings && host->lookups == 0; i++) {
		const struct dg_listing *l = &host->listing[i];

		set_looking(l, false);
		l->zone->ns[l->ns].denied = host->no_name || host->no_data >= 2;
	}
}
