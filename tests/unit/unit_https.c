/* SPDX-License-Identifier: ISC */
/* The HTTP/2 side of the test resolver. */
#include "unit_https.h"

static struct unit_request *find(struct unit_h2 *h, int32_t id)
{
	size_t i;

	for (i = 0; i < UNIT_REQUESTS; i++)
		if (h->request[i].id == id)
			return &h->request[i];
	return NULL;
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
	struct unit_h2 *h = user_data;
	struct unit_request *r = find(h, 0);

	(void)session;
	if (r == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	memset(r, 0, sizeof(*r));
	r->id = frame->hd.stream_id;
	h->wire->server->request[0] = '\0';
	return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
		     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
		     void *user_data)
{
	struct unit_h2 *h = user_data;
	char *text = h->wire->server->request;
	size_t len = strlen(text);

	(void)session;
	(void)frame;
	(void)flags;
	snprintf(text + len, sizeof(h->wire->server->request) - len, "%.*s: %.*s\n", (int)name_len,
		 (const char *)name, (int)value_len, (const char *)value);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
		   size_t len, void *user_data)
{
	struct unit_request *r = find(user_data, id);

	(void)session;
	(void)flags;
	if (r != NULL && len <= sizeof(r->query) - r->len) {
		memcpy(r->query + r->len, data, len);
		r->len += len;
	}
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
	struct unit_h2 *h = user_data;
	struct unit_request *r = find(h, frame->hd.stream_id);

	(void)session;
	if (r == NULL || r->id == 0 ||
	    (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS) ||
	    !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
		return 0;
	h->wire->server->asked = h->wire->received;
	h->wire->server->behaviour.respond(h, r->id, r->query, r->len);
	return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *user_data)
{
	struct unit_request *r = find(user_data, id);

	(void)session;
	(void)code;
	if (r == NULL)
		return 0;
	free(r->body);
	memset(r, 0, sizeof(*r));
	return 0;
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *buf, size_t len,
			 uint32_t *flags, nghttp2_data_source *source, void *user_data)
{
	struct unit_request *r = find(user_data, id);
	size_t n = r->body_len - r->body_done < len ? r->body_len - r->body_done : len;

	(void)session;
	(void)source;
	if (r->endless) {
		memset(buf, 0, len);
		return (ssize_t)len;
	}
	memcpy(buf, r->body + r->body_done, n);
	r->body_done += n;
	if (r->body_done == r->body_len)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

nghttp2_nv unit_header(const char *name, const char *value)
{
	return (nghttp2_nv){.name = (uint8_t *)name,
			    .value = (uint8_t *)value,
			    .namelen = strlen(name),
			    .valuelen = strlen(value)};
}

void unit_respond(struct unit_h2 *h, int32_t id, const char *status, const char *type,
		  const uint8_t *body, size_t len)
{
	nghttp2_nv headers[] = {unit_header(":status", status),
				unit_header("content-type", type == NULL ? "" : type)};
	nghttp2_data_provider provider = {.read_callback = read_body};
	struct unit_request *r = find(h, id);

	if (r == NULL)
		return;
	r->body = malloc(len + 1);
	r->body_len = len;
	r->endless = body == NULL;
	if (body != NULL)
		memcpy(r->body, body, len);
	nghttp2_submit_response(h->session, id, headers, type == NULL ? 1 : 2, &provider);
}

bool unit_h2_flush(struct unit_h2 *h)
{
	const uint8_t *bytes;
	ssize_t n;

	while ((n = nghttp2_session_mem_send(h->session, &bytes)) > 0)
		if (!unit_wire_write(h->wire, bytes, (size_t)n))
			return false;
	return n == 0;
}

void unit_https_serve(struct unit_wire *w)
{
	nghttp2_settings_entry settings = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 100};
	struct unit_h2 *h = calloc(1, sizeof(*h));
	nghttp2_session_callbacks *callbacks;
	uint8_t buf[16384];
	size_t n, i;

	h->wire = w;
	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
	nghttp2_session_server_new(&h->session, callbacks, h);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, &settings, 1);
	while (!h->over && unit_h2_flush(h) && (n = unit_wire_read(w, buf, sizeof(buf))) > 0)
		if (nghttp2_session_mem_recv(h->session, buf, n) < 0)
			break;
	nghttp2_session_del(h->session);
	for (i = 0; i < UNIT_REQUESTS; i++)
		free(h->request[i].body);
	free(h);
}

void unit_respond_well(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];

	unit_respond(h2, id, "200", "application/dns-message", reply,
		     unit_answer(reply, query, len, 0));
}
