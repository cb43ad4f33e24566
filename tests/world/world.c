/* SPDX-License-Identifier: ISC */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "world_resolver.h"
#include "world_sign.h"

#define DEFAULT_TTL 60
#define WORDS (WORLD_ADDRS + 2)

static void *must(void *p)
{
	if (p == NULL) {
		fputs("out of memory\n", stderr);
		exit(70);
	}
	return p;
}

static void wrong(const struct world *w, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", w->file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(64);
}

uint32_t world_random(struct world *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 17;
	w->random ^= w->random << 5;
	return w->random;
}

/* ---- reading a script ------------------------------------------------------------------------ */

/* The words of a line, which is cut up; how many. */
static size_t split(char *line, char *word[WORDS])
{
	char *rest = NULL, *w;
	size_t n = 0;

	for (w = strtok_r(line, " \t\n", &rest); w != NULL && n < WORDS;
	     w = strtok_r(NULL, " \t\n", &rest))
		word[n++] = w;
	return n;
}

ldns_rr *world_read_rr(const struct world *w, int line, const char *text, const ldns_rdf *origin)
{
	ldns_rr *rr = NULL;
	ldns_status s = ldns_rr_new_frm_str(&rr, text, DEFAULT_TTL, origin, NULL);

	if (s != LDNS_STATUS_OK)
		wrong(w, line, "%s: %s", ldns_get_errorstr_by_id(s), text);
	return rr;
}

/* The same zone on the same servers again: its records go on. It moves to the end. */
static bool reopen_zone(struct world *w, char **word, size_t n)
{
	size_t i, k;

	for (i = 0; i < w->nzones; i++) {
		struct world_zone z = w->zone[i];
		char *origin = ldns_rdf2str(z.origin);
		bool same = strcmp(origin, word[1]) == 0 && z.naddrs == n - 2;

		for (k = 0; same && k < z.naddrs; k++)
			same = strcmp(z.addr[k], word[k + 2]) == 0;
		free(origin);
		if (!same)
			continue;
		w->zone[i] = w->zone[w->nzones - 1];
		w->zone[w->nzones - 1] = z;
		return true;
	}
	return false;
}

static void add_zone(struct world *w, int line, char **word, size_t n)
{
	struct world_zone *z;
	size_t i;

	if (n < 3 || n - 2 > WORLD_ADDRS)
		wrong(w, line, "zone ORIGIN ADDR...");
	if (reopen_zone(w, word, n))
		return;
	w->zone = must(realloc(w->zone, (w->nzones + 1) * sizeof(*w->zone)));
	z = &w->zone[w->nzones++];
	memset(z, 0, sizeof(*z));
	z->origin = must(ldns_dname_new_frm_str(word[1]));
	z->rrs = must(ldns_rr_list_new());
	for (i = 2; i < n; i++)
		snprintf(z->addr[z->naddrs++], DG_ADDR_TEXT, "%s", word[i]);
}

/* A made-up value of the right form, the same in each run. */
static void old_value(struct world *w, char out[44])
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	int i;

	for (i = 0; i < 43; i++)
		out[i] = letters[world_random(w) % 64];
	out[43] = '\0';
}

static void sign_zone(struct world *w, int line, struct world_zone *z, const char *text)
{
	char copy[16384], *word[WORDS];

	snprintf(copy, sizeof(copy), "%s", text);
	world_signing_free(z->signing);
	z->signing = world_signing_read(word, split(copy, word));
	if (z->signing == NULL)
		wrong(w, line, "sign ALGORITHM [nsec|nsec3|compact] [csk] [optout] [KEY=VALUE]...");
}

