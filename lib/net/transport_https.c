/* SPDX-License-Identifier: ISC */
/*
 * DNS over HTTPS (RFC 8484): each question a POST in an HTTP/2 stream of its own. Streams are kept
 * in a list until both sides, nghttp2 and the asker, are done with them. What the other end may
 * make us keep is bounded: a body by the longest message, headers by MAX_HEADERS, the rest by
 * nghttp2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <nghttp2/nghttp2.h>

#include "framing.h"

/* Octets of one response's headers, each counted as in RFC 9113 section 6.5.2. */
#define MAX_HEADERS 16384
#define HEADER_COST 32

static const char media_type[] = "application/dns-message";

struct stream {
	struct stream *next;
	int32_t id;
	uint32_t handle;
	bool closed;    /* nghttp2 is done with it */
	bool forgotten; /* the asker is */
	bool over;      /* there is something to tell */
	bool told;
	uint8_t query[DG_QUERY_MAX];
	size_t query_len, query_done;
	unsigned status;
	bool right_type;
	size_t headers; /* octets of them */
	uint8_t *body;
	size_t body_len;
	bool failed;
	struct dg_fault fault;
};

struct frames {
	nghttp2_session *h2;
	const struct dg_secure *secure;
	struct stream *first;
	bool ending;
	bool no_memory;
};

static void stream_free(struct stream *s)
{
	free(s->body);
	free(s);
}

/* Frees those that nobody needs. */
static void drop_streams(struct frames *f)
{
	struct stream **at = &f->first;

	while (*at != NULL) {
		struct stream *s = *at;

		if (s->closed && s->forgotten) {
			*at = s->next;
			stream_free(s);
		} else {
			at = &s->next;
		}
	}
}

static struct stream *find_stream(const struct frames *f, int32_t id)
{
	struct stream *s;

	for (s = f->first; s != NULL; s = s->next)
		if (s->id == id)
			return s;
	return NULL;
}

/* The first that is said of it counts. */
static void fail(struct stream *s, enum dg_heard_kind failure, const char *why)
{
	if (s->over)
		return;
	s->over = s->failed = true;
	dg_fault_set(&s->fault, failure, "%s", why);
}

/* The other end did nothing about it: it may be asked again (RFC 9113 section 8.7). */
static void refuse(struct frames *f, struct stream *s)
{
	f->ending = true;
	fail(s, DG_HEARD_OLD, "the resolver takes no HTTP/2 streams");
}

static bool is_media_type(const uint8_t *value, size_t len)
{
	size_t n = sizeof(media_type) - 1;

	if (len < n || strncasecmp((const char *)value, media_type, n) != 0)
		return false;
	return len == n || value[n] == ';' || value[n] == ' ' || value[n] == '\t';
}

static int on_header(nghttp2_session *h2, const nghttp2_frame *frame, const uint8_t *name,
		     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
		     void *user_data)
{
	struct stream *s = find_stream(user_data, frame->hd.stream_id);

	(void)h2;
	(void)flags;
	if (s == NULL || s->over)
		return 0;
	s->headers += name_len + value_len + HEADER_COST;
	if (s->headers > MAX_HEADERS) {
		fail(s, DG_HEARD_BROKEN, "HTTP headers of more than 16384 octets");
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	}
	/* nghttp2 sees to it that the status is three digits. */
	if (name_len == 7 && memcmp(name, ":status", 7) == 0 && value_len == 3) {
		s->status =
		    (unsigned)((value[0] - '0') * 100 + (value[1] - '0') * 10 + value[2] - '0');
		s->right_type = false;
	}
	if (name_len == 12 && memcmp(name, "content-type", 12) == 0)
		s->right_type = is_media_type(value, value_len);
	return 0;
}

/* The headers of the response are complete. */
static void judge_headers(struct stream *s)
{
	char why[DG_WHY_TEXT];

	if (s->over || s->status / 100 == 1)
		return;
	snprintf(why, sizeof(why), "HTTP status %u%s", s->status,
		 s->status / 100 == 3 ? ": redirects are not followed" : "");
	if (s->status != 200)
		fail(s, DG_HEARD_BROKEN, why);
	else if (!s->right_type)
		fail(s, DG_HEARD_BROKEN, "HTTP content type is not application/dns-message");
}

