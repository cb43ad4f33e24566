/* SPDX-License-Identifier: ISC */
#include "session.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/err.h"
#include "connection.h"

struct dg_sessions {
	struct dg_pending *pending;
	struct dg_tls *tls; /* NULL: not needed so far, and the system's store */
	struct dg_site **site;
	size_t nsites;
	struct dg_connection **connection;
	size_t nconnections;
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
	for (i = 0; i < s->nconnections; i++)
		dg_connection_free(s->connection[i]);
	for (i = 0; i < s->nsites; i++)
		free(s->site[i]);
	dg_tls_free(s->tls);
	free(s->connection);
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

static struct dg_connection *find_connection(const struct dg_sessions *s,
					     const struct dg_site *site)
{
	size_t i;

	for (i = 0; i < s->nconnections; i++)
		if (s->connection[i]->site == site && dg_connection_is_open(s->connection[i]))
			return s->connection[i];
	return NULL;
}

static struct dg_connection *add_connection(struct dg_sessions *s, struct dg_site *site,
					    const struct dg_framing *framing)
{
	struct dg_connection *l;

	if (s->tls == NULL && dg_tls_new(&s->tls, NULL, NULL) != DG_OK)
		return NULL;
	if (!dg_grow(&s->connection, s->nconnections, sizeof(struct dg_connection *)))
		return NULL;
	l = dg_connection_new(site, s->tls, framing, s->pending);
	if (l != NULL)
		s->connection[s->nconnections++] = l;
	return l;
}

enum dg_status dg_sessions_ask(struct dg_sessions *s, const struct dg_question *question,
			       bool may_connect)
{
	struct dg_site *site = find_site(s, question->ask);
	struct dg_connection *l;

	if (site == NULL)
		return DG_ENOMEM;
	l = find_connection(s, site);
	if (l == NULL && !may_connect)
		return DG_ELIMIT;
	if (l == NULL)
		l = add_connection(s, site, question->framing);
	return l == NULL ? DG_ENOMEM : dg_connection_ask(l, question);
}

void dg_sessions_stop(struct dg_sessions *s, uint32_t handle)
{
	size_t i;

	for (i = 0; i < s->nconnections; i++)
		if (dg_connection_stop(s->connection[i], handle))
			return;
}

size_t dg_sessions_count(const struct dg_sessions *s)
{
	return s->nconnections;
}

size_t dg_sessions_descriptors(const struct dg_sessions *s)
{
	size_t count = 0, i;

	/* The thread that looks up has the other end. */
	for (i = 0; i < s->nconnections; i++)
		count += s->connection[i]->state == DG_CONNECTION_LOOKING_UP ? 2 : 1;
	return count;
}

static void remove_connection(struct dg_sessions *s, size_t i)
{
	dg_connection_free(s->connection[i]);
	s->connection[i] = s->connection[--s->nconnections];
}

bool dg_sessions_drop_idle(struct dg_sessions *s)
{
	size_t i;

	for (i = 0; i < s->nconnections; i++)
		if (s->connection[i]->nwaiting == 0 &&
		    s->connection[i]->state != DG_CONNECTION_LOOKING_UP) {
			remove_connection(s, i);
			return true;
		}
	return false;
}

void dg_sessions_run(struct dg_sessions *s, dg_ms now)
{
	size_t i = 0;

	while (i < s->nconnections) {
		dg_connection_run(s->connection[i], now);
		if (s->connection[i]->state == DG_CONNECTION_ENDED)
			remove_connection(s, i);
		else
			i++;
	}
}

dg_ms dg_sessions_due(const struct dg_sessions *s)
{
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < s->nconnections; i++)
		if (dg_connection_due(s->connection[i]) < due)
			due = dg_connection_due(s->connection[i]);
	return due;
}

void dg_sessions_pollfds(struct dg_sessions *s, struct pollfd *set)
{
	size_t i;

	for (i = 0; i < s->nconnections; i++)
		set[i] = dg_connection_poll(s->connection[i]);
}

void dg_sessions_heed(struct dg_sessions *s, size_t i, int64_t now_us)
{
	dg_connection_heed(s->connection[i], now_us);
}
