/* SPDX-License-Identifier: ISC */
/*
 * The whole gate over a network whose every answer the input decides. Whatever it says:
 *
 * - the run ends by its deadline, after a bounded number of steps;
 * - an observer may read all there is at every event, and nothing is told of what is not there;
 * - questions on their way, questions in all, and memory are bounded, though a server may lead to a
 *   new name with every answer, and then no more;
 * - it says visible only when each address that counts gave as many good answers in a row as it
 *   needs, the last not long ago, and no address that answers well, but without the record, was
 *   left out; and the resolvers, where there are any, show it too, asked after that.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns/answer.h"
#include "gate/gate.h"
#include "net/pending.h"

#define TIMEOUT_MS 14000
#define STEPS 200000
#define LEDGER 4096
#define NAMES 6
#define MAX_PENDING 2500
#define MAX_ASKED 60000
#define MAX_HEAP ((size_t)64 << 20)
#define LOOK_AT_HEAP_EVERY 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one address has shown of one name, as it was delivered. */
struct ledger {
	struct dg_addr addr;
	struct dg_name name;
	unsigned streak;
	dg_ms last_good;
};

struct event {
	dg_ms at;
	uint32_t handle;
	bool failed;
	uint8_t wire[1500];
	size_t len;
	struct dg_addr from;
	struct dg_name name;
	uint16_t type;
};

struct net {
	const uint8_t *data;
	size_t size, pos;
	struct dg_pending *pending;
	dg_ms now;
	struct event *event;
	size_t nevents;
	struct ledger ledger[LEDGER];
	size_t nledgers;
	uint32_t random;
	unsigned steps, fresh, pending_asks, asked, events;
	size_t heap; /* that was in use before */
};

static struct dg_name names[NAMES];
static volatile size_t seen; /* so that what is looked at is read */

/* Of the sanitizers' allocator, where it is linked in. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_in_use(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes != NULL)
		return __sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static uint8_t next(struct net *n)
{
	if (n->pos < n->size)
		return n->data[n->pos++];
	/* Beyond the input the world repeats itself. */
	n->random = n->random * 1664525u + 1013904223u;
	return n->size == 0 ? 0 : n->data[(n->random >> 8) % n->size];
}

static uint32_t net_random(void *self)
{
	struct net *n = self;

	n->random = n->random * 1664525u + 1013904223u;
	return n->random >> 3;
}

static bool net_octets(void *self, uint8_t *octets, size_t len)
{
	while (len-- > 0)
		*octets++ = (uint8_t)net_random(self);
	return true;
}

/* ---- answers out of the input ---------------------------------------------------------------- */

static void put(struct event *e, const void *octets, size_t n)
{
	if (e->len + n > sizeof(e->wire))
		return;
	memcpy(e->wire + e->len, octets, n);
	e->len += n;
}

static void put16(struct event *e, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	put(e, b, 2);
}

/* A name that no answer had before, here or one level up. */
static const struct dg_name *fresh_name(struct net *n, uint8_t c)
{
	static struct dg_name name;
	char text[64];

	snprintf(text, sizeof(text), "n%u.%s", n->fresh++, c & 1 ? "lab." : "example.lab.");
	demand(dg_name_parse(&name, text, NULL) == DG_OK, text);
	return &name;
}

static const struct dg_name *pick_name(struct net *n, const struct event *e)
{
	uint8_t c = next(n);

	if (c & 0x80)
		return &e->name;
	return c >= 0x68 ? fresh_name(n, c) : &names[c % NAMES];
}

static void put_rdata(struct net *n, struct event *e, uint8_t kind)
{
	const struct dg_name *target = pick_name(n, e);
	uint8_t v = next(n);

	switch (kind % 8) {
	case 0:
	case 1: /* TXT, the value or another */
		put16(e, 6);
		put(e, v & 1 ? "\5value" : "\5other", 6);
		break;
	case 2: /* A */
		put16(e, 4);
		put(e, (uint8_t[]){127, 0, v >> 7, (uint8_t)(1 + v % (v & 0x80 ? 64 : 5))}, 4);
		break;
	case 3:
	case 4:
	case 5: /* NS, CNAME, DNAME */
		put16(e, target->len);
		put(e, target->wire, target->len);
		break;
	case 6: /* SOA */
		put16(e, 22);
		put(e, (uint8_t[22]){0, 0, 0, 0, 0, v}, 22);
		break;
	default:
		put16(e, 16);
		put(e, (uint8_t[16]){[15] = (uint8_t)(1 + v % 3)}, 16);
		break;
	}
}

