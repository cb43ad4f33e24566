/* SPDX-License-Identifier: ISC */
/* What a look at every name found, as a file for Prometheus' textfile collector. */
#ifndef METRICS_READINESS_H
#define METRICS_READINESS_H

#include "dns01gate.h"

struct readiness_metric {
	const char *name;
	bool passes, soon; /* soon: something needs attention */
	int64_t ends;      /* of its certificate, seconds since 1970; -1: not known */
	const struct dg_record *record;
};

/* Puts them in place of what the file held. DG_ENOMEM; DG_ESYSTEM and DG_EINVAL as output_file. */
enum dg_status metrics_write_readiness(const char *file, const struct readiness_metric *metric,
				       size_t count, struct dg_error *err) DG_MUST_CHECK;

#endif
