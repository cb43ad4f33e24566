/* SPDX-License-Identifier: ISC */
/*
 * What a reply costs whoever reads it, in steps that are counted, never in time: labels and
 * pointers read, names compared, records passed. It must grow no faster than the reply is long,
 * whatever stands in it.
 */
#include "unit_dnssec.h"

#include "dns/answer.h"
#include "base/bytes.h"
#include "check/caa.h"
#include "dnssec/validate.h"
#include "dns/expected.h"
#include "world_hostile.h"
#include "find/host.h"

/* Steps for each octet of a reply, and to begin with. */
#define STEPS_AN_OCTET 2
#define STEPS_AT_LEAST 20000

static unsigned long steps;

uint8_t __real_dg_read_u8(struct dg_cursor *c);
uint8_t __wrap_dg_read_u8(struct dg_cursor *c);
bool __real_dg_name_equal(const struct dg_name *a, const struct dg_name *b);
bool __wrap_dg_name_equal(const struct dg_name *a, const struct dg_name *b);
bool __real_dg_name_under(const struct dg_name *name, const struct dg_name *ancestor);
bool __wrap_dg_name_under(const struct dg_name *name, const struct dg_name *ancestor);
uint32_t __real_dg_name_hash(const struct dg_name *name);
uint32_t __wrap_dg_name_hash(const struct dg_name *name);
struct dg_name __real_dg_name_ancestor(const struct dg_name *name, unsigned labels);
struct dg_name __wrap_dg_name_ancestor(const struct dg_name *name, unsigned labels);
bool __real_dg_addr_equal(const struct dg_addr *a, const struct dg_addr *b);
bool __wrap_dg_addr_equal(const struct dg_addr *a, const struct dg_addr *b);
const struct dg_rr *__real_dg_msg_next(const struct dg_msg *msg, unsigned sections,
				       const struct dg_name *owner, uint16_t type, size_t *cursor);
const struct dg_rr *__wrap_dg_msg_next(const struct dg_msg *msg, unsigned sections,
				       const struct dg_name *owner, uint16_t type, size_t *cursor);
const struct dg_rr *__real_dg_msg_find(const struct dg_msg *msg, unsigned sections,
				       const struct dg_name *owner, uint16_t type);
const struct dg_rr *__wrap_dg_msg_find(const struct dg_msg *msg, unsigned sections,
				       const struct dg_name *owner, uint16_t type);

uint8_t __wrap_dg_read_u8(struct dg_cursor *c)
{
	steps++;
	return __real_dg_read_u8(c);
}

bool __wrap_dg_name_equal(const struct dg_name *a, const struct dg_name *b)
{
	steps++;
	return __real_dg_name_equal(a, b);
}

bool __wrap_dg_name_under(const struct dg_name *name, const struct dg_name *ancestor)
{
	steps++;
	return __real_dg_name_under(name, ancestor);
}

/* Octet by octet. */
uint32_t __wrap_dg_name_hash(const struct dg_name *name)
{
	steps += name->len / 4u;
	return __real_dg_name_hash(name);
}

struct dg_name __wrap_dg_name_ancestor(const struct dg_name *name, unsigned labels)
{
	steps++;
	return __real_dg_name_ancestor(name, labels);
}

bool __wrap_dg_addr_equal(const struct dg_addr *a, const struct dg_addr *b)
{
	steps++;
	return __real_dg_addr_equal(a, b);
}

const struct dg_rr *__wrap_dg_msg_next(const struct dg_msg *msg, unsigned sections,
				       const struct dg_name *owner, uint16_t type, size_t *cursor)
{
	size_t from = *cursor;
	const struct dg_rr *rr = __real_dg_msg_next(msg, sections, owner, type, cursor);

	steps += *cursor - from;
	return rr;
}

