/* SPDX-License-Identifier: ISC */
/* F-08, F-09: a value that is almost the wanted one, or what it should have been made from. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
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

/* How the expected value was altered; NULL: in none of these ways. */
static const char *what_happened(const char *found, const char *expected)
{
	size_t nf = strlen(found), nw = strlen(expected);

	if (strcmp(found, expected) == 0)
		return NULL;
	if (same(found, expected, true, false))
		return "its letters' case was changed";
	/* What is no digest (dns-persist-01 has none) may well begin or end as another value does.
	 */
	if (strspn(expected, DG_BASE64URL) < nw)
		return NULL;
	if (same(found, expected, false, true))
		return "it is in base64, not base64url, or padded";
	if (nf >= nw / 2 && nf < nw && strncmp(found, expected, nf) == 0)
		return "it was cut off";
	if (nf > nw && strcmp(found + nf - nw, expected) == 0)
		return "something stands in front of it";
	if (nf > nw && strncmp(found, expected, nw) == 0)
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

static void judge_value(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			const char *found, struct dg_findings *f)
{
	const struct dg_expected *expected = &c->watch->expected;
	const char *what = NULL;
	size_t i;

	for (i = 0; i < expected->count && what == NULL; i++)
		if ((p->said.quoted >> i & 1) == 0)
			what = what_happened(found, (const char *)expected->value[i].octets);
	if (what != NULL)
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-08",
			.severity = DG_SEVERITY_FATAL,
			.owner = l,
			.poll = p,
			.advice = "Store the value as it is: the CA compares octet by octet.",
			.ca_text = "Incorrect TXT record",
		    },
		    "the value was altered: %s: found \"%.100s\"", what, found);
	else if (is_key_authorization(found))
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = "F-09",
				    .severity = DG_SEVERITY_FATAL,
				    .owner = l,
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
	const struct dg_owner *l = dg_case_last_owner(c);
	size_t before = f->count, i, k;

	/* One that has it right: the others only lag. One example is enough. */
	if (c->visible || l->zone == NULL || dg_case_tally(l).of[DG_STATE_PRESENT] > 0)
		return;
	for (k = 0; k < l->npolls && f->count == before; k++)
		for (i = 0; l->poll[k].said.state == DG_STATE_OTHER &&
			    i < l->poll[k].said.nvalues && f->count == before;
		     i++)
			judge_value(c, l, &l->poll[k], l->poll[k].said.values[i], f);
}

const struct dg_check dg_check_altered = {.judge = judge};
