/* SPDX-License-Identifier: ISC */
/* What a resolver's SPEC stands for; extended errors. */
#include "unit.h"

#include <sys/types.h>

#include "dns/ede.h"
#include "dns/resolver.h"

static const struct spec {
	const char *text, *addr;
	unsigned port;
	const char *name, *authority, *path, *look_up;
} good[] = {
    {"192.0.2.53", "192.0.2.53", 53, NULL, NULL, NULL, NULL},
    {"192.0.2.53#5353", "192.0.2.53", 5353, NULL, NULL, NULL, NULL},
    {"2001:db8::53", "2001:db8::53", 53, NULL, NULL, NULL, NULL},
    {"fe80::1%lo", "fe80::1", 53, NULL, NULL, NULL, NULL},
    {"tls://192.0.2.53", "192.0.2.53", 853, NULL, NULL, NULL, NULL},
    {"tls://192.0.2.53#8853@dns.lab", "192.0.2.53", 8853, "dns.lab", NULL, NULL, NULL},
    {"tls://2001:db8::53@dns.lab", "2001:db8::53", 853, "dns.lab", NULL, NULL, NULL},
    {"https://dns.lab/dns-query@192.0.2.53", "192.0.2.53", 443, "dns.lab", "dns.lab", "/dns-query",
     NULL},
    {"https://dns.lab:8443/q?a=b@2001:db8::1", "2001:db8::1", 8443, "dns.lab", "dns.lab:8443",
     "/q?a=b", NULL},
    {"https://dns.lab/a@b", NULL, 443, "dns.lab", "dns.lab", "/a@b", "dns.lab"},
    {"https://dns.lab/a@b@192.0.2.1#444", "192.0.2.1", 444, "dns.lab", "dns.lab", "/a@b", NULL},
    {"https://192.0.2.7/dns-query", "192.0.2.7", 443, "192.0.2.7", "192.0.2.7", "/dns-query", NULL},
    {"https://[2001:db8::7]:444/", "2001:db8::7", 444, "2001:db8::7", "[2001:db8::7]:444", "/",
     NULL},
    {"https://dns.lab/", NULL, 443, "dns.lab", "dns.lab", "/", "dns.lab"},
};

static void same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_true(a == b);
	else
		assert_string_equal(a, b);
}

static void test_specs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct spec *s = &good[i];
		struct dg_resolvers all = {0};
		char addr[DG_ADDR_TEXT];
		const struct dg_resolver *r;

		assert_int_equal(dg_resolvers_add(&all, s->text, true, true, NULL), DG_OK);
		/* Given twice, it is asked once. */
		assert_int_equal(dg_resolvers_add(&all, s->text, true, true, NULL), DG_OK);
		assert_int_equal(all.count, 1);
		r = &all.item[0];
		assert_string_equal(r->text, s->text);
		assert_int_equal(r->is_secure, strstr(s->text, "://") != NULL);
		assert_int_equal(r->secure.https, s->path != NULL);
		if (s->addr != NULL) {
			assert_string_equal(dg_addr_print(&r->addr, addr), s->addr);
			assert_int_equal(r->addr.port, s->port);
		} else {
			assert_int_equal(r->addr.family, 0);
			assert_int_equal(r->secure.port, s->port);
		}
		same_text(r->secure.name, s->name);
		same_text(r->secure.authority, s->authority);
		same_text(r->secure.path, s->path);
		same_text(r->secure.look_up, s->look_up);
		dg_resolvers_free(&all);
	}
}

