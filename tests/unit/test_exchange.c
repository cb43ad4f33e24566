/* SPDX-License-Identifier: ISC */
/* Questions, their matching, the plan of attempts, the rates, the timers. */
#include "unit.h"

#include "net/exchange.h"
#include "base/timers.h"

static struct dg_ask make_ask(void)
{
	struct dg_ask ask = {
	    .id = 1, .name = unit_name("_acme-challenge.example.lab."), .type = DG_TYPE_TXT};

	assert_int_equal(dg_addr_parse(&ask.server, "127.0.0.1", 53, NULL), DG_OK);
	return ask;
}

static void test_query(void **state)
{
	struct dg_ask ask = make_ask();
	uint8_t random[DG_QUERY_RANDOM];
	struct dg_query q;
	struct dg_msg msg;

	(void)state;
	memset(random, 0x55, sizeof(random));
	assert_int_equal(dg_query_build(&q, &ask, true, true, random, NULL), DG_OK);
	assert_int_equal(dg_msg_read(&msg, q.wire, q.len, NULL), DG_OK);
	assert_int_equal(msg.id, 0x5555);
	assert_false(msg.rd);
	assert_false(msg.qr);
	assert_false(msg.cd);
	assert_true(msg.edns);
	assert_true(msg.edns_do);
	assert_int_equal(msg.edns_size, 1232);
	assert_int_equal(msg.questions, 1);
	assert_int_equal(msg.qtype, DG_TYPE_TXT);
	assert_true(dg_name_equal(&msg.qname, &ask.name));
	/* Mixed indeed. */
	assert_memory_not_equal(q.wire + 12, ask.name.wire, ask.name.len);
	dg_msg_free(&msg);
	assert_int_equal(dg_query_build(&q, &ask, false, false, random, NULL), DG_OK);
	assert_int_equal(dg_msg_read(&msg, q.wire, q.len, NULL), DG_OK);
	assert_false(msg.edns);
	assert_memory_equal(q.wire + 12, ask.name.wire, ask.name.len);
	dg_msg_free(&msg);
}

static void test_match(void **state)
{
	struct dg_ask ask = make_ask();
	uint8_t random[DG_QUERY_RANDOM], wire[DG_QUERY_MAX];
	struct dg_query q;

	(void)state;
	memset(random, 0xff, sizeof(random));
	assert_int_equal(dg_query_build(&q, &ask, true, true, random, NULL), DG_OK);
	memcpy(wire, q.wire, q.len);
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE); /* a query is no reply */
	wire[2] |= 0x80;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_FULL);
	assert_int_equal(dg_query_match(&q, wire, 11), DG_MATCH_NONE);
	assert_int_equal(dg_query_match(&q, wire, 12 + q.question_len - 1), DG_MATCH_NONE);
	wire[14] |= 0x20;
	wire[15] |= 0x20;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_CASE_CHANGED);
	wire[14] = 'x';
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
	memcpy(wire, q.wire, q.len);
	wire[2] |= 0x80;
	wire[0] ^= 1;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
	wire[0] ^= 1;
	wire[12 + q.question_len - 3] = 1; /* type A */
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
	memcpy(wire, q.wire, q.len);
	wire[2] = 0x80;
	wire[3] = 1; /* FORMERR, and no question */
	wire[5] = 0;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH_HEADER_ONLY);
	wire[3] = 0;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH_NONE);
	wire[5] = 2;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
	wire[5] = 1;
	wire[2] = 0xa8; /* opcode UPDATE */
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
}

/* An update's message: header, zone section, nothing else; its length in front. */
static const uint8_t update_octets[] = {0,   25,  0x12, 0x34, 0x28, 0,   0,   1,   0,   0,
					0,   0,   0,    0,    7,    'e', 'x', 'a', 'm', 'p',
					'l', 'e', 0,    0,    6,    0,   1,   0,   0};
static const struct dg_message update_message = {
    .framed = update_octets, .len = 25, .zone_len = 13};

static void test_update_match(void **state)
{
	struct dg_ask ask = {.id = 1, .message = &update_message};
	uint8_t random[DG_QUERY_RANDOM] = {0}, wire[32];
	struct dg_query q;

	(void)state;
	assert_int_equal(dg_query_build(&q, &ask, true, true, random, NULL), DG_OK);
	assert_int_equal(q.len, 25);
	assert_ptr_equal(dg_query_octets(&q), update_octets + 2);
	memcpy(wire, update_octets + 2, q.len);
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
	wire[2] |= 0x80;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_FULL);
	wire[13] = 'E';
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_FULL);
	wire[13] = 'f';
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_NONE);
	assert_int_equal(dg_query_match(&q, wire, q.len - 1), DG_MATCH_NONE);
	wire[5] = 0;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH_FULL);
	assert_int_equal(dg_query_match(&q, wire, 11), DG_MATCH_NONE);
	wire[2] = 0x80; /* a reply to a question */
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH_NONE);
	wire[2] = 0xa8;
	wire[1] ^= 1;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH_NONE);
}

