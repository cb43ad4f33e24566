/* SPDX-License-Identifier: ISC */
#include "world_cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINKS 16
#define STALE_TTL 30
#define NOT_KEPT (-INT64_C(1000000000000))
#define EDE_STALE 3
#define EDE_STALE_NXDOMAIN 19
#define EDE_UNREACHABLE 22

/* ---- the script ------------------------------------------------------------------------------ */

/* An option and its argument; how many words, 0: no such option. */
static size_t read_option(struct world_resolver *r, char **word, size_t n)
{
	const char *arg = n > 1 ? word[1] : "";

	if (strcmp(word[0], "validate") == 0)
		r->validate = true;
	else if (strcmp(word[0], "strip") == 0)
		r->strip = true;
	else if (strcmp(word[0], "nodo") == 0)
		r->nodo = true;
	else if (strcmp(word[0], "noauthority") == 0)
		r->noauthority = true;
	else if (strcmp(word[0], "caches") == 0 && (r->caches = (size_t)atoi(arg)) > 0)
		return 2;
	else if (strcmp(word[0], "stale") == 0 && (r->stale = atoi(arg)) > 0)
		return 2;
	else if (strcmp(word[0], "repeats") == 0 && (r->repeats = atoi(arg)) > 0)
		return 2;
	else if (strcmp(word[0], "ttl") == 0 && n > 1)
		return r->most = atoi(arg), 2;
	else if (strcmp(word[0], "from") == 0 && n > 1)
		return snprintf(r->from, sizeof(r->from), "%s", arg), 2;
	else if (strcmp(word[0], "order") == 0 &&
		 (strcmp(arg, "last") == 0 || strcmp(arg, "reverse") == 0))
		return snprintf(r->order, sizeof(r->order), "%s", arg), 2;
	else
		return 0;
	return 1;
}

bool world_resolver_read(struct world *w, char **word, size_t n)
{
	struct world_resolver like = {.caches = 1, .most = INT32_MAX};
	size_t naddrs = 0, i, used;
	struct dg_error err = {0};
	struct dg_addr addr;

	while (1 + naddrs < n && dg_addr_parse(&addr, word[1 + naddrs], 53, &err) == DG_OK)
		naddrs++;
	for (i = 1 + naddrs; i < n; i += used)
		if ((used = read_option(&like, word + i, n - i)) == 0)
			return false;
	for (i = 0; i < naddrs; i++) {
		w->resolver = world_more(w->resolver, w->nresolvers, sizeof(like));
		snprintf(like.addr, sizeof(like.addr), "%s", word[1 + i]);
		w->resolver[w->nresolvers++] = like;
	}
	return naddrs > 0;
}

bool world_resolver_hold(struct world *w, int line, const char *text)
{
	struct world_held h = {0};
	char name[300];
	int at = 0;
	size_t i;

	if (sscanf(text, " holds %" SCNd64 "/%zu %n", &h.seconds, &h.only, &at) != 2 &&
	    sscanf(text, " holds %" SCNd64 " %n", &h.seconds, &at) != 1)
		return false;
	if (at == 0)
		return false;
	if (sscanf(text + at, "nodata %299s", name) == 1)
		h.type = LDNS_RR_TYPE_TXT;
	else if (sscanf(text + at, "nxdomain %299s", name) != 1)
		h.rr = world_read_rr(w, line, text + at, NULL);
	h.name = h.rr != NULL ? ldns_rdf_clone(ldns_rr_owner(h.rr)) : ldns_dname_new_frm_str(name);
	for (i = w->first_held; i < w->nresolvers && h.name != NULL; i++) {
		struct world_resolver *r = &w->resolver[i];

		r->held = world_more(r->held, r->nheld, sizeof(h));
		r->held[r->nheld] = h;
		r->held[r->nheld].name = ldns_rdf_clone(h.name);
		r->held[r->nheld++].rr = h.rr == NULL ? NULL : ldns_rr_clone(h.rr);
	}
	ldns_rr_free(h.rr);
	ldns_rdf_deep_free(h.name);
	return i > w->first_held;
}

void world_resolvers_free(struct world *w)
{
	while (w->nresolvers > 0)
		world_cache_free(&w->resolver[--w->nresolvers]);
	free(w->resolver);
}

const char *world_resolver_address(const struct world *w, size_t i)
{
	return w->resolver[i].addr;
}

static struct world_resolver *find_resolver(const struct world *w, const char *addr)
{
	size_t i;

