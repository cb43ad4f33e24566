/* SPDX-License-Identifier: ISC */
/* F-47: names that no CA asks for, because an identifier was not put into the form it needs. */
#include "check.h"

/* The first octet beyond ASCII, and whether some label is "*" alone. */
static bool has_star(const struct dg_name *name, bool *ret_foreign)
{
	size_t i, k;
	bool star = false;

	*ret_foreign = false;
	for (i = 0; name->wire[i] != 0; i += 1u + name->wire[i]) {
		star = star || (name->wire[i] == 1 && name->wire[i + 1] == '*');
		for (k = 1; k <= name->wire[i]; k++)
			*ret_foreign = *ret_foreign || name->wire[i + k] >= 0x80;
	}
	return star;
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_owner *l = &c->watch->owner[0];
	bool foreign, star = has_star(&l->name, &foreign);

	if (!star && !foreign)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-47",
		.severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_FATAL,
		.advice =
		    star ? "Leave \"*.\" out: a wildcard's challenge is at its base domain (RFC "
			   "8555 "
			   "section 7.1.3)."
			 : "Give the name in its A-label form, which begins with xn-- (RFC 5890).",
		.ca_text = "DNS problem: NXDOMAIN looking up TXT",
	    },
	    star ? "the name has the wildcard mark in it: no CA asks for %s"
		 : "the name has octets that are not ASCII: no CA asks for %s",
	    l->text);
}

const struct dg_check dg_check_identifier = {.judge = judge};
