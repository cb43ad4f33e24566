/* SPDX-License-Identifier: ISC */
#include "unit_update.h"

#include <unistd.h>

#include "net/pending.h"
#include "gate/update_run.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define WALL 1795276800

const struct unit_answer unit_usual[] = {
    {"10.0.0.53", NAME " SOA", "aa NXDOMAIN", "ns " SOA("example.test.", "ns.example.test.", "41")},
    {"10.0.0.53", "ns.example.test. A", "aa", "an ns.example.test. 60 A 10.0.0.1"},
    {"10.0.0.53", "ns.example.test. AAAA", "aa",
     "ns " SOA("example.test.", "ns.example.test.", "41")},
    {"10.0.0.1", "example.test. SOA", "aa", "an " SOA("example.test.", "ns.example.test.", "42")},
    {"10.0.0.53", "*.example.test. SOA", "aa NXDOMAIN",
     "ns " SOA("example.test.", "ns.example.test.", "41")},
    {"10.0.0.53", "*.test. SOA", "aa NXDOMAIN", "ns " SOA("test.", "ns.example.test.", "41")},
    {NULL, NULL, NULL, NULL},
};

struct event {
	dg_ms at;
	uint32_t handle;
	bool failed;
	enum dg_heard_kind failure;
	uint8_t *wire;
	size_t len;
};

struct net {
	void (*outside)(bool is);
	const struct unit_update_row *row;
	struct dg_pending *pending;
	dg_ms now;
	int sent, shown;
	struct event event[64];
	size_t nevents;
	uint32_t random;
};

static struct event *later(struct net *n, uint32_t handle)
{
	struct event *e = &n->event[n->nevents++];

	assert_true(n->nevents <= COUNT(n->event));
	*e = (struct event){.at = n->now + 10, .handle = handle};
	return e;
}

/* ---- the servers ----------------------------------------------------------------------------- */

static const struct unit_answer *find_answer(const struct unit_answer *a, size_t count,
					     const char *at, const char *question)
{
	size_t i;

	for (i = 0; i < count && a[i].question != NULL; i++)
		if (strcmp(a[i].at, at) == 0 && strcmp(a[i].question, question) == 0)
			return &a[i];
	return NULL;
}

static const struct unit_answer *find_any(const struct net *n, const char *at, const char *question)
{
	const struct unit_answer *a =
	    find_answer(n->row->answers, COUNT(n->row->answers), at, question);

	return a != NULL ? a : find_answer(unit_usual, SIZE_MAX, at, question);
}

/* A name that nobody has is asked for as "*", and "@" in the records of its answer. */
static const struct unit_answer *find_nobody(const struct net *n, const char *at,
					     const char *question, char records[512])
{
	char wild[DG_NAME_TEXT + 8];
	const char *rest = strchr(question, '.');
	const struct unit_answer *a;

	snprintf(wild, sizeof(wild), "*%s", rest);
	a = find_any(n, at, wild);
	if (a != NULL && strncmp(a->records, "an @", 4) == 0)
		snprintf(records, 512, "an %.*s%s", (int)strcspn(question, " "), question,
			 a->records + 4);
	else if (a != NULL)
		snprintf(records, 512, "%s", a->records);
	return a;
}

/* The record that was added, or that there is none so far. */
static void hear_record(struct net *n, uint32_t handle, const char *question,
			const struct dg_query *query)
{
	const char *value = n->row->value == NULL ? VALUE : n->row->value;
	size_t len = strlen(value), at, size = len + len / 100 * 4 + 400;
	char *records = malloc(size);
	struct event *e = later(n, handle);

	size = (size_t)snprintf(records, size, "an %.*s 60 TXT", (int)strcspn(question, " "),
				question);
	for (at = 0; at < len; at += 255)
		size += (size_t)sprintf(records + size, " \"%.255s\"", value + at);
	e->wire = unit_reply(question, "aa", n->shown++ < n->row->unshown ? "" : records, &e->len);
	memcpy(e->wire, query->wire, 2);
	free(records);
}

