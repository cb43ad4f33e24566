/* SPDX-License-Identifier: ISC */
/* dns01gate wait NAME VALUE [NAME VALUE]..., or pairs from stdin: any script's own call. */
#include <stdlib.h>
#include <string.h>

#include "input/command.h"
#include "system/guard.h"

#define BLANKS " \t\r\n"
/* A name of 255 octets, each escaped, a value, and room. */
#define LINE_MAX_LEN 4096
/* All pairs that a run takes, with comments. */
#define STDIN_MAX ((size_t)4 << 20)

static enum dg_status take_line(struct plan *plan, char *line, unsigned number,
				struct dg_error *err)
{
	char *rest = NULL;
	char *name = strtok_r(line, BLANKS, &rest);
	char *value = strtok_r(NULL, BLANKS, &rest);

	if (name == NULL || name[0] == '#')
		return DG_OK;
	if (value == NULL)
		return dg_fail(err, DG_EINVAL, "stdin line %u: no value after \"%.200s\"", number,
			       name);
	if (strtok_r(NULL, BLANKS, &rest) != NULL)
		return dg_fail(err, DG_EINVAL, "stdin line %u: more than a name and a value",
			       number);
	if (plan->count == PLAN_PAIRS)
		return dg_fail(err, DG_EINVAL, "stdin line %u: more than %d names and values",
			       number, PLAN_PAIRS);
	return plan_add(plan, name, value, err);
}

static enum dg_status read_pairs(struct plan *plan, struct dg_error *err)
{
	char line[LINE_MAX_LEN];
	unsigned number = 0;
	size_t octets = 0;
	enum dg_status status = DG_OK;

	while (status == DG_OK && fgets(line, sizeof(line), stdin) != NULL) {
		number++;
		if (strchr(line, '\n') == NULL && !feof(stdin))
			return dg_fail(err, DG_EINVAL, "stdin line %u: longer than %d octets",
				       number, LINE_MAX_LEN - 2);
		octets += strlen(line);
		if (octets > STDIN_MAX)
			return dg_fail(err, DG_EINVAL, "stdin line %u: more than %zu octets in all",
				       number, STDIN_MAX);
		status = take_line(plan, line, number, err);
	}
	if (status == DG_OK && ferror(stdin))
		return dg_fail(err, DG_ESYSTEM, "stdin cannot be read");
	if (status == DG_OK && plan->count == 0)
		return dg_fail(err, DG_EINVAL, "no name and value on stdin");
	return status;
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	plan->act = ACT_ADD;
	/* A program would be called for both in the same way. */
	plan->takes_back = options->rfc2136 != NULL;
	if (operand_is(operands, 1, "-")) {
		if (operands->count > 2)
			return dg_fail(err, DG_EINVAL, "\"%.200s\" after \"-\"", operands->text[2]);
		guard_doing("reading standard input");
		status = read_pairs(plan, err);
		guard_doing(NULL);
		return status;
	}
	if (operands->count < 3)
		return dg_fail(err, DG_EINVAL, "wait needs a name and a value");
	if (operands->count % 2 == 0)
		return dg_fail(err, DG_EINVAL, "no value after \"%.200s\"",
			       operands->text[operands->count - 1]);
	for (i = 1; i < operands->count && status == DG_OK; i += 2)
		status = plan_add(plan, operands->text[i], operands->text[i + 1], err);
	return status;
}

const struct command command_wait = {
    .name = "wait",
    .place = 10,
    .usage = "wait [OPTIONS] NAME VALUE [NAME VALUE]...   (\"-\": pairs from stdin)",
    .options_follow = true,
    .plan = plan,
};
