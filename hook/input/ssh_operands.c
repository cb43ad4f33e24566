/* SPDX-License-Identifier: ISC */
/*
 * Whoever has the key says what SSH_ORIGINAL_COMMAND holds. No shell has read it, and none does
 * here: it is cut at blanks, and each word is a name, or a value, by its letters alone. What begins
 * with "-" is an option, unless it has the length and the letters of a digest.
 */
#include "ssh_operands.h"

#include <stdlib.h>
#include <string.h>

#define VARIABLE "SSH_ORIGINAL_COMMAND"
#define COMMAND "dns01gate check --json"
#define LETTERS BASE64URL "+/=.:,@%*"
#define COMMAND_MAX 8192
/* A name, and as many values as one may have. */
#define WORDS_MAX 65

static bool is_operand(const char *word)
{
	if (strspn(word, LETTERS) != strlen(word))
		return false;
	return word[0] != '-' || is_digest(word, strlen(word));
}

/* Cuts the words; DG_EINVAL quotes the first that is none of what is allowed. */
static enum dg_status cut(char *text, char **words, size_t *ret_count, struct dg_error *err)
{
	char *rest = NULL, *word = strtok_r(text, " ", &rest);
	size_t count = 0;

	for (; word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (!is_operand(word))
			return dg_fail(err, DG_EINVAL,
				       VARIABLE ": a word is neither a name nor a value");
		if (count == WORDS_MAX)
			return dg_fail(err, DG_EINVAL, VARIABLE ": more than %d words", WORDS_MAX);
		words[count++] = word;
	}
	if (count == 0)
		return dg_fail(err, DG_EINVAL, VARIABLE ": no name behind \"" COMMAND "\"");
	*ret_count = count;
	return DG_OK;
}

enum dg_status operands_from_ssh(struct options *options, struct operands *operands,
				 struct dg_error *err)
{
	const char *command = getenv(VARIABLE);
	char **words;
	size_t count = 0;

	if (operands->count != 1 || !operand_is(operands, 0, "check"))
		return dg_fail(err, DG_EINVAL,
			       "--operands-from-ssh is for \"check\", without a name");
	if (command == NULL)
		return dg_fail(err, DG_EINVAL,
			       "--operands-from-ssh: " VARIABLE " is not in the environment");
	if (strlen(command) > COMMAND_MAX ||
	    strncmp(command, COMMAND " ", strlen(COMMAND) + 1) != 0)
		return dg_fail(err, DG_EINVAL,
			       VARIABLE " is not \"" COMMAND "\", a name and its values");
	options->ssh_command = strdup(command + strlen(COMMAND));
	words = calloc(WORDS_MAX + 1, sizeof(*words));
	if (options->ssh_command == NULL || words == NULL) {
		free(words);
		return dg_fail(err, DG_ENOMEM, "out of memory");
	}
	words[0] = operands->text[0];
	if (cut(options->ssh_command, words + 1, &count, err) != DG_OK) {
		free(words);
		return err->status;
	}
	free(operands->text);
	operands->text = words;
	operands->count = count + 1;
	operands->literal = 1;
	return DG_OK;
}
