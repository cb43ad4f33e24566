/* SPDX-License-Identifier: ISC */
/* What the link of tests/network does to packets. */
#include "unit.h"

#include <arpa/inet.h>

#include "../network/model.h"

#define MS 1000
#define UDP_PACKET 100

static struct model *link_with(const char *settings, uint64_t seed)
{
	char words[256];
	const char *bad = NULL;
	struct model *m = model_new(seed);

	assert_non_null(m);
	snprintf(words, sizeof(words), "%s", settings);
	if (!model_set(m, words, 0, &bad))
		fail_msg("%s", bad);
	return m;
}

static uint16_t sum_of(const uint8_t *octets, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)octets[i] << 8 : octets[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The sum over an UDP or TCP segment and its pseudo header: 0 when the checksum is right. */
static uint16_t inner_sum(const uint8_t *octets, size_t len)
{
	uint16_t pseudo = (uint16_t)~sum_of(octets + 12, 8, octets[9] + (uint32_t)(len - 20));

	return sum_of(octets + 20, len - 20, pseudo);
}

static void store16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void make(uint8_t packet[UDP_PACKET], const char *from, uint16_t from_port, const char *to,
		 uint16_t to_port)
{
	memset(packet, 0, UDP_PACKET);
	packet[0] = 0x45;
	packet[3] = UDP_PACKET;
	packet[8] = 64;
	packet[9] = IPPROTO_UDP;
	inet_pton(AF_INET, from, packet + 12);
	inet_pton(AF_INET, to, packet + 16);
	store16(packet + 10, sum_of(packet, 20, 0));
	store16(packet + 20, from_port);
	store16(packet + 22, to_port);
	packet[25] = UDP_PACKET - 20;
	store16(packet + 26, inner_sum(packet, UDP_PACKET));
}

static unsigned pass(struct model *m, enum model_way way, uint16_t port, uint64_t now,
		     uint64_t due[2])
{
	uint8_t packet[UDP_PACKET];

	if (way == MODEL_OUT)
		make(packet, "10.9.1.2", port, "127.1.0.41", 53);
	else
		make(packet, "127.1.0.41", 53, "10.9.1.2", port);
	return model_pass(m, way, packet, sizeof(packet), now, due);
}

static void test_loses_and_repeats(void **state)
{
	struct model *m = link_with("loss=10 dup=20", 1), *again = link_with("loss=10 dup=20", 1);
	uint64_t due[2], due_again[2];
	unsigned came = 0, n, i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		n = pass(m, MODEL_OUT, 1000, i, due);
		assert_int_equal(n, pass(again, MODEL_OUT, 1000, i, due_again));
		assert_true(n == 0 || due[0] == due_again[0]);
		came += n;
	}
	assert_in_range(came, 10500, 11100);
	model_free(m);
	model_free(again);
}

static void test_loses_of_one_address(void **state)
{
	struct model *m = link_with("loss@127.1.0.41=100", 1);
	uint8_t packet[UDP_PACKET];
	uint64_t due[2];

	(void)state;
	assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 0);
	assert_int_equal(pass(m, MODEL_IN, 1, 0, due), 0);
	make(packet, "10.9.1.2", 1, "127.1.0.42", 53);
	assert_int_equal(model_pass(m, MODEL_OUT, packet, sizeof(packet), 0, due), 1);
	model_free(m);
}

static void test_delays(void **state)
{
	struct model *m = link_with("delay=20 jitter=50", 3);
	uint64_t due[2], last = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		assert_int_equal(pass(m, MODEL_OUT, 1, i * MS, due), 1);
		assert_in_range(due[0], (i + 20) * MS, (i + 70) * MS);
		assert_true(due[0] >= last);
		last = due[0];
	}
	model_free(m);
	m = link_with("delay=20 reorder=100 late=30", 3);
	assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 1);
	assert_int_equal(due[0], 50 * MS);
	model_free(m);
}

static void test_slow(void **state)
{
	struct model *m = link_with("rate=8 queue=250", 1);
	uint64_t due[2];

	(void)state;
	assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 1);
	assert_int_equal(due[0], 100 * MS);
	assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 1);
	assert_int_equal(due[0], 200 * MS);
	assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 0);
	/* Each direction has its own. */
	assert_int_equal(pass(m, MODEL_IN, 1, 0, due), 1);
	assert_int_equal(due[0], 100 * MS);
	model_free(m);
}

static void test_goes_down(void **state)
{
	struct model *m = link_with("down=10-20 down=30-40", 1);
	char none[] = "";
	uint64_t due[2];
	const char *bad;

	(void)state;
	assert_int_equal(pass(m, MODEL_OUT, 1, 9 * MS, due), 1);
	assert_int_equal(pass(m, MODEL_OUT, 1, 10 * MS, due), 0);
	assert_int_equal(pass(m, MODEL_IN, 1, 19 * MS, due), 0);
	assert_int_equal(pass(m, MODEL_OUT, 1, 20 * MS, due), 1);
	assert_int_equal(pass(m, MODEL_OUT, 1, 35 * MS, due), 0);
	assert_true(model_set(m, none, 35 * MS, &bad));
	assert_int_equal(pass(m, MODEL_OUT, 1, 35 * MS, due), 1);
	model_free(m);
}

