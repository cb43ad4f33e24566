/* SPDX-License-Identifier: ISC */
/* A question as it was received, and the message being made in return: records first, octets last.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include <stddef.h>

#include "base/name.h"
#include "base/types.h"

#define DRAFT_RECORDS 6000
#define DRAFT_MOST 65535

enum draft_section { DRAFT_ANSWER, DRAFT_AUTHORITY, DRAFT_ADDITIONAL };

enum draft_flags {
	DRAFT_AA = 0x0400,
	DRAFT_TC = 0x0200,
	DRAFT_RD = 0x0100,
	DRAFT_RA = 0x0080,
	DRAFT_AD = 0x0020
};

struct question {
	uint16_t id, type;
	struct dg_name name;  /* in lower case */
	const uint8_t *asked; /* the question section as it came; borrowed */
	size_t asked_len;
	bool recursion_desired, edns, dnssec_ok, tcp;
	uint16_t size;    /* octets that it takes over UDP */
	uint32_t address; /* that was asked, in host order */
	double at;        /* when it came, seconds since the server began */
};

/* False when the message is no question of class IN. It borrows `wire`. */
bool question_read(struct question *ret_question, const uint8_t *wire, size_t len);

struct draft_rr {
	enum draft_section section;
	struct dg_name owner;
	uint16_t type;
	uint32_t ttl;
	size_t at, len; /* RDATA, in `octets`, names in full */
};

struct draft {
	unsigned flags, rcode; /* of 12 bits */
	bool edns;
	unsigned edns_version, edns_size;
	uint8_t options[512];
	size_t options_len;
	bool plain; /* no name is compressed */
	struct draft_rr rr[DRAFT_RECORDS];
	size_t count;
	uint8_t octets[DRAFT_MOST];
	size_t used;
	uint8_t
	    *raw; /* instead of all that: header, question and the rest, but for the id; borrowed */
	size_t raw_len;
};

/* Empties it, for an answer with authority to that question. */
void draft_begin(struct draft *d, const struct question *q);

/* Adds a record; of what there is no room for nothing is added, and false returned. */
bool draft_add(struct draft *d, enum draft_section section, const struct dg_name *owner,
	       uint16_t type, const void *rdata, size_t len);

/* Records of the kinds that are needed more than once. */
void draft_add_name(struct draft *d, enum draft_section section, const struct dg_name *owner,
		    uint16_t type, const struct dg_name *target);
void draft_add_address(struct draft *d, enum draft_section section, const struct dg_name *owner,
		       uint32_t address);
void draft_add_soa(struct draft *d, enum draft_section section, const struct dg_name *zone,
		   uint32_t serial, uint32_t minimum);
void draft_add_text(struct draft *d, const struct dg_name *owner, const char *text);

/* The message in octets, of `out` at most `limit`: what does not fit is left out, with TC set. */
size_t draft_encode(const struct draft *d, const struct question *q, size_t limit, uint8_t *out);

/* label.zone; zone itself when that would be too long. */
struct dg_name draft_name(const char *label, const struct dg_name *zone);

#endif
