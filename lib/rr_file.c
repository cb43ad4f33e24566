/* SPDX-License-Identifier: ISC */
#include "rr_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "err.h"

static bool name_of(const ldns_rdf *rdf, struct dg_name *ret_name)
{
	char *text = rdf == NULL ? NULL : ldns_rdf2str(rdf);
	bool good = text != NULL && dg_name_parse(ret_name, text, NULL) == DG_OK;

	free(text);
	return good;
}

bool dg_rr_owner(const struct ldns_struct_rr *rr, struct dg_name *ret_name)
{
	return name_of(ldns_rr_owner(rr), ret_name);
}

bool dg_rr_target(const struct ldns_struct_rr *rr, struct dg_name *ret_name)
{
	return name_of(ldns_rr_rdf(rr, 0), ret_name);
}

/* The line that was read last: ldns does not count those that it passes over, and passes over blank
 * ones behind it. */
static int line_number(FILE *fp)
{
	long end = ftell(fp), i;
	int line = 1, last = 1;

	rewind(fp);
	for (i = 0; i < end; i++) {
		int c = getc(fp);

		if (c == '\n')
			line++;
		else if (c != ' ' && c != '\t' && c != '\r')
			last = line;
	}
	return last;
}

enum dg_status dg_rr_file_read(const char *file,
			       enum dg_status (*take)(void *self, const struct ldns_struct_rr *rr,
						      struct dg_error *err),
			       void *self, struct dg_error *err)
{
	ldns_rdf *origin = NULL, *previous = NULL;
	uint32_t ttl = 3600;
	enum dg_status status = DG_OK;
	FILE *fp = fopen(file, "r");

	if (fp == NULL)
		return dg_fail(err, DG_ESYSTEM, "%s: %s", file, strerror(errno));
	while (status == DG_OK && !feof(fp) && !ferror(fp)) {
		ldns_rr *rr = NULL;
		ldns_status s = ldns_rr_new_frm_fp_l(&rr, fp, &ttl, &origin, &previous, NULL);

		if (s == LDNS_STATUS_OK)
			status = take(self, rr, err);
		else if (s != LDNS_STATUS_SYNTAX_EMPTY && s != LDNS_STATUS_SYNTAX_TTL &&
			 s != LDNS_STATUS_SYNTAX_ORIGIN)
			status = dg_fail(err, DG_EINVAL, "%s:%d: %s", file, line_number(fp),
					 ldns_get_errorstr_by_id(s));
		ldns_rr_free(rr);
	}
	if (status == DG_OK && ferror(fp))
		status = dg_fail(err, DG_ESYSTEM, "%s: %s", file, strerror(errno));
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
	fclose(fp);
	return status;
}
