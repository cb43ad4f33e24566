/* SPDX-License-Identifier: ISC */
#include "exposition.h"

#define PREFIX "dns01gate_"

void exposition_head(FILE *to, const char *name, const char *type, const char *help)
{
	fprintf(to, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

void exposition_quoted(FILE *to, const char *value)
{
	putc('"', to);
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			fputs("\\n", to);
		else if (*value == '\\' || *value == '"')
			fprintf(to, "\\%c", *value);
		else
			putc(*value, to);
	}
	putc('"', to);
}

void exposition_about(FILE *to, const char *name, const char *label, const char *value)
{
	fprintf(to, PREFIX "%s{%s=", name, label);
	exposition_quoted(to, value);
}
