/* SPDX-License-Identifier: ISC */
/*
 * The wait in plain lines: none while it may end at once, then what is waited for, then a line for
 * each change and, while there is none, a heartbeat.
 */
#include "describe.h"
#include "system/say.h"
#include "view.h"

#define AT_ONCE_MS 2000
#define HEARTBEAT_MS 30000
/* And between two lines because of a trouble, at least. */
#define NEWS_MS 1000
/* With more names than this, one line for all. */
#define NAMES_LISTED 5

static void say_all(const struct dg_gate *gate)
{
	size_t count = dg_gate_records(gate), visible = 0, listed = 0, i;
	char wait[1024], span[32];

	describe_span(dg_gate_elapsed(gate), span);
	for (i = 0; i < count; i++)
		visible += dg_record_verdict(dg_gate_record(gate, i)) == DG_VERDICT_VISIBLE;
	if (count > NAMES_LISTED)
		say_at(SAY_INFO, "after %s: %zu of %zu names visible", span, visible, count);
	for (i = 0; i < count && listed < NAMES_LISTED; i++) {
		const struct dg_record *r = dg_gate_record(gate, i);

		if (dg_record_verdict(r) != DG_VERDICT_WAITING)
			continue;
		listed++;
		describe_wait(r, wait, sizeof(wait));
		say_at(SAY_INFO, "%s after %s: %s", dg_record_name(r), span, wait);
	}
}

static void say_row(const struct view *v, const struct dg_record *r, size_t index, dg_ms elapsed)
{
	char span[32], answer[DETAIL_TEXT];
	struct dg_row row;
	bool too_long;

	dg_record_row(r, index, &row);
	too_long = row.retry > v->options->gate.timeout - elapsed;
	say_at(SAY_INFO, "%s +%s %s%s%s%s: %s%s%s%s%s%s%s", row.owner, describe_span(elapsed, span),
	       row.recursive ? "resolver " : "", row.server != NULL ? row.server : "",
	       row.server != NULL ? " " : "", row.address, dg_state_text(row.state),
	       row.detail[0] != '\0' ? " (" : "",
	       row.detail[0] != '\0' ? describe_answer(&row, answer) : "",
	       row.target != NULL ? " to " : "", row.target != NULL ? row.target : "",
	       row.detail[0] != '\0' ? ")" : "", too_long ? ", which is beyond the timeout" : "");
}

/* A cache that will hold something else for long: that is worth a line at once. */
static bool is_held(const struct dg_event *event)
{
	struct dg_row row;

	dg_record_row(event->record, event->row, &row);
	return row.recursive && row.retry >= 0;
}

static size_t count_troubled(const struct dg_gate *gate)
{
	size_t count = 0, i;

	for (i = 0; i < dg_gate_records(gate); i++) {
		const struct dg_record *r = dg_gate_record(gate, i);

		count += dg_record_verdict(r) == DG_VERDICT_WAITING && dg_record_trouble(r) != NULL;
	}
	return count;
}

/* Says what is waited for: first, when there is a new reason to wait, such as the CA's cache, and
 * now and then. */
static void tick(struct view *v, const struct dg_gate *gate, dg_ms elapsed)
{
	bool talkative = v->options->verbose || v->options->progress == PROGRESS_ALWAYS;
	size_t troubled = count_troubled(gate);
	bool news = troubled > v->troubled && elapsed >= v->news;

	if (troubled < v->troubled || news)
		v->troubled = troubled;
	if (elapsed < (talkative ? 0 : AT_ONCE_MS) || (elapsed < v->heartbeat && !news))
		return;
	say_all(gate);
	v->began = true;
	v->troubled = troubled;
	v->heartbeat = elapsed + HEARTBEAT_MS;
	v->news = elapsed + NEWS_MS;
}

/* What each place sees: the first time, and whenever they were asked again. */
static void say_places(const struct dg_record *r, dg_ms elapsed)
{
	char span[32], text[PLACE_TEXT];
	size_t i;

	for (i = 0; i < dg_record_places(r); i++)
		say_at(SAY_INFO, "%s +%s from %s", dg_record_name(r), describe_span(elapsed, span),
		       describe_place(dg_record_place(r, i), text));
}

void lines_event(struct view *v, const struct dg_gate *gate, const struct dg_event *event)
{
	switch (event->kind) {
	case DG_EVENT_ROW:
		if (v->options->verbose || is_held(event) ||
		    (v->began && dg_gate_records(gate) <= NAMES_LISTED))
			say_row(v, event->record, event->row, event->elapsed);
		break;
	case DG_EVENT_PLACES:
		if (v->options->verbose || dg_record_trouble(event->record) != NULL)
			say_places(event->record, event->elapsed);
		break;
	case DG_EVENT_VERDICT:
		if (v->began && dg_gate_records(gate) > 1 && dg_gate_records(gate) <= NAMES_LISTED)
			say_at(SAY_INFO, "%s %s", dg_record_name(event->record),
			       dg_verdict_text(dg_record_verdict(event->record)));
		break;
	case DG_EVENT_TICK:
		tick(v, gate, event->elapsed);
		break;
	default:
		break;
	}
}
