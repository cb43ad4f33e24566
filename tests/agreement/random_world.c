/* SPDX-License-Identifier: ISC */
#include "random_world.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define ZONES 8
#define NAMES 512

struct made_zone {
	char origin[300]; /* with the final dot; the root: "" */
	char above[300];
	int number;
	bool is_signed;
};

struct maker {
	struct random_world *out;
	uint64_t state;
	struct made_zone zone[ZONES];
	size_t nzones;
	/* What exists and is no alias: targets. */
	char target[NAMES][256];
	size_t ntargets;
	/* What can be asked for, and by how much more often than others. */
	char ask[NAMES][256];
	size_t nasks;
};

#define PICK(m, list) ((list)[draw(m, sizeof(list) / sizeof((list)[0]))])

static uint32_t draw(struct maker *m, size_t below)
{
	/* splitmix64 */
	uint64_t z = m->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) % below);
}

static bool chance(struct maker *m, unsigned percent)
{
	return draw(m, 100) < percent;
}

static void say(struct maker *m, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	script_add(m->out->script, RANDOM_SCRIPT, format, args);
	va_end(args);
}

static void add_name(char list[NAMES][256], size_t *n, const char *label, const char *origin)
{
	if (*n < NAMES)
		snprintf(list[(*n)++], 256, "%s%s%s", label, label[0] == '\0' ? "" : ".",
			 origin[0] == '\0' && label[0] != '\0' ? "" : origin);
}

/* ---- zones ----------------------------------------------------------------------------------- */

static void place_zones(struct maker *m)
{
	static const char *const labels[] = {"one", "two", "x.three", "four", "y.z.five"};
	size_t depth = 1 + draw(m, 4), i;

	m->nzones = depth + 2;
	for (i = 0; i < m->nzones; i++) {
		struct made_zone *z = &m->zone[i], *up;

		z->number = (int)i + 1;
		if (i == 0)
			continue;
		up = i == 1 ? &m->zone[0] : i <= depth ? &m->zone[i - 1] : &m->zone[1];
		strcpy(z->above, up->origin);
		if (i == 1)
			strcpy(z->origin, "lab.");
		else
			snprintf(z->origin, sizeof(z->origin), "%s.%.200s",
				 i > depth ? "beside" : PICK(m, labels), up->origin);
	}
}

/* A child more than one label below. There Unbound asks for the DS of each label, and where its
 * absence is proven with more than 150 iterations takes all below for unsigned. */
static bool has_deep_child(const struct maker *m, const struct made_zone *z)
{
	size_t i;

	for (i = 1; i < m->nzones; i++)
		if (strcmp(m->zone[i].above, z->origin) == 0 &&
		    strcmp(strchr(m->zone[i].origin, '.') + 1, z->origin) != 0)
			return true;
	return false;
}

static void sign_zone(struct maker *m, struct made_zone *z, bool broken)
{
	static const char *const algorithms[] = {"8", "10", "13", "13", "13", "14", "15", "15"};
	static const char *const denials[] = {"nsec",  "nsec",         "nsec3",
					      "nsec3", "nsec3 optout", "compact"};
	static const char *const digests[] = {"sha1",         "sha384",        "digest",
					      "strange",      "none",          "sha1,sha384",
					      "wrong,sha256", "strange,sha256"};
	static const char *const faults[] = {"ds=wrong",  "ds=tag",     "ds=alg",    "flags=1",
					     "flags=385", "protocol=7", "to=-1",     "from=3600",
					     "hash=2",    "collide=1",  "collide=12"};
	const char *denial = PICK(m, denials), *fault = PICK(m, faults);

	z->is_signed = true;
	say(m, "\tsign %s %s", chance(m, 2) && z->number > 1 ? "100" : PICK(m, algorithms), denial);
	if (chance(m, 20))
		say(m, " csk");
	if (chance(m, 8))
		say(m, " also=%s", PICK(m, algorithms));
	if (strncmp(denial, "nsec3", 5) == 0 && chance(m, 50))
		say(m, " iterations=%u salt=%s",
		    !has_deep_child(m, z) && chance(m, 20) ? 149 + draw(m, 4) : draw(m, 20),
		    chance(m, 50) ? "-" : "AABBCCDD");
	if (broken) {
		say(m, " %s", fault);
		snprintf(m->out->defect, sizeof(m->out->defect), "%s", fault);
	} else if (z->number > 1 && chance(m, 8)) {
		say(m, " ds=%s", PICK(m, digests));
	}
	say(m, "\n");
}

/* ---- what is in them ------------------------------------------------------------------------- */

