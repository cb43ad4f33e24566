/* SPDX-License-Identifier: ISC */
/* Any octets as root hints, and as trust anchors: what was read is usable, and what is wrong is
 * told with the file. */
#include <stdlib.h>
#include <string.h>

#include "dnssec/anchors.h"
#include "dns/hints.h"
#include "input.h"

static void check_said(enum dg_status status, const struct dg_error *err, const char *file)
{
	must(status == DG_EINVAL || status == DG_ESYSTEM, "neither good nor wrong");
	must(strncmp(err->text, file, strlen(file)) == 0 && err->text[strlen(file)] == ':',
	     "which file is wrong?");
	must_be_words(err->text, sizeof(err->text), "no words");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *file = input_file(data, size);
	struct dg_hints hints = {0};
	struct dg_trust trust = {0};
	struct dg_error err = {0};
	enum dg_status status = dg_hints_load(&hints, file, 53, &err);
	size_t i, k;

	if (status == DG_OK) {
		must(hints.count > 0, "no root server");
		for (i = 0; i < hints.count; i++)
			must((hints.hint[i].addr.family == 4 || hints.hint[i].addr.family == 6) &&
				 hints.hint[i].ns.len > 0,
			     "a root server without an address");
	} else {
		check_said(status, &err, file);
	}
	dg_hints_free(&hints);
	status = dg_anchors_load(&trust, file, &err);
	if (status == DG_OK) {
		must(trust.count > 0, "no anchor");
		for (i = 0; i < trust.count; i++) {
			const struct dg_trust_point *p = trust.point[i];

			must(p->anchor && p->cut == DG_CUT_SIGNED && p->ds.count > 0,
			     "an anchor without DS");
			for (k = 0; k < p->ds.count; k++)
				must(dg_ds_is_whole(&p->ds.ds[k]), "half a digest");
		}
	} else {
		check_said(status, &err, file);
	}
	dg_trust_free(&trust);
	return 0;
}
