/* SPDX-License-Identifier: ISC */
/* The operands of a forced command of sshd(8): what the client asked for, and no more. */
#ifndef SSH_OPERANDS_H
#define SSH_OPERANDS_H

#include "options.h"

/* Replaces the operands, which are "check" alone, by "check" and the name and values that
 * SSH_ORIGINAL_COMMAND has behind "dns01gate check --json". DG_EINVAL tells what it has instead; an
 * option is none of them. */
enum dg_status operands_from_ssh(struct options *options, struct operands *operands,
				 struct dg_error *err) DG_MUST_CHECK;

#endif
