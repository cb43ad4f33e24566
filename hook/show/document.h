/* SPDX-License-Identifier: ISC */
/* JSON documents on stdout. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <jansson.h>

#include "dns01gate.h"

/* Prints it, by jansson's flags, and frees it. DG_ENOMEM, for NULL too; else as output_stdout. */
enum dg_status document_print(json_t *document, size_t flags, struct dg_error *err) DG_MUST_CHECK;

#endif