static void test_drops_by_kind(void **state)
{
	static const char *const drop[] = {"block=udp/53", "mtu=99"};
	static const char *const keep[] = {"block=tcp/53", "mtu=100", "block=udp/54"};
	uint64_t due[2];
	struct model *m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(drop) / sizeof(drop[0]); i++) {
		m = link_with(drop[i], 1);
		assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 0);
		assert_int_equal(pass(m, MODEL_IN, 1, 0, due), 0);
		model_free(m);
	}
	for (i = 0; i < sizeof(keep) / sizeof(keep[0]); i++) {
		m = link_with(keep[i], 1);
		assert_int_equal(pass(m, MODEL_OUT, 1, 0, due), 1);
		model_free(m);
	}
}

static void test_limits_flows(void **state)
{
	struct model *m = link_with("flows=5", 1);
	uint64_t due[2];
	uint16_t port;

	(void)state;
	for (port = 1; port <= 5; port++)
		assert_int_equal(pass(m, MODEL_OUT, port, 0, due), 1);
	assert_int_equal(pass(m, MODEL_OUT, 6, 0, due), 0);
	assert_int_equal(pass(m, MODEL_OUT, 5, 0, due), 1);
	assert_int_equal(pass(m, MODEL_IN, 5, 0, due), 1);
	assert_int_equal(pass(m, MODEL_IN, 6, 0, due), 0);
	assert_int_equal(pass(m, MODEL_OUT, 6, 200 * MS, due), 1);
	assert_int_equal(pass(m, MODEL_OUT, 7, 200 * MS, due), 0);
	model_free(m);
}

static void test_forgets_flows(void **state)
{
	struct model *m = link_with("track=2", 1);
	uint64_t due[2];

	(void)state;
	assert_int_equal(pass(m, MODEL_IN, 1, 1, due), 0);
	assert_int_equal(pass(m, MODEL_OUT, 1, 1, due), 1);
	assert_int_equal(pass(m, MODEL_OUT, 2, 2, due), 1);
	assert_int_equal(pass(m, MODEL_IN, 1, 3, due), 1);
	/* The longest unused makes room. */
	assert_int_equal(pass(m, MODEL_OUT, 3, 4, due), 1);
	assert_int_equal(pass(m, MODEL_IN, 2, 5, due), 0);
	assert_int_equal(pass(m, MODEL_IN, 1, 5, due), 1);
	model_free(m);
}

static void assert_ends(const uint8_t *packet, const char *from, const char *to)
{
	uint8_t raw[4];

	assert_int_equal(inet_pton(AF_INET, from, raw), 1);
	assert_memory_equal(packet + 12, raw, 4);
	assert_int_equal(inet_pton(AF_INET, to, raw), 1);
	assert_memory_equal(packet + 16, raw, 4);
	assert_int_equal(sum_of(packet, 20, 0), 0);
	assert_int_equal(inner_sum(packet, UDP_PACKET), 0);
}

static void test_diverts(void **state)
{
	struct model *m = link_with("divert=127.1.0.71", 1);
	uint8_t packet[UDP_PACKET];
	uint64_t due[2];

	(void)state;
	make(packet, "10.9.1.2", 1000, "127.1.0.41", 53);
	assert_int_equal(model_pass(m, MODEL_OUT, packet, sizeof(packet), 1, due), 1);
	assert_ends(packet, "10.9.1.2", "127.1.0.71");
	make(packet, "127.1.0.71", 53, "10.9.1.2", 1000);
	assert_int_equal(model_pass(m, MODEL_IN, packet, sizeof(packet), 2, due), 1);
	assert_ends(packet, "127.1.0.41", "10.9.1.2");
	make(packet, "10.9.1.2", 1001, "127.1.0.41", 80);
	assert_int_equal(model_pass(m, MODEL_OUT, packet, sizeof(packet), 3, due), 1);
	assert_ends(packet, "10.9.1.2", "127.1.0.41");
	model_free(m);
}

static void test_knows_its_settings(void **state)
{
	static const char *const bad[] = {
	    "speed=3",  "loss",         "loss=",         "loss=x",   "loss=-1", "down=3",
	    "block=53", "loss@1.2.3=4", "divert=fd00::", "delay=1s", "loss@=3", "block=udp/65536"};
	struct model *m = model_new(1);
	const char *word;
	char words[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(words, sizeof(words), "delay=1 %s", bad[i]);
		if (model_set(m, words, 0, &word))
			fail_msg("%s is taken", bad[i]);
		assert_string_equal(word, bad[i]);
	}
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_loses_and_repeats),
	    cmocka_unit_test(test_loses_of_one_address),
	    cmocka_unit_test(test_delays),
	    cmocka_unit_test(test_slow),
	    cmocka_unit_test(test_goes_down),
	    cmocka_unit_test(test_drops_by_kind),
	    cmocka_unit_test(test_limits_flows),
	    cmocka_unit_test(test_forgets_flows),
	    cmocka_unit_test(test_diverts),
	    cmocka_unit_test(test_knows_its_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
