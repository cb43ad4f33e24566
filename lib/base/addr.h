/* SPDX-License-Identifier: ISC */
/* An IP address with a port, as a value. */
#ifndef DG_ADDR_H
#define DG_ADDR_H

#include "dns01gate.h"

#define DG_ADDR_TEXT 46

struct dg_addr {
	uint8_t family; /* 4 or 6 */
	uint8_t ip[16]; /* 4 octets used for family 4, the rest zero */
	uint16_t port;
	uint32_t scope; /* of an owner-local address: the interface's index (RFC 4007 section 6) */
};

/* Reads "ADDR" or "ADDR#PORT", ADDR maybe with "%" and an interface (RFC 4007 section 11);
 * default_port where none is given. DG_EINVAL quotes the text. */
enum dg_status dg_addr_parse(struct dg_addr *ret_addr, const char *text, uint16_t default_port,
			     struct dg_error *err) DG_MUST_CHECK;

/* Takes the RDATA of an A (4 octets) or AAAA (16 octets) record. False for an address that no
 * server can have: unspecified, multicast, broadcast. */
bool dg_addr_from_rdata(struct dg_addr *ret_addr, const uint8_t *rdata, size_t len, uint16_t port);

/* The address without the port; returns buf. */
const char *dg_addr_print(const struct dg_addr *addr, char buf[DG_ADDR_TEXT]);

/* True for what the public Internet does not route (IANA's registries of special-purpose addresses,
 * RFC 6890): private, loopback, owner-local, documentation and their kin. */
bool dg_addr_is_special(const struct dg_addr *addr);

/* True for this machine's own: what is asked there does not leave it. */
bool dg_addr_is_loopback(const struct dg_addr *addr);

bool dg_addr_equal(const struct dg_addr *a, const struct dg_addr *b);

#endif
