/* SPDX-License-Identifier: ISC */
#include "idn.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOST 63
/* RFC 3492 section 5. */
#define BASE 36
#define TMIN 1
#define TMAX 26
#define SKEW 38
#define DAMP 700
#define INITIAL_BIAS 72
#define INITIAL_N 128

/* One character of UTF-8 (RFC 3629 section 4); 0: it is none. */
static uint32_t read_character(const char **at)
{
	const uint8_t *s = (const uint8_t *)*at;
	size_t more = s[0] < 0x80 ? 0 : s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1, i;
	uint32_t c = more == 0 ? s[0] : s[0] & (0x3fu >> more);
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	if (s[0] >= 0xf8 || (s[0] >= 0x80 && s[0] < 0xc0))
		return 0;
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	*at += 1 + more;
	return c < least[more] || c > 0x10ffff ? 0 : c;
}

/* Latin, Greek and Cyrillic capitals, which are a fixed step away from the small letters. */
static uint32_t lower(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	if (c >= 0x100 && c <= 0x137)
		return c | 1;
	return c;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static char digit(uint32_t d)
{
	return (char)(d < 26 ? 'a' + d : '0' + (d - 26));
}

struct text {
	char *octets;
	size_t len, room;
};

static void put(struct text *t, char c)
{
	if (t->len < t->room)
		t->octets[t->len] = c;
	t->len++;
}

/* A number as digits of a variable base. */
static void put_number(struct text *t, uint32_t q, uint32_t bias)
{
	uint32_t k;

	for (k = BASE;; k += BASE) {
		uint32_t least = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;

		if (q < least)
			break;
		put(t, digit(least + (q - least) % (BASE - least)));
		q = (q - least) / (BASE - least);
	}
	put(t, digit(q));
}

/* RFC 3492 section 6.3. A label has few characters: nothing overflows. */
static void encode(const uint32_t *c, size_t count, struct text *t)
{
	uint32_t n = INITIAL_N, delta = 0, bias = INITIAL_BIAS;
	size_t basic = 0, done, i;

	for (i = 0; i < count; i++) {
		if (c[i] >= 0x80)
			continue;
		put(t, (char)c[i]);
		basic++;
	}
	if (basic > 0)
		put(t, '-');
	for (done = basic; done < count; delta++, n++) {
		uint32_t next = UINT32_MAX;

		for (i = 0; i < count; i++)
			if (c[i] >= n && c[i] < next)
				next = c[i];
		delta += (next - n) * (uint32_t)(done + 1);
		n = next;
		for (i = 0; i < count; i++) {
			delta += c[i] < n;
			if (c[i] != n)
				continue;
			put_number(t, delta, bias);
			bias = adapt(delta, (uint32_t)done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

static bool put_label(const char **at, struct text *t)
{
	uint32_t c[MOST];
	size_t count = 0, i;
	bool ascii = true;

	while (**at != '\0' && **at != '.') {
		if (count == MOST)
			return false;
		c[count] = read_character(at);
		if (c[count] == 0)
			return false;
		ascii = ascii && c[count] < 0x80;
		c[count] = lower(c[count]);
		count++;
	}
	if (!ascii)
		for (i = 0; i < 4; i++)
			put(t, "xn--"[i]);
	if (!ascii)
		encode(c, count, t);
	else
		for (i = 0; i < count; i++)
			put(t, (char)c[i]);
	return true;
}

bool idn_to_ascii(const char *name, char ret_ascii[IDN_LEN])
{
	struct text t = {.octets = ret_ascii, .room = IDN_LEN - 1};
	const char *at = name;
	bool ascii = true;

	for (; *at != '\0'; at++)
		ascii = ascii && (unsigned char)*at < 0x80;
	if (ascii)
		return false;
	for (at = name; *at != '\0';) {
		if (!put_label(&at, &t))
			return false;
		if (*at == '.') {
			put(&t, '.');
			at++;
		}
	}
	if (t.len > t.room)
		return false;
	ret_ascii[t.len] = '\0';
	return true;
}
