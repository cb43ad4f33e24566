/* SPDX-License-Identifier: ISC */
/* The chain of a record's CNAMEs and DNAMEs, as its owners show it. */
#include "watch.h"

size_t dg_watch_target(const struct dg_watch *w, const struct dg_poll *poll)
{
	size_t i;

	for (i = 0; poll->said.alias && i < w->nowners; i++)
		if (dg_name_equal(&w->owner[i].name, poll->said.target))
			return i;
	return SIZE_MAX;
}

enum colour { UNSEEN, ON_PATH, DONE };

/* Marks what can be reached from an owner as live; the number of CNAMEs in the longest way on. */
static unsigned trace(struct dg_watch *w, size_t owner, enum colour colour[DG_MAX_OWNERS],
		      unsigned length[DG_MAX_OWNERS])
{
	struct dg_owner *l = &w->owner[owner];
	size_t k;

	colour[owner] = ON_PATH;
	length[owner] = 0;
	l->live = true;
	for (k = 0; k < l->npolls; k++) {
		size_t target = dg_watch_target(w, &l->poll[k]);
		unsigned below;

		if (target == SIZE_MAX)
			continue;
		if (colour[target] == ON_PATH)
			continue;
		below = colour[target] == DONE ? length[target] : trace(w, target, colour, length);
		if (below + 1 > length[owner])
			length[owner] = below + 1;
	}
	colour[owner] = DONE;
	return length[owner];
}

void dg_watch_trace(struct dg_watch *w)
{
	enum colour colour[DG_MAX_OWNERS] = {UNSEEN};
	unsigned length[DG_MAX_OWNERS];
	size_t i;

	for (i = 0; i < w->nowners; i++)
		w->owner[i].live = false;
	w->length = trace(w, 0, colour, length);
}

/* How many addresses of an owner lead to `target`; SIZE_MAX: hold TXT records. */
static size_t count_leading(const struct dg_watch *w, const struct dg_owner *l, size_t target)
{
	size_t k, n = 0;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (target == SIZE_MAX)
			n += !p->said.alias && p->said.seen > 0;
		else
			n += p->said.alias && dg_name_equal(p->said.target, &w->owner[target].name);
	}
	return n;
}

/* The owner that most of the addresses with the name lead to; SIZE_MAX: none. */
static size_t next_in_chain(const struct dg_watch *w, const struct dg_owner *l)
{
	size_t best = SIZE_MAX, votes = count_leading(w, l, SIZE_MAX), i;

	for (i = 0; i < w->nowners; i++) {
		size_t n = count_leading(w, l, i);

		if (n > 0 && n >= votes) {
			best = i;
			votes = n;
		}
	}
	return best;
}

size_t dg_watch_chain(const struct dg_watch *w, size_t chain[DG_MAX_OWNERS], size_t *ret_back_to)
{
	size_t count = 0, at = 0, i;

	*ret_back_to = SIZE_MAX;
	while (at != SIZE_MAX) {
		for (i = 0; i < count; i++) {
			if (chain[i] != at)
				continue;
			*ret_back_to = at;
			return count;
		}
		chain[count++] = at;
		at = next_in_chain(w, &w->owner[at]);
	}
	return count;
}
