/* SPDX-License-Identifier: ISC */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum dg_status fail(struct dg_error *err, enum dg_status status, const char *format, ...)
{
	va_list args;

	if (err->status != DG_OK)
		return status;
	err->status = status;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return status;
}

char *copy_text(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	return copy == NULL ? NULL : strcpy(copy, text);
}
