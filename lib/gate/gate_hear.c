/* SPDX-License-Identifier: ISC */
/* Takes in outcomes: which records they concern, what they change, and when those are looked at. */
#include "base/err.h"
#include "gate.h"

#define CHECK_AGAIN_MS 200
#define FEW 32
#define KEPT_AT_ONCE 8
/* Between two searches for one owner. */
#define SEARCH_APART_MS 500

/* Rows of owners that the chain has left are not told. */
static void tell_row(struct dg_gate *g, const struct dg_record *r, const struct dg_watch_news *news)
{
	size_t row = dg_row_index(r, news->owner, news->poll);

	if (row < dg_record_rows(r))
		dg_gate_tell(g, DG_EVENT_ROW, r, row);
}

/* Discovery has not met the cut that a server refers to. */
static bool is_unmet(const struct dg_gate *g, const struct dg_owner *l,
		     const struct dg_watch_news *news)
{
	return news->referral &&
	       dg_discover_enclosing(g->discover, &l->name)->name.len < news->cut.len;
}

/* Answers come fast, and each may say that there is more to find. */
static bool may_search_anew(const struct dg_gate *g, const struct dg_owner *l,
			    const struct dg_watch_news *news)
{
	return l->live && l->search != NULL && l->search->state != DG_SEARCH_OPEN &&
	       l->search->limit == NULL &&
	       (is_unmet(g, l, news) || g->drive.now - l->searched >= SEARCH_APART_MS);
}

static enum dg_status take_news(struct dg_gate *g, size_t i, const struct dg_watch_news *news,
				const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_record *r = g->record[i];
	struct dg_owner *l = &r->watch->owner[news->owner];
	enum dg_status status = DG_OK;

	if (may_search_anew(g, l, news) && news->referral) {
		/* A zone cut that discovery did not meet: the name has servers of its own. */
		status = dg_discover_referral(g->discover, l->zone, &news->cut, heard->msg, err);
		if (status != DG_OK)
			return status;
		l->outdated = true;
	} else if (may_search_anew(g, l, news) && l->search->state == DG_SEARCH_STUCK &&
		   heard->msg != NULL && dg_poll_usable(&l->poll[news->poll])) {
		/* A zone that was of no use is now. */
		l->outdated = true;
	}
	if (r->looking && r->watch->rechecked_from < 0) {
		r->looking = false;
		g->round = -1;
		dg_gate_list_waiting(g);
	}
	if (news->changed) {
		r->survey.news = true;
		/* In which version of its zone a record is there is told, where that costs little.
		 */
		if (l->poll[news->poll].said.seen > 0 &&
		    (g->count <= FEW || dg_watch_is_lacking(r->watch)))
			status = dg_discover_serial(g->discover, l->zone,
						    l->poll[news->poll].server, g->drive.now, err);
		tell_row(g, r, news);
		if (r->next_check > g->drive.now + CHECK_AGAIN_MS)
			r->next_check = g->drive.now + CHECK_AGAIN_MS;
	}
	dg_gate_leave_owners(g, r);
	dg_timers_set(&g->timers, (uint32_t)i, g->drive.now);
	return status;
}

static void take_resolver_news(struct dg_gate *g, size_t i, const struct dg_watch_news *news)
{
	struct dg_record *r = g->record[i];

	if (news->changed)
		tell_row(g, r, news);
	if (news->changed && r->next_check > g->drive.now + CHECK_AGAIN_MS)
		r->next_check = g->drive.now + CHECK_AGAIN_MS;
	dg_timers_set(&g->timers, (uint32_t)i, g->drive.now);
}

static void tell_path(struct dg_gate *g, const struct dg_record *r,
		      const struct dg_watch_news *news, const struct dg_heard *heard)
{
	const struct dg_poll *p = &r->watch->owner[news->owner].poll[news->poll];

	dg_discover_replied(g->discover, heard,
			    dg_poll_usable(p) && p->said.state != DG_STATE_BOGUS, g->drive.now);
}

/* Servers may show the zone's NS set with the record. */
static enum dg_status take_ns_set(struct dg_gate *g, const struct dg_record *r,
				  const struct dg_watch_news *news, const struct dg_heard *heard,
				  struct dg_error *err)
{
	struct dg_zone *zone = r->watch->owner[news->owner].zone;

	if (dg_discover_told(g->discover, zone, news->poll, heard->msg, g->drive.now) != DG_OK)
		return dg_fail_memory(err);
	dg_gate_wake_for_news(g);
	return DG_OK;
}

/* A question was still under way when the record was found visible, and a server that had shown it
 * answers now that it does not have it. */
static bool has_lost_it(const struct dg_gate *g, const struct dg_record *r,
			const struct dg_watch_news *news)
{
	const struct dg_poll *p = &r->watch->owner[news->owner].poll[news->poll];

	return r->verdict == DG_VERDICT_VISIBLE && !g->options.diagnose && !r->watch->policy.look &&
	       !p->schedule.left_out && dg_poll_usable(p) && !p->history.showing;
}

static void reopen(struct dg_gate *g, struct dg_record *r)
{
	r->verdict = DG_VERDICT_WAITING;
	dg_gate_rest(r, false);
	r->looking = false;
	r->watch->rechecked_from = -1;
	g->round = -1;
}