static const struct dg_ask mixed = {.id = 1, .mixed_case = true};

static unsigned sent_by(struct dg_exchange *x, dg_ms now, enum dg_transport_kind transport,
			bool edns)
{
	unsigned i, n = 0;

	for (i = 0; i < x->count; i++) {
		struct dg_attempt *a = &x->attempt[i];

		if (a->state == DG_ATTEMPT_PLANNED && a->at <= now)
			dg_exchange_sent(x, i, now);
		n += a->state == DG_ATTEMPT_OPEN && a->transport == transport && a->edns == edns;
	}
	return n;
}

static void test_update_plan(void **state)
{
	struct dg_message message = update_message;
	struct dg_ask ask = {.id = 1, .message = &message};
	struct dg_peer peer = {0};
	struct dg_msg msg = {.rcode = DG_RCODE_FORMERR};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &ask, 0);
	assert_int_equal(sent_by(&x, 0, DG_TRANSPORT_UDP, false), 1);
	assert_int_equal(sent_by(&x, 400, DG_TRANSPORT_UDP, false), 2);
	assert_int_equal(sent_by(&x, 1000, DG_TRANSPORT_TCP, false), 1);
	assert_int_equal(dg_exchange_due(&x), 5000);
	/* Says nothing of EDNS. */
	dg_exchange_reply(&x, 0, &msg, 1, 1100);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_int_equal(dg_manners_edns(&peer.manners, 1100), DG_EDNS_OK);

	/* Cut off: at once over TCP, whose silence is the end. */
	dg_exchange_begin(&x, &peer, &ask, 0);
	assert_int_equal(sent_by(&x, 0, DG_TRANSPORT_UDP, false), 1);
	msg.tc = true;
	dg_exchange_reply(&x, 0, &msg, 1, 10);
	assert_int_equal(sent_by(&x, 10, DG_TRANSPORT_TCP, false), 1);
	dg_exchange_expire(&x, 5000);
	assert_int_equal(x.heard.kind, DG_HEARD_TRUNCATED);

	message.len = 513;
	dg_exchange_begin(&x, &peer, &ask, 0);
	assert_int_equal(x.count, 1);
	assert_int_equal(sent_by(&x, 0, DG_TRANSPORT_TCP, false), 1);
	dg_exchange_failed(&x, 0, DG_HEARD_CLOSED, NULL, 10);
	assert_int_equal(x.heard.kind, DG_HEARD_CLOSED);
}

static void test_plan_of_silence(void **state)
{
	struct dg_peer peer = {0};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 1000);
	assert_int_equal(dg_exchange_due(&x), 1000);
	/* It goes out late, and everything with it. */
	assert_int_equal(sent_by(&x, 1500, DG_TRANSPORT_UDP, true), 1);
	assert_int_equal(dg_exchange_due(&x), 1900);
	assert_int_equal(sent_by(&x, 1900, DG_TRANSPORT_UDP, true), 2);
	assert_int_equal(dg_exchange_due(&x), 2500);
	assert_int_equal(sent_by(&x, 2500, DG_TRANSPORT_TCP, true), 1);
	assert_int_equal(dg_exchange_due(&x), 2700);
	assert_int_equal(sent_by(&x, 2700, DG_TRANSPORT_UDP, true), 3);
	/* Without EDNS comes last, and only because nothing is known of the address yet. */
	assert_int_equal(dg_exchange_due(&x), 3100);
	assert_int_equal(sent_by(&x, 3100, DG_TRANSPORT_UDP, false), 1);
	assert_int_equal(dg_exchange_due(&x), 4300);
	assert_int_equal(sent_by(&x, 4300, DG_TRANSPORT_UDP, true), 4);
	assert_int_equal(dg_exchange_due(&x), 4500);
	dg_exchange_expire(&x, 4499);
	assert_false(x.done);
	dg_exchange_expire(&x, 4500);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_SILENCE);
	assert_int_equal(x.heard.sent, 6);
}

static unsigned count_planned(const struct dg_exchange *x, bool edns)
{
	unsigned i, n = 0;

	for (i = 0; i < x->count; i++)
		n += x->attempt[i].state == DG_ATTEMPT_PLANNED && x->attempt[i].edns == edns;
	return n;
}

