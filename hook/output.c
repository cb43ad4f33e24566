/* SPDX-License-Identifier: ISC */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_text(FILE *to, const char *text)
{
	return fputs(text, to) >= 0 && putc('\n', to) != EOF && fflush(to) == 0;
}

static enum dg_status write_failed(const char *file, struct dg_error *err)
{
	return dg_fail(err, DG_ESYSTEM, "cannot write %.300s: %s", file, strerror(errno));
}

static enum dg_status write_in_place(const char *file, const char *text, struct dg_error *err)
{
	FILE *to = fopen(file, "w");
	enum dg_status status = DG_OK;

	if (to == NULL)
		return write_failed(file, err);
	if (!write_text(to, text))
		status = write_failed(file, err);
	if (fclose(to) != 0 && status == DG_OK)
		status = write_failed(file, err);
	return status;
}

static enum dg_status write_beside(const char *file, const char *text, char *beside,
				   struct dg_error *err)
{
	enum dg_status status = DG_OK;
	int fd = mkstemp(beside);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
	mode_t mask = umask(0);

	umask(mask);
	if (to == NULL) {
		if (fd >= 0)
			close(fd);
		return write_failed(file, err);
	}
	/* mkstemp lets nobody else read; the user's umask decides. */
	if (!write_text(to, text) || fchmod(fd, 0666 & ~mask) != 0)
		status = write_failed(file, err);
	if (fclose(to) != 0 && status == DG_OK)
		status = write_failed(file, err);
	if (status == DG_OK && rename(beside, file) != 0)
		status = write_failed(file, err);
	if (status != DG_OK)
		unlink(beside);
	return status;
}

enum dg_status output_file(const char *file, const char *text, struct dg_error *err)
{
	struct stat st;
	char *beside;
	enum dg_status status;

	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		return write_in_place(file, text, err);
	beside = malloc(strlen(file) + 8);
	if (beside == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	strcpy(beside, file);
	strcat(beside, ".XXXXXX");
	status = write_beside(file, text, beside, err);
	free(beside);
	return status;
}

enum dg_status output_stdout(const char *text, struct dg_error *err)
{
	return write_text(stdout, text) ? DG_OK : write_failed("to stdout", err);
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
