/* SPDX-License-Identifier: ISC */
#include "poll_events.h"

#include <stdlib.h>

#include "base/bytes.h"

void dg_events_free(struct dg_events *e)
{
	free(e->moment);
	e->moment = NULL;
	e->count = 0;
}

static void note(struct dg_events *e, enum dg_last_event last, const char *event, dg_ms now)
{
	e->last = last;
	/* The last word is worth more than one in between. */
	if (e->count == DG_MAX_EVENTS || !dg_grow(&e->moment, e->count, sizeof(*e->moment))) {
		e->dropped++;
		if (e->count == 0)
			return;
		e->count--;
	}
	e->moment[e->count++] = (struct dg_moment){.at = now - e->origin, .event = event};
}

void dg_events_asked(struct dg_events *e, dg_ms now)
{
	if (e->last == DG_LAST_NONE)
		note(e, DG_LAST_ASKED, "asked", now);
}

void dg_events_state(struct dg_events *e, enum dg_state state, dg_ms now)
{
	if (state == e->state && e->last != DG_LAST_RELAPSED)
		return;
	e->state = state;
	note(e, DG_LAST_STATE, dg_state_text(state), now);
}

void dg_events_confirmed(struct dg_events *e, dg_ms now)
{
	if (e->last != DG_LAST_CONFIRMED)
		note(e, DG_LAST_CONFIRMED, "confirmed", now);
}

void dg_events_relapsed(struct dg_events *e, dg_ms now)
{
	note(e, DG_LAST_RELAPSED, "relapsed", now);
}

void dg_events_left_out(struct dg_events *e, bool left_out, dg_ms now)
{
	if (left_out && e->last != DG_LAST_LEFT_OUT)
		note(e, DG_LAST_LEFT_OUT, "left-out", now);
	else if (!left_out && e->last == DG_LAST_LEFT_OUT)
		note(e, DG_LAST_STATE, dg_state_text(e->state), now);
}
