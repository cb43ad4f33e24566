/* SPDX-License-Identifier: ISC */
/*
 * The catalogue of misbehaviour. Kinds that change what is said:
 *
 *   rcode NAME        that response code, and nothing else
 *   ede CODE [TEXT]   an extended error in the OPT (RFC 8914); underscores stand for blanks
 *   noaa, ra          AA clear; AA clear and RA set
 *   nodes             two by turns, "a" and "b" by their NSID; "b" says NXDOMAIN
 *   recursion         RA set
 *   nxdomain          NXDOMAIN, and nothing else
 *   case-sensitive    the same, for names with a capital letter
 *   case-refused      REFUSED for these
 *   also-cname        a CNAME at the name too
 *   also-nxdomain     NXDOMAIN beside whatever it says
 *   soa-of ZONE       the SOA record of that zone in a negative answer
 *   new-alias ZONE    a CNAME to a name in the zone that no answer had before, and nothing else
 *   upward [aa]       a referral to the root, with AA
 *   empty             NOERROR and nothing
 *   order last|reverse  CNAMEs behind what they lead to; the answer section back to front
 *   partial           only the first record of the answer
 *   strip             no RRSIGs
 *   wrong-id, wrong-question, wrong-type, lower-case, no-question
 *   truncate          TC, and only the first record left
 *   noedns formerr|notimp|badvers|header|ignore|drop   what comes of a question with EDNS
 *   noedns options    no reply to a question with an EDNS option
 *   noedns zeros      eleven zero octets before the answer, and no EDNS: an OPT record gone wrong
 *
 * and kinds that change what becomes of it:
 *
 *   drop, lose N      no reply; a reply to each Nth question only
 *   deaf N            no reply to the first N questions of each name and type
 *   late SECONDS      the reply, later
 *   twice             two copies
 *   garbage           random octets
 *   wrong-source      from another port
 *   loop              a compression pointer to itself in the answer
 *   cut N             TCP: the connection ends after N octets
 *   trickle           TCP: an octet at a time
 *   closed, noroute, hang   nothing listens; no way there (virtual only); TCP accepts and is silent
 *   untrusted WORDS, broken WORDS, unfit WORDS   TLS and HTTPS: the certificate is not good enough,
 * the connection fails, it does not speak HTTP/2, and so it is told, blanks for underscores
 * (virtual only) hostile KIND      see world_hostile.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "world.h"
#include "world_hostile.h"

struct world_odd *world_find_odd(struct world *w, const char *addr, ldns_rr_type type,
				 enum dg_transport_kind via, double now, size_t skip)
{
	size_t i;

	for (i = 0; i < w->nodds; i++) {
		struct world_odd *odd = &w->odd[i];

		if (strcmp(odd->addr, "*") != 0 && strcmp(odd->addr, addr) != 0)
			continue;
		if ((odd->type != 0 && odd->type != type) || now < odd->from || now >= odd->to ||
		    (odd->only && odd->via != via))
			continue;
		if (skip-- == 0)
			return odd;
	}
	return NULL;
}

static void empty_list(ldns_rr_list *list, size_t keep)
{
	while (ldns_rr_list_rr_count(list) > keep)
		ldns_rr_free(ldns_rr_list_pop_rr(list));
}

static void set_counts(ldns_pkt *pkt)
{
	ldns_pkt_set_qdcount(pkt, (uint16_t)ldns_rr_list_rr_count(ldns_pkt_question(pkt)));
	ldns_pkt_set_ancount(pkt, (uint16_t)ldns_rr_list_rr_count(ldns_pkt_answer(pkt)));
	ldns_pkt_set_nscount(pkt, (uint16_t)ldns_rr_list_rr_count(ldns_pkt_authority(pkt)));
	ldns_pkt_set_arcount(pkt, (uint16_t)ldns_rr_list_rr_count(ldns_pkt_additional(pkt)));
}

static void say_nothing(ldns_pkt *pkt)
{
	empty_list(ldns_pkt_answer(pkt), 0);
	empty_list(ldns_pkt_authority(pkt), 0);
	empty_list(ldns_pkt_additional(pkt), 0);
}

static ldns_pkt_rcode rcode_of(const char *name)
{
	static const struct {
		const char *name;
		ldns_pkt_rcode rcode;
	} codes[] = {{"FORMERR", LDNS_RCODE_FORMERR},   {"SERVFAIL", LDNS_RCODE_SERVFAIL},
		     {"NXDOMAIN", LDNS_RCODE_NXDOMAIN}, {"NOTIMP", LDNS_RCODE_NOTIMPL},
		     {"REFUSED", LDNS_RCODE_REFUSED},   {"NOTAUTH", LDNS_RCODE_NOTAUTH}};
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].name, name) == 0)
			return codes[i].rcode;
	return LDNS_RCODE_SERVFAIL;
}

static void drop_edns(ldns_pkt *pkt)
{
	ldns_pkt_set_edns_udp_size(pkt, 0);
	ldns_pkt_set_edns_do(pkt, false);
}

/* A record that no count counts. */
static void put_zeros(ldns_pkt *pkt)
{
	ldns_rr_list *old = ldns_pkt_answer(pkt), *list = ldns_rr_list_new();
	ldns_rr *rr = ldns_rr_new();

	ldns_rr_set_owner(rr, ldns_dname_new_frm_str("."));
	ldns_rr_set_type(rr, (ldns_rr_type)0);
	ldns_rr_set_class(rr, (ldns_rr_class)0);
	ldns_rr_set_ttl(rr, 0);
	ldns_rr_list_push_rr(list, rr);
	ldns_rr_list_cat(list, old);
	ldns_pkt_set_ancount(pkt, (uint16_t)ldns_rr_list_rr_count(old));
	ldns_pkt_set_answer(pkt, list);
	ldns_rr_list_free(old);
}

