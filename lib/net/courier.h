/* SPDX-License-Identifier: ISC */
/*
 * Carries out fetches: each kind of errand has a courier, which is made when there is the first one
 * for it, and whose descriptors the loop polls with its own.
 */
#ifndef DG_COURIER_H
#define DG_COURIER_H

#include <poll.h>

#include "dns/ask.h"

/* What a courier brings together: an answer that grows up to a bound. */
struct dg_parcel {
	char *octets; /* with room for a NUL behind them */
	size_t len, room, most;
	bool too_long;
};

/* Adds octets; false: it has become too long, or there is no memory (and then too_long is false).
 */
bool dg_parcel_add(struct dg_parcel *p, const char *octets, size_t len) DG_MUST_CHECK;

/* What goes beyond printable ASCII becomes "?", and blanks at the end go. */
void dg_fetch_words(const char *octets, size_t len, char *buf, size_t size);

struct dg_couriers;

/* `tls_ca` and `proxy` as the options have them; copied. */
enum dg_status dg_couriers_new(struct dg_couriers **ret_couriers, const char *tls_ca,
			       const char *proxy) DG_MUST_CHECK;
void dg_couriers_free(struct dg_couriers *c);

/* Begins the fetch of an ask; its end comes from dg_couriers_heard. */
enum dg_status dg_couriers_ask(struct dg_couriers *c, const struct dg_ask *ask,
			       dg_ms now) DG_MUST_CHECK;

/* The descriptors to poll: how many, at most, and what for; how many it filled in. */
size_t dg_couriers_count(const struct dg_couriers *c);
size_t dg_couriers_pollfds(const struct dg_couriers *c, struct pollfd *set);

/* Takes what poll found, does what is due, and ends what has taken too long. */
void dg_couriers_run(struct dg_couriers *c, const struct pollfd *set, size_t count, dg_ms now);
dg_ms dg_couriers_due(const struct dg_couriers *c);

/* The next fetch that ended; false: none. What it points to holds until the next call. */
bool dg_couriers_heard(struct dg_couriers *c, struct dg_heard *ret_heard);

/* ---- the two of them ------------------------------------------------------------------------- */

/* One errand on its way, or done. */
struct dg_trip {
	uint64_t ask;
	dg_ms until;
	dg_ms again; /* to be looked at then, whatever poll finds; 0: no need */
	bool done;
	struct dg_parcel parcel;
	struct dg_fetched fetched; /* its body is the parcel's */
	void *own;                 /* the courier's */
};

/* Over HTTPS, by libcurl, which is loaded when the first of these is made. DG_ESYSTEM: it is not
 * there, and *ret_why tells. */
struct dg_https;

enum dg_status dg_https_new(struct dg_https **ret_https, const char *tls_ca, const char *proxy,
			    const char **ret_why) DG_MUST_CHECK;
void dg_https_free(struct dg_https *h);
/* Begins a trip, which keeps its place until dg_https_end. DG_ENOMEM. */
enum dg_status dg_https_begin(struct dg_https *h, struct dg_trip *trip,
			      const struct dg_fetch *fetch, dg_ms now) DG_MUST_CHECK;
void dg_https_end(struct dg_https *h, struct dg_trip *trip);
size_t dg_https_count(const struct dg_https *h);
size_t dg_https_pollfds(const struct dg_https *h, struct pollfd *set);
void dg_https_run(struct dg_https *h, const struct pollfd *set, size_t count, dg_ms now);
dg_ms dg_https_due(const struct dg_https *h);

/* A program: a child with nothing on standard input. */
enum dg_status dg_process_begin(struct dg_trip *trip, const struct dg_fetch *fetch) DG_MUST_CHECK;
/* Kills what still runs. */
void dg_process_end(struct dg_trip *trip);
#define DG_PROCESS_FDS 2
size_t dg_process_pollfds(const struct dg_trip *trip, struct pollfd *set);
/* Reads what there is; sets trip->done at its end. */
void dg_process_run(struct dg_trip *trip, dg_ms now);

#endif
