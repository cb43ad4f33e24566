/* SPDX-License-Identifier: ISC */
#include "random_opening.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../hostile/dice.h"
#include "script.h"

#define PICK(m, list) ((list)[dice_below(&(m)->dice, sizeof(list) / sizeof((list)[0]))])

/* A zone, and its servers: 127.0.NET.1 and so on. */
struct made_zone {
	const char *origin, *host; /* of its servers' names */
	unsigned net, servers;
	char sign[32]; /* "": it is not signed */
};

enum form { FORM_PLAIN, FORM_DELEGATED, FORM_ALIAS };

struct maker {
	struct random_opening *out;
	struct dice dice;
	enum form form;
	struct made_zone tld, domain, last; /* the last is used with FORM_DELEGATED and _ALIAS */
};

static bool chance(struct maker *m, unsigned percent)
{
	return dice_chance(&m->dice, percent * 10);
}

static void say(struct maker *m, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	script_add(m->out->script, OPENING_SCRIPT, format, args);
	va_end(args);
}

/* ---- zones ----------------------------------------------------------------------------------- */

static void choose_signing(struct maker *m, struct made_zone *z, unsigned percent)
{
	static const char *const signs[] = {"sign 13", "sign 13 nsec3", "sign 8",
					    "sign 15 compact"};

	if (chance(m, percent))
		strcpy(z->sign, PICK(m, signs));
}

/* Its NS set, and its servers' addresses. */
static void add_servers(struct maker *m, const struct made_zone *z)
{
	unsigned i;

	for (i = 1; i <= z->servers; i++)
		say(m, "\t%s NS ns%u.%s\n\tns%u.%s A 127.0.%u.%u\n", z->origin, i, z->host, i,
		    z->host, z->net, i);
}

static void begin_zone(struct maker *m, const struct made_zone *z)
{
	unsigned i;

	say(m, "zone %s", z->origin);
	for (i = 1; i <= z->servers; i++)
		say(m, " 127.0.%u.%u", z->net, i);
	say(m, "\n");
	if (z->sign[0] != '\0')
		say(m, "\t%s\n", z->sign);
}

/* The zone that the record is in, and its name there. */
static const struct made_zone *home(const struct maker *m)
{
	return m->form == FORM_PLAIN ? &m->domain : &m->last;
}

static const char *record_name(const struct maker *m)
{
	return m->form == FORM_ALIAS ? "acme.other.lab." : OPENING_NAME;
}

static void add_domain(struct maker *m)
{
	add_servers(m, &m->domain);
	if (m->form == FORM_PLAIN)
		say(m, "\t%s 60 TXT \"%s\"\n", OPENING_NAME, OPENING_VALUE);
	else if (m->form == FORM_DELEGATED)
		add_servers(m, &m->last);
	else
		say(m, "\t%s CNAME acme.other.lab.\n", OPENING_NAME);
}

static void add_zones(struct maker *m)
{
	static const struct made_zone root = {".", "", 0, 1, "sign 13"};

	begin_zone(m, &root);
	say(m, "\t. NS root.\n\troot. A 127.0.0.1\n");
	add_servers(m, &m->tld);
	begin_zone(m, &m->tld);
	add_servers(m, &m->tld);
	add_servers(m, &m->domain);
	if (m->form == FORM_ALIAS)
		add_servers(m, &m->last);
	begin_zone(m, &m->domain);
	add_domain(m);
	if (m->form == FORM_PLAIN)
		return;
	begin_zone(m, &m->last);
	/* What its parent has as glue is its own, unless the names are the parent's. */
	if (m->form == FORM_ALIAS)
		add_servers(m, &m->last);
	else
		say(m, "\t%s NS ns1.%s\n", m->last.origin, m->last.host);
	say(m, "\t%s 60 TXT \"%s\"\n", record_name(m), OPENING_VALUE);
}

/* ---- what comes late, and what is odd -------------------------------------------------------- */

static void add_lags(struct maker *m)
{
	unsigned i, late = chance(m, 50) ? 60 : 0;

	for (i = 1; i <= home(m)->servers; i++) {
		if (chance(m, 10))
			say(m, "at 0 127.0.%u.%u add %s 60 TXT \"older\"\n", home(m)->net, i,
			    record_name(m));
		if (!chance(m, late))
			continue;
		say(m, "at 0 127.0.%u.%u del %s TXT\n", home(m)->net, i, record_name(m));
		if (chance(m, 20))
			say(m, "at 0 127.0.%u.%u add %s 60 TXT \"older\"\n", home(m)->net, i,
			    record_name(m));
		/* Or never. */
		if (chance(m, 80))
			say(m, "at %u.%u 127.0.%u.%u add %s 60 TXT \"%s\"\n",
			    dice_below(&m->dice, 4), dice_below(&m->dice, 10), home(m)->net, i,
			    record_name(m), OPENING_VALUE);
	}
}

