/* SPDX-License-Identifier: ISC */
/*
 * Two forms, told apart by their first word:
 *
 *   key "name" { algorithm hmac-sha256; secret "..."; };     tsig-keygen, BIND, nsupdate -k
 *
 *   key:                                                     keymgr -t, Knot
 *     - id: name
 *       algorithm: hmac-sha256
 *       secret: ...
 */
#include "key_file.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "system/owned.h"

#define FILE_LEN 8192
#define BLANKS " \t\r\n"

/* The file as it is walked through. */
struct reader {
	const char *file;
	const char *at;
	unsigned line;
	char word[KEY_WORD]; /* the last one */
	bool quoted;
	bool list; /* Knot's form, where a secret may begin with what is a comment for BIND */
	struct dg_error *err;
};

/* What a key has, while it is read. */
struct parts {
	char secret[KEY_SECRET * 2];
	bool algorithm_seen, secret_seen;
};

static enum dg_status wrong(const struct reader *r, const char *what)
{
	return dg_fail(r->err, DG_EINVAL, "key file %.200s, line %u: %s", r->file, r->line, what);
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool skip_comment(struct reader *r)
{
	if (r->at[0] == '#' || (!r->list && r->at[0] == '/' && r->at[1] == '/')) {
		r->at += strcspn(r->at, "\n");
		return true;
	}
	if (r->list || r->at[0] != '/' || r->at[1] != '*')
		return false;
	for (r->at += 2; r->at[0] != '\0' && (r->at[0] != '*' || r->at[1] != '/'); r->at++)
		r->line += r->at[0] == '\n';
	r->at += r->at[0] == '\0' ? 0 : 2;
	return true;
}

/* A secret may go over several lines. */
static void count_lines(struct reader *r)
{
	const char *c;

	for (c = r->word; *c != '\0'; c++)
		r->line += *c == '\n';
}

/* The next word, or one of the marks alone; empty at the end. False: a word too long, or a quote
 * without its end. */
static bool next_word(struct reader *r, const char *marks)
{
	const char *from;
	size_t len;

	do {
		for (; *r->at != '\0' && strchr(BLANKS, *r->at) != NULL; r->at++)
			r->line += *r->at == '\n';
	} while (skip_comment(r));
	r->quoted = *r->at == '"';
	from = r->at + r->quoted;
	len = r->quoted ? strcspn(from, "\"") : strcspn(from, BLANKS "\"{};");
	if (!r->quoted && len == 0 && *from != '\0' && strchr(marks, *from) != NULL)
		len = 1;
	if (len >= sizeof(r->word) || (r->quoted && from[len] != '"'))
		return false;
	memcpy(r->word, from, len);
	r->word[len] = '\0';
	count_lines(r);
	r->at = from + len + r->quoted;
	return r->quoted || len > 0 || *from == '\0';
}

static bool word_is(const struct reader *r, const char *text)
{
	return !r->quoted && strcasecmp(r->word, text) == 0;
}

static bool takes(struct reader *r, const char *text)
{
	return next_word(r, "{};") && word_is(r, text);
}

/* ---- the two forms --------------------------------------------------------------------------- */

/* As nsupdate reads it: blanks in a secret mean nothing. */
static void take_secret(const char *word, char out[KEY_SECRET * 2])
{
	size_t n = 0;

	for (; *word != '\0'; word++)
		if (strchr(BLANKS, *word) == NULL)
			out[n++] = *word;
	out[n] = '\0';
}

static void take_part(struct reader *r, const char *what, struct key *key, struct parts *parts)
{
	if (strcasecmp(what, "algorithm") == 0) {
		parts->algorithm_seen = true;
		strcpy(key->algorithm, r->word);
	} else {
		parts->secret_seen = true;
		take_secret(r->word, parts->secret);
	}
}

static bool is_part(const char *word)
{
	return strcasecmp(word, "algorithm") == 0 || strcasecmp(word, "secret") == 0;
}

/* What ddns-confgen and rndc-confgen print has other clauses behind the key. */
static enum dg_status skip_others(struct reader *r)
{
	unsigned depth = 0;

