/* SPDX-License-Identifier: ISC */
#include "held_reply.h"

#include <stdlib.h>
#include <string.h>

#define HELD_MOST 4096

enum dg_status dg_held_keep(struct dg_held *held, const struct dg_heard *heard, unsigned epoch)
{
	if (held->octets != NULL || heard->msg->len > HELD_MOST)
		return DG_OK;
	held->octets = malloc(heard->msg->len);
	if (held->octets == NULL)
		return DG_ENOMEM;
	memcpy(held->octets, heard->msg->wire, heard->msg->len);
	held->len = heard->msg->len;
	held->heard = *heard;
	held->heard.msg = NULL;
	held->epoch = epoch;
	return DG_OK;
}

bool dg_held_is_due(const struct dg_held *held, unsigned epoch)
{
	return held->octets != NULL && held->epoch != epoch;
}

enum dg_status dg_held_read(struct dg_held *held, unsigned epoch, struct dg_heard *ret_heard,
			    struct dg_msg *ret_msg)
{
	enum dg_status status = dg_msg_read(ret_msg, held->octets, held->len, NULL);

	/* It was read before: only memory can be short. */
	if (status != DG_OK)
		return DG_ENOMEM;
	held->epoch = epoch;
	*ret_heard = held->heard;
	ret_heard->msg = ret_msg;
	ret_heard->sent = 0;
	return DG_OK;
}

void dg_held_drop(struct dg_held *held)
{
	free(held->octets);
	held->octets = NULL;
}