static void put_rr(struct net *n, struct event *e)
{
	static const uint16_t types[] = {DG_TYPE_TXT,   DG_TYPE_TXT,   DG_TYPE_A,   DG_TYPE_NS,
					 DG_TYPE_CNAME, DG_TYPE_DNAME, DG_TYPE_SOA, DG_TYPE_AAAA};
	uint8_t kind = next(n);
	const struct dg_name *owner = pick_name(n, e);

	put(e, owner->wire, owner->len);
	put16(e, types[kind % 8]);
	put16(e, 1);
	put16(e, 0);
	put16(e, 60);
	put_rdata(n, e, kind);
}

static void make_reply(struct net *n, struct event *e, const struct dg_query *query)
{
	uint8_t shape = next(n), flags = next(n), counts = next(n), i;
	unsigned an = counts & 3, ns = counts >> 2 & 3, ar = counts >> 4 & 3;

	put(e, query->wire, DG_MSG_HEADER + query->question_len);
	/* Mostly authoritative and without error: the rest is soon seen. */
	e->wire[2] = (uint8_t)(0x80 | (flags & 1 ? 0 : 4) | (flags & 2 && shape & 1 ? 2 : 0));
	e->wire[3] = (uint8_t)(flags & 0x40 ? flags >> 2 & 0xf : 0);
	e->wire[7] = (uint8_t)an;
	e->wire[9] = (uint8_t)ns;
	e->wire[10] = 0;
	e->wire[11] = (uint8_t)ar;
	for (i = 0; i < an + ns + ar; i++)
		put_rr(n, e);
	if (shape % 16 == 15)
		e->wire[next(n) % e->len] ^= next(n);
	if (shape % 16 == 14)
		e->len = next(n) % (e->len + 1);
	if (shape % 16 == 13)
		for (i = next(n); i > 0; i--)
			put(e, (uint8_t[]){next(n)}, 1);
}

static enum dg_status net_open(void *self, uint32_t handle, enum dg_transport_kind transport,
			       const struct dg_ask *ask, const struct dg_query *query,
			       enum dg_heard_kind *ret_failure)
{
	struct net *n = self;
	uint8_t fate = next(n);
	struct event *e;

	if (ask->recursive != (query->wire[2] & 1) ||
	    (transport >= DG_TRANSPORT_TLS) != (ask->secure != NULL))
		abort();
	if (fate >= 250) {
		*ret_failure = fate == 250 ? DG_HEARD_NO_ROUTE : DG_HEARD_CLOSED;
		return DG_OK;
	}
	if (fate >= 240)
		return fate == 240 ? DG_ELIMIT : DG_OK;
	n->event = realloc(n->event, (n->nevents + 1) * sizeof(*e));
	e = &n->event[n->nevents++];
	memset(e, 0, sizeof(*e));
	e->handle = handle;
	e->at = n->now + 1 + (fate % 16 == 0 ? next(n) * 20 : fate % 32);
	e->from = ask->server;
	e->failed = fate >= 235;
	if (!e->failed) {
		struct dg_msg asked;

		if (dg_msg_read(&asked, query->wire, query->len, NULL) != DG_OK)
			abort();
		e->name = asked.qname;
		e->type = asked.qtype;
		dg_msg_free(&asked);
		make_reply(n, e, query);
	}
	return DG_OK;
}

static void net_stop(void *self, uint32_t handle)
{
	struct net *n = self;
	size_t i;

	for (i = n->nevents; i-- > 0;)
		if (n->event[i].handle == handle)
			n->event[i] = n->event[--n->nevents];
}

