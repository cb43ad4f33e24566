/* SPDX-License-Identifier: ISC */
#include "stores.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "system/list.h"

#define MOST_NAMES 8192
#define DOMAIN_LEN 256
#define PATTERN_LEN 4096

/* ---- names ----------------------------------------------------------------------------------- */

static struct stored_name *find(struct stored_names *names, const char *domain)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (strcmp(names->name[i].domain, domain) == 0)
			return &names->name[i];
	return NULL;
}

/* Without "*." and the final dot, in lower case. */
static void print_domain(const char *from, char out[DOMAIN_LEN])
{
	size_t len;

	if (strncmp(from, "*.", 2) == 0)
		from += 2;
	snprintf(out, DOMAIN_LEN, "%s", from);
	len = strlen(out);
	if (len > 0 && out[len - 1] == '.')
		out[len - 1] = '\0';
	for (; *out != '\0'; out++)
		if (*out >= 'A' && *out <= 'Z')
			*out = (char)(*out - 'A' + 'a');
}

static enum dg_status add(struct stored_names *names, const char *text, struct stored_name **ret,
			  struct dg_error *err)
{
	char domain[DOMAIN_LEN];
	struct stored_name *n;

	print_domain(text, domain);
	n = find(names, domain);
	if (n == NULL && names->count == MOST_NAMES)
		return dg_fail(err, DG_EINVAL, "more than %d names", MOST_NAMES);
	if (n == NULL) {
		if (!list_grow(&names->name, names->count, sizeof(*names->name)))
			return dg_fail(err, DG_ENOMEM, "out of memory");
		n = &names->name[names->count];
		*n = (struct stored_name){.domain = strdup(domain)};
		if (n->domain == NULL)
			return dg_fail(err, DG_ENOMEM, "out of memory");
		names->count++;
	}
	if (strncmp(text, "*.", 2) == 0)
		n->wildcard = true;
	else
		n->plain = true;
	*ret = n;
	return DG_OK;
}

enum dg_status stores_add(struct stored_names *names, const char *domain, struct dg_error *err)
{
	struct stored_name *n;

	return add(names, domain, &n, err);
}

void stores_free(struct stored_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		free(names->name[i].domain);
		free(names->name[i].file);
	}
	free(names->name);
	*names = (struct stored_names){0};
}

/* ---- certificates ---------------------------------------------------------------------------- */

static int64_t seconds_of(const ASN1_TIME *time)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;
	bool good = epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

	ASN1_TIME_free(epoch);
	return good ? (int64_t)days * 86400 + seconds : 0;
}

/* A name is known by the certificate that ends last: older ones lie about in stores. */
static enum dg_status add_from(struct stored_names *names, const char *domain, const char *file,
			       const X509 *certificate, struct dg_error *err)
{
	int64_t ends = seconds_of(X509_get0_notAfter(certificate));
	struct stored_name *n;
	enum dg_status status = add(names, domain, &n, err);
	char *copy;

	if (status != DG_OK || (n->file != NULL && n->ends >= ends))
		return status;
	copy = strdup(file);
	if (copy == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	free(n->file);
	n->file = copy;
	n->begins = seconds_of(X509_get0_notBefore(certificate));
	n->ends = ends;
	return DG_OK;
}

/* Printable ASCII without a NUL in it, as a domain name in a certificate is (RFC 5280 section
 * 4.2.1.6). */
static bool is_domain(const ASN1_IA5STRING *text)
{
	const unsigned char *octets = ASN1_STRING_get0_data(text);
	int len = ASN1_STRING_length(text), i;

	for (i = 0; i < len; i++)
		if (octets[i] <= ' ' || octets[i] > '~')
			return false;
	return len > 0 && len < DOMAIN_LEN;
}

static enum dg_status add_names(struct stored_names *names, const char *file, const X509 *x,
				struct dg_error *err)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	enum dg_status status = DG_OK;
	int i;

	for (i = 0; i < sk_GENERAL_NAME_num(all) && status == DG_OK; i++) {
		const GENERAL_NAME *one = sk_GENERAL_NAME_value(all, i);

		if (one->type != GEN_DNS || !is_domain(one->d.dNSName))
			continue;
		status = add_from(names, (const char *)ASN1_STRING_get0_data(one->d.dNSName), file,
				  x, err);
	}
	GENERAL_NAMES_free(all);
	return status;
}

enum dg_status stores_read_file(struct stored_names *names, const char *file, struct dg_error *err)
{
	BIO *from = BIO_new_file(file, "r");
	X509 *x = from == NULL ? NULL : PEM_read_bio_X509(from, NULL, NULL, NULL);
	enum dg_status status;

	BIO_free(from);
	if (x == NULL)
		return dg_fail(err, DG_ESYSTEM, "%.300s: %s", file,
			       from == NULL ? "it cannot be read" : "no certificate is in it");
	status = add_names(names, file, x, err);
	X509_free(x);
	return status;
}

/* ---- stores ---------------------------------------------------------------------------------- */

/* Where clients keep certificates. "~" is the home directory, "$NAME" the variable's value; a
 * pattern whose variable is not set is passed over. */
static const char *const patterns[] = {
    "/etc/letsencrypt/live/*/cert.pem", /* certbot */
    "$LEGO_PATH/certificates/*.crt",
    "~/.lego/certificates/*.crt",
    "/etc/lego/certificates/*.crt",
    "/var/lib/lego/certificates/*.crt",
    "$LE_WORKING_DIR/*/*.cer", /* acme.sh */
    "~/.acme.sh/*/*.cer",
    "/var/lib/dehydrated/certs/*/cert.pem",
    "/etc/dehydrated/certs/*/cert.pem",
    "/etc/ssl/uacme/*/cert.pem",
};

static bool expand(const char *pattern, char out[PATTERN_LEN])
{
	const char *rest = strchr(pattern, '/'), *value;
	char name[32];

	if (pattern[0] == '/')
		return snprintf(out, PATTERN_LEN, "%s", pattern) < PATTERN_LEN;
	snprintf(name, sizeof(name), "%.*s", (int)(rest - pattern - 1), pattern + 1);
	value = getenv(pattern[0] == '~' ? "HOME" : name);
	return value != NULL && value[0] == '/' &&
	       snprintf(out, PATTERN_LEN, "%s%s", value, rest) < PATTERN_LEN;
}

/* lego and acme.sh keep the issuer's certificates beside their own. */
static bool is_issuer(const char *file)
{
	const char *base = strrchr(file, '/');

	return strstr(base, ".issuer.") != NULL || strcmp(base, "/ca.cer") == 0 ||
	       strcmp(base, "/fullchain.cer") == 0;
}

enum dg_status stores_read_all(struct stored_names *names, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i, k;

	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && status == DG_OK; i++) {
		char pattern[PATTERN_LEN];
		glob_t found = {0};

		if (!expand(patterns[i], pattern) || glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (k = 0; k < found.gl_pathc && status == DG_OK; k++) {
			if (!is_issuer(found.gl_pathv[k]))
				status = stores_read_file(names, found.gl_pathv[k], err);
			/* One that is being written, or is none. */
			if (status == DG_ESYSTEM)
				status = DG_OK;
		}
		globfree(&found);
	}
	return status;
}
