/* SPDX-License-Identifier: ISC */
/* Where the chain of trust begins. */
#ifndef DG_ANCHORS_H
#define DG_ANCHORS_H

#include "trust.h"

/* Takes the DS and DNSKEY records of the file as trust anchors; NULL: the distribution's file when
 * there is one, else the root's two keys, which are built in. DG_EINVAL and DG_ESYSTEM name the
 * file. */
enum dg_status dg_anchors_load(struct dg_trust *trust, const char *file,
			       struct dg_error *err) DG_MUST_CHECK;

#endif
