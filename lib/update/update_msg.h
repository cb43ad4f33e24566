/* SPDX-License-Identifier: ISC */
/* The message of a dynamic update (RFC 2136): one TXT record more, or one less. */
#ifndef DG_UPDATE_MSG_H
#define DG_UPDATE_MSG_H

#include "dns/ask.h"
#include "tsig.h"

struct dg_change {
	struct dg_name zone, owner;
	bool add;
	bool unless_alias; /* on condition that the owner has no CNAME record */
	uint32_t ttl;      /* of what is added, seconds */
	const char *value; /* borrowed; at most DG_MAX_PUBLISHED octets */
};

struct dg_update_msg {
	struct dg_message message; /* of `octets` */
	uint8_t *octets;
	struct dg_tsig_mac mac; /* when it is signed */
};

/* Builds it, signed with `tsig` (NULL: unsigned) at `now`, seconds since 1970. The record is one
 * string, or more where the value is longer than one may be. Free it with dg_update_msg_free.
 * DG_ENOMEM, and what dg_tsig_sign says. */
enum dg_status dg_update_msg_build(struct dg_update_msg *ret_msg, const struct dg_change *change,
				   uint16_t id, const struct dg_tsig *tsig, int64_t now,
				   struct dg_error *err) DG_MUST_CHECK;
void dg_update_msg_free(struct dg_update_msg *msg);

#endif
