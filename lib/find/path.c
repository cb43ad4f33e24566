/* SPDX-License-Identifier: ISC */
#include "path.h"

#include <string.h>

/* With several servers, each is asked once a second or more often. */
#define WELL_MS 1000
#define PROBE_EVERY_MS 10000

static const char *const nobody[DG_PATH_FAMILIES] = {
    [DG_PATH_IPV4] = "192.0.2.53", [DG_PATH_IPV6] = "2001:db8::53"};

static enum dg_path_family family_of(const struct dg_addr *addr)
{
	return addr->family == 4 ? DG_PATH_IPV4 : DG_PATH_IPV6;
}

void dg_path_init(struct dg_path *path)
{
	int i;

	memset(path, 0, sizeof(*path));
	for (i = 0; i < DG_PATH_FAMILIES; i++)
		path->of[i].well = path->of[i].probed = -1;
}

const struct dg_path_view *dg_path_view(const struct dg_path *path, const struct dg_addr *addr)
{
	return &path->of[family_of(addr)];
}

void dg_path_replied(struct dg_path *path, const struct dg_heard *heard, bool well, dg_ms now)
{
	struct dg_path_view *v = &path->of[family_of(&heard->server)];

	if (well && !heard->msg->ra)
		v->well = now;
	else if (v->well < 0 ? heard->msg->ra : now - v->well >= WELL_MS)
		v->suspect = true;
}

void dg_path_heard(struct dg_path *path, const struct dg_heard *heard,
		   const struct dg_answer *answer, dg_ms now)
{
	struct dg_path_view *v = &path->of[family_of(&heard->server)];
	bool well;

	if (answer == NULL) {
		path->silent = path->silent || heard->kind == DG_HEARD_SILENCE ||
			       heard->kind == DG_HEARD_CLOSED;
		return;
	}
	well = dg_answer_tells(answer) || answer->kind == DG_ANSWER_REFERRAL;
	if (answer->kind == DG_ANSWER_LAME && heard->msg->ra)
		v->resolver = true;
	else if (well)
		v->server = true;
	dg_path_replied(path, heard, well, now);
}

void dg_path_next(struct dg_path *path, uint16_t port, dg_ms now, struct dg_ask *ret_ask)
{
	int i;

	ret_ask->id = 0;
	for (i = 0; i < DG_PATH_FAMILIES; i++) {
		struct dg_path_view *v = &path->of[i];

		if (!(v->suspect || v->nobody) ||
		    (v->probed >= 0 && now - v->probed < PROBE_EVERY_MS))
			continue;
		v->suspect = false;
		v->probed = now;
		*ret_ask = (struct dg_ask){
		    .id = dg_ask_id((struct dg_asker){.machine = DG_MACHINE_PATH}),
		    .name = dg_name_root,
		    .type = DG_TYPE_NS,
		};
		/* A constant: it cannot fail. */
		if (dg_addr_parse(&ret_ask->server, nobody[i], port, NULL) != DG_OK)
			ret_ask->id = 0;
		return;
	}
}

void dg_path_nobody_heard(struct dg_path *path, const struct dg_heard *heard)
{
	struct dg_path_view *v = &path->of[family_of(&heard->server)];

	v->silent = heard->kind != DG_HEARD_REPLY;
	if (heard->kind == DG_HEARD_REPLY)
		v->nobody = true;
	else if (v->well > v->probed)
		/* Silence alone may be a loss. */
		v->nobody = false;
}

bool dg_path_lies(const struct dg_path_view *view)
{
	return view->nobody || (view->resolver && !view->server);
}

bool dg_path_is_clear(const struct dg_path_view *view)
{
	return view->silent && !dg_path_lies(view);
}

bool dg_path_is_intercepted(const struct dg_path *path)
{
	bool lies = false;
	int i;

	for (i = 0; i < DG_PATH_FAMILIES; i++) {
		const struct dg_path_view *v = &path->of[i];

		if (v->server && !dg_path_lies(v))
			return false;
		lies = lies || dg_path_lies(v);
	}
	return lies;
}
