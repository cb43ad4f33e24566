/* SPDX-License-Identifier: ISC */
/*
 * Ends the program in time, whatever it hangs in: a terminal that was stopped, a pipe that nobody
 * reads, a disk that is gone, a computation. All that the program does has bounds of its own; the
 * guard, a thread, is there for when they do not hold.
 *
 *  1. 30 ms after the timeout, or after a signal that ends the program, it looks whether the
 *     program is just about to end: one that goes on gets as long as it takes on a machine with
 *     much else to do, and one that does nothing another 30 ms.
 *  2. If not, it kills the publisher, tells certbot to end where --veto wants that, says what the
 *     program hung in, and ends it with the status of a timeout, or of the signal.
 */
#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

#include "ancestor.h"
#include "dns01gate.h"

/* How long after the timeout, or a signal, the program is left to end by itself. */
#define GUARD_MS 30

/* Starts it, and clock.h's clock; signals are held back from now on (signals.h). False: there is no
 * thread left. */
bool guard_start(void);

/* The moment of the timeout, on clock.h's clock. Until it is known nothing but a signal ends the
 * program. */
void guard_until(dg_ms until);

/* Until when a write may wait for its reader that began `now`: just past the timeout, or a signal
 * that came. */
dg_ms guard_patience(dg_ms now);

/* The exit status when time is over; that of a timeout until it is set. Other than 0, certbot is
 * told to end. */
void guard_status(int status);

/* How long after a signal the program may have to do yet: a publisher's own clean-up, taking back.
 */
void guard_after_signal(dg_ms span);

/* The process group to kill; 0: none. */
void guard_publisher(pid_t group);

/* The process that is told to end, as long as the guard may need it; NULL: none. */
void guard_veto(const struct ancestor *certbot);

/* The step that the program may hang in, for "gave up after 1.0 s while ..."; a literal, or NULL.
 */
void guard_doing(const char *what);

#endif