	for (i = 0; i < w->nresolvers; i++)
		if (strcmp(w->resolver[i].addr, addr) == 0)
			return &w->resolver[i];
	return NULL;
}

bool world_is_resolver(const struct world *w, const char *addr)
{
	return find_resolver(w, addr) != NULL;
}

/* ---- asking servers -------------------------------------------------------------------------- */

static bool is_answer(const ldns_pkt *reply, const ldns_pkt *query)
{
	const ldns_rr_list *q = ldns_pkt_question(reply);

	return ldns_pkt_id(reply) == ldns_pkt_id(query) && ldns_rr_list_rr_count(q) == 1 &&
	       ldns_rr_compare(ldns_rr_list_rr(q, 0),
			       ldns_rr_list_rr(ldns_pkt_question(query), 0)) == 0;
}

/* What a server says over UDP or TCP that answers the question, or NULL. */
static ldns_pkt *hear(struct world_task *t, const char *addr, enum dg_transport_kind via,
		      const ldns_pkt *query)
{
	struct world_effect e;
	ldns_pkt *found = NULL;
	size_t i;

	world_connect(t->w, addr, via, t->now, &e);
	if (!e.closed && !e.no_route && !e.hang)
		world_answer_oddly(t->w, addr, via, query, t->now, &e);
	for (i = 0; i < e.count && found == NULL; i++) {
		const struct world_reply *r = &e.reply[i];

		if (r->wrong_source || (via == DG_TRANSPORT_TCP && r->len > e.cut) ||
		    ldns_wire2pkt(&found, r->wire, r->len) != LDNS_STATUS_OK) {
			found = NULL;
		} else if (!is_answer(found, query)) {
			ldns_pkt_free(found);
			found = NULL;
		}
	}
	world_effect_free(&e);
	return found;
}

/* The same, truncation and all, and only what is an authoritative server's answer. */
static ldns_pkt *ask_server(struct world_task *t, const char *addr, const ldns_rdf *name,
			    ldns_rr_type type)
{
	ldns_pkt *query =
	    ldns_pkt_query_new(ldns_rdf_clone(name), type, LDNS_RR_CLASS_IN, (uint16_t)0);
	ldns_pkt *reply;

	ldns_pkt_set_edns_udp_size(query, 1232);
	ldns_pkt_set_edns_do(query, true);
	reply = hear(t, addr, DG_TRANSPORT_UDP, query);
	if (reply == NULL || ldns_pkt_tc(reply)) {
		ldns_pkt_free(reply);
		reply = hear(t, addr, DG_TRANSPORT_TCP, query);
	}
	ldns_pkt_free(query);
	if (reply != NULL && ldns_pkt_aa(reply) &&
	    (ldns_pkt_get_rcode(reply) == LDNS_RCODE_NOERROR ||
	     ldns_pkt_get_rcode(reply) == LDNS_RCODE_NXDOMAIN))
		return reply;
	ldns_pkt_free(reply);
	return NULL;
}

/* Of the servers of the name's zone the first that answers, beginning with the one it prefers. */
static ldns_pkt *ask_zone(struct world_task *t, const ldns_rdf *name, ldns_rr_type type)
{
	const struct world_zone *zone = world_zone_for(t->w, name, type);
	ldns_pkt *reply = NULL;
	size_t i, k;
	int pass;

	for (pass = 0; pass < 2 && zone != NULL; pass++) {
		for (i = 0; i < t->w->nzones; i++) {
			const struct world_zone *z = &t->w->zone[i];

			if (ldns_dname_compare(z->origin, zone->origin) != 0)
				continue;
			for (k = 0; k < z->naddrs && reply == NULL; k++)
				if ((strcmp(z->addr[k], t->r->from) == 0) == (pass == 0))
					reply = ask_server(t, z->addr[k], name, type);
		}
	}
	return reply;
}

static bool is_type(const ldns_rr *rr, ldns_rr_type type)
{
	return ldns_rr_get_type(rr) == type ||
	       (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
		ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == type);
}