static void add_record(struct world *w, int line, char *text)
{
	struct world_zone *z = w->nzones == 0 ? NULL : &w->zone[w->nzones - 1];
	char first[16], name[300], made[400], value[44];
	unsigned count, i;

	if (z == NULL)
		wrong(w, line, "a record before any zone");
	if (sscanf(text, " %15s %u", first, &count) == 2 && strcmp(first, "sign") == 0) {
		sign_zone(w, line, z, text);
		return;
	}
	if (sscanf(text, " %15s %u %299s", first, &count, name) != 3 || strcmp(first, "old") != 0) {
		ldns_rr_list_push_rr(z->rrs,
				     world_read_rr(w, line, text + strspn(text, " \t"), z->origin));
		return;
	}
	for (i = 1; i <= count; i++) {
		old_value(w, value);
		snprintf(made, sizeof(made), "%s TXT \"%s\"", name, value);
		ldns_rr_list_push_rr(z->rrs, world_read_rr(w, line, made, z->origin));
	}
}

struct world_zone *world_zone_of(const struct world *w, const ldns_rdf *name)
{
	struct world_zone *best = NULL;
	size_t i;

	for (i = 0; i < w->nzones; i++) {
		struct world_zone *z = &w->zone[i];

		if ((ldns_dname_compare(name, z->origin) == 0 ||
		     ldns_dname_is_subdomain(name, z->origin)) &&
		    (best == NULL ||
		     ldns_dname_label_count(z->origin) > ldns_dname_label_count(best->origin)))
			best = z;
	}
	return best;
}

static bool is_served_by(const struct world_zone *z, const char *addr)
{
	size_t i;

	for (i = 0; i < z->naddrs; i++)
		if (strcmp(z->addr[i], addr) == 0)
			return true;
	return false;
}

/* The deepest zone with the name that the address serves; where it serves none, or all are meant,
 * the deepest of all. */
static struct world_zone *changed_zone(const struct world *w, const ldns_rdf *name,
				       const char *addr)
{
	struct world_zone *best = NULL;
	size_t i;

	for (i = 0; i < w->nzones; i++) {
		struct world_zone *z = &w->zone[i];

		if (is_served_by(z, addr) &&
		    (ldns_dname_compare(name, z->origin) == 0 ||
		     ldns_dname_is_subdomain(name, z->origin)) &&
		    (best == NULL ||
		     ldns_dname_label_count(z->origin) > ldns_dname_label_count(best->origin)))
			best = z;
	}
	return best != NULL ? best : world_zone_of(w, name);
}

/* "at SECONDS ADDR add RR", "... slip RR" without raising the serial, "... del NAME TYPE" */
static void add_change(struct world *w, int line, const char *text)
{
	struct world_change c = {0};
	char what[8], rest[1024];
	struct world_zone *z;

	if (sscanf(text, "at %lf %45s %7s %1023[^\n]", &c.at, c.addr, what, rest) != 4)
		wrong(w, line, "at SECONDS ADDR add RR | del NAME TYPE");
	c.slip = strcmp(what, "slip") == 0;
	c.add = c.slip || strcmp(what, "add") == 0;
	if (!c.add) {
		char name[300], type[16];

		if (sscanf(rest, "%299s %15s", name, type) != 2)
			wrong(w, line, "del NAME TYPE");
		c.rr = must(ldns_rr_new());
		ldns_rr_set_owner(c.rr, must(ldns_dname_new_frm_str(name)));
		ldns_rr_set_type(c.rr, ldns_get_rr_type_by_name(type));
	} else {
		c.rr = world_read_rr(w, line, rest, NULL);
	}
	z = changed_zone(w, ldns_rr_owner(c.rr), c.addr);
	if (z == NULL)
		wrong(w, line, "no zone for that name");
	z->change = must(realloc(z->change, (z->nchanges + 1) * sizeof(c)));
	z->change[z->nchanges++] = c;
}

static bool read_transport(const char *text, enum dg_transport_kind *ret)
{
	static const char *const names[] = {"udp", "tcp", "tls", "https"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], text) != 0)
			continue;
		*ret = (enum dg_transport_kind)i;
		return true;
	}
	return false;
}

static void add_host(struct world *w, int line, char **word, size_t n)
{
	struct world_host *h;

	if (n != 3)
		wrong(w, line, "host NAME ADDR");
	w->host = must(realloc(w->host, (w->nhosts + 1) * sizeof(*w->host)));
	h = &w->host[w->nhosts++];
	snprintf(h->name, sizeof(h->name), "%s", word[1]);
	snprintf(h->addr, sizeof(h->addr), "%s", word[2]);
}

