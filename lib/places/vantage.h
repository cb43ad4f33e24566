/* SPDX-License-Identifier: ISC */
/* Vantage points, as the options name them. */
#ifndef DG_VANTAGE_H
#define DG_VANTAGE_H

#include "dns01gate.h"

#define DG_MAX_VANTAGES 16

struct dg_engine;

struct dg_vantage {
	char *text; /* as the user gave it */
	const struct dg_engine *engine;
	const char *argument; /* within the text, behind the colon; NULL: there is none */
};

struct dg_vantages {
	struct dg_vantage item[DG_MAX_VANTAGES];
	size_t count;
	char *token;    /* header line for the one over HTTPS, or NULL */
	unsigned units; /* left to spend */
};

/* Adds what a SPEC names: ENGINE or ENGINE:ARGUMENT. DG_EINVAL quotes it. */
enum dg_status dg_vantages_add(struct dg_vantages *v, const char *spec,
			       struct dg_error *err) DG_MUST_CHECK;

/* Takes the first line of a file `name`: a token, or "x-api-key: KEY". DG_EINVAL: it is none, or it
 * is not clear whose it is. */
enum dg_status dg_vantages_token(struct dg_vantages *v, const char *line, const char *name,
				 struct dg_error *err) DG_MUST_CHECK;
void dg_vantages_free(struct dg_vantages *v);

#endif
