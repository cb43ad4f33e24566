/* SPDX-License-Identifier: ISC */
/* The reader and what is built on it: any octets at all, as a message. */
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "ede.h"
#include "zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use_zone(const struct dg_msg *msg, const struct dg_name *zone_name)
{
	static const struct dg_reach reach = {true, true, 53};
	struct dg_zones zones = {0};
	struct dg_zone *root = dg_zones_get(&zones, &dg_name_root, NULL);
	struct dg_zone *zone = dg_zones_get(&zones, zone_name, root);

	if (zone != NULL && zone != root) {
		if (dg_zone_learn_referral(zone, msg, &reach) != DG_OK ||
		    dg_zone_learn_own_ns(zone, msg) != DG_OK)
			abort();
		if (zone->nns > DG_MAX_NS || zone->nservers > DG_MAX_ZONE_ADDRESSES)
			abort();
	}
	dg_zones_free(&zones);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = {DG_TYPE_TXT, DG_TYPE_NS, DG_TYPE_SOA, DG_TYPE_A};
	char text[DG_NAME_TEXT], words[DG_EDE_TEXT];
	uint8_t *exact = malloc(size + 1), *out;
	struct dg_msg msg;
	struct dg_answer a;
	size_t i;

	/* A buffer of just that size, so that the sanitizer sees one octet too many. */
	memcpy(exact, data, size);
	if (dg_msg_read(&msg, exact, size, NULL) != DG_OK) {
		free(exact);
		return 0;
	}
	if (dg_ede_read(&msg, words) < 0 && words[0] != '\0')
		abort();
	out = malloc(size + 1);
	for (i = 0; i < msg.nrr; i++) {
		const struct dg_rr *rr = &msg.rr[i];
		struct dg_name owner = dg_msg_owner(&msg, rr);

		if (strlen(dg_name_print(&owner, text)) >= sizeof(text))
			abort();
		if (rr->class != DG_CLASS_IN)
			continue;
		if (rr->type == DG_TYPE_TXT && dg_msg_txt(&msg, rr, out) >= rr->rdlen)
			abort();
	}
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct dg_name above = dg_name_ancestor(&msg.qname, 1);

		if (msg.questions == 0)
			break;
		dg_answer_read(&msg, &msg.qname, types[i], &above, &a);
		if (a.kind == DG_SAYS_ALIAS || a.kind == DG_SAYS_REFERRAL)
			use_zone(&msg, &a.name);
		dg_answer_read(&msg, &msg.qname, types[i], NULL, &a);
	}
	free(out);
	free(exact);
	dg_msg_free(&msg);
	return 0;
}