const char *world_look_up(const struct world *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->nhosts; i++)
		if (strcmp(w->host[i].name, name) == 0)
			return w->host[i].addr;
	return NULL;
}

static void add_odd(struct world *w, int line, char **word, size_t n)
{
	struct world_odd odd = {.to = 1e9};
	size_t i = 2, len;

	if (n < 3)
		wrong(w, line, "on ADDR [from S] [to S] [for TYPE] [TRANSPORT] [also] KIND [ARG]");
	snprintf(odd.addr, sizeof(odd.addr), "%s", word[1]);
	for (; i < n; i++) {
		if (strcmp(word[i], "from") == 0 && i + 1 < n)
			odd.from = atof(word[++i]);
		else if (strcmp(word[i], "to") == 0 && i + 1 < n)
			odd.to = atof(word[++i]);
		else if (strcmp(word[i], "for") == 0 && i + 1 < n)
			odd.type = ldns_get_rr_type_by_name(word[++i]);
		else if (read_transport(word[i], &odd.via))
			odd.only = true;
		else if (strcmp(word[i], "also") == 0)
			odd.also = true;
		else
			break;
	}
	if (i == n || n - i > 3)
		wrong(w, line, "one KIND and at most two ARGs");
	snprintf(odd.kind, sizeof(odd.kind), "%s", word[i]);
	while (++i < n) {
		len = strlen(odd.arg);
		snprintf(odd.arg + len, sizeof(odd.arg) - len, "%s%s", len > 0 ? " " : "", word[i]);
	}
	w->odd = must(realloc(w->odd, (w->nodds + 1) * sizeof(odd)));
	w->odd[w->nodds++] = odd;
}

static void read_line(struct world *w, int line, char *text)
{
	char copy[16384], *word[WORDS];
	size_t n;

	text[strcspn(text, "\n")] = '\0';
	if (text[strspn(text, " \t")] == '\0' || text[0] == '#')
		return;
	if (text[0] == ' ' || text[0] == '\t') {
		if (w->first_held == w->nresolvers)
			add_record(w, line, text);
		else if (!world_resolver_hold(w, line, text))
			wrong(w, line, "holds SECONDS[/K] nxdomain NAME | nodata NAME | RR");
		return;
	}
	snprintf(copy, sizeof(copy), "%s", text);
	n = split(copy, word);
	if (n == 0)
		return;
	w->first_held = w->nresolvers;
	if (strcmp(word[0], "zone") == 0)
		add_zone(w, line, word, n);
	else if (strcmp(word[0], "at") == 0)
		add_change(w, line, text);
	else if (strcmp(word[0], "on") == 0)
		add_odd(w, line, word, n);
	else if (strcmp(word[0], "host") == 0)
		add_host(w, line, word, n);
	else if (strcmp(word[0], "resolver") == 0) {
		if (!world_resolver_read(w, word, n))
			wrong(w, line, "resolver ADDR... [OPTION]...");
	} else if (strcmp(word[0], "rtt") == 0 && n == 2)
		w->rtt = atof(word[1]);
	else if (strcmp(word[0], "seeds") == 0 && n == 2)
		w->seeds = (unsigned)atoi(word[1]);
	else if (strcmp(word[0], "expected") == 0 && n == 4 && w->nexpected < 16) {
		struct world_expected *e = &w->expected[w->nexpected++];

		snprintf(e->addr, sizeof(e->addr), "%s", word[1]);
		e->from = atof(word[2]);
		e->until = atof(word[3]);
	} else if (strcmp(word[0], "published") == 0 && n == 2)
		w->published = atoll(word[1]);
	else if (strcmp(word[0], "net") == 0)
		w->net = must(strdup(text + 3));
	else if (strcmp(word[0], "run") == 0)
		w->run = must(strdup(text + 3));
	else if (strcmp(word[0], "expect") == 0 && w->nexpects < WORLD_LINES) {
		w->expect_line[w->nexpects] = line;
		w->expect[w->nexpects++] = must(strdup(text + 6));
	} else {
		wrong(w, line, "unknown word \"%s\"", word[0]);
	}
}

