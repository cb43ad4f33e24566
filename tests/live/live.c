/* SPDX-License-Identifier: ISC */
/*
 * Runs scenario files in real time: the program itself, against the world on real sockets.
 * "live [-v] PROGRAM FILE..."; -v prints report and stderr. A file's script clock starts with the
 * program.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "world_server.h"

#define WORDS 64
#define MOST (4 << 20)

/* The README's promise, for one name: address space is not counted, what is used is. */
#define MEMORY_KIB (16 * 1024)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *slurp(FILE *fp)
{
	char *text = calloc(1, MOST + 1);

	rewind(fp);
	if (text == NULL || fread(text, 1, MOST, fp) == MOST)
		fputs("too much output\n", stderr);
	fclose(fp);
	return text;
}

/* The program, its streams to files, told of hints and port; when it ends, `done` closes. */
static pid_t start(const char *program, char *run, const char *hints, const char *anchor,
		   unsigned port, FILE *out, FILE *errors, int done)
{
	char *argv[WORDS], number[16];
	int argc = 0, null;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(number, sizeof(number), "%u", port);
	argv[argc++] = (char *)program;
	argv[argc++] = "--json";
	argv[argc++] = "--root-hints";
	argv[argc++] = (char *)hints;
	argv[argc++] = anchor == NULL ? "--dnssec" : "--trust-anchor";
	argv[argc++] = anchor == NULL ? "off" : (char *)anchor;
	argv[argc++] = "--port";
	argv[argc++] = number;
	world_split_run(run, argv + argc, WORDS - 1 - argc);
	null = open("/dev/null", O_RDONLY);
	dup2(null, 0);
	dup2(fileno(out), 1);
	dup2(fileno(errors), 2);
	fcntl(done, F_SETFD, 0);
	execv(program, argv);
	perror(program);
	_exit(127);
}

static bool check_usage(const struct world *w, const struct rusage *usage, bool sanitized)
{
	double cpu = (double)usage->ru_utime.tv_sec + (double)usage->ru_utime.tv_usec / 1e6 +
		     (double)usage->ru_stime.tv_sec + (double)usage->ru_stime.tv_usec / 1e6;

	if (sanitized)
		return true;
	if (usage->ru_maxrss > MEMORY_KIB)
		printf("%s: used %ld KiB, more than %d\n", w->file, usage->ru_maxrss, MEMORY_KIB);
	else if (strstr(w->file, "hostile") != NULL && cpu > 0.05)
		printf("%s: used %.3f s of processor time, more than 0.05\n", w->file, cpu);
	else
		return true;
	return false;
}

static bool run_file(const char *program, const char *file, bool verbose)
{
	struct world *w = world_load(file);
	struct world_server *s = world_server_open(w, 0);
	FILE *out = tmpfile(), *errors = tmpfile();
	struct outcome outcome = {0};
	struct rusage usage;
	char hints[64], anchor[64], *text, *error_text;
	bool anchored = world_anchor(w, anchor);
	int done[2], status;
	double begin;
	pid_t pid;
	bool good;

	if (out == NULL || errors == NULL || pipe(done) != 0)
		exit(70);
	fcntl(done[0], F_SETFD, FD_CLOEXEC);
	fcntl(done[1], F_SETFD, FD_CLOEXEC);
	world_hints(w, hints);
	world_server_restart(s);
	begin = now();
	pid = start(program, w->run, hints, anchored ? anchor : NULL, world_server_port(s), out,
		    errors, done[1]);
	close(done[1]);
	/* Its end closes the last copy of the pipe's other end. */
	world_server_run(s, done[0]);
	wait4(pid, &status, 0, &usage);
	outcome.elapsed = now() - begin;
	outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	text = slurp(out);
	error_text = slurp(errors);
	outcome.report = json_loads(text, 0, NULL);
	outcome.errors = error_text;
	if (verbose)
		printf("%s\n%s\n%ld KiB\n", text, error_text, usage.ru_maxrss);
	good = expect_all(w, &outcome);
	good = check_usage(w, &usage, getenv("SANITIZED") != NULL) && good;
	unlink(hints);
	if (anchored)
		unlink(anchor);
	close(done[0]);
	json_decref(outcome.report);
	free(text);
	free(error_text);
	world_server_close(s);
	world_free(w);
	return good;
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	int i, failed = 0, ran = 0;

	if (argc < 3 + verbose) {
		fputs("usage: live [-v] PROGRAM FILE...\n", stderr);
		return 64;
	}
	for (i = 2 + verbose; i < argc; i++) {
		bool good = run_file(argv[1 + verbose], argv[i], verbose);

		printf("%s %s\n", good ? "ok" : "FAILED", argv[i]);
		fflush(stdout);
		ran++;
		failed += !good;
	}
	printf("live scenarios: %d passed, %d failed\n", ran - failed, failed);
	return failed > 0;
}