static void bend_edns(const struct world_odd *odd, ldns_pkt *pkt)
{
	if (strcmp(odd->arg, "zeros") == 0 || strcmp(odd->arg, "options") == 0) {
		if (odd->arg[0] == 'z')
			drop_edns(pkt);
		return;
	}
	if (strcmp(odd->arg, "ignore") != 0)
		say_nothing(pkt);
	if (strcmp(odd->arg, "formerr") == 0 || strcmp(odd->arg, "header") == 0)
		ldns_pkt_set_rcode(pkt, LDNS_RCODE_FORMERR);
	if (strcmp(odd->arg, "notimp") == 0)
		ldns_pkt_set_rcode(pkt, LDNS_RCODE_NOTIMPL);
	if (strcmp(odd->arg, "header") == 0)
		empty_list(ldns_pkt_question(pkt), 0);
	if (strcmp(odd->arg, "badvers") == 0)
		ldns_pkt_set_edns_extended_rcode(pkt, 1);
	else
		drop_edns(pkt);
}

static void reverse(ldns_rr_list *list)
{
	size_t n = ldns_rr_list_rr_count(list), i;

	for (i = 0; i < n / 2; i++) {
		ldns_rr *a = ldns_rr_list_rr(list, i);

		ldns_rr_list_set_rr(list, ldns_rr_list_rr(list, n - 1 - i), i);
		ldns_rr_list_set_rr(list, a, n - 1 - i);
	}
}

/* What leads on comes last. */
static bool has_capital(const ldns_pkt *query)
{
	const ldns_rdf *name = ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(query), 0));
	size_t i;

	for (i = 0; i < ldns_rdf_size(name); i++)
		if (ldns_rdf_data(name)[i] >= 'A' && ldns_rdf_data(name)[i] <= 'Z')
			return true;
	return false;
}

static void add_cname(ldns_pkt *pkt, const ldns_pkt *query)
{
	char *name = ldns_rdf2str(ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(query), 0)));
	char text[600];
	ldns_rr *rr = NULL;

	snprintf(text, sizeof(text), "%s 60 CNAME elsewhere.test.", name);
	free(name);
	if (ldns_rr_new_frm_str(&rr, text, 60, NULL, NULL) == LDNS_STATUS_OK)
		ldns_rr_list_push_rr(ldns_pkt_answer(pkt), rr);
}