static void test_bad_specs(void **state)
{
	static const char *const bad[] = {
	    "",
	    "dns.lab",
	    "192.0.2.53#",
	    "192.0.2.53#65536",
	    "192.0.2.53%lo",
	    "fe80::1%nosuch0",
	    "tls://",
	    "tls://dns.lab",
	    "tls://192.0.2.53@",
	    "tls://192.0.2.53@a b",
	    "tls://192.0.2.53:853",
	    "https://",
	    "https:///dns-query",
	    "https://dns.lab",
	    "https://dns.lab:/dns-query",
	    "https://dns.lab:65536/dns-query",
	    "https://dns.lab:0/dns-query",
	    "https://dns.lab:1x/dns-query",
	    "https://[2001:db8::7/dns-query",
	    "https://user@dns.lab/dns-query",
	    "https://dns.lab/dns query",
	    "https://dns.lab/dns-query#fragment",
	    "http://dns.lab/dns-query",
	    "quic://192.0.2.53",
	    "SYSTEM",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dg_resolvers all = {0};
		struct dg_error err = {0};

		assert_int_equal(dg_resolvers_add(&all, bad[i], true, true, &err), DG_EINVAL);
		assert_non_null(strstr(err.text, bad[i]));
		assert_int_equal(all.count, 0);
		dg_resolvers_free(&all);
	}
}

static void test_families(void **state)
{
	struct dg_resolvers all = {0};

	(void)state;
	assert_int_equal(dg_resolvers_add(&all, "2001:db8::1", true, false, NULL), DG_EINVAL);
	assert_int_equal(dg_resolvers_add(&all, "192.0.2.1", false, true, NULL), DG_EINVAL);
	assert_int_equal(dg_resolvers_add(&all, "tls://192.0.2.1", false, true, NULL), DG_EINVAL);
	assert_int_equal(dg_resolvers_add(&all, "public", true, true, NULL), DG_OK);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.item[0].addr.family, 4);
	assert_true(all.item[0].has_other);
	assert_int_equal(all.item[0].other.family, 6);
	dg_resolvers_free(&all);
	assert_int_equal(dg_resolvers_add(&all, "public", false, true, NULL), DG_OK);
	assert_int_equal(all.item[0].addr.family, 6);
	assert_false(all.item[0].has_other);
	dg_resolvers_free(&all);
}

static void test_too_many(void **state)
{
	struct dg_resolvers all = {0};
	char text[32];
	unsigned i;

	(void)state;
	for (i = 1; i <= DG_MAX_RESOLVERS; i++) {
		snprintf(text, sizeof(text), "192.0.2.%u", i);
		assert_int_equal(dg_resolvers_add(&all, text, true, true, NULL), DG_OK);
	}
	assert_int_equal(dg_resolvers_add(&all, "192.0.2.200", true, true, NULL), DG_EINVAL);
	assert_int_equal(dg_resolvers_add(&all, "192.0.2.1", true, true, NULL), DG_OK);
	assert_int_equal(all.count, DG_MAX_RESOLVERS);
	dg_resolvers_free(&all);
}

static const char *resolv_conf;
FILE *__wrap_dg_file_open(const char *name, const char **ret_why);

FILE *__wrap_dg_file_open(const char *name, const char **ret_why)
{
	assert_string_equal(name, "/etc/resolv.conf");
	*ret_why = NULL;
	return fmemopen((void *)(intptr_t)resolv_conf, strlen(resolv_conf), "r");
}

