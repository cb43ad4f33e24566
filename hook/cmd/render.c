/* SPDX-License-Identifier: ISC */
/* dns01gate render FILE: a report, or a history, as one HTML page, for people. */
#include <stdlib.h>

#include "input/command.h"
#include "page/render.h"
#include "run.h"
#include "system/output.h"
#include "system/say.h"

static int run(const struct options *options, const struct operands *operands)
{
	struct dg_error err = {0};
	struct html page = {0};
	json_t *report = NULL;
	enum dg_status status;

	(void)options;
	if (operands->count != 2) {
		say(operands->count < 2 ? "render needs the file of a report or a history, or \"-\""
					: "render takes one file");
		return EXIT_USAGE;
	}
	status = report_read(&report, operands->text[1], &err);
	if (status == DG_OK) {
		render_page(&page, report);
		status = page.failed ? dg_fail(&err, DG_ENOMEM, "out of memory")
				     : output_stdout(page.text, &err);
	}
	json_decref(report);
	free(page.text);
	return status == DG_OK ? EXIT_VISIBLE : run_failed(&err);
}

const struct command command_render = {
    .name = "render",
    .place = 60,
    .usage = "render REPORT.json|HISTORY.json > page.html   (\"-\": from stdin)",
    .options_follow = true,
    .run = run,
};
