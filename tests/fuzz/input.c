/* SPDX-License-Identifier: ISC */
/* memfd_create is Linux' own. */
#define _GNU_SOURCE
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

uint8_t input_octet(struct input *in)
{
	return in->pos < in->size ? in->data[in->pos++] : 0;
}

unsigned input_number(struct input *in)
{
	unsigned high = input_octet(in);

	return high << 8 | input_octet(in);
}

size_t input_left(const struct input *in)
{
	return in->size - in->pos;
}

const uint8_t *input_octets(struct input *in, size_t most, size_t *ret_len)
{
	const uint8_t *octets = in->data + in->pos;

	*ret_len = input_left(in) < most ? input_left(in) : most;
	in->pos += *ret_len;
	return octets;
}

char *input_line(struct input *in)
{
	size_t from = in->pos;
	char *line;

	while (in->pos < in->size && in->data[in->pos] != '\n' && in->data[in->pos] != '\0')
		in->pos++;
	line = input_text(in->data + from, in->pos - from);
	in->pos += in->pos < in->size;
	return line;
}

const char *input_file(const void *octets, size_t len)
{
	static char name[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("input", MFD_CLOEXEC);
		must(fd >= 0 && fchmod(fd, 0600) == 0, "no file in memory");
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0 && pwrite(fd, octets, len, 0) == (ssize_t)len, "cannot write");
	return name;
}

char *input_text(const void *octets, size_t len)
{
	char *text = malloc(len + 1);

	must(text != NULL, "memory");
	if (len > 0)
		memcpy(text, octets, len);
	text[len] = '\0';
	return text;
}

void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "this does not hold: %s\n", what);
	abort();
}

void must_be_words(const char *text, size_t size, const char *what)
{
	size_t len = strnlen(text, size), i;

	must(len > 0 && len < size, what);
	for (i = 0; i < len; i++)
		must(text[i] >= ' ' && text[i] <= '~', what);
}
