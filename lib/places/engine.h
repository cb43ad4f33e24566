/* SPDX-License-Identifier: ISC */
/*
 * A vantage engine: who looks from elsewhere, and how it is asked. An engine is one file with one
 * const struct. It is a machine: it says what it wants fetched, is told what came of that, and
 * believes nothing of it: no more octets, places or addresses than were asked about, and a record
 * counts as present only at the address, and under the name, that the answer says it is about.
 */
#ifndef DG_ENGINE_H
#define DG_ENGINE_H

#include "base/addr.h"
#include "dns/expected.h"
#include "dns/fetch.h"
#include "vantage.h"

/* Octets of an answer, JSON values in it, places of one engine, columns of the matrix, and cells of
 * a place beyond these, that its host found by itself. */
#define DG_FETCH_MOST ((size_t)1 << 20)
#define DG_JSON_MOST 50000
#define DG_MAX_PLACES 50
#define DG_MAX_COLUMNS 64
#define DG_MAX_OWN_CELLS 64
/* Characters of a name or a detail that are kept. */
#define DG_PLACE_TEXT 120

/* What is looked for: a name and values, at each address of the servers of each name of its chain.
 */
struct dg_column {
	const char *owner;  /* the name asked; presentation form, as all texts here */
	const char *target; /* where it has to lead; NULL: it has to have the values */
	const char *server; /* NS name, or NULL */
	char address[DG_ADDR_TEXT];
	struct dg_addr addr;
};

struct dg_lookout {
	const char *name;
	const struct dg_expected *expected; /* none: any value will do */
	struct dg_column column[DG_MAX_COLUMNS];
	size_t ncolumns; /* 0: which servers there are is not known here */
};

struct dg_places {
	struct dg_place *place;
	size_t count; /* at most DG_MAX_PLACES */
};

enum dg_visit_state {
	DG_VISIT_IDLE,   /* nothing is wanted */
	DG_VISIT_WANTS,  /* there is something to fetch, from `due` on */
	DG_VISIT_AWAY,   /* and it is being fetched */
	DG_VISIT_DONE,   /* `seen` has what the places see */
	DG_VISIT_FAILED, /* and `failure` why they could not be asked */
};

#define DG_FAILURE_TEXT 320

/* One vantage point asked about one record. */
struct dg_visit {
	const struct dg_vantage *vantage;
	const struct dg_lookout *sought;
	unsigned *units;   /* that the run may still spend */
	const char *token; /* header line with it, or NULL */
	enum dg_visit_state state;
	dg_ms due;
	dg_ms ended;       /* when it was done, or had failed, last */
	dg_ms retry_after; /* as its operator wants; -1: no word */
	struct dg_places seen;
	char failure[DG_FAILURE_TEXT];
	struct dg_fetch fetch; /* what it points to is below */
	char *url, *body;
	const char *header[6];
	const char *argv[12];
	void *own; /* the engine's; kept from one beginning to the next */
};

struct dg_engine {
	const char *name; /* in a SPEC, before the colon */
	const char *form; /* of a SPEC, for messages */
	bool over_https;  /* it may have a token */
	bool last;        /* it asks resolvers, who remember: after all others, and seldom */
	size_t own;       /* octets that it keeps of a visit, zero at first; 0: none */

	/* Says what is wrong with what stands behind the colon (NULL: nothing does), or NULL. */
	const char *(*check)(const char *argument);

	/* Begins anew: the first thing to fetch, or the visit failed. Only DG_ENOMEM fails. */
	enum dg_status (*begin)(struct dg_visit *v, dg_ms now);
	/* Takes what came: the next thing to fetch, or the visit is done or failed. */
	enum dg_status (*heard)(struct dg_visit *v, const struct dg_fetched *f, dg_ms now);
};

/* ---- what engines share ---------------------------------------------------------------------- */

/* The engine begins a visit. DG_ENOMEM. */
enum dg_status dg_visit_begin(struct dg_visit *v, dg_ms now) DG_MUST_CHECK;

/* The visit failed, in words by printf's rules. */
void dg_visit_fail(struct dg_visit *v, const char *format, ...) DG_PRINTF(2, 3);

/* It failed because of what came over HTTPS, unless that is good: a status from 200 to 299. False:
 * it failed. */
bool dg_visit_is_good(struct dg_visit *v, const struct dg_fetched *f);

/* What came over HTTPS, which dg_visit_is_good, as JSON; json_decref it. NULL: it is none, so the
 * visit failed. */
struct json_t *dg_visit_answer(struct dg_visit *v, const struct dg_fetched *f);

/* The next thing to fetch is a request; it takes url and body, which may be NULL when memory ran
 * out. */
enum dg_status dg_visit_request(struct dg_visit *v, char *url, char *body, bool post, dg_ms due);

/* One more place, empty, under a name that is shown as far as it can be. NULL: no memory, or too
 * many. */
struct dg_place *dg_places_add(struct dg_places *places, const char *engine, const char *name);
void dg_places_free(struct dg_places *places);

/* One more cell for a column, not asked yet. NULL: no memory, or too many. */
struct dg_cell *dg_place_add(struct dg_place *place, const struct dg_column *column);

/* The cell's words; true unless memory ran out. */
bool dg_cell_say(struct dg_cell *cell, enum dg_state state, const char *detail);

/* The cell has this value too: octets of any kind. False: no memory. */
bool dg_cell_value(struct dg_cell *cell, const uint8_t *octets, size_t len);

/* True when two names in presentation form are one. */
bool dg_same_name(const char *a, const char *b);

/* Everything a visit keeps. */
void dg_visit_free(struct dg_visit *v);

#endif
