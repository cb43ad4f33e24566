/* SPDX-License-Identifier: ISC */
#include "document.h"

#include <stdlib.h>

#include "system/output.h"

enum dg_status document_print(json_t *document, size_t flags, struct dg_error *err)
{
	char *text = document == NULL ? NULL : json_dumps(document, flags);
	enum dg_status status =
	    text == NULL ? dg_fail(err, DG_ENOMEM, "out of memory") : output_stdout(text, err);

	json_decref(document);
	free(text);
	return status;
}
