/* SPDX-License-Identifier: ISC */
/* The table of options, and how each takes its value. */
#ifndef OPTION_TABLE_H
#define OPTION_TABLE_H

#include "options.h"

#define DEFAULT_CONFIG "/etc/dns01gate/config.json"

struct option_row;

/* Puts a value into options; NULL when it is good, else what is wrong with it. */
typedef const char *option_setter(struct options *o, const struct option_row *row,
				  const char *value, enum layer layer);

struct option_row {
	const char *name;
	char letter;          /* 0: none */
	const char *argument; /* NULL: a flag */
	option_setter *set;
	size_t offset; /* in struct options */
	long min, max; /* of a count */
	bool many;     /* may be given several times */
	const char *help;
};

extern const struct option_row option_table[];
extern const size_t option_count;

/* The row of a long name of that length, or of a letter; NULL: there is none. */
const struct option_row *option_find(const char *name, size_t len);
const struct option_row *option_find_letter(char letter);

/* Sets an option; DG_EINVAL quotes the value behind `where` and the option's name. */
enum dg_status option_set(struct options *o, const struct option_row *row, const char *value,
			  enum layer layer, const char *where, struct dg_error *err) DG_MUST_CHECK;

/* Empties a list. */
void text_list_free(struct text_list *list);

/* True for an option that ends the run well before anything was asked: the command line's alone. */
bool option_is_for_argv(const struct option_row *row);

#endif
