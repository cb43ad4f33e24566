/* SPDX-License-Identifier: ISC */
/* dns01gate validate NAME [TYPE]: what DNSSEC makes of each server's answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "input/command.h"
#include "run.h"
#include "show/document.h"
#include "system/clock.h"
#include "system/say.h"
#include "system/signals.h"

/* Longer than any chain of trust takes to be asked for. */
#define LONGEST_MS 30000

static json_t *row_json(const struct dg_row *row)
{
	char server[128];

	snprintf(server, sizeof(server), "%s#%u", row->address, row->port);
	return json_pack("{s:s, s:s?, s:s, s:s?, s:s, s:s?, s:o, s:s?}", "server", server, "name",
			 row->server, "owner", row->owner, "rcode", row->rcode_text, "status",
			 dg_security_text(row->security), "reason",
			 row->reason != NULL                          ? row->reason
			 : row->security == DG_SECURITY_INDETERMINATE ? row->detail
								      : NULL,
			 "ede", row->ede < 0 ? json_null() : json_integer(row->ede), "finding",
			 row->finding);
}

/* Prints all rows of a record; the exit status that they make, if anybody answered. */
static int print_rows(const struct dg_record *record, bool *ret_answered)
{
	int status = EXIT_VISIBLE;
	size_t i;

	for (i = 0; i < dg_record_rows(record); i++) {
		struct dg_error err = {0};
		struct dg_row row;

		dg_record_row(record, i, &row);
		if (document_print(row_json(&row), JSON_COMPACT, &err) != DG_OK)
			return run_failed(&err);
		*ret_answered = *ret_answered || row.rcode_text != NULL;
		if (row.security != DG_SECURITY_SECURE && row.security != DG_SECURITY_INSECURE)
			status = EXIT_TIMEOUT;
	}
	return status;
}

static int print_records(const struct dg_gate *gate)
{
	int status = EXIT_VISIBLE;
	bool answered = false;
	size_t i;

	for (i = 0; i < dg_gate_records(gate) && status <= EXIT_TIMEOUT; i++) {
		int worse = print_rows(dg_gate_record(gate, i), &answered);

		if (worse != EXIT_VISIBLE)
			status = worse;
	}
	if (status > EXIT_TIMEOUT)
		return status;
	return answered && dg_gate_verdict(gate) != DG_VERDICT_ENVIRONMENT ? status
									   : EXIT_ENVIRONMENT;
}

/* Says what is at fault; true when the chain of aliases is, whatever DNSSEC makes of each of them:
 * a resolver that follows it fails. */
static bool explain(const struct dg_record *record)
{
	bool endless = false;
	size_t i;

	for (i = 0; i < dg_record_findings(record); i++) {
		const struct dg_finding *f = dg_record_finding(record, i);

		if (f->severity != DG_SEVERITY_FATAL)
			continue;
		say("%s: %s. %s", f->id, f->text, f->advice);
		endless = endless || strcmp(f->id, "F-17") == 0 || strcmp(f->id, "F-18") == 0;
	}
	return endless;
}

static int run(const struct options *options, const struct operands *operands)
{
	struct dg_options g = options->gate;
	struct dg_error err = {0};
	struct dg_gate *gate = NULL;
	const char *type = operands->count > 2 ? operands->text[2] : "TXT";
	int status;

	if (operands->count < 2 || operands->count > 3) {
		say(operands->count < 2 ? "validate needs a name"
					: "validate takes a name and a type");
		return EXIT_USAGE;
	}
	if (options->gate.dnssec == DG_DNSSEC_OFF) {
		say("validate with --dnssec off makes no sense");
		return EXIT_USAGE;
	}
	g.timeout = clock_after_start(options->gate.timeout) - clock_now();
	if (g.timeout > LONGEST_MS)
		g.timeout = LONGEST_MS;
	g.stop_fd = signals_catch();
	if (run_new_gate(&gate, options, &g, &err) != DG_OK)
		return run_failed(&err);
	if (dg_gate_inspect(gate, operands->text[1], type, &err) != DG_OK ||
	    dg_gate_run(gate, &err) != DG_OK) {
		status = run_failed(&err);
	} else {
		status = print_records(gate);
		if (explain(dg_gate_record(gate, 0)) && status == EXIT_VISIBLE)
			status = EXIT_TIMEOUT;
	}
	dg_gate_free(gate);
	return status;
}

const struct command command_validate = {
    .name = "validate",
    .place = 30,
    .usage = "validate [OPTIONS] NAME [TYPE]   (what DNSSEC makes of each server)",
    .options_follow = true,
    .run = run,
};