static void read_file(struct world *w, const char *file)
{
	FILE *fp = fopen(file, "r");
	const char *slash = strrchr(file, '/');
	char text[16384], included[1024], name[512];
	int line = 0;

	w->file = file;
	if (fp == NULL)
		wrong(w, 0, "cannot be read");
	while (fgets(text, sizeof(text), fp) != NULL) {
		line++;
		if (sscanf(text, "include %511s", name) != 1) {
			read_line(w, line, text);
			continue;
		}
		snprintf(included, sizeof(included), "%.*s%s",
			 slash == NULL ? 0 : (int)(slash + 1 - file), file, name);
		read_file(w, included);
		w->file = file;
	}
	fclose(fp);
}

static void add_soa(struct world_zone *z)
{
	char *origin = ldns_rdf2str(z->origin), text[700];
	ldns_rr *rr = NULL;
	size_t i;

	for (i = 0; i < ldns_rr_list_rr_count(z->rrs); i++)
		if (ldns_rr_get_type(ldns_rr_list_rr(z->rrs, i)) == LDNS_RR_TYPE_SOA)
			rr = ldns_rr_list_rr(z->rrs, i);
	if (rr == NULL) {
		snprintf(text, sizeof(text), "%s 3600 SOA mname. rname. 1 3600 600 86400 60",
			 origin);
		ldns_rr_new_frm_str(&rr, text, DEFAULT_TTL, NULL, NULL);
		ldns_rr_list_push_rr(z->rrs, must(rr));
	}
	free(origin);
}

struct world *world_load(const char *file)
{
	struct world *w = must(calloc(1, sizeof(*w)));
	size_t i;

	w->rtt = 0.02;
	w->random = 2463534242u;
	read_file(w, file);
	w->wall = time(NULL);
	for (i = 0; i < w->nzones; i++)
		add_soa(&w->zone[i]);
	world_sign_zones(w);
	return w;
}

void world_free(struct world *w)
{
	size_t i, k;

	for (i = 0; i < w->nzones; i++) {
		struct world_zone *z = &w->zone[i];

		for (k = 0; k < z->nchanges; k++)
			ldns_rr_free(z->change[k].rr);
		free(z->change);
		world_signing_free(z->signing);
		ldns_rr_list_deep_free(z->rrs);
		ldns_rdf_deep_free(z->origin);
	}
	for (i = 0; i < w->nexpects; i++)
		free(w->expect[i]);
	world_resolvers_free(w);
	free(w->zone);
	free(w->host);
	free(w->odd);
	free(w->asked);
	free(w->run);
	free(w->net);
	free(w);
}

static size_t add_address(char addr[WORLD_ADDRS][DG_ADDR_TEXT], size_t n, const char *one)
{
	size_t k;

	for (k = 0; k < n && strcmp(addr[k], one) != 0; k++)
		;
	if (k < n || n == WORLD_ADDRS)
		return n;
	strcpy(addr[n], one);
	return n + 1;
}

size_t world_addresses(const struct world *w, char addr[WORLD_ADDRS][DG_ADDR_TEXT])
{
	size_t n = 0, z, i;

	for (z = 0; z < w->nzones; z++)
		for (i = 0; i < w->zone[z].naddrs; i++)
			n = add_address(addr, n, w->zone[z].addr[i]);
	for (i = 0; i < w->nresolvers; i++)
		n = add_address(addr, n, world_resolver_address(w, i));
	return n;
}

void world_hints(const struct world *w, char path[64])
{
	size_t z, i;
	FILE *fp;
	int fd;

	strcpy(path, "/tmp/dns01gate-hints.XXXXXX");
	fd = mkstemp(path);
	fp = fd < 0 ? NULL : fdopen(fd, "w");
	must(fp);
	for (z = 0; z < w->nzones; z++) {
		if (ldns_dname_label_count(w->zone[z].origin) != 0)
			continue;
		for (i = 0; i < w->zone[z].naddrs; i++)
			fprintf(fp, ". NS root%zu.\nroot%zu. %s %s\n", i, i,
				strchr(w->zone[z].addr[i], ':') != NULL ? "AAAA" : "A",
				w->zone[z].addr[i]);
	}
	fclose(fp);
}