static void hear_question(struct net *n, uint32_t handle, const char *at,
			  const struct dg_query *query)
{
	char question[DG_NAME_TEXT + 8], name[DG_NAME_TEXT], records[512];
	const struct unit_answer *a;
	struct dg_msg msg;
	struct event *e;

	assert_int_equal(dg_msg_read(&msg, query->wire, query->len, NULL), DG_OK);
	snprintf(question, sizeof(question), "%s %s", dg_name_print(&msg.qname, name),
		 msg.qtype == DG_TYPE_SOA    ? "SOA"
		 : msg.qtype == DG_TYPE_A    ? "A"
		 : msg.qtype == DG_TYPE_AAAA ? "AAAA"
		 : msg.qtype == DG_TYPE_NS   ? "NS"
					     : "TXT");
	dg_msg_free(&msg);
	if (strstr(question, " TXT") != NULL && n->sent > 0) {
		hear_record(n, handle, question, query);
		return;
	}
	if (strncmp(question, "nobody-", 7) == 0)
		a = find_nobody(n, at, question, records);
	else
		a = find_any(n, at, question);
	if (a == NULL || strcmp(a->flags, "lost") == 0)
		return;
	e = later(n, handle);
	e->wire = unit_reply(question, a->flags,
			     strncmp(question, "nobody-", 7) == 0 ? records : a->records, &e->len);
	memcpy(e->wire, query->wire, 2);
}

/* The update is what it should be, signed as somebody else would sign it. */
static void check_update(struct net *n, const uint8_t *wire, size_t len)
{
	const char *value = n->row->value == NULL ? VALUE : n->row->value;
	uint8_t *copy = malloc(len + 128), *text = malloc(len);
	struct unit_tsig t = {.time = WALL + n->now / 1000};
	const struct dg_rr *rr;
	struct dg_msg msg;
	bool conditional = n->sent <= n->row->conditional;
	size_t body;

	assert_int_equal(dg_msg_read(&msg, wire, len, NULL), DG_OK);
	assert_int_equal(msg.opcode, DG_OPCODE_UPDATE);
	assert_false(msg.rd);
	assert_int_equal(msg.qtype, DG_TYPE_SOA);
	assert_int_equal(msg.nrr, (n->row->keyless ? 1 : 2) + conditional);
	rr = &msg.rr[0];
	if (conditional) {
		assert_int_equal(rr->section, DG_SECTION_ANSWER);
		assert_int_equal(rr->type, DG_TYPE_CNAME);
		assert_int_equal(rr->class, DG_CLASS_NONE);
		assert_int_equal(rr->ttl, 0);
		assert_int_equal(rr->rdlen, 0);
		rr++;
	}
	assert_int_equal(rr->section, DG_SECTION_AUTHORITY);
	assert_int_equal(rr->type, DG_TYPE_TXT);
	assert_int_equal(rr->class, n->row->remove ? DG_CLASS_NONE : DG_CLASS_IN);
	assert_int_equal(rr->ttl, n->row->remove ? 0 : 77);
	assert_int_equal(dg_msg_txt(&msg, rr, text), strlen(value));
	assert_memory_equal(text, value, strlen(value));
	body = n->row->keyless ? len : rr[1].owner;
	/* Sent again it has the time of the first. */
	if (!n->row->keyless) {
		const uint8_t *at = wire + rr[1].rdata + 13 + 2;

		assert_true(t.time - (at[0] * 16777216 + at[1] * 65536 + at[2] * 256 + at[3]) < 5);
		t.time = at[0] * 16777216 + at[1] * 65536 + at[2] * 256 + at[3];
	}
	dg_msg_free(&msg);
	memcpy(copy, wire, body);
	copy[11] = 0;
	if (!n->row->keyless) {
		unit_tsig_append(copy, &body, &t);
		assert_int_equal(body, len);
		assert_memory_equal(copy, wire, len);
	}
	free(copy);
	free(text);
}

static int rcode_in(const char *say)
{
	static const char *const rcodes[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
					     "NXRRSET", "NOTAUTH", "NOTZONE"};
	size_t i;

	for (i = 0; i < COUNT(rcodes); i++)
		if (strstr(say, rcodes[i]) != NULL)
			return (int)i;
	fail_msg("no such reply: %s", say);
	return 0;
}

