/* SPDX-License-Identifier: ISC */
/*
 * The wait for resolvers whose every answer the input decides, no server asked. It ends by its
 * deadline; it is visible only when as many as must have each given an answer with the value in it,
 * which nothing but that question asked for; and its report can be read.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "gate/gate.h"
#include "seam.h"

#define TIMEOUT_MS 30000
#define NAMES 4
#define RESOLVERS 3

static const char *const specs[RESOLVERS] = {"127.0.0.61", "127.0.0.62#54",
					     "tls://127.0.0.63@dns.test"};

struct truth {
	struct dg_addr addr[RESOLVERS];
	bool showed[RESOLVERS];
};

static void delivered(struct fuzz_net *n, const struct dg_ask *ask, const struct dg_msg *msg)
{
	struct truth *truth = n->self;
	const struct dg_rr *rr;
	size_t cursor = 0, i;

	must(ask->recursive && ask->type == DG_TYPE_TXT, "another question through a cache");
	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, NULL, DG_TYPE_TXT, &cursor)) != NULL)
		for (i = 0; i < RESOLVERS; i++)
			if (msg->rcode == DG_RCODE_NOERROR && rr->rdlen == 6 &&
			    memcmp(msg->wire + rr->rdata, "\5value", 6) == 0 &&
			    dg_addr_equal(&truth->addr[i], &ask->server))
				truth->showed[i] = true;
}

static void check_report(const struct dg_gate *gate)
{
	char *text = NULL;
	json_t *report;

	must(dg_gate_report(gate, &text, NULL) == DG_OK, "no report");
	report = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	must(report != NULL, "a report that nobody can read");
	json_decref(report);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const texts[NAMES] = {".", "lab.", "a.example.lab.",
						 "_acme-challenge.example.lab."};
	static const char hints[] = ". NS a.\na. A 127.0.0.1\n";
	static struct dg_name names[NAMES];
	static struct fuzz_net n;
	struct truth truth = {0};
	struct dg_resolvers resolvers = {0};
	struct dg_options o;
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	struct dg_net seam = fuzz_net_seam(&n);
	size_t i, showed = 0;
	uint8_t shape;

	for (i = 0; i < NAMES; i++)
		must(dg_name_parse(&names[i], texts[i], NULL) == DG_OK, "a name");
	for (i = 0; i < RESOLVERS; i++) {
		must(dg_resolvers_add(&resolvers, specs[i], true, true, &err) == DG_OK, err.text);
		truth.addr[i] = resolvers.item[i].addr;
	}
	dg_resolvers_free(&resolvers);
	memset(&n, 0, sizeof(n));
	n.in = (struct input){.data = data, .size = size};
	n.names = names;
	n.nnames = NAMES;
	n.delivered = delivered;
	n.self = &truth;
	shape = input_octet(&n.in);
	dg_options_init(&o);
	o.timeout = TIMEOUT_MS;
	o.dnssec = DG_DNSSEC_OFF;
	o.skip_authoritative = true;
	/* Nobody asks it, but it is read; a short one is sooner read. */
	o.root_hints = input_file(hints, sizeof(hints) - 1);
	o.resolvers = specs;
	o.nresolvers = 1 + shape % RESOLVERS;
	o.require_resolvers = shape & 4 ? 1 : 0;
	must(dg_gate_new(&gate, &o, &err) == DG_OK, err.text);
	must(dg_gate_add(gate, texts[NAMES - 1], "value", &err) == DG_OK, err.text);
	must(dg_gate_run_over(gate, &seam, &err) == DG_OK, err.text);
	must(dg_gate_elapsed(gate) <= TIMEOUT_MS, "beyond its time");
	must(n.asked <= 500, "too many questions");
	for (i = 0; i < o.nresolvers; i++)
		showed += truth.showed[i];
	if (dg_gate_verdict(gate) == DG_VERDICT_VISIBLE)
		must(showed >= (o.require_resolvers > 0 ? o.require_resolvers : o.nresolvers),
		     "visible, though not shown");
	check_report(gate);
	dg_gate_free(gate);
	fuzz_net_end(&n);
	return 0;
}
