/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/name.h"
#include "engine.h"
#include "json_in.h"

#define REQUEST_MS 15000
#define VALUE_SHOWN 255
#define MAX_VALUES 64

void dg_visit_fail(struct dg_visit *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(v->failure, sizeof(v->failure), format, args);
	va_end(args);
	v->state = DG_VISIT_FAILED;
}

enum dg_status dg_visit_begin(struct dg_visit *v, dg_ms now)
{
	const struct dg_engine *engine = v->vantage->engine;

	if (v->own == NULL && engine->own > 0)
		v->own = calloc(1, engine->own);
	if (v->own == NULL && engine->own > 0)
		return DG_ENOMEM;
	return engine->begin(v, now);
}

json_t *dg_visit_answer(struct dg_visit *v, const struct dg_fetched *f)
{
	struct dg_error err = {0};
	json_t *answer = NULL;

	if (dg_json_in(&answer, f->body, f->len, DG_JSON_MOST, v->vantage->text, &err) != DG_OK)
		dg_visit_fail(v, "%s", err.text);
	return answer;
}

/* What an API says of its refusal, in its own words; free() it. */
static char *read_refusal(const struct dg_fetched *f)
{
	json_t *answer = NULL;
	char *words = NULL;

	if (dg_json_in(&answer, f->body, f->len, DG_JSON_MOST, "", NULL) == DG_OK)
		words = dg_json_shown(dg_json_text(json_object_get(answer, "error"), "message"),
				      DG_PLACE_TEXT);
	json_decref(answer);
	return words;
}

bool dg_visit_is_good(struct dg_visit *v, const struct dg_fetched *f)
{
	static const struct {
		int status;
		const char *words;
	} meanings[] = {
	    {400, "the request was refused as invalid"},
	    {401, "the token was refused"},
	    {403, "access was refused"},
	    {404, "there is no such measurement, or no such API"},
	    {422, "no probe fits the locations"},
	    {429, "the rate limit, or the credit, is used up"},
	};
	const char *meaning = f->status >= 500 ? "the service failed" : "the answer is of no use";
	char *words;
	size_t i;

	v->retry_after = f->retry_after;
	if (f->status < 0) {
		dg_visit_fail(v, "%s: %s", v->vantage->text, f->why);
		return false;
	}
	if (f->status >= 200 && f->status < 300)
		return true;
	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].status == f->status)
			meaning = meanings[i].words;
	words = read_refusal(f);
	dg_visit_fail(v, "%s: %s (HTTP %d%s%s)", v->vantage->text, meaning, f->status,
		      words == NULL ? "" : ": ", words == NULL ? "" : words);
	free(words);
	return false;
}

enum dg_status dg_visit_request(struct dg_visit *v, char *url, char *body, bool post, dg_ms due)
{
	size_t n = 0;

	free(v->url);
	free(v->body);
	v->url = url;
	v->body = body;
	if (url == NULL || (post && body == NULL))
		return DG_ENOMEM;
	v->header[n++] = "User-Agent: dns01gate";
	v->header[n++] = "Accept: application/json";
	if (post) {
		v->header[n++] = "Content-Type: application/json";
		/* Neither is of use for a short body. */
		v->header[n++] = "Expect:";
	}
	if (v->token != NULL)
		v->header[n++] = v->token;
	v->header[n] = NULL;
	v->fetch = (struct dg_fetch){.url = url,
				     .header = v->header,
				     .body = post ? body : NULL,
				     .most = DG_FETCH_MOST,
				     .patience = REQUEST_MS};
	v->state = DG_VISIT_WANTS;
	v->due = due;
	return DG_OK;
}

/* ---- places and cells ------------------------------------------------------------------------ */

struct dg_place *dg_places_add(struct dg_places *places, const char *engine, const char *name)
{
	struct dg_place *p;

	if (places->count == DG_MAX_PLACES ||
	    !dg_grow(&places->place, places->count, sizeof(*places->place)))
		return NULL;
	p = &places->place[places->count];
	*p = (struct dg_place){
	    .engine = engine, .name = dg_json_shown(name, DG_PLACE_TEXT), .asn = -1};
	if (p->name == NULL)
		return NULL;
	places->count++;
	return p;
}

static void cell_free(struct dg_cell *c)
{
	free(c->owner);
	free(c->server);
	free(c->address);
	free(c->detail);
	free(c->nsid);
	while (c->nvalues > 0)
		free(c->values[--c->nvalues]);
	free(c->values);
}

void dg_places_free(struct dg_places *places)
{
	while (places->count > 0) {
		struct dg_place *p = &places->place[--places->count];

		while (p->ncells > 0)
			cell_free(&p->cell[--p->ncells]);
		free(p->cell);
		free(p->name);
		free(p->network);
		free(p->unusable);
	}
	free(places->place);
	places->place = NULL;
}

struct dg_cell *dg_place_add(struct dg_place *place, const struct dg_column *column)
{
	struct dg_cell *c;

	if (place->ncells == DG_MAX_COLUMNS + DG_MAX_OWN_CELLS ||
	    !dg_grow(&place->cell, place->ncells, sizeof(*place->cell)))
		return NULL;
	c = &place->cell[place->ncells];
	*c = (struct dg_cell){.owner = dg_copy_text(column->owner),
			      .server = dg_copy_text(column->server),
			      .address =
				  dg_copy_text(column->address[0] == '\0' ? NULL : column->address),
			      .port = column->addr.port,
			      .state = DG_STATE_UNASKED,
			      .rtt_us = -1};
	if (c->owner == NULL || (column->server != NULL && c->server == NULL) ||
	    (column->address[0] != '\0' && c->address == NULL)) {
		cell_free(c);
		return NULL;
	}
	place->ncells++;
	return c;
}

bool dg_cell_say(struct dg_cell *cell, enum dg_state state, const char *detail)
{
	cell->state = state;
	free(cell->detail);
	cell->detail = dg_json_shown(detail, DG_PLACE_TEXT);
	return detail == NULL || cell->detail != NULL;
}

bool dg_cell_value(struct dg_cell *cell, const uint8_t *octets, size_t len)
{
	char text[DG_OCTETS_TEXT(VALUE_SHOWN)];

	if (cell->nvalues == MAX_VALUES)
		return true;
	dg_octets_print(octets, len, VALUE_SHOWN, text);
	if (!dg_grow(&cell->values, cell->nvalues, sizeof(*cell->values)))
		return false;
	cell->values[cell->nvalues] = dg_copy_text(text);
	return cell->values[cell->nvalues] != NULL && ++cell->nvalues > 0;
}

bool dg_same_name(const char *a, const char *b)
{
	struct dg_name x, y;

	return dg_name_parse(&x, a, NULL) == DG_OK && dg_name_parse(&y, b, NULL) == DG_OK &&
	       dg_name_equal(&x, &y);
}

void dg_visit_free(struct dg_visit *v)
{
	free(v->own);
	dg_places_free(&v->seen);
	free(v->url);
	free(v->body);
}
