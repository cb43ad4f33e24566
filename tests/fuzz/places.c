/* SPDX-License-Identifier: ISC */
#include "places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

#define FIRST "smBwJClM9huUu10UX02i1zmxGDJIPNriiDjVvoW3s4U"
#define SECOND "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define MOST_FETCHES 400

static int status_of(uint8_t octet)
{
	switch (octet) {
	case '2':
		return 200;
	case 'p':
		return 202;
	case '4':
		return 422;
	case '9':
		return 429;
	case '5':
		return 500;
	case '-':
		return -1;
	default:
		return octet & 0x80 ? octet : octet - '0';
	}
}

static void add_column(struct dg_lookout *l, const char *owner, const char *target,
		       const char *address)
{
	struct dg_column *c = &l->column[l->ncolumns++];

	*c = (struct dg_column){.owner = owner, .target = target, .server = "ns.lab."};
	must(dg_addr_parse(&c->addr, address, 53, NULL) == DG_OK, "an address");
	dg_addr_print(&c->addr, c->address);
}

static void words(const char *text)
{
	if (text != NULL && text[0] != '\0')
		must_be_words(text, strlen(text) + 1, "a text that may not be printed");
}

static bool has(const struct dg_cell *c, const char *value)
{
	size_t i;

	for (i = 0; i < c->nvalues; i++)
		if (strstr(c->values[i], value) != NULL)
			return true;
	return false;
}

static void check_cell(const struct dg_engine *engine, const struct dg_cell *c)
{
	size_t i;

	words(c->owner);
	words(c->server);
	words(c->address);
	words(c->detail);
	words(c->nsid);
	for (i = 0; i < c->nvalues; i++)
		words(c->values[i]);
	must(c->state >= DG_STATE_UNASKED && c->state <= DG_STATE_BOGUS, "a state");
	must((c->address == NULL) == engine->last, "an address");
	/* An alias has none; a service's word is all that there is of MPIC. */
	if (c->state == DG_STATE_PRESENT && !engine->last && strcmp(c->owner, "target.lab.") == 0)
		must(has(c, FIRST) && has(c, SECOND), "present without the values");
}

static void check_places(const struct dg_engine *engine, const struct dg_places *places)
{
	size_t i, k;

	must(places->count <= DG_MAX_PLACES, "too many places");
	for (i = 0; i < places->count; i++) {
		const struct dg_place *p = &places->place[i];

		words(p->name);
		words(p->network);
		words(p->unusable);
		must(p->ncells <= DG_MAX_COLUMNS + DG_MAX_OWN_CELLS, "too many cells");
		for (k = 0; k < p->ncells; k++)
			check_cell(engine, &p->cell[k]);
	}
}

/* The next answer. */
static char *take(struct input *in, struct dg_fetched *f)
{
	const uint8_t *rest;
	size_t left, len;
	char *body;

	*f = (struct dg_fetched){.status = status_of(input_octet(in)), .retry_after = -1};
	rest = input_octets(in, 0, &left);
	(void)rest;
	for (len = 0; in->pos + len < in->size && in->data[in->pos + len] != '\0'; len++) {
	}
	body = input_text(in->data + in->pos, len);
	in->pos += len + (in->pos + len < in->size);
	f->body = body;
	f->len = len;
	return body;
}

static void ask(const struct dg_engine *engine, struct dg_visit *v, struct input *in, dg_ms *now)
{
	unsigned fetches = 0;

	must(dg_visit_begin(v, *now) == DG_OK, "memory");
	while (v->state != DG_VISIT_DONE && v->state != DG_VISIT_FAILED) {
		struct dg_fetched f;
		char *body;

		must(v->state == DG_VISIT_WANTS, "nothing is wanted");
		must(++fetches < MOST_FETCHES, "it does not end");
		must(v->fetch.most <= DG_FETCH_MOST && v->fetch.patience > 0, "no bound");
		if (v->fetch.argv == NULL)
			must(strncmp(v->fetch.url, "https://", 8) == 0, "another scheme");
		*now = v->due > *now ? v->due : *now;
		v->state = DG_VISIT_AWAY;
		body = take(in, &f);
		must(engine->heard(v, &f, *now) == DG_OK, "memory");
		free(body);
	}
	if (v->state == DG_VISIT_FAILED)
		words(v->failure);
	else
		check_places(engine, &v->seen);
}

void fuzz_places(const struct dg_engine *engine, const char *spec, const char *name,
		 const uint8_t *data, size_t size)
{
	struct input in = {.data = data, .size = size};
	struct dg_expected expected = {0};
	struct dg_lookout lookout = {.name = name, .expected = &expected};
	struct dg_vantages vantages = {0};
	struct dg_visit v = {.sought = &lookout, .retry_after = -1};
	unsigned units = 1000;
	dg_ms now = 0;

	must(dg_vantages_add(&vantages, spec, NULL) == DG_OK, "a SPEC");
	must(dg_expected_add(&expected, FIRST) == DG_OK &&
		 dg_expected_add(&expected, SECOND) == DG_OK,
	     "values");
	add_column(&lookout, "_acme-challenge.lab.", "target.lab.", "192.0.2.1");
	add_column(&lookout, "target.lab.", NULL, "192.0.2.2");
	add_column(&lookout, "target.lab.", NULL, "2001:db8::3");
	v.vantage = &vantages.item[0];
	v.units = &units;
	ask(engine, &v, &in, &now);
	/* And again, with what it has kept. */
	dg_places_free(&v.seen);
	ask(engine, &v, &in, &now);
	dg_visit_free(&v);
	dg_expected_free(&expected);
	dg_vantages_free(&vantages);
}
