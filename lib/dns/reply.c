/* SPDX-License-Identifier: ISC */
#include "reply.h"

#include <stdlib.h>
#include <string.h>

struct dg_kept {
	struct dg_heard heard; /* how it came; without msg */
	size_t len;
	uint8_t octets[];
};

enum dg_status dg_reply_keep(struct dg_reply *ret, const struct dg_heard *heard, size_t most,
			     unsigned epoch, struct dg_room *room)
{
	size_t len = heard->msg->len, size = sizeof(*ret->kept) + len;

	if (ret->kept != NULL || len > most || !dg_room_take(room, size))
		return DG_OK;
	ret->kept = malloc(size);
	if (ret->kept == NULL) {
		dg_room_give_back(room, size);
		return DG_ENOMEM;
	}
	memcpy(ret->kept->octets, heard->msg->wire, len);
	ret->kept->len = len;
	ret->kept->heard = *heard;
	ret->kept->heard.msg = NULL;
	ret->room = room;
	ret->epoch = epoch;
	return DG_OK;
}

bool dg_reply_is_due(const struct dg_reply *reply, unsigned epoch)
{
	return reply->kept != NULL && reply->epoch != epoch;
}

enum dg_status dg_reply_read(const struct dg_reply *reply, struct dg_heard *ret_heard,
			     struct dg_msg *ret_msg)
{
	/* It was read before: only memory can be short. */
	if (dg_msg_read(ret_msg, reply->kept->octets, reply->kept->len, NULL) != DG_OK)
		return DG_ENOMEM;
	*ret_heard = reply->kept->heard;
	ret_heard->msg = ret_msg;
	ret_heard->sent = 0;
	return DG_OK;
}

void dg_reply_drop(struct dg_reply *reply)
{
	if (reply->kept == NULL)
		return;
	dg_room_give_back(reply->room, sizeof(*reply->kept) + reply->kept->len);
	free(reply->kept);
	reply->kept = NULL;
}
