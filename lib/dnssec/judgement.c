/* SPDX-License-Identifier: ISC */
#include "judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int ede;
	const char *finding;
} whys[] = {
#define X(code, ede, finding) {ede, finding},
    DG_WHYS(X)
#undef X
};

int dg_why_ede(enum dg_why why)
{
	return whys[why].ede;
}

const char *dg_why_finding(enum dg_why why)
{
	return whys[why].finding;
}

bool dg_serial_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

void dg_say_bogus(struct dg_judgement *j, enum dg_why why, const struct dg_name *zone,
		  const struct dg_name *owner, uint16_t type)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_SECURITY_BOGUS;
	j->why = why;
	j->zone = *zone;
	j->owner = *owner;
	j->type = type;
}

/* ---- types ----------------------------------------------------------------------------------- */

static const struct {
	uint16_t type;
	const char *text;
} type_names[] = {
    {DG_TYPE_A, "A"},
    {DG_TYPE_NS, "NS"},
    {DG_TYPE_CNAME, "CNAME"},
    {DG_TYPE_SOA, "SOA"},
    {DG_TYPE_PTR, "PTR"},
    {DG_TYPE_MX, "MX"},
    {DG_TYPE_TXT, "TXT"},
    {DG_TYPE_RP, "RP"},
    {DG_TYPE_AFSDB, "AFSDB"},
    {DG_TYPE_AAAA, "AAAA"},
    {DG_TYPE_SRV, "SRV"},
    {DG_TYPE_NAPTR, "NAPTR"},
    {DG_TYPE_KX, "KX"},
    {DG_TYPE_DNAME, "DNAME"},
    {DG_TYPE_DS, "DS"},
    {DG_TYPE_RRSIG, "RRSIG"},
    {DG_TYPE_NSEC, "NSEC"},
    {DG_TYPE_DNSKEY, "DNSKEY"},
    {DG_TYPE_NSEC3, "NSEC3"},
    {DG_TYPE_NSEC3PARAM, "NSEC3PARAM"},
    {DG_TYPE_CAA, "CAA"},
    {13, "HINFO"},
    {29, "LOC"},
    {37, "CERT"},
    {44, "SSHFP"},
    {52, "TLSA"},
    {53, "SMIMEA"},
    {55, "HIP"},
    {59, "CDS"},
    {60, "CDNSKEY"},
    {61, "OPENPGPKEY"},
    {62, "CSYNC"},
    {63, "ZONEMD"},
    {64, "SVCB"},
    {65, "HTTPS"},
    {99, "SPF"},
    {256, "URI"},
};

const char *dg_type_print(uint16_t type, char buf[DG_TYPE_TEXT])
{
	size_t i;

	snprintf(buf, DG_TYPE_TEXT, "TYPE%u", type);
	for (i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (type_names[i].type == type)
			snprintf(buf, DG_TYPE_TEXT, "%s", type_names[i].text);
	return buf;
}

static bool same_word(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++)
		if ((*a >= 'a' && *a <= 'z' ? *a - 32 : *a) != *b)
			return false;
	return *a == *b;
}

