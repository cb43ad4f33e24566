/* SPDX-License-Identifier: ISC */
/*
 * What a link does to packets: lose, delay, repeat, drop. A pure function of its settings, a seed,
 * and what came when; no socket and no clock. Times are microseconds; those in settings count from
 * the settings' own beginning.
 *
 * Settings, for both directions:
 *
 *   delay=MS           each way
 *   jitter=MS          up to so much more, at random; the order stays
 *   loss=PERCENT       each way
 *   loss@ADDR=PERCENT  of what goes to this address or comes from it, instead
 *   dup=PERCENT        come twice
 *   reorder=PERCENT    are overtaken: they come LATE later than the others
 *   late=MS            20
 *   rate=KBITS         a second
 *   queue=OCTETS       what waits for a slow link (65536); what comes to a full queue is lost
 *   down=FROM-TO       nothing passes between these milliseconds; may be repeated
 *   block=udp/53       nothing of this protocol to or from this port passes; may be repeated
 *   mtu=OCTETS         larger packets are lost, and nobody is told
 *   flows=N            a firewall: so many new flows a second, the others are lost
 *   track=N            a firewall that remembers so many flows, and lets in only what belongs to
 * them divert=ADDR        what goes to port 53 over IPv4 ends at this address, and the answers seem
 * to come from the address that was asked
 */
#ifndef MODEL_H
#define MODEL_H

#include "packet.h"

enum model_way { MODEL_OUT, MODEL_IN, MODEL_WAYS };

struct model;

/* NULL when there is no memory. */
struct model *model_new(uint64_t seed);
void model_free(struct model *m);

/* Forgets the settings before, and takes these, words between blanks, from `now` on. False, with
 * the word that it does not know in *ret_bad: the settings are then unusable. */
bool model_set(struct model *m, char *words, uint64_t now, const char **ret_bad);

/* A packet came in at one end: writes into *ret_due when it comes out at the other, and again if it
 * does twice. Returns how often: 0, 1 or 2. It may write other addresses into the packet. */
unsigned model_pass(struct model *m, enum model_way way, uint8_t *octets, size_t len, uint64_t now,
		    uint64_t ret_due[2]);

#endif
