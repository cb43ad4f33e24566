/* SPDX-License-Identifier: ISC */
#include "propagation.h"

#include <stdlib.h>
#include <string.h>

#include "system/list.h"

/* A wait for the same name so soon after one that failed is the client's next attempt. */
#define RETRY_MS (INT64_C(3600) * 1000)
/* Fewer tell nothing of what a wait takes. */
#define ENOUGH 5

static const long timeouts[] = {30, 60, 90, 120, 180, 240, 300, 600, 900, 1200, 1800, 3600, 7200};

/* ---- spreads --------------------------------------------------------------------------------- */

static bool spread_add(struct spread *s, dg_ms span)
{
	if (!list_grow(&s->span, s->count, sizeof(*s->span)))
		return false;
	s->span[s->count++] = span;
	return true;
}

static int compare(const void *a, const void *b)
{
	const dg_ms *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The smallest span that so many of a hundred do not exceed. */
static dg_ms percentile(const struct spread *s, unsigned percent)
{
	size_t rank = (s->count * percent + 99) / 100;

	return s->count == 0 ? -1 : s->span[rank > 0 ? rank - 1 : 0];
}

static void spread_finish(struct spread *s)
{
	if (s->count > 0)
		qsort(s->span, s->count, sizeof(*s->span), compare);
	s->p50 = percentile(s, 50);
	s->p95 = percentile(s, 95);
	s->p99 = percentile(s, 99);
	s->most = percentile(s, 100);
}

/* ---- zones ----------------------------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char *zone_of(const struct past_wait *w)
{
	return w->zone != NULL ? w->zone : w->name;
}

static bool opened(const struct past_wait *w)
{
	return strcmp(w->verdict, "visible") == 0;
}

static struct zone_server *find_server(struct zone_past *z, const struct past_server *s)
{
	size_t i;

	for (i = 0; i < z->nservers; i++)
		if (same(z->server[i].address, s->address) && same(z->server[i].server, s->server))
			return &z->server[i];
	if (!list_grow(&z->server, z->nservers, sizeof(*z->server)))
		return NULL;
	z->server[z->nservers] = (struct zone_server){.server = s->server, .address = s->address};
	return &z->server[z->nservers++];
}

/* The one that was last; NULL: there was only one, or several were, or one never came. */
static const struct past_server *find_slowest(const struct past_wait *w)
{
	const struct past_server *last = NULL;
	bool alone = false;
	size_t i;

	for (i = 0; i < w->nservers; i++) {
		const struct past_server *s = &w->server[i];
		dg_ms span = s->visible < 0 ? INT64_MAX : s->visible;
		dg_ms most = last == NULL ? -1 : last->visible < 0 ? INT64_MAX : last->visible;

		if (span > most) {
			last = s;
			alone = true;
		} else if (span == most) {
			alone = false;
		}
	}
	return alone && w->nservers > 1 ? last : NULL;
}

static bool take_servers(struct zone_past *z, const struct past_wait *w)
{
	const struct past_server *slowest = find_slowest(w);
	size_t i;

	for (i = 0; i < w->nservers; i++) {
		struct zone_server *s = find_server(z, &w->server[i]);

		if (s == NULL ||
		    (w->server[i].visible >= 0 && !spread_add(&s->visible, w->server[i].visible)))
			return false;
		s->waits++;
		s->slowest += &w->server[i] == slowest;
	}
	return true;
}

static bool take_findings(struct zone_past *z, const struct past_wait *w)
{
	size_t i, k;

	for (i = 0; i < w->nfindings && !opened(w); i++) {
		for (k = 0; k < z->nfindings && !same(z->finding[k].id, w->finding[i]); k++)
			;
		if (k < z->nfindings) {
			z->finding[k].waits++;
			continue;
		}
		if (!list_grow(&z->finding, k, sizeof(*z->finding)))
			return false;
		z->finding[z->nfindings++] = (struct zone_finding){w->finding[i], 1};
	}
	return true;
}

static int more_frequent(const void *a, const void *b)
{
	const struct zone_finding *x = a, *y = b;

	return x->waits != y->waits ? (x->waits < y->waits ? 1 : -1) : strcmp(x->id, y->id);
}

static bool take_wait(struct zone_past *z, const struct past_wait *w)
{
	const struct past_wait *before = z->waits > 0 ? w - 1 : NULL;
	bool again = before != NULL && same(before->name, w->name);

	z->waits++;
	z->names += !again;
	z->retries += again && !opened(before) && w->asked - before->asked <= RETRY_MS;
	if (opened(w)) {
		z->visible++;
		z->last_success = w->asked > z->last_success ? w->asked : z->last_success;
		if (w->opened >= 0 && !spread_add(&z->opened, w->opened))
			return false;
	}
	return take_servers(z, w) && take_findings(z, w);
}

/* Half as much again as 99 of a hundred took, rounded up. */
static long find_timeout(const struct zone_past *z)
{
	size_t i;

	for (i = 0; z->opened.count >= ENOUGH && i < sizeof(timeouts) / sizeof(timeouts[0]); i++)
		if (timeouts[i] * 1000 * 2 >= z->opened.p99 * 3)
			return timeouts[i];
	return 0;
}

static void finish(struct zone_past *z)
{
	size_t i;

	spread_finish(&z->opened);
	for (i = 0; i < z->nservers; i++)
		spread_finish(&z->server[i].visible);
	if (z->nfindings > 0)
		qsort(z->finding, z->nfindings, sizeof(*z->finding), more_frequent);
	z->timeout = find_timeout(z);
}

void propagation_free(struct propagation *p)
{
	size_t i, k;

	for (i = 0; i < p->count; i++) {
		for (k = 0; k < p->zone[i].nservers; k++)
			free(p->zone[i].server[k].visible.span);
		free(p->zone[i].server);
		free(p->zone[i].finding);
		free(p->zone[i].opened.span);
	}
	free(p->zone);
	*p = (struct propagation){0};
}

enum dg_status propagation_make(const struct past *past, struct propagation *ret,
				struct dg_error *err)
{
	struct propagation p = {0};
	bool good = true;
	size_t i;

	for (i = 0; i < past->count && good; i++) {
		const struct past_wait *w = &past->wait[i];

		if (p.count == 0 || !same(p.zone[p.count - 1].zone, zone_of(w))) {
			good = list_grow(&p.zone, p.count, sizeof(*p.zone));
			if (!good)
				break;
			p.zone[p.count++] =
			    (struct zone_past){.zone = zone_of(w), .first = w, .last_success = -1};
		}
		good = take_wait(&p.zone[p.count - 1], w);
	}
	for (i = 0; i < p.count; i++)
		finish(&p.zone[i]);
	if (good) {
		*ret = p;
		return DG_OK;
	}
	propagation_free(&p);
	return dg_fail(err, DG_ENOMEM, "out of memory");
}