static void take_goaway(struct frames *f, int32_t last)
{
	struct stream *s;

	f->ending = true;
	for (s = f->first; s != NULL; s = s->next)
		if (s->id > last)
			refuse(f, s);
}

static int on_frame_recv(nghttp2_session *h2, const nghttp2_frame *frame, void *user_data)
{
	struct frames *f = user_data;
	struct stream *s = find_stream(f, frame->hd.stream_id);

	(void)h2;
	if (frame->hd.type == NGHTTP2_GOAWAY)
		take_goaway(f, frame->goaway.last_stream_id);
	if (s == NULL)
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS)
		judge_headers(s);
	if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)
		s->over = s->over || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
	return 0;
}

static int on_data(nghttp2_session *h2, uint8_t flags, int32_t id, const uint8_t *data, size_t len,
		   void *user_data)
{
	struct frames *f = user_data;
	struct stream *s = find_stream(f, id);
	uint8_t *body;

	(void)h2;
	(void)flags;
	if (s == NULL || s->over || len == 0)
		return 0;
	if (len > DG_MSG_MAX - s->body_len) {
		fail(s, DG_HEARD_BROKEN, "HTTP answer of more than 65535 octets");
		return 0;
	}
	body = realloc(s->body, s->body_len + len);
	if (body == NULL) {
		f->no_memory = true;
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	}
	s->body = body;
	memcpy(s->body + s->body_len, data, len);
	s->body_len += len;
	return 0;
}

static int on_stream_close(nghttp2_session *h2, int32_t id, uint32_t code, void *user_data)
{
	struct frames *f = user_data;
	struct stream *s = find_stream(f, id);
	char why[DG_WHY_TEXT];

	(void)h2;
	if (s == NULL)
		return 0;
	s->closed = true;
	snprintf(why, sizeof(why), "HTTP/2 stream ended: %s", nghttp2_http2_strerror(code));
	if (code == NGHTTP2_REFUSED_STREAM)
		refuse(f, s);
	else
		fail(s, DG_HEARD_BROKEN, why);
	return 0;
}

/* Headers that could not go out any more: the connection takes no new streams. */
static int on_frame_not_send(nghttp2_session *h2, const nghttp2_frame *frame, int error,
			     void *user_data)
{
	struct frames *f = user_data;
	struct stream *s = find_stream(f, frame->hd.stream_id);

	(void)h2;
	(void)error;
	if (s != NULL && frame->hd.type == NGHTTP2_HEADERS && !s->forgotten)
		refuse(f, s);
	return 0;
}

