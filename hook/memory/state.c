/* SPDX-License-Identifier: ISC */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "system/folder.h"
#include "system/owned.h"
#include "system/say.h"

/* The names of the largest "wait -" several times over. */
#define FILE_MAX (8 << 20)
/* SHA-256's. */
#define DIGEST_DIGITS 64

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

/* ---- the directory --------------------------------------------------------------------------- */

/* Ours is `name` in `parent`. */
struct place {
	const char *parent;
	char name[40];
	bool chosen; /* by the user */
	bool first;  /* another one is tried after it */
};

/* Where there is no other: /run is missing or read-only in containers, and after su(1) or in cron
 * jobs XDG_RUNTIME_DIR is another user's, or gone. */
static struct place shared_place(void)
{
	struct place place = {.parent = "/tmp"};

	snprintf(place.name, sizeof(place.name), "dns01gate-%lu", (unsigned long)geteuid());
	return place;
}

/* A directory that the user names may be one that others use too: /tmp, /etc, one for several
 * users. */
static void find_place(const char *state_dir, struct place *ret)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	bool ours_alone = state_dir == NULL;

	*ret = (struct place){
	    .parent = state_dir, .name = "dns01gate", .chosen = !ours_alone, .first = ours_alone};
	if (ours_alone && geteuid() == 0)
		ret->parent = "/run";
	else if (ours_alone && runtime != NULL && runtime[0] == '/')
		ret->parent = runtime;
	else if (ours_alone)
		*ret = shared_place();
	else
		snprintf(ret->name, sizeof(ret->name), "dns01gate-%lu", (unsigned long)geteuid());
}

/* Said once: a run looks there several times. */
static void say_unused(const struct place *place, const char *below, const char *why)
{
	static bool said;

	if (place->first)
		return;
	if (!said)
		say_at(SAY_WARNING,
		       "state directory %.300s%s%s is not used: %s; this run remembers nothing",
		       place->parent, below[0] == '\0' ? "" : "/", below, why);
	said = true;
}

/* The same for what errno says. That there is no default place is no news to anybody. */
static void say_unopened(const struct place *place, const char *below)
{
	bool missing = errno == ENOENT || errno == EACCES || errno == EROFS;

	if (errno == ELOOP || errno == ENOTDIR)
		say_unused(place, below, "it is no directory, or a symbolic link");
	else if (place->chosen || !missing)
		say_unused(place, below, strerror(errno));
}

/* NULL when nobody but root and us can put something else in place of what we have in it. */
static const char *fault_of_parent(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "it belongs to another user";
	if ((st->st_mode & 022) != 0 && (st->st_mode & STICKY) == 0)
		return "others can write to it (chmod go-w it)";
	return NULL;
}

static const char *fault_of_own(const struct stat *st)
{
	if (st->st_uid != geteuid())
		return "it belongs to another user";
	if ((st->st_mode & 0777) != 0700)
		return "its mode is not 0700 (chmod 700 it)";
	return NULL;
}

static int open_parent(const struct place *place)
{
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (place->chosen ? O_NOFOLLOW : 0);
	const char *why = NULL;
	struct stat st;
	int fd, unmade = 0;

	if (place->chosen && mkdir(place->parent, 0700) != 0 && errno != EEXIST)
		unmade = errno;
	fd = open(place->parent, flags);
	if (fd < 0 && unmade != 0)
		errno = unmade;
	if (fd < 0 || fstat(fd, &st) != 0)
		say_unopened(place, "");
	else if ((why = fault_of_parent(&st)) != NULL)
		say_unused(place, "", why);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int open_own(const struct place *place, int parent)
{
	int fd = -1;
	const char *why = NULL;
	struct stat st;

	if (mkdirat(parent, place->name, 0700) == 0 || errno == EEXIST)
		fd = openat(parent, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		say_unopened(place, place->name);
	else if ((why = fault_of_own(&st)) != NULL)
		say_unused(place, place->name, why);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int open_place(const struct place *place)
{
	int parent = open_parent(place), own;

	if (parent < 0)
		return -1;
	own = open_own(place, parent);
	close(parent);
	return own;
}

int state_open(const char *state_dir)
{
	struct place place;
	int dir;

	find_place(state_dir, &place);
	dir = open_place(&place);
	if (dir >= 0 || !place.first)
		return dir;
	place = shared_place();
	return open_place(&place);
}

void state_lock(int dir, dg_ms until)
{
	if (!folder_lock(dir, until))
		say_at(SAY_WARNING, "another run keeps the state directory locked: what it or this "
				    "run remembers may be lost");
}

/* ---- its files ------------------------------------------------------------------------------- */

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

json_t *state_read_object(int dir, const char *file)
{
	json_t *state = state_read(dir, file);

	if (json_is_object(state))
		return state;
	json_decref(state);
	return json_object();
}

size_t state_print_name(const char *name, char *out, size_t size)
{
	size_t len = strlen(name), i;

	if (len > 1 && name[len - 1] == '.')
		len--;
	if (len > size - 1)
		len = size - 1;
	for (i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] | 0x20) : name[i];
	out[len] = '\0';
	return len;
}

bool state_write(int dir, const char *file, const json_t *state)
{
	char *text = json_dumps(state, JSON_COMPACT);
	bool good =
	    text != NULL && strlen(text) < FILE_MAX && folder_replace(dir, file, text, 0600) == 0;

	free(text);
	return good;
}

void state_sweep(int dir, const char *prefix, long seconds)
{
	const struct folder_form form = {.prefix = prefix, .digits = DIGEST_DIGITS};

	folder_sweep(dir, &form, seconds);
}
