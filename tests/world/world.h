/* SPDX-License-Identifier: ISC */
/*
 * A scripted DNS world: zones, the addresses that serve them, changes in time, misbehaviour. It is
 * asked by a virtual network (fakenet.h) and by a real one (world_server.h) alike.
 *
 * A script is lines of
 *
 *   include FILE                    another script, beside this one
 *   zone ORIGIN ADDR...             a zone and the addresses that serve it; what it has follows,
 *                                   indented. An SOA is added where there is none.
 *   at SECONDS ADDR|* add RR        that server (every one of the zone) gets the record then
 *   at SECONDS ADDR|* del NAME TYPE and loses the set then
 *   on ADDR|* [from S] [to S] [for TYPE] [udp|tcp|tls|https] [also] KIND [ARG]
 *                                   misbehaviour, see world_odd.c and world_spoil.h
 *   resolver ADDR... [OPTION]...    a recursive resolver at each; what its caches hold follows,
 *                                   indented, see world_resolver.h
 *   host NAME ADDR                  what the system's look-up says (virtual only)
 *   rtt SECONDS                     round trip in virtual time (0.02)
 *   seeds N                         N runs with other random numbers (virtual only)
 *   expected ADDR FROM UNTIL        seconds from the start at which earlier runs saw the records
 * there published SERIAL                the primary had it once the records were published (no real
 * run is told) net KEY=VALUE...                what the network does to packets (virtual only), see
 * weather.h run ARGUMENTS                   how dns01gate is called expect ... what must come of
 * it, see expect.h
 *
 * and, indented, of
 *
 *   RR                              a record, in zone file form
 *   old COUNT NAME                  COUNT old challenge values at NAME
 *   sign ALGORITHM ...              the zone is signed, see world_sign.h
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ldns/ldns.h>

#include "dns/ask.h"

#define WORLD_LINES 512
#define WORLD_ADDRS 160
#define WORLD_WHY 128

struct world_change {
	double at;
	char addr[DG_ADDR_TEXT]; /* "*": all */
	bool add;
	bool slip;   /* the serial was not raised */
	ldns_rr *rr; /* what is added; of a deletion: owner and type of the set */
};

struct world_signing;

struct world_zone {
	ldns_rdf *origin;
	struct world_signing *signing; /* NULL: it is not signed */
	char addr[WORLD_ADDRS][DG_ADDR_TEXT];
	size_t naddrs;
	ldns_rr_list *rrs;
	struct world_change *change;
	size_t nchanges;
};

struct world_odd {
	char addr[DG_ADDR_TEXT];
	char kind[32];
	char arg[WORLD_WHY];
	double from, to;
	ldns_rr_type type; /* 0: any */
	bool only;         /* for one transport, which is `via` */
	enum dg_transport_kind via;
	bool also;      /* beside the true reply, and before it */
	unsigned count; /* how often it applied */
};

/* One question as it came. */
struct world_asked {
	double at;
	char addr[DG_ADDR_TEXT];
	char name[256];
	ldns_rr_type type;
	enum dg_transport_kind via;
	bool edns, dnssec_ok, rd;
	uint16_t id;
};

struct world_host {
	char name[256], addr[DG_ADDR_TEXT];
};

struct world_resolver;

struct world {
	struct world_zone *zone;
	size_t nzones;
	struct world_odd *odd;
	size_t nodds;
	struct world_resolver *resolver;
	size_t nresolvers, first_held; /* which of them what is held is for */
	struct world_host *host;
	size_t nhosts;
	struct world_asked *asked;
	size_t nasked;
	double rtt;
	unsigned seeds; /* runs in virtual time, each with another one */
	struct world_expected {
		char addr[64];
		double from, until;
	} expected[16];
	size_t nexpected;
	long long published; /* serial that the primary told, for all records; 0: it did not */
	char *run;
	char *net;
	char *expect[WORLD_LINES];
	int expect_line[WORLD_LINES];
	size_t nexpects;
	const char *file;
	uint32_t random;
	int64_t wall; /* the time of day when the script's clock was zero */
};

#define WORLD_REPLIES 4

struct world_reply {
	uint8_t *wire;
	size_t len;
	bool wrong_source;
};

/* What a question brings about. */
struct world_effect {
	bool closed; /* nothing listens */
	bool no_route;
	bool nobody;                   /* there is no such address */
	bool hang;                     /* TCP: connected, and then nothing */
	bool untrusted, broken, unfit; /* TLS: no connection comes of it, because of `why` */
	char why[WORLD_WHY];
	double delay;
	struct world_reply reply[WORLD_REPLIES];
	size_t count;
	size_t cut;   /* TCP: the connection ends after that many octets; SIZE_MAX: it does not */
	bool trickle; /* TCP: an octet at a time */
};

/* Reads a script; on a mistake prints file, line and what is wrong, and ends the program. */
struct world *world_load(const char *file);
void world_free(struct world *w);

/* All addresses that serve a zone or resolve; how many. */
size_t world_addresses(const struct world *w, char addr[WORLD_ADDRS][DG_ADDR_TEXT]);

/* Writes root hints for this world into a new file, whose name goes to path (unlink it). */
void world_hints(const struct world *w, char path[64]);

/* The same with its trust anchor; false: the root is not signed, and there is no file. */
bool world_anchor(const struct world *w, char path[64]);

/* A question to addr at `now` seconds: what happens. Notes it. Free the effect. */
void world_ask(struct world *w, const char *addr, enum dg_transport_kind via, const uint8_t *query,
	       size_t len, double now, struct world_effect *ret);
/* The same for a question that was read already, and without a note of it. */
void world_answer_oddly(struct world *w, const char *addr, enum dg_transport_kind via,
			const ldns_pkt *query, double now, struct world_effect *ret);
void world_effect_free(struct world_effect *effect);

/* True when a connection attempt to addr is refused, or leads nowhere. */
void world_connect(struct world *w, const char *addr, enum dg_transport_kind via, double now,
		   struct world_effect *ret);

/* The deepest zone that has the name, or NULL. */
struct world_zone *world_zone_of(const struct world *w, const ldns_rdf *name);

/* The words of `run` into argv, which has room for `room` and a NULL: blanks between, or within a
 * pair of double quotes. Cuts `run` up; how many there are. */
int world_split_run(char *run, char **argv, int room);

/* A record in zone file form, or the end of the program. */
ldns_rr *world_read_rr(const struct world *w, int line, const char *text, const ldns_rdf *origin);

/* The address of a host, or NULL. */
const char *world_look_up(const struct world *w, const char *name);

/* The true answer, as a server of addr would give it (world_answer.c); NULL: it serves no such
 * zone. */
ldns_pkt *world_answer(const struct world *w, const char *addr, const ldns_pkt *query, double now);

/* The misbehaviour that applies, or NULL; `skip` of them passed over (world_odd.c). */
struct world_odd *world_find_odd(struct world *w, const char *addr, ldns_rr_type type,
				 enum dg_transport_kind via, double now, size_t skip);
/* Lets it change the packet before it is put on the wire, and the wire and its fate after. */
void world_bend_packet(struct world *w, const struct world_odd *odd, const ldns_pkt *query,
		       ldns_pkt *reply);
void world_bend_effect(struct world *w, const struct world_odd *odd, const ldns_pkt *query,
		       struct world_effect *effect);

/* Adds an extended DNS error (RFC 8914) where there is EDNS; underscores stand for blanks. */
void world_add_error(ldns_pkt *pkt, uint16_t code, const char *text);

uint32_t world_random(struct world *w);

#endif
