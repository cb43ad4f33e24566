/* SPDX-License-Identifier: ISC */
/* What a test's HTTP/2 resolver answers with; all called from a server's thread. */
#ifndef UNIT_HTTPS_H
#define UNIT_HTTPS_H

#include "unit_tls.h"

#include <nghttp2/nghttp2.h>

#define UNIT_REQUESTS 128

struct unit_request {
	int32_t id; /* 0: free */
	uint8_t query[1024];
	size_t len;
	uint8_t *body;
	size_t body_len, body_done;
	bool endless;
};

struct unit_h2 {
	nghttp2_session *session;
	struct unit_wire *wire;
	struct unit_request request[UNIT_REQUESTS];
	int answered;
	bool over; /* the connection is closed without what still waits */
};

nghttp2_nv unit_header(const char *name, const char *value);

/* A response; without a type when that is NULL; endless without a body. */
void unit_respond(struct unit_h2 *h, int32_t id, const char *status, const char *type,
		  const uint8_t *body, size_t len);

/* A behaviour's respond: as it should be. */
void unit_respond_well(void *h2, int32_t id, const uint8_t *query, size_t len);

bool unit_h2_flush(struct unit_h2 *h);

#endif