static ssize_t read_query(nghttp2_session *h2, int32_t id, uint8_t *buf, size_t len,
			  uint32_t *flags, nghttp2_data_source *source, void *user_data)
{
	struct stream *s = source->ptr;
	size_t n = s->query_len - s->query_done;

	(void)h2;
	(void)id;
	(void)user_data;
	if (n > len)
		n = len;
	memcpy(buf, s->query + s->query_done, n);
	s->query_done += n;
	if (s->query_done == s->query_len)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

static bool make_session(struct frames *f)
{
	/* A server pushes nothing to us, and no header is longer than all may be. */
	static const nghttp2_settings_entry settings[] = {
	    {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
	    {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, MAX_HEADERS},
	};
	nghttp2_session_callbacks *callbacks = NULL;
	int error;

	if (nghttp2_session_callbacks_new(&callbacks) != 0)
		return false;
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
	nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, on_frame_not_send);
	error = nghttp2_session_client_new(&f->h2, callbacks, f);
	nghttp2_session_callbacks_del(callbacks);
	return error == 0 && nghttp2_submit_settings(f->h2, NGHTTP2_FLAG_NONE, settings,
						     sizeof(settings) / sizeof(settings[0])) == 0;
}

static void https_end(void *self)
{
	struct frames *f = self;

	nghttp2_session_del(f->h2);
	while (f->first != NULL) {
		struct stream *s = f->first;

		f->first = s->next;
		stream_free(s);
	}
	free(f);
}

static void *https_begin(const struct dg_secure *secure)
{
	struct frames *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->secure = secure;
	if (!make_session(f)) {
		https_end(f);
		return NULL;
	}
	return f;
}

static nghttp2_nv header(const char *name, const char *value)
{
	return (nghttp2_nv){.name = (uint8_t *)name,
			    .value = (uint8_t *)value,
			    .namelen = strlen(name),
			    .valuelen = strlen(value),
			    .flags = NGHTTP2_NV_FLAG_NONE};
}

/* RFC 8484 section 4.1. */
static int32_t submit(struct frames *f, struct stream *s)
{
	nghttp2_data_provider body = {.source.ptr = s, .read_callback = read_query};
	char length[16];

	snprintf(length, sizeof(length), "%zu", s->query_len);
	nghttp2_nv headers[] = {
	    header(":method", "POST"),
	    header(":scheme", "https"),
	    header(":authority", f->secure->authority),
	    header(":path", f->secure->path),
	    header("accept", media_type),
	    header("content-type", media_type),
	    header("content-length", length),
	};

	return nghttp2_submit_request(f->h2, NULL, headers, sizeof(headers) / sizeof(headers[0]),
				      &body, NULL);
}

static enum dg_status https_ask(void *self, uint32_t handle, const struct dg_query *query)
{
	struct frames *f = self;
	struct stream *s;

	if (f->ending)
		return DG_ELIMIT;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return DG_ENOMEM;
	s->handle = handle;
	s->query_len = query->len;
	memcpy(s->query, query->wire, query->len);
	s->id = submit(f, s);
	if (s->id < 0) {
		stream_free(s);
		return DG_ENOMEM;
	}
	s->next = f->first;
	f->first = s;
	return DG_OK;
}

static void https_forget(void *self, uint32_t handle)
{
	struct frames *f = self;
	struct stream *s;

	for (s = f->first; s != NULL; s = s->next)
		if (s->handle == handle && !s->forgotten)
			break;
	if (s == NULL)
		return;
	s->forgotten = s->over = s->told = true;
	/* Nothing more of it is to be sent. Without memory for that it comes, and is dropped. */
	if (!s->closed)
		(void)nghttp2_submit_rst_stream(f->h2, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_CANCEL);
}

static size_t https_give(void *self, const uint8_t **ret_bytes)
{
	struct frames *f = self;
	ssize_t n = nghttp2_session_mem_send(f->h2, ret_bytes);

	return n > 0 ? (size_t)n : 0;
}

/* Nothing can come of it any more. After the other end's GOAWAY no request is allowed either way,
 * while those before it are still answered. */
static bool is_over(const struct frames *f)
{
	const struct stream *s;

	if (nghttp2_session_want_read(f->h2) != 0)
		return !f->ending && nghttp2_session_check_request_allowed(f->h2) == 0;
	for (s = f->first; s != NULL; s = s->next)
		if (!s->over)
			return true;
	return !f->ending;
}

static size_t https_take(void *self, const uint8_t *bytes, size_t len, struct dg_fault *ret_fault)
{
	struct frames *f = self;
	ssize_t n = nghttp2_session_mem_recv(f->h2, bytes, len);

	if (n > 0 && !is_over(f))
		return (size_t)n;
	if (f->no_memory || n == NGHTTP2_ERR_NOMEM)
		dg_fault_set(ret_fault, DG_HEARD_BROKEN, "out of memory");
	else
		dg_fault_set(ret_fault, DG_HEARD_BROKEN, "HTTP/2 went wrong: %s",
			     n < 0 ? nghttp2_strerror((int)n) : "protocol error");
	return 0;
}

static bool https_next(void *self, struct dg_framed *ret_framed)
{
	struct frames *f = self;
	struct stream *s;

	drop_streams(f);
	for (s = f->first; s != NULL && (!s->over || s->told); s = s->next)
		continue;
	if (s == NULL)
		return false;
	s->told = true;
	ret_framed->handle = s->handle;
	/* A message without an octet is one all the same. */
	ret_framed->bytes = s->failed ? NULL : s->body_len > 0 ? s->body : s->query;
	ret_framed->len = s->body_len;
	ret_framed->fault = s->fault;
	return true;
}

static bool https_is_ending(const void *self)
{
	const struct frames *f = self;

	return f->ending;
}

const struct dg_framing dg_transport_https = {
    .protocol = "h2",
    .one_message = true,
    .begin = https_begin,
    .end = https_end,
    .ask = https_ask,
    .forget = https_forget,
    .give = https_give,
    .take = https_take,
    .next = https_next,
    .is_ending = https_is_ending,
};
