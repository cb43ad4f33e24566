/* SPDX-License-Identifier: ISC */
#include "judge.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unbound.h>
#include <unistd.h>

#include "world_server.h"

#define UNBOUND_SECONDS 5   /* it takes 0.01 */
#define UNBOUND_PATIENCE 60 /* and on a machine that is busy with other tests */
#define GATE_SECONDS "20"
#define UNBOUNDS 20
#define OPENING_PATIENCE 20 /* twice that of a CA */

static const char *const texts[] = {"secure", "insecure", "bogus", "indeterminate", "-"};

const char *judgement_text(enum judgement judgement)
{
	return texts[judgement];
}

enum judgement judgement_read(const char *text)
{
	int i;

	for (i = 0; i < JUDGED_NOT; i++)
		if (strcmp(texts[i], text) == 0)
			return (enum judgement)i;
	return JUDGED_NOT;
}

static void die(const char *what)
{
	perror(what);
	exit(70);
}

/* ---- the stage ------------------------------------------------------------------------------- */

void judge_write(const char *script, char path[64])
{
	FILE *fp;
	int fd;

	strcpy(path, "/tmp/dns01gate-random.XXXXXX");
	fd = mkstemp(path);
	fp = fd < 0 ? NULL : fdopen(fd, "w");
	if (fp == NULL || fputs(script, fp) == EOF || fclose(fp) != 0)
		die(path);
}

struct stage stage_open(const char *file)
{
	struct world *w = world_load(file);
	struct world_server *s = world_server_open(w, 53);
	struct stage stage = {0};
	int end[2];

	world_hints(w, stage.hints);
	if (!world_anchor(w, stage.anchor)) {
		fprintf(stderr, "%s: the root is not signed\n", file);
		exit(64);
	}
	if (pipe(end) != 0)
		die("pipe");
	world_server_restart(s);
	stage.pid = fork();
	if (stage.pid < 0)
		die("fork");
	if (stage.pid == 0) {
		close(end[1]);
		world_server_run(s, end[0]);
		_exit(0);
	}
	close(end[0]);
	stage.fd = end[1];
	world_server_close(s);
	world_free(w);
	return stage;
}

void stage_close(struct stage *stage)
{
	close(stage->fd);
	kill(stage->pid, SIGKILL);
	waitpid(stage->pid, NULL, 0);
	unlink(stage->hints);
	unlink(stage->anchor);
}

/* ---- Unbound --------------------------------------------------------------------------------- */

/* As the CA's, with nothing kept and nothing forgiven. */
static struct ub_ctx *make_context(const struct stage *stage)
{
	static const char *const option[][2] = {{"val-sig-skew-min:", "0"},
						{"val-sig-skew-max:", "0"},
						{"harden-dnssec-stripped:", "yes"},
						{"harden-glue:", "yes"},
						{"edns-buffer-size:", "1232"},
						{"qname-minimisation:", "no"},
						{"use-caps-for-id:", "yes"},
						{"harden-below-nxdomain:", "no"},
						{"cache-max-ttl:", "0"},
						{"cache-max-negative-ttl:", "0"},
						{"do-not-query-localhost:", "no"},
						{"do-ip6:", "no"},
						{"trust-anchor-signaling:", "no"},
						{"module-config:", "validator iterator"}};
	struct ub_ctx *ctx = ub_ctx_create();
	size_t i;

	if (ctx == NULL)
		die("unbound");
	for (i = 0; i < sizeof(option) / sizeof(option[0]); i++)
		if (ub_ctx_set_option(ctx, option[i][0], option[i][1]) != 0)
			die(option[i][0]);
	if (ub_ctx_set_option(ctx, "root-hints:", stage->hints) != 0 ||
	    ub_ctx_add_ta_file(ctx, stage->anchor) != 0)
		die("unbound");
	return ctx;
}

static struct opinion weigh(const struct ub_result *r)
{
	struct opinion o;

	if (r->bogus)
		o.judgement = JUDGED_BOGUS;
	else if (r->rcode != LDNS_RCODE_NOERROR && r->rcode != LDNS_RCODE_NXDOMAIN)
		o.judgement = JUDGED_INDETERMINATE;
	else
		o.judgement = r->secure ? JUDGED_SECURE : JUDGED_INSECURE;
	snprintf(o.text, sizeof(o.text), "rcode %d%s%s", r->rcode, r->havedata ? " data " : " ",
		 r->why_bogus != NULL ? r->why_bogus : "");
	return o;
}

static bool has_value(const struct ub_result *r, const char *value)
{
	size_t len = strlen(value);
	int i;

	for (i = 0; r->havedata && r->data[i] != NULL; i++)
		if (r->len[i] == (int)len + 1 && memcmp(r->data[i] + 1, value, len) == 0)
			return true;
	return false;
}

/* A question to an Unbound in a process of its own: one world makes 1.17 go round for ever. */
struct question {
	pid_t pid;
	int out;
};

