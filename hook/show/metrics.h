/* SPDX-License-Identifier: ISC */
/* The outcome of a run as a file for Prometheus' textfile collector. */
#ifndef METRICS_H
#define METRICS_H

#include <stdio.h>

#include "input/options.h"

/* Names whose last success is remembered; the oldest are forgotten first. */
#define METRICS_NAMES 1000

/* Writes metrics of another room, each line of them with its end. */
typedef void metrics_more(FILE *to, const struct options *options, dg_ms until);

/* Puts the metrics of a gate's run, and what `more` writes then, in place of what the options' file
 * held, one run after the other; the last success of names that this run did not see, or did not
 * see visible, stays. `until`: when the run is to be over, on clock.h's clock. DG_ENOMEM;
 * DG_ESYSTEM and DG_EINVAL as output_file. */
enum dg_status metrics_write(const struct options *options, const struct dg_gate *gate,
			     metrics_more *more, dg_ms until, struct dg_error *err) DG_MUST_CHECK;

#endif
