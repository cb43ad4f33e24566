/* SPDX-License-Identifier: ISC */
/*
 * Servers of example.lab. and all zones beside it, that attack in one way each: the same in each
 * run. 127.0.1.1 is the root's, 127.0.1.2 lab.'s, 127.0.2.1 to 64 example.lab.'s.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "server.h"

struct attack_state {
	unsigned addresses;   /* of example.lab.: 1, or 64 */
	int64_t wall;         /* seconds since 1970 */
	unsigned long news;   /* names that nobody had heard before, so far */
	unsigned long victim; /* questions to those who are not the attacker's */
};

struct attack {
	const char *name, *title;
	bool is_signed;
	unsigned labels; /* of the record's name, more than it needs */
	/* The answer about a name below example.lab. at one of its addresses; false: the ordinary
	 * one. */
	bool (*answer)(struct attack_state *state, const struct question *q, struct draft *d);
};

extern const struct attack attacks[];
extern const size_t attack_count;

/* The answer of all servers of that world under that attack. */
void attack_answer(const struct attack *attack, struct attack_state *state,
		   const struct question *q, struct draft *d);

/* The ordinary parts of it, for attacks that are more than an answer. */
void attack_refer(struct draft *d, const struct dg_name *zone, const struct dg_name *host,
		  uint32_t address);
void attack_sign(const struct attack_state *state, struct draft *d, enum draft_section section,
		 const struct dg_name *owner, uint16_t type);

/* Writes the root hints. */
void attack_hints(const char *path);

#endif
