/* SPDX-License-Identifier: ISC */
/* Signals that end the program become readable octets, so that no work is cut in two. */
#ifndef SIGNALS_H
#define SIGNALS_H

/* Catches SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE. A descriptor that is readable once one
 * came; -1 when there is none. */
int signals_catch(void);

/* Catches SIGCHLD. A descriptor that is readable once a child ended, and never blocks; -1 when there is none. */
int signals_catch_children(void);

/* The signal that came, or 0; not SIGCHLD. */
int signals_caught(void);

#endif