/* ---- being asked ----------------------------------------------------------------------------- */

static void note(struct world *w, const char *addr, enum dg_transport_kind via,
		 const ldns_pkt *query, double now)
{
	const ldns_rr *q = ldns_rr_list_rr(ldns_pkt_question(query), 0);
	char *name = ldns_rdf2str(ldns_rr_owner(q)), *c;
	struct world_asked a = {.at = now,
				.type = ldns_rr_get_type(q),
				.via = via,
				.edns = ldns_pkt_edns(query),
				.dnssec_ok = ldns_pkt_edns_do(query),
				.rd = ldns_pkt_rd(query),
				.id = ldns_pkt_id(query)};

	for (c = name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c |= 0x20;
	snprintf(a.addr, sizeof(a.addr), "%s", addr);
	snprintf(a.name, sizeof(a.name), "%s", name);
	free(name);
	if ((w->nasked & (w->nasked - 1)) == 0)
		w->asked =
		    must(realloc(w->asked, (w->nasked == 0 ? 1 : w->nasked * 2) * sizeof(a)));
	w->asked[w->nasked++] = a;
}

static void put_on_wire(struct world_effect *e, ldns_pkt *reply, const ldns_pkt *query,
			enum dg_transport_kind via)
{
	size_t most = via != DG_TRANSPORT_UDP ? 65535
		      : ldns_pkt_edns(query)  ? ldns_pkt_edns_udp_size(query)
					      : 512;
	struct world_reply *r = &e->reply[e->count];

	must(reply);
	r->wire = NULL;
	ldns_pkt2wire(&r->wire, reply, &r->len);
	if (r->len > most) {
		free(r->wire);
		r->wire = NULL;
		ldns_pkt_set_tc(reply, true);
		while (ldns_rr_list_rr_count(ldns_pkt_answer(reply)) > 0)
			ldns_rr_free(ldns_rr_list_pop_rr(ldns_pkt_answer(reply)));
		while (ldns_rr_list_rr_count(ldns_pkt_authority(reply)) > 0)
			ldns_rr_free(ldns_rr_list_pop_rr(ldns_pkt_authority(reply)));
		while (ldns_rr_list_rr_count(ldns_pkt_additional(reply)) > 0)
			ldns_rr_free(ldns_rr_list_pop_rr(ldns_pkt_additional(reply)));
		ldns_pkt_set_ancount(reply, 0);
		ldns_pkt_set_nscount(reply, 0);
		ldns_pkt_set_arcount(reply, 0);
		ldns_pkt2wire(&r->wire, reply, &r->len);
	}
	must(r->wire);
	e->count++;
}

static ldns_pkt *true_reply(struct world *w, const char *addr, const ldns_pkt *query, double now)
{
	ldns_pkt *reply = ldns_pkt_rd(query) ? world_resolve(w, addr, query, now) : NULL;

	if (reply == NULL)
		reply = world_answer(w, addr, query, now);
	if (reply != NULL)
		return reply;
	/* Not one of its zones. */
	reply = must(ldns_pkt_new());
	ldns_pkt_set_qr(reply, true);
	ldns_pkt_set_id(reply, ldns_pkt_id(query));
	ldns_pkt_set_rcode(reply, LDNS_RCODE_REFUSED);
	ldns_pkt_push_rr(reply, LDNS_SECTION_QUESTION,
			 ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(query), 0)));
	if (ldns_pkt_edns(query))
		ldns_pkt_set_edns_udp_size(reply, 1232);
	return reply;
}

static bool is_there(const struct world *w, const char *addr)
{
	size_t z, i;

	for (z = 0; z < w->nzones; z++)
		for (i = 0; i < w->zone[z].naddrs; i++)
			if (strcmp(w->zone[z].addr[i], addr) == 0)
				return true;
	for (i = 0; i < w->nresolvers; i++)
		if (strcmp(world_resolver_address(w, i), addr) == 0)
			return true;
	return false;
}