static void add_odd(struct maker *m)
{
	static const char *const kinds[] = {"nxdomain",       "noaa",           "ra",
					    "rcode REFUSED",  "rcode SERVFAIL", "drop",
					    "also-nxdomain",  "soa-of lab.",    "empty",
					    "upward",         "upward aa",      "case-sensitive",
					    "case-refused",   "lower-case",     "strip",
					    "noedns formerr", "noedns drop",    "truncate",
					    "wrong-id",       "wrong-question", "garbage",
					    "late 1",         "lose 3",         "recursion",
					    "closed",         "deaf 1",         "no-question",
					    "order reverse",  "twice",          "sig-expired",
					    "sig-forged",     "noedns ignore",  "noedns notimp",
					    "wrong-type"};
	static const char *const above[] = {"drop",   "rcode REFUSED", "rcode SERVFAIL", "noaa",
					    "late 1", "nxdomain",      "lose 3"};
	bool high = chance(m, 20);
	const struct made_zone *z =
	    high || m->form == FORM_PLAIN || chance(m, 30) ? &m->domain : &m->last;
	const char *kind = high ? PICK(m, above) : PICK(m, kinds);

	if (high && (m->form == FORM_PLAIN || chance(m, 50)))
		z = &m->tld;
	if (z->servers == 1)
		return;
	snprintf(m->out->odd, sizeof(m->out->odd), "%s", kind);
	m->out->in_signed_zone = z->sign[0] != '\0';
	say(m, "on 127.0.%u.%u %s%s\n", z->net, 1 + dice_below(&m->dice, z->servers),
	    chance(m, 50) && strchr(kind, '-') == NULL && strncmp(kind, "noedns", 6) != 0
		? "for TXT "
		: "",
	    kind);
}

/* One server of the parent of a zone has another version of the delegation. */
static void add_other_parent(struct maker *m)
{
	const struct made_zone *child = m->form == FORM_DELEGATED && chance(m, 50) ? &m->last
										   : &m->domain,
			       *parent = child == &m->domain ? &m->tld : &m->domain;
	unsigned server, kind = dice_below(&m->dice, 5), i;

	if (parent->servers == 1)
		return;
	server = 1 + dice_below(&m->dice, parent->servers);
	if (kind == 4) {
		snprintf(m->out->odd, sizeof(m->out->odd), "another DS");
		if (child->sign[0] == '\0' || parent->sign[0] == '\0')
			return;
		say(m, "at 0 127.0.%u.%u del %s DS\n", parent->net, server, child->origin);
		say(m, "at 0 127.0.%u.%u add %s 60 DS 12345 13 2 %064d\n", parent->net, server,
		    child->origin, 7);
		return;
	}
	say(m, "at 0 127.0.%u.%u del %s NS\nat 0 127.0.%u.%u del %s DS\n", parent->net, server,
	    child->origin, parent->net, server, child->origin);
	for (i = 1; i <= child->servers; i++)
		say(m, "at 0 127.0.%u.%u del ns%u.%s A\n", parent->net, server, i, child->host);
	if (kind == 0) {
		snprintf(m->out->odd, sizeof(m->out->odd), "no delegation");
		return;
	}
	/* Another NS set: to a server with the record, one without it, or none. */
	snprintf(m->out->odd, sizeof(m->out->odd), "another NS set (%u)", kind);
	say(m, "at 0 127.0.%u.%u add %s 60 NS former.%s\n", parent->net, server, child->origin,
	    child->host);
	say(m, "at 0 127.0.%u.%u add former.%s 60 A 127.0.9.1\n", parent->net, server, child->host);
	if (kind == 3 || child != home(m))
		return;
	say(m, "zone %s 127.0.9.1\n", child->origin);
	if (child->sign[0] != '\0')
		say(m, "\t%s\n", child->sign);
	say(m, "\t%s NS former.%s\n", child->origin, child->host);
	if (kind == 1)
		say(m, "\t%s 60 TXT \"%s\"\n", record_name(m), OPENING_VALUE);
}

void random_opening_make(struct random_opening *ret, uint32_t seed)
{
	struct maker m = {.out = ret,
			  .dice = {seed},
			  .tld = {.origin = "lab.", .host = "lab.", .net = 1},
			  .domain = {.origin = "example.lab.", .host = "example.lab.", .net = 2}};

	memset(ret, 0, sizeof(*ret));
	say(&m, "# %u\n", seed);
	m.form = (enum form)dice_below(&m.dice, 3);
	m.last = m.form == FORM_ALIAS
		     ? (struct made_zone){"other.lab.", "other.lab.", 3, 0, ""}
		     : (struct made_zone){OPENING_NAME, "acme.example.lab.", 3, 0, ""};
	m.tld.servers = 1 + dice_below(&m.dice, 3);
	m.domain.servers = 2 + dice_below(&m.dice, 3);
	m.last.servers = 1 + dice_below(&m.dice, 3);
	choose_signing(&m, &m.tld, 70);
	choose_signing(&m, &m.domain, 50);
	choose_signing(&m, &m.last, 50);
	add_zones(&m);
	add_lags(&m);
	if (chance(&m, 25))
		add_other_parent(&m);
	else if (chance(&m, 65))
		add_odd(&m);
}
