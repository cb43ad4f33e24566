/* SPDX-License-Identifier: ISC */
/* What the targets of the vantage engines share. */
#ifndef FUZZ_PLACES_H
#define FUZZ_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "places/engine.h"

/* A visit of this engine, about two values at three addresses, one of them of an alias. The octets
 * are its answers: one for the status, then up to the next NUL the body. Whatever they are: no more
 * places and cells than may be, all texts printable, and nothing is present but where an answer has
 * the values, at an address that was asked about or that it names itself. */
void fuzz_places(const struct dg_engine *engine, const char *spec, const char *name,
		 const uint8_t *data, size_t size);

#endif
