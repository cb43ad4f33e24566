/* SPDX-License-Identifier: ISC */
/* The live table in windows of all sizes: what must be on it is, and nothing stands beyond its
 * edges. */
#include "unit.h"

#include "show/describe.h"
#include "system/say.h"
#include "show/view_layout.h"

#define ROWS_MAX 64
#define LONG_NAME                                                                                  \
	"_acme-challenge.a-rather-long-label-that-somebody-thought-of.and-another-one-below-it."   \
	"departments.subsidiaries.holdings.example.com."

static struct layout layout;

static struct dg_row row_of(const char *name, const char *address, enum dg_state state,
			    const char *detail)
{
	return (struct dg_row){.server = name,
			       .address = address,
			       .state = state,
			       .detail = detail,
			       .showing = state == DG_STATE_PRESENT,
			       .required = true,
			       .serial = state == DG_STATE_ABSENT ? 41 : -1,
			       .retry = -1,
			       .confirmations = state == DG_STATE_PRESENT ? 3 : 0,
			       .needed = 3,
			       .last_answer = 400};
}

static bool on_screen(const char *text)
{
	size_t i;

	for (i = 0; i < layout.count; i++)
		if (strstr(layout.line[i].text, text) != NULL)
			return true;
	return false;
}

static void print_screen(void)
{
	size_t i;

	for (i = 0; i < layout.count; i++)
		printf("|%s\n", layout.line[i].text);
}

static void must_have(const char *text)
{
	if (!on_screen(text)) {
		print_screen();
		fail_msg("no \"%s\"", text);
	}
}

/* The cells of a text whose only octets beyond ASCII are those of a symbol of one cell. */
static size_t cells_of(const char *text)
{
	size_t cells = 0;

	for (; *text != '\0'; text++)
		cells += ((unsigned char)*text & 0xc0) != 0x80;
	return cells;
}

static void draw(struct layout_input *in, size_t width, size_t height)
{
	size_t i;

	in->width = width;
	in->height = height;
	layout_make(&layout, in);
	assert_true(layout.count > 0 && layout.count <= height - 1);
	for (i = 0; i < layout.count; i++) {
		const char *text = layout.line[i].text, *c;

		assert_int_equal(layout.line[i].cells, cells_of(text));
		assert_true(layout.line[i].cells <= width - 1);
		for (c = text; *c != '\0'; c++)
			assert_true((*c >= 0x20 && *c <= 0x7e) || (in->utf8 && c < text + 3));
	}
}

/* Draws it in windows from 20x4 to 300x100. */
static void draw_all(struct layout_input *in, void (*check)(size_t width, size_t height))
{
	static const size_t heights[] = {4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 25, 40, 50, 99, 100};
	size_t width, i;

	for (width = 20; width <= 300; width++) {
		for (i = 0; i < sizeof(heights) / sizeof(heights[0]); i++) {
			draw(in, width, heights[i]);
			if (check != NULL)
				check(width, heights[i]);
		}
	}
}

/* ---- one record ------------------------------------------------------------------------------ */

static void check_waiting(size_t width, size_t height)
{
	/* The states, whatever else is cut. */
	must_have(" absent");
	if (width < 40 || height < 10)
		return;
	must_have("waiting for ns3.");
	must_have("gives up in 9 min 12 s");
	must_have("_acme-challenge.example.com.  waiting");
	must_have("ns3.example.com.");
	must_have(" present");
}

static void test_one(void **state)
{
	struct dg_row rows[] = {
	    row_of("ns1.example.com.", "192.0.2.11", DG_STATE_PRESENT, "1 value"),
	    row_of("ns2.example.com.", "2001:db8:1111:2222:3333:4444:5555:6666", DG_STATE_PRESENT,
		   "1 value"),
	    row_of("ns3.example.com.", "192.0.2.13", DG_STATE_ABSENT, "NXDOMAIN"),
	};
	struct layout_record record = {.name = "_acme-challenge.example.com.",
				       .zone = "example.com.",
				       .verdict = DG_VERDICT_WAITING,
				       .row = rows,
				       .nrows = 3};
	struct layout_input in = {
	    .elapsed = 48000, .timeout = 600000, .record = &record, .nrecords = 1};

	(void)state;
	draw_all(&in, check_waiting);
	draw(&in, 100, 24);
	must_have(
	    "waiting for ns3.example.com. 192.0.2.13 (NXDOMAIN, serial 41); gives up in 9 min "
	    "12 s");
	must_have("_acme-challenge.example.com.  waiting  2 of 3 show it  zone example.com.");
	must_have(" 3/3 1 value");
	/* A row an address, what is missing first. */
	assert_non_null(strstr(layout.line[3].text, "ns3.example.com."));
	assert_int_equal(layout.count, 6);
	in.utf8 = true;
	draw_all(&in, check_waiting);
	must_have("\342\234\227 ns3.example.com.");
	must_have("\342\234\223 ns1.example.com.");
	record.verdict = DG_VERDICT_VISIBLE;
	draw(&in, 80, 24);
	must_have("done after 48.0 s");
	must_have("_acme-challenge.example.com.  visible");
}

