/* SPDX-License-Identifier: ISC */
#include "unit.h"

#include "watch/poll_events.h"

static void is(const struct dg_events *e, size_t i, dg_ms at, const char *event)
{
	assert_true(i < e->count);
	assert_int_equal(e->moment[i].at, at);
	assert_string_equal(e->moment[i].event, event);
}

static void test_changes_only(void **state)
{
	struct dg_events e = {.origin = 1000};

	(void)state;
	dg_events_asked(&e, 1000);
	dg_events_state(&e, DG_STATE_SILENT, 3000);
	dg_events_asked(&e, 4000);
	dg_events_state(&e, DG_STATE_SILENT, 5000);
	is(&e, 0, 0, "asked");
	is(&e, 1, 2000, "silent");
	assert_int_equal(e.count, 2);

	/* Who is left out and then is not is what he was. */
	dg_events_left_out(&e, true, 11000);
	dg_events_left_out(&e, true, 12000);
	dg_events_left_out(&e, false, 13000);
	dg_events_left_out(&e, false, 14000);
	is(&e, 2, 10000, "left-out");
	is(&e, 3, 12000, "silent");
	assert_int_equal(e.count, 4);

	dg_events_state(&e, DG_STATE_PRESENT, 15000);
	dg_events_confirmed(&e, 15000);
	dg_events_confirmed(&e, 16000);
	is(&e, 5, 14000, "confirmed");
	assert_int_equal(e.count, 6);

	/* A relapse, though it says the same: it may count no more. */
	dg_events_relapsed(&e, 17000);
	dg_events_state(&e, DG_STATE_PRESENT, 17000);
	is(&e, 6, 16000, "relapsed");
	is(&e, 7, 16000, "present");
	assert_int_equal(e.dropped, 0);
	dg_events_free(&e);
}

static void test_no_room(void **state)
{
	struct dg_events e = {0};
	dg_ms now;

	(void)state;
	dg_events_asked(&e, 0);
	for (now = 1; now <= 100; now++)
		dg_events_state(&e, now % 2 ? DG_STATE_ABSENT : DG_STATE_PRESENT, now);
	assert_int_equal(e.count, DG_MAX_EVENTS);
	assert_int_equal(e.dropped, 101 - DG_MAX_EVENTS);
	is(&e, 0, 0, "asked");
	is(&e, DG_MAX_EVENTS - 2, DG_MAX_EVENTS - 2, "present");
	is(&e, DG_MAX_EVENTS - 1, 100, "present");
	dg_events_free(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_changes_only),
					   cmocka_unit_test(test_no_room)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
