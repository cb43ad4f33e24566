/* SPDX-License-Identifier: ISC */
#include "value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "input/options.h"

bool value_read(char ret_value[PROBLEM_VALUE], unsigned *ret_more, const char *text)
{
	static const char words[] = "Incorrect TXT record \"";
	const char *at = pattern_find(text, words), *end, *more;
	size_t len = 0;

	if (at == NULL)
		return false;
	at += strlen(words);
	more = pattern_find(at, "\" (and ");
	end = more != NULL ? more : pattern_find(at, "\" found at ");
	if (end == NULL)
		return false;
	/* The CA escapes quotes and backslashes in it. */
	for (; at < end && len < PROBLEM_VALUE - 1; at++) {
		if (*at == '\\' && at + 1 < end)
			at++;
		ret_value[len++] = *at;
	}
	ret_value[len] = '\0';
	*ret_more = more != NULL ? (unsigned)strtoul(more + strlen("\" (and "), NULL, 10) : 0;
	return true;
}

static size_t digest_run(const char *text)
{
	return strspn(text, BASE64URL);
}

/* Quotes, backslashes or blanks, and without them a digest. */
static bool is_quoted(const char *value)
{
	char bare[PROBLEM_VALUE];
	size_t len = 0, dropped = 0;

	for (; *value != '\0'; value++)
		if (strchr("\"'\\ \t\r\n", *value) != NULL)
			dropped++;
		else
			bare[len++] = *value;
	bare[len] = '\0';
	return dropped > 0 && is_digest(bare, len);
}

/* "TOKEN.THUMBPRINT". */
static bool is_key_authorization(const char *value)
{
	size_t token = digest_run(value);

	return token >= 16 && value[token] == '.' && digest_run(value + token + 1) >= 40;
}

static bool has_capital(const char *value)
{
	for (; *value != '\0'; value++)
		if (isupper((unsigned char)*value))
			return true;
	return false;
}

/* What a text for other purposes looks like: SPF, DMARC, a proof for somebody else. */
static bool is_for_others(const char *value)
{
	return pattern_find(value, "v=") == value || pattern_find(value, "verif*=") != NULL ||
	       strchr(value, ' ') != NULL;
}

/* Folded, padded, cut, in plain base64, or behind a key. */
static bool is_altered(const char *value)
{
	size_t len = strlen(value), run = digest_run(value);
	const char *equals = strchr(value, '=');

	if (is_digest(value, len))
		return !has_capital(value);
	if (equals != NULL && is_digest(equals + 1, strlen(equals + 1)))
		return true;
	if (strspn(value, BASE64URL "+/") == DIGEST_LEN && (len == DIGEST_LEN || value[43] == '='))
		return true;
	return run == len && len >= 16 && len < DIGEST_LEN;
}

const char *value_findings(const char *value, unsigned more)
{
	if (is_quoted(value))
		return "F-07 F-05";
	if (is_key_authorization(value))
		return "F-09 F-05";
	if (is_altered(value))
		return "F-08 F-05";
	if (is_for_others(value))
		return "F-12 F-05 F-01";
	if (is_digest(value, strlen(value)) && more > 0)
		return "F-06 F-05 F-02 F-14 F-13 F-15";
	if (is_digest(value, strlen(value)))
		return "F-05 F-06 F-02 F-14 F-13 F-15 F-19";
	return "F-05 F-02 F-14 F-13 F-12 F-15 F-19 F-01";
}