/* Whoever answered with EDNS once drops none, however much is lost later; and what has no
 * signatures is not asked for without EDNS. */
static void test_loss_is_no_proof(void **state)
{
	struct dg_msg good = {.edns = true};
	struct dg_ask chain = mixed;
	struct dg_peer peer = {0};
	struct dg_exchange x;

	(void)state;
	chain.signatures = true;
	dg_exchange_begin(&x, &peer, &chain, 0);
	assert_int_equal(count_planned(&x, false), 0);
	dg_exchange_begin(&x, &peer, &mixed, 0);
	assert_int_equal(count_planned(&x, false), 1);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	assert_true(dg_exchange_reply(&x, 0, &good, 5, 10));
	dg_exchange_begin(&x, &peer, &mixed, 20);
	assert_int_equal(count_planned(&x, false), 0);
}

/* One exchange in which all with EDNS stay unanswered, and one without is not; when it ended. */
static dg_ms drop_edns(struct dg_peer *peer, dg_ms now)
{
	struct dg_msg good = {0};
	struct dg_exchange x;
	dg_ms end = now + 10000;
	unsigned i;

	dg_exchange_begin(&x, peer, &mixed, now);
	for (; !x.done && now < end; now = dg_exchange_due(&x)) {
		sent_by(&x, now, DG_TRANSPORT_UDP, true);
		for (i = 0; i < x.count && !x.done; i++)
			if (x.attempt[i].state == DG_ATTEMPT_OPEN && !x.attempt[i].edns)
				assert_true(dg_exchange_reply(&x, i, &good, 5, now));
		dg_exchange_expire(&x, now);
		if (x.done)
			break;
	}
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_false(x.heard.edns_refused);
	return now;
}

static void test_edns_dropped_by_contrast(void **state)
{
	struct dg_msg good = {.edns = true};
	struct dg_peer peer = {0};
	struct dg_exchange x;
	dg_ms now = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_not_equal(dg_manners_edns(&peer.manners, now), DG_EDNS_DROPPED);
		now = drop_edns(&peer, now) + 100;
	}
	assert_int_equal(dg_manners_edns(&peer.manners, now), DG_EDNS_SUSPECT);
	now = drop_edns(&peer, now) + 100;
	assert_int_equal(dg_manners_edns(&peer.manners, now), DG_EDNS_DROPPED);
	assert_true(now < 4000);
	/* Then without it at once; with it beside, now and then. */
	dg_exchange_begin(&x, &peer, &mixed, now);
	sent_by(&x, now, DG_TRANSPORT_UDP, true);
	assert_int_equal(x.attempt[0].state, DG_ATTEMPT_OPEN);
	assert_true(x.attempt[0].edns);
	assert_false(x.attempt[1].edns);
	/* An answer to that clears it for good. */
	dg_exchange_reply(&x, 0, &good, 5, now + 5);
	assert_true(x.done);
	assert_false(x.heard.edns_dropped);
	now = drop_edns(&(struct dg_peer){0}, now);
	assert_int_equal(dg_manners_edns(&peer.manners, now), DG_EDNS_OK);
}

/* A question without EDNS that wins by loss waits a step for those with it. */
static void test_plain_waits_for_edns(void **state)
{
	struct dg_msg good = {.edns = true}, plain = {0};
	struct dg_peer peer = {0};
	struct dg_exchange x;
	unsigned i, last;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	sent_by(&x, 400, DG_TRANSPORT_UDP, true);
	sent_by(&x, 1200, DG_TRANSPORT_UDP, true);
	sent_by(&x, 1600, DG_TRANSPORT_UDP, false);
	for (i = 0; i < x.count && x.attempt[i].edns; i++)
		;
	assert_true(dg_exchange_reply(&x, i, &plain, 5, 1610));
	assert_false(x.done);
	last = x.count - 1;
	assert_int_equal(x.attempt[last].at, 1610);
	assert_true(x.attempt[last].edns);
	sent_by(&x, 1610, DG_TRANSPORT_UDP, true);
	assert_true(dg_exchange_reply(&x, last, &good, 5, 1620));
	assert_true(x.done);
	assert_int_equal(dg_manners_edns(&peer.manners, 1620), DG_EDNS_OK);
	assert_true(peer.manners.edns_works);
}

