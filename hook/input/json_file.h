/* SPDX-License-Identifier: ISC */
/* A file with one JSON object that a person wrote: what is wrong with it is told with line and
 * column. */
#ifndef JSON_FILE_H
#define JSON_FILE_H

#include <jansson.h>

#include "dns01gate.h"

struct json_file {
	const char *name; /* borrowed */
	char *text;
	json_t *object;
};

/* Reads it; `what` it is, for the message when it cannot be. Free it with json_file_free.
 * DG_EINVAL, also when others can change it: what it says is done, by root maybe. */
enum dg_status json_file_read(struct json_file *ret_file, const char *name, const char *what,
			      struct dg_error *err) DG_MUST_CHECK;
void json_file_free(struct json_file *file);

/* Writes "FILE:LINE:COLUMN: " of a key of the object into buf, of size octets; returns buf. */
char *json_file_at(const struct json_file *file, const char *key, char *buf, size_t size);

#endif
