/* SPDX-License-Identifier: ISC */
/*
 * Is the way to the name servers open, and is it really they who answer? Some networks send
 * whatever goes to port 53 to a resolver of their own, from the start or from some moment on, over
 * one address family or both. A root server never recurses, and nobody has an address of the
 * documentation networks (RFC 5737, RFC 3849).
 *
 * An answer as a resolver gives it, with RA, or of no use, raises the suspicion, unless another
 * server of that family answered well a moment ago. Then a question goes to an address that nobody
 * has, and again every now and then while the suspicion lasts.
 */
#ifndef DG_PATH_H
#define DG_PATH_H

#include "dns/answer.h"
#include "dns/ask.h"

enum dg_path_family { DG_PATH_IPV4, DG_PATH_IPV6, DG_PATH_FAMILIES };

struct dg_path {
	struct dg_path_view {
		bool resolver; /* a root server answered as a resolver does */
		bool server;   /* one answered as it should */
		bool suspect;  /* an address that nobody has is to be asked */
		bool nobody;   /* and something answered there */
		dg_ms well;    /* when a server last answered well; -1 never */
		dg_ms probed;  /* when nobody was last asked; -1 never */
		bool silent;   /* and nothing came */
	} of[DG_PATH_FAMILIES];
	bool silent; /* a root server gave no answer, though there is a way to it */
};

void dg_path_init(struct dg_path *path);

/* The view for the family of an address. */
const struct dg_path_view *dg_path_view(const struct dg_path *path, const struct dg_addr *addr);

/* A root server was asked: a reply with its meaning, or NULL for none. */
void dg_path_heard(struct dg_path *path, const struct dg_heard *heard,
		   const struct dg_answer *answer, dg_ms now);

/* An authoritative server replied; `well` when a CA's resolver could use it. */
void dg_path_replied(struct dg_path *path, const struct dg_heard *heard, bool well, dg_ms now);

/* The question to nobody, once there is reason for it; ret_ask->id is 0 when there is none. */
void dg_path_next(struct dg_path *path, uint16_t port, dg_ms now, struct dg_ask *ret_ask);
void dg_path_nobody_heard(struct dg_path *path, const struct dg_heard *heard);

/* True when what answers over this family are not the servers asked. */
bool dg_path_lies(const struct dg_path_view *view);

/* True when there was reason to ask at the address that nobody has, and nothing answers there. */
bool dg_path_is_clear(const struct dg_path_view *view);

/* True when no family is known to lead to the servers asked, and one does not. */
bool dg_path_is_intercepted(const struct dg_path *path);

#endif
