/* SPDX-License-Identifier: ISC */
/* What a command line executes: certbot itself, a script of that name, or something else that names
 * it. */
#include "unit.h"

#include <string.h>

#include "system/ancestor.h"

#define WORDS_LEN 256

struct row {
	const char *words; /* "|" between them */
	enum executes what;
};

static const struct row rows[] = {
    {"certbot|renew", EXECUTES_ITSELF},
    {"/usr/bin/certbot", EXECUTES_ITSELF},
    {"/usr/bin/python3|/usr/bin/certbot|renew", EXECUTES_ITSELF},
    {"/snap/certbot/1/bin/python3|-s|/snap/certbot/1/bin/certbot", EXECUTES_ITSELF},
    {"python3|-I|-s|-E|certbot", EXECUTES_ITSELF},
    {"python3|-I -s|/usr/bin/certbot", EXECUTES_ITSELF},
    {"python3.11|-W|ignore|-X|utf8|/usr/bin/certbot", EXECUTES_ITSELF},
    {"python3|-Wignore|-bb|certbot", EXECUTES_ITSELF},
    {"python3|--check-hash-based-pycs|never|certbot", EXECUTES_ITSELF},
    {"python3|--|certbot", EXECUTES_ITSELF},
    {"python3|-m|certbot|renew", EXECUTES_ITSELF},
    {"python3|-Im|certbot", EXECUTES_ITSELF},
    {"python3|-mcertbot", EXECUTES_ITSELF},
    {"python3|-m|certbot.main", EXECUTES_ITSELF},
    {"/usr/libexec/platform-python|-s|/usr/bin/certbot", EXECUTES_ITSELF},
    {"pypy3|certbot", EXECUTES_ITSELF},
    {"/bin/sh|/usr/local/bin/certbot|renew", EXECUTES_IN_SHELL},
    {"bash|-e|+x|/usr/local/bin/certbot", EXECUTES_IN_SHELL},
    {"bash|-o|pipefail|--rcfile|f|certbot", EXECUTES_IN_SHELL},
    {"-bash|certbot", EXECUTES_IN_SHELL},
    /* The text behind -c is nobody's name, whatever it ends in. */
    {"/bin/sh|-c|/opt/x/certbot", EXECUTES_OTHER},
    {"/bin/sh|-c|certbot|certbot", EXECUTES_OTHER},
    {"bash|-lc|certbot", EXECUTES_OTHER},
    {"sh|-e|-c|certbot", EXECUTES_OTHER},
    {"python3|-c|certbot|certbot", EXECUTES_OTHER},
    {"python3|-Ic|certbot", EXECUTES_OTHER},
    /* An argument is not what is executed. */
    {"sudo|certbot", EXECUTES_OTHER},
    {"sudo|dns01gate|certbot|auth", EXECUTES_OTHER},
    {"dns01gate|certbot|auth", EXECUTES_OTHER},
    {"tini|--|certbot", EXECUTES_OTHER},
    {"ssh|certbot", EXECUTES_OTHER},
    {"vi|certbot", EXECUTES_OTHER},
    {"python3|hook.py|certbot", EXECUTES_OTHER},
    {"python3|-m|pytest|certbot", EXECUTES_OTHER},
    {"python3|-W|certbot", EXECUTES_OTHER},
    {"sh|hook.sh|certbot", EXECUTES_OTHER},
    {"python3|/etc/certbot/hook", EXECUTES_OTHER},
    {"python3|certbot.py", EXECUTES_OTHER},
    {"python3|-m|certbot_dns_x", EXECUTES_OTHER},
    {"certbot-auto", EXECUTES_OTHER},
    /* Words that end too early, or are none. */
    {"python3", EXECUTES_OTHER},
    {"python3|-m", EXECUTES_OTHER},
    {"python3|-W", EXECUTES_OTHER},
    {"python3|-", EXECUTES_OTHER},
    {"python3||certbot", EXECUTES_OTHER},
    {"sh|-o", EXECUTES_OTHER},
    {"-", EXECUTES_OTHER},
    {"", EXECUTES_OTHER},
};

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].words), k;
		char words[WORDS_LEN];

		strcpy(words, rows[i].words);
		for (k = 0; k < len; k++)
			if (words[k] == '|')
				words[k] = '\0';
		if (ancestor_executes(words, len == 0 ? 0 : len + 1, "certbot") != rows[i].what)
			fail_msg("%s", rows[i].words);
	}
	/* What the kernel gives of a process without a command line, like its own. */
	assert_int_equal(ancestor_executes("", 0, "certbot"), EXECUTES_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