const struct dg_rr *__wrap_dg_msg_find(const struct dg_msg *msg, unsigned sections,
				       const struct dg_name *owner, uint16_t type)
{
	const struct dg_rr *rr = __real_dg_msg_find(msg, sections, owner, type);

	steps += rr == NULL ? msg->nrr : (size_t)(rr - msg->rr) + 1;
	return rr;
}

/* ---- all that is done with a reply ----------------------------------------------------------- */

static const struct dg_name *asked;
static struct dg_trust trust;

static void read_txt(const struct dg_msg *msg)
{
	uint8_t value[] = {'v', 'a', 'l', 'u', 'e'};
	struct dg_expected expected = {.value = &(struct dg_value){value, sizeof(value)},
				       .count = 1};
	struct dg_txt txt;

	assert_int_equal(dg_txt_read(&txt, &expected, msg, asked), DG_OK);
}

static void read_caa(const struct dg_msg *msg)
{
	struct dg_caa_set set;

	assert_int_equal(dg_caa_set_read(&set, msg, asked), DG_OK);
	dg_caa_set_free(&set);
}

static void read_answer(const struct dg_msg *msg)
{
	struct dg_answer answer;

	dg_answer_read(msg, asked, DG_TYPE_TXT, NULL, &answer);
}

static void read_zone(const struct dg_msg *msg)
{
	static const struct dg_reach reach = {true, true, 53};
	struct dg_zones zones = {0};
	struct dg_zone *root = NULL, *zone = NULL;
	struct dg_hosts hosts = {0};
	struct dg_host *host;
	size_t ns;

	assert_int_equal(dg_zones_get(&zones, &dg_name_root, NULL, &root), DG_OK);
	assert_int_equal(dg_zones_get(&zones, asked, root, &zone), DG_OK);
	assert_int_equal(dg_zone_learn_referral(zone, msg, &reach), DG_OK);
	assert_int_equal(dg_zone_add_ns(zone, asked, &ns), DG_OK);
	assert_int_equal(dg_zone_learn_own_ns(zone, 0, msg, DG_SECTION_ANSWER), DG_OK);
	assert_int_equal(dg_hosts_list(&hosts, zone, ns, &reach, &host), DG_OK);
	assert_int_equal(dg_host_learn(host, msg, asked, &reach), DG_OK);
	dg_hosts_free(&hosts);
	dg_zones_free(&zones);
}

static void validate(const struct dg_msg *msg)
{
	struct dg_judgement j;

	assert_int_equal(
	    dg_validate(&trust, NULL, msg, &(struct dg_sought){asked, DG_TYPE_TXT}, UNIT_NOW, &j),
	    DG_OK);
}

static const struct {
	const char *what;
	void (*use)(const struct dg_msg *msg);
} uses[] = {{"values", read_txt},
	    {"CAA", read_caa},
	    {"answer", read_answer},
	    {"zone", read_zone},
	    {"validity", validate}};

static bool fits(const char *kind, const char *what, size_t len)
{
	unsigned long most = STEPS_AT_LEAST + STEPS_AN_OCTET * (unsigned long)len;

	if (steps <= most)
		return true;
	printf("%s, %u labels, %s: %lu steps for %zu octets\n", kind, dg_name_labels(asked), what,
	       steps, len);
	return false;
}

static bool check_reply(const char *kind, const uint8_t *wire, size_t len)
{
	struct dg_msg msg = {0};
	enum dg_status status;
	bool good;
	size_t i;

	steps = 0;
	status = dg_msg_read(&msg, wire, len, NULL);
	good = fits(kind, "reading", len);
	for (i = 0; status == DG_OK && i < sizeof(uses) / sizeof(uses[0]); i++) {
		steps = 0;
		uses[i].use(&msg);
		good = fits(kind, uses[i].what, len) && good;
	}
	dg_msg_free(&msg);
	return good;
}

/* The root and another zone are trust anchors, with keys that sign nothing: all that comes before
 * the cryptography is done. */
