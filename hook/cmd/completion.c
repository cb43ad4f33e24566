/* SPDX-License-Identifier: ISC */
/* dns01gate completion SHELL: what bash, zsh and fish complete, out of the rows of the options and
 * commands. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "input/command.h"
#include "input/option_table.h"
#include "run.h"
#include "system/say.h"

#define WORDS_LEN 128

/* ---- what a row takes ------------------------------------------------------------------------ */

/* "FILE|off": files; "ADDR[#PORT]", "SECONDS": nothing that a shell could complete. */
static bool takes(const struct option_row *row, const char *what)
{
	return row->argument != NULL && strstr(row->argument, what) != NULL;
}

static bool takes_file(const struct option_row *row)
{
	return takes(row, "FILE") || takes(row, "PROGRAM");
}

/* The words among the alternatives, with blanks between: those without a capital. */
static const char *words_of(const struct option_row *row, char out[WORDS_LEN])
{
	const char *at = row->argument;
	size_t len = 0;

	out[0] = '\0';
	while (at != NULL && *at != '\0') {
		size_t n = strcspn(at, "|"), i;
		bool word = strchr(row->argument, '|') != NULL && n > 0;

		for (i = 0; i < n; i++)
			word = word && (islower((unsigned char)at[i]) || at[i] == '-');
		if (word && len + n + 2 < WORDS_LEN)
			len += (size_t)snprintf(out + len, WORDS_LEN - len, "%s%.*s",
						len > 0 ? " " : "", (int)n, at);
		at += n + (at[n] == '|');
	}
	return out;
}

/* The first line of its help, up to the default in brackets, in a text in single quotes. `quote` is
 * what such a quote becomes there, and what is in `escaped` gets a backslash. */
static void print_help(const struct option_row *row, const char *quote, const char *escaped)
{
	size_t len = strcspn(row->help, "\n("), i;

	while (len > 0 && strchr(" :;", row->help[len - 1]) != NULL)
		len--;
	for (i = 0; i < len; i++) {
		if (row->help[i] == '\'')
			fputs(quote, stdout);
		else
			printf(strchr(escaped, row->help[i]) != NULL ? "\\%c" : "%c", row->help[i]);
	}
}

/* The word that comes first in the usage line of each command that has a name. */
static bool first_word(const char *usage, char out[32])
{
	const char *at = usage;
	size_t n;

	if (strncmp(at, "[OPTIONS] ", 10) == 0)
		at += 10;
	n = strspn(at, "abcdefghijklmnopqrstuvwxyz_-");
	if (n == 0 || n >= 32 || at[n] == '|')
		return false;
	snprintf(out, 32, "%.*s", (int)n, at);
	return true;
}

static void print_commands(void)
{
	const char *usage;
	bool first = true;
	char word[32];
	size_t i;

	for (i = 0; (usage = command_usage(i)) != NULL; i++) {
		if (!first_word(usage, word))
			continue;
		printf("%s%s", first ? "" : " ", word);
		first = false;
	}
}

/* ---- the three shells ------------------------------------------------------------------------ */

/* What follows an option with an argument. */
static void print_bash_option(const struct option_row *row)
{
	char words[WORDS_LEN];

	putchar('\t');
	if (row->letter != '\0')
		printf("-%c | ", row->letter);
	printf("--%s)\n", row->name);
	words_of(row, words);
	if (takes_file(row))
		printf("\t\tCOMPREPLY=($(compgen -f -W \"%s\" -- \"$cur\"))\n", words);
	else if (takes(row, "DIR"))
		puts("\t\tCOMPREPLY=($(compgen -d -- \"$cur\"))");
	else if (words[0] != '\0')
		printf("\t\tCOMPREPLY=($(compgen -W \"%s\" -- \"$cur\"))\n", words);
	if (takes_file(row) || takes(row, "DIR"))
		puts("\t\tcompopt -o filenames 2>/dev/null");
	puts("\t\treturn ;;");
}

static void print_bash(void)
{
	size_t i;

	puts("# bash completion of dns01gate\n_dns01gate() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tCOMPREPLY=()\n\tcase $prev in");
	for (i = 0; i < option_count; i++)
		if (option_table[i].argument != NULL)
			print_bash_option(&option_table[i]);
	printf("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"");
	for (i = 0; i < option_count; i++)
		printf("%s--%s", i > 0 ? " " : "", option_table[i].name);
	printf("\" -- \"$cur\"))\n\telse\n\t\tCOMPREPLY=($(compgen -f -W \"");
	print_commands();
	puts("\" -- \"$cur\"))\n\tfi\n}\ncomplete -F _dns01gate dns01gate");
}

static void print_zsh_option(const struct option_row *row, bool letter)
{
	char words[WORDS_LEN];

	printf("\t'%s%s", row->many ? "*" : "", letter ? "-" : "--");
	if (letter)
		putchar(row->letter);
	else
		fputs(row->name, stdout);
	putchar('[');
	print_help(row, "'\\''", "[]:");
	putchar(']');
	words_of(row, words);
	if (takes_file(row))
		fputs(":file:_files", stdout);
	else if (takes(row, "DIR"))
		fputs(":directory:_files -/", stdout);
	else if (words[0] != '\0')
		printf(":word:(%s)", words);
	else if (row->argument != NULL)
		fputs(":value:", stdout);
	puts("' \\");
}

static void print_zsh(void)
{
	size_t i;

	puts("#compdef dns01gate\n_arguments \\");
	for (i = 0; i < option_count; i++) {
		if (option_table[i].letter != '\0')
			print_zsh_option(&option_table[i], true);
		print_zsh_option(&option_table[i], false);
	}
	printf("\t'1:command:(");
	print_commands();
	puts(")' \\\n\t'*:operand:_files'");
}

static void print_fish(void)
{
	char words[WORDS_LEN];
	size_t i;

	puts("# fish completion of dns01gate");
	printf("complete -c dns01gate -n __fish_use_subcommand -a '");
	print_commands();
	puts("'");
	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];

		printf("complete -c dns01gate -l %s", row->name);
		if (row->letter != '\0')
			printf(" -s %c", row->letter);
		words_of(row, words);
		if (takes_file(row) || takes(row, "DIR"))
			printf(" -r%s", words[0] != '\0' ? " -a 'off'" : "");
		else if (words[0] != '\0')
			printf(" -x -a '%s'", words);
		else if (row->argument != NULL)
			printf(" -x");
		printf(" -d '");
		print_help(row, "\\'", "\\");
		puts("'");
	}
}

static const struct shell {
	const char *name;
	void (*print)(void);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

static int run(const struct options *options, const struct operands *operands)
{
	size_t i;

	(void)options;
	for (i = 0; operands->count == 2 && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(operands->text[1], shells[i].name) != 0)
			continue;
		shells[i].print();
		if (fflush(stdout) == 0 && !ferror(stdout))
			return EXIT_VISIBLE;
		say("cannot write to stdout");
		return EXIT_INTERNAL;
	}
	say("completion takes bash, zsh or fish");
	return EXIT_USAGE;
}

const struct command command_completion = {
    .name = "completion",
    .place = 65,
    .usage = "completion bash|zsh|fish   (what the shell completes, to be sourced)",
    .options_follow = true,
    .run = run,
};