static void check_long(size_t width, size_t height)
{
	must_have(" absent");
	if (width < 40 || height < 10)
		return;
	must_have("waiting for a-name-server");
	must_have("gives up in");
	must_have("_acme-");
	must_have("  waiting");
	if (width < 150)
		must_have("...");
}

static void test_long_names(void **state)
{
	static const char name[] =
	    "a-name-server-with-a-name.of-many-labels.and-more.departments.example.com.";
	struct dg_row rows[] = {
	    row_of(name, "2001:db8:1111:2222:3333:4444:5555:6661", DG_STATE_ABSENT,
		   "a long story about what this server has to say of the record that it lacks, "
		   "which nobody wants to hear to its end"),
	    row_of(name, "2001:db8:1111:2222:3333:4444:5555:6662", DG_STATE_PRESENT, "1 value"),
	};
	struct layout_record record = {.name = LONG_NAME,
				       .zone = "example.com.",
				       .verdict = DG_VERDICT_WAITING,
				       .row = rows,
				       .nrows = 2};
	struct layout_input in = {
	    .elapsed = 500, .timeout = 600000, .record = &record, .nrecords = 1};

	(void)state;
	rows[1].target = LONG_NAME;
	draw_all(&in, check_long);
}

static void test_resolver(void **state)
{
	struct dg_row rows[] = {
	    row_of("ns1.example.com.", "192.0.2.11", DG_STATE_PRESENT, "1 value"),
	    row_of(NULL, "192.0.2.53", DG_STATE_ABSENT, "NXDOMAIN, negative until 16:03:20"),
	};
	struct layout_record record = {.name = "_acme-challenge.example.com.",
				       .verdict = DG_VERDICT_WAITING,
				       .row = rows,
				       .nrows = 2};
	struct layout_input in = {
	    .elapsed = 500, .timeout = 600000, .record = &record, .nrecords = 1};

	(void)state;
	rows[1].recursive = true;
	rows[1].retry = 212000;
	draw_all(&in, NULL);
	draw(&in, 80, 24);
	must_have("waiting for 192.0.2.53 (NXDOMAIN, negative until 16:03:20 (212 s))");
	must_have("resolver");
	draw(&in, 30, 10);
	must_have("192.0.2.53");
}

static void test_stages(void **state)
{
	struct dg_row row = row_of("ns1.example.com.", "192.0.2.11", DG_STATE_PRESENT, "1 value");
	struct layout_record record = {.name = "_acme-challenge.example.com.",
				       .verdict = DG_VERDICT_WAITING};
	struct layout_input in = {.timeout = 60000, .record = &record, .nrecords = 1};

	(void)state;
	draw_all(&in, NULL);
	must_have("looking for the name servers");
	record.trouble = "no root server is of use";
	draw_all(&in, NULL);
	must_have("no root server is of use; gives up in 60.0 s");
	record.trouble = NULL;
	record.row = &row;
	record.nrows = 1;
	draw_all(&in, NULL);
	must_have("all show it; waiting for more answers in a row");
	/* A server that is left out is waited for no more, and its row says so. */
	row.state = DG_STATE_SILENT;
	row.required = row.showing = false;
	draw(&in, 80, 24);
	must_have("left out");
	in.nrecords = 0;
	draw_all(&in, NULL);
}

/* ---- many ------------------------------------------------------------------------------------ */

static void check_many(size_t width, size_t height)
{
	if (width < 40 || height < 10)
		return;
	must_have("waiting for late.");
	must_have(" absent");
	must_have("gives up in");
}

static void test_many_rows(void **state)
{
	static char names[ROWS_MAX][32];
	struct dg_row rows[ROWS_MAX];
	struct layout_record record = {.name = "_acme-challenge.example.com.",
				       .verdict = DG_VERDICT_WAITING,
				       .row = rows,
				       .nrows = ROWS_MAX};
	struct layout_input in = {
	    .elapsed = 500, .timeout = 600000, .record = &record, .nrecords = 1};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "ns%zu.example.com.", i);
		rows[i] = row_of(names[i], "192.0.2.1", DG_STATE_PRESENT, "1 value");
	}
	rows[ROWS_MAX - 1] = row_of("late.example.com.", "192.0.2.2", DG_STATE_ABSENT, "NXDOMAIN");
	draw_all(&in, check_many);
	draw(&in, 80, 24);
	assert_int_equal(layout.count, 23);
	must_have("  and 46 more");
	draw(&in, 80, 100);
	assert_false(on_screen(" more"));
}

