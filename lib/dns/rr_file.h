/* SPDX-License-Identifier: ISC */
/* Files of records in zone file form (RFC 1035 section 5), as the user or the distribution gives
 * them: trusted, unlike what comes from the network. */
#ifndef DG_RR_FILE_H
#define DG_RR_FILE_H

#include "base/name.h"

struct ldns_struct_rr;

typedef enum dg_status dg_rr_taker(void *self, const struct ldns_struct_rr *rr,
				   struct dg_error *err);

/* The root zone several times over. */
#define DG_RR_FILE_MAX ((size_t)8 << 20)

/* Calls `take` for each record of the file; its failure ends the reading. DG_ESYSTEM: the file
 * cannot be read; DG_EINVAL names file and line, or says that it has more than DG_RR_FILE_MAX
 * octets. */
enum dg_status dg_rr_file_read(const char *file, dg_rr_taker *take, void *self,
			       struct dg_error *err) DG_MUST_CHECK;

/* The owner of a record, and the name in its first field; false when that is none. */
bool dg_rr_owner(const struct ldns_struct_rr *rr, struct dg_name *ret_name);
bool dg_rr_target(const struct ldns_struct_rr *rr, struct dg_name *ret_name);

#endif