static void aliases_last(ldns_rr_list *list)
{
	size_t n = ldns_rr_list_rr_count(list), i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k + 1 < n; k++) {
			ldns_rr *a = ldns_rr_list_rr(list, k), *b = ldns_rr_list_rr(list, k + 1);

			if (ldns_rr_get_type(a) == LDNS_RR_TYPE_CNAME &&
			    ldns_rr_get_type(b) != LDNS_RR_TYPE_CNAME) {
				ldns_rr_list_set_rr(list, b, k);
				ldns_rr_list_set_rr(list, a, k + 1);
			}
		}
	}
}

static void strip_signatures(ldns_rr_list *list)
{
	size_t i;

	for (i = ldns_rr_list_rr_count(list); i-- > 0;) {
		ldns_rr *last;

		if (ldns_rr_get_type(ldns_rr_list_rr(list, i)) != LDNS_RR_TYPE_RRSIG)
			continue;
		ldns_rr_free(ldns_rr_list_rr(list, i));
		last = ldns_rr_list_pop_rr(list);
		if (i < ldns_rr_list_rr_count(list))
			ldns_rr_list_set_rr(list, last, i);
	}
}

void world_add_error(ldns_pkt *pkt, uint16_t code, const char *text)
{
	uint8_t data[2 + WORLD_WHY] = {(uint8_t)(code >> 8), (uint8_t)code};
	ldns_edns_option_list *list = ldns_pkt_edns_get_option_list(pkt);
	size_t len = strnlen(text, WORLD_WHY), i;

	if (ldns_pkt_edns_udp_size(pkt) == 0)
		return;
	for (i = 0; i < len; i++)
		data[2 + i] = (uint8_t)(text[i] == '_' ? ' ' : text[i]);
	if (list == NULL) {
		list = ldns_edns_option_list_new();
		ldns_pkt_set_edns_option_list(pkt, list);
	}
	ldns_edns_option_list_push(list, ldns_edns_new_from_data(15, 2 + len, data));
}

static void add_error(const struct world_odd *odd, ldns_pkt *pkt)
{
	const char *text = strchr(odd->arg, ' ');

	world_add_error(pkt, (uint16_t)atoi(odd->arg), text == NULL ? "" : text + 1);
}

/* NSID (RFC 5001) as EDNS data: the code, the length, and one letter. */
static void be_a_node(const struct world_odd *odd, ldns_pkt *pkt)
{
	uint8_t option[5] = {0, 3, 0, 1, odd->count % 2 == 0 ? 'a' : 'b'};

	if (ldns_pkt_edns(pkt))
		ldns_pkt_set_edns_data(
		    pkt, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_UNKNOWN, sizeof(option), option));
	if (option[4] == 'a')
		return;
	say_nothing(pkt);
	ldns_pkt_set_rcode(pkt, LDNS_RCODE_NXDOMAIN);
}

static void lead_elsewhere(const struct world_odd *odd, const ldns_pkt *query, ldns_pkt *pkt)
{
	const ldns_rdf *name = ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(query), 0));
	char text[WORLD_WHY + 64];
	ldns_rr *rr = NULL;

	say_nothing(pkt);
	ldns_pkt_set_rcode(pkt, LDNS_RCODE_NOERROR);
	snprintf(text, sizeof(text), "a. 60 CNAME n%u.%s", odd->count, odd->arg);
	ldns_rr_new_frm_str(&rr, text, 60, NULL, NULL);
	ldns_rdf_deep_free(ldns_rr_owner(rr));
	ldns_rr_set_owner(rr, ldns_rdf_clone(name));
	ldns_rr_list_push_rr(ldns_pkt_answer(pkt), rr);
}

/* What negative answers have in the authority section. */
static void take_soa_of(const struct world_odd *odd, ldns_pkt *pkt)
{
	ldns_rr_list *list = ldns_pkt_authority(pkt);
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr *rr = ldns_rr_list_rr(list, i);

		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA)
			continue;
		ldns_rdf_deep_free(ldns_rr_owner(rr));
		ldns_rr_set_owner(rr, ldns_dname_new_frm_str(odd->arg));
	}
}

