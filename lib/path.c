/* SPDX-License-Identifier: ISC */
#include "path.h"

#include <string.h>

static const char *const nobody[DG_PATH_FAMILIES] = {
    [DG_PATH_IPV4] = "192.0.2.53", [DG_PATH_IPV6] = "2001:db8::53"};

static struct dg_path_view *view_of(struct dg_path *path, const struct dg_heard *heard)
{
	return &path->of[heard->server.family == 4 ? DG_PATH_IPV4 : DG_PATH_IPV6];
}

void dg_path_heard(struct dg_path *path, const struct dg_heard *heard,
		   const struct dg_answer *answer)
{
	struct dg_path_view *v = view_of(path, heard);

	if (answer == NULL) {
		path->silent = path->silent || heard->kind == DG_HEARD_SILENCE ||
			       heard->kind == DG_HEARD_CLOSED;
		return;
	}
	v->suspect = v->suspect || heard->msg->ra;
	if (answer->kind == DG_SAYS_LAME && heard->msg->ra)
		v->resolver = true;
	else if (dg_answer_tells(answer) || answer->kind == DG_SAYS_REFERRAL)
		v->server = true;
}

void dg_path_next(struct dg_path *path, uint16_t port, uint32_t id, struct dg_ask *ret_ask)
{
	int i;

	ret_ask->id = 0;
	for (i = 0; i < DG_PATH_FAMILIES; i++) {
		struct dg_path_view *v = &path->of[i];

		if (!v->suspect || v->probed)
			continue;
		v->probed = true;
		*ret_ask = (struct dg_ask){.id = id, .name = dg_name_root, .type = DG_TYPE_NS};
		/* A constant: it cannot fail. */
		if (dg_addr_parse(&ret_ask->server, nobody[i], port, NULL) != DG_OK)
			ret_ask->id = 0;
		return;
	}
}

void dg_path_nobody_heard(struct dg_path *path, const struct dg_heard *heard)
{
	if (heard->kind == DG_HEARD_REPLY)
		view_of(path, heard)->nobody = true;
}

bool dg_path_is_intercepted(const struct dg_path *path)
{
	bool lies = false;
	int i;

	for (i = 0; i < DG_PATH_FAMILIES; i++) {
		const struct dg_path_view *v = &path->of[i];

		if (v->server && !v->nobody)
			return false;
		lies = lies || v->nobody || v->resolver;
	}
	return lies;
}
