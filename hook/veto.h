/* SPDX-License-Identifier: ISC */
/* What certbot's exit statuses cannot do: keep it from asking the CA. */
#ifndef VETO_H
#define VETO_H

/* Ends the certbot that called us, by SIGTERM: it then runs its clean-up hooks, and asks the CA for nothing. The last
 * thing to do, because certbot may kill us in turn. Says what it does. */
void veto(void);

#endif
