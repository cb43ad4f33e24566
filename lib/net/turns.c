/* SPDX-License-Identifier: ISC */
#include "turns.h"

#include <stdlib.h>

#include "base/bytes.h"

void dg_turns_free(struct dg_turns *t)
{
	free(t->heap);
	t->heap = NULL;
	t->count = 0;
}

static bool before(const struct dg_turn *a, const struct dg_turn *b)
{
	return a->last != b->last ? a->last < b->last : a->order < b->order;
}

bool dg_turns_add(struct dg_turns *t, dg_ms last, uint32_t handle, uint64_t serial)
{
	struct dg_turn new = {last, t->order++, handle, serial};
	size_t i;

	if (!dg_grow(&t->heap, t->count, sizeof(*t->heap)))
		return false;
	for (i = t->count++; i > 0 && before(&new, &t->heap[(i - 1) / 2]); i = (i - 1) / 2)
		t->heap[i] = t->heap[(i - 1) / 2];
	t->heap[i] = new;
	return true;
}

struct dg_turn dg_turns_take(struct dg_turns *t)
{
	struct dg_turn first = t->heap[0], last = t->heap[--t->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < t->count) {
		if (child + 1 < t->count && before(&t->heap[child + 1], &t->heap[child]))
			child++;
		if (!before(&t->heap[child], &last))
			break;
		t->heap[i] = t->heap[child];
		i = child;
	}
	t->heap[i] = last;
	return first;
}
