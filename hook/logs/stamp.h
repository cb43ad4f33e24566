/* SPDX-License-Identifier: ISC */
/*
 * The times that logs begin their lines with, and those in a text. Times are seconds since 1970;
 * what has no zone is of this machine's (TZ). Pure but for that.
 */
#ifndef STAMP_H
#define STAMP_H

#include "dns01gate.h"

/* Reads the time at the start of a line, in the form of certbot, lego, acme.sh, klog, syslog, the
 * journal, or RFC 3339, and finds where the message begins behind it, and behind a host's and a
 * program's name. `now` tells the year where the form has none. False: there is none, and the
 * message is the line. */
bool stamp_read(const char *line, int64_t now, int64_t *ret_when, const char **ret_message);

/* The time that a text begins with: RFC 3339, "2026-11-20 10:11:12 UTC", or HTTP's date; -1: none.
 */
int64_t stamp_date(const char *text);

/* "2026-11-20 10:11:12", in UTC, and RFC 3339's form; "" for -1; returns buf. */
#define STAMP_TEXT 32
const char *stamp_text(int64_t when, char buf[STAMP_TEXT]);
const char *stamp_rfc3339(int64_t when, char buf[STAMP_TEXT]);

#endif
