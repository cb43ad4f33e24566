/* SPDX-License-Identifier: ISC */
#include "net.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "base/bytes.h"
#include "base/err.h"
#include "courier.h"
#include "framing.h"
#include "pending.h"
#include "session.h"
#include "transport.h"

/* Descriptors left for files and the caller. */
#define SPARE_DESCRIPTORS 16
#define NOWHERE SIZE_MAX
/* Takes what is ready for at least so long, even when it is time for something else: a pass over
 * all sockets for each message would cost more than the messages. */
#define TAKE_MS 5

static const struct dg_transport *const transports[DG_TRANSPORTS] = {
    [DG_TRANSPORT_UDP] = &dg_transport_udp,
    [DG_TRANSPORT_TCP] = &dg_transport_tcp,
};
/* And those whose connections carry many questions. */
static const struct dg_framing *const framings[DG_TRANSPORTS] = {
    [DG_TRANSPORT_TLS] = &dg_transport_tls,
    [DG_TRANSPORT_HTTPS] = &dg_transport_https,
};

struct flight {
	struct dg_conn conn;
	const struct dg_transport *transport;
	uint32_t handle;
	int64_t since_us;
};

struct dg_real_net {
	struct dg_pending *pending;
	struct dg_sessions *sessions;
	struct dg_couriers *couriers; /* NULL: none was needed yet */
	char *tls_ca;                 /* for them */
	const char *proxy;
	int stop_fd;
	size_t most; /* sockets at a time */
	struct flight *flight;
	size_t nflights;
	size_t ntcp;
	size_t *place; /* by handle: index in flight, or NOWHERE */
	size_t nplaces;
	/* Flights in order, sessions in theirs, couriers' in theirs, then the stop descriptor. */
	struct pollfd *poll;
	size_t npoll;
	uint32_t *ready; /* handles that poll found */
	size_t turn;     /* counts passes: which of those that are ready comes first */
	uint8_t buf[DG_MSG_MAX];
};

static int64_t clock_us(clockid_t id)
{
	struct timespec t = {0};

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static dg_ms now_ms(void)
{
	return clock_us(CLOCK_MONOTONIC) / 1000;
}

static bool carrier_random(void *self, uint8_t *octets, size_t len)
{
	(void)self;
	/* At most 256 octets at a time; no caller wants so many. */
	return getentropy(octets, len) == 0;
}

/* Room for `handle`, and for one more flight. */
static bool make_room(struct dg_real_net *net, uint32_t handle)
{
	while (net->nplaces <= handle) {
		if (!dg_grow(&net->place, net->nplaces, sizeof(*net->place)))
			return false;
		net->place[net->nplaces++] = NOWHERE;
	}
	return dg_grow(&net->flight, net->nflights, sizeof(*net->flight));
}

/* Room to poll all that there is. */
static bool make_poll_room(struct dg_real_net *net)
{
	size_t need =
	    net->nflights + dg_sessions_count(net->sessions) + dg_couriers_count(net->couriers) + 1;
	struct pollfd *poll;
	uint32_t *ready;

	if (net->npoll >= need)
		return true;
	poll = realloc(net->poll, 2 * need * sizeof(*poll));
	if (poll == NULL)
		return false;
	net->poll = poll;
	ready = realloc(net->ready, 2 * need * sizeof(*ready));
	if (ready == NULL)
		return false;
	net->ready = ready;
	net->npoll = 2 * need;
	return true;
}

/* True when so many descriptors are free, and with `tcp` a TCP connection. */
static bool has_room(const struct dg_real_net *net, size_t descriptors, bool tcp)
{
	size_t used = net->nflights + dg_sessions_descriptors(net->sessions);

	return used + descriptors <= net->most &&
	       (!tcp || net->ntcp + dg_sessions_count(net->sessions) < DG_MAX_TCP);
}

static enum dg_status start_flight(struct dg_real_net *net, struct flight *f,
				   const struct dg_ask *ask, const struct dg_query *query,
				   enum dg_heard_kind *ret_failure)
{
	enum dg_heard_kind kind = f->transport->start(&f->conn, &ask->server, query);

	if (kind == DG_HEARD_NO_SOCKET)
		return net->nflights + dg_sessions_count(net->sessions) > 0 ? DG_ELIMIT
									    : DG_ESYSTEM;
	if (kind == DG_HEARD_NOTHING) {
		net->place[f->handle] = net->nflights++;
		net->ntcp += f->transport->kind == DG_TRANSPORT_TCP;
	}
	*ret_failure = kind;
	return DG_OK;
}

/* Over the connection that there is, or a new one, for which an idle one may have to go. */
static enum dg_status ask_session(struct dg_real_net *net, const struct dg_question *question)
{
	for (;;) {
		/* A look-up has two descriptors, before the connection has its one. */
		bool room = has_room(net, 2, true);
		enum dg_status status = dg_sessions_ask(net->sessions, question, room);

		if (status != DG_ELIMIT || room || !dg_sessions_drop_idle(net->sessions))
			return status;
	}
}

static enum dg_status carrier_open(void *self, uint32_t handle, enum dg_transport_kind transport,
				   const struct dg_ask *ask, const struct dg_query *query,
				   enum dg_heard_kind *ret_failure)
{
	struct dg_real_net *net = self;
	struct flight *f;

	if (!make_room(net, handle))
		return DG_ENOMEM;
	if (framings[transport] != NULL) {
		struct dg_question question = {
		    .handle = handle,
		    .framing = framings[transport],
		    .ask = ask,
		    .query = query,
		    .since_us = clock_us(CLOCK_MONOTONIC),
		};

		return ask_session(net, &question);
	}
	while (!has_room(net, 1, transport == DG_TRANSPORT_TCP))
		if (!dg_sessions_drop_idle(net->sessions))
			return DG_ELIMIT;
	f = &net->flight[net->nflights];
	f->transport = transports[transport];
	f->handle = handle;
	f->since_us = clock_us(CLOCK_MONOTONIC);
	return start_flight(net, f, ask, query, ret_failure);
}

static void carrier_stop(void *self, uint32_t handle)
{
	struct dg_real_net *net = self;
	size_t i = net->place[handle];

	if (i == NOWHERE) {
		dg_sessions_stop(net->sessions, handle);
		return;
	}
	net->ntcp -= net->flight[i].transport->kind == DG_TRANSPORT_TCP;
	dg_conn_stop(&net->flight[i].conn);
	net->place[handle] = NOWHERE;
	if (i == --net->nflights)
		return;
	net->flight[i] = net->flight[net->nflights];
	net->place[net->flight[i].handle] = i;
}

/* Sockets we may have at a time. */
static size_t count_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 2 * SPARE_DESCRIPTORS)
		return SPARE_DESCRIPTORS;
	if (limit.rlim_cur > 4096)
		return 4096;
	return (size_t)limit.rlim_cur - SPARE_DESCRIPTORS;
}