static void add_plain(struct maker *m, const struct made_zone *z)
{
	static const char *const sets[] = {"TXT \"one\"",
					   "A 192.0.2.1",
					   "TXT \"one\" \"two\"",
					   "MX 5 a",
					   "CAA 0 issue \"ca.lab\"",
					   "TYPE65280 \\# 4 01020304"};
	static const char *const names[] = {"a",     "b",  "_acme-challenge", "m.n.o", "n.o",
					    "UPPER", "p.q"};
	size_t i, n = 1 + draw(m, 5);

	for (i = 0; i < n; i++) {
		const char *name = PICK(m, names);

		say(m, "\t%s %s\n", name, PICK(m, sets));
		if (chance(m, 40))
			say(m, "\t%s TXT \"more\"\n", name);
		add_name(m->target, &m->ntargets, name, z->origin);
		add_name(m->ask, &m->nasks, name, z->origin);
	}
}

static void add_wildcards(struct maker *m, const struct made_zone *z)
{
	static const char *const above[] = {"", "w", "m.n.o", "ent.w", "a"};
	const char *up = PICK(m, above);
	char label[64];

	if (!chance(m, 50))
		return;
	say(m, "\t*%s%s TXT \"wild\"\n", up[0] == '\0' ? "" : ".", up);
	if (chance(m, 30))
		say(m, "\t*%s%s A 192.0.2.9\n", up[0] == '\0' ? "" : ".", up);
	snprintf(label, sizeof(label), "any%s%s", up[0] == '\0' ? "" : ".", up);
	add_name(m->target, &m->ntargets, label, z->origin);
	add_name(m->ask, &m->nasks, label, z->origin);
	add_name(m->ask, &m->nasks, label, z->origin);
	snprintf(label, sizeof(label), "any.more%s%s", up[0] == '\0' ? "" : ".", up);
	add_name(m->ask, &m->nasks, label, z->origin);
	snprintf(label, sizeof(label), "*%s%s", up[0] == '\0' ? "" : ".", up);
	add_name(m->ask, &m->nasks, label, z->origin);
}

/* Aliases lead to what stands earlier in the script, or to nothing: no loops. */
static void add_aliases(struct maker *m, const struct made_zone *z)
{
	static const char *const names[] = {"c", "cc", "far.c", "*.cw", "ccc"};
	char alias[64], asked[80], missing[320];
	size_t i, n = draw(m, 3), first = draw(m, 5);

	for (i = 0; i < n; i++) {
		const char *to = m->target[draw(m, m->ntargets)];

		snprintf(alias, sizeof(alias), "%s", names[(first + i) % 5]);
		if (chance(m, 20)) {
			snprintf(missing, sizeof(missing), "missing.%s", z->origin);
			to = missing;
		}
		say(m, "\t%s CNAME %s\n", alias, to[0] == '\0' ? "." : to);
		snprintf(asked, sizeof(asked), "%s", alias[0] == '*' ? "any.cw" : alias);
		add_name(m->ask, &m->nasks, asked, z->origin);
		add_name(m->ask, &m->nasks, asked, z->origin);
	}
	if (chance(m, 25)) {
		const struct made_zone *to = &m->zone[draw(m, m->nzones)];

		if (to->number == z->number || to->number == 1)
			return;
		say(m, "\td DNAME %s\n", to->origin);
		add_name(m->ask, &m->nasks, "a.d", z->origin);
		add_name(m->ask, &m->nasks, "no.d", z->origin);
		add_name(m->ask, &m->nasks, "d", z->origin);
	}
}

static void add_questions(struct maker *m, const struct made_zone *z)
{
	static const char *const labels[] = {"",       "no",    "no.no", "no.a", "o",  "n.o",
					     "no.n.o", "ent.w", "w",     "0",    "zz", "q"};
	size_t i;

	for (i = 0; i < 4; i++)
		add_name(m->ask, &m->nasks, PICK(m, labels), z->origin);
}

