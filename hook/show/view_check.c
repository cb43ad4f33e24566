/* SPDX-License-Identifier: ISC */
/* What a look found, on one screen. */
#include "describe.h"
#include "system/say.h"
#include "view.h"

static void say_server(const struct dg_row *row)
{
	char answer[DETAIL_TEXT], serial[32] = "", rtt[32] = "";

	if (row->serial >= 0)
		snprintf(serial, sizeof(serial), ", serial %lld", (long long)row->serial);
	if (row->rtt_us >= 0)
		snprintf(rtt, sizeof(rtt), ", %.1f ms", (double)row->rtt_us / 1000);
	say_at(SAY_NOTICE, "  %-9s %s%s%s%s%s%s%s, DNSSEC %s%s%s", dg_state_text(row->state),
	       row->recursive ? "resolver " : "", row->server != NULL ? row->server : "",
	       row->server != NULL ? " " : "", row->address, row->detail[0] != '\0' ? " (" : "",
	       row->detail[0] != '\0' ? describe_answer(row, answer) : "",
	       row->detail[0] != '\0' ? ")" : "", dg_security_text(row->security),
	       row->detail[0] == '\0' || row->state != DG_STATE_ABSENT ? serial : "", rtt);
}

static void say_values(const struct dg_row *row)
{
	size_t i;

	for (i = 0; i < row->nvalues; i++)
		say_at(SAY_NOTICE, "            \"%s\"", row->values[i]);
}

static void say_finding(const struct dg_finding *f)
{
	bool fails = f->severity == DG_SEVERITY_FATAL || f->severity == DG_SEVERITY_WAIT;

	view_finding(f, fails ? SAY_WARNING : SAY_NOTICE);
	say_at(SAY_NOTICE, "       %s", f->advice);
	if (f->ca_text != NULL)
		say_at(SAY_NOTICE, "       The CA would say: %s", f->ca_text);
}

/* "delegation: . (secure) -> lab. (secure) -> example.lab. (insecure)" */
static void say_delegation(const struct dg_record *r)
{
	char path[1024] = "";
	size_t len = 0, i;

	for (i = 0; i < dg_record_cuts(r) && len < sizeof(path); i++)
		len += (size_t)snprintf(path + len, sizeof(path) - len, "%s%s (%s)",
					i > 0 ? " -> " : "", dg_record_cut(r, i),
					dg_security_text(dg_record_cut_security(r, i)));
	if (len > 0)
		say_at(SAY_NOTICE, "  delegation: %s", path);
}

static void say_places(const struct dg_record *r, bool talkative)
{
	char text[PLACE_TEXT];
	size_t i, k;

	for (i = 0; i < dg_record_places(r); i++) {
		const struct dg_place *place = dg_record_place(r, i);

		say_at(SAY_NOTICE, "  from %s", describe_place(place, text));
		for (k = 0; k < place->ncells && talkative; k++)
			say_at(SAY_NOTICE, "            %-9s %s %s%s%s",
			       place->cell[k].state == DG_STATE_UNASKED
				   ? "unasked"
				   : dg_state_text(place->cell[k].state),
			       place->cell[k].owner,
			       place->cell[k].address != NULL ? place->cell[k].address
							      : "its resolver",
			       place->cell[k].nsid != NULL ? " node " : "",
			       place->cell[k].nsid != NULL ? place->cell[k].nsid : "");
	}
}

static void say_record(const struct dg_record *r, dg_ms elapsed, bool talkative)
{
	static const char *const verdicts[] = {
	    [DG_VERDICT_WAITING] = "was not looked at to the end",
	    [DG_VERDICT_VISIBLE] = "is as a CA wants it now",
	    [DG_VERDICT_TIMEOUT] = "is not there, or not everywhere: a CA would fail now",
	    [DG_VERDICT_FAULT] = "has a fault that waiting cannot fix: a CA would fail",
	    [DG_VERDICT_ENVIRONMENT] = "cannot be judged from this machine",
	    [DG_VERDICT_UNPUBLISHED] = "could not be published",
	};
	const char *zone = dg_record_zone(r), *trouble = dg_record_trouble(r);
	char span[32], places[PLACE_TEXT];
	size_t i;

	say_at(SAY_NOTICE, "%s%s%s: DNSSEC %s (looked for %s)", dg_record_name(r),
	       zone != NULL ? " in zone " : "", zone != NULL ? zone : "",
	       dg_security_text(dg_record_security(r)), describe_span(elapsed, span));
	if (trouble != NULL)
		say_at(SAY_NOTICE, "  %s", trouble);
	say_delegation(r);
	for (i = 0; i < dg_record_rows(r); i++) {
		struct dg_row row;

		dg_record_row(r, i, &row);
		say_server(&row);
		if (talkative)
			say_values(&row);
	}
	say_places(r, talkative);
	if (dg_record_caa(r) != NULL)
		say_at(SAY_NOTICE, "  %s", dg_record_caa(r));
	for (i = 0; i < dg_record_findings(r); i++)
		say_finding(dg_record_finding(r, i));
	say_at(SAY_NOTICE, "%s %s", dg_record_name(r), verdicts[dg_record_verdict(r)]);
	if (dg_record_chance(r) >= 0)
		say_at(SAY_NOTICE,
		       "By what these places see, a CA would pass with a chance of %.0f %%.",
		       100 * dg_record_chance(r));
	say_at(SAY_NOTICE,
	       describe_places(r, places)[0] != '\0'
		   ? "Not visible from any place: the CA's own faults (F-50)."
		   : "Not visible from one machine: how other regions are answered (F-43), the "
		     "CA's own faults (F-50).");
}

void check_result(const struct view *v, const struct dg_gate *gate)
{
	size_t i;

	for (i = 0; i < dg_gate_records(gate); i++)
		say_record(dg_gate_record(gate, i), dg_gate_elapsed(gate), v->options->verbose);
}
