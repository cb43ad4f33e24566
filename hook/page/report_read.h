/* SPDX-License-Identifier: ISC */
/* Reads a report or a history, wherever it came from, and believes nothing of it. */
#ifndef REPORT_READ_H
#define REPORT_READ_H

#include <jansson.h>

#include "dns01gate.h"

/* The report in a file ("-": standard input), with every key that the manual promises, of the type
 * that it promises; or what `history --json` printed, with the keys by which it is told apart from
 * others. json_decref it. DG_EINVAL names the key at fault, or what else is wrong. */
enum dg_status report_read(json_t **ret_report, const char *file,
			   struct dg_error *err) DG_MUST_CHECK;

/* True for a history; false for a report. */
bool report_is_history(const json_t *report);

/* Reads the value of a key: NULL, or -1, where it is null, negative or missing. Larger values than
 * make sense are cut: a century of milliseconds, INT_MAX. */
const char *text_of(const json_t *object, const char *key);
double number_of(const json_t *object, const char *key);
int whole_of(const json_t *object, const char *key);

#endif
