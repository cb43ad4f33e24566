/* SPDX-License-Identifier: ISC */
/*
 * Random worlds with a record that comes, or does not: a domain of two to four servers below a
 * top-level domain of one to three, the record in it, in a zone of its own, or behind an alias;
 * servers that get it late or never, that answer oddly; a parent's server that delegates otherwise
 * than the others.
 */
#ifndef RANDOM_OPENING_H
#define RANDOM_OPENING_H

#include <stdbool.h>
#include <stdint.h>

#define OPENING_SCRIPT 16384
#define OPENING_NAME "_acme-challenge.example.lab."
#define OPENING_VALUE "value"

struct random_opening {
	char script[OPENING_SCRIPT];
	char odd[48]; /* what one server of the record's zone, or of those above, does; "": nothing
		       */
	bool in_signed_zone; /* and the zone that it is of has signatures */
};

/* Always the same from the same seed. */
void random_opening_make(struct random_opening *ret, uint32_t seed);

#endif
