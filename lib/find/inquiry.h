/* SPDX-License-Identifier: ISC */
/*
 * Which server of a zone to ask next: those that missed the fewest questions first, by chance among
 * them; another beside it after DG_HEDGE_MS without an answer; each once a round. And which
 * outcomes are its own.
 */
#ifndef DG_INQUIRY_H
#define DG_INQUIRY_H

#include "dns/ask.h"
#include "zone.h"

#define DG_HEDGE_MS 300

/* Start it from {0}. */
struct dg_inquiry {
	struct dg_zone *zone;    /* borrowed */
	uint64_t tried, waiting; /* its servers, by index */
	uint32_t round;          /* outcomes of earlier ones do not count */
	dg_ms next;              /* when to choose the next; INT64_MAX: when something is heard */
};

/* Begins a round at the servers of a zone, then. */
void dg_inquiry_enter(struct dg_inquiry *q, struct dg_zone *zone, dg_ms at);

/* The next server to ask; SIZE_MAX: none is left in this round. */
size_t dg_inquiry_choose(const struct dg_inquiry *q, uint32_t *random);

/* Notes that the server is asked, and fills in the id and the address of the question. */
void dg_inquiry_ask(struct dg_inquiry *q, enum dg_machine_kind machine, size_t item, size_t server,
		    struct dg_ask *ret_ask);

/* The id of the question that the server was asked in this round. */
uint64_t dg_inquiry_id(const struct dg_inquiry *q, enum dg_machine_kind machine, size_t item,
		       size_t server);

/* True once for the outcome of each question that it asked in this round, about that name and type:
 * a server might keep a reply for another question with the same id. */
bool dg_inquiry_heard(struct dg_inquiry *q, const struct dg_heard *heard,
		      const struct dg_name *name, uint16_t type);

/* The server was of no use: the next one, now. */
void dg_inquiry_missed(struct dg_inquiry *q, size_t server, dg_ms now);

#endif
