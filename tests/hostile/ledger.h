/* SPDX-License-Identifier: ISC */
/* What a hostile server was asked and has shown, by address and name. */
#ifndef LEDGER_H
#define LEDGER_H

#include "draft.h"

struct ledger;

struct ledger *ledger_new(void);
void ledger_free(struct ledger *l);

/* Books a question; how many of its address, name and type there were before. */
unsigned ledger_ask(struct ledger *l, const struct question *q);

/* The answer to it showed all that is wanted. */
void ledger_show(struct ledger *l, const struct question *q);

/* How often that address showed it at that name. */
unsigned ledger_shown(const struct ledger *l, uint32_t address, const struct dg_name *name);

unsigned long ledger_total(const struct ledger *l);

/* The shortest time, in seconds, in which one address was asked 11 times about one name, and 501
 * times at all: RFC-less promises are 10 and 500 in any second. Infinite when that never was. */
double ledger_name_span(const struct ledger *l);
double ledger_address_span(const struct ledger *l);

#endif
