/* SPDX-License-Identifier: ISC */
#include "unit.h"

#include "base/addr.h"
#include "base/name.h"

static struct dg_name name(const char *text)
{
	struct dg_name n;

	assert_int_equal(dg_name_parse(&n, text, NULL), DG_OK);
	return n;
}

static void print_is(const char *text, const char *printed)
{
	char buf[DG_NAME_TEXT];
	struct dg_name n = name(text);

	assert_string_equal(dg_name_print(&n, buf), printed);
}

static void test_text(void **state)
{
	(void)state;
	print_is("Example.COM", "example.com.");
	print_is("example.com.", "example.com.");
	print_is(".", ".");
	print_is("_acme-challenge.a", "_acme-challenge.a.");
	print_is("a\\.b.c", "a\\.b.c.");
	print_is("\\065.c", "a.c.");
	print_is("\\000\\255.c", "\\000\\255.c.");
	print_is("a\\\\b", "a\\\\b.");
}

static void test_bad_text(void **state)
{
	static const char *const bad[] = {
	    "",
	    "a..b",
	    ".a",
	    "a b",
	    "\xc3\xa9.fr",
	    "a.b..",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b",
	    "a\tb"};
	struct dg_error err;
	struct dg_name n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&err, 0, sizeof(err));
		assert_int_equal(dg_name_parse(&n, bad[i], &err), DG_EINVAL);
		assert_non_null(strstr(err.text, bad[i]));
	}
}

static void test_longest(void **state)
{
	char text[300] = "";
	struct dg_name n;
	int i;

	(void)state;
	/* 127 labels of one octet are 255 octets with the root. */
	for (i = 0; i < 127; i++)
		strcat(text, "a.");
	n = name(text);
	assert_int_equal(n.len, 255);
	assert_int_equal(dg_name_labels(&n), 127);
	strcat(text, "a.");
	assert_int_equal(dg_name_parse(&n, text, NULL), DG_EINVAL);
}

static void test_under(void **state)
{
	struct dg_name com = name("com"), example = name("example.com"),
		       not = name("notexample.com"), deep = name("a.b.example.com");

	(void)state;
	assert_true(dg_name_under(&example, &com));
	assert_true(dg_name_under(&example, &example));
	assert_true(dg_name_under(&deep, &example));
	assert_true(dg_name_under(&deep, &dg_name_root));
	assert_false(dg_name_under(&not, &example));
	assert_false(dg_name_under(&com, &example));
	assert_true(dg_name_under(&dg_name_root, &dg_name_root));
}

static void test_ancestor(void **state)
{
	struct dg_name deep = name("a.b.example.com"), up = dg_name_ancestor(&deep, 2),
		       want = name("example.com");

	(void)state;
	assert_true(dg_name_equal(&up, &want));
	up = dg_name_ancestor(&deep, 0);
	assert_true(dg_name_equal(&up, &dg_name_root));
	up = dg_name_ancestor(&deep, 9);
	assert_true(dg_name_equal(&up, &deep));
	up = dg_name_parent(&deep);
	want = name("b.example.com");
	assert_true(dg_name_equal(&up, &want));
	up = dg_name_parent(&dg_name_root);
	assert_true(dg_name_equal(&up, &dg_name_root));
}

static void test_substitute(void **state)
{
	struct dg_name from = name("x.y.old.example"), owner = name("old.example"),
		       to = name("new.test"), want = name("x.y.new.test"), got;
	char text[300] = "";
	int i;

	(void)state;
	assert_true(dg_name_substitute(&from, &owner, &to, &got));
	assert_true(dg_name_equal(&got, &want));
	/* RFC 6672 section 2.2: longer than 255 octets is an error, exactly 255 is not. */
	for (i = 0; i < 125; i++)
		strcat(text, "a.");
	to = name(text);
	assert_int_equal(to.len, 251);
	assert_true(dg_name_substitute(&from, &owner, &to, &got));
	assert_int_equal(got.len, 255);
	strcat(text, "a.");
	to = name(text);
	assert_false(dg_name_substitute(&from, &owner, &to, &got));
}

static void test_addresses(void **state)
{
	static const char *const bad[] = {"",          "1.2.3",    "1.2.3.4#0", "1.2.3.4#65536",
					  "1.2.3.4#x", "1.2.3.4#", "::g",       "a"};
	struct dg_addr a, b;
	char buf[DG_ADDR_TEXT];
	size_t i;

	(void)state;
	assert_int_equal(dg_addr_parse(&a, "192.0.2.1", 53, NULL), DG_OK);
	assert_int_equal(a.port, 53);
	assert_string_equal(dg_addr_print(&a, buf), "192.0.2.1");
	assert_int_equal(dg_addr_parse(&b, "192.0.2.1#5353", 53, NULL), DG_OK);
	assert_int_equal(b.port, 5353);
	assert_false(dg_addr_equal(&a, &b));
	assert_int_equal(dg_addr_parse(&b, "2001:DB8::1", 53, NULL), DG_OK);
	assert_string_equal(dg_addr_print(&b, buf), "2001:db8::1");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(dg_addr_parse(&a, bad[i], 53, NULL), DG_EINVAL);
}

static void test_no_server_addresses(void **state)
{
	static const struct {
		uint8_t ip[16];
		size_t len;
		bool good;
	} rows[] = {
	    {{192, 0, 2, 1}, 4, true},
	    {{127, 0, 0, 1}, 4, true},
	    {{0, 0, 0, 0}, 4, false},
	    {{224, 0, 0, 1}, 4, false},
	    {{255, 255, 255, 255}, 4, false},
	    {{0x20, 1}, 16, true},
	    {{0}, 16, false},
	    {{0xff, 2}, 16, false},
	    {{[15] = 1}, 16, true},
	    {{[10] = 0xff, [11] = 0xff, 127, 0, 0, 1}, 16, false},
	};
	struct dg_addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(dg_addr_from_rdata(&a, rows[i].ip, rows[i].len, 53), rows[i].good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),      cmocka_unit_test(test_bad_text),
	    cmocka_unit_test(test_longest),   cmocka_unit_test(test_under),
	    cmocka_unit_test(test_ancestor),  cmocka_unit_test(test_substitute),
	    cmocka_unit_test(test_addresses), cmocka_unit_test(test_no_server_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