void world_connect(struct world *w, const char *addr, enum dg_transport_kind via, double now,
		   struct world_effect *ret)
{
	bool secure = via == DG_TRANSPORT_TLS || via == DG_TRANSPORT_HTTPS;
	struct world_odd *odd;
	size_t skip, i;

	memset(ret, 0, sizeof(*ret));
	ret->cut = SIZE_MAX;
	ret->nobody = !is_there(w, addr);
	for (skip = 0; (odd = world_find_odd(w, addr, 0, via, now, skip)) != NULL; skip++) {
		ret->closed = ret->closed || strcmp(odd->kind, "closed") == 0;
		ret->no_route = ret->no_route || strcmp(odd->kind, "noroute") == 0;
		ret->hang = ret->hang || strcmp(odd->kind, "hang") == 0;
		if (!secure ||
		    (strcmp(odd->kind, "untrusted") != 0 && strcmp(odd->kind, "broken") != 0 &&
		     strcmp(odd->kind, "unfit") != 0))
			continue;
		ret->untrusted = strcmp(odd->kind, "untrusted") == 0;
		ret->broken = strcmp(odd->kind, "broken") == 0;
		ret->unfit = strcmp(odd->kind, "unfit") == 0;
		for (i = 0; i < WORLD_WHY; i++)
			ret->why[i] = (char)(odd->arg[i] == '_' ? ' ' : odd->arg[i]);
	}
}

void world_answer_oddly(struct world *w, const char *addr, enum dg_transport_kind via,
			const ldns_pkt *q, double now, struct world_effect *ret)
{
	ldns_rr_type type = ldns_rr_get_type(ldns_rr_list_rr(ldns_pkt_question(q), 0));
	struct world_odd *odd;
	ldns_pkt *reply;
	size_t skip;

	for (skip = 0; (odd = world_find_odd(w, addr, type, via, now, skip)) != NULL; skip++) {
		struct world_effect beside = {.cut = SIZE_MAX};

		odd->count++;
		if (!odd->also || ret->count + 1 >= WORLD_REPLIES)
			continue;
		reply = true_reply(w, addr, q, now);
		world_bend_packet(w, odd, q, reply);
		put_on_wire(&beside, reply, q, via);
		ldns_pkt_free(reply);
		world_bend_effect(w, odd, q, &beside);
		if (beside.count > 0)
			ret->reply[ret->count++] = beside.reply[0];
	}
	reply = true_reply(w, addr, q, now);
	for (skip = 0; (odd = world_find_odd(w, addr, type, via, now, skip)) != NULL; skip++)
		if (!odd->also)
			world_bend_packet(w, odd, q, reply);
	put_on_wire(ret, reply, q, via);
	ldns_pkt_free(reply);
	for (skip = 0; (odd = world_find_odd(w, addr, type, via, now, skip)) != NULL; skip++)
		if (!odd->also)
			world_bend_effect(w, odd, q, ret);
}

void world_ask(struct world *w, const char *addr, enum dg_transport_kind via, const uint8_t *query,
	       size_t len, double now, struct world_effect *ret)
{
	ldns_pkt *q = NULL;

	world_connect(w, addr, via, now, ret);
	if (ldns_wire2pkt(&q, query, len) == LDNS_STATUS_OK &&
	    ldns_rr_list_rr_count(ldns_pkt_question(q)) == 1) {
		note(w, addr, via, q, now);
		world_answer_oddly(w, addr, via, q, now, ret);
	}
	ldns_pkt_free(q);
}

void world_effect_free(struct world_effect *effect)
{
	while (effect->count > 0)
		free(effect->reply[--effect->count].wire);
}

int world_split_run(char *run, char **argv, int room)
{
	char *at = run + strspn(run, " \t");
	int argc = 0;

	while (*at != '\0' && argc < room) {
		bool quoted = *at == '"';

		at += quoted;
		argv[argc++] = at;
		at += strcspn(at, quoted ? "\"" : " \t");
		if (*at != '\0')
			*at++ = '\0';
		at += strspn(at, " \t");
	}
	argv[argc] = NULL;
	return argc;
}
