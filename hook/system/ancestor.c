/* SPDX-License-Identifier: ISC */
#include "ancestor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 36)
#include <sys/pidfd.h>
#define HAS_PIDFD 1
#endif

#define GENERATIONS 32
/* The rest of a longer command line is not read. */
#define WORDS_LEN 4096

/* Reads a file of /proc, which has no size; its first octets, NUL behind. */
static size_t read_proc(long pid, const char *what, char *buf, size_t size)
{
	char path[64];
	size_t len = 0;
	ssize_t n = 1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && n > 0 && len < size - 1) {
		n = read(fd, buf + len, size - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
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

/* ---- what a command line executes ------------------------------------------------------------ */

/* How an interpreter's options go. */
struct interpreter {
	const char *name;
	bool prefix; /* its name goes on: python3.11 */
	bool shell;
	const char *text;     /* letters behind which a text to execute follows, */
	const char *module;   /* a module's name, */
	const char *argument; /* and an argument */
};

static const struct interpreter interpreters[] = {
    {"python", true, false, "c", "m", "WX"},
    {"pypy", true, false, "c", "m", "WX"},
    /* Red Hat's own. */
    {"platform-python", true, false, "c", "m", "WX"},
    {"sh", false, true, "c", "", "oO"},
    {"ash", false, true, "c", "", "o"},
    {"bash", false, true, "c", "", "oO"},
    {"dash", false, true, "c", "", "o"},
    {"ksh", false, true, "c", "", "o"},
    {"mksh", false, true, "c", "", "o"},
    {"zsh", false, true, "c", "", "o"},
};

static const char *base_of(const char *word)
{
	const char *slash = strrchr(word, '/');

	return slash == NULL ? word : slash + 1;
}

static const struct interpreter *interpreter_of(const char *word)
{
	/* A login shell has a "-" in front. */
	const char *name = base_of(word) + (word[0] == '-');
	size_t i;

	for (i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++) {
		const struct interpreter *in = &interpreters[i];

		if (strncmp(name, in->name, strlen(in->name)) == 0 &&
		    (in->prefix || name[strlen(in->name)] == '\0'))
			return in;
	}
	return NULL;
}

/* The word after this one; NULL: it is the last. */
static const char *next_word(const char *word, const char *end)
{
	word += strlen(word) + 1;
	return word < end ? word : NULL;
}

/* The argument of a one-letter option: the rest of its word, or the next one. */
static const char *argument_of(const char *letter, const char **word, const char *end)
{
	if (letter[1] != '\0')
		return letter + 1;
	*word = next_word(*word, end);
	return *word;
}

/* One word of options, "-Im". True when what is executed is known, or that it is not ours to know:
 * NULL then. */
static bool read_option(const struct interpreter *in, const char **word, const char *end,
			const char **ret_executed)
{
	const char *letter = *word + 1;

	/* "--check-hash-based-pycs MODE" and bash's two with a file. */
	if (*letter == '-') {
		if (strcmp(letter, "-check-hash-based-pycs") == 0 ||
		    strcmp(letter, "-rcfile") == 0 || strcmp(letter, "-init-file") == 0)
			*word = next_word(*word, end);
		return false;
	}
	for (; *letter != '\0'; letter++) {
		if (strchr(in->text, *letter) != NULL)
			return true;
		if (strchr(in->module, *letter) != NULL) {
			*ret_executed = argument_of(letter, word, end);
			return true;
		}
		if (strchr(in->argument, *letter) != NULL) {
			argument_of(letter, word, end);
			break;
		}
	}
	return false;
}

/* The script, or the module, that an interpreter was given; NULL: none, or a text. */
static const char *script_of(const struct interpreter *in, const char *words, const char *end)
{
	const char *word = next_word(words, end), *executed = NULL;

	while (word != NULL && (word[0] == '-' || (in->shell && word[0] == '+')) &&
	       word[1] != '\0') {
		if (strcmp(word, "--") == 0)
			return next_word(word, end);
		if (read_option(in, &word, end, &executed))
			return executed;
		if (word != NULL)
			word = next_word(word, end);
	}
	return word;
}

/* Module "certbot.main" is certbot's, too. */
static bool names(const char *executed, const char *program)
{
	const char *base = base_of(executed);
	size_t len = strlen(program);

	return strcmp(base, program) == 0 ||
	       (base == executed && strncmp(base, program, len) == 0 && base[len] == '.' &&
		strcmp(base + len, ".main") == 0);
}

enum executes ancestor_executes(const char *words, size_t len, const char *program)
{
	const struct interpreter *in;
	const char *script;

	if (len == 0)
		return EXECUTES_OTHER;
	if (strcmp(base_of(words), program) == 0)
		return EXECUTES_ITSELF;
	in = interpreter_of(words);
	script = in == NULL ? NULL : script_of(in, words, words + len);
	if (script == NULL || !names(script, program))
		return EXECUTES_OTHER;
	return in->shell ? EXECUTES_IN_SHELL : EXECUTES_ITSELF;
}

/* ---- the ancestors --------------------------------------------------------------------------- */

/* From our parent up. Start it from generation 0. */
struct climb {
	struct ancestor at;
	long parent; /* of that */
	int generation;
	bool unread; /* it ended because /proc cannot be read */
};

/* The next ancestor; false at the end. Process 1 is a container's certbot; the parent of what has
 * none within this container is 0. */
static bool climb(struct climb *c)
{
	c->at.pid = c->generation == 0 ? (long)getppid() : c->parent;
	if (c->at.pid <= 0 || c->generation++ == GENERATIONS)
		return false;
	c->unread = !read_stat(c->at.pid, &c->parent, &c->at.start);
	return !c->unread;
}

bool ancestor_find(const char *program, struct ancestor *ret_ancestor)
{
	struct climb c = {.generation = 0};
	bool found = false;

	while (climb(&c)) {
		char words[WORDS_LEN];
		size_t len = read_proc(c.at.pid, "cmdline", words, sizeof(words));
		enum executes what = ancestor_executes(words, len, program);

		if (what == EXECUTES_ITSELF || (what == EXECUTES_IN_SHELL && !found)) {
			*ret_ancestor = c.at;
			found = true;
		}
		if (what == EXECUTES_ITSELF)
			break;
	}
	return found;
}

bool ancestor_client(const char *program, struct ancestor *ret_ancestor)
{
	char words[WORDS_LEN], above[WORDS_LEN];
	unsigned long long start;
	long parent, of_parent;
	int generation;

	if (!ancestor_find(program, ret_ancestor))
		return false;
	for (generation = 0; generation < GENERATIONS; generation++) {
		size_t len = read_proc(ret_ancestor->pid, "cmdline", words, sizeof(words));

		if (!read_stat(ret_ancestor->pid, &parent, &start) || parent <= 0 ||
		    read_proc(parent, "cmdline", above, sizeof(above)) != len ||
		    memcmp(words, above, len) != 0 || !read_stat(parent, &of_parent, &start))
			break;
		*ret_ancestor = (struct ancestor){parent, start};
	}
	return true;
}

/* True when the process began with that setting, "NAME=value"; *ret_known is false when that cannot
 * be read. */
static bool began_with(long pid, const char *setting, bool *ret_known)
{
	char path[64], *word = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/environ", pid);
	file = fopen(path, "re");
	*ret_known = file != NULL;
	while (file != NULL && !found && getdelim(&word, &size, '\0', file) > 0)
		found = strcmp(word, setting) == 0;
	*ret_known = file != NULL && ferror(file) == 0;
	if (file != NULL)
		fclose(file);
	free(word);
	return found;
}

bool ancestor_before(const char *setting, struct ancestor *ret_ancestor)
{
	struct climb c = {.generation = 0};
	bool known = true;

	while (known && climb(&c)) {
		bool has = began_with(c.at.pid, setting, &known);

		if (known && !has) {
			*ret_ancestor = c.at;
			return true;
		}
	}
	return false;
}

void ancestor_own(struct ancestor *ret_self)
{
	long parent;

	ret_self->pid = (long)getpid();
	if (!read_stat(ret_self->pid, &parent, &ret_self->start))
		ret_self->start = 0;
}

bool ancestor_is(const struct ancestor *ancestor)
{
	struct climb c = {.generation = 0};

	while (climb(&c))
		if (c.at.pid == ancestor->pid && c.at.start == ancestor->start)
			return true;
	return c.unread;
}

static bool is_still(const struct ancestor *ancestor)
{
	unsigned long long start;
	long parent;

	return read_stat(ancestor->pid, &parent, &start) && start == ancestor->start;
}

bool ancestor_signal(const struct ancestor *ancestor, int number)
{
#ifdef HAS_PIDFD
	/* Holds on to the process: its number may be another's by the time that the signal is sent.
	 */
	int fd = pidfd_open((pid_t)ancestor->pid, 0);

	if (fd >= 0) {
		bool sent = is_still(ancestor) && pidfd_send_signal(fd, number, NULL, 0) == 0;

		close(fd);
		return sent;
	}
#endif
	return is_still(ancestor) && kill((pid_t)ancestor->pid, number) == 0;
}
