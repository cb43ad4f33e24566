/* SPDX-License-Identifier: ISC */
#include "ancestor.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GENERATIONS 32
#define WORDS 3

/* Reads a file of /proc, which has no size; its first octets, NUL behind. */
static size_t read_proc(long pid, const char *what, char *buf, size_t size)
{
	char path[64];
	FILE *fp;
	size_t len = 0;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, what);
	fp = fopen(path, "r");
	if (fp != NULL) {
		len = fread(buf, 1, size - 1, fp);
		fclose(fp);
	}
	buf[len] = '\0';
	return len;
}

/* The parent's id and the start time in clock ticks (proc(5), fields 4 and 22 of stat). The name in
 * field 2 may hold anything, so fields count from its closing bracket. */
static bool read_stat(long pid, long *ret_parent, unsigned long long *ret_start)
{
	char buf[1024];
	const char *at;
	int field;

	if (read_proc(pid, "stat", buf, sizeof(buf)) == 0 || (at = strrchr(buf, ')')) == NULL)
		return false;
	if (sscanf(at, ") %*c %ld", ret_parent) != 1)
		return false;
	for (field = 2; field < 22 && at != NULL; field++)
		at = strchr(at + 1, ' ');
	return at != NULL && sscanf(at, " %llu", ret_start) == 1;
}

static bool is_program(const char *word, const char *program)
{
	const char *base = strrchr(word, '/');

	return strcmp(base == NULL ? word : base + 1, program) == 0;
}

/* The program itself, or the script that an interpreter runs: one of the first words. */
static bool runs(long pid, const char *program)
{
	char buf[4096];
	size_t len = read_proc(pid, "cmdline", buf, sizeof(buf)), at = 0;
	int word;

	for (word = 0; word < WORDS && at < len; word++) {
		if (is_program(buf + at, program))
			return true;
		/* "sudo dns01gate certbot auth" is no certbot. */
		if (is_program(buf + at, "dns01gate"))
			return false;
		at += strlen(buf + at) + 1;
	}
	return false;
}

bool ancestor_find(const char *program, bool nearest, struct ancestor *ret_ancestor)
{
	long pid = (long)getppid();
	bool found = false;
	int generation;

	for (generation = 0; generation < GENERATIONS && pid > 1; generation++) {
		unsigned long long start;
		long parent;

		if (!read_stat(pid, &parent, &start))
			break;
		if (runs(pid, program)) {
			*ret_ancestor = (struct ancestor){pid, start};
			found = true;
			if (nearest)
				break;
		}
		pid = parent;
	}
	return found;
}

bool ancestor_signal(const struct ancestor *ancestor, int number)
{
	unsigned long long start;
	long parent;

	return read_stat(ancestor->pid, &parent, &start) && start == ancestor->start &&
	       kill((pid_t)ancestor->pid, number) == 0;
}
