/* SPDX-License-Identifier: ISC */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t dg_read_skip(struct dg_cursor *c, size_t n)
{
	size_t at = c->pos;

	if (c->failed || n > c->len - c->pos) {
		c->failed = true;
		return 0;
	}
	c->pos += n;
	return at;
}

uint8_t dg_read_u8(struct dg_cursor *c)
{
	size_t at = dg_read_skip(c, 1);

	return c->failed ? 0 : c->bytes[at];
}

uint16_t dg_read_u16(struct dg_cursor *c)
{
	size_t at = dg_read_skip(c, 2);

	if (c->failed)
		return 0;
	return (uint16_t)(c->bytes[at] << 8 | c->bytes[at + 1]);
}

uint32_t dg_read_u32(struct dg_cursor *c)
{
	uint32_t high = dg_read_u16(c);
	uint32_t low = dg_read_u16(c);

	return high << 16 | low;
}

bool dg_grow(void *array_pointer, size_t count, size_t size)
{
	void **array = array_pointer;
	void *bigger;

	/* Full only when the count is zero or a power of two. */
	if (count != 0 && (count & (count - 1)) != 0)
		return true;
	if (count > SIZE_MAX / 2 / size)
		return false;
	bigger = realloc(*array, (count == 0 ? 1 : count * 2) * size);
	if (bigger == NULL)
		return false;
	*array = bigger;
	return true;
}

uint32_t dg_scatter(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

const char *dg_octets_print(const uint8_t *octets, size_t len, size_t shown, char *buf)
{
	char *to = buf;
	size_t i;

	for (i = 0; i < len && i < shown; i++) {
		if (octets[i] < ' ' || octets[i] >= 0x7f || octets[i] == '\\')
			to += sprintf(to, "\\%03u", octets[i]);
		else
			*to++ = (char)octets[i];
	}
	strcpy(to, i < len ? "..." : "");
	return buf;
}

void dg_make_printable(char *octets, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (octets[i] < ' ' || octets[i] > '~')
			octets[i] = '?';
}

char *dg_copy_text(const char *text)
{
	size_t size;
	char *copy;

	if (text == NULL)
		return NULL;
	size = strlen(text) + 1;
	copy = malloc(size);
	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

char *dg_text(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return NULL;
	text = malloc((size_t)len + 1);
	if (text == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}
