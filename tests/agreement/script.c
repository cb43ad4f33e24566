/* SPDX-License-Identifier: ISC */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void script_add(char *script, size_t room, const char *format, va_list args)
{
	size_t len = strlen(script);
	int n = vsnprintf(script + len, room - len, format, args);

	if (n < 0 || (size_t)n >= room - len)
		abort();
}
