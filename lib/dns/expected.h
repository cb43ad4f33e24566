/* SPDX-License-Identifier: ISC */
/* The values that are expected of one name. */
#ifndef DG_EXPECTED_H
#define DG_EXPECTED_H

#include "msg.h"

/* The letters of base64url (RFC 4648 section 5), which challenge values are written in. */
#define DG_BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/* Values expected of one name; all of them in one answer. */
#define DG_MAX_EXPECTED 64

struct dg_value {
	uint8_t *octets;
	size_t len;
};

struct dg_expected {
	struct dg_value *value;
	size_t count; /* at most DG_MAX_EXPECTED */
};

/* One more expected value, copied, unless it is one of them already. DG_ELIMIT when there are too
 * many; DG_ENOMEM. */
enum dg_status dg_expected_add(struct dg_expected *expected, const char *value) DG_MUST_CHECK;
void dg_expected_free(struct dg_expected *expected);

/* Which of the expected values, by index, a TXT value is. */
uint64_t dg_expected_which(const struct dg_expected *expected, const uint8_t *octets, size_t len);

/* Which ones it would be without quotes, backslashes and blanks; 0 when it has none of these. */
uint64_t dg_expected_quoted(const struct dg_expected *expected, const uint8_t *octets, size_t len);

/* True when `found` is all of them. */
bool dg_expected_all(const struct dg_expected *expected, uint64_t found);

/* What the TXT set at a name in an answer holds. */
struct dg_txt {
	size_t count;
	uint64_t fingerprint; /* of all values, whatever their order */
	uint64_t found;       /* which of the expected ones */
};

/* Reads it. DG_ENOMEM. */
enum dg_status dg_txt_read(struct dg_txt *ret_txt, const struct dg_expected *expected,
			   const struct dg_msg *msg, const struct dg_name *name) DG_MUST_CHECK;

/* What a value adds to the fingerprint of a set. */
uint64_t dg_txt_hash(const uint8_t *octets, size_t len);

#endif
