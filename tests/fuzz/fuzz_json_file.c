/* SPDX-License-Identifier: ISC */
/*
 * Any octets as a file that a person wrote in JSON, and as the config file. Each key of it stands
 * where it is said to stand; what the config file set is in range; what is wrong is told with the
 * file, and most of it with its place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "input/json_file.h"
#include "input/options.h"

/* The text from that place on, NULL: there is no such place. */
static const char *at_place(const char *text, long line, long column)
{
	for (; line > 1; line--) {
		text = strchr(text, '\n');
		if (text == NULL)
			return NULL;
		text++;
	}
	return column >= 1 && (size_t)column <= strlen(text) + 1 ? text + column - 1 : NULL;
}

/* A key with escapes in it is not looked for: then it is said to stand at the end. */
static void check_key(const struct json_file *file, const char *key)
{
	char where[300];
	const char *at, *place;
	long line, column;
	char *end;

	json_file_at(file, key, where, sizeof(where));
	must(strncmp(where, file->name, strlen(file->name)) == 0, "which file?");
	at = where + strlen(file->name);
	must(*at == ':', "where in the file?");
	line = strtol(at + 1, &end, 10);
	must(*end == ':', "which column?");
	column = strtol(end + 1, &end, 10);
	must(strcmp(end, ": ") == 0, "what is behind the place?");
	place = at_place(file->text, line, column);
	must(place != NULL, "there is no such place");
	must(*place == '\0' || (place[0] == '"' && strncmp(place + 1, key, strlen(key)) == 0 &&
				place[1 + strlen(key)] == '"'),
	     "the key stands elsewhere");
	if (*place == '\0') {
		/* Not found, because it is written in another way. */
		char *plain = malloc(strlen(key) + 3);

		sprintf(plain, "\"%s\"", key);
		must(strstr(file->text, plain) == NULL || strpbrk(file->text, "\\") != NULL,
		     "the key was not found");
		free(plain);
	}
}

static void check_config(const char *name)
{
	struct options options = {.gate = {.confirmations = 3, .port = 53}};
	struct dg_error err = {0};
	enum dg_status status = config_read(&options, name, &err);

	must(status == DG_OK || status == DG_EINVAL, "neither good nor wrong");
	if (status == DG_OK)
		must(options.gate.port >= 1 && options.gate.port <= 65535 &&
			 options.gate.confirmations >= 1 && options.gate.confirmations <= 1000 &&
			 options.gate.timeout >= 0 && options.settle >= 0 &&
			 options.gate.confirm_interval >= 0,
		     "out of range");
	else
		must(strncmp(err.text, name, strlen(name)) == 0 ||
			 strncmp(err.text, "config file ", 12) == 0,
		     "which file is wrong?");
	options_free(&options, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = input_file(data, size);
	struct json_file file;
	struct dg_error err = {0};
	const char *key;
	json_t *value;

	if (json_file_read(&file, name, "file", &err) == DG_OK) {
		must(json_is_object(file.object) && strlen(file.text) <= size, "not an object");
		json_object_foreach(file.object, key, value) check_key(&file, key);
		json_file_free(&file);
	} else {
		must(strncmp(err.text, name, strlen(name)) == 0, "which file is wrong?");
	}
	check_config(name);
	return 0;
}
