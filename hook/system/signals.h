/* SPDX-License-Identifier: ISC */
/*
 * Signals that end the program are held back: one that came stays pending, so that whoever looks
 * sees it, no work is cut in two, and a thread that hangs in the kernel keeps no other from hearing
 * of it.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

/* Makes a write beyond the limit for the size of files (RLIMIT_FSIZE) an error that can be told.
 * Programs that are executed get back what was before. */
void signals_outlive_file_limit(void);

/* Holds back SIGINT, SIGTERM and SIGHUP from now on, except those that the caller ignores. Call it
 * before any thread is made. */
void signals_hold(void);

/* Ignores SIGPIPE. A descriptor that is readable for good once a signal came that is held back; -1
 * when there is none. */
int signals_catch(void);

/* The same descriptor. */
int signals_stop_fd(void);

/* Catches SIGCHLD. A descriptor that is readable once a child ended or was stopped, and never
 * blocks; -1 when there is none. */
int signals_catch_children(void);

/* The signal that came, or 0; not SIGCHLD. */
int signals_caught(void);

/* Restores the caller's mask and dispositions, in a child that is about to become another program,
 * but lets SIGINT, SIGTERM and SIGHUP reach it, which Apache's threads block. */
void signals_give_back(void);

#endif
