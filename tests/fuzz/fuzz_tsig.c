/* SPDX-License-Identifier: ISC */
/* Signatures: any octets at all, as the reply to an update that nsupdate once sent. */
#include <stdlib.h>
#include <string.h>

#include "update/tsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEARD_AT 0x6b0259bc

static const uint8_t secret[] = {
    0xbc, 0x9c, 0xa4, 0x77, 0x2a, 0xe3, 0x66, 0xbf, 0x8d, 0x06, 0xa5, 0x2f, 0x18, 0x9e, 0x3b, 0x5f,
    0x82, 0xf0, 0x7e, 0x92, 0xc4, 0x5d, 0x04, 0x9b, 0xf6, 0xa1, 0xde, 0xec, 0x14, 0x23, 0x96, 0x1f,
    0x11, 0x86, 0x38, 0xfb, 0x33, 0x3a, 0x83, 0x5d, 0xb2, 0x24, 0x09, 0xc0, 0x27, 0xa7, 0xb1, 0xb8};
static const struct dg_tsig_key key = {"k256", "hmac-sha256", secret, sizeof(secret)};
/* Of the request. */
static const struct dg_tsig_mac request = {
    .octets = {0x1f, 0xbb, 0x78, 0x7f, 0x59, 0x73, 0x82, 0x03, 0xc3, 0x40, 0xdb,
	       0x7d, 0xfa, 0xf3, 0xd5, 0x90, 0x04, 0x81, 0x43, 0x0b, 0xe2, 0x14,
	       0xa3, 0x4d, 0x76, 0xa8, 0x74, 0xbd, 0xcb, 0x09, 0x4c, 0xd3},
    .len = 32};

/* What is signed as it came must be good again, wherever it can be read so. */
static void sign_and_verify(const struct dg_tsig *tsig, const uint8_t *data, size_t size)
{
	uint8_t *wire = malloc(size + DG_TSIG_ROOM);
	struct dg_tsig_reply reply;
	struct dg_tsig_mac mac;
	struct dg_msg msg;
	size_t len = size;

	memcpy(wire, data, size);
	if (dg_tsig_sign(tsig, wire, &len, HEARD_AT, &mac, NULL) != DG_OK)
		abort();
	if (len <= size || len > size + DG_TSIG_ROOM)
		abort();
	if (dg_msg_read(&msg, wire, len, NULL) == DG_OK) {
		if (dg_tsig_verify(tsig, &msg, NULL, HEARD_AT, &reply, NULL) != DG_OK)
			abort();
		/* Unless what stood behind the last record reads as one. */
		if (msg.nrr > 0 && msg.rr[msg.nrr - 1].owner == size &&
		    reply.verdict == DG_TSIG_WRONG)
			abort();
		dg_msg_free(&msg);
	}
	free(wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size + 1);
	struct dg_tsig_reply reply;
	struct dg_tsig tsig;
	struct dg_msg msg;

	/* A buffer of just that size, so that the sanitizer sees one octet too many. */
	memcpy(exact, data, size);
	exact = realloc(exact, size == 0 ? 1 : size);
	if (dg_tsig_init(&tsig, &key, NULL) != DG_OK)
		abort();
	if (dg_msg_read(&msg, exact, size, NULL) == DG_OK) {
		if (dg_tsig_verify(&tsig, &msg, &request, HEARD_AT, &reply, NULL) != DG_OK ||
		    reply.verdict >= DG_TSIG_VERDICTS)
			abort();
		/* The octets that are signed come at the front, and are always the same. */
		if (reply.verdict == DG_TSIG_GOOD &&
		    (size < 26 || memcmp(exact + 2, "\xa8\0\0\1", 4) != 0))
			abort();
		dg_msg_free(&msg);
		sign_and_verify(&tsig, exact, size);
	}
	free(exact);
	return 0;
}
