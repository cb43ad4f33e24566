/* SPDX-License-Identifier: ISC */
#include "courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define FIRST_ROOM 4096

struct errand {
	struct dg_trip *trip; /* its place does not change */
	bool program;
};

struct dg_couriers {
	struct errand *errand;
	size_t count;
	struct dg_https *https; /* NULL: not needed yet */
	char *tls_ca, *proxy;
	struct errand told; /* the one heard of last, until the next */
};

bool dg_parcel_add(struct dg_parcel *p, const char *octets, size_t len)
{
	if (len > p->most - p->len) {
		p->too_long = true;
		return false;
	}
	if (p->len + len + 1 > p->room) {
		size_t room = 2 * p->room + len + FIRST_ROOM;
		char *more = realloc(p->octets, room);

		if (more == NULL)
			return false;
		p->octets = more;
		p->room = room;
	}
	memcpy(p->octets + p->len, octets, len);
	p->len += len;
	p->octets[p->len] = '\0';
	return true;
}

void dg_fetch_words(const char *octets, size_t len, char *buf, size_t size)
{
	size_t i;

	for (i = 0; i < len && i + 1 < size; i++)
		buf[i] = octets[i];
	for (len = i; len > 0 && (unsigned char)buf[len - 1] <= ' '; len--) {
	}
	buf[len] = '\0';
	dg_make_printable(buf, len);
}

enum dg_status dg_couriers_new(struct dg_couriers **ret_couriers, const char *tls_ca,
			       const char *proxy)
{
	struct dg_couriers *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return DG_ENOMEM;
	c->tls_ca = dg_copy_text(tls_ca);
	c->proxy = dg_copy_text(proxy);
	if ((tls_ca != NULL && c->tls_ca == NULL) || (proxy != NULL && c->proxy == NULL)) {
		dg_couriers_free(c);
		return DG_ENOMEM;
	}
	*ret_couriers = c;
	return DG_OK;
}

static void end_errand(struct dg_couriers *c, struct errand *e)
{
	if (e->trip == NULL)
		return;
	if (e->program)
		dg_process_end(e->trip);
	else if (e->trip->own != NULL)
		dg_https_end(c->https, e->trip);
	free(e->trip->parcel.octets);
	free(e->trip);
	e->trip = NULL;
}

void dg_couriers_free(struct dg_couriers *c)
{
	if (c == NULL)
		return;
	end_errand(c, &c->told);
	while (c->count > 0)
		end_errand(c, &c->errand[--c->count]);
	dg_https_free(c->https);
	free(c->errand);
	free(c->tls_ca);
	free(c->proxy);
	free(c);
}

enum dg_status dg_couriers_ask(struct dg_couriers *c, const struct dg_ask *ask, dg_ms now)
{
	const struct dg_fetch *fetch = ask->fetch;
	struct errand e = {.trip = calloc(1, sizeof(*e.trip)), .program = fetch->argv != NULL};
	enum dg_status status = DG_ENOMEM;
	const char *why = "";

	if (e.trip == NULL || !dg_grow(&c->errand, c->count, sizeof(*c->errand)))
		goto out;
	e.trip->ask = ask->id;
	e.trip->until = now + fetch->patience;
	e.trip->parcel.most = fetch->most;
	e.trip->fetched.status = -1;
	e.trip->fetched.retry_after = -1;
	status = DG_OK;
	if (!e.program && c->https == NULL)
		status = dg_https_new(&c->https, c->tls_ca, c->proxy, &why);
	if (status == DG_OK)
		status = e.program ? dg_process_begin(e.trip, fetch)
				   : dg_https_begin(c->https, e.trip, fetch, now);
	if (status == DG_ESYSTEM) {
		dg_fetch_words(why, strlen(why), e.trip->fetched.why, sizeof(e.trip->fetched.why));
		e.trip->done = true;
		status = DG_OK;
	}
out:
	if (status == DG_OK)
		c->errand[c->count++] = e;
	else
		free(e.trip);
	return status;
}

size_t dg_couriers_count(const struct dg_couriers *c)
{
	if (c == NULL)
		return 0;
	return c->count * DG_PROCESS_FDS + (c->https == NULL ? 0 : dg_https_count(c->https));
}

size_t dg_couriers_pollfds(const struct dg_couriers *c, struct pollfd *set)
{
	size_t count = 0, i;

	if (c == NULL)
		return 0;
	if (c->https != NULL)
		count = dg_https_pollfds(c->https, set);
	for (i = 0; i < c->count; i++)
		if (c->errand[i].program)
			count += dg_process_pollfds(c->errand[i].trip, set + count);
	return count;
}

static void give_up(struct dg_trip *trip)
{
	trip->done = true;
	trip->fetched.status = -1;
	snprintf(trip->fetched.why, sizeof(trip->fetched.why), "no answer in time");
}

void dg_couriers_run(struct dg_couriers *c, const struct pollfd *set, size_t count, dg_ms now)
{
	size_t i;

	if (c == NULL)
		return;
	if (c->https != NULL)
		dg_https_run(c->https, set, count, now);
	for (i = 0; i < c->count; i++) {
		struct dg_trip *trip = c->errand[i].trip;

		if (c->errand[i].program && !trip->done)
			dg_process_run(trip, now);
		if (!trip->done && now >= trip->until)
			give_up(trip);
		if (trip->done && trip->parcel.too_long) {
			trip->fetched.status = -1;
			snprintf(trip->fetched.why, sizeof(trip->fetched.why),
				 "the answer is longer than %zu octets", trip->parcel.most);
		}
	}
}

dg_ms dg_couriers_due(const struct dg_couriers *c)
{
	dg_ms due = INT64_MAX;
	size_t i;

	if (c == NULL)
		return due;
	if (c->https != NULL)
		due = dg_https_due(c->https);
	for (i = 0; i < c->count; i++) {
		const struct dg_trip *trip = c->errand[i].trip;

		if (trip->done)
			return 0;
		if (trip->until < due)
			due = trip->until;
		if (trip->again > 0 && trip->again < due)
			due = trip->again;
	}
	return due;
}

bool dg_couriers_heard(struct dg_couriers *c, struct dg_heard *ret_heard)
{
	size_t i;

	if (c == NULL)
		return false;
	end_errand(c, &c->told);
	for (i = 0; i < c->count && !c->errand[i].trip->done; i++) {
	}
	if (i == c->count)
		return false;
	c->told = c->errand[i];
	c->errand[i] = c->errand[--c->count];
	c->told.trip->fetched.body =
	    c->told.trip->parcel.octets == NULL ? "" : c->told.trip->parcel.octets;
	c->told.trip->fetched.len = c->told.trip->parcel.len;
	memset(ret_heard, 0, sizeof(*ret_heard));
	ret_heard->ask = c->told.trip->ask;
	ret_heard->kind = c->told.trip->fetched.status < 0 ? DG_HEARD_BROKEN : DG_HEARD_REPLY;
	ret_heard->fetched = &c->told.trip->fetched;
	return true;
}