static void fill_zone(struct maker *m, struct made_zone *z, bool broken)
{
	const char *origin = z->number == 1 ? "." : z->origin;
	size_t i;

	say(m, "zone %s 127.0.0.%d\n", origin, z->number);
	if (z->number == 1 || chance(m, 93) || broken)
		sign_zone(m, z, broken);
	say(m, "\t%s NS %s%s\n", origin, z->number == 1 ? "root." : "ns.", z->origin);
	say(m, "\t%s%s A 127.0.0.%d\n", z->number == 1 ? "root." : "ns.", z->origin, z->number);
	for (i = 1; i < m->nzones; i++) {
		const struct made_zone *child = &m->zone[i];

		if (strcmp(child->above, z->origin) != 0)
			continue;
		say(m, "\t%s NS ns.%s\n\tns.%s A 127.0.0.%d\n", child->origin, child->origin,
		    child->origin, child->number);
	}
	if (chance(m, 20)) {
		say(m, "\tcut NS ns.cut\n\tns.cut A 127.0.0.99\n");
	}
	if (z->number == 1)
		return;
	add_plain(m, z);
	add_wildcards(m, z);
	add_questions(m, z);
}

/* ---- what is wrong, and the question --------------------------------------------------------- */

static void add_defect(struct maker *m, size_t zone)
{
	static const char *const kinds[] = {
	    "sig-none",     "sig-expired",   "sig-future",   "sig-forged",  "sig-stranger",
	    "sig-impostor", "sig-above",     "sig-below",    "sig-outside", "sig-less",
	    "sig-more",     "sig-algorithm", "sig-bad",      "sig-flood",   "ttl-small",
	    "ttl-large",    "twice-record",  "proof-none",   "proof-half",  "proof-other",
	    "proof-wide",   "proof-claims",  "proof-cname",  "proof-cut",   "proof-dname",
	    "proof-parent", "proof-star",    "proof-params", "proof-flags", "no-ds",
	    "no-dnskey"};
	static const char *const covered[] = {"TXT", "SOA",   "NSEC",  "NSEC3", "DNSKEY",
					      "DS",  "CNAME", "DNAME", "NS"};
	const char *kind = PICK(m, kinds);

	snprintf(m->out->defect, sizeof(m->out->defect), "%s", kind);
	if (strcmp(kind, "no-dnskey") == 0) {
		say(m, "at 0 * del %s DNSKEY\n", zone == 0 ? "." : m->zone[zone].origin);
		return;
	}
	say(m, "on 127.0.0.%d %s", m->zone[zone].number, kind);
	if (strcmp(kind, "sig-bad") == 0)
		say(m, " %u", chance(m, 50) ? 2 : 12);
	else if (strcmp(kind, "sig-flood") == 0)
		say(m, " 20");
	else if (strncmp(kind, "sig-", 4) == 0 && chance(m, 60))
		say(m, " %s", PICK(m, covered));
	say(m, "\n");
}

static bool is_in(const char *name, const char *origin)
{
	size_t len = strlen(name), tail = strlen(origin);

	return len >= tail && strcmp(name + len - tail, origin) == 0;
}

static void ask(struct maker *m, const struct made_zone *aim)
{
	static const char *const types[] = {"TXT", "TXT", "TXT", "TXT", "A",     "A",
					    "MX",  "SOA", "NS",  "CAA", "CNAME", "TYPE65280"};
	const char *name = m->ask[draw(m, m->nasks)];
	int tries;

	for (tries = 0; tries < 4 && !is_in(name, aim->origin); tries++)
		name = m->ask[draw(m, m->nasks)];

	snprintf(m->out->type, sizeof(m->out->type), "%s", PICK(m, types));
	snprintf(m->out->name, sizeof(m->out->name), "%s", name);
	if (chance(m, 5)) {
		const struct made_zone *z = &m->zone[1 + draw(m, m->nzones - 1)];

		strcpy(m->out->name, z->origin);
		strcpy(m->out->type, chance(m, 70) ? "DS" : "DNSKEY");
	}
}

void random_world_make(struct random_world *ret, uint32_t seed)
{
	struct maker *m = calloc(1, sizeof(*m));
	bool defect;
	size_t spoilt, i;

	if (m == NULL)
		abort();
	memset(ret, 0, sizeof(*ret));
	m->out = ret;
	m->state = seed;
	say(m, "# %u\n", seed);
	place_zones(m);
	defect = chance(m, 70);
	/* Where the question goes, more often than above and beside. */
	spoilt = chance(m, 60) ? m->nzones - 2 : draw(m, m->nzones);
	for (i = 0; i < m->nzones; i++)
		fill_zone(m, &m->zone[i], defect && i == spoilt && chance(m, 25));
	for (i = 1; i < m->nzones; i++) {
		say(m, "zone %s 127.0.0.%d\n", m->zone[i].origin, m->zone[i].number);
		add_aliases(m, &m->zone[i]);
	}
	if (defect && ret->defect[0] == '\0')
		add_defect(m, spoilt);
	ask(m, &m->zone[spoilt == 0 ? 1 : spoilt]);
	free(m);
}