static void sign(struct net *n, const char *say, const uint8_t *wire, size_t len, struct event *e)
{
	uint8_t other[6] = {0}, mac[32] = {0};
	struct unit_tsig t = {.request_mac = mac, .time = WALL + n->now / 1000};
	const uint8_t *sent = unit_tsig_mac(wire, len, &t.request_len);
	const char *clock = strstr(say, "BADTIME");
	int64_t time;
	int i;

	memcpy(mac, sent, 32);
	if (strstr(say, "wrong") != NULL)
		mac[0] ^= 1;
	if (strstr(say, "BADKEY") != NULL || strstr(say, "BADSIG") != NULL) {
		t.error =
		    strstr(say, "BADKEY") != NULL ? DG_TSIG_ERROR_BADKEY : DG_TSIG_ERROR_BADSIG;
		t.no_mac = true;
	} else if (strstr(say, "BADTRUNC") != NULL) {
		t.error = DG_TSIG_ERROR_BADTRUNC;
	} else if (clock != NULL) {
		time = t.time + atol(clock + 7);
		for (i = 0; i < 6; i++)
			other[i] = (uint8_t)(time >> 8 * (5 - i));
		t.error = DG_TSIG_ERROR_BADTIME;
		t.other = other;
		t.other_len = 6;
	} else if (strstr(say, "late") != NULL) {
		t.time -= 1000;
	}
	unit_tsig_append(e->wire, &e->len, &t);
}

static void hear_update(struct net *n, uint32_t handle, const char *say,
			const struct dg_query *query)
{
	const uint8_t *wire = dg_query_octets(query);
	struct event *e = later(n, handle);

	e->wire = calloc(1, 512);
	e->len = 12;
	memcpy(e->wire, wire, 2);
	e->wire[2] = 0xa8 | (strcmp(say, "tc") == 0 ? 2 : 0);
	if (strcmp(say, "tc") == 0)
		return;
	if (strcmp(say, "garbage") == 0) {
		e->wire[7] = 1;
		return;
	}
	e->wire[3] = (uint8_t)rcode_in(say);
	if (!n->row->keyless && strstr(say, "unsigned") == NULL)
		sign(n, say, wire, query->len, e);
}

static const char *next_say(struct net *n)
{
	const char *const *updates = n->row->updates;
	int i = n->sent++;

	if (i >= (int)COUNT(n->row->updates))
		i = (int)COUNT(n->row->updates) - 1;

	while (i > 0 && updates[i] == NULL)
		i--;
	return updates[i] == NULL ? "NOERROR" : updates[i];
}

static void open_outside(struct net *n, uint32_t handle, const struct dg_ask *ask,
			 const struct dg_query *query, enum dg_heard_kind *ret_failure)
{
	char at[DG_ADDR_TEXT];
	const char *say;

	dg_addr_print(&ask->server, at);
	if (query->message == NULL) {
		hear_question(n, handle, at, query);
		return;
	}
	say = next_say(n);
	check_update(n, dg_query_octets(query), query->len);
	if (strcmp(say, "closed") == 0 || strcmp(say, "cut") == 0) {
		struct event *e = later(n, handle);

		e->failed = true;
		e->failure = say[1] == 'l' ? DG_HEARD_CLOSED : DG_HEARD_CUT;
	} else if (strcmp(say, "noroute") == 0) {
		*ret_failure = DG_HEARD_NO_ROUTE;
	} else if (strcmp(say, "lost") != 0) {
		hear_update(n, handle, say, query);
	}
}

static enum dg_status net_open(void *self, uint32_t handle, enum dg_transport_kind transport,
			       const struct dg_ask *ask, const struct dg_query *query,
			       enum dg_heard_kind *ret_failure)
{
	struct net *n = self;

	(void)transport;
	if (n->outside != NULL)
		n->outside(true);
	open_outside(n, handle, ask, query, ret_failure);
	if (n->outside != NULL)
		n->outside(false);
	return DG_OK;
}

/* ---- the net --------------------------------------------------------------------------------- */

static void net_stop(void *self, uint32_t handle)
{
	struct net *n = self;
	size_t i;

	for (i = n->nevents; i-- > 0;) {
		if (n->event[i].handle != handle)
			continue;
		free(n->event[i].wire);
		n->event[i] = n->event[--n->nevents];
	}
}