	for (;;) {
		if (!next_word(r, "{};"))
			return wrong(r, "this cannot be read");
		if (r->word[0] == '\0')
			return DG_OK;
		if (depth == 0 && word_is(r, "key"))
			return wrong(r, "more than one key");
		if (word_is(r, "{"))
			depth++;
		else if (word_is(r, "}") && depth > 0)
			depth--;
	}
}

static enum dg_status read_braces(struct reader *r, struct key *key, struct parts *parts)
{
	if (!next_word(r, "") || r->word[0] == '\0')
		return wrong(r, "no name after \"key\"");
	strcpy(key->name, r->word);
	if (!takes(r, "{"))
		return wrong(r, "no \"{\" after the key's name");
	for (;;) {
		char what[KEY_WORD];

		if (!next_word(r, "{};"))
			return wrong(r, "this cannot be read");
		if (word_is(r, "}"))
			break;
		if (!is_part(r->word))
			return wrong(r, "neither \"algorithm\", \"secret\" nor \"}\"");
		strcpy(what, r->word);
		if (!next_word(r, "") || r->word[0] == '\0')
			return wrong(r, "no value");
		take_part(r, what, key, parts);
		if (!takes(r, ";"))
			return wrong(r, "no \";\" after the value");
	}
	if (!takes(r, ";"))
		return wrong(r, "no \";\" after \"}\"");
	return skip_others(r);
}

static enum dg_status read_list(struct reader *r, struct key *key, struct parts *parts)
{
	r->list = true;
	for (;;) {
		char what[KEY_WORD];
		size_t len;

		if (!next_word(r, ""))
			return wrong(r, "this cannot be read");
		if (r->word[0] == '\0')
			return DG_OK;
		if (word_is(r, "-"))
			continue;
		len = strlen(r->word);
		if (r->quoted || r->word[len - 1] != ':')
			return wrong(r, "not \"id:\", \"algorithm:\" or \"secret:\"");
		r->word[len - 1] = '\0';
		strcpy(what, r->word);
		if (!is_part(what) && strcmp(what, "id") != 0)
			return wrong(r, "not \"id:\", \"algorithm:\" or \"secret:\"");
		if (!next_word(r, "") || r->word[0] == '\0')
			return wrong(r, "no value");
		if (is_part(what))
			take_part(r, what, key, parts);
		else if (key->name[0] != '\0')
			return wrong(r, "more than one key");
		else
			strcpy(key->name, r->word);
	}
}

/* ---- the file -------------------------------------------------------------------------------- */

/* The octets of base64 (RFC 4648 section 4). */
static bool decode(const char *text, struct key *key)
{
	uint8_t out[KEY_WORD];
	size_t len = strlen(text), padding = 0;
	int n;

	if (len == 0 || len % 4 != 0 || len >= KEY_WORD)
		return false;
	while (padding < 2 && text[len - 1 - padding] == '=')
		padding++;
	n = EVP_DecodeBlock(out, (const unsigned char *)text, (int)len);
	if (n > 0) {
		key->len = (size_t)n - padding;
		memcpy(key->secret, out, key->len);
	}
	OPENSSL_cleanse(out, sizeof(out));
	return n > 0;
}

static enum dg_status parse(struct reader *r, struct key *key)
{
	struct dg_tsig_key check = {.name = key->name, .algorithm = key->algorithm};
	struct dg_error why = {0};
	struct parts parts = {0};
	enum dg_status status;

	if (strncmp(r->at, "\xef\xbb\xbf", 3) == 0)
		status = wrong(r, "it begins with a byte order mark: save it without");
	else if (!next_word(r, "{};"))
		status = wrong(r, "this cannot be read");
	else if (word_is(r, "key"))
		status = read_braces(r, key, &parts);
	else if (word_is(r, "key:"))
		status = read_list(r, key, &parts);
	else
		status = wrong(r, "it does not begin with \"key\"");
	if (status == DG_OK && key->name[0] == '\0')
		status = wrong(r, "the key has no name");
	if (status == DG_OK && !parts.algorithm_seen)
		status = wrong(r, "the key has no algorithm");
	if (status == DG_OK && !parts.secret_seen)
		status = wrong(r, "the key has no secret");
	if (status == DG_OK && !decode(parts.secret, key))
		status = wrong(r, "the secret is not base64");
	OPENSSL_cleanse(&parts, sizeof(parts));
	OPENSSL_cleanse(r->word, sizeof(r->word));
	check.secret = key->secret;
	check.secret_len = key->len;
	if (status == DG_OK && dg_tsig_key_check(&check, &why) != DG_OK)
		status = dg_fail(r->err, why.status, "key file %.200s: %.200s", r->file, why.text);
	return status;
}

/* Its text with a final NUL. */
static enum dg_status load(const char *file, char text[FILE_LEN], struct dg_error *err)
{
	int fd = owned_open_secret("key file", file, err);
	enum dg_status status = fd < 0 ? err->status : DG_OK;
	ssize_t n = 0;

	if (status == DG_OK && (n = read(fd, text, FILE_LEN)) < 0)
		status = dg_fail(err, DG_EINVAL, "key file %.200s: %s", file, strerror(errno));
	if (status == DG_OK && n == FILE_LEN)
		status = dg_fail(err, DG_EINVAL, "key file %.200s: larger than %d octets", file,
				 FILE_LEN - 1);
	if (status == DG_OK)
		text[n] = '\0';
	if (fd >= 0)
		close(fd);
	return status;
}

enum dg_status key_file_read(struct key *ret_key, const char *file, struct dg_error *err)
{
	char text[FILE_LEN];
	struct key key = {0};
	struct reader r = {.file = file, .at = text, .line = 1, .err = err};
	enum dg_status status = load(file, text, err);

	if (status == DG_OK)
		status = parse(&r, &key);
	OPENSSL_cleanse(text, sizeof(text));
	if (status == DG_OK)
		*ret_key = key;
	key_wipe(&key);
	return status;
}

void key_wipe(struct key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}