/* ---- what was really shown ------------------------------------------------------------------- */

static struct ledger *ledger_of(struct net *n, const struct dg_addr *addr,
				const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < n->nledgers; i++)
		if (dg_addr_equal(&n->ledger[i].addr, addr) &&
		    dg_name_equal(&n->ledger[i].name, name))
			return &n->ledger[i];
	if (n->nledgers == LEDGER)
		return NULL;
	n->ledger[n->nledgers] = (struct ledger){.addr = *addr, .name = *name, .last_good = -1};
	return &n->ledger[n->nledgers++];
}

static bool shows_value(const struct dg_msg *msg, const struct dg_name *name)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_TXT, &cursor)) != NULL)
		if (rr->rdlen == 6 && memcmp(msg->wire + rr->rdata, "\5value", 6) == 0)
			return true;
	return false;
}

static void enter_in_ledger(struct net *n, const struct event *e)
{
	struct ledger *l = ledger_of(n, &e->from, &e->name);
	struct dg_answer a;
	struct dg_msg msg;

	if (l == NULL || e->type != DG_TYPE_TXT ||
	    dg_msg_read(&msg, e->wire, e->len, NULL) != DG_OK)
		return;
	dg_answer_read(&msg, &e->name, DG_TYPE_TXT, NULL, &a);
	if (msg.tc) {
		/* Not used, whatever it says. */
	} else if ((msg.aa || !msg.ra) &&
		   (a.kind == DG_ANSWER_ALIAS ||
		    (a.kind == DG_ANSWER_DATA && shows_value(&msg, &e->name)))) {
		l->streak++;
		l->last_good = n->now;
	} else {
		l->streak = 0;
	}
	dg_msg_free(&msg);
}

/* ---- the world ------------------------------------------------------------------------------- */

static enum dg_status net_ask(void *self, const struct dg_ask *ask, struct dg_error *err)
{
	struct net *n = self;

	demand(++n->pending_asks <= MAX_PENDING, "too many questions on their way");
	demand(++n->asked <= MAX_ASKED, "too many questions");
	return dg_pending_ask(n->pending, ask, n->now, err);
}

static void net_cancel(void *self, uint64_t ask_id)
{
	struct net *n = self;

	n->pending_asks--;
	dg_pending_cancel(n->pending, ask_id);
}

static void happen(struct net *n, size_t i)
{
	static const enum dg_heard_kind failures[] = {DG_HEARD_CUT, DG_HEARD_OLD, DG_HEARD_BROKEN,
						      DG_HEARD_UNFIT};
	struct event e = n->event[i];

	n->event[i] = n->event[--n->nevents];
	if (e.failed) {
		dg_pending_failed(n->pending, e.handle, failures[next(n) % 4], "why not", n->now);
		return;
	}
	enter_in_ledger(n, &e);
	dg_pending_message(n->pending, e.handle, e.wire, e.len, 1000, n->now);
}

static enum dg_status net_wait(void *self, dg_ms until, dg_ms *ret_now, struct dg_heard *ret_heard,
			       struct dg_error *err)
{
	struct net *n = self;

	memset(ret_heard, 0, sizeof(*ret_heard));
	for (;;) {
		dg_ms due;
		size_t first = SIZE_MAX, i;

		if (++n->steps > STEPS) {
			fputs("no end of it\n", stderr);
			abort();
		}
		if (dg_pending_run(n->pending, n->now, &due, err) != DG_OK)
			abort();
		*ret_now = n->now;
		if (n->steps % LOOK_AT_HEAP_EVERY == 0)
			demand(heap_in_use() <=
				   n->heap + MAX_HEAP + n->nevents * sizeof(struct event),
			       "too much memory");
		if (dg_pending_heard(n->pending, ret_heard)) {
			n->pending_asks--;
			return DG_OK;
		}
		if (n->now >= until)
			return DG_OK;
		due = due < until ? due : until;
		for (i = 0; i < n->nevents; i++)
			if (first == SIZE_MAX || n->event[i].at < n->event[first].at)
				first = i;
		if (first != SIZE_MAX && n->event[first].at <= due) {
			n->now = n->event[first].at > n->now ? n->event[first].at : n->now;
			happen(n, first);
		} else {
			n->now = due;
		}
	}
}

