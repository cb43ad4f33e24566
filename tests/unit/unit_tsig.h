/* SPDX-License-Identifier: ISC */
/* Signed replies, made without any code of the library. */
#ifndef UNIT_TSIG_H
#define UNIT_TSIG_H

#include "unit.h"

#include "dns01gate.h"

/* The key that these are signed with. */
extern const struct dg_tsig_key unit_tsig_key;

/* What a TSIG record says. */
struct unit_tsig {
	const uint8_t *request_mac; /* NULL: of a request */
	size_t request_len;
	int64_t time;
	uint16_t error;
	const uint8_t *other;
	uint16_t other_len;
	size_t mac_len; /* octets of the MAC that are sent; 0: all 32 */
	bool no_mac;
};

/* Appends one, signed over what is there, to a message with room for 128 octets more. */
void unit_tsig_append(uint8_t *wire, size_t *len, const struct unit_tsig *t);

/* Where the MAC of the TSIG record at the end of a message begins; its length. */
const uint8_t *unit_tsig_mac(const uint8_t *wire, size_t len, size_t *ret_len);

#endif
