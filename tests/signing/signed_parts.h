/* SPDX-License-Identifier: ISC */
/* The parts of signed_msg.c and signed_sign.c, for these two. */
#ifndef SIGNED_PARTS_H
#define SIGNED_PARTS_H

#include <stdbool.h>

#include "signed_msg.h"

#define MOST_RECORDS 1200
#define MOST_WORDS 24

struct signed_record {
	int section;
	uint8_t owner[255];
	size_t owner_len;
	uint16_t type, class;
	uint32_t ttl;
	uint8_t *rdata;
	size_t len;
};

/* Being written; the words are those of the line that is read. */
struct signed_text {
	struct signed_defaults defaults;
	struct signed_record record[MOST_RECORDS];
	size_t count;
	char *word[MOST_WORDS];
	size_t nwords;
};

/* Ends the program. */
void signed_wrong(const char *what, const char *text);

/* An option's value, or `otherwise`; whether a word is there. */
const char *signed_option(const struct signed_text *m, const char *key, const char *otherwise);
long signed_number(const struct signed_text *m, const char *key, long otherwise);
bool signed_has(const struct signed_text *m, const char *word);

/* From text to octets; how many. */
size_t signed_hex(const char *text, uint8_t *out);
size_t signed_name(const char *text, uint8_t *out);
void signed_put16(uint8_t *out, size_t value);
void signed_put32(uint8_t *out, uint32_t value);

struct signed_record *signed_add(struct signed_text *m, int section, uint16_t type);

/* RDATA of the DNSKEY that the options tell, and of its DS. */
size_t signed_dnskey(const struct signed_text *m, uint8_t *rdata);
size_t signed_make_ds(const struct signed_text *m, const uint8_t *owner, size_t owner_len,
		      uint8_t *rdata);

/* Adds a signature of the set that `of` belongs to; `bad`: how many wrong ones are still to come,
 * so that 0 is the right one. */
void signed_add_signature(struct signed_text *m, struct signed_record *of, long bad);

#endif
