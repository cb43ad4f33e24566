/* SPDX-License-Identifier: ISC */
#include "challenge.h"

#include <string.h>

#define PERSIST_LABEL "_validation-persist"

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
		c.method = "dns-persist-01";
	return c;
}
