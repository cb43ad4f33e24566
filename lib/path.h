/* SPDX-License-Identifier: ISC */
/*
 * Is the way to the name servers open, and is it really they who answer? Some networks send whatever goes to
 * port 53 to a resolver of their own. A root server never recurses, and nobody has an address of the
 * documentation networks (RFC 5737, RFC 3849).
 */
#ifndef DG_PATH_H
#define DG_PATH_H

#include "answer.h"
#include "ask.h"

enum dg_path_family { DG_PATH_IPV4, DG_PATH_IPV6, DG_PATH_FAMILIES };

struct dg_path {
	struct dg_path_view {
		bool resolver; /* a root server answered as a resolver does */
		bool server;   /* one answered as it should */
		bool suspect;  /* one had RA set */
		bool probed;   /* an address that nobody has was asked */
		bool nobody;   /* and something answered there */
	} of[DG_PATH_FAMILIES];
	bool silent; /* a root server gave no answer, though there is a way to it */
};

/* A root server was asked: a reply with its meaning, or NULL for none. */
void dg_path_heard(struct dg_path *path, const struct dg_heard *heard,
		   const struct dg_answer *answer);

/* The question to nobody, under this id, once there is reason for it; ret_ask->id is 0 when there is none.
 */
void dg_path_next(struct dg_path *path, uint16_t port, uint32_t id, struct dg_ask *ret_ask);
void dg_path_nobody_heard(struct dg_path *path, const struct dg_heard *heard);

/* True when what answers are not the servers asked, over any address family. */
bool dg_path_is_intercepted(const struct dg_path *path);

#endif
