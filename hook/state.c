/* SPDX-License-Identifier: ISC */
#include "state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#define FILE_MAX (1 << 20)

bool state_file_name(char name[STATE_FILE_LEN], const char *prefix, const char *text,
		     const char *more)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0, i;
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	/* With the NUL between them, no two pairs of texts are one. */
	bool good = hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
		    EVP_DigestUpdate(hash, text, strlen(text) + 1) == 1 &&
		    EVP_DigestUpdate(hash, more, strlen(more)) == 1 &&
		    EVP_DigestFinal_ex(hash, digest, &len) == 1;

	EVP_MD_CTX_free(hash);
	if (!good)
		return false;
	strcpy(name, prefix);
	for (i = 0; i < len; i++)
		sprintf(name + strlen(name), "%02x", digest[i]);
	return true;
}

static char *default_dir(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char *dir = malloc((runtime == NULL ? 0 : strlen(runtime)) + 64);

	if (dir == NULL)
		return NULL;
	if (geteuid() == 0)
		strcpy(dir, "/run/dns01gate");
	else if (runtime != NULL && runtime[0] == '/')
		sprintf(dir, "%s/dns01gate", runtime);
	else
		sprintf(dir, "/tmp/dns01gate-%lu", (unsigned long)geteuid());
	return dir;
}

/* The directory, made if need be; -1 when it is not one that only we can write. */
int state_open(const char *state_dir)
{
	char *dir = state_dir == NULL ? default_dir() : strdup(state_dir);
	struct stat st;
	int fd = -1;

	if (dir != NULL && (mkdir(dir, 0700) == 0 || errno == EEXIST))
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || st.st_uid != geteuid() || (st.st_mode & 022) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

json_t *state_read(int dir, const char *file)
{
	int fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	json_t *state = NULL;
	struct stat st;
	FILE *from;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 022) != 0 || st.st_size > FILE_MAX || (from = fdopen(fd, "r")) == NULL) {
		close(fd);
		return NULL;
	}
	/* Not json_loadfd: that reads octet by octet. */
	state = json_loadf(from, JSON_REJECT_DUPLICATES, NULL);
	fclose(from);
	return state;
}

/* Into a new file, which is for nobody else; none is left when it fails. */
static bool write_new(int dir, const char *file, const json_t *state)
{
	int fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
	bool good = false;

	if (fd < 0)
		return false;
	if (to == NULL) {
		close(fd);
	} else {
		good = json_dumpf(state, to, JSON_COMPACT) == 0;
		/* What stayed in the buffer is written here. */
		good = fclose(to) == 0 && good;
	}
	if (!good)
		unlinkat(dir, file, 0);
	return good;
}

/* Whole or not at all: written beside it, then put in its place. */
bool state_write(int dir, const char *file, const json_t *state)
{
	char beside[STATE_FILE_LEN + 16];

	snprintf(beside, sizeof(beside), "%s.%ld", file, (long)getpid());
	/* Left by one that was killed, and had the same number. */
	unlinkat(dir, beside, 0);
	if (!write_new(dir, beside, state))
		return false;
	/* Putting a file in the place of another makes some file systems write it to the disk first,
	 * which the gate would have to wait for. */
	unlinkat(dir, file, 0);
	if (renameat(dir, beside, dir, file) == 0)
		return true;
	unlinkat(dir, beside, 0);
	return false;
}

void state_sweep(int dir, const char *prefix, long seconds)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *files = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *file;
	time_t now = time(NULL);
	struct stat st;

	if (files == NULL && fd >= 0)
		close(fd);
	while (files != NULL && (file = readdir(files)) != NULL) {
		const char *name = file->d_name;

		/* state_write's own names have a dot, and a number behind it. */
		if (strncmp(name, prefix, strlen(prefix)) != 0 && strchr(name + 1, '.') == NULL)
			continue;
		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    difftime(now, st.st_mtime) > (double)seconds)
			unlinkat(dir, name, 0);
	}
	if (files != NULL)
		closedir(files);
}
