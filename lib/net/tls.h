/* SPDX-License-Identifier: ISC */
/*
 * The trust of a TLS connection: the authorities, the name or address that the certificate must be
 * for, and the words for one that is not good enough. Always strict (RFC 8310 section 5): a
 * resolver that cannot show who it is, is not asked.
 */
#ifndef DG_TLS_H
#define DG_TLS_H

#include <openssl/types.h>

#include "fault.h"

struct dg_tls;

/* What is common to all connections. `ca_file` holds the certificates to trust, and nothing else is
 * trusted then; NULL: the system's. DG_EINVAL names the file when it is of no use. Free it with
 * dg_tls_free, after all that was made from it. */
enum dg_status dg_tls_new(struct dg_tls **ret_tls, const char *ca_file,
			  struct dg_error *err) DG_MUST_CHECK;
void dg_tls_free(struct dg_tls *tls);

/* A client's side that expects `secure` at `addr`, and `protocol` (ALPN; NULL: none); the caller
 * frees it. NULL when memory ran out. */
SSL *dg_tls_client(const struct dg_tls *tls, const struct dg_secure *secure,
		   const struct dg_addr *addr, const char *protocol);

/* Why the handshake that just failed did, from OpenSSL's error queue. */
void dg_tls_blame(struct dg_fault *ret_fault, const SSL *ssl, const struct dg_secure *secure,
		  const struct dg_addr *addr);

#endif
