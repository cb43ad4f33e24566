/* SPDX-License-Identifier: ISC */
/* Messages to a person: lines on stderr, or in the system's log. */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stddef.h>

#include "dns01gate.h"

/* How much a line matters; what a log keeps or drops it by. */
enum say_level { SAY_ERROR, SAY_WARNING, SAY_NOTICE, SAY_INFO };

/* Sends lines to syslog(3), facility daemon, instead of stderr from now on. */
void say_to_syslog(void);

/* True when they do. */
bool say_goes_to_syslog(void);

/* One line, with the program's name in front; never fails, and never waits for long (outlet.h): how
 * many lines were dropped is said before the next one that goes. What is not printable ASCII,
 * whoever it came from, is said as \DDD: it can neither move a cursor nor forge a second line. */
void say_at(enum say_level level, const char *format, ...) DG_PRINTF(2, 3);

/* A line at SAY_ERROR. */
void say(const char *format, ...) DG_PRINTF(1, 2);

/* Keeps errors and warnings from now on, as many as there is room for, for say_kept: the caller may
 * discard our output. */
void say_keep(void);

/* Says what was kept where it is not lost: on the controlling terminal, unless stderr is one, and
 * in the system's log, unless all goes there anyway. */
void say_kept(void);

/* Writes octets to stderr as they are. False: they were dropped. */
bool say_raw(const char *text, size_t len);

/* The guard's last line, whatever the program's own thread does meanwhile. */
void say_last(const char *text);

/* Nothing is said any more. */
void say_end(void);

/* Copies text into buf, which holds size octets, with \DDD for what is not printable ASCII, as much
 * as fits; returns buf. */
char *say_printable(char *buf, size_t size, const char *text);

#endif
