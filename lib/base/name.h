/* SPDX-License-Identifier: ISC */
/*
 * A domain name as a value: uncompressed wire form in lower case (RFC 4034 section 6.2), so that
 * equal names are equal bytes. 256 octets, no pointer inside.
 */
#ifndef DG_NAME_H
#define DG_NAME_H

#include "dns01gate.h"

#define DG_NAME_MAX 255
#define DG_LABEL_MAX 63
/* Longest presentation form: each octet as \DDD, with final NUL. */
#define DG_NAME_TEXT (4 * DG_NAME_MAX + 2)

struct dg_name {
	uint8_t len; /* the root's empty label included: 1 to 255 */
	uint8_t wire[DG_NAME_MAX];
};

extern const struct dg_name dg_name_root;

struct dg_cursor;

/* Reads a name of a message, in lower case or as it is, and leaves the cursor behind it; how many
 * pointers there were in it. One that is malformed makes the cursor fail; part of it may be in
 * *ret_name. */
unsigned dg_name_read(struct dg_cursor *c, bool lower, struct dg_name *ret_name);

/* True when that is the name at the cursor. */
bool dg_name_is_at(struct dg_cursor at, const struct dg_name *name);

/* Reads presentation form (RFC 1035 section 5.1, with escapes); the final dot is optional.
 * DG_EINVAL quotes the text. */
enum dg_status dg_name_parse(struct dg_name *ret_name, const char *text,
			     struct dg_error *err) DG_MUST_CHECK;

/* Presentation form with the final dot; returns buf. Control and non-ASCII octets become \DDD, so
 * the text is safe for a terminal. */
const char *dg_name_print(const struct dg_name *name, char buf[DG_NAME_TEXT]);

/* The same for a sentence: of what is longer than `most` characters, 3 at least, the beginning and
 * "...". */
const char *dg_name_print_short(const struct dg_name *name, size_t most, char buf[DG_NAME_TEXT]);

bool dg_name_equal(const struct dg_name *a, const struct dg_name *b);

/* True when name is ancestor, or below it. */
bool dg_name_under(const struct dg_name *name, const struct dg_name *ancestor);

/* Labels without the root: 0 for ".". */
unsigned dg_name_labels(const struct dg_name *name);

/* The ancestor that keeps the last `labels` labels; name itself when it has no more. */
struct dg_name dg_name_ancestor(const struct dg_name *name, unsigned labels);

/* The name without its first label; of the root, the root. */
struct dg_name dg_name_parent(const struct dg_name *name);

/* DNAME substitution (RFC 6672 section 2.2): name, which is below owner, moved below target. False
 * when the result would be longer than 255 octets. */
bool dg_name_substitute(const struct dg_name *name, const struct dg_name *owner,
			const struct dg_name *target, struct dg_name *ret_name);

/* A name below `above` that nobody has, made of a random number. False when it would be longer than
 * 255 octets. */
bool dg_name_nobody(const struct dg_name *above, uint32_t random, struct dg_name *ret_name);

/* FNV-1a of the wire form. */
uint32_t dg_name_hash(const struct dg_name *name);

#endif