/* TCP is dropped when it is silent, again and again, while UDP is not. */
static void test_tcp_dropped_by_contrast(void **state)
{
	struct dg_msg good = {.edns = true};
	struct dg_peer peer = {0};
	struct dg_ask ask = mixed;
	struct dg_exchange x, other;
	unsigned i;

	(void)state;
	ask.tcp = true;
	for (i = 0; i < 5; i++) {
		dg_exchange_begin(&x, &peer, &ask, 10000 * i);
		sent_by(&x, 10000 * i, DG_TRANSPORT_TCP, true);
		if (i > 1) {
			dg_exchange_begin(&other, &peer, &mixed, 10000 * i);
			sent_by(&other, 10000 * i, DG_TRANSPORT_UDP, true);
			dg_exchange_reply(&other, 0, &good, 5, 10000 * i + 5);
		}
		dg_exchange_expire(&x, 10000 * i + 3000);
		assert_int_equal(x.heard.kind, DG_HEARD_SILENCE);
		assert_int_equal(x.heard.tcp_dropped, i == 4);
	}
	dg_exchange_begin(&x, &peer, &ask, 60000);
	sent_by(&x, 60000, DG_TRANSPORT_TCP, true);
	dg_exchange_reply(&x, 0, &good, 5, 60010);
	assert_false(x.heard.tcp_dropped);
}

/* Where answers over UDP are truncated without need, those over TCP are not: they are asked for
 * first, and UDP is tried again after ten seconds. */
static void test_limited_answers(void **state)
{
	struct dg_msg good = {.edns = true};
	struct dg_peer peer = {0};
	struct dg_ask ask = mixed;
	struct dg_exchange x;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		dg_exchange_begin(&x, &peer, &ask, 100);
		assert_int_equal(x.attempt[0].transport, DG_TRANSPORT_UDP);
		dg_peer_slipped(&peer, 100);
	}
	for (i = 0; i < 3; i++) {
		dg_exchange_begin(&x, &peer, &ask, 1000 * i + 200);
		assert_int_equal(sent_by(&x, 1000 * i + 200, DG_TRANSPORT_TCP, true), 1);
		assert_int_equal(x.attempt[1].transport, DG_TRANSPORT_UDP);
		assert_int_equal(x.attempt[1].at, 1000 * i + 200 + x.step);
		dg_exchange_reply(&x, 0, &good, 5, 1000 * i + 205);
		assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	}
	/* UDP was not asked, so it was not silent. */
	assert_false(dg_manners_udp_is_silent(&peer.manners));
	/* Where TCP fails, there is UDP yet. */
	dg_exchange_begin(&x, &peer, &ask, 5000);
	assert_int_equal(sent_by(&x, 5000, DG_TRANSPORT_TCP, true), 1);
	dg_exchange_failed(&x, 0, DG_HEARD_CUT, NULL, 5001);
	assert_false(x.done);
	dg_exchange_begin(&x, &peer, &ask, 10101);
	assert_int_equal(x.attempt[0].transport, DG_TRANSPORT_UDP);
}

static void test_plan_of_no_edns(void **state)
{
	struct dg_peer peer = {0};
	struct dg_msg formerr = {.rcode = DG_RCODE_FORMERR}, good = {.rcode = 0};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_reply(&x, 0, &formerr, 5, 10);
	assert_false(x.done);
	assert_int_equal(sent_by(&x, 10, DG_TRANSPORT_UDP, false), 1);
	dg_exchange_reply(&x, x.count - 1, &good, 5, 20);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_true(x.heard.edns_refused);
	/* Remembered for a minute, then tried again. */
	dg_exchange_begin(&x, &peer, &mixed, 30);
	assert_false(x.attempt[0].edns);
	dg_exchange_begin(&x, &peer, &mixed, 60021);
	assert_true(x.attempt[0].edns);
}

static void test_formerr_with_opt_is_an_answer(void **state)
{
	struct dg_peer peer = {0};
	struct dg_msg formerr = {.rcode = DG_RCODE_FORMERR, .edns = true};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_reply(&x, 0, &formerr, 5, 10);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_false(x.heard.edns_refused);
}

/* Whoever floods a port with what answers nothing closes that port, and changes no outcome. */
static void test_strays_are_ignored(void **state)
{
	struct dg_peer peer = {0};
	struct dg_msg good = {.edns = true};
	struct dg_exchange x;
	unsigned i;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	for (i = 0; i < DG_MAX_IGNORED; i++) {
		assert_int_equal(x.attempt[0].state, DG_ATTEMPT_OPEN);
		dg_exchange_mismatch(&x, 0, DG_MATCH_NONE, 1);
	}
	assert_false(x.done);
	assert_int_equal(x.attempt[0].state, DG_ATTEMPT_OVER);
	assert_int_equal(x.heard.ignored, DG_MAX_IGNORED);
	assert_int_equal(sent_by(&x, 1, DG_TRANSPORT_TCP, true), 1);
	dg_exchange_expire(&x, 10000);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_SILENCE);

	/* One is enough to tell; and a good answer is one in spite of them. */
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_NONE, 1);
	dg_exchange_expire(&x, 10000);
	assert_int_equal(x.heard.kind, DG_HEARD_SILENCE);
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_NONE, 1);
	dg_exchange_reply(&x, 0, &good, 1, 2);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
}