enum dg_status dg_real_net_new(struct dg_real_net **ret_net, int stop_fd, const char *tls_ca,
			       struct dg_error *err)
{
	struct dg_real_net *net = calloc(1, sizeof(*net));
	struct dg_carriers carriers = {carrier_open, carrier_stop, carrier_random, net};
	enum dg_status status;

	if (net == NULL)
		return dg_fail_memory(err);
	net->stop_fd = stop_fd;
	net->most = count_descriptors();
	net->pending = dg_pending_new(&carriers);
	net->tls_ca = dg_copy_text(tls_ca);
	status = net->pending == NULL || (tls_ca != NULL && net->tls_ca == NULL)
		     ? dg_fail_memory(err)
		     : dg_sessions_new(&net->sessions, net->pending, tls_ca, err);
	if (status != DG_OK) {
		dg_real_net_free(net);
		return status;
	}
	*ret_net = net;
	return DG_OK;
}

void dg_real_net_free(struct dg_real_net *net)
{
	if (net == NULL)
		return;
	while (net->nflights > 0)
		carrier_stop(net, net->flight[net->nflights - 1].handle);
	dg_couriers_free(net->couriers);
	dg_sessions_free(net->sessions);
	free(net->tls_ca);
	dg_pending_free(net->pending);
	free(net->flight);
	free(net->place);
	free(net->poll);
	free(net->ready);
	free(net);
}

void dg_real_net_set_proxy(struct dg_real_net *net, const char *proxy)
{
	net->proxy = proxy;
}

static enum dg_status fetch(struct dg_real_net *net, const struct dg_ask *ask, struct dg_error *err)
{
	enum dg_status status = DG_OK;

	if (net->couriers == NULL)
		status = dg_couriers_new(&net->couriers, net->tls_ca, net->proxy);
	if (status == DG_OK)
		status = dg_couriers_ask(net->couriers, ask, now_ms());
	return status == DG_OK ? DG_OK : dg_fail_memory(err);
}

static enum dg_status net_ask(void *self, const struct dg_ask *ask, struct dg_error *err)
{
	struct dg_real_net *net = self;

	return ask->fetch != NULL ? fetch(net, ask, err)
				  : dg_pending_ask(net->pending, ask, now_ms(), err);
}

static void net_cancel(void *self, uint64_t ask_id)
{
	struct dg_real_net *net = self;

	dg_pending_cancel(net->pending, ask_id);
}

static enum dg_status take_ready(struct dg_real_net *net, uint32_t handle, struct dg_error *err)
{
	struct flight *f = &net->flight[net->place[handle]];
	const uint8_t *bytes = NULL;
	size_t len = 0;
	int64_t now_us;
	enum dg_heard_kind kind = f->transport->ready(&f->conn, net->buf, &bytes, &len);

	if (f->transport->kind == DG_TRANSPORT_TCP && f->conn.connected)
		dg_pending_connected(net->pending, handle);
	switch (kind) {
	case DG_HEARD_REPLY:
		now_us = clock_us(CLOCK_MONOTONIC);
		if (f->conn.from_another)
			dg_pending_elsewhere(net->pending, handle, &f->conn.source, bytes, len,
					     now_us / 1000);
		else
			dg_pending_message(net->pending, handle, bytes, len, now_us - f->since_us,
					   now_us / 1000);
		break;
	case DG_HEARD_NOTHING:
	case DG_HEARD_NO_SOCKET:
		break;
	case DG_HEARD_NO_MEMORY:
		return dg_fail_memory(err);
	default:
		dg_pending_failed(net->pending, handle, kind, NULL, now_ms());
		break;
	}
	return DG_OK;
}

