/* SPDX-License-Identifier: ISC */
/* What is where: zones, servers, addresses. */
#include "ground.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"

#define NET 0x7f000100u /* 127.0.1.0 */

enum salt { SALT_CUT, SALT_SIGNED, SALT_SERVERS, SALT_SERVER, SALT_HOSTS, SALT_HOST };

static uint64_t fact(const struct ground *g, const struct dg_name *name, enum salt salt, unsigned i)
{
	return dice_mix(dice_mix(g->seed, dg_name_hash(name)), (uint64_t)salt << 32 | i);
}

static struct dg_name name_of(const char *text)
{
	struct dg_name name;

	if (dg_name_parse(&name, text, NULL) != DG_OK)
		exit(70);
	return name;
}

void ground_make(struct ground *g, uint64_t seed)
{
	static const unsigned sizes[] = {1, 2, 3, 4, 8, 20, 64};
	static const char *const texts[] = {"_acme-challenge.example.lab",
					    "_acme-challenge.www.other.test",
					    "_acme-challenge.a.b.deep.demo"};
	struct dice dice = {dice_mix(seed, 1)};
	size_t i;

	memset(g, 0, sizeof(*g));
	g->seed = dice_next(&dice);
	g->addresses = sizes[dice_below(&dice, 7)];
	g->servers = dice_chance(&dice, 300) ? 20 : 1 + dice_below(&dice, 3);
	g->hosts = dice_chance(&dice, 300) ? 8 : 1 + dice_below(&dice, 2);
	g->aliases = dice_below(&dice, 2) * dice_below(&dice, 600);
	g->has_keys = dice_chance(&dice, 400);
	g->late = dice_below(&dice, 100) / 50.0;
	g->records = dice_chance(&dice, 300) ? 1 + dice_below(&dice, GROUND_RECORDS) : 1;
	for (i = 0; i < g->records; i++) {
		g->record[i] = name_of(texts[i]);
		snprintf(g->value[i], sizeof(g->value[i]), "%016llx-the-value",
			 (unsigned long long)dice_next(&dice));
	}
}

/* ---- zones ----------------------------------------------------------------------------------- */

/* Names of servers are no zones. */
static bool is_host(const struct dg_name *name)
{
	return name->len > 3 && name->wire[0] >= 3 && name->wire[1] == 'n' &&
	       name->wire[2] == 's' && name->wire[3] >= '0' && name->wire[3] <= '9';
}

bool ground_is_cut(const struct ground *g, const struct dg_name *name)
{
	unsigned labels = dg_name_labels(name), odds;

	if (labels < 2)
		return true;
	if (is_host(name))
		return false;
	odds = labels == 2 ? 900 : name->wire[1] == '_' ? 50 : 200;
	return fact(g, name, SALT_CUT, 0) % 1000 < odds;
}

struct dg_name ground_zone(const struct ground *g, const struct dg_name *name)
{
	struct dg_name zone = *name;

	while (!ground_is_cut(g, &zone))
		zone = dg_name_parent(&zone);
	return zone;
}

bool ground_zone_is_signed(const struct ground *g, const struct dg_name *zone)
{
	return g->has_keys &&
	       (dg_name_labels(zone) == 0 || fact(g, zone, SALT_SIGNED, 0) % 1000 < 850);
}

bool ground_is_secure(const struct ground *g, const struct dg_name *name)
{
	unsigned i;

	for (i = 0; i <= dg_name_labels(name); i++) {
		struct dg_name zone = dg_name_ancestor(name, i);

		if (ground_is_cut(g, &zone) && !ground_zone_is_signed(g, &zone))
			return false;
	}
	return true;
}

/* ---- servers --------------------------------------------------------------------------------- */

unsigned ground_servers(const struct ground *g, const struct dg_name *zone)
{
	return 1 + (unsigned)(fact(g, zone, SALT_SERVERS, 0) % g->servers);
}

struct dg_name ground_server(const struct ground *g, const struct dg_name *zone, unsigned i)
{
	static const char *const elsewhere[] = {"hosts.lab", "hosts.test", "servers.demo"};
	uint64_t f = fact(g, zone, SALT_SERVER, i);
	struct dg_name above = *zone;
	char label[8];

	if (dg_name_labels(zone) > 1 && f % 1000 < 250)
		above = name_of(elsewhere[f / 1000 % 3]);
	snprintf(label, sizeof(label), "ns%u", i);
	return draft_name(label, &above);
}

unsigned ground_hosts(const struct ground *g, const struct dg_name *host)
{
	return 1 + (unsigned)(fact(g, host, SALT_HOSTS, 0) % g->hosts);
}

uint32_t ground_any_address(const struct ground *g, uint64_t number)
{
	return NET + 1 + (uint32_t)(number % g->addresses);
}

uint32_t ground_host(const struct ground *g, const struct dg_name *host, unsigned i)
{
	return ground_any_address(g, fact(g, host, SALT_HOST, 0) + i);
}

const char *ground_value(const struct ground *g, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < g->records; i++)
		if (dg_name_equal(&g->record[i], name))
			return g->value[i];
	return NULL;
}

/* ---- files ----------------------------------------------------------------------------------- */

static FILE *create(const char *path)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL) {
		perror(path);
		exit(70);
	}
	return fp;
}

void ground_hints(const struct ground *g, const char *path)
{
	FILE *fp = create(path);
	unsigned i, k;

	for (i = 0; i < ground_servers(g, &dg_name_root); i++) {
		struct dg_name server = ground_server(g, &dg_name_root, i);
		char text[DG_NAME_TEXT];

		dg_name_print(&server, text);
		fprintf(fp, ". 3600 NS %s\n", text);
		for (k = 0; k < ground_hosts(g, &server); k++) {
			uint32_t a = ground_host(g, &server, k);

			fprintf(fp, "%s 3600 A %u.%u.%u.%u\n", text, a >> 24, a >> 16 & 255,
				a >> 8 & 255, a & 255);
		}
	}
	fclose(fp);
}

void ground_anchor(const char *path)
{
	FILE *fp = create(path);
	uint8_t ds[SIGN_DS];
	size_t i;

	sign_ds(&dg_name_root, ds);
	fprintf(fp, ". 3600 IN DS %u %u %u ", (unsigned)(ds[0] << 8 | ds[1]), ds[2], ds[3]);
	for (i = 4; i < sizeof(ds); i++)
		fprintf(fp, "%02x", ds[i]);
	fputc('\n', fp);
	fclose(fp);
}
