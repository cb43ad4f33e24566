/* SPDX-License-Identifier: ISC */
/* The addresses of name servers' names, each looked up once for all zones that list it. */
#ifndef DG_HOST_H
#define DG_HOST_H

#include "zone.h"

#define DG_HOST_BUCKETS 256

/* A zone that lists the name, by which of its names. */
struct dg_listing {
	struct dg_zone *zone;
	size_t ns;
};

struct dg_host {
	struct dg_name name;
	struct dg_addr addr[DG_MAX_NS_ADDRESSES];
	size_t naddrs;
	unsigned lookups; /* under way */
	bool looked_up;   /* begun, at least */
	bool no_name;     /* some server of its zone says that the name does not exist; */
	unsigned no_data; /* and for how many types that it has none */
	struct dg_listing *listing;
	size_t nlistings;
	struct dg_host *next_alike;
};

/* All of {0} is no host. */
struct dg_hosts {
	struct dg_host *bucket[DG_HOST_BUCKETS];
};

void dg_hosts_free(struct dg_hosts *hosts);

/* The host of a zone's name, made if need be, and with that zone among its listings; the zone gets
 * the addresses that are known. It is owned by hosts, and stays where it is. DG_ENOMEM. */
enum dg_status dg_hosts_list(struct dg_hosts *hosts, struct dg_zone *zone, size_t ns,
			     const struct dg_reach *reach, struct dg_host **ret_host) DG_MUST_CHECK;

/* Takes the addresses that a reply from the name's own zone has at `owner`, for all that list it.
 * DG_ENOMEM. */
enum dg_status dg_host_learn(struct dg_host *host, const struct dg_msg *msg,
			     const struct dg_name *owner,
			     const struct dg_reach *reach) DG_MUST_CHECK;

/* Addresses of a zone's name may be there that were not when it was looked up last. */
void dg_hosts_look_again(struct dg_hosts *hosts, struct dg_zone *zone, size_t ns);

/* One more look-up of it is under way, or one less. */
void dg_host_looking(struct dg_host *host);
void dg_host_looked(struct dg_host *host);

#endif
