/* SPDX-License-Identifier: ISC */
/* Why a connection, or a question that went over one, is of no use. */
#ifndef DG_FAULT_H
#define DG_FAULT_H

#include "exchange.h"

struct dg_fault {
	enum dg_heard_kind failure;
	char why[DG_WHY_TEXT]; /* in words, for the report */
};

/* Fills it, by printf's rules. */
void dg_fault_set(struct dg_fault *ret_fault, enum dg_heard_kind failure, const char *format, ...)
    DG_PRINTF(3, 4);

#endif
