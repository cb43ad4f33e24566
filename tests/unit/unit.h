/* SPDX-License-Identifier: ISC */
/* What cmocka wants included before itself, and messages out of text. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/msg.h"

/* Builds a reply to "QNAME TYPE" from flags ("aa tc ra" and an rcode name, blanks between) and
 * records in zone file form, one a line, each with its section in front: "an", "ns" or "ar". free()
 * it. */
uint8_t *unit_reply(const char *question, const char *flags, const char *records, size_t *ret_len);

/* The same, read. Free both. */
struct dg_msg unit_msg(const char *question, const char *flags, const char *records,
		       uint8_t **ret_wire);

struct dg_name unit_name(const char *text);

#endif
