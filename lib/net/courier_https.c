/* SPDX-License-Identifier: ISC */
/*
 * Requests over HTTPS by libcurl's multi interface, whose sockets our loop polls. Redirects are not
 * followed, certificates are always verified, and whatever is received counts against the bound of
 * the answer.
 *
 * libcurl is loaded with the first request: to bind it and the two dozen libraries that it needs at
 * each start would cost more time than a whole run that has no use for it.
 */
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "courier.h"

#define MAX_SOCKETS 64
#define MAX_HEADERS ((size_t)64 << 10)
#define MOST_SECONDS 86400

#define LIBRARY "libcurl.so.4"

/* What is used of it, by the names in it. */
static struct {
	CURLcode (*global_init)(long flags);
	void (*global_cleanup)(void);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t fd, int what, int *running);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *easy);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *line);
	void (*slist_free_all)(struct curl_slist *list);
} lib;

static const struct {
	const char *name;
	void *at;
} symbols[] = {
    {"curl_global_init", &lib.global_init},
    {"curl_global_cleanup", &lib.global_cleanup},
    {"curl_multi_init", &lib.multi_init},
    {"curl_multi_cleanup", &lib.multi_cleanup},
    {"curl_multi_setopt", &lib.multi_setopt},
    {"curl_multi_add_handle", &lib.multi_add_handle},
    {"curl_multi_remove_handle", &lib.multi_remove_handle},
    {"curl_multi_socket_action", &lib.multi_socket_action},
    {"curl_multi_info_read", &lib.multi_info_read},
    {"curl_easy_init", &lib.easy_init},
    {"curl_easy_cleanup", &lib.easy_cleanup},
    {"curl_easy_setopt", &lib.easy_setopt},
    {"curl_easy_getinfo", &lib.easy_getinfo},
    {"curl_easy_strerror", &lib.easy_strerror},
    {"curl_slist_append", &lib.slist_append},
    {"curl_slist_free_all", &lib.slist_free_all},
};

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

/* It stays loaded. False: it is not there, or too old; *ret_why tells. */
static bool load(const char **ret_why)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL), *symbol;
	size_t i;

	*ret_why = library == NULL ? dlerror() : NULL;
	for (i = 0; library != NULL && i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		symbol = dlsym(library, symbols[i].name);
		if (symbol == NULL) {
			*ret_why = LIBRARY " lacks a function that is needed";
			memset(&lib, 0, sizeof(lib));
			return false;
		}
		/* POSIX lets a function's address be kept as one of an object. */
		memcpy(symbols[i].at, &symbol, sizeof(symbol));
	}
	return library != NULL;
}

enum dg_status dg_https_new(struct dg_https **ret_https, const char *tls_ca, const char *proxy,
			    const char **ret_why)
{
	struct dg_https *h;

	if (lib.global_init == NULL && !load(ret_why))
		return DG_ESYSTEM;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return DG_ENOMEM;
	h->timer = INT64_MAX;
	h->tls_ca = dg_copy_text(tls_ca);
	h->proxy = dg_copy_text(proxy);
	/* Once a process; libcurl counts. */
	if (lib.global_init(CURL_GLOBAL_DEFAULT) == 0)
		h->multi = lib.multi_init();
	if (h->multi == NULL || (tls_ca != NULL && h->tls_ca == NULL) ||
	    (proxy != NULL && h->proxy == NULL)) {
		dg_https_free(h);
		return DG_ENOMEM;
	}
	lib.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	lib.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	lib.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	lib.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	lib.multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)(MAX_SOCKETS / 4));
	*ret_https = h;
	return DG_OK;
}

void dg_https_free(struct dg_https *h)
{
	if (h == NULL)
		return;
	if (h->multi != NULL) {
		lib.multi_cleanup(h->multi);
		lib.global_cleanup();
	}
	free(h->tls_ca);
	free(h->proxy);
	free(h);
}

static bool add_headers(struct request *r, const struct dg_fetch *fetch)
{
	const char *const *line = fetch->header;

	for (; line != NULL && *line != NULL; line++) {
		struct curl_slist *longer = lib.slist_append(r->headers, *line);

		if (longer == NULL)
			return false;
		r->headers = longer;
	}
	return true;
}

static void set_up(const struct dg_https *h, struct request *r, const struct dg_fetch *fetch)
{
	CURL *e = r->easy;

	lib.easy_setopt(e, CURLOPT_URL, fetch->url);
	/* Neither another scheme nor another host than was asked for. */
	lib.easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	lib.easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	lib.easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A look-up that hangs is left behind. */
	lib.easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	lib.easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	lib.easy_setopt(e, CURLOPT_ERRORBUFFER, r->why);
	lib.easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	lib.easy_setopt(e, CURLOPT_WRITEDATA, r);
	lib.easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	lib.easy_setopt(e, CURLOPT_HEADERDATA, r);
	lib.easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	lib.easy_setopt(e, CURLOPT_HTTPHEADER, r->headers);
	lib.easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)fetch->patience);
	lib.easy_setopt(e, CURLOPT_PRIVATE, r);
	if (h->tls_ca != NULL)
		lib.easy_setopt(e, CURLOPT_CAINFO, h->tls_ca);
	if (h->proxy != NULL)
		lib.easy_setopt(e, CURLOPT_PROXY, h->proxy);
	if (r->body != NULL) {
		lib.easy_setopt(e, CURLOPT_POST, 1L);
		lib.easy_setopt(e, CURLOPT_POSTFIELDS, r->body);
		lib.easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)strlen(r->body));
	}
}

static void request_free(struct request *r)
{
	if (r->easy != NULL)
		lib.easy_cleanup(r->easy);
	lib.slist_free_all(r->headers);
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
	r->easy = lib.easy_init();
	r->body = dg_copy_text(fetch->body);
	if (r->easy == NULL || (fetch->body != NULL && r->body == NULL) || !add_headers(r, fetch)) {
		request_free(r);
		return DG_ENOMEM;
	}
	set_up(h, r, fetch);
	if (lib.multi_add_handle(h->multi, r->easy) != CURLM_OK) {
		request_free(r);
		return DG_ENOMEM;
	}
	trip->own = r;
	return DG_OK;
}

void dg_https_end(struct dg_https *h, struct dg_trip *trip)
{
	struct request *r = trip->own;

	lib.multi_remove_handle(h->multi, r->easy);
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

	lib.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&r);
	f = &r->trip->fetched;
	lib.easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	why = r->why[0] != '\0' ? r->why : lib.easy_strerror(m->data.result);
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
		lib.multi_socket_action(h->multi, p->fd, what, &running);
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
		lib.multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &left);
	}
	while ((m = lib.multi_info_read(h->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE)
			take_end(m);
}

dg_ms dg_https_due(const struct dg_https *h)
{
	return h->timer;
}
