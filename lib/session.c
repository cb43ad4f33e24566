/* SPDX-License-Identifier: ISC */
#include "session.h"

#include <stdlib.h>

#include "bytes.h"
#include "err.h"
#include "link.h"

struct dg_sessions {
	struct dg_pending *pending;
	struct dg_tls *tls; /* NULL: not needed so far, and the system's store */
	struct dg_site **site;
	size_t nsites;
	struct dg_link **link;
	size_t nlinks;
};

enum dg_status dg_sessions_new(struct dg_sessions **ret_sessions, struct dg_pending *pending,
			       const char *tls_ca, struct dg_error *err)
{
	struct dg_sessions *s = calloc(1, sizeof(*s));
	enum dg_status status = DG_OK;

	if (s == NULL)
		return dg_fail_memory(err);
	s->pending = pending;
	if (tls_ca != NULL)
		status = dg_tls_new(&s->tls, tls_ca, err);
	if (status != DG_OK) {
		dg_sessions_free(s);
		return status;
	}
	*ret_sessions = s;
	return DG_OK;
}

void dg_sessions_free(struct dg_sessions *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->nlinks; i++)
		dg_link_free(s->link[i]);
	for (i = 0; i < s->nsites; i++)
		free(s->site[i]);
	dg_tls_free(s->tls);
	free(s->link);
	free(s->site);
	free(s);
}

/* The site of a resolver, made at its first mention. */
static struct dg_site *find_site(struct dg_sessions *s, const struct dg_ask *ask)
{
	struct dg_site *site;
	size_t i;

	for (i = 0; i < s->nsites; i++)
		if (s->site[i]->secure == ask->secure &&
		    dg_addr_equal(&s->site[i]->server, &ask->server))
			return s->site[i];
	if (!dg_grow(&s->site, s->nsites, sizeof(struct dg_site *)))
		return NULL;
	site = calloc(1, sizeof(*site));
	if (site == NULL)
		return NULL;
	site->secure = ask->secure;
	site->server = ask->server;
	if (ask->secure->look_up == NULL) {
		site->known.addr[0] = ask->server;
		site->known.count = 1;
	}
	s->site[s->nsites++] = site;
	return site;
}

static struct dg_link *find_link(const struct dg_sessions *s, const struct dg_site *site)
{
	size_t i;

	for (i = 0; i < s->nlinks; i++)
		if (s->link[i]->site == site && dg_link_is_open(s->link[i]))
			return s->link[i];
	return NULL;
}

static struct dg_link *add_link(struct dg_sessions *s, struct dg_site *site,
				const struct dg_framing *framing)
{
	struct dg_link *l;

	if (s->tls == NULL && dg_tls_new(&s->tls, NULL, NULL) != DG_OK)
		return NULL;
	if (!dg_grow(&s->link, s->nlinks, sizeof(struct dg_link *)))
		return NULL;
	l = dg_link_new(site, s->tls, framing, s->pending);
	if (l != NULL)
		s->link[s->nlinks++] = l;
	return l;
}

enum dg_status dg_sessions_ask(struct dg_sessions *s, const struct dg_question *question,
			       bool may_connect)
{
	struct dg_site *site = find_site(s, question->ask);
	struct dg_link *l;

	if (site == NULL)
		return DG_ENOMEM;
	l = find_link(s, site);
	if (l == NULL && !may_connect)
		return DG_ELIMIT;
	if (l == NULL)
		l = add_link(s, site, question->framing);
	return l == NULL ? DG_ENOMEM : dg_link_ask(l, question);
}

void dg_sessions_stop(struct dg_sessions *s, uint32_t handle)
{
	size_t i;

	for (i = 0; i < s->nlinks; i++)
		if (dg_link_stop(s->link[i], handle))
			return;
}

size_t dg_sessions_count(const struct dg_sessions *s)
{
	return s->nlinks;
}

size_t dg_sessions_descriptors(const struct dg_sessions *s)
{
	size_t count = 0, i;

	/* The thread that looks up has the other end. */
	for (i = 0; i < s->nlinks; i++)
		count += s->link[i]->state == DG_LINK_LOOKING_UP ? 2 : 1;
	return count;
}

static void remove_link(struct dg_sessions *s, size_t i)
{
	dg_link_free(s->link[i]);
	s->link[i] = s->link[--s->nlinks];
}

bool dg_sessions_drop_idle(struct dg_sessions *s)
{
	size_t i;

	for (i = 0; i < s->nlinks; i++)
		if (s->link[i]->nwaiting == 0 && s->link[i]->state != DG_LINK_LOOKING_UP) {
			remove_link(s, i);
			return true;
		}
	return false;
}

void dg_sessions_run(struct dg_sessions *s, dg_ms now)
{
	size_t i = 0;

	while (i < s->nlinks) {
		dg_link_run(s->link[i], now);
		if (s->link[i]->state == DG_LINK_ENDED)
			remove_link(s, i);
		else
			i++;
	}
}

dg_ms dg_sessions_due(const struct dg_sessions *s)
{
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < s->nlinks; i++)
		if (dg_link_due(s->link[i]) < due)
			due = dg_link_due(s->link[i]);
	return due;
}

void dg_sessions_poll(struct dg_sessions *s, struct pollfd *set)
{
	size_t i;

	for (i = 0; i < s->nlinks; i++)
		set[i] = dg_link_poll(s->link[i]);
}

void dg_sessions_heed(struct dg_sessions *s, const struct pollfd *set, int64_t now_us)
{
	size_t i;

	for (i = 0; i < s->nlinks; i++)
		if (set[i].revents != 0)
			dg_link_heed(s->link[i], now_us);
}