/* Of an answer what is of this name, and the DNAME that stands for it; true: it has the type. */
static bool pick_answer(const ldns_pkt *reply, const ldns_rdf *name, ldns_rr_type type,
			ldns_rr_list *onto)
{
	const ldns_rr_list *list = ldns_pkt_answer(reply);
	bool has = false;
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		bool same = ldns_dname_compare(ldns_rr_owner(rr), name) == 0;

		if (same ? is_type(rr, type) || is_type(rr, LDNS_RR_TYPE_CNAME)
			 : is_type(rr, LDNS_RR_TYPE_DNAME) &&
			       ldns_dname_is_subdomain(name, ldns_rr_owner(rr)))
			ldns_rr_list_push_rr(onto, ldns_rr_clone(rr));
		has = has || (same && ldns_rr_get_type(rr) == type);
	}
	return has;
}

/* Of the authority section what goes with an answer: all when there is nothing, else the proofs. */
static void pick_authority(const ldns_pkt *reply, bool negative, ldns_rr_list *onto)
{
	const ldns_rr_list *list = ldns_pkt_authority(reply);
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);

		if (negative || is_type(rr, LDNS_RR_TYPE_NSEC) || is_type(rr, LDNS_RR_TYPE_NSEC3))
			ldns_rr_list_push_rr(onto, ldns_rr_clone(rr));
	}
}

/* How long it may be kept: RFC 2308 section 5 for what is not there, -1 where no SOA tells. */
static int64_t seconds_of(const struct world_cached *c)
{
	const ldns_rr_list *list = c->negative ? c->authority : c->answer;
	int64_t least = INT32_MAX;
	bool told = !c->negative;
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		bool soa = ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA;

		if (c->negative && !soa)
			continue;
		told = true;
		if (ldns_rr_ttl(rr) < least)
			least = ldns_rr_ttl(rr);
		if (soa && c->negative && ldns_rdf2native_int32(ldns_rr_rdf(rr, 6)) < least)
			least = ldns_rdf2native_int32(ldns_rr_rdf(rr, 6));
	}
	return told ? least : -1;
}

static bool has_signature(const struct world_cached *c)
{
	const ldns_rr_list *list = c->negative ? c->authority : c->answer;
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (ldns_rr_get_type(ldns_rr_list_rr(list, i)) == LDNS_RR_TYPE_RRSIG)
			return true;
	return false;
}

/* Asks, and keeps what it hears; NULL: nobody answers. */
static struct world_cached *fetch(struct world_task *t, const ldns_rdf *name, ldns_rr_type type)
{
	ldns_pkt *reply = ask_zone(t, name, type);
	ldns_rr_list *answer;
	struct world_cached *c;
	int64_t seconds;
	bool has, gone;

	if (reply == NULL)
		return NULL;
	answer = ldns_rr_list_new();
	has = pick_answer(reply, name, type, answer);
	gone = ldns_pkt_get_rcode(reply) == LDNS_RCODE_NXDOMAIN;
	if (has || ldns_rr_list_rr_count(answer) == 0)
		c = world_cache_add(t, name, !has && gone ? 0 : type);
	else
		c = world_cache_add(t, name, LDNS_RR_TYPE_CNAME);
	c->negative = ldns_rr_list_rr_count(answer) == 0;
	world_move_all(c->answer, answer);
	pick_authority(reply, c->negative, c->authority);
	ldns_pkt_free(reply);
	seconds = seconds_of(c);
	c->end = seconds < 0 ? NOT_KEPT : t->second + (seconds < t->r->most ? seconds : t->r->most);
	c->secure = world_all_signed(t->w, name, type) && has_signature(c);
	return c;
}

/* ---- answering ------------------------------------------------------------------------------- */

static void copy_records(const struct world_task *t, const ldns_rr_list *list, int64_t ttl,
			 ldns_pkt_section section)
{
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr *copy = ldns_rr_clone(ldns_rr_list_rr(list, i));
		ldns_rr_type type = ldns_rr_get_type(copy);

		ldns_rr_set_ttl(copy, (uint32_t)ttl);
		if (type == LDNS_RR_TYPE_RRSIG || type == LDNS_RR_TYPE_NSEC ||
		    type == LDNS_RR_TYPE_NSEC3 || section == LDNS_SECTION_AUTHORITY) {
			if (!t->dnssec_ok && type != LDNS_RR_TYPE_SOA) {
				ldns_rr_free(copy);
				continue;
			}
		}
		ldns_pkt_push_rr(t->pkt, section, copy);
	}
}

