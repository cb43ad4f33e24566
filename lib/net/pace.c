/* SPDX-License-Identifier: ISC */
#include "pace.h"

#include "base/types.h"

/* ---- the rate to one address ----------------------------------------------------------------- */

/* A burst, and a rate that leaves room for it within one second. */
#define BURST 20
#define RATE_MOST ((DG_RATE_ADDRESS - BURST - 1) * INT64_C(1000))
/* Until it has shown that it can more. */
#define RATE_FIRST INT64_C(100000)
/* The share of one name; below it only the window of all holds a question back. */
#define RATE_LEAST (DG_RATE_NAME * INT64_C(1000))
/* The growth for each answer, and before the first loss. */
#define RATE_STEP INT64_C(1000)
#define RATE_STEP_FIRST INT64_C(4000)
/* One loss seldom comes alone. */
#define CUT_MS 500

static int64_t rate_of(const struct dg_pace *pace)
{
	return pace->begun ? pace->rate : RATE_FIRST;
}

static int64_t spacing_us(const struct dg_pace *pace)
{
	return INT64_C(1000000000) / rate_of(pace) + 1;
}

/* A fifth of a second's questions at once. */
static int64_t burst(const struct dg_pace *pace)
{
	int64_t most = rate_of(pace) / 5000;

	return most < 1 ? 1 : most > BURST ? BURST : most;
}

dg_ms dg_pace_next(const struct dg_pace *pace, dg_ms now)
{
	int64_t at = (pace->slot_us - burst(pace) * spacing_us(pace) + 999) / 1000;

	return at > now ? at : now;
}

void dg_pace_sent(struct dg_pace *pace, dg_ms now)
{
	int64_t now_us = now * 1000;

	pace->slot_us = (pace->slot_us > now_us ? pace->slot_us : now_us) + spacing_us(pace);
}

static void begin(struct dg_pace *pace)
{
	pace->rate = rate_of(pace);
	pace->begun = true;
}

void dg_pace_answered(struct dg_pace *pace)
{
	begin(pace);
	pace->rate += pace->cut == 0 ? RATE_STEP_FIRST : RATE_STEP;
	if (pace->rate > RATE_MOST)
		pace->rate = RATE_MOST;
}

void dg_pace_cut(struct dg_pace *pace, dg_ms now)
{
	begin(pace);
	if (pace->rate <= RATE_LEAST || (pace->cut != 0 && now - pace->cut < CUT_MS))
		return;
	pace->cut = now;
	pace->rate = pace->rate / 2 > RATE_LEAST ? pace->rate / 2 : RATE_LEAST;
}

/* ---- the window of all
 * --------------------------------------------------------------------------- */

#define ONE INT64_C(1000)
#define WINDOW_FIRST (24 * ONE)
#define WINDOW_MOST (512 * ONE)
/* Random loss alone brings it no lower, a queue does. */
#define WINDOW_LOSSY (8 * ONE)
#define WINDOW_LEAST (4 * ONE)
#define FIRST_TIMEOUT_MS 400
/* More than jitter makes. */
#define QUEUE_US 300000

static int64_t size_of(const struct dg_window *w)
{
	return w->begun ? w->size : WINDOW_FIRST;
}

bool dg_window_is_full(const struct dg_window *w)
{
	return w->open * ONE >= size_of(w);
}

void dg_window_sent(struct dg_window *w)
{
	w->open++;
}

void dg_window_closed(struct dg_window *w)
{
	if (w->open > 0)
		w->open--;
}

static void open_window(struct dg_window *w)
{
	if (w->begun)
		return;
	w->begun = true;
	w->size = WINDOW_FIRST;
	w->slow = WINDOW_MOST;
}

static void cut_window(struct dg_window *w, int64_t least, dg_ms now)
{
	open_window(w);
	if (now - w->cut < CUT_MS || w->size <= least)
		return;
	w->cut = now;
	w->size = w->size / 2 > least ? w->size / 2 : least;
	w->slow = w->size;
}

/* Many times the empty way, and more than jitter. */
bool dg_pace_is_queueing(int64_t queueing_us, int64_t least_us)
{
	return queueing_us > 2 * least_us && queueing_us > QUEUE_US;
}

void dg_window_answered(struct dg_window *w, int64_t queueing_us, dg_ms now)
{
	open_window(w);
	w->queueing_us += (queueing_us - w->queueing_us) / 8;
	if (w->queueing_us > QUEUE_US) {
		cut_window(w, WINDOW_LEAST, now);
		return;
	}
	w->size += w->size < w->slow ? ONE : ONE * ONE / w->size;
	if (w->size > WINDOW_MOST)
		w->size = WINDOW_MOST;
}

void dg_window_moved(struct dg_window *w, dg_ms sent, dg_ms now)
{
	w->moved = now;
	w->moved_sent = sent;
}

void dg_window_lost(struct dg_window *w, dg_ms now)
{
	cut_window(w, WINDOW_LOSSY, now);
}

dg_ms dg_window_first_timeout(const struct dg_window *w)
{
	return FIRST_TIMEOUT_MS + 2 * w->queueing_us / 1000;
}
