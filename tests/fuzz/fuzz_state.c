/* SPDX-License-Identifier: ISC */
/*
 * Any octets as what earlier calls of an order left behind, and as what runs remember of a name.
 * The call is made all the same: its own pairs come first, each other one has a name and a value,
 * and of the file nothing is left.
 */
/* nftw is of X/Open. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory/batch.h"
#include "system/clock.h"
#include "gate/gate.h"
#include "input.h"
#include "memory/memory.h"

#define ORDER "example.lab,www.example.lab"
#define NAME "_acme-challenge.www.example.lab"

static char dir[] = "/tmp/dns01gate-fuzz.XXXXXX", found[4096];

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The largest file is the one that the call left: there may be a lock beside it. */
static long largest;

static int find_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)ftw;
	if (kind == FTW_F && (long)st->st_size > largest && strlen(path) < sizeof(found)) {
		largest = (long)st->st_size;
		strcpy(found, path);
	}
	return 0;
}

/* False: there is none. */
static bool find_file(void)
{
	largest = 0;
	return nftw(dir, find_one, 8, FTW_PHYS) == 0 && largest > 0;
}

static void overwrite(const uint8_t *data, size_t size)
{
	int fd = open(found, O_WRONLY | O_TRUNC);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size, "the file cannot be written");
	close(fd);
}

static struct plan make_plan(long remaining)
{
	struct plan plan = {.act = ACT_ADD, .order = ORDER, .remaining = remaining};

	must(plan_add(&plan, NAME, "value", NULL) == DG_OK, "memory");
	plan.own = plan.count;
	return plan;
}

static void check_batch(const uint8_t *data, size_t size)
{
	struct plan plan = make_plan(1);
	struct dg_error err = {0};
	enum dg_status status;
	size_t i;

	must(batch_call(dir, &plan, clock_now() + 1000, &err) == DG_OK, "the first call");
	must(plan.count == 0 && find_file(), "nothing was remembered");
	plan_free(&plan);
	overwrite(data, size);
	plan = make_plan(0);
	status = batch_call(dir, &plan, clock_now() + 1000, &err);
	must(status == DG_OK || status == DG_EINVAL, "the last call");
	must(plan.count >= 1 && strncmp(plan.pair[0].name, NAME, strlen(NAME)) == 0 &&
		 strcmp(plan.pair[0].value, "value") == 0,
	     "its own pair is not there");
	for (i = 0; i < plan.count; i++)
		must(plan.pair[i].name != NULL && plan.pair[i].value != NULL &&
			 (plan.pair[i].trouble == NULL) == (plan.pair[i].advice == NULL),
		     "half a pair");
	plan_free(&plan);
	must(!find_file(), "the file is left");
}

/* What a run that opened for the name would leave, with these octets in it. */
static void check_memory(const uint8_t *data, size_t size)
{
	struct options options = {.state_dir = dir, .gate = {.timeout = 1000}};
	struct plan plan = make_plan(0);
	struct dg_options o;
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};

	dg_options_init(&o);
	o.servers = (const char *const[]){"192.0.2.1"};
	o.nservers = 1;
	must(dg_gate_new(&gate, &o, &err) == DG_OK, err.text);
	must(dg_gate_add(gate, NAME, "value", &err) == DG_OK, err.text);
	dg_gate_decide(gate, gate->record[0], DG_VERDICT_VISIBLE);
	must(memory_hold(&options, &plan, gate, &err) == DG_OK, "a name that nobody knows");
	memory_keep(&options, gate, false, clock_now() + 1000);
	must(find_file(), "nothing was kept");
	overwrite(data, size);
	must(memory_hold(&options, &plan, gate, &err) == DG_OK, "any octets");
	memory_keep(&options, gate, false, clock_now() + 1000);
	must(unlink(found) == 0, "the file is gone");
	dg_gate_free(gate);
	plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (strstr(dir, "XXXXXX") != NULL) {
		must(mkdtemp(dir) != NULL, "no folder");
		atexit(remove_dir);
	}
	check_batch(data, size);
	check_memory(data, size);
	return 0;
}
