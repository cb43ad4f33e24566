/* SPDX-License-Identifier: ISC */
/* Questions, their matching, the plan of attempts, the rates, the timers. */
#include "unit.h"

#include "exchange.h"
#include "timers.h"

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
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH); /* a query is no reply */
	wire[2] |= 0x80;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH);
	assert_int_equal(dg_query_match(&q, wire, 11), DG_NO_MATCH);
	assert_int_equal(dg_query_match(&q, wire, 12 + q.question_len - 1), DG_NO_MATCH);
	wire[14] |= 0x20;
	wire[15] |= 0x20;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH_CASE_CHANGED);
	wire[14] = 'x';
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
	memcpy(wire, q.wire, q.len);
	wire[2] |= 0x80;
	wire[0] ^= 1;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
	wire[0] ^= 1;
	wire[12 + q.question_len - 3] = 1; /* type A */
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
	memcpy(wire, q.wire, q.len);
	wire[2] = 0x80;
	wire[3] = 1; /* FORMERR, and no question */
	wire[5] = 0;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH_HEADER_ONLY);
	wire[3] = 0;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_NO_MATCH);
	wire[5] = 2;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
	wire[5] = 1;
	wire[2] = 0xa8; /* opcode UPDATE */
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
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
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
	wire[2] |= 0x80;
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH);
	wire[13] = 'E';
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_MATCH);
	wire[13] = 'f';
	assert_int_equal(dg_query_match(&q, wire, q.len), DG_NO_MATCH);
	assert_int_equal(dg_query_match(&q, wire, q.len - 1), DG_NO_MATCH);
	wire[5] = 0;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_MATCH);
	assert_int_equal(dg_query_match(&q, wire, 11), DG_NO_MATCH);
	wire[2] = 0x80; /* a reply to a question */
	assert_int_equal(dg_query_match(&q, wire, 12), DG_NO_MATCH);
	wire[2] = 0xa8;
	wire[1] ^= 1;
	assert_int_equal(dg_query_match(&q, wire, 12), DG_NO_MATCH);
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
	struct dg_msg msg = {.rcode = DG_FORMERR};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &ask, 0);
	assert_int_equal(sent_by(&x, 0, DG_UDP, false), 1);
	assert_int_equal(sent_by(&x, 400, DG_UDP, false), 2);
	assert_int_equal(sent_by(&x, 1000, DG_TCP, false), 1);
	assert_int_equal(dg_exchange_due(&x), 5000);
	/* Says nothing of EDNS. */
	dg_exchange_reply(&x, 0, &msg, 1, 1100);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_int_equal(peer.edns, DG_EDNS_OK);

	/* Cut off: at once over TCP, whose silence is the end. */
	dg_exchange_begin(&x, &peer, &ask, 0);
	assert_int_equal(sent_by(&x, 0, DG_UDP, false), 1);
	msg.tc = true;
	dg_exchange_reply(&x, 0, &msg, 1, 10);
	assert_int_equal(sent_by(&x, 10, DG_TCP, false), 1);
	dg_exchange_expire(&x, 5000);
	assert_int_equal(x.heard.kind, DG_HEARD_TRUNCATED);

	message.len = 513;
	dg_exchange_begin(&x, &peer, &ask, 0);
	assert_int_equal(x.count, 1);
	assert_int_equal(sent_by(&x, 0, DG_TCP, false), 1);
	dg_exchange_failed(&x, 0, DG_FAILED_CLOSED, NULL, 10);
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
	assert_int_equal(sent_by(&x, 1500, DG_UDP, true), 1);
	assert_int_equal(dg_exchange_due(&x), 1900);
	assert_int_equal(sent_by(&x, 1900, DG_UDP, true), 2);
	assert_int_equal(dg_exchange_due(&x), 2500);
	assert_int_equal(sent_by(&x, 2500, DG_UDP, false), 1);
	assert_int_equal(sent_by(&x, 2500, DG_TCP, true), 1);
	assert_int_equal(dg_exchange_due(&x), 4500);
	dg_exchange_expire(&x, 4499);
	assert_false(x.done);
	dg_exchange_expire(&x, 4500);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_SILENCE);
	assert_int_equal(x.heard.sent, 4);
}

