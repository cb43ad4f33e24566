/* SPDX-License-Identifier: ISC */
/* What other places see: the options about them, and their machine among the gate's. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "gate.h"

/* Fetches at a time: each is a process or a connection. */
#define AT_ONCE 8
/* So many are on their way that the next one waits: look again after this. */
#define FULL_MS 20
#define TOKEN_LINE 4200

/* ---- options --------------------------------------------------------------------------------- */

static enum dg_status check_options(const struct dg_options *o, struct dg_error *err)
{
	if (o->through_places && o->nvantages == 0)
		return dg_fail(
		    err, DG_EINVAL,
		    "the authoritative servers are to be asked from other places, and no "
		    "vantage is given");
	if (o->through_places && o->require_places == DG_PLACES_NONE)
		return dg_fail(err, DG_EINVAL,
			       "other places alone are to be asked, and none of them is required");
	if (o->nvantages == 0 && o->require_places == DG_PLACES_COUNT)
		return dg_fail(err, DG_EINVAL, "%u places are required, and no vantage is given",
			       o->require_places_count);
	return DG_OK;
}

static enum dg_status read_token(struct dg_gate *g, const char *name, struct dg_error *err)
{
	const char *why = NULL;
	FILE *file = dg_file_open(name, &why);
	char line[TOKEN_LINE] = "";
	enum dg_status status;

	if (file == NULL)
		return dg_fail(err, DG_ESYSTEM, "%s: %s", name, why);
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\r\n")] = '\0';
	status = dg_vantages_token(&g->vantages, line, name, err);
	/* It stays in one place alone. */
	memset(line, 0, sizeof(line));
	return status;
}

enum dg_status dg_gate_take_vantages(struct dg_gate *g, const struct dg_options *o,
				     struct dg_error *err)
{
	enum dg_status status = check_options(o, err);
	size_t i;

	for (i = 0; i < o->nvantages && status == DG_OK; i++)
		status = dg_vantages_add(&g->vantages, o->vantages[i], err);
	if (status == DG_OK && o->place_token != NULL)
		status = read_token(g, o->place_token, err);
	if (status != DG_OK)
		return status;
	g->vantages.units = o->place_units;
	g->proxy = dg_copy_text(o->proxy);
	return o->proxy != NULL && g->proxy == NULL ? dg_fail_memory(err) : DG_OK;
}

enum dg_status dg_gate_new_round(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	struct dg_round_policy policy = {
	    .quorum = {.require = g->options.require_places,
		       .count = g->options.require_places_count,
		       .ca = g->options.ca},
	    /* Where nobody else looks, a place that does not answer cannot be passed over. */
	    .or_fail = g->options.places_or_fail || g->options.through_places,
	    .once = g->options.diagnose,
	};

	if (g->vantages.count == 0)
		return DG_OK;
	return dg_round_new(&r->round, &g->vantages, &policy) == DG_OK ? DG_OK
								       : dg_fail_memory(err);
}

/* ---- the machine ----------------------------------------------------------------------------- */

static bool is_asking(const struct dg_record *r)
{
	return r->round != NULL && r->round->begun && r->verdict == DG_VERDICT_WAITING;
}

enum dg_status dg_gate_places_next(void *gate, struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_gate *g = gate;
	size_t i, visit;

	(void)err;
	for (i = 0; i < g->admitted && g->vantages.count > 0 && g->fetching < AT_ONCE; i++) {
		const struct dg_fetch *fetch =
		    is_asking(g->record[i])
			? dg_round_next(g->record[i]->round, g->drive.now, &visit)
			: NULL;

		if (fetch == NULL)
			continue;
		ret_ask->id = dg_ask_id((struct dg_asker){
		    .machine = DG_MACHINE_PLACES, .item = (uint32_t)i, .server = (uint32_t)visit});
		ret_ask->fetch = fetch;
		g->fetching++;
		break;
	}
	return DG_OK;
}

dg_ms dg_gate_places_due(void *gate)
{
	struct dg_gate *g = gate;
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < g->admitted && g->vantages.count > 0; i++)
		if (is_asking(g->record[i]) && dg_round_due(g->record[i]->round) < due)
			due = dg_round_due(g->record[i]->round);
	return due <= g->drive.now ? g->drive.now + FULL_MS : due;
}

static enum dg_status describe(struct dg_record *r, struct dg_error *err)
{
	char words[DG_ROUND_TEXT];

	if (!dg_gate_places_show(r))
		return dg_gate_set_trouble(r, dg_round_describe(r->round, words), err);
	/* Else it is set anew with each look at the servers. */
	return r->resolvers.alone ? dg_gate_set_trouble(r, "", err) : DG_OK;
}

enum dg_status dg_gate_places_heard(void *gate, const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_gate *g = gate;
	const struct dg_asker by = dg_asker_of(heard->ask);
	struct dg_record *r = g->record[by.item];
	bool news;

	g->fetching--;
	if (dg_round_heard(r->round, by.server, heard->fetched, g->drive.now, &news) != DG_OK)
		return dg_fail_memory(err);
	if (r->verdict != DG_VERDICT_WAITING || !news)
		return DG_OK;
	r->next_check = g->drive.now;
	dg_timers_set(&g->timers, by.item, g->drive.now);
	if (describe(r, err) != DG_OK)
		return err->status;
	dg_gate_tell(g, DG_EVENT_PLACES, r, 0);
	return DG_OK;
}

/* ---- for a record ---------------------------------------------------------------------------- */

enum dg_status dg_gate_ask_places(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	if (r->round == NULL)
		return DG_OK;
	if (dg_round_update(r->round, r->watch, r->resolvers.alone ? r->given : NULL,
			    g->drive.now) != DG_OK)
		return dg_fail_memory(err);
	return describe(r, err);
}

bool dg_gate_places_show(const struct dg_record *r)
{
	return r->round == NULL || r->round->met;
}

bool dg_gate_places_settled(const struct dg_record *r)
{
	return r->round == NULL || r->round->settled;
}