static uint32_t net_random(void *self)
{
	struct net *n = self;

	return n->random = n->random * 1664525 + 1013904223;
}

static bool net_octets(void *self, uint8_t *octets, size_t len)
{
	while (len-- > 0)
		*octets++ = (uint8_t)(net_random(self) >> 20);
	return true;
}

static int64_t net_wall(void *self)
{
	struct net *n = self;

	return WALL + n->now / 1000;
}

static enum dg_status net_ask(void *self, const struct dg_ask *ask, struct dg_error *err)
{
	struct net *n = self;

	return dg_pending_ask(n->pending, ask, n->now, err);
}

static void happen(struct net *n, size_t i)
{
	struct event e = n->event[i];

	n->event[i] = n->event[--n->nevents];
	if (e.failed)
		dg_pending_failed(n->pending, e.handle, e.failure, NULL, n->now);
	else
		dg_pending_message(n->pending, e.handle, e.wire, e.len, 10000, n->now);
	free(e.wire);
}

static void net_cancel(void *self, uint64_t ask_id)
{
	struct net *n = self;

	dg_pending_cancel(n->pending, ask_id);
}

static enum dg_status net_wait(void *self, dg_ms until, dg_ms *ret_now, struct dg_heard *ret_heard,
			       struct dg_error *err)
{
	struct net *n = self;

	memset(ret_heard, 0, sizeof(*ret_heard));
	for (;;) {
		dg_ms next;
		size_t i, first = SIZE_MAX;
		enum dg_status status = dg_pending_run(n->pending, n->now, &next, err);

		*ret_now = n->now;
		if (status != DG_OK || dg_pending_heard(n->pending, ret_heard) || n->now >= until)
			return status;
		for (i = 0; i < n->nevents; i++)
			if (first == SIZE_MAX || n->event[i].at < n->event[first].at)
				first = i;
		next = next < until ? next : until;
		if (first != SIZE_MAX && n->event[first].at <= next) {
			if (n->event[first].at > n->now)
				n->now = n->event[first].at;
			happen(n, first);
		} else {
			n->now = next;
		}
	}
}

/* ---- the run --------------------------------------------------------------------------------- */

static char hints[] = "/tmp/test_update.XXXXXX";

enum dg_status unit_update_run(const struct unit_update_row *row, void (*outside)(bool is),
			       struct unit_update_seen *ret_seen,
			       struct dg_update_result *ret_result, struct dg_error *err)
{
	static const char *const asked[] = {"10.0.0.53"};
	struct net n = {.row = row, .random = 20261122, .outside = outside};
	struct dg_carriers carriers = {net_open, net_stop, net_octets, &n};
	struct dg_net seam = {net_ask, net_cancel, net_wait, net_wall, net_random, &n};
	struct dg_update_options update = {.server = row->server, .zone = row->zone, .ttl = 77};
	struct dg_update_order order = {&update, !row->remove, row->name, row->value};
	struct dg_options options;
	enum dg_status status;

	order.name = row->name == NULL ? NAME : row->name;
	order.value = row->value == NULL ? VALUE : row->value;
	if (!row->keyless)
		update.key = unit_tsig_key;
	dg_options_init(&options);
	options.timeout = row->timeout == 0 ? 60000 : row->timeout;
	options.mixed_case = false;
	options.root_hints = hints;
	options.servers = asked;
	options.nservers = row->discover ? 0 : 1;
	n.pending = dg_pending_new(&carriers);
	if (n.pending == NULL)
		return DG_ENOMEM;
	status = dg_update_run_over(&options, &order, &seam, ret_result, err);
	dg_pending_free(n.pending);
	while (n.nevents > 0)
		free(n.event[--n.nevents].wire);
	*ret_seen = (struct unit_update_seen){n.sent, n.now};
	return status;
}

int unit_update_setup(void **state)
{
	static const char text[] = ". 3600 NS a.root.\na.root. 3600 A 10.0.0.50\n";
	int fd = mkstemp(hints);

	(void)state;
	return fd < 0 || write(fd, text, sizeof(text) - 1) < 0 || close(fd) < 0;
}

int unit_update_teardown(void **state)
{
	(void)state;
	return unlink(hints);
}
