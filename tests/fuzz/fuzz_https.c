/* SPDX-License-Identifier: ISC */
/*
 * DNS over HTTPS: any octets, in any pieces, as what a resolver sends over HTTP/2. Each question is
 * told at most once, with a message that is no longer than one may be, or with a reason; nothing is
 * told of one that was given up; and a connection that is over says why.
 */
#include <stdlib.h>
#include <string.h>

#include "net/framing.h"
#include "input.h"

#define QUESTIONS 6

static const struct dg_framing *const framing = &dg_transport_https;
/* As OpenSSL gives them: so much at a time. */
#define GIVES 1000

struct run {
	void *frames;
	bool asked[QUESTIONS], told[QUESTIONS], forgotten[QUESTIONS];
	size_t received;
	bool over;
};

static void ask(struct run *r, unsigned handle)
{
	struct dg_query query = {.len = DG_MSG_HEADER, .wire = {0, 0, 1}};
	bool ending = framing->is_ending(r->frames);
	enum dg_status status = framing->ask(r->frames, handle, &query);

	must((status == DG_OK) == !ending, "a question on a connection that ends");
	r->asked[handle] = status == DG_OK;
}

static void forget(struct run *r, unsigned handle)
{
	framing->forget(r->frames, handle);
	r->forgotten[handle] = true;
}

static void give(struct run *r)
{
	const uint8_t *bytes;
	int i;

	for (i = 0; i < GIVES && framing->give(r->frames, &bytes) > 0; i++)
		continue;
	must(i < GIVES, "no end of what is to be sent");
}

static void hear(struct run *r)
{
	struct dg_framed framed = {0};

	while (framing->next(r->frames, &framed)) {
		must(framed.handle < QUESTIONS && r->asked[framed.handle], "told of no question");
		must(!r->told[framed.handle], "told twice");
		must(!r->forgotten[framed.handle], "told of one that was given up");
		r->told[framed.handle] = true;
		must(framed.len <= DG_MSG_MAX && framed.len <= r->received, "more than came");
		if (framed.bytes == NULL)
			must_be_words(framed.fault.why, sizeof(framed.fault.why), "no reason");
		/* As those do who asked: an answer is one. */
		if (framed.handle % 2 == 0)
			forget(r, framed.handle);
	}
}

static void take(struct run *r, const uint8_t *bytes, size_t len)
{
	while (len > 0 && !r->over) {
		struct dg_fault fault = {0};
		size_t n = framing->take(r->frames, bytes, len, &fault);

		must(n <= len, "takes more than there is");
		r->received += n > 0 ? n : len;
		hear(r);
		r->over = n == 0;
		if (r->over)
			must_be_words(fault.why, sizeof(fault.why), "it is over, and why?");
		bytes += n;
		len -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char authority[] = "dns.example", path[] = "/dns-query";
	static const struct dg_secure secure = {
	    .https = true, .authority = authority, .path = path};
	struct input in = {.data = data, .size = size};
	unsigned asked = 0, piece = input_octet(&in), i;
	struct run r = {.frames = framing->begin(&secure)};

	must(r.frames != NULL, "no beginning");
	/* So many are asked at once, the others one after each piece; one may be given up. */
	while (asked < piece % 4)
		ask(&r, asked++);
	give(&r);
	while (input_left(&in) > 0 && !r.over) {
		size_t len;
		const uint8_t *octets = input_octets(&in, piece / 4 * 16u + 1, &len);

		take(&r, octets, len);
		give(&r);
		if (asked < QUESTIONS)
			ask(&r, asked++);
		if (piece & 128 && asked > 1 && r.asked[1] && !r.forgotten[1])
			forget(&r, 1);
	}
	for (i = 0; i < QUESTIONS; i++)
		if (r.asked[i] && !r.forgotten[i])
			forget(&r, i);
	give(&r);
	hear(&r);
	framing->end(r.frames);
	return 0;
}
