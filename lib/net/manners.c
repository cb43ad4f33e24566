/* SPDX-License-Identifier: ISC */
#include "manners.h"

/* How often it takes to believe. On a network that loses 40 % each way, a question or its answer,
 * 64 %, eight are lost by chance and four of at most five others are not in one of some thousand
 * addresses. */
#define EDNS_LOST 8
#define PLAIN_COME 4
#define TCP_LOST 3
#define UDP_MISSED 2
#define SLIPS 3

#define REFUSED_MEMORY_MS 60000
#define EDNS_TRY_MS 2000
#define SLIP_MEMORY_MS 10000

enum dg_edns_support dg_manners_edns(const struct dg_manners *m, dg_ms now)
{
	if (m->edns_refused && now - m->refused_at <= REFUSED_MEMORY_MS)
		return DG_EDNS_REFUSED;
	if (m->edns_works || m->plain_come == 0)
		return DG_EDNS_OK;
	if (m->edns_lost >= EDNS_LOST && m->plain_come >= PLAIN_COME &&
	    m->plain_lost * PLAIN_COME <= m->plain_come)
		return DG_EDNS_DROPPED;
	return DG_EDNS_SUSPECT;
}

void dg_manners_edns_works(struct dg_manners *m)
{
	m->edns_works = true;
	m->edns_refused = false;
}

void dg_manners_edns_refused(struct dg_manners *m, dg_ms now)
{
	m->edns_refused = true;
	m->refused_at = now;
}

void dg_manners_plain_came(struct dg_manners *m, unsigned edns_lost)
{
	m->edns_lost += edns_lost;
	m->plain_come++;
}

void dg_manners_plain_lost(struct dg_manners *m)
{
	m->plain_lost++;
}

bool dg_manners_try_edns(struct dg_manners *m, dg_ms now)
{
	if (now - m->edns_tried < EDNS_TRY_MS)
		return false;
	m->edns_tried = now;
	return true;
}

bool dg_manners_udp_is_silent(const struct dg_manners *m)
{
	return m->udp_missed >= UDP_MISSED;
}

void dg_manners_slipped(struct dg_manners *m, dg_ms now)
{
	m->slips++;
	m->slipped = now;
}

bool dg_manners_udp_is_limited(const struct dg_manners *m, dg_ms now)
{
	return m->slips >= SLIPS && now - m->slipped <= SLIP_MEMORY_MS;
}

bool dg_manners_tcp_is_dropped(const struct dg_manners *m)
{
	return !m->tcp_works && m->tcp_lost >= TCP_LOST;
}