/* The first three, of whatever family; those that were given anyway are no others. */
static void test_system(void **state)
{
	struct dg_resolvers all = {0};

	(void)state;
	resolv_conf =
	    "search lab\nnameserver 192.0.2.1\n# nameserver 192.0.2.9\nnameserver 2001:db8::2\n"
	    "nameserver\t192.0.2.3 \nnameserver 192.0.2.4\n";
	assert_int_equal(dg_resolvers_add(&all, "system", true, true, NULL), DG_OK);
	assert_int_equal(all.count, 3);
	assert_string_equal(all.item[2].text, "192.0.2.3");
	assert_true(all.item[0].of_system && all.item[1].of_system && all.item[2].of_system);
	dg_resolvers_free(&all);
	assert_int_equal(dg_resolvers_add(&all, "192.0.2.1", true, true, NULL), DG_OK);
	assert_int_equal(dg_resolvers_add(&all, "system", true, false, NULL), DG_OK);
	assert_int_equal(all.count, 2);
	assert_false(all.item[0].of_system);
	assert_string_equal(all.item[1].text, "192.0.2.3");
	assert_true(all.item[1].of_system);
	dg_resolvers_free(&all);
	/* As Windows writes it, and with lines that are wrong. */
	resolv_conf = "nameserver 192.0.2.7\r\nnameserver 192.0.2.8;\nnameserver fe80::1%nosuch\n"
		      "nameserver 192.0.2.9\nnameserver 192.0.2.10\n";
	assert_int_equal(dg_resolvers_add(&all, "system", true, true, NULL), DG_OK);
	assert_int_equal(all.count, 3);
	assert_string_equal(all.item[0].text, "192.0.2.7");
	assert_string_equal(all.item[1].text, "192.0.2.9");
	assert_non_null(strstr(all.note, "/etc/resolv.conf:3: "));
	dg_resolvers_free(&all);

	resolv_conf = "options edns0\n";
	assert_int_equal(dg_resolvers_add(&all, "system", true, true, NULL), DG_OK);
	assert_int_equal(all.count, 1);
	assert_string_equal(all.item[0].text, "127.0.0.1");
	dg_resolvers_free(&all);
}

/* A reply whose OPT record holds these options. */
static int read_ede(const uint8_t *options, size_t len, char text[DG_EDE_TEXT])
{
	uint8_t wire[512] = {0, 0, 0x80, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 41, 4, 0xd0};
	struct dg_msg msg;
	int code;

	wire[21] = (uint8_t)(len >> 8);
	wire[22] = (uint8_t)len;
	memcpy(wire + 23, options, len);
	assert_int_equal(dg_msg_read(&msg, wire, 23 + len, NULL), DG_OK);
	code = dg_ede_read(&msg, text);
	dg_msg_free(&msg);
	return code;
}

static void test_extended_errors(void **state)
{
	char text[DG_EDE_TEXT];
	uint8_t longest[4 + 2 + 300] = {0, 15, 1, 46, 0, 9};

	(void)state;
	assert_int_equal(read_ede((uint8_t[]){0, 15, 0, 2, 0, 7}, 6, text), 7);
	assert_string_equal(text, "Signature Expired");
	assert_int_equal(
	    read_ede((uint8_t[]){0, 3, 0, 1, 'x', 0, 15, 0, 7, 0, 22, 'a', '\n', 0xc3, 0, 'b'}, 16,
		     text),
	    22);
	assert_string_equal(text, "No Reachable Authority: a..");
	assert_int_equal(read_ede((uint8_t[]){0, 15, 0, 2, 0xff, 0xff}, 6, text), 65535);
	assert_string_equal(text, "extended error 65535");
	/* Too short to have a code; none at all. */
	assert_int_equal(read_ede((uint8_t[]){0, 15, 0, 1, 7}, 5, text), -1);
	assert_int_equal(read_ede((uint8_t[]){0, 3, 0, 0}, 4, text), -1);
	assert_string_equal(text, "");
	memset(longest + 6, 'x', 300);
	assert_int_equal(read_ede(longest, sizeof(longest), text), 9);
	assert_int_equal(strlen(text), DG_EDE_TEXT - 1);
	assert_true(dg_ede_blames_dnssec(6) && dg_ede_blames_dnssec(9) && dg_ede_blames_dnssec(12));
	assert_false(dg_ede_blames_dnssec(-1) || dg_ede_blames_dnssec(3) ||
		     dg_ede_blames_dnssec(22));
	assert_true(dg_ede_is_stale(3) && dg_ede_is_stale(19) && !dg_ede_is_stale(4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_specs),    cmocka_unit_test(test_bad_specs),
	    cmocka_unit_test(test_families), cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_system),   cmocka_unit_test(test_extended_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
