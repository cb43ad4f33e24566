/* SPDX-License-Identifier: ISC */
/*
 * A dynamic update over servers whose every answer the input decides. Whatever they say it ends in
 * its time; it is done only when a reply to the update said so, and, where there is a key, was
 * signed with it, over that request, not long ago; and what went wrong is told, with what to do.
 */
#include <stdlib.h>
#include <string.h>

#include "seam.h"
#include "unit_tsig.h"
#include "gate/update_run.h"

#define TIMEOUT_MS 20000
#define NAMES 5

struct truth {
	bool keyed, removal;
	bool granted; /* a reply that counts said that it is done */
	bool genuine; /* the one under way is signed as it should be */
	unsigned updates;
};

static size_t reply(struct fuzz_net *n, const struct dg_message *message, uint8_t *wire)
{
	struct truth *truth = n->self;
	uint8_t shape = input_octet(&n->in), rcode = input_octet(&n->in) & 0xf;
	size_t len = DG_MSG_HEADER, mac_len = 0;
	struct unit_tsig t = {.time = NET_WALL + n->now / 1000};

	truth->updates++;
	truth->genuine = truth->keyed && (shape & 3) == 0;
	memcpy(wire, message->framed + 2, len);
	wire[2] = 0xa8;
	wire[3] = shape & 0x80 ? rcode : 0;
	memset(wire + 4, 0, 8);
	if (!truth->keyed)
		return len;
	t.request_mac = unit_tsig_mac(message->framed + 2, message->len, &mac_len);
	t.request_len = mac_len;
	if ((shape & 3) == 1) {
		/* Somebody else's: another request, another time, or cut short. */
		t.request_mac = shape & 4 ? t.request_mac : NULL;
		t.time += shape & 4 && !(shape & 8) ? 1000000 : 0;
		t.mac_len = shape & 8 ? 1u + input_octet(&n->in) % 15 : 0;
		t.no_mac = (shape & 16) != 0;
	}
	t.error = shape & 32 ? input_octet(&n->in) : 0;
	if ((shape & 3) <= 1)
		unit_tsig_append(wire, &len, &t);
	if ((shape & 3) == 2)
		while (len < 200 && input_left(&n->in) > 0)
			wire[len++] = input_octet(&n->in);
	return len;
}

static void delivered(struct fuzz_net *n, const struct dg_ask *ask, const struct dg_msg *msg)
{
	struct truth *truth = n->self;

	/* What is not there need not be removed. */
	bool good =
	    msg->rcode == DG_RCODE_NOERROR ||
	    (truth->removal && (msg->rcode == DG_RCODE_NXDOMAIN || msg->rcode == DG_RCODE_NXRRSET));

	if (ask->message != NULL && good && (!truth->keyed || truth->genuine))
		truth->granted = true;
}

static void check_result(const struct dg_update_result *r, const struct truth *truth)
{
	must(strnlen(r->owner, sizeof(r->owner)) < sizeof(r->owner) &&
		 strnlen(r->zone, sizeof(r->zone)) < sizeof(r->zone) &&
		 strnlen(r->server, sizeof(r->server)) < sizeof(r->server),
	     "a text without its end");
	must(r->serial >= -1 && r->serial <= UINT32_MAX, "no such serial");
	if (r->done) {
		must(truth->granted, "done, though nobody who may say so did");
		must(r->text[0] == '\0' && r->advice[0] == '\0',
		     "done, and yet something is wrong");
		must(r->zone[0] != '\0' && r->server[0] != '\0', "done, and where?");
	} else {
		must_be_words(r->text, sizeof(r->text), "nothing is said of what is wrong");
		must(strnlen(r->advice, sizeof(r->advice)) < sizeof(r->advice),
		     "advice without end");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const texts[NAMES] = {"example.test.", "ns.example.test.", "test.",
						 "c.other.test.", "_acme-challenge.example.test."};
	static struct dg_name names[NAMES];
	static struct fuzz_net n;
	struct truth truth = {0};
	struct dg_update_options u = {.ttl = 60};
	struct dg_update_order order = {
	    .update = &u, .name = "_acme-challenge.example.test.", .value = "value"};
	struct dg_update_result result = {0};
	struct dg_options o;
	struct dg_error err = {0};
	struct dg_net seam = fuzz_net_seam(&n);
	uint8_t shape;
	size_t i;

	for (i = 0; i < NAMES; i++)
		must(dg_name_parse(&names[i], texts[i], NULL) == DG_OK, "a name");
	memset(&n, 0, sizeof(n));
	n.in = (struct input){.data = data, .size = size};
	n.names = names;
	n.nnames = NAMES;
	n.reply = reply;
	n.delivered = delivered;
	n.self = &truth;
	dg_options_init(&o);
	o.timeout = TIMEOUT_MS;
	o.servers = (const char *const[]){"127.0.0.53", "127.0.0.54"};
	o.nservers = 2;
	shape = input_octet(&n.in);
	order.add = (shape & 1) != 0;
	truth.removal = !order.add;
	truth.keyed = (shape & 2) != 0;
	if (truth.keyed)
		u.key = unit_tsig_key;
	u.server = shape & 4 ? "127.0.0.1" : NULL;
	u.zone = shape & 8 ? "example.test." : NULL;
	must(dg_update_run_over(&o, &order, &seam, &result, &err) == DG_OK, err.text);
	must(n.now <= TIMEOUT_MS, "beyond its time");
	must(n.asked < 500 && truth.updates <= 64, "too many questions");
	check_result(&result, &truth);
	fuzz_net_end(&n);
	return 0;
}
