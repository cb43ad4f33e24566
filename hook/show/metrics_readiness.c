/* SPDX-License-Identifier: ISC */
#include "metrics_readiness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/clock.h"
#include "system/exposition.h"
#include "system/output.h"

static void head(FILE *to, const char *name, const char *help)
{
	exposition_head(to, name, "gauge", help);
}

static void about(FILE *to, const char *name, const char *domain)
{
	exposition_about(to, name, "name", domain);
}

static bool is_new(const struct dg_record *r, size_t finding)
{
	size_t i;

	for (i = 0; i < finding; i++)
		if (strcmp(dg_record_finding(r, i)->id, dg_record_finding(r, finding)->id) == 0)
			return false;
	return dg_record_finding(r, finding)->severity != DG_SEVERITY_NOTE;
}

static void write_text(FILE *to, const struct readiness_metric *m, size_t count)
{
	size_t i, k;

	head(to, "readiness", "1 when a validation of the name would pass now, else 0.");
	for (i = 0; i < count; i++) {
		about(to, "readiness", m[i].name);
		fprintf(to, "} %d\n", m[i].passes);
	}
	head(to, "readiness_attention",
	     "1 when something about the name is likely to fail soon, else 0.");
	for (i = 0; i < count; i++) {
		about(to, "readiness_attention", m[i].name);
		fprintf(to, "} %d\n", m[i].soon);
	}
	head(to, "readiness_certificate_end_timestamp_seconds",
	     "When the certificate of the name ends.");
	for (i = 0; i < count; i++) {
		if (m[i].ends < 0)
			continue;
		about(to, "readiness_certificate_end_timestamp_seconds", m[i].name);
		fprintf(to, "} %lld\n", (long long)m[i].ends);
	}
	head(to, "readiness_finding", "1 for each finding about the name.");
	for (i = 0; i < count; i++) {
		for (k = 0; k < dg_record_findings(m[i].record); k++) {
			const struct dg_finding *f = dg_record_finding(m[i].record, k);

			if (!is_new(m[i].record, k))
				continue;
			about(to, "readiness_finding", m[i].name);
			fprintf(to, ",id=\"%s\",severity=\"%s\"} 1\n", f->id,
				dg_severity_text(f->severity));
		}
	}
	head(to, "readiness_look_timestamp_seconds", "When the names were looked at.");
	fprintf(to, "dns01gate_readiness_look_timestamp_seconds %lld\n", (long long)clock_wall());
}

enum dg_status metrics_write_readiness(const char *file, const struct readiness_metric *metric,
				       size_t count, struct dg_error *err)
{
	enum dg_status status;
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	bool good = to != NULL;

	if (to != NULL) {
		write_text(to, metric, count);
		good = !ferror(to);
		good = fclose(to) == 0 && good && len > 0;
	}
	if (!good) {
		free(text);
		return dg_fail(err, DG_ENOMEM, "cannot write %.300s: out of memory", file);
	}
	text[len - 1] = '\0';
	status = output_file(file, text, err);
	free(text);
	return status;
}
