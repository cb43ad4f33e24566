/* SPDX-License-Identifier: ISC */
/* What the targets share: an input that is read octet by octet, files that hold octets, and checks.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size, pos;
};

/* 0 beyond the end. */
uint8_t input_octet(struct input *in);
unsigned input_number(struct input *in); /* of 16 bits */
size_t input_left(const struct input *in);

/* The next octets, at most so many, and how many there are. */
const uint8_t *input_octets(struct input *in, size_t most, size_t *ret_len);

/* A new string of the octets up to the next newline, NUL or the end; free() it. */
char *input_line(struct input *in);

/* A file with those octets, which no other user may read, for the program to open by its name: in
 * memory alone, and gone with the process. It is the same file at each call. */
const char *input_file(const void *octets, size_t len);

/* A new string of all octets and a final NUL; free() it. */
char *input_text(const void *octets, size_t len);

/* Says what, and aborts, when it does not hold. */
void must(bool holds, const char *what);

/* All of it may go to a terminal, and none of it is missing. */
void must_be_words(const char *text, size_t size, const char *what);

#endif
