/* SPDX-License-Identifier: ISC */
/*
 * "survive [-v] PROGRAM FIRST COUNT": for each seed from FIRST on, a hostile server of that seed,
 * and the program asking it, in one of five ways by turns: `wait -v`, the table on a terminal,
 * `check`, `-r`, `--json`. Whatever the server says:
 *
 * - the program ends by itself, with one of the statuses 0 to 3, without a report of a sanitizer;
 * - within 0.1 s of its timeout. The time that the kernel's run queues kept it and us waiting
 *   (schedstat) is not counted; with sanitizers, whose start and end take time, 0.6 s are allowed.
 *   What else a busy machine does to a process cannot be read: a seed that is late is tried again,
 *   and only late if it is each of TRIES times;
 * - using 64 MiB at most (not looked at with sanitizers, whose own memory that is);
 * - having asked one address at most 10 questions about one name and 500 in all in any second
 *   (shortened by the time on run queues, which bunches questions up), and MOST_QUESTIONS in all;
 * - and it says 0 only when each address that it calls required had shown the values.
 *
 * A seed that fails is printed with what is needed to repeat it; -v keeps the folder and prints
 * what each seed gave.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "server.h"
#include "sign.h"
#include "trial.h"

#define MOST_KIB (64 * 1024)
#define MOST_QUESTIONS 15000u
#define GRACE 0.1
#define GRACE_SANITIZED 0.6
/* After which a program that does not end is ended. */
#define PATIENCE 15.0
#define TRIES 3

struct sum {
	unsigned status[4], failed, again;
	unsigned long questions, most_questions;
	double late;
	long kib;
};

static bool is_sanitized, is_verbose;

/* ---- what must hold -------------------------------------------------------------------------- */

/* Its last octets, but for what a terminal obeys. */
static void print_file(const char *path, long most)
{
	FILE *fp = fopen(path, "r");
	int c;

	if (fp == NULL)
		return;
	if (fseek(fp, -most, SEEK_END) != 0)
		rewind(fp);
	while ((c = getc(fp)) != EOF)
		if (c == '\n' || (c >= ' ' && c != 127))
			putchar(c);
	fclose(fp);
}

