/* SPDX-License-Identifier: ISC */
#include "expected.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* A challenge value has 43 octets; no longer one is looked for among debris. */
#define LONGEST 255

enum dg_status dg_expected_add(struct dg_expected *expected, const char *value)
{
	struct dg_value copy = {.len = strlen(value)};

	if (dg_expected_which(expected, (const uint8_t *)value, copy.len) != 0)
		return DG_OK;
	if (expected->count == DG_MAX_EXPECTED)
		return DG_ELIMIT;
	copy.octets = (uint8_t *)dg_copy_text(value);
	if (copy.octets == NULL ||
	    !dg_grow(&expected->value, expected->count, sizeof(*expected->value))) {
		free(copy.octets);
		return DG_ENOMEM;
	}
	expected->value[expected->count++] = copy;
	return DG_OK;
}

void dg_expected_free(struct dg_expected *expected)
{
	size_t i;

	for (i = 0; i < expected->count; i++)
		free(expected->value[i].octets);
	free(expected->value);
}

uint64_t dg_expected_which(const struct dg_expected *expected, const uint8_t *octets, size_t len)
{
	uint64_t found = 0;
	size_t i;

	for (i = 0; i < expected->count; i++)
		if (expected->value[i].len == len &&
		    memcmp(expected->value[i].octets, octets, len) == 0)
			found |= UINT64_C(1) << i;
	return found;
}

bool dg_expected_all(const struct dg_expected *expected, uint64_t found)
{
	return expected->count == DG_MAX_EXPECTED ? found == UINT64_MAX
						  : found == (UINT64_C(1) << expected->count) - 1;
}

/* Characters that control panels and shells leave in a value. */
static bool is_debris(uint8_t octet)
{
	return strchr("\"\\ \t\r\n", octet) != NULL;
}

/* Which expected values it would be without debris; 0 when there is none in it. */
uint64_t dg_expected_quoted(const struct dg_expected *expected, const uint8_t *octets, size_t len)
{
	uint8_t clean[LONGEST];
	size_t kept = 0, i;

	for (i = 0; i < len && kept < sizeof(clean); i++)
		if (!is_debris(octets[i]))
			clean[kept++] = octets[i];
	return i < len || kept == len ? 0 : dg_expected_which(expected, clean, kept);
}

uint64_t dg_txt_hash(const uint8_t *octets, size_t len)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ octets[i]) * UINT64_C(1099511628211);
	return hash;
}

enum dg_status dg_txt_read(struct dg_txt *ret_txt, const struct dg_expected *expected,
			   const struct dg_msg *msg, const struct dg_name *name)
{
	uint8_t *octets = malloc(msg->len);
	struct dg_txt txt = {0};
	const struct dg_rr *rr;
	size_t cursor = 0;

	if (octets == NULL)
		return DG_ENOMEM;
	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_TXT, &cursor)) != NULL) {
		size_t len = dg_msg_txt(msg, rr, octets);

		txt.count++;
		txt.fingerprint += dg_txt_hash(octets, len);
		txt.found |= dg_expected_which(expected, octets, len);
	}
	free(octets);
	*ret_txt = txt;
	return DG_OK;
}
