/* SPDX-License-Identifier: ISC */
/*
 * A bounds-checked cursor over received bytes with a sticky failure: read all the fields, then look
 * at `failed` once. And growing arrays, and text.
 */
#ifndef DG_BYTES_H
#define DG_BYTES_H

#include "dns01gate.h"

struct dg_cursor {
	const uint8_t *bytes;
	size_t len;
	size_t pos;
	bool failed;
};

/* Big-endian reads; 0 once failed. */
uint8_t dg_read_u8(struct dg_cursor *c);
uint16_t dg_read_u16(struct dg_cursor *c);
uint32_t dg_read_u32(struct dg_cursor *c);

/* An octet without its ASCII case: names compare so, octet by octet (RFC 4343 section 3). */
static inline uint8_t dg_lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

/* Steps over n bytes; the position of the first, or 0 once failed. */
size_t dg_read_skip(struct dg_cursor *c, size_t n);

/* Makes room for one more element in an array of `count` elements of `size` bytes at *array, which
 * starts as NULL and grows by doubling. False when memory ran out; the array is then as before. */
bool dg_grow(void *array_pointer, size_t count, size_t size) DG_MUST_CHECK;

/* The next of a sequence of numbers that look random (Marsaglia's xorshift), from a state other
 * than 0: good enough to spread questions over servers and time. */
uint32_t dg_scatter(uint32_t *state);

/* The room that the first n octets take in printable form. */
#define DG_OCTETS_TEXT(n) (4 * (size_t)(n) + 4)

/* Octets as text for a terminal: what is not printable ASCII, or is a backslash, as \DDD (RFC 1035
 * section 5.1); no more than `shown` of them, then "...". buf has DG_OCTETS_TEXT(shown) octets at
 * least, or DG_OCTETS_TEXT(len) if that is less. Returns buf. */
const char *dg_octets_print(const uint8_t *octets, size_t len, size_t shown, char *buf);

/* What is not printable ASCII becomes "?", in place: for a line that has one character for each. */
void dg_make_printable(char *octets, size_t len);

/* A copy of a string; NULL for NULL, and when memory ran out. */
char *dg_copy_text(const char *text);

/* A new string by printf's rules; NULL when memory ran out. */
char *dg_text(const char *format, ...) DG_PRINTF(1, 2);

#endif
