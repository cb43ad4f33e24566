/* SPDX-License-Identifier: ISC */
#include "timers.h"

#include <stdlib.h>
#include <string.h>

void dg_timers_free(struct dg_timers *t)
{
	free(t->heap);
	free(t->place);
	memset(t, 0, sizeof(*t));
}

bool dg_timers_reserve(struct dg_timers *t, size_t keys)
{
	size_t room = t->keys == 0 ? 16 : t->keys;
	struct dg_timer *heap;
	size_t *place;

	if (keys <= t->keys)
		return true;
	while (room < keys)
		room *= 2;
	heap = realloc(t->heap, room * sizeof(*heap));
	if (heap == NULL)
		return false;
	t->heap = heap;
	place = realloc(t->place, room * sizeof(*place));
	if (place == NULL)
		return false;
	memset(place + t->keys, 0, (room - t->keys) * sizeof(*place));
	t->place = place;
	t->keys = room;
	return true;
}

static void put(struct dg_timers *t, size_t i, struct dg_timer timer)
{
	t->heap[i] = timer;
	t->place[timer.key] = i + 1;
}

/* Moves the entry at i up or down until the heap is one again. */
static void settle(struct dg_timers *t, size_t i)
{
	struct dg_timer timer = t->heap[i];

	while (i > 0 && timer.at < t->heap[(i - 1) / 2].at) {
		put(t, i, t->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < t->count && t->heap[child + 1].at < t->heap[child].at)
			child++;
		if (child >= t->count || timer.at <= t->heap[child].at)
			break;
		put(t, i, t->heap[child]);
		i = child;
	}
	put(t, i, timer);
}

void dg_timers_set(struct dg_timers *t, uint32_t key, dg_ms at)
{
	size_t i = t->place[key];

	if (i == 0)
		i = ++t->count;
	t->heap[i - 1] = (struct dg_timer){.at = at, .key = key};
	settle(t, i - 1);
}

void dg_timers_unset(struct dg_timers *t, uint32_t key)
{
	size_t i = key < t->keys ? t->place[key] : 0;

	if (i == 0)
		return;
	t->place[key] = 0;
	if (i != t->count--) {
		t->heap[i - 1] = t->heap[t->count];
		settle(t, i - 1);
	}
}

const struct dg_timer *dg_timers_first(const struct dg_timers *t)
{
	return t->count == 0 ? NULL : &t->heap[0];
}