/* The reports of sanitizers, which are files "sanitizer.PID". */
static bool print_sanitizer(const struct trial *t)
{
	DIR *dir = opendir(t->folder);
	struct dirent *entry;
	bool found = false;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[400];

		if (strncmp(entry->d_name, "sanitizer.", 10) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", t->folder, entry->d_name);
		print_file(path, 20000);
		found = true;
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static void wrong(struct trial *t, const char *what)
{
	if (t->good)
		printf("FAILED  seed %llu\n", (unsigned long long)t->seed);
	printf("    %s\n", what);
	t->good = false;
}

static void check_end(struct trial *t)
{
	const struct ending *e = &t->ending;
	double allowed = t->timeout + (is_sanitized ? GRACE_SANITIZED : GRACE);
	char text[160];

	if (e->status < 0 || e->status > 3) {
		snprintf(text, sizeof(text), "it ended with %s %d",
			 e->status >= 1000 ? "signal" : "status", e->status % 1000);
		wrong(t, text);
	}
	if (print_sanitizer(t))
		wrong(t, "a sanitizer complains");
	t->late = e->elapsed - e->waited > allowed;
	if (t->late && t->tries == TRIES) {
		snprintf(text, sizeof(text),
			 "it ended after %.3f s, of %u; %.3f s of that on run queues", e->elapsed,
			 t->timeout, e->waited);
		wrong(t, text);
	}
	if (!is_sanitized && e->kib > MOST_KIB) {
		snprintf(text, sizeof(text), "it used %ld KiB", e->kib);
		wrong(t, text);
	}
}

static void check_questions(struct trial *t, const struct ledger *l)
{
	double second = 0.98 - t->ending.waited;
	char text[160];

	if (ledger_name_span(l) < second || ledger_address_span(l) < second) {
		snprintf(text, sizeof(text),
			 "11 questions about one name to one address in %.3f s, 501 to one address "
			 "in %.3f s",
			 ledger_name_span(l), ledger_address_span(l));
		wrong(t, text);
	}
	if (ledger_total(l) > MOST_QUESTIONS) {
		snprintf(text, sizeof(text), "%lu questions", ledger_total(l));
		wrong(t, text);
	}
}

/* One row of the report, of a record that is called visible. */
static void check_row(struct trial *t, const struct ledger *l, const json_t *row)
{
	const char *role = json_string_value(json_object_get(row, "role"));
	const char *text = json_string_value(json_object_get(row, "address"));
	const char *owner = json_string_value(json_object_get(row, "link"));
	unsigned needed = t->mode == CHECK ? 1 : t->confirmations;
	struct in6_addr nobody; /* nothing listens there: the ledger has no answer from it */
	struct in_addr address = {0};
	struct dg_name name;
	char complaint[400];

	if (role == NULL || text == NULL || owner == NULL ||
	    (inet_pton(AF_INET, text, &address) != 1 && inet_pton(AF_INET6, text, &nobody) != 1) ||
	    dg_name_parse(&name, owner, NULL) != DG_OK) {
		wrong(t, "a row of the report that cannot be read");
		return;
	}
	if (strcmp(role, "recursive") == 0)
		needed = 1;
	else if (json_object_get(row, "target") == NULL ||
		 !json_is_null(json_object_get(row, "target")))
		return; /* an alias: the value is at the chain's end */
	if (json_is_true(json_object_get(row, "required")) &&
	    ledger_shown(l, ntohl(address.s_addr), &name) < needed) {
		snprintf(complaint, sizeof(complaint),
			 "a false yes: %s showed nothing good at %.200s", text, owner);
		wrong(t, complaint);
	}
}

/* A yes is true: some address is required, and each that is had shown the values. */
static void check_yes(struct trial *t, const struct ledger *l)
{
	char path[160];
	json_t *report, *record, *row;
	size_t i, k, rows = 0;

	snprintf(path, sizeof(path), "%s/%s", t->folder, t->mode == JSON ? "out" : "report");
	report = json_load_file(path, 0, NULL);
	json_array_foreach(json_object_get(report, "records"), i, record)
	{
		json_array_foreach(json_object_get(record, "servers"), k, row)
		{
			check_row(t, l, row);
			rows += json_is_true(json_object_get(row, "required"));
		}
	}
	if (rows == 0)
		wrong(t, "a yes of which the report says nothing");
	json_decref(report);
}

/* ---- a trial --------------------------------------------------------------------------------- */

/* The answer has all the values that are wanted at that name: at an alias' target, those of some
 * record. What has to be signed is. */
static bool shows(const struct trial *t, const struct question *q, const struct draft *d)
{
	unsigned found = 0;
	size_t i, k;

	if (q->type != DG_TYPE_TXT || d->rcode != DG_RCODE_NOERROR)
		return false;
	if (t->judged && q->address != GROUND_RESOLVER && ground_is_secure(&t->ground, &q->name) &&
	    !sign_covers(d, &q->name, DG_TYPE_TXT))
		return false;
	for (i = 0; i < d->count; i++) {
		const struct draft_rr *rr = &d->rr[i];

		for (k = 0; rr->type == DG_TYPE_TXT && rr->section == DRAFT_ANSWER &&
			    k < t->ground.records;
		     k++)
			if (rr->len == strlen(t->ground.value[k]) + 1 &&
			    memcmp(d->octets + rr->at + 1, t->ground.value[k], rr->len - 1) == 0)
				found |= 1u << k;
	}
	for (k = 0; k < t->ground.records; k++)
		if (dg_name_equal(&t->ground.record[k], &q->name))
			return (found >> k & 1) != 0;
	return found != 0;
}

static struct server *serving; /* whose ledger the answers are booked in */

static void answer(void *self, const struct question *q, unsigned nth, struct draft *d,
		   struct delivery *delivery)
{
	struct trial *t = self;

	mad_answer(&t->ground, &t->temper, q, nth, d, delivery);
	if (!delivery->silent && shows(t, q, d))
		ledger_show(server_ledger(serving), q);
}

static void prepare(struct trial *t)
{
	char path[160];

	snprintf(t->folder, sizeof(t->folder), "/tmp/hostile.XXXXXX");
	if (mkdtemp(t->folder) == NULL) {
		perror(t->folder);
		exit(70);
	}
	snprintf(path, sizeof(path), "%s/hints", t->folder);
	ground_hints(&t->ground, path);
	snprintf(path, sizeof(path), "%s/anchor", t->folder);
	ground_anchor(path);
	snprintf(path, sizeof(path), "log_path=%s/sanitizer:exitcode=99:print_stacktrace=1",
		 t->folder);
	setenv("ASAN_OPTIONS", path, 1);
	setenv("UBSAN_OPTIONS", path, 1);
}

static void remove_folder(const char *folder)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		perror(folder);
}

static void report(struct trial *t)
{
	char path[160];
	size_t i;

	printf("    repeat: survive -v PROGRAM %llu 1\n   ", (unsigned long long)t->seed);
	for (i = 1; i < t->words; i++)
		printf(" %s", t->word[i]);
	putchar('\n');
	snprintf(path, sizeof(path), "%s/err", t->folder);
	print_file(path, 3000);
}

static void serve(struct trial *t)
{
	char path[160];
	struct child child;
	FILE *screen = NULL;
	bool ended;

	if (t->mode == TERMINAL) {
		snprintf(path, sizeof(path), "%s/err", t->folder);
		screen = fopen(path, "w");
	}
	child_start(&child, t->argv, t->folder, t->mode == TERMINAL ? t->window : NULL);
	ended = server_run(serving, child.done, t->timeout + PATIENCE, child.terminal,
			   screen == NULL ? -1 : fileno(screen));
	if (!ended)
		wrong(t, "it does not end");
	child_end(&child, !ended, &t->ending);
	if (screen != NULL)
		fclose(screen);
	check_end(t);
	check_questions(t, server_ledger(serving));
	if (t->ending.status == 0)
		check_yes(t, server_ledger(serving));
}

/* True when it was late, and is to be tried again. */
static bool run_trial(const char *program, uint64_t seed, unsigned tries, struct sum *sum)
{
	static struct trial t;
	unsigned long questions;
	double late;

	memset(&t, 0, sizeof(t));
	t.seed = seed;
	t.mode = (enum mode)(seed % MODES);
	t.good = true;
	t.tries = tries;
	ground_make(&t.ground, seed);
	t.ground.wall = time(NULL);
	temper_make(&t.temper, seed);
	prepare(&t);
	serving = server_open(answer, &t);
	trial_command(&t, program, server_port(serving));
	serve(&t);
	if (is_verbose)
		printf("seed %llu: status %d, %.3f s of %u, %ld KiB, %.3f s of processor, %lu "
		       "questions; %s\n",
		       (unsigned long long)seed, t.ending.status, t.ending.elapsed, t.timeout,
		       t.ending.kib, t.ending.cpu, ledger_total(server_ledger(serving)), t.folder);
	if (!t.good)
		report(&t);
	fflush(stdout);
	questions = ledger_total(server_ledger(serving));
	sum->questions += questions;
	if (questions > sum->most_questions)
		sum->most_questions = questions;
	late = t.ending.elapsed - t.ending.waited - t.timeout;
	if (late > sum->late && !(t.late && t.good))
		sum->late = late;
	if (t.ending.kib > sum->kib)
		sum->kib = t.ending.kib;
	if (t.ending.status >= 0 && t.ending.status <= 3)
		sum->status[t.ending.status]++;
	sum->failed += !t.good;
	server_close(serving);
	if (!is_verbose)
		remove_folder(t.folder);
	return t.late && t.good;
}

int main(int argc, char **argv)
{
	struct sum sum = {0};
	uint64_t first, count, i;

	is_verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	is_sanitized = getenv("SANITIZED") != NULL;
	argv += is_verbose;
	if (argc != 4 + is_verbose) {
		fputs("usage: survive [-v] PROGRAM FIRST COUNT\n", stderr);
		return 64;
	}
	first = strtoull(argv[2], NULL, 10);
	count = strtoull(argv[3], NULL, 10);
	sign_begin();
	for (i = 0; i < count; i++) {
		unsigned tries = 1;

		while (run_trial(argv[1], first + i, tries, &sum))
			tries++;
		sum.again += tries - 1;
	}
	sign_end();
	printf("%llu seeds from %llu: %u failed; status 0 %u, 1 %u, 2 %u, 3 %u times; %lu "
	       "questions, at most %lu; "
	       "at most %.3f s late, %u tried again; %ld KiB\n",
	       (unsigned long long)count, (unsigned long long)first, sum.failed, sum.status[0],
	       sum.status[1], sum.status[2], sum.status[3], sum.questions, sum.most_questions,
	       sum.late, sum.again, sum.kib);
	return sum.failed > 0;
}
