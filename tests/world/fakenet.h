/* SPDX-License-Identifier: ISC */
/* A dg_net over a scripted world, with a virtual clock: what takes minutes there takes none here.
 */
#ifndef FAKENET_H
#define FAKENET_H

#include "dns/ask.h"
#include "weather.h"
#include "world.h"

struct fakenet;

/* Starts at an arbitrary time; `seed` makes its random numbers. */
struct fakenet *fakenet_new(struct world *world, uint32_t seed);
void fakenet_free(struct fakenet *net);

struct dg_net fakenet_seam(struct fakenet *net);

/* What the network does to packets from now on; borrowed. TLS and HTTPS know only its outages. */
void fakenet_weather(struct fakenet *net, struct weather *weather);

/* Has questions over UDP answered by this function instead of the world, of which only the round
 * trip counts; nothing else is. It writes at most DG_EDNS_SIZE octets; 0: there is no answer. */
typedef size_t (*fakenet_answer)(void *self, const char *addr, const uint8_t *query, size_t len,
				 uint8_t *ret_wire);
void fakenet_answer_by(struct fakenet *net, fakenet_answer answer, void *self);

/* Virtual seconds since the start. */
double fakenet_seconds(const struct fakenet *net);

/* Called with true before the world is asked, and with false after: what happens between is not the
 * program's doing. NULL: nobody is. */
extern void (*fakenet_outside)(bool outside);

/* Stops the run at this virtual second, as a signal would; less than 0: never. */
void fakenet_stop_at(struct fakenet *net, double at);

#endif
