/* SPDX-License-Identifier: ISC */
/* The outcome of a run as a file for Prometheus' textfile collector. */
#ifndef METRICS_H
#define METRICS_H

#include "dns01gate.h"

/* Names whose last success is remembered; the oldest are forgotten first. */
#define METRICS_NAMES 1000

/* The metrics of a report (its JSON text) without a final newline, free() it; NULL: no memory, or no
 * report. `before`: what the file held, however broken, or NULL; the last success of names that this
 * run did not see, or did not see visible, is taken from there. `now`: seconds since 1970. */
char *metrics_text(const char *report, const char *before, int64_t now);

/* Puts the metrics of a report in place of what the file held. */
enum dg_status metrics_write(const char *file, const char *report,
			     struct dg_error *err) DG_MUST_CHECK;

#endif
