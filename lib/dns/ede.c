/* SPDX-License-Identifier: ISC */
#include "ede.h"

#include <stdio.h>
#include <string.h>

#define OPTION_EDE 15

/* IANA's registry of Extended DNS Error Codes. */
static const char *const words[] = {
    "Other",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
};

/* UTF-8, or so it should be (RFC 8914 section 2): anything else than printable ASCII is a dot. */
static void add_extra(char *text, const uint8_t *octets, size_t len)
{
	size_t at = strlen(text), i;

	if (len > 0)
		at += (size_t)snprintf(text + at, DG_EDE_TEXT - at, ": ");
	for (i = 0; i < len && at + 1 < DG_EDE_TEXT && octets[i] != 0; i++)
		text[at++] = octets[i] >= ' ' && octets[i] < 0x7f ? (char)octets[i] : '.';
	text[at] = '\0';
}

int dg_ede_read(const struct dg_msg *msg, char ret_text[DG_EDE_TEXT])
{
	uint16_t len = 0;
	const uint8_t *option = dg_msg_option(msg, OPTION_EDE, &len);
	int code;

	ret_text[0] = '\0';
	if (option == NULL || len < 2)
		return -1;
	code = option[0] << 8 | option[1];
	if ((size_t)code < sizeof(words) / sizeof(words[0]))
		snprintf(ret_text, DG_EDE_TEXT, "%s", words[code]);
	else
		snprintf(ret_text, DG_EDE_TEXT, "extended error %d", code);
	add_extra(ret_text, option + 2, len - 2u);
	return code;
}

bool dg_ede_blames_dnssec(int code)
{
	return code == DG_EDE_UNSUPPORTED_KEY || code == DG_EDE_UNSUPPORTED_DS ||
	       (code >= DG_EDE_INDETERMINATE && code <= DG_EDE_NSEC_MISSING);
}

bool dg_ede_is_stale(int code)
{
	return code == DG_EDE_STALE || code == DG_EDE_STALE_NXDOMAIN;
}
