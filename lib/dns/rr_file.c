/* SPDX-License-Identifier: ISC */
#include "rr_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/err.h"

#define STEP ((size_t)64 << 10)

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

/* The whole file with a final NUL, and its length without that; free() it. */
static enum dg_status read_whole(const char *file, char **ret_text, size_t *ret_len,
				 struct dg_error *err)
{
	const char *why = NULL;
	FILE *fp = dg_file_open(file, &why);
	enum dg_status status = DG_OK;
	char *text = NULL;
	size_t len = 0, n = 0;

	if (fp == NULL)
		return dg_fail(err, DG_ESYSTEM, "%s: %s", file, why);
	do {
		char *more = realloc(text, len + STEP + 1);

		if (more == NULL) {
			status = dg_fail_memory(err);
			break;
		}
		text = more;
		n = fread(text + len, 1, STEP, fp);
		len += n;
	} while (n > 0 && len <= DG_RR_FILE_MAX);
	if (status == DG_OK && ferror(fp))
		status = dg_fail(err, DG_ESYSTEM, "%s: %s", file, strerror(errno));
	else if (status == DG_OK && len > DG_RR_FILE_MAX)
		status =
		    dg_fail(err, DG_EINVAL, "%s: larger than %zu octets", file, DG_RR_FILE_MAX);
	fclose(fp);
	if (status != DG_OK) {
		free(text);
		return status;
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	return DG_OK;
}

/* `fp`: of the file's text. */
static enum dg_status read_records(FILE *fp, const char *file, dg_rr_taker *take, void *self,
				   struct dg_error *err)
{
	ldns_rdf *origin = NULL, *previous = NULL;
	uint32_t ttl = 3600;
	enum dg_status status = DG_OK;

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
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
	return status;
}

enum dg_status dg_rr_file_read(const char *file, dg_rr_taker *take, void *self,
			       struct dg_error *err)
{
	char *text = NULL;
	size_t len = 0;
	enum dg_status status = read_whole(file, &text, &len, err);
	FILE *fp;

	/* An empty one cannot be opened so everywhere. */
	if (status != DG_OK || len == 0) {
		free(text);
		return status;
	}
	fp = fmemopen(text, len, "r");
	if (fp == NULL)
		status = dg_fail_memory(err);
	else
		status = read_records(fp, file, take, self, err);
	if (fp != NULL)
		fclose(fp);
	free(text);
	return status;
}
