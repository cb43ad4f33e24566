/* SPDX-License-Identifier: ISC */
/* For realpath(3), of POSIX's XSI option. */
#define _XOPEN_SOURCE 700

#include "owned.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PATH_LEN 4096
#define OTHERS_WRITE 022
#define ALL_WRITE 002

static unsigned mode_of(const struct stat *st)
{
	return (unsigned)st->st_mode & 07777u;
}

/* The directory that holds a path: where everybody can write and take away, the file is anybody's.
 */
static enum dg_status check_directory(const char *what, const char *file, const char *path,
				      struct dg_error *err)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_LEN] = ".";
	struct stat st;

	/* With its slash: the root is one alone. */
	if (slash != NULL &&
	    snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path + 1), path) >= (int)sizeof(dir))
		return dg_fail(err, DG_EINVAL, "%s %.200s: the path is too long", what, file);
	if (stat(dir, &st) != 0 || (st.st_mode & ALL_WRITE) == 0 || (st.st_mode & STICKY) != 0)
		return DG_OK;
	return dg_fail(err, DG_EINVAL,
		       "%s %.200s: others can replace it, as they can write to %.200s (mode %04o); "
		       "chmod o-w that",
		       what, file, dir, mode_of(&st));
}

/* Checks what users other than the owner can do to it, by its mode and its place, with links
 * followed and not. */
static enum dg_status check_others(const char *what, const char *file, const struct stat *st,
				   struct dg_error *err)
{
	char *real;
	enum dg_status status;

	if (!S_ISCHR(st->st_mode) && (st->st_mode & OTHERS_WRITE) != 0)
		return dg_fail(err, DG_EINVAL,
			       "%s %.200s: others can write it (mode %04o); chmod go-w it", what,
			       file, mode_of(st));
	status = check_directory(what, file, file, err);
	real = realpath(file, NULL);
	if (status == DG_OK && real != NULL)
		status = check_directory(what, file, real, err);
	free(real);
	return status;
}

enum dg_status owned_check(const char *what, const char *file, const struct stat *st,
			   struct dg_error *err)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return dg_fail(
		    err, DG_EINVAL,
		    "%s %.200s: it belongs to another user (%lu, mode %04o); chown it to "
		    "root, or to who runs this",
		    what, file, (unsigned long)st->st_uid, mode_of(st));
	return check_others(what, file, st, err);
}

bool owned_is_out_of_reach(const char *file)
{
	char *real = realpath(file, NULL), *slash = real;
	bool out = false;
	struct stat st;

	/* Each directory on the way down, but for the root. */
	while (!out && slash != NULL && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		out = stat(real, &st) == 0 && (st.st_mode & S_IXOTH) == 0;
		*slash = '/';
	}
	free(real);
	return out;
}

static enum dg_status check_secret(const char *what, const char *file, int fd,
				   const struct stat *st, struct dg_error *err)
{
	bool write = (st->st_mode & 022) != 0, others = (st->st_mode & 07) != 0, fixed;
	struct statvfs fs;

	if (!S_ISREG(st->st_mode))
		return dg_fail(err, DG_EINVAL, "%s %.200s: not a regular file", what, file);
	fixed = fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0;
	if (write || (others && !(fixed && owned_is_out_of_reach(file))))
		return dg_fail(err, DG_EINVAL, "%s %.200s: others can %s it (mode %04o); %s", what,
			       file, write ? "write" : "read", mode_of(st),
			       fixed ? "it is on a read-only file system, so have it mounted with "
				       "mode 0400, or below a directory with mode 0700"
				     : "chmod 600 it");
	return owned_check(what, file, st, err);
}

int owned_open_secret(const char *what, const char *file, struct dg_error *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		dg_fail(err, DG_EINVAL, "%s %.200s: %s", what, file, strerror(errno));
	else if (check_secret(what, file, fd, &st, err) == DG_OK)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Finds the first regular file in PATH that can be executed. False: there is none. */
static bool find_program(const char *name, char file[PATH_LEN], struct stat *st)
{
	const char *path = getenv("PATH");

	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");
		int n = snprintf(file, PATH_LEN, "%.*s/%s", (int)len, path, name);

		if (len > 0 && n < PATH_LEN && access(file, X_OK) == 0 && stat(file, st) == 0 &&
		    S_ISREG(st->st_mode))
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

enum dg_status owned_check_program(const char *name, struct dg_error *err)
{
	char file[PATH_LEN];
	struct stat st;

	if (geteuid() != 0)
		return DG_OK;
	if (strchr(name, '/') != NULL)
		return stat(name, &st) != 0 ? DG_OK : check_others("--exec", name, &st, err);
	if (!find_program(name, file, &st))
		return DG_OK;
	return check_others("--exec", file, &st, err);
}
