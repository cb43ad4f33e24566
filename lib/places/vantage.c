/* SPDX-License-Identifier: ISC */
#include "vantage.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "engine.h"
#include "engine_list.h"

#define TOKEN_MAX 4096
#define API_KEY "x-api-key: "

static const struct dg_engine *find_engine(const char *spec, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (strlen(engines[i]->name) == len && strncmp(engines[i]->name, spec, len) == 0)
			return engines[i];
	return NULL;
}

enum dg_status dg_vantages_add(struct dg_vantages *v, const char *spec, struct dg_error *err)
{
	size_t len = strcspn(spec, ":"), i;
	const struct dg_engine *engine = find_engine(spec, len);
	const char *argument = spec[len] == ':' ? spec + len + 1 : NULL, *why;
	struct dg_vantage *new = &v->item[v->count];

	if (engine == NULL)
		return dg_fail(err, DG_EINVAL,
			       "vantage \"%.200s\" is neither globalping[:LOCATION,...], ssh:HOST "
			       "nor mpic:URL",
			       spec);
	why = engine->check(argument);
	if (why != NULL)
		return dg_fail(err, DG_EINVAL, "vantage \"%.200s\" %s: %s", spec, why,
			       engine->form);
	for (i = 0; i < v->count; i++)
		if (strcmp(v->item[i].text, spec) == 0)
			return dg_fail(err, DG_EINVAL, "vantage \"%.200s\" stands there twice",
				       spec);
	if (v->count == DG_MAX_VANTAGES)
		return dg_fail(err, DG_EINVAL, "more than %d vantages", DG_MAX_VANTAGES);
	new->text = dg_copy_text(spec);
	if (new->text == NULL)
		return dg_fail_memory(err);
	new->engine = engine;
	new->argument = argument == NULL ? NULL : new->text + len + 1;
	v->count++;
	return DG_OK;
}

enum dg_status dg_vantages_token(struct dg_vantages *v, const char *line, const char *name,
				 struct dg_error *err)
{
	bool is_key = strncmp(line, API_KEY, strlen(API_KEY)) == 0;
	const char *token = is_key ? line + strlen(API_KEY) : line, *at;
	size_t over_https = 0, i;

	for (i = 0; i < v->count; i++)
		over_https += v->item[i].engine->over_https;
	if (over_https != 1)
		return dg_fail(err, DG_EINVAL,
			       "%.200s: its token is for one vantage over HTTPS, and %zu are given",
			       name, over_https);
	/* It goes into a header, as it is. */
	for (at = token; *at > ' ' && *at <= '~'; at++) {
	}
	if (*at != '\0' || at == token || at - token > TOKEN_MAX)
		return dg_fail(err, DG_EINVAL,
			       "%.200s: its first line is neither a token nor \"" API_KEY "KEY\"",
			       name);
	v->token = dg_text(is_key ? API_KEY "%s" : "Authorization: Bearer %s", token);
	return v->token == NULL ? dg_fail_memory(err) : DG_OK;
}

void dg_vantages_free(struct dg_vantages *v)
{
	while (v->count > 0)
		free(v->item[--v->count].text);
	free(v->token);
	v->token = NULL;
}