static int64_t net_wall(void *self)
{
	(void)self;
	return 1795276800;
}

/* ---- the observer ---------------------------------------------------------------------------- */

static void read_text(const char *text, bool may_be_missing)
{
	demand(text != NULL || may_be_missing, "no text");
	seen += text == NULL ? 0 : strlen(text);
}

static void read_row(const struct dg_record *r, size_t i)
{
	struct dg_row row;
	size_t k;

	dg_record_row(r, i, &row);
	read_text(row.address, false);
	read_text(row.owner, false);
	read_text(row.detail, false);
	read_text(row.resolver, !row.recursive);
	read_text(row.server, true);
	read_text(row.target, true);
	read_text(row.reason, true);
	read_text(row.ede_text, true);
	read_text(row.nsid, true);
	read_text(row.rcode_text, true);
	read_text(dg_state_text(row.state), false);
	read_text(dg_security_text(row.security), false);
	for (k = 0; k < row.nvalues; k++)
		read_text(row.values[k], false);
	for (k = 0; k < row.nmoments; k++)
		read_text(row.moments[k].event, false);
}

static void read_record(const struct dg_record *r)
{
	size_t i;

	read_text(dg_record_name(r), false);
	read_text(dg_record_zone(r), true);
	read_text(dg_record_trouble(r), true);
	read_text(dg_record_caa(r), true);
	read_text(dg_security_text(dg_record_security(r)), false);
	for (i = 0; i <= dg_record_rows(r) + 1; i++)
		read_row(r, i);
	for (i = 0; i <= dg_record_cuts(r); i++) {
		read_text(dg_record_cut(r, i), i == dg_record_cuts(r));
		read_text(dg_security_text(dg_record_cut_security(r, i)), false);
	}
	for (i = 0; i < dg_record_findings(r); i++)
		read_text(dg_record_finding(r, i)->text, false);
	demand(dg_record_finding(r, i) == NULL, "a finding beyond the last");
}

static void check_record(struct net *n, const struct dg_record *r);

/* A verdict is held against what was shown at the moment it falls. */
static void on_event(void *self, const struct dg_gate *gate, const struct dg_event *event)
{
	struct net *n = self;
	char *json = NULL;
	size_t i;

	demand(event->elapsed <= TIMEOUT_MS, "told too late");
	demand((event->record == NULL) == (event->kind == DG_EVENT_TICK), "no record");
	if (event->kind == DG_EVENT_ROW)
		demand(event->row < dg_record_rows(event->record), "told of no row");
	if (event->kind == DG_EVENT_VERDICT &&
	    dg_record_verdict(event->record) == DG_VERDICT_VISIBLE)
		check_record(n, event->record);
	for (i = 0; i < dg_gate_records(gate); i++)
		read_record(dg_gate_record(gate, i));
	demand(dg_gate_record(gate, i) == NULL, "a record beyond the last");
	if (++n->events % 64 != 1)
		return;
	demand(dg_gate_report(gate, &json, NULL) == DG_OK, "no report");
	free(json);
}

/* ---- the properties -------------------------------------------------------------------------- */

static void must(bool holds, const char *what, const struct dg_row *row)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s about %s, %s, %u of %u\n", what, row->address, row->owner,
		dg_state_text(row->state), row->confirmations, row->needed);
	abort();
}

static void check_row(struct net *n, const struct dg_row *row)
{
	struct dg_addr addr;
	struct dg_name name;
	struct ledger *l;

	if (row->recursive) {
		must(row->showing && row->queries > 0, "not shown by a resolver", row);
		return;
	}
	if (dg_addr_parse(&addr, row->address, (uint16_t)row->port, NULL) != DG_OK ||
	    dg_name_parse(&name, row->owner, NULL) != DG_OK)
		abort();
	if (!row->required) {
		must(row->state != DG_STATE_ABSENT && row->state != DG_STATE_OTHER, "left out",
		     row);
		return;
	}
	l = ledger_of(n, &addr, &name);
	if (l == NULL)
		return;
	must(row->confirmations >= row->needed && row->needed >= 3, "not confirmed", row);
	must(l->streak >= 3, "not shown three times in a row", row);
	must(l->last_good >= 0 && n->now - l->last_good <= DG_FRESH_MS, "shown too long ago", row);
}