/* A stream has no strays: what comes there is the server's doing. */
static void test_nonsense_over_tcp(void **state)
{
	struct dg_peer peer = {0};
	struct dg_ask ask = mixed;
	struct dg_exchange x;

	(void)state;
	ask.tcp = true;
	dg_exchange_begin(&x, &peer, &ask, 0);
	sent_by(&x, 0, DG_TRANSPORT_TCP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_NONE, 1);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_GARBAGE);
}

/* Truncated over the one way that there is: that way is named. */
static void test_truncated_over_one_way(void **state)
{
	struct dg_msg cut = {.edns = true, .tc = true};
	struct dg_peer peer = {0};
	struct dg_ask ask = mixed;
	struct dg_exchange x;

	(void)state;
	ask.tcp = true;
	dg_exchange_begin(&x, &peer, &ask, 0);
	sent_by(&x, 0, DG_TRANSPORT_TCP, true);
	dg_exchange_reply(&x, 0, &cut, 1, 1);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_BROKEN);
	assert_string_equal(x.heard.why, "truncated over TCP");
}

/* A question that is held back is not asked twice when it may leave. */
static void test_held_back(void **state)
{
	struct dg_peer peer = {0};
	struct dg_ask ask = mixed;
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &ask, 0);
	x.attempt[0].waits = true;
	assert_true(dg_exchange_waits(&x));
	assert_true(dg_exchange_due(&x) == INT64_MAX);
	dg_exchange_sent(&x, 0, 5000);
	assert_false(dg_exchange_waits(&x));
	assert_int_equal(dg_exchange_due(&x), 5000 + x.step);
}

/* As long as answers come to questions that left earlier, this one waits in the same queue. */
static void test_queue(void **state)
{
	struct dg_window window = {0};
	struct dg_peer peer = {.window = &window};
	struct dg_ask ask = mixed;
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &ask, 1000);
	dg_exchange_sent(&x, 0, 1000);
	assert_int_equal(dg_exchange_due(&x), 1000 + x.step);
	dg_window_moved(&window, 900, 1300);
	assert_int_equal(dg_exchange_due(&x), 1300 + x.step);
	assert_false(dg_exchange_may_leave(&x, 2, 1000 + x.step));
	assert_true(dg_exchange_may_leave(&x, 2, 1300 + x.step));
	dg_exchange_expire(&x, x.end);
	assert_true(x.done);

	/* One that left later was answered: the queue has gone by. */
	dg_exchange_begin(&x, &peer, &ask, 1000);
	dg_exchange_sent(&x, 0, 1000);
	dg_window_moved(&window, 1001, 1300);
	assert_int_equal(dg_exchange_due(&x), 1000 + x.step);

	/* Whatever came for the question itself asks for something else at once. */
	dg_exchange_begin(&x, &peer, &ask, 1000);
	dg_exchange_sent(&x, 0, 1000);
	dg_window_moved(&window, 900, 1300);
	dg_exchange_mismatch(&x, 0, DG_MATCH_CASE_CHANGED, 1350);
	assert_int_equal(dg_exchange_due(&x), 1350);
}

static unsigned find_planned(const struct dg_exchange *x, enum dg_transport_kind transport)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED &&
		    x->attempt[i].transport == transport)
			return i;
	return DG_ATTEMPTS;
}

