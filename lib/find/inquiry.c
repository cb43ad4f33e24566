/* SPDX-License-Identifier: ISC */
#include "inquiry.h"

#include "base/bytes.h"

_Static_assert(DG_MAX_ZONE_ADDRESSES <= 64, "servers fit in a mask");

void dg_inquiry_enter(struct dg_inquiry *q, struct dg_zone *zone, dg_ms at)
{
	q->zone = zone;
	q->tried = q->waiting = 0;
	q->round = (q->round + 1) % DG_ASK_ROUNDS;
	q->next = at;
}

size_t dg_inquiry_choose(const struct dg_inquiry *q, uint32_t *random)
{
	const struct dg_zone *zone = q->zone;
	size_t best = SIZE_MAX, among = 0, i;

	for (i = 0; i < zone->nservers; i++) {
		unsigned misses = zone->server[i].misses;

		if (q->tried >> i & 1)
			continue;
		if (best == SIZE_MAX || misses < zone->server[best].misses) {
			best = i;
			among = 1;
		} else if (misses == zone->server[best].misses &&
			   dg_scatter(random) % ++among == 0) {
			best = i;
		}
	}
	return best;
}

uint64_t dg_inquiry_id(const struct dg_inquiry *q, enum dg_machine_kind machine, size_t item,
		       size_t server)
{
	return dg_ask_id((struct dg_asker){.machine = machine,
					   .item = (uint32_t)item,
					   .server = (uint32_t)server,
					   .round = q->round});
}

void dg_inquiry_ask(struct dg_inquiry *q, enum dg_machine_kind machine, size_t item, size_t server,
		    struct dg_ask *ret_ask)
{
	q->tried |= UINT64_C(1) << server;
	q->waiting |= UINT64_C(1) << server;
	ret_ask->id = dg_inquiry_id(q, machine, item, server);
	ret_ask->server = q->zone->server[server].addr;
}

bool dg_inquiry_heard(struct dg_inquiry *q, const struct dg_heard *heard,
		      const struct dg_name *name, uint16_t type)
{
	const struct dg_asker by = dg_asker_of(heard->ask);
	const struct dg_msg *msg = heard->msg;

	if (by.round != q->round || by.server >= 64 || !(q->waiting >> by.server & 1) ||
	    !dg_addr_equal(&heard->server, &q->zone->server[by.server].addr))
		return false;
	if (msg != NULL && msg->questions > 0 &&
	    (msg->qtype != type || !dg_name_equal(&msg->qname, name)))
		return false;
	q->waiting &= ~(UINT64_C(1) << by.server);
	return true;
}

void dg_inquiry_missed(struct dg_inquiry *q, size_t server, dg_ms now)
{
	q->zone->server[server].misses++;
	q->next = now;
}