static void check_record(struct net *n, const struct dg_record *r)
{
	struct dg_row row;
	size_t i;

	for (i = 0; i < dg_record_rows(r); i++) {
		dg_record_row(r, i, &row);
		check_row(n, &row);
	}
}

static char hints[] = "/tmp/dns01gate-fuzz.XXXXXX";

static void remove_hints(void)
{
	unlink(hints);
}

/* Two root servers are as good as thirteen, and sooner read. */
static void write_hints(void)
{
	static const char text[] = ". NS a.\n. NS b.\na. A 127.0.0.1\nb. A 127.0.0.2\n";
	int fd = mkstemp(hints);

	if (fd < 0 || write(fd, text, sizeof(text) - 1) < 0)
		abort();
	close(fd);
	atexit(remove_hints);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const texts[NAMES] = {".",
						 "lab.",
						 "example.lab.",
						 "ns.example.lab.",
						 "a.example.lab.",
						 "_acme-challenge.example.lab."};
	struct net *n = calloc(1, sizeof(*n));
	struct dg_carriers carriers = {net_open, net_stop, net_octets, n};
	struct dg_net seam = {net_ask, net_cancel, net_wait, net_wall, net_random, n};
	static const char *const given[] = {"127.0.0.1", "127.0.0.2"};
	static const char *const resolvers[] = {"127.0.0.61", "tls://127.0.0.62",
						"https://dns.lab/dns-query"};
	struct dg_options o;
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	char *json = NULL;
	size_t i;

	for (i = 0; i < NAMES; i++)
		if (dg_name_parse(&names[i], texts[i], NULL) != DG_OK)
			abort();
	n->data = data;
	n->size = size;
	n->random = 1;
	n->pending = dg_pending_new(&carriers);
	n->heap = heap_in_use();
	if (strstr(hints, "XXXXXX") != NULL)
		write_hints();
	dg_options_init(&o);
	o.root_hints = hints;
	o.timeout = TIMEOUT_MS;
	o.observer = (struct dg_observer){.event = on_event, .self = n, .tick = 1000};
	/* Nothing here is signed: with validation the gate never opens, but asks for more. */
	if (size % 4 != 3)
		o.dnssec = DG_DNSSEC_OFF;
	o.diagnose = size > 0 && (data[0] & 16) != 0;
	if (size > 0 && data[0] & 2) {
		o.resolvers = resolvers;
		o.nresolvers = data[0] & 8 ? 3 : 1;
		o.skip_authoritative = (data[0] & 4) != 0;
	}
	if (size > 0 && data[0] & 1) {
		o.servers = given;
		o.nservers = 2;
	}
	if (dg_gate_new(&gate, &o, &err) != DG_OK ||
	    dg_gate_add(gate, "_acme-challenge.example.lab", "value", &err) != DG_OK ||
	    (size > 0 && (data[0] & 32) != 0 &&
	     dg_gate_add(gate, "a.example.lab", "value", &err) != DG_OK) ||
	    dg_gate_run_over(gate, &seam, &err) != DG_OK ||
	    dg_gate_report(gate, &json, &err) != DG_OK) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	if (dg_gate_elapsed(gate) > TIMEOUT_MS)
		abort();
	/* Where one record is missing, the others are not looked at once more at the end. */
	for (i = 0; dg_gate_verdict(gate) == DG_VERDICT_VISIBLE && i < dg_gate_records(gate); i++)
		check_record(n, dg_gate_record(gate, i));
	free(json);
	dg_gate_free(gate);
	dg_pending_free(n->pending);
	free(n->event);
	free(n);
	return 0;
}
