/* SPDX-License-Identifier: ISC */
/*
 * lego's exec provider: "present FQDN VALUE", or in RAW mode "present -- DOMAIN TOKEN KEYAUTH",
 * where the value is ours to make; and "cleanup" with the same. The program is named without
 * options.
 */
#include <string.h>

#include <openssl/evp.h>

#include "input/command.h"

static bool claims(const struct operands *operands)
{
	return operand_is(operands, 0, "present") || operand_is(operands, 0, "cleanup");
}

/* RFC 8555 section 8.4: base64url, without padding, of the key authorization's SHA-256. */
static bool digest_value(const char *key_authorization, char value[48])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	char *c;

	if (EVP_Digest(key_authorization, strlen(key_authorization), digest, &len, EVP_sha256(),
		       NULL) != 1)
		return false;
	EVP_EncodeBlock((unsigned char *)value, digest, (int)len);
	for (c = value; *c != '\0'; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
	return true;
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	const char *verb = operands->text[0];
	bool raw = operands->literal == 1;
	char value[48];

	(void)options;
	if (operands->count != (raw ? 4 : 3))
		return dg_fail(err, DG_EINVAL,
			       raw ? "%s -- takes DOMAIN TOKEN KEYAUTH"
				   : "%s takes FQDN VALUE, or -- and RAW mode's",
			       verb);
	plan->act = strcmp(verb, "cleanup") == 0 ? ACT_REMOVE : ACT_ADD;
	plan->undo = "cleanup";
	plan->client = "lego";
	if (!raw)
		return plan_add(plan, operands->text[1], operands->text[2], err);
	if (!digest_value(operands->text[3], value))
		return dg_fail(err, DG_ESYSTEM, "SHA-256 is not available");
	return plan_add_challenge(plan, operands->text[1], value, err);
}

const struct command command_lego = {
    .caller = "lego",
    .dashes_are_own = true,
    .claims = claims,
    .place = 80,
    .usage = "[OPTIONS] present|cleanup ...   (lego)",
    .plan = plan,
};
