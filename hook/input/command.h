/* SPDX-License-Identifier: ISC */
/*
 * What a call of the program can be: a command, or an ACME client's call. Each is a file of
 * hook/cmd/ or hook/client/ that ends with one of these, named command_ and the file's name; the
 * Makefile writes the list of them.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "plan.h"

struct command {
	const char *name;    /* its first word; NULL: `claims` knows it */
	const char *caller;  /* whose calls these are; NULL: `name` tells */
	int place;           /* in --help */
	const char *usage;   /* its line there, without the program's name */
	bool options_follow; /* options may stand behind the first word; else all behind it is the
				client's */
	bool dashes_are_own; /* "--" right behind the first word is the client's own sign
				(operands.literal is 1) */

	/* True when the call is this client's, told by its first word, or by none. */
	bool (*claims)(const struct operands *operands);

	/* Fills the plan of a call that is to be carried out (call.h). DG_EINVAL: the call is
	 * wrong, in words for the user. */
	enum dg_status (*plan)(const struct options *options, const struct operands *operands,
			       struct plan *plan, struct dg_error *err);

	/* Or does it all; the exit status. */
	int (*run)(const struct options *options, const struct operands *operands);
};

/* The one that is called; NULL: there is none. */
const struct command *command_of(const struct operands *operands);

/* The usage lines of all, in their order; the last time NULL. `i` from 0. */
const char *command_usage(size_t i);

/* Finds who is called, and lets it plan. DG_EINVAL. */
enum dg_status plan_make(struct plan *ret_plan, const struct options *options,
			 const struct operands *operands, struct dg_error *err) DG_MUST_CHECK;

#endif
