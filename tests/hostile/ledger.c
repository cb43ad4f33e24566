/* SPDX-License-Identifier: ISC */
#include "ledger.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dice.h"

enum kind { OF_ADDRESS, OF_NAME, OF_TYPE };

/* When one was asked last. Of a type only the number counts. */
struct account {
	uint64_t key;
	unsigned asked, shown;
	double *when; /* a ring of as many as may fall into one second; NULL until the second
			 question */
	double first;
};

struct ledger {
	struct account *account; /* open addressing, `slots` a power of two */
	size_t slots, taken;
	unsigned long total;
	double span[OF_TYPE];
};

/* The promise, not what the program makes of it. */
static const unsigned rate[OF_TYPE] = {500, 10};

static void *need(void *memory)
{
	if (memory == NULL) {
		perror("ledger");
		exit(70);
	}
	return memory;
}

struct ledger *ledger_new(void)
{
	struct ledger *l = need(calloc(1, sizeof(*l)));

	l->slots = 1024;
	l->account = need(calloc(l->slots, sizeof(*l->account)));
	l->span[OF_ADDRESS] = l->span[OF_NAME] = HUGE_VAL;
	return l;
}

void ledger_free(struct ledger *l)
{
	size_t i;

	for (i = 0; i < l->slots; i++)
		free(l->account[i].when);
	free(l->account);
	free(l);
}

static struct account *find(const struct ledger *l, uint64_t key)
{
	size_t i = (size_t)key & (l->slots - 1);

	while (l->account[i].key != 0 && l->account[i].key != key)
		i = (i + 1) & (l->slots - 1);
	return &l->account[i];
}

static void grow(struct ledger *l)
{
	struct account *old = l->account;
	size_t slots = l->slots, i;

	l->slots *= 2;
	l->account = need(calloc(l->slots, sizeof(*l->account)));
	for (i = 0; i < slots; i++)
		if (old[i].key != 0)
			*find(l, old[i].key) = old[i];
	free(old);
}

static uint64_t key_of(enum kind kind, uint32_t address, const struct dg_name *name, uint16_t type)
{
	uint64_t key = dice_mix(address, (uint64_t)kind << 16 | type);
	size_t i;

	for (i = 0; name != NULL && i < name->len; i++)
		key = (key ^ name->wire[i]) * 1099511628211u;
	return dice_mix(key, 0) | 1;
}

static struct account *open_account(struct ledger *l, uint64_t key)
{
	struct account *a;

	if (l->taken * 2 >= l->slots)
		grow(l);
	a = find(l, key);
	l->taken += a->key == 0;
	a->key = key;
	return a;
}

/* The moment of now, and how long ago the one is that should be out of sight. */
static void book(struct ledger *l, struct account *a, enum kind kind, double now)
{
	unsigned n = rate[kind];

	if (a->asked == 0) {
		a->first = now;
	} else if (a->when == NULL) {
		a->when = need(calloc(n, sizeof(double)));
		a->when[0] = a->first;
	}
	if (a->asked >= n && now - a->when[a->asked % n] < l->span[kind])
		l->span[kind] = now - a->when[a->asked % n];
	if (a->when != NULL)
		a->when[a->asked % n] = now;
	a->asked++;
}

unsigned ledger_ask(struct ledger *l, const struct question *q)
{
	struct account *a = open_account(l, key_of(OF_TYPE, q->address, &q->name, q->type));
	unsigned before = a->asked++;

	a = open_account(l, key_of(OF_NAME, q->address, &q->name, 0));
	book(l, a, OF_NAME, q->at);
	a = open_account(l, key_of(OF_ADDRESS, q->address, NULL, 0));
	book(l, a, OF_ADDRESS, q->at);
	l->total++;
	return before;
}

void ledger_show(struct ledger *l, const struct question *q)
{
	open_account(l, key_of(OF_NAME, q->address, &q->name, 0))->shown++;
}

unsigned ledger_shown(const struct ledger *l, uint32_t address, const struct dg_name *name)
{
	return find(l, key_of(OF_NAME, address, name, 0))->shown;
}

unsigned long ledger_total(const struct ledger *l)
{
	return l->total;
}

double ledger_name_span(const struct ledger *l)
{
	return l->span[OF_NAME];
}

double ledger_address_span(const struct ledger *l)
{
	return l->span[OF_ADDRESS];
}
