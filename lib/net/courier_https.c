/* SPDX-License-Identifier: ISC */
/*
 * Requests over HTTPS by libcurl's multi interface, whose sockets our loop polls. Redirects are not
 * followed, certificates are always verified, and whatever is received counts against the bound of
 * the answer.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "courier.h"

#define MAX_SOCKETS 64
#define MAX_HEADERS ((size_t)64 << 10)
#define MOST_SECONDS 86400

struct watched {
	curl_socket_t fd;
	short events;
};

struct dg_https {
	CURLM *multi;
	char *tls_ca, *proxy;
	struct watched watched[MAX_SOCKETS];
	size_t count;
	dg_ms timer; /* when libcurl wants to be called; INT64_MAX: not by time */
	dg_ms now;
};

struct request {
	CURL *easy;
	struct curl_slist *headers;
	struct dg_trip *trip;
	size_t header_octets;
	char *body;
	char why[CURL_ERROR_SIZE];
};

/* ---- what libcurl calls ---------------------------------------------------------------------- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *https, void *unused)
{
	struct dg_https *h = https;
	size_t i;

	(void)easy, (void)unused;
	for (i = 0; i < h->count && h->watched[i].fd != fd; i++) {
	}
	if (what == CURL_POLL_REMOVE) {
		if (i < h->count)
			h->watched[i] = h->watched[--h->count];
		return 0;
	}
	if (i == MAX_SOCKETS)
		return -1;
	if (i == h->count)
		h->count++;
	h->watched[i].fd = fd;
	h->watched[i].events =
	    (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *https)
{
	struct dg_https *h = https;

	(void)multi;
	h->timer = ms < 0 ? INT64_MAX : h->now + ms;
	return 0;
}

static size_t on_body(char *octets, size_t size, size_t count, void *request)
{
	struct request *r = request;

	return dg_parcel_add(&r->trip->parcel, octets, size * count) ? size * count : 0;
}

/* Seconds alone, as both operators give them; a date is as good as no word. */
static void read_retry_after(const char *text, size_t len, dg_ms *ret_ms)
{
	dg_ms seconds = 0;
	size_t i;

	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	for (i = 0; i < len && text[i] >= '0' && text[i] <= '9' && seconds < MOST_SECONDS; i++)
		seconds = 10 * seconds + (text[i] - '0');
	if (i > 0)
		*ret_ms = 1000 * (seconds < MOST_SECONDS ? seconds : MOST_SECONDS);
}

static size_t on_header(char *octets, size_t size, size_t count, void *request)
{
	static const char name[] = "retry-after:";
	struct request *r = request;
	size_t len = size * count, i;

	r->header_octets += len;
	if (r->header_octets > MAX_HEADERS)
		return 0;
	for (i = 0; i < len && name[i] != '\0' && dg_lower((uint8_t)octets[i]) == (uint8_t)name[i];
	     i++) {
	}
	if (name[i] == '\0')
		read_retry_after(octets + i, len - i, &r->trip->fetched.retry_after);
	return len;
}

/* ---- the courier ----------------------------------------------------------------------------- */

enum dg_status dg_https_new(struct dg_https **ret_https, const char *tls_ca, const char *proxy)
{
	struct dg_https *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return DG_ENOMEM;
	h->timer = INT64_MAX;
	h->tls_ca = dg_copy_text(tls_ca);
	h->proxy = dg_copy_text(proxy);
	/* Once a process; libcurl counts. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == 0)
		h->multi = curl_multi_init();
	if (h->multi == NULL || (tls_ca != NULL && h->tls_ca == NULL) ||
	    (proxy != NULL && h->proxy == NULL)) {
		dg_https_free(h);
		return DG_ENOMEM;
	}
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)(MAX_SOCKETS / 4));
	*ret_https = h;
	return DG_OK;
}

void dg_https_free(struct dg_https *h)
{
	if (h == NULL)
		return;
	if (h->multi != NULL) {
		curl_multi_cleanup(h->multi);
		curl_global_cleanup();
	}
	free(h->tls_ca);
	free(h->proxy);
	free(h);
}

static bool add_headers(struct request *r, const struct dg_fetch *fetch)
{
	const char *const *line = fetch->header;

	for (; line != NULL && *line != NULL; line++) {
		struct curl_slist *longer = curl_slist_append(r->headers, *line);

		if (longer == NULL)
			return false;
		r->headers = longer;
	}
	return true;
}

static void set_up(const struct dg_https *h, struct request *r, const struct dg_fetch *fetch)
{
	CURL *e = r->easy;

	curl_easy_setopt(e, CURLOPT_URL, fetch->url);
	/* Neither another scheme nor another host than was asked for. */
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A look-up that hangs is left behind. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->why);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, r->headers);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)fetch->patience);
	curl_easy_setopt(e, CURLOPT_PRIVATE, r);
	if (h->tls_ca != NULL)
		curl_easy_setopt(e, CURLOPT_CAINFO, h->tls_ca);
	if (h->proxy != NULL)
		curl_easy_setopt(e, CURLOPT_PROXY, h->proxy);
	if (r->body != NULL) {
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)strlen(r->body));
	}
}

