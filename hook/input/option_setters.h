/* SPDX-License-Identifier: ISC */
/* How options take their values. */
#ifndef OPTION_SETTERS_H
#define OPTION_SETTERS_H

#include "option_table.h"

/* set_word sets the index of the word among those of `argument`; the list stands where other
 * options have their minimum. */
enum { IS_BOOL, IS_ENUM };

option_setter set_seconds, set_count, set_flag, set_no_0x20, set_text, set_url, set_list,
    set_require, set_require_resolvers, set_word, set_family, set_now, set_exec, set_rfc2136,
    set_authoritative, set_require_vantage, set_proxy;

#endif
