/* SPDX-License-Identifier: ISC */
/* JSON in logs: ACME's authorizations, orders and problem documents (RFC 8555 sections 6.7
 * and 7.1), cert-manager's objects and events, log lines that are JSON. Pure. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "reader.h"

/* Reads the object that the text begins with, and tells the reader what it holds. */
enum document { DOCUMENT_NONE, DOCUMENT_READ, DOCUMENT_UNFINISHED };

enum document document_read(struct reader *reader, const char *text);

#endif
