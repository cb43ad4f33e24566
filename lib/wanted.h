/* SPDX-License-Identifier: ISC */
/* The values that are wanted of one name. */
#ifndef DG_WANTED_H
#define DG_WANTED_H

#include "msg.h"

/* Values wanted of one name; all of them in one answer. */
#define DG_MAX_WANTED 64

struct dg_value {
	uint8_t *octets;
	size_t len;
};

struct dg_wanted {
	struct dg_value value[DG_MAX_WANTED];
	size_t count;
};

/* Which of the wanted values, by index, a TXT value is. */
uint64_t dg_wanted_which(const struct dg_wanted *wanted, const uint8_t *octets, size_t len);

/* Which ones it would be without quotes, backslashes and blanks; 0 when it has none of these. */
uint64_t dg_wanted_quoted(const struct dg_wanted *wanted, const uint8_t *octets, size_t len);

/* True when `found` is all of them. */
bool dg_wanted_all(const struct dg_wanted *wanted, uint64_t found);

/* Whether all of them stand in the TXT set at name in the answer section. DG_ENOMEM. */
enum dg_status dg_wanted_stand_in(const struct dg_wanted *wanted, const struct dg_msg *msg,
				  const struct dg_name *name, bool *ret_all) DG_MUST_CHECK;

#endif
