/* SPDX-License-Identifier: ISC */
/*
 * A DNS that follows from a seed, without an end and with nothing stored: whether a name is a
 * zone's, its servers, their addresses, its aliases, all come from the name's hash. Whoever asks
 * twice hears the same; what goes wrong is laid over it (mad.h).
 */
#ifndef GROUND_H
#define GROUND_H

#include "dice.h"
#include "draft.h"

#define GROUND_RECORDS 3
#define GROUND_VALUE 44

/* Asked for everything, as a recursive resolver. */
#define GROUND_RESOLVER 0x7f003535u /* 127.0.53.53 */

struct ground {
	uint64_t seed;
	bool has_keys; /* the root is signed, and most zones */
	unsigned addresses, servers,
	    hosts;        /* of all; NS names of a zone, addresses of one, at most */
	unsigned aliases; /* so many of a thousand names with records are aliases */
	double late;      /* the last address shows the values after so many seconds */
	int64_t wall;     /* seconds since 1970, at the beginning */
	struct dg_name record[GROUND_RECORDS];
	char value[GROUND_RECORDS][GROUND_VALUE];
	size_t records;
};

void ground_make(struct ground *g, uint64_t seed);

/* The deepest zone that `name` is in, or that lies above it at that address: false, when it serves
 * none. */
struct dg_name ground_zone(const struct ground *g, const struct dg_name *name);
bool ground_is_cut(const struct ground *g, const struct dg_name *name);
/* All zones from the root down to the name's are signed. */
bool ground_is_secure(const struct ground *g, const struct dg_name *name);
bool ground_zone_is_signed(const struct ground *g, const struct dg_name *zone);

unsigned ground_servers(const struct ground *g, const struct dg_name *zone);
struct dg_name ground_server(const struct ground *g, const struct dg_name *zone, unsigned i);
unsigned ground_hosts(const struct ground *g, const struct dg_name *host);
uint32_t ground_host(const struct ground *g, const struct dg_name *host, unsigned i);

/* Some address of this world. */
uint32_t ground_any_address(const struct ground *g, uint64_t number);

/* Writes the root hints, and the trust anchor, into two files. */
void ground_hints(const struct ground *g, const char *path);
void ground_anchor(const char *path);

/* The answer of that world, without fault. */
void ground_answer(const struct ground *g, const struct question *q, struct draft *d);

/* The value wanted at that name; NULL: none is. */
const char *ground_value(const struct ground *g, const struct dg_name *name);

/* Signs the answer section's set of that owner, and denies by RFC 9824 what is not there. */
void ground_sign(const struct ground *g, struct draft *d, enum draft_section section,
		 const struct dg_name *owner, uint16_t type, const struct dg_name *zone);

#endif
