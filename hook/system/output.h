/* SPDX-License-Identifier: ISC */
/* Files and stdout, written whole or complained about. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "dns01gate.h"

/* Puts text and a newline in place of what the file held: at once, so that a reader sees the old or
 * the new. What is no regular file (a device, a pipe of the shell's) is written to as it is, and
 * waited for no longer than guard.h allows; a named pipe, a socket and a disk are refused. */
enum dg_status output_file(const char *file, const char *text, struct dg_error *err) DG_MUST_CHECK;

/* Writes text and a newline to stdout, which is waited for as long. DG_ESTOPPED: a signal came. */
enum dg_status output_stdout(const char *text, struct dg_error *err) DG_MUST_CHECK;

/* Writes octets as they are, as far as the descriptor takes them; never fails. */
void output_raw(int fd, const char *text, size_t len);

#endif