static struct question begin_question(const struct stage *stage, const char *name, const char *type,
				      const char *value, unsigned seconds)
{
	struct opinion o = {.judgement = JUDGED_INDETERMINATE, .text = "silent"};
	struct ub_result *result = NULL;
	struct question q;
	int out[2];

	if (pipe(out) != 0 || (q.pid = fork()) < 0)
		die("fork");
	if (q.pid == 0) {
		alarm(seconds);
		if (ub_resolve(make_context(stage), name, (int)ldns_get_rr_type_by_name(type), 1,
			       &result) == 0)
			o = weigh(result);
		if (value != NULL && o.judgement <= JUDGED_INSECURE && !has_value(result, value))
			o.judgement = JUDGED_NOT;
		_exit(write(out[1], &o, sizeof(o)) != sizeof(o));
	}
	close(out[1]);
	q.out = out[0];
	return q;
}

static void end_question(const struct question *q, struct opinion *ret)
{
	/* Less than a page: it comes whole. */
	if (read(q->out, ret, sizeof(*ret)) != (ssize_t)sizeof(*ret))
		*ret = (struct opinion){.judgement = JUDGED_INDETERMINATE, .text = "silent"};
	close(q->out);
	waitpid(q->pid, NULL, 0);
}

static struct opinion ask_unbound(const struct stage *stage, const char *name, const char *type,
				  unsigned seconds)
{
	struct question q = begin_question(stage, name, type, NULL, seconds);
	struct opinion o;

	end_question(&q, &o);
	return o;
}

unsigned judge_unbound_misses(const struct stage *stage, const char *name, const char *value,
			      struct opinion *ret_first)
{
	struct question q[UNBOUNDS];
	unsigned misses = 0, i;

	for (i = 0; i < UNBOUNDS; i++)
		q[i] = begin_question(stage, name, "TXT", value, OPENING_PATIENCE);
	for (i = 0; i < UNBOUNDS; i++) {
		struct opinion o;

		end_question(&q[i], &o);
		if (o.judgement <= JUDGED_INSECURE)
			continue;
		if (misses++ == 0 || ret_first->judgement == JUDGED_INDETERMINATE)
			*ret_first = o;
	}
	return misses;
}

struct opinion judge_unbound(const struct stage *stage, const char *name, const char *type,
			     enum judgement expected)
{
	struct opinion o = ask_unbound(stage, name, type, UNBOUND_SECONDS);

	/* Its time-outs are those of a network: what an idle machine answers at once, it asks for
	 * again and again on a busy one. */
	if (o.judgement == JUDGED_INDETERMINATE && expected != JUDGED_INDETERMINATE)
		o = ask_unbound(stage, name, type, UNBOUND_PATIENCE);
	return o;
}

/* ---- dns01gate ------------------------------------------------------------------------------- */

/* Runs the arguments, behind the program's name; what they print goes to `text`. Their exit status;
 * -1: a signal ended them. */
static int run(char *const argv[], char text[OUTPUT])
{
	size_t len = 0;
	ssize_t n;
	int out[2], status;
	pid_t pid;

	if (pipe(out) != 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		dup2(out[1], 1);
		dup2(open("/dev/null", O_WRONLY), 2);
		close(out[0]);
		close(out[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(out[1]);
	while ((n = read(out[0], text + len, OUTPUT - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(out[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the arguments print; false: they did not run. */
static bool read_output(char *const argv[], char text[OUTPUT])
{
	int status = run(argv, text);

	return status >= 0 && status < 4;
}

bool judge_gate_can(const char *program)
{
	char *argv[] = {(char *)program, "--help", NULL}, text[OUTPUT];

	return read_output(argv, text) && strstr(text, "validate [") != NULL;
}

/* The worst of all servers counts: bogus, indeterminate, insecure, secure. */
static enum judgement worse(enum judgement a, enum judgement b)
{
	static const int rank[] = {[JUDGED_SECURE] = 0,
				   [JUDGED_INSECURE] = 1,
				   [JUDGED_INDETERMINATE] = 2,
				   [JUDGED_BOGUS] = 3,
				   [JUDGED_NOT] = 4};

	return rank[a] > rank[b] ? a : b;
}

struct opinion judge_gate(const struct stage *stage, const char *program, const char *name,
			  const char *type)
{
	char *argv[] = {"timeout",
			"--signal=KILL",
			GATE_SECONDS,
			(char *)program,
			"validate",
			"--root-hints",
			(char *)stage->hints,
			"--trust-anchor",
			(char *)stage->anchor,
			(char *)name,
			(char *)type,
			NULL};
	char text[OUTPUT], *rest = NULL, *line;
	struct opinion o = {.judgement = JUDGED_SECURE};
	bool any = false, ran = read_output(argv, text);

	snprintf(o.text, sizeof(o.text), "%.2000s", text);
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		json_t *row = json_loads(line, 0, NULL);
		const char *status = json_string_value(json_object_get(row, "status"));

		any = true;
		o.judgement =
		    worse(o.judgement, status == NULL ? JUDGED_NOT : judgement_read(status));
		json_decref(row);
	}
	if (!any || !ran)
		o.judgement = JUDGED_NOT;
	return o;
}

int judge_gate_wait(const struct stage *stage, const char *program, const char *seconds,
		    const char *name, const char *value, char text[OUTPUT])
{
	char *argv[] = {(char *)program,      "wait",           "-t",
			(char *)seconds,      "--json",         "--root-hints",
			(char *)stage->hints, "--trust-anchor", (char *)stage->anchor,
			(char *)name,         (char *)value,    NULL};

	return run(argv, text);
}
