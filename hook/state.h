/* SPDX-License-Identifier: ISC */
/* Small JSON files in a directory that nobody else can write: what one call leaves for another. Whatever is
 * wrong with them, they are as if they were not there. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>

#include <jansson.h>

#define STATE_FILE_LEN 80

/* A file's name: the prefix, and 64 hexadecimal digits that stand for both texts, whatever these hold. The prefix has
 * 15 octets at most. False when SHA-256 is not to be had. */
bool state_file_name(char name[STATE_FILE_LEN], const char *prefix, const char *text,
		     const char *more);

/* The directory (NULL: the default place), made if need be; -1 when it is not one that only we can write.
 * close() it. */
int state_open(const char *state_dir);

/* What a file there holds; NULL when it is not there, or not to be trusted. */
json_t *state_read(int dir, const char *file);

/* Puts it there, whole or not at all. */
bool state_write(int dir, const char *file, const json_t *state);

/* Removes files of that prefix that nobody wrote to for so many seconds, and what writers that were killed have left. */
void state_sweep(int dir, const char *prefix, long seconds);

#endif
