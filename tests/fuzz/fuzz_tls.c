/* SPDX-License-Identifier: ISC */
/*
 * DNS over TLS: any octets, in any pieces, with questions asked and given up in between. What comes
 * out is what stands in the stream, message by message, told under the question whose id it has;
 * what goes out is each question once, with its length in front.
 */
#include <stdlib.h>
#include <string.h>

#include "net/framing.h"
#include "input.h"

#define QUESTIONS 8

static const struct dg_framing *const framing = &dg_transport_tls;

/* What is known of the stream beside the framing. */
struct mirror {
	bool asked[QUESTIONS];
	uint16_t id[QUESTIONS];
	uint8_t in[2 + DG_MSG_MAX]; /* the message that is not whole yet */
	size_t in_len;
	size_t out_len; /* octets that are to go out in all, and went */
	size_t out_done;
};

static struct mirror m;

static void ask(void *frames, unsigned handle, uint16_t id)
{
	struct dg_query query = {.len = DG_MSG_HEADER, .wire = {(uint8_t)(id >> 8), (uint8_t)id}};
	enum dg_status status;
	bool taken = false;
	unsigned i;

	for (i = 0; i < QUESTIONS; i++)
		taken = taken || (m.asked[i] && m.id[i] == id);
	status = framing->ask(frames, handle, &query);
	must((status == DG_OK) == !taken, "two questions with one id, or one without reason not");
	if (status != DG_OK)
		return;
	m.asked[handle] = true;
	m.id[handle] = id;
	m.out_len += 2 + query.len;
}

static void give(void *frames)
{
	const uint8_t *bytes = NULL;
	size_t len = framing->give(frames, &bytes), i;

	must(len % (2 + DG_MSG_HEADER) == 0, "half a question goes out");
	for (i = 0; i < len; i += 2 + DG_MSG_HEADER)
		must(bytes[i] == 0 && bytes[i + 1] == DG_MSG_HEADER, "not its length");
	m.out_done += len;
	must(m.out_done <= m.out_len, "a question goes out twice");
	if (len == 0)
		must(m.out_done == m.out_len, "a question does not go out");
}

/* The question that the message in the mirror belongs to, or QUESTIONS. */
static unsigned whose(void)
{
	unsigned i;

	for (i = 0; i < QUESTIONS; i++)
		if (m.in_len >= 2 + DG_MSG_HEADER && m.asked[i] &&
		    m.id[i] == (m.in[2] << 8 | m.in[3]))
			return i;
	return QUESTIONS;
}

static void next(void *frames)
{
	bool whole = m.in_len >= 2 && m.in_len == 2u + (size_t)(m.in[0] << 8 | m.in[1]);
	unsigned handle = whole ? whose() : QUESTIONS;
	struct dg_framed framed = {0};

	must(framing->next(frames, &framed) == (handle < QUESTIONS), "a message of no question");
	if (handle < QUESTIONS) {
		must(framed.handle == handle, "another's message");
		must(framed.len == m.in_len - 2 && memcmp(framed.bytes, m.in + 2, framed.len) == 0,
		     "not what came");
		must(!framing->next(frames, &framed), "a message twice");
	}
	if (whole)
		m.in_len = 0;
}

static void take(void *frames, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		struct dg_fault fault;
		size_t n = framing->take(frames, bytes, len, &fault);

		must(n > 0 && n <= len, "takes nothing, or more than there is");
		must(m.in_len + n <= sizeof(m.in), "takes more than a message");
		memcpy(m.in + m.in_len, bytes, n);
		m.in_len += n;
		next(frames);
		bytes += n;
		len -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.data = data, .size = size};
	void *frames = framing->begin(NULL);

	must(frames != NULL && !framing->is_ending(frames), "no beginning");
	memset(&m, 0, sizeof(m));
	while (input_left(&in) > 0) {
		uint8_t what = input_octet(&in), handle = what % QUESTIONS;
		size_t len;
		const uint8_t *octets;

		if (what >= 128) {
			octets = input_octets(&in, what - 127, &len);
			take(frames, octets, len);
		} else if (what >= 96) {
			give(frames);
		} else if (what >= 64 && m.asked[handle]) {
			framing->forget(frames, handle);
			m.asked[handle] = false;
		} else if (!m.asked[handle]) {
			ask(frames, handle, input_octet(&in));
		}
	}
	give(frames);
	give(frames);
	framing->end(frames);
	return 0;
}
