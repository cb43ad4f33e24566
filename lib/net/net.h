/* SPDX-License-Identifier: ISC */
/* The real world: the only loop, the only caller of poll, of the clocks and of the random number
 * generator. */
#ifndef DG_NET_H
#define DG_NET_H

#include "dns/ask.h"

struct dg_real_net;

/* A world over this machine's network; `stop_fd` (-1: none) ends a wait when it becomes readable.
 * `tls_ca` is a file with the certificates to trust, NULL: the system's; copied. Free it with
 * dg_real_net_free. DG_EINVAL names the file when it is of no use. */
enum dg_status dg_real_net_new(struct dg_real_net **ret_net, int stop_fd, const char *tls_ca,
			       struct dg_error *err) DG_MUST_CHECK;
void dg_real_net_free(struct dg_real_net *net);

/* The URL of the proxy that fetches go through, instead of the environment's; borrowed. */
void dg_real_net_set_proxy(struct dg_real_net *net, const char *proxy);

/* It as the gate wants it; borrows net. */
struct dg_net dg_real_net_seam(struct dg_real_net *net);

#endif
