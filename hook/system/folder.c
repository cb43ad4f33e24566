/* SPDX-License-Identifier: ISC */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "signals.h"

#define LOCK_MS 1000
/* Runs that time out together end together: each is given so much more, which fits in what a run
 * may last beyond its timeout. */
#define LOCK_GRACE_MS 40
#define LOCK_STEP_NS 2000000
/* A file is written in milliseconds: what is so old has no writer any more. */
#define LEFT_SECONDS 600
/* A directory with more files than that is swept in part. */
#define SWEEP_MAX 10000

#define DIGITS "0123456789abcdef"
#define NAME_LEN 64

/* Hidden, and so read by no collector and no wildcard. */
static const struct folder_form beside = {.prefix = ".dns01gate-", .digits = 16};

int folder_of(const char *file, const char **ret_name)
{
	const char *slash = strrchr(file, '/');
	char *path = strdup(slash == NULL ? "." : file);
	int dir = -1;

	*ret_name = slash == NULL ? file : slash + 1;
	if (path == NULL)
		return -1;
	/* The slash stays: the root is one alone. */
	if (slash != NULL)
		path[slash - file + 1] = '\0';
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(path);
	return dir;
}

bool folder_lock(int dir, dg_ms until)
{
	static const struct timespec step = {.tv_nsec = LOCK_STEP_NS};
	dg_ms give_up = clock_now() + LOCK_MS;

	if (give_up > until + LOCK_GRACE_MS)
		give_up = until + LOCK_GRACE_MS;
	for (;;) {
		if (flock(dir, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return true;
		if (clock_now() >= give_up || signals_caught() != 0)
			return false;
		nanosleep(&step, NULL);
	}
}

/* ---- sweeping -------------------------------------------------------------------------------- */

static bool has_form(const char *name, const struct folder_form *form)
{
	size_t len = strlen(form->prefix);

	return strncmp(name, form->prefix, len) == 0 && strlen(name + len) == form->digits &&
	       strspn(name + len, DIGITS) == form->digits;
}

void folder_sweep(int dir, const struct folder_form *form, long seconds)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *files = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *file;
	time_t now = time(NULL);
	struct stat st;
	int count;

	if (files == NULL && fd >= 0)
		close(fd);
	if (files == NULL)
		return;
	for (count = 0; count < SWEEP_MAX && (file = readdir(files)) != NULL; count++)
		if (has_form(file->d_name, form) &&
		    fstatat(dir, file->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		    difftime(now, st.st_mtime) > (double)seconds)
			unlinkat(dir, file->d_name, 0);
	closedir(files);
}

/* ---- replacing ------------------------------------------------------------------------------- */

/* A name that no other run takes, by which the file is written: by who we are, and the moment. */
static void name_beside(char name[NAME_LEN])
{
	struct timespec now = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(name, NAME_LEN, "%s%08lx%08lx", beside.prefix,
		 (unsigned long)getpid() & 0xffffffff, (unsigned long)now.tv_nsec & 0xffffffff);
}

/* 0 or errno. */
static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* 0 or errno. What some file systems could not write is told by close(2). */
static int write_and_close(int fd, const char *text)
{
	int why = write_all(fd, text, strlen(text));

	if (why == 0)
		why = write_all(fd, "\n", 1);
	if (close(fd) != 0 && why == 0)
		why = errno;
	return why;
}

int folder_replace(int dir, const char *file, const char *text, mode_t mode)
{
	char name[NAME_LEN];
	int fd, why;

	folder_sweep(dir, &beside, LEFT_SECONDS);
	name_beside(name);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return errno;
	why = write_and_close(fd, text);
	if (why == 0 && renameat(dir, name, dir, file) != 0)
		why = errno;
	if (why != 0)
		unlinkat(dir, name, 0);
	return why;
}
