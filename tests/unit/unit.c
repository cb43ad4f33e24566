/* SPDX-License-Identifier: ISC */
#include "unit.h"

#include <ldns/ldns.h>

static void set_flags(ldns_pkt *pkt, const char *flags)
{
	static const char *const rcodes[] = {"NOERROR",  "FORMERR", "SERVFAIL",
					     "NXDOMAIN", "NOTIMP",  "REFUSED"};
	size_t i;

	ldns_pkt_set_qr(pkt, true);
	ldns_pkt_set_aa(pkt, strstr(flags, "aa") != NULL);
	ldns_pkt_set_tc(pkt, strstr(flags, "tc") != NULL);
	ldns_pkt_set_ra(pkt, strstr(flags, "ra") != NULL);
	for (i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++)
		if (strstr(flags, rcodes[i]) != NULL)
			ldns_pkt_set_rcode(pkt, (uint8_t)i);
	if (strstr(flags, "opt") != NULL)
		ldns_pkt_set_edns_udp_size(pkt, 1232);
}

static void push_line(ldns_pkt *pkt, const char *line)
{
	ldns_pkt_section section = line[0] == 'n'   ? LDNS_SECTION_AUTHORITY
				   : line[1] == 'r' ? LDNS_SECTION_ADDITIONAL
						    : LDNS_SECTION_ANSWER;
	ldns_rr *rr = NULL;

	assert_int_equal(ldns_rr_new_frm_str(&rr, line + 3, 60, NULL, NULL), LDNS_STATUS_OK);
	ldns_pkt_push_rr(pkt, section, rr);
}

uint8_t *unit_reply(const char *question, const char *flags, const char *records, size_t *ret_len)
{
	char name[300], type[16], *text = strdup(records), *line, *rest = NULL;
	ldns_pkt *pkt = NULL;
	uint8_t *wire = NULL;

	assert_int_equal(sscanf(question, "%299s %15s", name, type), 2);
	assert_int_equal(ldns_pkt_query_new_frm_str(&pkt, name, ldns_get_rr_type_by_name(type),
						    LDNS_RR_CLASS_IN, 0),
			 LDNS_STATUS_OK);
	ldns_pkt_set_id(pkt, 4711);
	set_flags(pkt, flags);
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		push_line(pkt, line + strspn(line, " \t"));
	assert_int_equal(ldns_pkt2wire(&wire, pkt, ret_len), LDNS_STATUS_OK);
	ldns_pkt_free(pkt);
	free(text);
	return wire;
}

struct dg_msg unit_msg(const char *question, const char *flags, const char *records,
		       uint8_t **ret_wire)
{
	struct dg_error err = {0};
	struct dg_msg msg;
	size_t len;

	*ret_wire = unit_reply(question, flags, records, &len);
	if (dg_msg_read(&msg, *ret_wire, len, &err) != DG_OK)
		fail_msg("%s", err.text);
	return msg;
}

struct dg_name unit_name(const char *text)
{
	struct dg_name name;

	assert_int_equal(dg_name_parse(&name, text, NULL), DG_OK);
	return name;
}
