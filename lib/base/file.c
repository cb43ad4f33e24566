/* SPDX-License-Identifier: ISC */
#include "dns01gate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Where pipes without a name are: a shell's, /dev/stdin (statfs(2)). */
#define PIPES 0x50495045

/* Why it is not to be read; NULL: it is. */
static const char *refuse(int fd)
{
	struct stat st;
	struct statfs fs;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (S_ISREG(st.st_mode))
		return NULL;
	if (S_ISDIR(st.st_mode))
		return strerror(EISDIR);
	if (S_ISFIFO(st.st_mode) && fstatfs(fd, &fs) == 0 && fs.f_type == PIPES)
		return NULL;
	return S_ISFIFO(st.st_mode)   ? "it is a named pipe"
	       : S_ISSOCK(st.st_mode) ? "it is a socket"
				      : "it is a device";
}

FILE *dg_file_open(const char *name, const char **ret_why)
{
	/* To open a pipe or a device that blocks would wait for its other end. */
	int fd = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	const char *why = fd < 0 ? strerror(errno) : refuse(fd);
	FILE *file = NULL;

	if (why == NULL && (fcntl(fd, F_SETFL, 0) != 0 || (file = fdopen(fd, "r")) == NULL))
		why = strerror(errno);
	if (file != NULL)
		return file;
	if (fd >= 0)
		close(fd);
	*ret_why = why;
	return NULL;
}