static void test_plan_of_no_edns(void **state)
{
	struct dg_peer peer = {0};
	struct dg_msg formerr = {.rcode = DG_FORMERR}, good = {.rcode = 0};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_UDP, true);
	dg_exchange_reply(&x, 0, &formerr, 5, 10);
	assert_false(x.done);
	assert_int_equal(sent_by(&x, 10, DG_UDP, false), 1);
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
	struct dg_msg formerr = {.rcode = DG_FORMERR, .edns = true};
	struct dg_exchange x;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_UDP, true);
	dg_exchange_reply(&x, 0, &formerr, 5, 10);
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_REPLY);
	assert_false(x.heard.edns_refused);
}

static void test_ignored_is_bounded(void **state)
{
	struct dg_peer peer = {0};
	struct dg_exchange x;
	unsigned i;

	(void)state;
	dg_exchange_begin(&x, &peer, &mixed, 0);
	sent_by(&x, 0, DG_UDP, true);
	for (i = 0; i < DG_MAX_IGNORED; i++) {
		assert_false(x.done);
		dg_exchange_mismatch(&x, 0, DG_NO_MATCH, 1);
	}
	assert_true(x.done);
	assert_int_equal(x.heard.kind, DG_HEARD_GARBAGE);
}

/* Over TLS: one attempt, and others only as long as connections that served others end. */
static void test_secure(void **state)
{
	const struct dg_secure secure = {.https = false};
	struct dg_msg cut_short = {.tc = true}, no_edns = {.rcode = DG_FORMERR};
	struct dg_ask ask = make_ask();
	struct dg_exchange x;
	struct dg_peer peer = {0};
	unsigned i;

	(void)state;
	ask.secure = &secure;
	dg_exchange_begin(&x, &peer, &ask, 0);
	for (i = 0; i < DG_ATTEMPTS; i++) {
		assert_false(x.done);
		assert_int_equal(x.count, i + 1);
		dg_exchange_sent(&x, i, 10 * i);
		dg_exchange_failed(&x, i, DG_FAILED_OLD, "it ended", 10 * i + 5);
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
	dg_exchange_failed(&x, 1, DG_FAILED_OLD, "it ended", 2);
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
		when = dg_peers_name(peers, peer, &ask.name, now);
		if (when == now)
			sent[n++] = now;
		now = when == now ? now + n % 3 : when;
	}
	for (i = DG_RATE_NAME; i < n; i++)
		assert_true(sent[i] - sent[i - DG_RATE_NAME] > 1000);
	/* Another name has its own count. */
	assert_int_equal(dg_peers_name(peers, peer, &other, now), now);
	dg_peers_free(peers);
}

static void test_rate_of_addresses(void **state)
{
	struct dg_peers *peers = dg_peers_new();
	struct dg_ask ask = make_ask();
	struct dg_peer *peer = dg_peers_at(peers, &ask.server);
	dg_ms booked[3000];
	unsigned i;

	(void)state;
	for (i = 0; i < 3000; i++)
		booked[i] = dg_peer_book(peer, i < 1500 ? 0 : 5000);
	assert_int_equal(booked[0], 0);
	assert_int_equal(booked[10], 0);
	for (i = 1; i < 3000; i++)
		assert_true(booked[i] >= booked[i - 1]);
	for (i = DG_RATE_ADDRESS; i < 3000; i++)
		assert_true(booked[i] - booked[i - DG_RATE_ADDRESS] >= 1000);
	dg_peers_free(peers);
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
			assert_int_equal(dg_peers_name(peers, peer, &name, 2000 * k), 2000 * k);
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
	    cmocka_unit_test(test_ignored_is_bounded),
	    cmocka_unit_test(test_secure),
	    cmocka_unit_test(test_rate_of_names),
	    cmocka_unit_test(test_rate_of_addresses),
	    cmocka_unit_test(test_rate_of_many_names),
	    cmocka_unit_test(test_timers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
