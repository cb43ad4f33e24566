/* SPDX-License-Identifier: ISC */
/* F-08, F-09: a value that is almost the wanted one, or what it should have been made from. */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "check.h"

/* Compares as some change would have made them the same. */
static bool same(const char *a, const char *b, bool fold, bool map)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		char x = fold ? (char)dg_lower((uint8_t)*a) : *a,
		     y = fold ? (char)dg_lower((uint8_t)*b) : *b;

		/* RFC 4648 sections 4 and 5. */
		if (map && x == '+')
			x = '-';
		if (map && x == '/')
			x = '_';
		if (x != y)
			return false;
	}
	while (map && *a == '=')
		a++;
	return *a == '\0' && *b == '\0';
}

/* What became of the wanted value; NULL: it is none of these. */
static const char *what_happened(const char *found, const char *wanted)
{
	size_t nf = strlen(found), nw = strlen(wanted);

	if (strcmp(found, wanted) == 0)
		return NULL;
	if (same(found, wanted, true, false))
		return "its letters' case was changed";
	/* What is no digest (dns-persist-01 has none) may well begin or end as another value does. */
	if (strspn(wanted, DG_BASE64URL) < nw)
		return NULL;
	if (same(found, wanted, false, true))
		return "it is in base64, not base64url, or padded";
	if (nf >= nw / 2 && nf < nw && strncmp(found, wanted, nf) == 0)
		return "it was cut off";
	if (nf > nw && strcmp(found + nf - nw, wanted) == 0)
		return "something stands in front of it";
	if (nf > nw && strncmp(found, wanted, nw) == 0)
		return "something stands behind it";
	return NULL;
}

/* token "." thumbprint (RFC 8555 section 8.1), of which the value is the SHA-256. */
static bool is_key_authorization(const char *value)
{
	size_t token = strspn(value, DG_BASE64URL);

	return token >= 16 && value[token] == '.' &&
	       strspn(value + token + 1, DG_BASE64URL) == 43 && strlen(value) == token + 1 + 43;
}

static void judge_value(const struct dg_case *c, const struct dg_link *l, const struct dg_poll *p,
			const char *found, struct dg_findings *f)
{
	const struct dg_wanted *wanted = &c->watch->wanted;
	const char *what = NULL;
	size_t i;

	for (i = 0; i < wanted->count && what == NULL; i++)
		if ((p->quoted >> i & 1) == 0)
			what = what_happened(found, (const char *)wanted->value[i].octets);
	if (what != NULL)
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-08",
			.code = "altered-value",
			.severity = DG_FATAL,
			.link = l,
			.poll = p,
			.advice = "Store the value as it is: the CA compares octet by octet.",
			.ca_text = "Incorrect TXT record",
		    },
		    "the value was altered: %s: found \"%.100s\"", what, found);
	else if (is_key_authorization(found))
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = "F-09",
				    .code = "raw-key-authorization",
				    .severity = DG_FATAL,
				    .link = l,
				    .poll = p,
				    .advice = "Publish the SHA-256 digest of the key authorization "
					      "in base64url (RFC 8555 "
					      "section 8.4), not the key authorization itself.",
				    .ca_text = "Incorrect TXT record",
				},
				"the key authorization itself stands there: \"%.100s\"", found);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_link *l = dg_case_last_link(c);
	size_t before = f->count, i, k;

	/* One that has it right: the others only lag. One example is enough. */
	if (c->visible || l->zone == NULL || dg_case_tally(l).of[DG_PRESENT] > 0)
		return;
	for (k = 0; k < l->npolls && f->count == before; k++)
		for (i = 0;
		     l->poll[k].state == DG_OTHER && i < l->poll[k].nvalues && f->count == before;
		     i++)
			judge_value(c, l, &l->poll[k], l->poll[k].values[i], f);
}

const struct dg_check dg_check_altered = {.judge = judge};