static void refer_upwards(const struct world_odd *odd, ldns_pkt *pkt)
{
	ldns_rr *rr = NULL;

	say_nothing(pkt);
	ldns_pkt_set_rcode(pkt, LDNS_RCODE_NOERROR);
	ldns_pkt_set_aa(pkt, strcmp(odd->arg, "aa") == 0);
	ldns_rr_new_frm_str(&rr, ". 3600 NS a.root-servers.net.", 60, NULL, NULL);
	ldns_rr_list_push_rr(ldns_pkt_authority(pkt), rr);
}

static void lower_question(ldns_pkt *pkt)
{
	ldns_dname2canonical(ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(pkt), 0)));
}

static void other_question(ldns_pkt *pkt)
{
	ldns_rr *q = ldns_rr_list_rr(ldns_pkt_question(pkt), 0);

	ldns_rdf_deep_free(ldns_rr_owner(q));
	ldns_rr_set_owner(q, ldns_dname_new_frm_str("other.example."));
}

void world_bend_packet(struct world *w, const struct world_odd *odd, const ldns_pkt *query,
		       ldns_pkt *pkt)
{
	const char *kind = odd->kind;

	(void)w;
	if (strcmp(kind, "rcode") == 0) {
		say_nothing(pkt);
		ldns_pkt_set_rcode(pkt, (uint8_t)rcode_of(odd->arg));
		ldns_pkt_set_aa(pkt, false);
	} else if (strcmp(kind, "case-refused") == 0 && has_capital(query)) {
		say_nothing(pkt);
		ldns_pkt_set_rcode(pkt, LDNS_RCODE_REFUSED);
		ldns_pkt_set_aa(pkt, false);
	} else if (strcmp(kind, "ede") == 0) {
		add_error(odd, pkt);
	} else if (strcmp(kind, "nxdomain") == 0 ||
		   (strcmp(kind, "case-sensitive") == 0 && has_capital(query))) {
		say_nothing(pkt);
		ldns_pkt_set_rcode(pkt, LDNS_RCODE_NXDOMAIN);
	} else if (strcmp(kind, "nodes") == 0) {
		be_a_node(odd, pkt);
	} else if (strcmp(kind, "also-cname") == 0) {
		add_cname(pkt, query);
	} else if (strcmp(kind, "also-nxdomain") == 0) {
		ldns_pkt_set_rcode(pkt, LDNS_RCODE_NXDOMAIN);
	} else if (strcmp(kind, "soa-of") == 0) {
		take_soa_of(odd, pkt);
	} else if (strcmp(kind, "new-alias") == 0) {
		lead_elsewhere(odd, query, pkt);
	} else if (strcmp(kind, "recursion") == 0) {
		ldns_pkt_set_ra(pkt, true);
	} else if (strcmp(kind, "noaa") == 0 || strcmp(kind, "ra") == 0) {
		ldns_pkt_set_aa(pkt, false);
		ldns_pkt_set_ra(pkt, kind[0] == 'r');
	} else if (strcmp(kind, "upward") == 0) {
		refer_upwards(odd, pkt);
	} else if (strcmp(kind, "empty") == 0) {
		say_nothing(pkt);
		ldns_pkt_set_rcode(pkt, LDNS_RCODE_NOERROR);
	} else if (strcmp(kind, "order") == 0 && strcmp(odd->arg, "last") == 0) {
		aliases_last(ldns_pkt_answer(pkt));
	} else if (strcmp(kind, "order") == 0) {
		reverse(ldns_pkt_answer(pkt));
	} else if (strcmp(kind, "partial") == 0) {
		empty_list(ldns_pkt_answer(pkt), 1);
	} else if (strcmp(kind, "strip") == 0) {
		strip_signatures(ldns_pkt_answer(pkt));
		strip_signatures(ldns_pkt_authority(pkt));
	} else if (strcmp(kind, "wrong-id") == 0) {
		ldns_pkt_set_id(pkt, (uint16_t)(ldns_pkt_id(pkt) + 1));
	} else if (strcmp(kind, "wrong-question") == 0) {
		other_question(pkt);
	} else if (strcmp(kind, "wrong-type") == 0) {
		ldns_rr_set_type(ldns_rr_list_rr(ldns_pkt_question(pkt), 0), LDNS_RR_TYPE_A);
	} else if (strcmp(kind, "lower-case") == 0) {
		lower_question(pkt);
	} else if (strcmp(kind, "no-question") == 0) {
		empty_list(ldns_pkt_question(pkt), 0);
	} else if (strcmp(kind, "truncate") == 0) {
		ldns_pkt_set_tc(pkt, true);
		empty_list(ldns_pkt_answer(pkt), 1);
	} else if (strcmp(kind, "noedns") == 0 && ldns_pkt_edns(query)) {
		bend_edns(odd, pkt);
	}
	set_counts(pkt);
	if (strcmp(kind, "noedns") == 0 && strcmp(odd->arg, "zeros") == 0 && ldns_pkt_edns(query))
		put_zeros(pkt);
}

