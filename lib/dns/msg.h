/* SPDX-License-Identifier: ISC */
/*
 * A received DNS message, read strictly and in bounded memory: one array of records, no allocation
 * per field, no byte of it trusted. Records are found by owner and type, never by position: an
 * answer is a set (RFC 1034 section 4.3.1 fixes no order that servers keep).
 *
 * Ours because ldns' parser can be made to take gigabytes by one message.
 */
#ifndef DG_MSG_H
#define DG_MSG_H

#include "base/name.h"
#include "base/types.h"

#define DG_MSG_HEADER 12
#define DG_MSG_MAX 65535

enum dg_section { DG_SECTION_ANSWER = 1, DG_SECTION_AUTHORITY = 2, DG_SECTION_ADDITIONAL = 4 };

struct dg_rr {
	uint32_t owner_hash;
	uint32_t ttl;
	uint16_t owner; /* offsets into the message: where the record begins, */
	uint16_t name;  /* where its owner stands; equal offsets, equal owners */
	uint16_t rdata;
	uint16_t rdlen;
	uint16_t type;
	uint16_t class;
	uint8_t section;
};

struct dg_msg {
	const uint8_t *wire; /* borrowed */
	size_t len;
	uint16_t id;
	uint8_t opcode;
	uint16_t rcode; /* 12 bits, with EDNS' upper ones (RFC 6891 section 6.1.3) */
	bool qr, aa, tc, rd, ra, ad, cd;
	uint16_t questions;
	struct dg_name qname; /* of the first question */
	uint16_t qtype;
	bool edns;
	bool edns_do;
	uint8_t edns_version;
	uint16_t edns_size;
	size_t names; /* octets of the names that were read, and the pointers in them: DG_MAX_NAMES
			 at most */
	size_t opt, opt_end; /* where its options stand (RFC 6891 section 6.1.2) */
	struct dg_rr *rr;
	size_t nrr;
};

/* Reads a whole message. It keeps pointing into wire, which must outlive it; free it with
 * dg_msg_free. DG_EPARSE says what is wrong and where; octets after the last record are ignored,
 * as the CA's resolver does. */
enum dg_status dg_msg_read(struct dg_msg *ret_msg, const uint8_t *wire, size_t len,
			   struct dg_error *err) DG_MUST_CHECK;
void dg_msg_free(struct dg_msg *msg);

/* The next record of class IN of that type in any of `sections` whose owner is `owner` (NULL: any
 * owner), starting at *cursor, which begins as 0. NULL when there are no more. */
const struct dg_rr *dg_msg_next(const struct dg_msg *msg, unsigned sections,
				const struct dg_name *owner, uint16_t type, size_t *cursor);

/* The first such record, or NULL: for questions of "is there any". */
const struct dg_rr *dg_msg_find(const struct dg_msg *msg, unsigned sections,
				const struct dg_name *owner, uint16_t type);

/* The owner of a record, and the domain name that begins at offset `at` of its RDATA; of a message
 * that was read, neither can fail. */
struct dg_name dg_msg_owner(const struct dg_msg *msg, const struct dg_rr *rr);
struct dg_name dg_msg_rdata_name(const struct dg_msg *msg, const struct dg_rr *rr, size_t at);

/* The type that an RRSIG record covers. */
uint16_t dg_msg_covered(const struct dg_msg *msg, const struct dg_rr *rr);

/* The octets of RDATA behind a domain name that begins at offset `at`, to its end. */
const uint8_t *dg_msg_rest(const struct dg_msg *msg, const struct dg_rr *rr, size_t at,
			   uint16_t *ret_len);

/* Joins the character-strings of a TXT record with nothing between, as CAs do, into out (at least
 * rr->rdlen octets); the length. */
size_t dg_msg_txt(const struct dg_msg *msg, const struct dg_rr *rr, uint8_t *out);

/* Octets that canonical RDATA may be longer than what was received: two names, uncompressed. */
#define DG_MSG_GROWTH (2 * DG_NAME_MAX)

/* RDATA in canonical form (RFC 4034 section 6.2, RFC 6840 section 5.1) into out, of at least
 * rr->rdlen + DG_MSG_GROWTH octets; its length. */
size_t dg_msg_canonical(const struct dg_msg *msg, const struct dg_rr *rr, uint8_t *out);

/* Of an SOA record SERIAL, and the spans of REFRESH and RETRY in seconds (RFC 1035 section 3.3.13).
 */
struct dg_soa {
	uint32_t serial, refresh, retry;
};
struct dg_soa dg_msg_soa(const struct dg_msg *msg, const struct dg_rr *rr);

/* The data of the first EDNS option of that code; NULL: there is none. */
const uint8_t *dg_msg_option(const struct dg_msg *msg, uint16_t code, uint16_t *ret_len);

#define DG_RCODE_TEXT 16

/* The IANA name of a response code, or RCODEnnn; returns buf. */
const char *dg_rcode_print(int rcode, char buf[DG_RCODE_TEXT]);

#endif