static void test_many_records(void **state)
{
	static char names[ROWS_MAX][48];
	struct dg_row seen[3], late[3];
	struct layout_record records[ROWS_MAX];
	struct layout_input in = {.elapsed = 500, .timeout = 600000, .record = records};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		seen[i] = late[i] =
		    row_of("ns.example.com.", "192.0.2.1", DG_STATE_PRESENT, "1 value");
	late[2] = row_of("late.example.com.", "192.0.2.3", DG_STATE_ABSENT, "NXDOMAIN");
	for (i = 0; i < ROWS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "_acme-challenge.n%zu.example.com.", i);
		records[i] = (struct layout_record){.name = names[i],
						    .verdict = i % 9 == 5 ? DG_VERDICT_WAITING
									  : DG_VERDICT_VISIBLE,
						    .row = i % 9 == 5 ? late : seen,
						    .nrows = 3};
	}
	for (in.nrecords = 6; in.nrecords <= ROWS_MAX; in.nrecords += 29)
		draw_all(&in, check_many);
	in.nrecords = 64;
	draw(&in, 80, 24);
	must_have("_acme-challenge.n5.example.com.  waiting");
	must_have("_acme-challenge.n59.example.com.  waiting");
	must_have(" more names");
	in.nrecords = 6;
	draw(&in, 80, 30);
	assert_false(on_screen(" more"));
	must_have("_acme-challenge.n0.example.com.  visible");
}

/* ---- what servers say ------------------------------------------------------------------------ */

static void test_hostile_text(void **state)
{
	struct dg_row rows[] = {
	    row_of("ns\033[2J.example.com.", "192.0.2.11\r\n", DG_STATE_OTHER,
		   "\033]0;title\a\t\177\233x"),
	};
	struct layout_record record = {.name = "_acme\x9b-challenge.\nexample.com.",
				       .zone = "\b\b\b",
				       .verdict = DG_VERDICT_WAITING,
				       .row = rows,
				       .nrows = 1};
	struct layout_input in = {
	    .elapsed = 500, .timeout = 600000, .record = &record, .nrecords = 1, .utf8 = true};
	char buf[64];

	(void)state;
	draw_all(&in, NULL);
	record.trouble = "\033[31m";
	draw_all(&in, NULL);
	assert_string_equal(say_printable(buf, sizeof(buf), "a\033[1m\n\x9b~"),
			    "a\\027[1m\\010\\155~");
	assert_string_equal(say_printable(buf, 6, "abc\ndef"), "abc");
	assert_string_equal(say_printable(buf, 5, "abcdef"), "abcd");
}

static void test_fit(void **state)
{
	static const struct {
		const char *text;
		size_t width;
		enum layout_cut cut;
		const char *fits;
	} cases[] = {
	    {"ns1.example.com.", 16, CUT_MIDDLE, "ns1.example.com."},
	    {"ns1.example.com.", 15, CUT_MIDDLE, "ns1.ex...e.com."},
	    {"ns1.example.com.", 10, CUT_END, "ns1.exa..."},
	    {"ns1.example.com.", 4, CUT_MIDDLE, "n..."},
	    {"ns1.example.com.", 3, CUT_END, "ns1"},
	    {"ns1.example.com.", 0, CUT_MIDDLE, ""},
	    {"", 5, CUT_END, ""},
	};
	char buf[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len =
		    layout_fit(buf, sizeof(buf), cases[i].text, cases[i].width, cases[i].cut);

		assert_string_equal(buf, cases[i].fits);
		assert_int_equal(len, strlen(buf));
	}
	assert_int_equal(layout_fit(buf, 5, "abcdefgh", 300, CUT_END), 4);
}

static void test_rows_taken(void **state)
{
	static const size_t cells[] = {0, 1, 39, 40, 41, 80, 81, 120};

	(void)state;
	assert_int_equal(layout_rows_taken(cells, 8, 120), 8);
	assert_int_equal(layout_rows_taken(cells, 8, 40), 1 + 1 + 1 + 1 + 2 + 2 + 3 + 3);
	assert_int_equal(layout_rows_taken(cells, 0, 40), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one),          cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_resolver),     cmocka_unit_test(test_stages),
	    cmocka_unit_test(test_many_rows),    cmocka_unit_test(test_many_records),
	    cmocka_unit_test(test_hostile_text), cmocka_unit_test(test_fit),
	    cmocka_unit_test(test_rows_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