int dg_type_parse(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (same_word(text, type_names[i].text))
			return type_names[i].type;
	if (strlen(text) > 4 && strlen(text) < 10 &&
	    strspn(text + 4, "0123456789") == strlen(text + 4)) {
		char head[5] = {text[0], text[1], text[2], text[3], '\0'};
		long n = strtol(text + 4, NULL, 10);

		if (same_word(head, "TYPE") && n > 0 && n <= UINT16_MAX)
			return (int)n;
	}
	return -1;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* "35 s", "3 h", "2 days". */
static void print_span(int64_t seconds, char *buf, size_t size)
{
	if (seconds < 0)
		seconds = -seconds;
	if (seconds < 600)
		snprintf(buf, size, "%lld s", (long long)seconds);
	else if (seconds < 7200)
		snprintf(buf, size, "%lld min", (long long)seconds / 60);
	else if (seconds < 172800)
		snprintf(buf, size, "%lld h", (long long)seconds / 3600);
	else
		snprintf(buf, size, "%lld days", (long long)seconds / 86400);
}

static void print_chain(const struct dg_judgement *j, char *buf)
{
	char zone[DG_NAME_TEXT], owner[DG_NAME_TEXT], type[DG_TYPE_TEXT];
	const size_t room = DG_JUDGEMENT_TEXT;

	dg_name_print(&j->zone, zone);
	dg_name_print(&j->owner, owner);
	dg_type_print(j->type, type);
	switch (j->why) {
	case DG_WHY_NO_KEY_FOR_ANCHOR:
		snprintf(buf, room,
			 "no DNSKEY of %s that signs its keys matches a trust anchor (%s)", zone,
			 j->text);
		break;
	case DG_WHY_NO_KEY_FOR_DS:
		snprintf(buf, room, "no DNSKEY of %s matches the DS record at its parent (%s)",
			 zone, j->text);
		break;
	case DG_WHY_KEYS_NOT_SIGNED:
		snprintf(buf, room,
			 "the DNSKEY set of %s is not signed by the key of the DS record at its "
			 "parent (%s)",
			 zone, j->text);
		break;
	case DG_WHY_NO_DENIAL:
		snprintf(buf, room,
			 "%s is signed, and nothing proves that the %s set does not exist", zone,
			 type);
		break;
	case DG_WHY_WRONG_DENIAL:
		snprintf(buf, room,
			 "the NSEC or NSEC3 records of %s do not prove what the answer says: %s",
			 zone, j->text);
		break;
	case DG_WHY_NO_DS_DENIAL:
		snprintf(buf, room,
			 "%s is delegated by %s without DS records, and without a proof that there "
			 "are none: %s",
			 owner, zone, j->text);
		break;
	case DG_WHY_UNSUPPORTED_KEY:
	case DG_WHY_UNSUPPORTED_DS:
		snprintf(buf, room,
			 "%s counts as unsigned: its DS records (%s) are of no kind that "
			 "validators use",
			 zone, j->text);
		break;
	case DG_WHY_ITERATIONS:
		snprintf(buf, room,
			 "%s counts as unsigned: its NSEC3 records want %s iterations, "
			 "more than %d",
			 zone, j->text, DG_MAX_ITERATIONS);
		break;
	default:
		break;
	}
}

const char *dg_judgement_print(const struct dg_judgement *j, int64_t now,
			       char buf[DG_JUDGEMENT_TEXT])
{
	char zone[DG_NAME_TEXT], type[DG_TYPE_TEXT], span[32];
	const size_t room = DG_JUDGEMENT_TEXT;

	dg_name_print(&j->zone, zone);
	dg_type_print(j->type, type);
	print_span(now - j->at, span, sizeof(span));
	buf[0] = '\0';
	switch (j->why) {
	case DG_WHY_EXPIRED:
		snprintf(buf, room, "the signature of the %s set by key %u of %s expired %s ago",
			 type, j->tag, zone, span);
		break;
	case DG_WHY_NOT_YET_VALID:
		snprintf(buf, room,
			 "the signature of the %s set by key %u of %s is valid only in %s", type,
			 j->tag, zone, span);
		break;
	case DG_WHY_NO_SIGNATURE:
		snprintf(buf, room, "%s is signed, and the %s set has no signature%s%s", zone, type,
			 j->text[0] == '\0' ? "" : " ", j->text);
		break;
	case DG_WHY_UNKNOWN_KEY:
		snprintf(buf, room, "the %s set is signed by key %u, which is none of %s's DNSKEYs",
			 type, j->tag, zone);
		break;
	case DG_WHY_WRONG_SIGNATURE:
		snprintf(buf, room, "the signature of the %s set by key %u of %s does not hold%s%s",
			 type, j->tag, zone, j->text[0] == '\0' ? "" : ": ", j->text);
		break;
	case DG_WHY_WRONG_ALIAS:
		snprintf(buf, room,
			 "the CNAME is not what the signed DNAME of %s makes of the name", zone);
		break;
	case DG_WHY_WORK_LIMIT:
		snprintf(buf, room, "judging the %s set of %s would take too much work (limit: %s)",
			 type, zone, j->text);
		break;
	default:
		print_chain(j, buf);
		break;
	}
	return buf;
}
