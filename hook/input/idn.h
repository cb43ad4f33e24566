/* SPDX-License-Identifier: ISC */
/* Internationalised domain names, as far as it takes to tell somebody their ASCII form. */
#ifndef IDN_H
#define IDN_H

#include <stdbool.h>

#define IDN_LEN 1024

/* Writes the name with A-labels for its U-labels (RFC 5890 section 2.3.2.1). False: it is ASCII, or
 * no UTF-8, or too long. Of capitals it makes small letters where Unicode has one for one; more
 * mapping than that is not done, so it is for a person to read. */
bool idn_to_ascii(const char *name, char ret_ascii[IDN_LEN]);

#endif
