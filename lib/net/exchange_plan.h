/* SPDX-License-Identifier: ISC */
/* Inside the exchange: which attempts are planned, shared by the half that plans (exchange_plan.c)
 * and the half that hears (exchange.c). */
#ifndef DG_EXCHANGE_PLAN_H
#define DG_EXCHANGE_PLAN_H

#include "exchange.h"

/* One more attempt, unless there are too many. */
void dg_plan_attempt(struct dg_exchange *x, enum dg_transport_kind transport, bool edns, dg_ms at);

/* Attempts of that transport that are planned are not made. */
void dg_plan_drop(struct dg_exchange *x, enum dg_transport_kind transport);

/* The question goes over TCP now, unless it does already, and over UDP no more. */
void dg_plan_tcp_now(struct dg_exchange *x, dg_ms now);

/* The server said that it knows no EDNS: without it now, over the same transport. */
void dg_plan_plain_now(struct dg_exchange *x, enum dg_transport_kind transport, dg_ms now);

/* A datagram that anybody may have sent wants to be asked otherwise: TCP first, and that over UDP
 * later, or as soon as TCP failed. */
void dg_plan_doubt(struct dg_exchange *x, bool edns, bool mixed_case, dg_ms now);
void dg_plan_believe_doubt(struct dg_exchange *x, dg_ms now);

/* An answer without EDNS is there, and those with EDNS are not: one more with it, and a moment for
 * them. */
void dg_plan_contrast(struct dg_exchange *x, dg_ms now);

#endif
