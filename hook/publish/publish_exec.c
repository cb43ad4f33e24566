/* SPDX-License-Identifier: ISC */
/* --exec: the user's own program, called as the client called us. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "system/ancestor.h"
#include "system/owned.h"
#include "publish.h"
#include "system/signals.h"

extern char **environ;

#define AUTH_OUTPUT "CERTBOT_AUTH_OUTPUT="

static bool chosen(const struct options *options)
{
	return options->exec.count > 0;
}

static enum dg_status check(const struct call *call, struct dg_error *err)
{
	if (operand_is(call->operands, 0, "wait") && operand_is(call->operands, 1, "-"))
		return dg_fail(err, DG_EINVAL,
			       "\"wait -\" reads its pairs from stdin, so --exec's program cannot "
			       "be told them");
	return owned_check_program(call->options->exec.text[0], err);
}

/* The program, its first arguments, and the client's own; with an empty place for what is put in
 * between, and NULL. */
static char **make_argv(const struct call *call, enum publish_what what)
{
	const struct text_list *program = &call->options->exec;
	const struct operands *from = call->operands;
	char **argv = calloc(program->count + from->count + 4, sizeof(*argv));
	size_t n, i;

	if (argv == NULL)
		return NULL;
	for (n = 0; n < program->count; n++)
		argv[n] = program->text[n];
	for (i = 0; i < from->count; i++) {
		bool undone = what == PUBLISH_UNDO && i == call->plan->undo_at;

		if (i == from->literal)
			argv[n++] = (char *)(uintptr_t) "--";
		argv[n++] = undone ? (char *)(uintptr_t)call->plan->undo : from->text[i];
	}
	/* certbot's auth hook without a word. */
	if (what == PUBLISH_UNDO && from->count == 0) {
		argv[n++] = (char *)(uintptr_t) "certbot";
		argv[n++] = (char *)(uintptr_t)call->plan->undo;
	}
	return argv;
}

/* Ours and two more; the last one `output` as certbot's clean-up hook gets it, or NULL. */
static char **make_environment(char *output)
{
	static char within[sizeof(PUBLISH_WITHIN) + 64];
	struct ancestor self;
	size_t n = 0, i;
	char **environment;

	while (environ[n] != NULL)
		n++;
	environment = calloc(n + 3, sizeof(*environment));
	if (environment == NULL)
		return NULL;
	ancestor_own(&self);
	snprintf(within, sizeof(within), PUBLISH_WITHIN "=%ld %llu", self.pid, self.start);
	for (i = n = 0; environ[i] != NULL; i++)
		if (output == NULL || strncmp(environ[i], AUTH_OUTPUT, strlen(AUTH_OUTPUT)) != 0)
			environment[n++] = environ[i];
	environment[n++] = within;
	environment[n] = output;
	return environment;
}

/* "CERTBOT_AUTH_OUTPUT=" and what was printed, without blanks around it. */
static char *make_auth_output(const struct call *call)
{
	const char *text = call->output + strspn(call->output, " \t\r\n");
	size_t len = strlen(text);
	char *output = malloc(sizeof(AUTH_OUTPUT) + len);

	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	if (output != NULL)
		sprintf(output, AUTH_OUTPUT "%.*s", (int)len, text);
	return output;
}

static void judge(const struct call *call, const struct child_end *end, struct published *ret)
{
	const char *program = call->options->exec.text[0];

	ret->status =
	    WIFEXITED(end->status) ? WEXITSTATUS(end->status) : 128 + WTERMSIG(end->status);
	ret->done = end->in_time && ret->status == 0;
	if (end->stopped) {
		ret->done = false;
		snprintf(ret->text, sizeof(ret->text), "%.400s asked for something at the terminal",
			 program);
		snprintf(ret->advice, sizeof(ret->advice), "%s",
			 "Give it what it asks for in its own configuration, or run the client in "
			 "the foreground of a terminal.");
		return;
	}
	if (!end->in_time)
		snprintf(ret->text, sizeof(ret->text), "%.400s did not end in time and was killed",
			 program);
	else if (!WIFEXITED(end->status))
		snprintf(ret->text, sizeof(ret->text), "%.400s was ended by signal %d", program,
			 WTERMSIG(end->status));
	else
		snprintf(ret->text, sizeof(ret->text), "%.400s ended with status %d", program,
			 ret->status);
	snprintf(ret->advice, sizeof(ret->advice), "%s",
		 end->in_time ? "What it printed tells why."
			      : "See what it waits for, or give it more time with --timeout.");
}

static enum dg_status run(struct call *call, char *const *argv, char *const *environment,
			  enum publish_what what, dg_ms until, struct published *ret)
{
	/* Standard output is certbot's to keep, unless a report goes there. */
	struct child child = {.argv = argv,
			      .environment = environment,
			      .until = until,
			      .stop_fd = what == PUBLISH_UNDO ? -1 : call->stop_fd,
			      .out_fd = call->options->json ? STDERR_FILENO : STDOUT_FILENO,
			      .keep = what == PUBLISH_ADD && call->plan->may_veto &&
				      call->options->veto};
	struct child_end end = {0};
	struct dg_error err = {0};

	/* What is no matter of a record has no timeout of ours. */
	if ((what == PUBLISH_TELL ? child_become(&child, &err) : child_run(&child, &end, &err)) !=
	    DG_OK) {
		ret->status = 127;
		snprintf(ret->text, sizeof(ret->text), "%s", err.text);
		snprintf(ret->advice, sizeof(ret->advice),
			 "--exec takes a program: a path, or a name in PATH; a script needs its "
			 "\"#!\" line, and to be executable.");
		return DG_OK;
	}
	if (end.output != NULL)
		call->output = end.output;
	judge(call, &end, ret);
	return what != PUBLISH_UNDO && signals_caught() != 0 ? DG_ESTOPPED : DG_OK;
}

static enum dg_status publish(struct call *call, enum publish_what what, dg_ms until,
			      struct published *ret, struct dg_error *err)
{
	char *output = what == PUBLISH_UNDO && call->output != NULL ? make_auth_output(call) : NULL;
	char **argv = make_argv(call, what), **environment = make_environment(output);
	enum dg_status status;

	if (argv == NULL || environment == NULL)
		status = dg_fail(err, DG_ENOMEM, "out of memory");
	else
		status = run(call, argv, environment, what, until, ret);
	if (status == DG_ESTOPPED)
		dg_fail(err, DG_ESTOPPED, "stopped");
	free(argv);
	free(environment);
	free(output);
	return status;
}

const struct publisher publish_exec = {.chosen = chosen, .check = check, .publish = publish};
