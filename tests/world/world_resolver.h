/* SPDX-License-Identifier: ISC */
/*
 * Scripted recursive resolvers. A line
 *
 *   resolver ADDR... [OPTION]...
 *
 * makes one at each address, with
 *
 *   caches N             N caches that know nothing of each other; questions meet them by turns
 *   from ADDR            of a zone's servers it asks this one, if it serves the zone and answers
 *   validate             AD where all zones are signed, for who asked with DO or AD and without CD
 *   strip                never RRSIGs
 *   nodo                 as if DO were not there
 *   order last|reverse   of the answer's records, as in world_odd.c
 *   stale SECONDS        what ended so long ago at most is said once more, with TTL 30 and an
 *                        extended error (RFC 8767, RFC 8914), then asked for anew
 *   ttl SECONDS          the longest that anything is kept
 *   repeats TTL          while it keeps that something is not there, it says so with this TTL each
 * time noauthority          no SOA with what is not there
 *
 * and, indented, what its caches hold at the start, all of them or, with /K, the Kth:
 *
 *   holds SECONDS[/K] nxdomain NAME
 *   holds SECONDS[/K] nodata NAME    of TXT
 *   holds SECONDS[/K] RR             records of one owner and type are one set
 *
 * It asks the servers of the script, as they are and misbehave at that moment, without taking any
 * time and without leaving a note; every link of a chain for itself, so that some can be stale.
 * Sets and what is not there are kept by name and type, a name that does not exist by name, and
 * counted in whole seconds: what is kept N seconds is said with TTL N in the second in which it
 * came, and with TTL 0 in its last. When no server has an answer: SERVFAIL, not kept.
 * A question without RD is not for it: refused, unless the address serves the zone too.
 */
#ifndef WORLD_RESOLVER_H
#define WORLD_RESOLVER_H

#include "world.h"

/* The words of a line, and an indented one below it; false: they are wrong. */
bool world_resolver_read(struct world *w, char **word, size_t n);
bool world_resolver_hold(struct world *w, int line, const char *text);
void world_resolvers_free(struct world *w);

const char *world_resolver_address(const struct world *w, size_t i);
bool world_is_resolver(const struct world *w, const char *addr);

/* What the resolver at addr answers; NULL: there is none. */
ldns_pkt *world_resolve(struct world *w, const char *addr, const ldns_pkt *query, double now);

#endif
