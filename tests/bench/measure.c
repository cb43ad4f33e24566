/* SPDX-License-Identifier: ISC */
/* Runs a command and appends "WALL-SECONDS CPU-SECONDS PEAK-KIB EXIT START END" to a file; the last
 * two in seconds since 1970: "measure FILE COMMAND...". Its exit status is the command's. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	double begin = now(CLOCK_MONOTONIC), start = now(CLOCK_REALTIME), wall;
	struct rusage usage;
	int status = 0;
	pid_t pid;
	FILE *fp;

	if (argc < 3)
		return 64;
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	wait4(pid, &status, 0, &usage);
	wall = now(CLOCK_MONOTONIC) - begin;
	fp = fopen(argv[1], "a");
	if (fp == NULL) {
		perror(argv[1]);
		return 70;
	}
	fprintf(fp, "%.4f %.4f %ld %d %.4f %.4f\n", wall,
		seconds(&usage.ru_utime) + seconds(&usage.ru_stime), usage.ru_maxrss,
		WEXITSTATUS(status), start, start + wall);
	fclose(fp);
	return WEXITSTATUS(status);
}
