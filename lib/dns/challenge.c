/* SPDX-License-Identifier: ISC */
#include "challenge.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"

#define PERSIST_LABEL "_validation-persist"

/* dns-account-01 uses so many octets of the SHA-256 of the account's URL, in base32. */
#define HASH_OCTETS 10
#define ACCOUNT_LETTERS (HASH_OCTETS * 8 / 5)

static bool is_label(const uint8_t *label, const char *text)
{
	return label[0] == strlen(text) && memcmp(label + 1, text, label[0]) == 0;
}

struct dg_challenge dg_challenge_of(const struct dg_name *name)
{
	struct dg_challenge c = {.method = DG_DNS_01, .domain = *name};
	const uint8_t *label = name->wire, *last = NULL;

	for (; label[0] > 0 && label[1] == '_'; label += 1 + label[0]) {
		last = label;
		c.labels++;
	}
	if (c.labels == 0)
		return c;
	c.domain = dg_name_ancestor(name, dg_name_labels(name) - c.labels);
	if (c.labels > 1 && is_label(last, DG_CHALLENGE_LABEL))
		c.method = "dns-account-01";
	else if (is_label(last, PERSIST_LABEL))
		c.method = DG_DNS_PERSIST_01;
	return c;
}

/* "_ujmmovf2vn55tgye.", base32 in lower case (RFC 4648 section 6); false when memory ran out. */
static bool print_account(const char *account, char out[ACCOUNT_LETTERS + 3])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t i;

	if (EVP_Digest(account, strlen(account), hash, NULL, EVP_sha256(), NULL) != 1)
		return false;
	out[0] = '_';
	for (i = 0; i < ACCOUNT_LETTERS; i++) {
		size_t bit = i * 5;
		unsigned two = (unsigned)(hash[bit / 8] << 8 | hash[bit / 8 + 1]);

		out[1 + i] = letters[two >> (11 - bit % 8) & 31];
	}
	strcpy(out + 1 + i, ".");
	return true;
}

/* Letters, digits and hyphens: a certificate has no others. Behind the first octet of a label "_"
 * is left to CAs of one's own; at its head it is no domain's, but a challenge's. */
static bool is_certifiable(const struct dg_name *name)
{
	static const char octets[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const uint8_t *label;
	size_t i;

	for (label = name->wire; label[0] > 0; label += 1 + label[0]) {
		if (label[1] == '_')
			return false;
		for (i = 1; i <= label[0]; i++)
			if (memchr(octets, label[i], sizeof(octets) - 1) == NULL)
				return false;
	}
	return name->wire[0] > 0;
}

enum dg_status dg_challenge_name(char **ret_name, const char *domain, const char *account,
				 struct dg_error *err)
{
	char text[DG_NAME_TEXT], label[ACCOUNT_LETTERS + 3] = "", *whole;
	struct dg_name name;
	enum dg_status status = dg_name_parse(&name, domain, err);

	if (status != DG_OK)
		return status;
	/* RFC 8555 section 7.1.3: the wildcard's challenge is its base domain's. */
	if (is_label(name.wire, "*"))
		name = dg_name_parent(&name);
	if (!is_certifiable(&name))
		return dg_fail(err, DG_EINVAL, "\"%.300s\" is not a domain that a CA certifies",
			       domain);
	if (account != NULL && !print_account(account, label))
		return dg_fail_memory(err);
	whole = dg_text("%s" DG_CHALLENGE_LABEL ".%s", label, dg_name_print(&name, text));
	if (whole == NULL)
		return dg_fail_memory(err);
	if (dg_name_parse(&name, whole, NULL) != DG_OK) {
		free(whole);
		return dg_fail(err, DG_EINVAL, "\"%.300s\" is too long: its challenge has no name",
			       domain);
	}
	*ret_name = whole;
	return DG_OK;
}
