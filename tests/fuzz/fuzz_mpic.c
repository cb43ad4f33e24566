/* SPDX-License-Identifier: ISC */
/* Any octets as the answers of an Open MPIC service. */
#include "input.h"
#include "places.h"

extern const struct dg_engine dg_engine_mpic;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_places(&dg_engine_mpic, "mpic:https://mpic.test/", "_acme-challenge.lab.", data, size);
	return 0;
}