static void trust_two(struct dg_trust *t, const struct dg_name *zone)
{
	const struct dg_name *names[2] = {&dg_name_root, zone};
	size_t i;

	for (i = 0; i < 2; i++) {
		struct dg_ds ds = {.tag = 1, .algorithm = 13, .digest_type = 2, .len = 32};
		struct dg_trust_point *point;

		assert_int_equal(dg_trust_anchor(t, names[i], &ds), DG_OK);
		point = dg_trust_point(t, names[i]);
		point->has_keys = true;
		point->keys.zone = *names[i];
		point->keys_why.security = DG_SECURITY_SECURE;
		point->keys_until = INT64_MAX;
	}
}

static bool check_kind(const char *kind)
{
	char text[DG_NAME_TEXT];
	ldns_pkt *query = ldns_pkt_query_new(ldns_dname_new_frm_str(dg_name_print(asked, text)),
					     LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, 0);
	struct dg_name zone = strcmp(kind, "signers") == 0 ? dg_name_ancestor(asked, 1) : *asked;
	struct world_reply reply = {0};
	bool good;

	trust_two(&trust, &zone);
	world_hostile(kind, query, &reply);
	good = check_reply(kind, reply.wire, reply.len);
	free(reply.wire);
	dg_trust_free(&trust);
	memset(&trust, 0, sizeof(trust));
	ldns_pkt_free(query);
	return good;
}

/* For a name of three labels, and for the one with the most labels. */
static void test_hostile(void **state)
{
	static const char label[] = "a.";
	char text[DG_NAME_TEXT] = "";
	struct dg_name names[2];
	bool good = true;
	size_t i, k;

	(void)state;
	for (i = 0; i < 126; i++)
		memcpy(text + 2 * i, label, sizeof(label));
	names[0] = unit_name("_acme-challenge.example.lab.");
	names[1] = unit_name(text);
	for (i = 0; i < 2; i++) {
		asked = &names[i];
		for (k = 0; world_hostile_kinds[k] != NULL; k++)
			good = check_kind(world_hostile_kinds[k]) && good;
	}
	assert_true(good);
}

/* A set as large as it gets, at a name as long as it gets, is no reason to refuse a reply. */
static void test_large_set(void **state)
{
	struct world_reply reply = {0};
	ldns_pkt *query;
	struct dg_name name;
	char text[DG_NAME_TEXT] = "";
	const struct dg_rr *rr;
	size_t cursor = 0, count = 0, i;
	struct dg_msg msg;

	(void)state;
	for (i = 0; i < 126; i++)
		memcpy(text + 2 * i, "b.", 3);
	name = unit_name(text);
	query =
	    ldns_pkt_query_new(ldns_dname_new_frm_str(text), LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, 0);
	world_hostile("owners", query, &reply);
	assert_int_equal(dg_msg_read(&msg, reply.wire, reply.len, NULL), DG_OK);
	assert_true(msg.names < 1000);
	while ((rr = dg_msg_next(&msg, DG_SECTION_ANSWER, &name, DG_TYPE_TXT, &cursor)) != NULL)
		count++;
	assert_true(count > 4000);
	assert_int_equal(count, msg.nrr);
	dg_msg_free(&msg);
	free(reply.wire);
	ldns_pkt_free(query);
}

static void test_refused(void **state)
{
	ldns_pkt *query = ldns_pkt_query_new(ldns_dname_new_frm_str("a.test."), LDNS_RR_TYPE_TXT,
					     LDNS_RR_CLASS_IN, 0);
	struct world_reply reply = {0};
	struct dg_error err = {0};
	struct dg_msg msg;

	(void)state;
	world_hostile("names", query, &reply);
	assert_int_equal(dg_msg_read(&msg, reply.wire, reply.len, &err), DG_EPARSE);
	assert_non_null(strstr(err.text, "names of more than 131072 octets"));
	free(reply.wire);
	ldns_pkt_free(query);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_large_set),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
