/* SPDX-License-Identifier: ISC */
#include "html.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct html *h, const char *text, size_t len)
{
	if (h->failed)
		return;
	if (h->room - h->len <= len) {
		size_t room = (h->room + len) * 2 + 4096;
		char *more = room > len ? realloc(h->text, room) : NULL;

		if (more == NULL) {
			h->failed = true;
			return;
		}
		h->text = more;
		h->room = room;
	}
	memcpy(h->text + h->len, text, len);
	h->len += len;
	h->text[h->len] = '\0';
}

void html_raw(struct html *h, const char *text)
{
	add(h, text, strlen(text));
}

/* The character that UTF-8 text begins with, and its octets. jansson lets only sound UTF-8 in; what
 * was cut off in the midst of a character is none. */
static uint32_t character(const unsigned char *text, size_t *ret_len)
{
	static const unsigned char lead[] = {0x7f, 0x1f, 0x0f, 0x07};
	size_t more = text[0] < 0x80 ? 0 : text[0] < 0xe0 ? 1 : text[0] < 0xf0 ? 2 : 3, i;
	uint32_t c = text[0] & lead[more];

	for (i = 1; i <= more && (text[i] & 0xc0) == 0x80; i++)
		c = c << 6 | (text[i] & 0x3f);
	*ret_len = i;
	return i > more ? c : 0xffff;
}

/* Controls, no characters at all, and what makes text look like other text. */
static bool is_treacherous(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe0fff);
}

void html_text(struct html *h, const char *text)
{
	while (*text != '\0') {
		char escaped[16];
		size_t len;
		uint32_t c = character((const unsigned char *)text, &len);

		if (c == '&')
			html_raw(h, "&amp;");
		else if (c == '<')
			html_raw(h, "&lt;");
		else if (c == '>')
			html_raw(h, "&gt;");
		else if (c == '"')
			html_raw(h, "&quot;");
		else if (c == '\'')
			html_raw(h, "&#39;");
		else if (is_treacherous(c)) {
			snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)c);
			html_raw(h, escaped);
		} else {
			add(h, text, len);
		}
		text += len;
	}
}

void html(struct html *h, const char *format, ...)
{
	char number[64];
	va_list args;

	va_start(args, format);
	for (;;) {
		size_t plain = strcspn(format, "%");

		add(h, format, plain);
		format += plain;
		if (*format == '\0')
			break;
		number[0] = '\0';
		switch (format[1]) {
		case 's':
			html_text(h, va_arg(args, const char *));
			break;
		case 'd':
			snprintf(number, sizeof(number), "%d", va_arg(args, int));
			break;
		case 'f':
			snprintf(number, sizeof(number), "%.2f", va_arg(args, double));
			break;
		default:
			snprintf(number, sizeof(number), "%%");
			break;
		}
		html_raw(h, number);
		format += 2;
	}
	va_end(args);
}
