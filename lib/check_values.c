/* SPDX-License-Identifier: ISC */
/* F-07, F-13: values that were altered or replaced on their way to the zone. */
#include "check.h"

static void judge_quotes(const struct dg_link *l, struct dg_findings *f)
{
	const struct dg_poll *quoting = NULL;
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		/* One that has it right: the others only lag. */
		if (p->state == DG_PRESENT)
			return;
		if (p->state == DG_OTHER && (p->quoted & ~p->found) != 0)
			quoting = p;
	}
	if (quoting == NULL)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-07",
		.code = "quoted-value",
		.severity = DG_FATAL,
		.link = l,
		.poll = quoting,
		.advice = "Store the bare value at the DNS provider: without quotes, backslashes "
			  "or blanks.",
		.ca_text = "Incorrect TXT record",
	    },
	    "the value has literal quotes, backslashes or blanks in it: found \"%.120s\"",
	    quoting->nvalues > 0 ? quoting->values[0] : "");
}

/* Every address shows the same of several wanted values, and not all. Values are given in the order
 * in which they were published. */
static void judge_replaced(const struct dg_case *c, const struct dg_link *l, struct dg_findings *f)
{
	const struct dg_wanted *wanted = &c->watch->wanted;
	uint64_t found = 0, last = UINT64_C(1) << (wanted->count - 1);
	dg_ms since = 0;
	bool first = true, lost;
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (p->left_out || !dg_poll_usable(p))
			continue;
		if (p->state != DG_OTHER || (!first && p->found != found))
			return;
		found = p->found;
		first = false;
		since = p->changed > since ? p->changed : since;
	}
	if (first || found == 0)
		return;
	/* Without the last one, that may still be on its way. */
	lost = (found & last) != 0 && (c->last || c->now - since >= DG_PATIENCE_MS);
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-13",
			    .code = "value-replaced",
			    .severity = lost ? DG_FATAL : DG_WAIT,
			    .advice = "Several values of one name (an apex and its wildcard) must "
				      "stand side by side: "
				      "the publishing hook must add a record, not set it.",
			    .ca_text = "Incorrect TXT record",
			},
			found & last
			    ? "a later value replaced an earlier one: all %zu are needed at once"
			    : "not all of the %zu wanted values are there yet",
			wanted->count);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_link *l = dg_case_last_link(c);

	if (c->visible || l->zone == NULL)
		return;
	judge_quotes(l, f);
	if (c->watch->wanted.count > 1)
		judge_replaced(c, l, f);
}

const struct dg_check dg_check_values = {.judge = judge};
