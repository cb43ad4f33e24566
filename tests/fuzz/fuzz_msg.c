/* SPDX-License-Identifier: ISC */
/* The reader and what is built on it: any octets at all, as a message. */
#include <stdlib.h>
#include <string.h>

#include "dns/answer.h"
#include "check/caa.h"
#include "dns/ede.h"
#include "find/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use_zone(const struct dg_msg *msg, const struct dg_name *zone_name)
{
	static const struct dg_reach reach = {true, true, 53};
	struct dg_zones zones = {0};
	struct dg_zone *root = NULL, *zone = NULL;

	if (dg_zones_get(&zones, &dg_name_root, NULL, &root) != DG_OK ||
	    dg_zones_get(&zones, zone_name, root, &zone) != DG_OK)
		abort();
	if (zone != root) {
		if (dg_zone_learn_referral(zone, msg, &reach) != DG_OK ||
		    dg_zone_learn_own_ns(zone, 0, msg, DG_SECTION_ANSWER) != DG_OK)
			abort();
		if (zone->nns > DG_MAX_NS || zone->nservers > DG_MAX_ZONE_ADDRESSES)
			abort();
	}
	dg_zones_free(&zones);
}

static void judge_caa(const struct dg_caa_set *set)
{
	static const char *const issuer[] = {"ca.example"};
	static const struct dg_caa_ca generic = {
	    .issuer = issuer, .nissuers = 1, .account = "https://ca.example/1", .method = "dns-01"};
	static const struct dg_caa_ca any = {.method = "dns-01"};
	const struct dg_caa_ca *cas[] = {&dg_caa_letsencrypt, &generic, &any};
	struct dg_caa_judgement j;
	size_t i, k;

	for (i = 0; i < sizeof(cas) / sizeof(cas[0]); i++) {
		dg_caa_judge(cas[i], set, &j);
		if (j.why[0] == '\0' || (j.verdict != DG_CAA_ALLOWED && j.by == NULL))
			abort();
		for (k = 0; j.why[k] != '\0'; k++)
			if (j.why[k] < ' ' || j.why[k] > '~')
				abort();
	}
}

/* Each CAA record alone, wherever it stands, and those of the answer together. */
static void use_caa(const struct dg_msg *msg)
{
	struct dg_caa_set set;
	const struct dg_rr *rr;
	struct dg_caa caa;
	size_t cursor = 0;

	while (
	    (rr = dg_msg_next(msg, DG_SECTION_ANSWER | DG_SECTION_AUTHORITY | DG_SECTION_ADDITIONAL,
			      NULL, DG_TYPE_CAA, &cursor)) != NULL) {
		/* The reader of the message has looked at the lengths before. */
		if (!dg_caa_read(msg->wire + rr->rdata, rr->rdlen, &caa))
			abort();
		judge_caa(&(struct dg_caa_set){&caa, 1});
	}
	if (dg_caa_set_read(&set, msg, NULL) != DG_OK)
		abort();
	judge_caa(&set);
	dg_caa_set_free(&set);
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
	use_caa(&msg);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct dg_name above = dg_name_ancestor(&msg.qname, 1);

		if (msg.questions == 0)
			break;
		dg_answer_read(&msg, &msg.qname, types[i], &above, &a);
		if (a.kind == DG_ANSWER_ALIAS || a.kind == DG_ANSWER_REFERRAL)
			use_zone(&msg, &a.name);
		dg_answer_read(&msg, &msg.qname, types[i], NULL, &a);
	}
	free(out);
	free(exact);
	dg_msg_free(&msg);
	return 0;
}
