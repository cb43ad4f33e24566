/* SPDX-License-Identifier: ISC */
#include "later.h"

#include <math.h>
#include <stdlib.h>

bool later_push(struct later *l, const struct datagram *one)
{
	size_t i = l->count, up;
	struct datagram *copy = i == LATER_MOST ? NULL : malloc(sizeof(*copy));

	if (copy == NULL)
		return false;
	*copy = *one;
	for (l->count++; i > 0; i = up) {
		up = (i - 1) / 2;
		if (l->datagram[up]->at <= copy->at)
			break;
		l->datagram[i] = l->datagram[up];
	}
	l->datagram[i] = copy;
	return true;
}

struct datagram later_pop(struct later *l)
{
	struct datagram first = *l->datagram[0], *last = l->datagram[--l->count];
	size_t i = 0, child;

	free(l->datagram[0]);
	for (;; i = child) {
		child = 2 * i + 1;
		if (child >= l->count)
			break;
		if (child + 1 < l->count && l->datagram[child + 1]->at < l->datagram[child]->at)
			child++;
		if (last->at <= l->datagram[child]->at)
			break;
		l->datagram[i] = l->datagram[child];
	}
	l->datagram[i] = last;
	return first;
}

double later_due(const struct later *l)
{
	return l->count == 0 ? HUGE_VAL : l->datagram[0]->at;
}