enum dg_status dg_gate_record_heard(void *gate, const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_gate *g = gate;
	const struct dg_asker by = dg_asker_of(heard->ask);
	size_t i = by.item;
	struct dg_watch_news news;
	struct dg_record *r = g->record[i];
	struct dg_now present = {.now = g->drive.now, .wall = dg_gate_wall(g), .chase = &g->chase};
	bool resolver = by.machine == DG_MACHINE_RESOLVERS;
	enum dg_status status;

	r->pending--;
	if (by.machine == DG_MACHINE_SURVEY) {
		dg_timers_set(&g->timers, (uint32_t)i, g->drive.now);
		return dg_survey_heard(&r->survey, heard, &r->watch->expected, g->drive.now) ==
			       DG_OK
			   ? DG_OK
			   : dg_fail_memory(err);
	}
	status = resolver ? dg_resolver_watch_heard(&r->resolvers, heard, &present, &news, err)
			  : dg_watch_heard(r->watch, heard, &present, &news, err);
	if (status != DG_OK || !news.known)
		return status;
	if (!resolver && has_lost_it(g, r, &news))
		reopen(g, r);
	if (r->verdict != DG_VERDICT_WAITING)
		return status;
	if (!resolver && heard->kind == DG_HEARD_REPLY)
		tell_path(g, r, &news, heard);
	if (!resolver) {
		status = take_ns_set(g, r, &news, heard, err);
		return status == DG_OK ? take_news(g, i, &news, heard, err) : status;
	}
	take_resolver_news(g, i, &news);
	return DG_OK;
}

/* Judges a few of a record's replies that waited for the chain of trust; *left counts them down. */
static enum dg_status judge_kept_of(struct dg_gate *g, size_t i, unsigned *left,
				    struct dg_error *err)
{
	struct dg_now present = {.now = g->drive.now, .wall = dg_gate_wall(g), .chase = &g->chase};
	struct dg_watch_news news = {.known = true};
	static const struct dg_heard kept = {0};
	struct dg_record *r = g->record[i];
	enum dg_status status = DG_OK;

	while (status == DG_OK && news.known && r->verdict == DG_VERDICT_WAITING && *left > 0) {
		status = dg_watch_again(r->watch, &present, &news, err);
		if (status != DG_OK || !news.known)
			break;
		--*left;
		status = take_news(g, i, &news, &kept, err);
	}
	news.known = true;
	while (status == DG_OK && news.known && r->verdict == DG_VERDICT_WAITING && *left > 0) {
		status = dg_resolver_watch_again(&r->resolvers, &present, &news, err);
		if (status != DG_OK || !news.known)
			break;
		--*left;
		take_resolver_news(g, i, &news);
	}
	return status;
}

/* A few at a time: a reply may be made to cost milliseconds, and the clock is looked at in between.
 */
enum dg_status dg_gate_judge_kept(struct dg_gate *g, struct dg_error *err)
{
	unsigned left = KEPT_AT_ONCE;
	enum dg_status status = DG_OK;

	while (g->judged < g->admitted && status == DG_OK) {
		status = judge_kept_of(g, g->judged, &left, err);
		if (left == 0)
			break;
		g->judged++;
	}
	return status;
}

/* When more is known of the chain of trust, replies that waited for it are judged again. */
enum dg_status dg_gate_chase_heard(void *gate, const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_gate *g = gate;
	unsigned before = g->chase.epoch;
	enum dg_status status =
	    dg_chase_heard(&g->chase, heard, g->drive.now, dg_gate_wall(g), err);

	if (g->chase.epoch != before)
		g->judged = 0;
	return status;
}

void dg_gate_list_waiting(struct dg_gate *g)
{
	size_t i;

	g->decided = 0;
	for (i = g->nwaiting = 0; i < g->admitted; i++)
		if (g->record[i]->verdict == DG_VERDICT_WAITING)
			g->waiting[g->nwaiting++] = (uint32_t)i;
}

/* All that discovery has is taken in; a server that is found late would be more. */
static bool has_all(const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < r->watch->nowners; i++) {
		const struct dg_owner *l = &r->watch->owner[i];

		if (!l->live || (l->search == NULL && r->given != NULL))
			continue;
		if (l->search == NULL || l->outdated || l->search->state == DG_SEARCH_OPEN ||
		    l->search->state == DG_SEARCH_NOT_DELEGATED || l->zone != l->search->zone ||
		    !r->complete)
			return false;
	}
	return true;
}

void dg_gate_note_seeking(struct dg_gate *g, size_t i)
{
	size_t k = g->nseeking;

	if (g->record[i]->seeking || has_all(g->record[i]))
		return;
	g->record[i]->seeking = true;
	g->nseeking++;
	for (; k > 0 && g->seeking[k - 1] > i; k--)
		g->seeking[k] = g->seeking[k - 1];
	g->seeking[k] = (uint32_t)i;
}

/* Those of the list that there is something for; how many of them stay in it. */
static size_t wake_of(struct dg_gate *g, uint32_t *list, size_t count, bool seeking)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		struct dg_record *r = g->record[list[i]];

		if (seeking)
			r->seeking = r->verdict == DG_VERDICT_WAITING && !has_all(r);
		if (seeking ? !r->seeking : r->verdict != DG_VERDICT_WAITING)
			continue;
		list[kept++] = list[i];
		if (dg_gate_has_news(r))
			dg_timers_set(&g->timers, list[i], g->drive.now);
	}
	return kept;
}

/* Wakes the records that discovery found, or gave up, something for. */
void dg_gate_wake_for_news(struct dg_gate *g)
{
	unsigned news = dg_discover_news(g->discover);
	unsigned late = dg_discover_late(g->discover);

	if (news == g->news)
		return;
	g->news = news;
	if (late != g->late)
		g->nwaiting = wake_of(g, g->waiting, g->nwaiting, false);
	else
		g->nseeking = wake_of(g, g->seeking, g->nseeking, true);
	g->late = late;
}
