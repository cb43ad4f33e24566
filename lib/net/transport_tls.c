/* SPDX-License-Identifier: ISC */
/*
 * DNS over TLS (RFC 7858): as over TCP, each message has its length in two octets in front (RFC
 * 1035 section 4.2.2). Many questions are under way at once, and answers come in any order (RFC
 * 7766 sections 6.2.1.1 and 7), so their ids differ among each other.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "framing.h"

#define PREFIX 2

struct question {
	uint32_t handle;
	uint8_t id[2];
};

struct frames {
	struct question *question;
	size_t nquestions;
	uint8_t *out; /* to be sent, or given out by the last call of give */
	size_t out_len;
	bool out_given;
	uint8_t in[PREFIX + DG_MSG_MAX];
	size_t in_len;
};

static void *tls_begin(const struct dg_secure *secure)
{
	(void)secure;
	return calloc(1, sizeof(struct frames));
}

static void tls_end(void *self)
{
	struct frames *f = self;

	free(f->question);
	free(f->out);
	free(f);
}

static const struct question *find_id(const struct frames *f, const uint8_t *wire)
{
	size_t i;

	for (i = 0; i < f->nquestions; i++)
		if (memcmp(f->question[i].id, wire, sizeof(f->question[i].id)) == 0)
			return &f->question[i];
	return NULL;
}

static void drop_given(struct frames *f)
{
	if (!f->out_given)
		return;
	f->out_given = false;
	f->out_len = 0;
}

static enum dg_status tls_ask(void *self, uint32_t handle, const struct dg_query *query)
{
	struct frames *f = self;
	uint8_t *out;

	if (find_id(f, query->wire) != NULL)
		return DG_ELIMIT;
	drop_given(f);
	if (!dg_grow(&f->question, f->nquestions, sizeof(*f->question)))
		return DG_ENOMEM;
	out = realloc(f->out, f->out_len + PREFIX + query->len);
	if (out == NULL)
		return DG_ENOMEM;
	f->out = out;
	out += f->out_len;
	out[0] = (uint8_t)(query->len >> 8);
	out[1] = (uint8_t)query->len;
	memcpy(out + PREFIX, query->wire, query->len);
	f->out_len += PREFIX + query->len;
	f->question[f->nquestions].handle = handle;
	memcpy(f->question[f->nquestions++].id, query->wire, sizeof(f->question->id));
	return DG_OK;
}

static void tls_forget(void *self, uint32_t handle)
{
	struct frames *f = self;
	size_t i;

	for (i = 0; i < f->nquestions; i++)
		if (f->question[i].handle == handle) {
			f->question[i] = f->question[--f->nquestions];
			return;
		}
}

static size_t tls_give(void *self, const uint8_t **ret_bytes)
{
	struct frames *f = self;

	drop_given(f);
	f->out_given = true;
	*ret_bytes = f->out;
	return f->out_len;
}

/* Octets of the message, length prefix included, that are still to come. */
static size_t missing(const struct frames *f)
{
	size_t want = PREFIX;

	if (f->in_len >= PREFIX)
		want += (size_t)f->in[0] << 8 | f->in[1];
	return want - f->in_len;
}

static bool is_whole(const struct frames *f)
{
	return f->in_len >= PREFIX && missing(f) == 0;
}

static size_t tls_take(void *self, const uint8_t *bytes, size_t len, struct dg_fault *ret_fault)
{
	struct frames *f = self;
	size_t took = 0;

	(void)ret_fault;
	while (took < len && !is_whole(f)) {
		size_t n = missing(f) < len - took ? missing(f) : len - took;

		memcpy(f->in + f->in_len, bytes + took, n);
		f->in_len += n;
		took += n;
	}
	return took;
}

static bool tls_next(void *self, struct dg_framed *ret_framed)
{
	struct frames *f = self;
	const struct question *q = NULL;

	if (!is_whole(f))
		return false;
	ret_framed->bytes = f->in + PREFIX;
	ret_framed->len = f->in_len - PREFIX;
	f->in_len = 0;
	if (ret_framed->len >= DG_MSG_HEADER)
		q = find_id(f, ret_framed->bytes);
	/* An answer to a question that was given up, or to none. */
	if (q == NULL)
		return false;
	ret_framed->handle = q->handle;
	return true;
}

static bool tls_is_ending(const void *self)
{
	(void)self;
	return false;
}

const struct dg_framing dg_transport_tls = {
    .begin = tls_begin,
    .end = tls_end,
    .ask = tls_ask,
    .forget = tls_forget,
    .give = tls_give,
    .take = tls_take,
    .next = tls_next,
    .is_ending = tls_is_ending,
};