/* Fills the poll set; returns how many are in it. */
static size_t fill_set(struct dg_real_net *net)
{
	struct pollfd *set = net->poll;
	size_t count = net->nflights, i;

	for (i = 0; i < count; i++) {
		set[i].fd = net->flight[i].conn.fd;
		set[i].events = net->flight[i].transport->wants(&net->flight[i].conn);
		set[i].revents = 0;
	}
	dg_sessions_pollfds(net->sessions, set + count);
	count += dg_sessions_count(net->sessions);
	count += dg_couriers_pollfds(net->couriers, set + count);
	set[count++] = (struct pollfd){.fd = net->stop_fd, .events = POLLIN};
	return count;
}

/* The rest is ready again at the next pass, which begins elsewhere. */
static enum dg_status take_flights(struct dg_real_net *net, size_t count, dg_ms until,
				   struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t nready = 0, i;

	for (i = 0; i < count; i++)
		if (net->poll[i].revents != 0)
			net->ready[nready++] = net->flight[i].handle;
	for (i = 0; i < nready && status == DG_OK && (i == 0 || now_ms() < until); i++) {
		uint32_t handle = net->ready[(net->turn + i) % nready];

		/* One that was heard before may have ended the exchange of this one. */
		if (net->place[handle] != NOWHERE)
			status = take_ready(net, handle, err);
	}
	return status;
}

static void heed_sessions(struct dg_real_net *net, const struct pollfd *set, dg_ms until)
{
	size_t count = dg_sessions_count(net->sessions), i;

	for (i = 0; i < count && (i == 0 || now_ms() < until); i++) {
		size_t which = (net->turn + i) % count;

		if (set[which].revents != 0)
			dg_sessions_heed(net->sessions, which, clock_us(CLOCK_MONOTONIC));
	}
}

/* Sleeps until something can be read or written, or `until`, and takes no more after that. */
static enum dg_status sleep_and_take(struct dg_real_net *net, dg_ms now, dg_ms until,
				     struct dg_error *err)
{
	size_t flights = net->nflights, sessions, count;
	dg_ms due = until, end;
	enum dg_status status;

	if (!make_poll_room(net))
		return dg_fail_memory(err);
	count = fill_set(net);
	sessions = dg_sessions_count(net->sessions);
	if (dg_sessions_due(net->sessions) < due)
		due = dg_sessions_due(net->sessions);
	if (dg_couriers_due(net->couriers) < due)
		due = dg_couriers_due(net->couriers);
	due = due > now ? due - now : 0;
	if (poll(net->poll, count, due > INT_MAX ? INT_MAX : (int)due) < 0)
		return errno == EINTR ? DG_OK
				      : dg_fail(err, DG_ESYSTEM, "poll: %s", strerror(errno));
	if (net->poll[count - 1].revents != 0)
		return dg_fail(err, DG_ESTOPPED, "stopped");
	net->turn++;
	dg_couriers_run(net->couriers, net->poll + flights + sessions,
			count - 1 - flights - sessions, now_ms());
	end = now_ms() + TAKE_MS > until ? now_ms() + TAKE_MS : until;
	status = take_flights(net, flights, end, err);
	if (status == DG_OK)
		heed_sessions(net, net->poll + flights, end);
	return status;
}

static enum dg_status net_wait(void *self, dg_ms until, dg_ms *ret_now, struct dg_heard *ret_heard,
			       struct dg_error *err)
{
	struct dg_real_net *net = self;

	memset(ret_heard, 0, sizeof(*ret_heard));
	for (;;) {
		dg_ms now = now_ms(), next;
		enum dg_status status;

		/* First, since a question that ended there may be due again. */
		dg_sessions_run(net->sessions, now);
		status = dg_pending_run(net->pending, now, &next, err);
		if (status != DG_OK)
			return status;
		*ret_now = now;
		if (dg_pending_heard(net->pending, ret_heard) ||
		    dg_couriers_heard(net->couriers, ret_heard) || now >= until)
			return DG_OK;
		status = sleep_and_take(net, now, next < until ? next : until, err);
		if (status != DG_OK)
			return status;
	}
}

static int64_t net_wall(void *self)
{
	(void)self;
	return clock_us(CLOCK_REALTIME) / 1000000;
}

static uint32_t net_random(void *self)
{
	uint32_t bits = 0;

	/* Used for jitter, order, and the ids of updates: questions' ids come from carrier_random.
	 */
	carrier_random(self, (uint8_t *)&bits, sizeof(bits));
	return bits;
}

struct dg_net dg_real_net_seam(struct dg_real_net *net)
{
	return (struct dg_net){net_ask, net_cancel, net_wait, net_wall, net_random, net};
}
