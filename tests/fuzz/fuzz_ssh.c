/* SPDX-License-Identifier: ISC */
/* Any octets as the answers of a host over ssh, which are a report. */
#include "input.h"
#include "places.h"

extern const struct dg_engine dg_engine_ssh;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_places(&dg_engine_ssh, "ssh:host", "_acme-challenge.lab.", data, size);
	return 0;
}