/* The id fits, and the letters' case does not: that may be anybody's guess. */
static void test_changed_case(void **state)
{
	struct dg_msg good = {.edns = true};
	struct dg_peer peer = {0};
	struct dg_exchange x;
	unsigned tcp, lower;

	(void)state;
	/* The true answer comes all the same. */
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_CASE_CHANGED, 10);
	assert_int_equal(x.attempt[0].state, DG_ATTEMPT_OPEN);
	tcp = find_planned(&x, DG_TRANSPORT_TCP);
	assert_int_equal(x.attempt[tcp].at, 10);
	assert_true(x.attempt[tcp].mixed_case);
	lower = find_planned(&x, DG_TRANSPORT_UDP);
	assert_true(x.attempt[lower].at >= 1000);
	dg_exchange_reply(&x, 0, &good, 1, 20);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_false(x.heard.case_changed);
	assert_false(peer.manners.case_changed);

	/* TCP answers in the question's case: nothing is remembered. */
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_CASE_CHANGED, 10);
	tcp = find_planned(&x, DG_TRANSPORT_TCP);
	sent_by(&x, 10, DG_TRANSPORT_TCP, true);
	dg_exchange_reply(&x, tcp, &good, 1, 20);
	assert_false(peer.manners.case_changed);

	/* TCP is closed: in lower case at once, which is remembered of nobody. */
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_CASE_CHANGED, 10);
	tcp = find_planned(&x, DG_TRANSPORT_TCP);
	sent_by(&x, 10, DG_TRANSPORT_TCP, true);
	dg_exchange_failed(&x, tcp, DG_HEARD_CLOSED, NULL, 20);
	lower = find_planned(&x, DG_TRANSPORT_UDP);
	assert_int_equal(x.attempt[lower].at, 20);
	assert_false(x.attempt[lower].mixed_case);
	assert_true(x.attempt[lower].edns);
	sent_by(&x, 20, DG_TRANSPORT_UDP, true);
	dg_exchange_reply(&x, lower, &good, 1, 30);
	assert_true(x.heard.case_changed);
	dg_exchange_begin(&x, &peer, &mixed, 40);
	assert_true(x.attempt[0].mixed_case);

	/* TCP changes it too, and nobody else can speak there: that is the answer, and kept in
	 * mind. */
	sent_by(&x, 40, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_CASE_CHANGED, 50);
	tcp = find_planned(&x, DG_TRANSPORT_TCP);
	sent_by(&x, 50, DG_TRANSPORT_TCP, true);
	dg_exchange_case_changed(&x);
	dg_exchange_reply(&x, tcp, &good, 1, 60);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_true(x.heard.case_changed);
	dg_exchange_begin(&x, &peer, &mixed, 70);
	assert_false(x.attempt[0].mixed_case);
}

/* A header with our id and an error says that EDNS is not known; over UDP it may be anybody's
 * guess. */
static void test_header_only(void **state)
{
	struct dg_msg good = {0};
	struct dg_peer peer = {0};
	struct dg_exchange x;
	unsigned tcp;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_TRANSPORT_UDP, true);
	dg_exchange_mismatch(&x, 0, DG_MATCH_HEADER_ONLY, 10);
	assert_int_equal(x.attempt[0].state, DG_ATTEMPT_OPEN);
	tcp = find_planned(&x, DG_TRANSPORT_TCP);
	assert_int_equal(x.attempt[tcp].at, 10);
	assert_true(x.attempt[tcp].edns);
	sent_by(&x, 10, DG_TRANSPORT_TCP, true);
	dg_exchange_mismatch(&x, tcp, DG_MATCH_HEADER_ONLY, 20);
	tcp = find_planned(&x, DG_TRANSPORT_TCP);
	assert_int_equal(x.attempt[tcp].at, 20);
	assert_false(x.attempt[tcp].edns);
	sent_by(&x, 20, DG_TRANSPORT_TCP, false);
	dg_exchange_reply(&x, tcp, &good, 1, 30);
	assert_true(x.heard.edns_refused);
	assert_int_equal(dg_manners_edns(&peer.manners, 30), DG_EDNS_REFUSED);
}

/* Over TLS: one attempt, and others only as long as connections that served others end. */
static void test_secure(void **state)
{
	const struct dg_secure secure = {.https = false};
	struct dg_msg cut_short = {.tc = true}, no_edns = {.rcode = DG_RCODE_FORMERR};
	struct dg_ask ask = make_ask();
	struct dg_exchange x;
	struct dg_peer peer = {0};
	unsigned i;

	(void)state;
	ask.secure = &secure;
	dg_exchange_begin(&x, &peer, &ask, 0);
	for (i = 0; i < DG_CONNECTIONS; i++) {
		assert_false(x.done);
		assert_int_equal(x.count, i + 1);
		dg_exchange_sent(&x, i, 10 * i);
		dg_exchange_failed(&x, i, DG_HEARD_OLD, "it ended", 10 * i + 5);
	}
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_BROKEN);
	assert_string_equal(x.heard.why, "it ended");

	dg_exchange_begin(&x, &peer, &ask, 0);
	dg_exchange_sent(&x, 0, 0);
	dg_exchange_reply(&x, 0, &cut_short, 1, 1);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_BROKEN);
	assert_string_equal(x.heard.why, "truncated over TLS too");

	/* What is without EDNS stays so on another connection. */
	dg_exchange_begin(&x, &peer, &ask, 0);
	dg_exchange_sent(&x, 0, 0);
	dg_exchange_reply(&x, 0, &no_edns, 1, 1);
	dg_exchange_sent(&x, 1, 1);
	dg_exchange_failed(&x, 1, DG_HEARD_OLD, "it ended", 2);
	assert_int_equal(x.count, 3);
	assert_true(x.attempt[0].edns);
	assert_false(x.attempt[1].edns);
	assert_false(x.attempt[2].edns);
}