/* Says what is known; the name that it leads to, or NULL. */
static ldns_rdf *say(struct world_task *t, const struct world_cached *c, ldns_rr_type type,
		     bool stale)
{
	int64_t ttl = stale ? STALE_TTL : c->end == NOT_KEPT ? 0 : c->end - t->second;
	size_t i;

	if (c->negative && t->r->repeats > 0)
		ttl = t->r->repeats;
	if (stale)
		t->error = c->type == 0 ? EDE_STALE_NXDOMAIN : EDE_STALE;
	t->secure = t->secure && c->secure;
	copy_records(t, c->answer, ttl, LDNS_SECTION_ANSWER);
	if (!c->negative || !t->r->noauthority)
		copy_records(t, c->authority, ttl, LDNS_SECTION_AUTHORITY);
	if (c->type == 0)
		ldns_pkt_set_rcode(t->pkt, LDNS_RCODE_NXDOMAIN);
	for (i = 0; i < ldns_rr_list_rr_count(c->answer); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(c->answer, i);

		if (c->type == LDNS_RR_TYPE_CNAME && type != LDNS_RR_TYPE_CNAME &&
		    ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME)
			return ldns_rdf_clone(ldns_rr_rdf(rr, 0));
	}
	return NULL;
}

/* One link; the name to go on with, or NULL. */
static ldns_rdf *step(struct world_task *t, const ldns_rdf *name, ldns_rr_type type)
{
	const struct world_cached *c = world_cache_find(t, name, type, 0);
	ldns_rdf *next;

	if (c == NULL && t->r->stale > 0 &&
	    (c = world_cache_find(t, name, type, t->r->stale)) != NULL) {
		next = say(t, c, type, true);
		fetch(t, name, type);
		return next;
	}
	if (c == NULL)
		c = fetch(t, name, type);
	if (c != NULL)
		return say(t, c, type, false);
	t->failed = true;
	return NULL;
}

static void fail(struct world_task *t)
{
	struct world_odd empty = {.kind = "rcode", .arg = "SERVFAIL"};

	world_bend_packet(t->w, &empty, t->pkt, t->pkt);
	t->secure = false;
	t->error = EDE_UNREACHABLE;
}

static void finish(struct world_task *t, const ldns_pkt *query)
{
	struct world_odd strip = {.kind = "strip"}, order = {.kind = "order"};

	if (t->failed)
		fail(t);
	if (t->error != 0)
		world_add_error(t->pkt, t->error, "");
	if (t->r->strip)
		world_bend_packet(t->w, &strip, query, t->pkt);
	memcpy(order.arg, t->r->order, sizeof(t->r->order));
	if (order.arg[0] != '\0')
		world_bend_packet(t->w, &order, query, t->pkt);
	ldns_pkt_set_ad(t->pkt, t->r->validate && t->secure && !ldns_pkt_cd(query) &&
				    (ldns_pkt_edns_do(query) || ldns_pkt_ad(query)));
}

ldns_pkt *world_resolve(struct world *w, const char *addr, const ldns_pkt *query, double now)
{
	const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
	struct world_task t = {.w = w, .r = find_resolver(w, addr), .now = now, .secure = true};
	ldns_rr_type type = ldns_rr_get_type(question);
	ldns_rdf *name;
	int owners;

	if (t.r == NULL)
		return NULL;
	world_cache_plant(&t);
	t.second = now < 0 ? 0 : (int64_t)now;
	t.cache = t.r->turn++ % t.r->caches;
	t.dnssec_ok = ldns_pkt_edns_do(query) && !t.r->nodo;
	t.pkt = ldns_pkt_new();
	ldns_pkt_set_qr(t.pkt, true);
	ldns_pkt_set_ra(t.pkt, true);
	ldns_pkt_set_rd(t.pkt, true);
	ldns_pkt_set_cd(t.pkt, ldns_pkt_cd(query));
	ldns_pkt_set_id(t.pkt, ldns_pkt_id(query));
	ldns_pkt_push_rr(t.pkt, LDNS_SECTION_QUESTION, ldns_rr_clone(question));
	if (ldns_pkt_edns(query)) {
		ldns_pkt_set_edns_udp_size(t.pkt, 1232);
		ldns_pkt_set_edns_do(t.pkt, t.dnssec_ok);
	}
	name = ldns_rdf_clone(ldns_rr_owner(question));
	for (owners = 0; name != NULL && owners < LINKS; owners++) {
		ldns_rdf *next = step(&t, name, type);

		ldns_rdf_deep_free(name);
		name = next;
	}
	t.failed = t.failed || name != NULL;
	ldns_rdf_deep_free(name);
	finish(&t, query);
	return t.pkt;
}
