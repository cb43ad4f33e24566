/* SPDX-License-Identifier: ISC */
/*
 *  1. A TTL counts down: what is said within it tells the same end, within a second. Another end
 *     within it is another cache's.
 *  2. After its end a resolver has asked anew. What it has then, if it is not what the servers
 *     show, is what somebody else is shown.
 *  3. Some say an old denial over and over, with the TTL that it had at first, or one for all that
 *     is stale (RFC 8767 section 4), while they cannot ask anew. It is told by a TTL that has not
 *     counted down, or, after the end, by a version of the zone that is gone. After the first sign
 *     there is a look before the end, to be sure.
 */
#include "resolver_cache.h"

/* Another cache tells another end; the same one's, read from whole seconds, moves by less than
 * this. */
#define SAME_END_MS 2000
/* An end further off than this is worth a second look, and not worth a hurry when it comes. */
#define LONG_MS 10000
#define SECOND_LOOK_MS 1000
#define JUST_AFTER_MS 100
#define SURELY_AFTER_MS 1050
#define SEVERAL_EVERY_MS 5000
#define RETRY_MS 1000

void dg_resolver_take_end(struct dg_resolver_poll *p, const struct dg_held_for *held, dg_ms now)
{
	dg_ms until = held->ttl < 0 || held->good ? -1 : now + held->ttl * 1000;
	bool had = p->until >= 0, has = until >= 0, over = had && now >= p->until;
	bool later = had && has && until > p->until + SAME_END_MS;
	bool sooner = had && has && until + SAME_END_MS < p->until;
	bool same = had && has && held->negative && p->negative && held->ttl == p->ttl;
	bool again = over ? later && held->outdated : same && now - p->told >= SAME_END_MS;

	if (had && held->good && now + SAME_END_MS < p->until)
		p->several = true;
	if (!over && (sooner || (later && !again)))
		p->several = true;
	p->renewed += over && later && !again;
	p->repeats = p->repeats || again;
	p->doubt = same && !again;
	p->held = has ? p->held + 1 : 0;
	p->ttl = held->ttl;
	p->told = now;
	p->until = until;
	p->negative = held->negative;
}

dg_ms dg_resolver_after_the_end(const struct dg_resolver_poll *p, dg_ms now)
{
	dg_ms left = p->until - now;

	if (p->several || p->repeats)
		return now + (left < SEVERAL_EVERY_MS ? left + JUST_AFTER_MS : SEVERAL_EVERY_MS);
	if (p->doubt && left > SAME_END_MS + JUST_AFTER_MS)
		return now + SAME_END_MS;
	if (left > LONG_MS)
		return p->held == 1 ? now + SECOND_LOOK_MS : p->until + SURELY_AFTER_MS;
	/* Its last second, or one that is not counted in whole seconds. */
	if (left == 0)
		return now + RETRY_MS;
	return p->until + (p->held > 1 ? SURELY_AFTER_MS : JUST_AFTER_MS);
}
