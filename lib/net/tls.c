/* SPDX-License-Identifier: ISC */
#include "tls.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/err.h"

struct dg_tls {
	SSL_CTX *ctx;
};

struct words {
	int code;
	const char *text;
};

static const struct words certificate_words[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "certificate is not valid yet"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed certificate"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "certificate of an unknown authority"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "certificate of an unknown authority"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "certificate of an unknown authority"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "certificate of an unknown authority"},
    {0, NULL},
};

static const struct words handshake_words[] = {
    {SSL_R_UNSUPPORTED_PROTOCOL, "no TLS 1.2 or later in common"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "no TLS 1.2 or later in common"},
    {SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL, "does not speak HTTP/2"},
    {0, NULL},
};

static const char *look_up_words(const struct words *table, int code)
{
	while (table->text != NULL && table->code != code)
		table++;
	return table->text;
}

static enum dg_status load_file(SSL_CTX *ctx, const char *ca_file, struct dg_error *err)
{
	unsigned long error;
	const char *why = NULL;
	FILE *file = dg_file_open(ca_file, &why);

	if (file == NULL)
		return dg_fail(err, DG_EINVAL, "tls_ca %s: %s", ca_file, why);
	fclose(file);
	ERR_clear_error();
	if (SSL_CTX_load_verify_locations(ctx, ca_file, NULL) == 1)
		return DG_OK;
	error = ERR_peek_error();
	ERR_clear_error();
	if (ERR_SYSTEM_ERROR(error))
		return dg_fail(err, DG_EINVAL, "tls_ca %s: %s", ca_file,
			       strerror(ERR_GET_REASON(error)));
	return dg_fail(err, DG_EINVAL, "tls_ca %s: no certificates in it", ca_file);
}

enum dg_status dg_tls_new(struct dg_tls **ret_tls, const char *ca_file, struct dg_error *err)
{
	struct dg_tls *tls = calloc(1, sizeof(*tls));
	enum dg_status status = DG_OK;

	if (tls == NULL)
		return dg_fail_memory(err);
	tls->ctx = SSL_CTX_new(TLS_client_method());
	if (tls->ctx == NULL || SSL_CTX_set_min_proto_version(tls->ctx, TLS1_2_VERSION) != 1) {
		dg_tls_free(tls);
		return dg_fail_memory(err);
	}
	SSL_CTX_set_verify(tls->ctx, SSL_VERIFY_PEER, NULL);
	/* Nothing of ours needs it, and each costs a handshake (RFC 9113 section 9.2.1). */
	SSL_CTX_set_options(tls->ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	/* Without a store on this system nobody is trusted: the handshake tells. */
	if (ca_file == NULL)
		SSL_CTX_set_default_verify_paths(tls->ctx);
	else
		status = load_file(tls->ctx, ca_file, err);
	if (status != DG_OK) {
		dg_tls_free(tls);
		return status;
	}
	*ret_tls = tls;
	return DG_OK;
}

void dg_tls_free(struct dg_tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->ctx);
	free(tls);
}

/* The name or address that the certificate must be for. */
static const char *expected(const struct dg_secure *secure, const struct dg_addr *addr,
			    char buf[DG_ADDR_TEXT])
{
	return secure->name != NULL ? secure->name : dg_addr_print(addr, buf);
}

static bool expect(SSL *ssl, const char *whom)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	struct dg_addr addr;

	/* An address is looked for among the addresses, and is no SNI (RFC 6066 section 3). */
	if (dg_addr_parse(&addr, whom, 0, NULL) == DG_OK)
		return X509_VERIFY_PARAM_set1_ip_asc(param, whom) == 1;
	/* A subject's common name is no name to go by (RFC 8310 section 8.1). */
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
						   X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	return SSL_set1_host(ssl, whom) == 1 && SSL_set_tlsext_host_name(ssl, whom) == 1;
}

static bool offer(SSL *ssl, const char *protocol)
{
	uint8_t list[32];
	size_t len;

	if (protocol == NULL)
		return true;
	len = strlen(protocol);
	if (len + 1 > sizeof(list))
		return false;
	list[0] = (uint8_t)len;
	memcpy(list + 1, protocol, len);
	return SSL_set_alpn_protos(ssl, list, (unsigned)len + 1) == 0;
}

SSL *dg_tls_client(const struct dg_tls *tls, const struct dg_secure *secure,
		   const struct dg_addr *addr, const char *protocol)
{
	char buf[DG_ADDR_TEXT];
	SSL *ssl = SSL_new(tls->ctx);

	if (ssl == NULL)
		return NULL;
	if (!expect(ssl, expected(secure, addr, buf)) || !offer(ssl, protocol)) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_connect_state(ssl);
	return ssl;
}

static void blame_certificate(struct dg_fault *ret_fault, int code, const char *whom)
{
	const char *text = look_up_words(certificate_words, code);

	if (code == X509_V_ERR_HOSTNAME_MISMATCH || code == X509_V_ERR_IP_ADDRESS_MISMATCH)
		dg_fault_set(ret_fault, DG_HEARD_UNTRUSTED, "certificate is not for %s", whom);
	else
		dg_fault_set(ret_fault, DG_HEARD_UNTRUSTED, "%s",
			     text != NULL ? text : X509_verify_cert_error_string(code));
}

void dg_tls_blame(struct dg_fault *ret_fault, const SSL *ssl, const struct dg_secure *secure,
		  const struct dg_addr *addr)
{
	unsigned long error = ERR_peek_error();
	int verified = (int)SSL_get_verify_result(ssl);
	const char *text, *reason;
	char buf[DG_ADDR_TEXT];

	if (verified != X509_V_OK) {
		blame_certificate(ret_fault, verified, expected(secure, addr, buf));
		return;
	}
	text = look_up_words(handshake_words, ERR_GET_REASON(error));
	reason = ERR_reason_error_string(error);
	if (text != NULL)
		dg_fault_set(ret_fault, DG_HEARD_UNFIT, "%s", text);
	else
		dg_fault_set(ret_fault, DG_HEARD_BROKEN, "the TLS handshake failed: %s",
			     reason != NULL ? reason : "no reason given");
}
