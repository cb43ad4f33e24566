/* SPDX-License-Identifier: ISC */
/* Any octets as the answers of Globalping. */
#include "input.h"
#include "places.h"

extern const struct dg_engine dg_engine_globalping;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_places(&dg_engine_globalping, "globalping:EU,NA", "_acme-challenge.lab.", data, size);
	return 0;
}
