/* SPDX-License-Identifier: ISC */
/*
 * Any octets as a key file. A key that was read is one that updates can be signed with, and is the
 * same when it is written in the simplest form and read again; what is said of one that was not has
 * no word of its secret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "input.h"
#include "publish/key_file.h"

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

static void check_again(const struct key *key)
{
	char text[4 * KEY_WORD + 2 * KEY_SECRET], secret[2 * KEY_SECRET];
	struct key again = {0};
	struct dg_error err = {0};
	int len;

	EVP_EncodeBlock((unsigned char *)secret, key->secret, (int)key->len);
	len = snprintf(text, sizeof(text), "key \"%s\" { algorithm \"%s\"; secret \"%s\"; };",
		       key->name, key->algorithm, secret);
	must(key_file_read(&again, input_file(text, (size_t)len), &err) == DG_OK,
	     "it is not read again");
	must(strcmp(again.name, key->name) == 0 && strcmp(again.algorithm, key->algorithm) == 0 &&
		 again.len == key->len && memcmp(again.secret, key->secret, key->len) == 0,
	     "it is another when read again");
	key_wipe(&again);
}

/* Not in the middle of another word, nor of a text in quotes. */
static bool begins_word(const char *text, const char *at)
{
	bool quoted = false;
	const char *c;

	for (c = text; c < at; c++)
		quoted = quoted != (*c == '"');
	return !quoted && (at == text || strchr(" \n\t{;", at[-1]) != NULL);
}

/* Long words behind "secret" that stand nowhere else in the file. */
static void check_silence(const char *text, const char *said)
{
	const char *at = text;

	while ((at = strstr(at, "secret")) != NULL) {
		bool begins = begins_word(text, at);
		char word[33];
		size_t len;

		at += strlen("secret");
		at += *at == ':';
		len = strspn(at, " \"");
		at += len;
		if (!begins || len == 0 || strspn(at, BASE64) < 12)
			continue;
		len = strspn(at, BASE64);
		len = len < 32 ? len : 32;
		memcpy(word, at, len);
		word[len] = '\0';
		if (strstr(text, word) == at && strstr(at + 1, word) == NULL)
			must(strstr(said, word) == NULL, "its secret is told");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct key key = {0};
	struct dg_error err = {0};
	char *text = input_text(data, size);
	enum dg_status status = key_file_read(&key, input_file(data, size), &err);

	if (status == DG_OK) {
		struct dg_tsig_key check = {key.name, key.algorithm, key.secret, key.len};

		must(key.len > 0 && key.len <= KEY_SECRET, "how long is its secret?");
		must(dg_tsig_key_check(&check, NULL) == DG_OK, "nothing can be signed with it");
		check_again(&key);
	} else {
		must(status == DG_EINVAL && strstr(err.text, "key file /proc/self/fd/") == err.text,
		     "which file is wrong?");
		check_silence(text, err.text);
	}
	key_wipe(&key);
	free(text);
	return 0;
}
