/* SPDX-License-Identifier: ISC */
/* The id of a question says who asked it. No other file knows its bits. */
#ifndef DG_ASK_ID_H
#define DG_ASK_ID_H

#include <stdint.h>

enum dg_machine_kind {
	DG_MACHINE_NONE, /* of id 0 alone */
	DG_MACHINE_DISCOVER,
	DG_MACHINE_PATH,
	DG_MACHINE_CHASE,
	DG_MACHINE_WATCH,
	DG_MACHINE_RESOLVERS,
	DG_MACHINE_SURVEY,
	DG_MACHINE_UPDATE,
	DG_MACHINE_PLACES
};

#define DG_ASK_ITEMS (1u << 24)
#define DG_ASK_OWNERS (1u << 8)
#define DG_ASK_SERVERS (1u << 16)
#define DG_ASK_ROUNDS (1u << 12)

struct dg_asker {
	enum dg_machine_kind machine;
	uint32_t item;   /* below DG_ASK_ITEMS: a task of the machine, or a record */
	uint32_t owner;  /* below DG_ASK_OWNERS: of the record's chain */
	uint32_t server; /* below DG_ASK_SERVERS: of a zone; or a resolver, or a probe */
	uint32_t round;  /* below DG_ASK_ROUNDS: a late outcome fits no later question */
};

static inline uint64_t dg_ask_id(struct dg_asker a)
{
	return (uint64_t)a.machine << 60 | (uint64_t)a.item << 36 | (uint64_t)a.owner << 28 |
	       (uint64_t)a.server << 12 | a.round;
}

static inline struct dg_asker dg_asker_of(uint64_t id)
{
	return (struct dg_asker){
	    .machine = (enum dg_machine_kind)(id >> 60),
	    .item = (uint32_t)(id >> 36) % DG_ASK_ITEMS,
	    .owner = (uint32_t)(id >> 28) % DG_ASK_OWNERS,
	    .server = (uint32_t)(id >> 12) % DG_ASK_SERVERS,
	    .round = (uint32_t)id % DG_ASK_ROUNDS,
	};
}

#endif
