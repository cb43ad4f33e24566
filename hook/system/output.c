/* SPDX-License-Identifier: ISC */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "folder.h"
#include "outlet.h"
#include "signals.h"

/* Where pipes without a name are: the shell's, /dev/stdout (statfs(2)). */
#define PIPES 0x50495045

static enum dg_status write_failed(const char *file, struct dg_error *err)
{
	return dg_fail(err, DG_ESYSTEM, "cannot write %.300s: %s", file,
		       errno == EAGAIN ? "nobody reads it" : strerror(errno));
}

static bool deliver(struct outlet *to, const char *text)
{
	return outlet_deliver(to, text, strlen(text), INT64_MAX) &&
	       outlet_deliver(to, "\n", 1, INT64_MAX);
}

static bool is_open_as(int fd, const struct stat *st)
{
	struct stat own;

	return fstat(fd, &own) == 0 && own.st_dev == st->st_dev && own.st_ino == st->st_ino;
}

/* Anybody who may write into a folder, like /tmp, can put a named pipe there for us to hang on;
 * nobody can replace what the caller gave us open, like /dev/stdout. */
static bool is_planted(const char *file, const struct stat *st)
{
	struct statfs fs;

	return S_ISFIFO(st->st_mode) && (statfs(file, &fs) != 0 || fs.f_type != PIPES) &&
	       !is_open_as(STDOUT_FILENO, st) && !is_open_as(STDERR_FILENO, st);
}

static enum dg_status write_in_place(const char *file, const struct stat *st, const char *text,
				     struct dg_error *err)
{
	enum dg_status status = DG_OK;
	struct outlet to;
	int fd;

	if (is_planted(file, st) || S_ISBLK(st->st_mode) || S_ISSOCK(st->st_mode))
		return dg_fail(err, DG_ESYSTEM, "cannot write %.300s: it is a %s", file,
			       S_ISFIFO(st->st_mode)  ? "named pipe"
			       : S_ISBLK(st->st_mode) ? "disk"
						      : "socket");
	fd = open(file, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return write_failed(file, err);
	outlet_open(&to, fd);
	if (!deliver(&to, text))
		status = write_failed(file, err);
	outlet_close(&to);
	return status;
}

enum dg_status output_file(const char *file, const char *text, struct dg_error *err)
{
	const char *name;
	struct stat st;
	int dir, why;

	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		return write_in_place(file, &st, text, err);
	dir = folder_of(file, &name);
	if (dir < 0)
		return write_failed(file, err);
	why = folder_replace(dir, name, text, 0666);
	close(dir);
	errno = why;
	return why == 0 ? DG_OK : write_failed(file, err);
}

enum dg_status output_stdout(const char *text, struct dg_error *err)
{
	if (deliver(outlet_of(STDOUT_FILENO), text))
		return DG_OK;
	if (signals_caught() != 0)
		return dg_fail(err, DG_ESTOPPED, "stopped");
	return write_failed("to stdout", err);
}

void output_raw(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		/* A closed or full one must not change what the program does. */
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}