static void request_free(struct request *r)
{
	if (r->easy != NULL)
		curl_easy_cleanup(r->easy);
	curl_slist_free_all(r->headers);
	free(r->body);
	free(r);
}

enum dg_status dg_https_begin(struct dg_https *h, struct dg_trip *trip,
			      const struct dg_fetch *fetch, dg_ms now)
{
	struct request *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return DG_ENOMEM;
	h->now = now;
	r->trip = trip;
	r->easy = curl_easy_init();
	r->body = dg_copy_text(fetch->body);
	if (r->easy == NULL || (fetch->body != NULL && r->body == NULL) || !add_headers(r, fetch)) {
		request_free(r);
		return DG_ENOMEM;
	}
	set_up(h, r, fetch);
	if (curl_multi_add_handle(h->multi, r->easy) != CURLM_OK) {
		request_free(r);
		return DG_ENOMEM;
	}
	trip->own = r;
	return DG_OK;
}

void dg_https_end(struct dg_https *h, struct dg_trip *trip)
{
	struct request *r = trip->own;

	curl_multi_remove_handle(h->multi, r->easy);
	request_free(r);
	trip->own = NULL;
}

size_t dg_https_count(const struct dg_https *h)
{
	return h->count;
}

size_t dg_https_pollfds(const struct dg_https *h, struct pollfd *set)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		set[i] = (struct pollfd){.fd = h->watched[i].fd, .events = h->watched[i].events};
	return h->count;
}

/* The end of one of them, in a word. */
static void take_end(const CURLMsg *m)
{
	struct request *r = NULL;
	struct dg_fetched *f;
	const char *why;
	long status = 0;

	curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&r);
	f = &r->trip->fetched;
	curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	why = r->why[0] != '\0' ? r->why : curl_easy_strerror(m->data.result);
	if (m->data.result == CURLE_OK && status > 0 && status < 1000)
		f->status = (int)status;
	else
		dg_fetch_words(why, strlen(why), f->why, sizeof(f->why));
	r->trip->done = true;
}

static void heed(struct dg_https *h, const struct pollfd *p)
{
	int running, what = (p->revents & POLLIN ? CURL_CSELECT_IN : 0) |
			    (p->revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
			    (p->revents & (POLLERR | POLLHUP | POLLNVAL) ? CURL_CSELECT_ERR : 0);
	size_t i;

	for (i = 0; i < h->count && h->watched[i].fd != p->fd; i++) {
	}
	if (what != 0 && i < h->count)
		curl_multi_socket_action(h->multi, p->fd, what, &running);
}

void dg_https_run(struct dg_https *h, const struct pollfd *set, size_t count, dg_ms now)
{
	CURLMsg *m;
	int left;
	size_t i;

	h->now = now;
	for (i = 0; i < count; i++)
		heed(h, &set[i]);
	if (now >= h->timer) {
		h->timer = INT64_MAX;
		curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &left);
	}
	while ((m = curl_multi_info_read(h->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE)
			take_end(m);
}

dg_ms dg_https_due(const struct dg_https *h)
{
	return h->timer;
}
