/* SPDX-License-Identifier: ISC */
#include "watch_path.h"

void dg_watch_mark_caught(struct dg_watch *w, const struct dg_path *path)
{
	size_t i, k;

	for (i = 0; i < w->nowners; i++)
		for (k = 0; k < w->owner[i].npolls; k++) {
			struct dg_poll *p = &w->owner[i].poll[k];
			const struct dg_path_view *view = dg_path_view(path, &p->addr);

			p->said.caught = dg_path_lies(view);
			p->said.clear = dg_path_is_clear(view);
		}
}

static bool is_caught(const struct dg_owner *l)
{
	bool any = false;
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		if (!l->poll[k].said.caught && !l->poll[k].said.no_route)
			return false;
		any = any || l->poll[k].said.caught;
	}
	return any;
}

const struct dg_owner *dg_watch_caught(const struct dg_watch *w)
{
	size_t i;

	for (i = 0; i < w->nowners; i++)
		if (w->owner[i].live && is_caught(&w->owner[i]))
			return &w->owner[i];
	return NULL;
}

static bool is_unreached(const struct dg_owner *l, dg_ms now, dg_ms patience)
{
	size_t k;

	if (l->npolls == 0)
		return l->zone != NULL && l->zone->other_family && l->search != NULL &&
		       l->search->state == DG_SEARCH_STUCK && now - l->began >= patience;
	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		/* A way that there was once may come back. */
		if (!p->said.no_route || p->said.has_transport ||
		    now - p->schedule.first_asked < patience)
			return false;
	}
	return true;
}

const struct dg_owner *dg_watch_unreached(const struct dg_watch *w, dg_ms now, dg_ms patience)
{
	size_t i;

	for (i = 0; i < w->nowners; i++)
		if (w->owner[i].live && is_unreached(&w->owner[i], now, patience))
			return &w->owner[i];
	return NULL;
}