/* ---- the fate of it -------------------------------------------------------------------------- */

static void drop_last(struct world_effect *e)
{
	if (e->count > 0)
		free(e->reply[--e->count].wire);
}

static void double_last(struct world_effect *e)
{
	struct world_reply *r = &e->reply[e->count - 1];

	if (e->count == WORLD_REPLIES)
		return;
	e->reply[e->count] = *r;
	e->reply[e->count].wire = malloc(r->len);
	memcpy(e->reply[e->count].wire, r->wire, r->len);
	e->count++;
}

/* The owner of the first record behind the question points at itself. */
static void tie_loop(struct world_reply *r)
{
	size_t at = 12;

	while (at < r->len && r->wire[at] != 0)
		at += 1u + r->wire[at];
	at += 5;
	if (at + 2 > r->len || at > 0x3fff)
		return;
	r->wire[at] = (uint8_t)(0xc0 | at >> 8);
	r->wire[at + 1] = (uint8_t)at;
}

/* How often that address was asked the last question before, over whatever. */
static unsigned count_alike(const struct world *w)
{
	const struct world_asked *last = w->nasked > 0 ? &w->asked[w->nasked - 1] : NULL;
	unsigned n = 0;
	size_t i;

	for (i = 0; i + 1 < w->nasked; i++)
		n += w->asked[i].type == last->type && strcmp(w->asked[i].addr, last->addr) == 0 &&
		     strcasecmp(w->asked[i].name, last->name) == 0;
	return n;
}

void world_bend_effect(struct world *w, const struct world_odd *odd, const ldns_pkt *query,
		       struct world_effect *e)
{
	const char *kind = odd->kind;
	struct world_reply *last = e->count == 0 ? NULL : &e->reply[e->count - 1];
	size_t i;

	if (last == NULL)
		return;
	if (strcmp(kind, "drop") == 0 ||
	    (strcmp(kind, "lose") == 0 && odd->count % (unsigned)atoi(odd->arg) != 0) ||
	    (strcmp(kind, "deaf") == 0 && count_alike(w) < (unsigned)atoi(odd->arg)) ||
	    (strcmp(kind, "noedns") == 0 && strcmp(odd->arg, "drop") == 0 &&
	     ldns_pkt_edns(query)) ||
	    (strcmp(kind, "noedns") == 0 && strcmp(odd->arg, "options") == 0 &&
	     ldns_pkt_edns_get_option_list((ldns_pkt *)query) != NULL)) {
		drop_last(e);
	} else if (strcmp(kind, "late") == 0) {
		e->delay += atof(odd->arg);
	} else if (strcmp(kind, "twice") == 0) {
		double_last(e);
	} else if (strcmp(kind, "garbage") == 0) {
		for (i = 0; i < last->len; i++)
			last->wire[i] = (uint8_t)world_random(w);
	} else if (strcmp(kind, "wrong-source") == 0) {
		last->wrong_source = true;
	} else if (strcmp(kind, "loop") == 0) {
		tie_loop(last);
	} else if (strcmp(kind, "cut") == 0) {
		e->cut = (size_t)atoi(odd->arg);
	} else if (strcmp(kind, "trickle") == 0) {
		e->trickle = true;
	} else if (strcmp(kind, "hostile") == 0) {
		world_hostile(odd->arg, query, last);
	}
}
