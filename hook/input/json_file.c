/* SPDX-License-Identifier: ISC */
#include "json_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "system/owned.h"

#define FILE_MAX (1 << 20)

/* The text of an open file with a final NUL. */
static enum dg_status read_text(FILE *fp, const char *what, const char *file, char *text,
				struct dg_error *err)
{
	size_t len = fread(text, 1, FILE_MAX, fp);

	if (ferror(fp))
		return dg_fail(err, DG_EINVAL, "%s %s: %s", what, file, strerror(errno));
	if (!feof(fp) && getc(fp) != EOF)
		return dg_fail(err, DG_EINVAL, "%s %s: larger than %d octets", what, file,
			       FILE_MAX);
	text[len] = '\0';
	return DG_OK;
}

/* The whole file with a final NUL; free() it. */
static enum dg_status slurp(const char *file, const char *what, char **ret_text,
			    struct dg_error *err)
{
	const char *why = NULL;
	FILE *fp = dg_file_open(file, &why);
	char *text = malloc(FILE_MAX + 1);
	enum dg_status status;
	struct stat st;

	if (text == NULL)
		status = dg_fail(err, DG_ENOMEM, "out of memory");
	else if (fp == NULL)
		status = dg_fail(err, DG_EINVAL, "%s %s: %s", what, file, why);
	else if (fstat(fileno(fp), &st) != 0)
		status = dg_fail(err, DG_EINVAL, "%s %s: %s", what, file, strerror(errno));
	else
		status = owned_check(what, file, &st, err);
	if (status == DG_OK)
		status = read_text(fp, what, file, text, err);
	if (fp != NULL)
		fclose(fp);
	if (status == DG_OK)
		*ret_text = text;
	else
		free(text);
	return status;
}

enum dg_status json_file_read(struct json_file *ret_file, const char *name, const char *what,
			      struct dg_error *err)
{
	struct json_file file = {.name = name};
	json_error_t wrong;
	enum dg_status status = slurp(name, what, &file.text, err);

	if (status != DG_OK)
		return status;
	file.object = json_loads(file.text, JSON_REJECT_DUPLICATES, &wrong);
	if (file.object == NULL)
		status = dg_fail(err, DG_EINVAL, "%s:%d:%d: %s", name, wrong.line, wrong.column,
				 wrong.text);
	else if (!json_is_object(file.object))
		status = dg_fail(err, DG_EINVAL, "%s:1:1: not a JSON object", name);
	if (status != DG_OK) {
		json_file_free(&file);
		return status;
	}
	*ret_file = file;
	return DG_OK;
}

void json_file_free(struct json_file *file)
{
	json_decref(file->object);
	free(file->text);
	memset(file, 0, sizeof(*file));
}

/* Line and column, from 1, of a key of the outermost object; jansson has read the text, so it is
 * well formed, but keeps no positions. */
static void find_key(const char *text, const char *key, int *ret_line, int *ret_column)
{
	int depth = 0, line = 1, column = 1;
	bool in_string = false;
	size_t len = strlen(key);

	for (; *text != '\0'; text++, column++) {
		if (*text == '\n') {
			line++;
			column = 0;
		} else if (in_string) {
			if (*text == '\\') {
				text++;
				column++;
			} else if (*text == '"') {
				in_string = false;
			}
		} else if (*text == '"') {
			const char *after = text + 1 + len;

			if (depth == 1 && strncmp(text + 1, key, len) == 0 && *after == '"' &&
			    after[1 + strspn(after + 1, " \t\r\n")] == ':')
				break;
			in_string = true;
		} else {
			depth += (*text == '{' || *text == '[') - (*text == '}' || *text == ']');
		}
	}
	*ret_line = line;
	*ret_column = column;
}

char *json_file_at(const struct json_file *file, const char *key, char *buf, size_t size)
{
	int line, column;

	find_key(file->text, key, &line, &column);
	snprintf(buf, size, "%.200s:%d:%d: ", file->name, line, column);
	return buf;
}
