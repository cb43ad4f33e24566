/* SPDX-License-Identifier: ISC */
#include "seam.h"

#include <stdlib.h>
#include <string.h>

#define STEPS 100000
#define ROOM 4096

struct out {
	uint8_t wire[ROOM];
	size_t len;
};

static void put(struct out *o, const void *octets, size_t n)
{
	if (o->len + n > sizeof(o->wire))
		return;
	memcpy(o->wire + o->len, octets, n);
	o->len += n;
}

static void put16(struct out *o, unsigned v)
{
	put(o, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

static const struct dg_name *pick_name(struct fuzz_net *n, const struct dg_ask *ask)
{
	uint8_t c = input_octet(&n->in);

	return c & 0x80 || n->nnames == 0 ? &ask->name : &n->names[c % n->nnames];
}

/* One record; its RDATA in a form that fits its type, or any octets. */
static void put_rr(struct fuzz_net *n, struct out *o, const struct dg_ask *ask)
{
	static const uint16_t types[] = {DG_TYPE_TXT,   DG_TYPE_A,   DG_TYPE_NS,   DG_TYPE_CNAME,
					 DG_TYPE_DNAME, DG_TYPE_SOA, DG_TYPE_AAAA, DG_TYPE_RRSIG};
	uint8_t kind = input_octet(&n->in), v = input_octet(&n->in);
	const struct dg_name *owner = pick_name(n, ask), *target = pick_name(n, ask);
	const uint8_t *octets;
	size_t len;

	put(o, owner->wire, owner->len);
	put16(o, types[kind % 8]);
	put16(o, 1);
	put16(o, v & 0x40 ? 0x100 : 0);
	put16(o, v & 0x20 ? 3600 : 2);
	if (kind & 0x80) {
		octets = input_octets(&n->in, kind >> 3 & 15, &len);
		put16(o, (unsigned)len);
		put(o, octets, len);
		return;
	}
	switch (kind % 8) {
	case 0:
		put16(o, 6);
		put(o, v & 1 ? "\5value" : "\5other", 6);
		break;
	case 1:
		put16(o, 4);
		put(o, (uint8_t[]){127, 0, 0, v}, 4);
		break;
	case 5:
		put16(o, 2u * target->len + 20);
		put(o, target->wire, target->len);
		put(o, target->wire, target->len);
		put(o, (uint8_t[20]){0, 0, 0, v, [19] = v}, 20);
		break;
	case 6:
		put16(o, 16);
		put(o, (uint8_t[16]){[15] = v}, 16);
		break;
	case 7:
		put16(o, 18u + target->len + 1);
		put(o, (uint8_t[18]){0, 16, 13, 2}, 18);
		put(o, target->wire, target->len);
		put(o, &v, 1);
		break;
	default:
		put16(o, target->len);
		put(o, target->wire, target->len);
		break;
	}
}

/* An OPT record, maybe with an extended error. */
static void put_opt(struct fuzz_net *n, struct out *o)
{
	uint8_t code = input_octet(&n->in);

	put(o, (uint8_t[]){0, 0, 41, 4, 0xd0, 0, 0, 0x80, 0}, 9);
	put16(o, code == 0 ? 0 : 8);
	if (code != 0)
		put(o, (uint8_t[]){0, 15, 0, 4, 0, code, 'w', code}, 8);
}

static void answer(struct fuzz_net *n, struct out *o, const struct dg_ask *ask)
{
	uint8_t flags = input_octet(&n->in), rcode = input_octet(&n->in);
	uint8_t counts = input_octet(&n->in);
	unsigned an = counts & 3, ns = counts >> 2 & 3, ar = counts >> 4 & 3, i;
	bool opt = (counts & 0x40) != 0;

	put16(o, 0);
	put16(o, 0x8000u | (flags & 1 ? 0u : 0x400u) | (flags & 2 ? 0x80u : 0u) |
		     (flags & 4 ? 0x20u : 0u) | (flags & 8 ? rcode & 0xfu : 0u));
	put16(o, 1);
	put16(o, an);
	put16(o, ns);
	put16(o, ar + opt);
	put(o, ask->name.wire, ask->name.len);
	put16(o, ask->type);
	put16(o, 1);
	for (i = 0; i < an + ns + ar; i++)
		put_rr(n, o, ask);
	if (opt)
		put_opt(n, o);
	if (flags & 0x80)
		o->wire[DG_MSG_HEADER + ask->name.len + 4u] ^= input_octet(&n->in);
}

/* The outcome of one question, as the input says. */
static void hear(struct fuzz_net *n, const struct dg_ask *ask, struct dg_heard *h)
{
	static const enum dg_heard_kind kinds[] = {
	    DG_HEARD_SILENCE, DG_HEARD_CLOSED, DG_HEARD_NO_ROUTE, DG_HEARD_TRUNCATED,
	    DG_HEARD_GARBAGE, DG_HEARD_BROKEN, DG_HEARD_UNTRUSTED};
	uint8_t fate = input_octet(&n->in);
	static struct out o;

	*h = (struct dg_heard){.ask = ask->id, .server = ask->server, .rtt_us = 1000};
	h->transport = fate & 16 ? DG_TRANSPORT_TCP : DG_TRANSPORT_UDP;
	if (fate % 16 < 7) {
		h->kind = kinds[fate % 16];
		return;
	}
	o.len = 0;
	if (ask->message == NULL)
		answer(n, &o, ask);
	else
		o.len = n->reply(n, ask->message, o.wire);
	n->wire = malloc(o.len + 1);
	must(n->wire != NULL, "memory");
	memcpy(n->wire, o.wire, o.len);
	h->kind = DG_HEARD_GARBAGE;
	if (dg_msg_read(&n->msg, n->wire, o.len, NULL) != DG_OK)
		return;
	h->kind = DG_HEARD_REPLY;
	h->msg = &n->msg;
	if (n->delivered != NULL)
		n->delivered(n, ask, &n->msg);
}

static enum dg_status net_ask(void *self, const struct dg_ask *ask, struct dg_error *err)
{
	struct fuzz_net *n = self;
	uint8_t delay = input_octet(&n->in);

	(void)err;
	must(ask->id != 0 && n->nasks < NET_ASKS, "questions without end");
	n->asked++;
	n->ask[n->nasks++] =
	    (struct net_ask){.ask = *ask, .at = n->now + 1 + (delay & 0x80 ? delay * 20 : delay)};
	return DG_OK;
}

static void net_cancel(void *self, uint64_t ask_id)
{
	struct fuzz_net *n = self;
	size_t i;

	for (i = 0; i < n->nasks; i++)
		if (n->ask[i].ask.id == ask_id)
			n->ask[i--] = n->ask[--n->nasks];
}

static void forget_reply(struct fuzz_net *n)
{
	dg_msg_free(&n->msg);
	free(n->wire);
	n->wire = NULL;
	memset(&n->msg, 0, sizeof(n->msg));
}

static enum dg_status net_wait(void *self, dg_ms until, dg_ms *ret_now, struct dg_heard *ret_heard,
			       struct dg_error *err)
{
	struct fuzz_net *n = self;
	size_t first = SIZE_MAX, i;
	struct dg_ask ask;

	(void)err;
	must(++n->steps < STEPS, "it ends");
	forget_reply(n);
	memset(ret_heard, 0, sizeof(*ret_heard));
	for (i = 0; i < n->nasks; i++)
		if (first == SIZE_MAX || n->ask[i].at < n->ask[first].at)
			first = i;
	if (first == SIZE_MAX || n->ask[first].at > until) {
		n->now = n->now > until ? n->now : until;
		*ret_now = n->now;
		return DG_OK;
	}
	n->now = n->now > n->ask[first].at ? n->now : n->ask[first].at;
	ask = n->ask[first].ask;
	n->ask[first] = n->ask[--n->nasks];
	hear(n, &ask, ret_heard);
	*ret_now = n->now;
	return DG_OK;
}

static int64_t net_wall(void *self)
{
	const struct fuzz_net *n = self;

	return NET_WALL + n->now / 1000;
}

static uint32_t net_random(void *self)
{
	const struct fuzz_net *n = self;

	return n->asked * 2654435761u + 1;
}

struct dg_net fuzz_net_seam(struct fuzz_net *n)
{
	return (struct dg_net){net_ask, net_cancel, net_wait, net_wall, net_random, n};
}

void fuzz_net_end(struct fuzz_net *n)
{
	forget_reply(n);
}
