/* SPDX-License-Identifier: ISC */
/* The script of a world, as it is written: the one thing that those who make worlds have in common.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdarg.h>
#include <stddef.h>

/* Adds to a script that has `room` octets, by printf's rules; ends the program when it is full. */
void script_add(char *script, size_t room, const char *format, va_list args);

#endif
