/* SPDX-License-Identifier: ISC */
/* What was seen, in words for a person. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "dns01gate.h"

/* How many rows of a kind count, and how many of them show the record. */
struct tally {
	size_t required, showing;
};

struct tally describe_tally(const struct dg_record *record, bool recursive);

/* One line on what a record waits for: how many addresses show it, which do not, and why. */
void describe_wait(const struct dg_record *record, char *buf, size_t size);

/* What an address said last, in words: "NXDOMAIN, negative until 16:03:20 (212 s)"; returns buf. */
#define DETAIL_TEXT 256
const char *describe_answer(const struct dg_row *row, char buf[DETAIL_TEXT]);

/* "ns2.example.com. 192.0.2.2 (NXDOMAIN, serial 41)"; its length, or 0 when it does not fit. */
size_t describe_row(const struct dg_row *row, char *buf, size_t size);

/* What a place sees, in a line: "Sydney, OC: 2 of 3 show it; missing: ns1.example.com. 192.0.2.1
 * (syd1): absent"; returns buf. */
#define PLACE_TEXT 512
const char *describe_place(const struct dg_place *place, char buf[PLACE_TEXT]);

/* "6 of 6 places"; "" where none was asked; returns buf. */
const char *describe_places(const struct dg_record *record, char buf[PLACE_TEXT]);

/* A span of time, "12.3 s" or "4 min 5 s". */
const char *describe_span(dg_ms span, char buf[32]);

#endif