static void test_rate_of_names(void **state)
{
	struct dg_peers *peers = dg_peers_new();
	struct dg_ask ask = make_ask();
	struct dg_peer *peer = dg_peers_at(peers, &ask.server);
	struct dg_name other = unit_name("other.lab.");
	dg_ms now = 0, when, sent[2000];
	unsigned n = 0, i;

	(void)state;
	assert_ptr_equal(peer, dg_peers_at(peers, &ask.server));
	while (n < 2000) {
		when = dg_peers_name_next(peers, peer, &ask.name, now);
		if (when == now) {
			dg_peers_name_sent(peers, peer, &ask.name, now);
			sent[n++] = now;
		}
		now = when == now ? now + n % 3 : when;
	}
	for (i = DG_RATE_NAME; i < n; i++)
		assert_true(sent[i] - sent[i - DG_RATE_NAME] > 1000);
	/* Another name has its own count. */
	assert_int_equal(dg_peers_name_next(peers, peer, &other, now), now);
	dg_peers_free(peers);
}

/* Some questions as fast as they may go; when each does. */
static dg_ms send_some(struct dg_pace *pace, dg_ms now, dg_ms *sent, unsigned n, bool answered)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		now = dg_pace_next(pace, now);
		dg_pace_sent(pace, now);
		sent[i] = now;
		if (answered)
			dg_pace_answered(pace);
	}
	return now;
}

static void test_rate_of_addresses(void **state)
{
	struct dg_pace pace = {0};
	dg_ms sent[3000], now;
	unsigned i;

	(void)state;
	/* A hundred a second, after a burst, until it answers. */
	now = send_some(&pace, 0, sent, 220, false);
	assert_int_equal(sent[10], 0);
	assert_true(now > 1900 && now < 2100);
	/* Then more and more, up to what was promised. */
	now = send_some(&pace, 10000, sent, 3000, true);
	assert_true(now < 16500);
	for (i = DG_RATE_ADDRESS; i < 3000; i++)
		assert_true(sent[i] - sent[i - DG_RATE_ADDRESS] >= 1000);
	assert_true(sent[2999] - sent[2999 - 470] < 1010);
	/* Half of it after a loss, and again, but not for each that is lost together. */
	dg_pace_cut(&pace, 20000);
	dg_pace_cut(&pace, 20010);
	now = send_some(&pace, 20000, sent, 500, false);
	assert_true(now > 21900 && now < 22200);
	for (i = 0; i < 20; i++)
		dg_pace_cut(&pace, 30000 + 1000 * i);
	now = send_some(&pace, 60000, sent, 41, false);
	assert_in_range(now - 60000, 3800, 4200);
}

static void test_window(void **state)
{
	struct dg_window w = {0};
	unsigned i;

	(void)state;
	for (i = 0; !dg_window_is_full(&w); i++)
		dg_window_sent(&w);
	assert_int_equal(i, 24);
	/* Each answer makes room for two. */
	for (i = 0; i < 24; i++) {
		dg_window_closed(&w);
		dg_window_answered(&w, 0, 1000);
	}
	for (i = 0; !dg_window_is_full(&w); i++)
		dg_window_sent(&w);
	assert_int_equal(i, 48);
	/* Loss halves it, not below what one name needs; a queue halves it on. */
	for (i = 0; i < 10; i++)
		dg_window_lost(&w, 10000 * (i + 1));
	for (w.open = 0; !dg_window_is_full(&w);)
		dg_window_sent(&w);
	assert_int_equal(w.open, 8);
	for (i = 0; i < 30; i++)
		dg_window_answered(&w, 2000000, 200000 + 1000 * i);
	for (w.open = 0; !dg_window_is_full(&w);)
		dg_window_sent(&w);
	assert_int_equal(w.open, 4);
	assert_true(dg_window_first_timeout(&w) > 2000);
}

