/* SPDX-License-Identifier: ISC */
/* What certbot's exit statuses cannot do: keep it from asking the CA. */
#ifndef VETO_H
#define VETO_H

#include "system/ancestor.h"

struct veto {
	bool can; /* end certbot */
	struct ancestor certbot;
};

/* Looks who called us, before anything is done: where it cannot be ended, that is said now, when
 * something can be done about it. */
void veto_prepare(struct veto *ret_veto);

/* Ends the certbot that called us, by SIGTERM: it then runs its clean-up hooks, and asks the CA for
 * nothing. The last thing to do, because certbot may kill us in turn. Says what it does. */
void veto(const struct veto *veto);

#endif
