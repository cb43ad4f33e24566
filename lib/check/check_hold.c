/* SPDX-License-Identifier: ISC */
/* F-14: what the CA was let ask for a moment ago may still be in its cache. */
#include "check.h"

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_owner *l = dg_case_last_owner(c);
	struct dg_tally t = dg_case_tally(l);

	/* If the record is not there yet, that is the reason. */
	if (c->hold <= c->now || t.total == 0 || t.of[DG_STATE_PRESENT] < t.total)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-14",
			    .severity = DG_SEVERITY_WAIT,
			    .advice =
				"Nothing is to be done but to wait. A shorter TTL on challenge "
				"records makes it "
				"shorter, and so does publishing all values of a name at once.",
			    .ca_text = "Incorrect TXT record",
			},
			"held for %lld s: the CA was let ask for this name a moment ago, and may "
			"have what it got in its cache until then",
			(long long)(c->hold - c->now + 999) / 1000);
}

const struct dg_check dg_check_hold = {.judge = judge};
