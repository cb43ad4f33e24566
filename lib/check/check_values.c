/* SPDX-License-Identifier: ISC */
/* F-07, F-13: values that were altered or replaced on their way to the zone. */
#include "check.h"

static void judge_quotes(const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_poll *quoting = NULL;
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		/* One that has it right: the others only lag. */
		if (p->said.state == DG_STATE_PRESENT)
			return;
		if (p->said.state == DG_STATE_OTHER && (p->said.quoted & ~p->said.found) != 0)
			quoting = p;
	}
	if (quoting == NULL)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-07",
		.severity = DG_SEVERITY_FATAL,
		.owner = l,
		.poll = quoting,
		.advice = "Store the bare value at the DNS provider: without quotes, backslashes "
			  "or blanks.",
		.ca_text = "Incorrect TXT record",
	    },
	    "the value has literal quotes, backslashes or blanks in it: found \"%.120s\"",
	    quoting->said.nvalues > 0 ? quoting->said.values[0] : "");
}

/* Every address shows the same of several expected values, and not all. Values are given in the
 * order in which they were published. */
static void judge_replaced(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_expected *expected = &c->watch->expected;
	uint64_t last = UINT64_C(1) << (expected->count - 1), found;
	dg_ms since = 0;
	bool lost;

	found = dg_case_found_everywhere(l, &since);
	if (found == 0)
		return;
	/* The last one may still be on its way. */
	lost = (found & last) != 0 && (c->last || c->now - since >= DG_PATIENCE_MS);
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-13",
			    .severity = lost ? DG_SEVERITY_FATAL : DG_SEVERITY_WAIT,
			    .advice = "Several values of one name (an apex and its wildcard) must "
				      "stand side by side: "
				      "the publishing hook must add a record, not set it.",
			    .ca_text = "Incorrect TXT record",
			},
			found & last
			    ? "a later value replaced an earlier one: all %zu are needed at once"
			    : "not all of the %zu wanted values are there yet",
			expected->count);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_owner *l = dg_case_last_owner(c);

	if (c->visible || l->zone == NULL)
		return;
	judge_quotes(l, f);
	if (c->watch->expected.count > 1)
		judge_replaced(c, l, f);
}

const struct dg_check dg_check_values = {.judge = judge};
