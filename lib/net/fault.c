/* SPDX-License-Identifier: ISC */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

void dg_fault_set(struct dg_fault *ret_fault, enum dg_heard_kind failure, const char *format, ...)
{
	va_list args;

	ret_fault->failure = failure;
	va_start(args, format);
	vsnprintf(ret_fault->why, sizeof(ret_fault->why), format, args);
	va_end(args);
}