/* RFC 6298 section 2. */
static void test_round_trips(void **state)
{
	struct dg_rtt rtt = {0};
	unsigned i;

	(void)state;
	assert_int_equal(dg_rtt_timeout(&rtt, 400), 400);
	dg_rtt_measured(&rtt, 300000);
	assert_int_equal(dg_rtt_timeout(&rtt, 400), 300 + 4 * 150);
	for (i = 0; i < 100; i++)
		dg_rtt_measured(&rtt, 300000);
	assert_in_range(dg_rtt_timeout(&rtt, 400), 300, 310);
	dg_rtt_missed(&rtt);
	dg_rtt_missed(&rtt);
	assert_in_range(dg_rtt_timeout(&rtt, 400), 600, 620);
	for (i = 0; i < 100; i++)
		dg_rtt_measured(&rtt, 1000);
	assert_int_equal(dg_rtt_timeout(&rtt, 400), 300);
	for (i = 0; i < 100; i++)
		dg_rtt_measured(&rtt, 900000);
	assert_in_range(dg_rtt_queueing_us(&rtt), 890000, 899000);
	for (i = 0; i < 100; i++)
		dg_rtt_measured(&rtt, 9000000);
	assert_int_equal(dg_rtt_timeout(&rtt, 400), 3000);
}

static void test_turns(void **state)
{
	struct dg_turns turns = {0};
	dg_ms last = -1;
	unsigned i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_true(dg_turns_add(&turns, i * 7919 % 100, i, i + 1));
	for (i = 0; i < 1000; i++) {
		struct dg_turn turn = dg_turns_take(&turns);

		assert_true(turn.last >= last);
		assert_int_equal(turn.serial, turn.handle + 1);
		last = turn.last;
	}
	assert_int_equal(turns.count, 0);
	dg_turns_free(&turns);
}

static void test_rate_of_many_names(void **state)
{
	struct dg_peers *peers = dg_peers_new();
	struct dg_ask ask = make_ask();
	struct dg_peer *peer = dg_peers_at(peers, &ask.server);
	char text[32];
	unsigned i, k;

	(void)state;
	/* The table grows, and forgets what went by. */
	for (k = 0; k < 3; k++) {
		for (i = 0; i < 5000; i++) {
			struct dg_name name;

			snprintf(text, sizeof(text), "n%u.lab.", i);
			name = unit_name(text);
			assert_int_equal(dg_peers_name_next(peers, peer, &name, 2000 * k),
					 2000 * k);
			dg_peers_name_sent(peers, peer, &name, 2000 * k);
		}
	}
	dg_peers_free(peers);
}

static void test_timers(void **state)
{
	struct dg_timers t = {0};
	dg_ms at[500] = {0}, last;
	unsigned i, k;

	(void)state;
	assert_null(dg_timers_first(&t));
	assert_true(dg_timers_reserve(&t, 500));
	for (i = 0; i < 5000; i++) {
		k = (i * 7919) % 500;
		at[k] = (i * 104729) % 1000 + 1;
		dg_timers_set(&t, k, at[k]);
		if (i % 3 == 0) {
			dg_timers_unset(&t, (k + 1) % 500);
			at[(k + 1) % 500] = 0;
		}
	}
	for (last = 0; dg_timers_first(&t) != NULL; last = at[k]) {
		k = dg_timers_first(&t)->key;
		assert_int_equal(dg_timers_first(&t)->at, at[k]);
		assert_true(at[k] >= last);
		dg_timers_unset(&t, k);
	}
	dg_timers_unset(&t, 3);
	dg_timers_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_query),
	    cmocka_unit_test(test_match),
	    cmocka_unit_test(test_update_match),
	    cmocka_unit_test(test_update_plan),
	    cmocka_unit_test(test_plan_of_silence),
	    cmocka_unit_test(test_plan_of_no_edns),
	    cmocka_unit_test(test_formerr_with_opt_is_an_answer),
	    cmocka_unit_test(test_strays_are_ignored),
	    cmocka_unit_test(test_loss_is_no_proof),
	    cmocka_unit_test(test_edns_dropped_by_contrast),
	    cmocka_unit_test(test_plain_waits_for_edns),
	    cmocka_unit_test(test_tcp_dropped_by_contrast),
	    cmocka_unit_test(test_limited_answers),
	    cmocka_unit_test(test_nonsense_over_tcp),
	    cmocka_unit_test(test_held_back),
	    cmocka_unit_test(test_queue),
	    cmocka_unit_test(test_truncated_over_one_way),
	    cmocka_unit_test(test_changed_case),
	    cmocka_unit_test(test_header_only),
	    cmocka_unit_test(test_secure),
	    cmocka_unit_test(test_rate_of_names),
	    cmocka_unit_test(test_rate_of_addresses),
	    cmocka_unit_test(test_window),
	    cmocka_unit_test(test_round_trips),
	    cmocka_unit_test(test_turns),
	    cmocka_unit_test(test_rate_of_many_names),
	    cmocka_unit_test(test_timers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
