/* SPDX-License-Identifier: ISC */
/* The system's log, as syslog(3), except that it waits for no reader (outlet.h). */
#ifndef SYSTEM_LOG_H
#define SYSTEM_LOG_H

#include <stdbool.h>

/* Logs a line, with or without its end, under the facility daemon; priority is one of syslog(3)'s.
 * False: it was dropped. Where there is no log, nothing is logged. */
bool system_log(int priority, const char *text);

/* The guard's last line, whatever the program's own thread does meanwhile; goes only where the log
 * is open. */
void system_log_last(int priority, const char *text);

#endif
