/* SPDX-License-Identifier: ISC */
/* The text format that Prometheus reads, of metrics whose names begin with "dns01gate_". */
#ifndef EXPOSITION_H
#define EXPOSITION_H

#include <stdio.h>

/* The two lines before a metric's samples; `type` as Prometheus has it: "gauge". */
void exposition_head(FILE *to, const char *name, const char *type, const char *help);

/* A sample's beginning up to its first label's value in quotes: its other labels and the closing
 * bracket are the caller's. */
void exposition_about(FILE *to, const char *name, const char *label, const char *value);

/* A label's value, in its quotes. */
void exposition_quoted(FILE *to, const char *value);

#endif
