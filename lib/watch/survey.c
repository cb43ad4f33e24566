/* SPDX-License-Identifier: ISC */
#include "survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "watch.h"

#define OPTION_NSID 3
/* Silence may be loss; TCP is known to be silent by contrast alone. */
#define TRIES 2
#define TRIES_TCP 3

static void probe_free(struct dg_probe *p)
{
	dg_reply_drop(&p->reply);
	free(p);
}

static void drop_probes(struct dg_survey *s)
{
	while (s->count > 0)
		probe_free(s->probe[--s->count]);
	free(s->probe);
}

void dg_survey_free(struct dg_survey *s)
{
	drop_probes(s);
	free(s->sought);
	memset(s, 0, sizeof(*s));
}

void dg_survey_begin(struct dg_survey *s, size_t most, uint32_t seed)
{
	drop_probes(s);
	*s = (struct dg_survey){.sought = s->sought, .nsought = s->nsought};
	s->room.most = most < DG_MAX_SURVEY_OCTETS ? most : DG_MAX_SURVEY_OCTETS;
	s->begun = s->news = true;
	s->random = seed;
}

static struct dg_probe *find(const struct dg_survey *s, const struct dg_zone *zone, size_t server,
			     const struct dg_name *name, uint16_t type, enum dg_shape shape)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		struct dg_probe *p = s->probe[i];

		if (p->zone == zone && p->server == server && p->type == type &&
		    p->shape == shape && dg_name_equal(&p->name, name))
			return p;
	}
	return NULL;
}

void dg_survey_question(struct dg_survey *s, struct dg_zone *zone, size_t server,
			const struct dg_name *name, uint16_t type, enum dg_shape shape)
{
	struct dg_probe *p;
	size_t i, of_server = 0;

	if (find(s, zone, server, name, type, shape) != NULL)
		return;
	for (i = 0; i < s->count; i++)
		of_server += dg_addr_equal(&s->probe[i]->zone->server[s->probe[i]->server].addr,
					   &zone->server[server].addr);
	if (of_server == DG_MAX_SURVEY || s->count == DG_MAX_PROBES ||
	    !dg_room_take(&s->room, sizeof(*p))) {
		s->limit = "questions of a diagnostic pass";
		return;
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL || !dg_grow(&s->probe, s->count, sizeof(struct dg_probe *))) {
		free(p);
		s->no_memory = true;
		return;
	}
	*p = (struct dg_probe){
	    .zone = zone, .server = server, .name = *name, .type = type, .shape = shape};
	s->probe[s->count++] = p;
}

static struct dg_sought_zone *find_sought(const struct dg_survey *s, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < s->nsought; i++)
		if (dg_name_equal(&s->sought[i].name, name))
			return &s->sought[i];
	return NULL;
}

void dg_survey_seek(struct dg_survey *s, const struct dg_name *name)
{
	if (find_sought(s, name) != NULL)
		return;
	if (s->nsought == DG_MAX_SOUGHT)
		s->limit = "zones that a diagnostic pass wants found";
	else if (!dg_grow(&s->sought, s->nsought, sizeof(*s->sought)))
		s->no_memory = true;
	else
		s->sought[s->nsought++] = (struct dg_sought_zone){.name = *name};
}

enum dg_search_state dg_survey_sought(const struct dg_survey *s, const struct dg_name *name)
{
	const struct dg_sought_zone *z = find_sought(s, name);

	return z == NULL || z->search == NULL ? DG_SEARCH_OPEN : z->search->state;
}

const struct dg_probe *dg_survey_find(const struct dg_survey *s, const struct dg_zone *zone,
				      size_t server, const struct dg_name *name, uint16_t type,
				      enum dg_shape shape)
{
	const struct dg_probe *p = find(s, zone, server, name, type, shape);

	return p != NULL && p->done ? p : NULL;
}

const char *dg_survey_nsid(const struct dg_probe *probe)
{
	return probe == NULL ? "" : probe->nsid;
}

bool dg_survey_nobody(const struct dg_survey *s, const struct dg_name *above,
		      struct dg_name *ret_name)
{
	return dg_name_nobody(above, s->random, ret_name);
}

void dg_survey_next(struct dg_survey *s, bool mixed_case, uint32_t record, struct dg_ask *ret_ask)
{
	size_t i;

	ret_ask->id = 0;
	for (i = 0; i < s->count; i++) {
		struct dg_probe *p = s->probe[i];

		if (p->asked)
			continue;
		p->asked = true;
		*ret_ask = (struct dg_ask){
		    .id = dg_ask_id((struct dg_asker){
			.machine = DG_MACHINE_SURVEY, .item = record, .server = (uint32_t)i}),
		    .server = p->zone->server[p->server].addr,
		    .name = p->name,
		    .type = p->type,
		    .mixed_case = mixed_case && p->shape != DG_SHAPE_LOWER_CASE,
		    .tcp = p->shape == DG_SHAPE_TCP || p->shape == DG_SHAPE_NSID_TCP,
		    .any_source = p->shape == DG_SHAPE_ANY_SOURCE,
		    .idle = true,
		    .nsid = p->shape >= DG_SHAPE_NSID,
		};
		return;
	}
}

static void take_nsid(struct dg_probe *p, const struct dg_msg *msg)
{
	uint16_t len = 0, i;
	const uint8_t *octets = dg_msg_option(msg, OPTION_NSID, &len);

	for (i = 0; octets != NULL && i < len && i + 1 < DG_NSID_TEXT; i++)
		p->nsid[i] = octets[i] > ' ' && octets[i] < 0x7f ? (char)octets[i] : '.';
}

/* What no check would read again is not kept. */
static enum dg_status keep(struct dg_survey *s, struct dg_probe *p, const struct dg_heard *heard)
{
	if (p->type != DG_TYPE_CAA)
		return DG_OK;
	if (dg_reply_keep(&p->reply, heard, DG_MAX_KEPT, 0, &s->room) != DG_OK)
		return DG_ENOMEM;
	if (p->reply.kept == NULL)
		s->limit = "octets of answers of a diagnostic pass";
	return DG_OK;
}

static uint16_t proof_type(const struct dg_msg *msg)
{
	size_t nsec = 0, nsec3 = 0;

	if (dg_msg_next(msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_NSEC3, &nsec3) != NULL)
		return DG_TYPE_NSEC3;
	return dg_msg_next(msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_NSEC, &nsec) != NULL
		   ? DG_TYPE_NSEC
		   : 0;
}

static enum dg_status take_reply(struct dg_survey *s, struct dg_probe *p,
				 const struct dg_heard *heard, const struct dg_expected *expected)
{
	const struct dg_msg *msg = heard->msg;
	struct dg_answer answer;

	dg_answer_read(msg, &p->name, p->type, &p->zone->name, &answer);
	p->replied = true;
	p->rcode = msg->rcode;
	p->says = answer.kind;
	p->has_soa = answer.has_soa;
	if (answer.kind == DG_ANSWER_NODATA || answer.kind == DG_ANSWER_NXDOMAIN)
		p->denied_by = proof_type(msg);
	if (answer.kind == DG_ANSWER_ALIAS)
		p->alias = answer.name;
	take_nsid(p, msg);
	if (p->type == DG_TYPE_TXT && answer.kind == DG_ANSWER_DATA &&
	    dg_txt_read(&p->txt, expected, msg, &p->name) != DG_OK)
		return DG_ENOMEM;
	return keep(s, p, heard);
}

/* Nothing came, and more questions may tell why. */
static bool is_worth_another(const struct dg_probe *p)
{
	unsigned tries = p->shape == DG_SHAPE_TCP ? TRIES_TCP : TRIES;

	return (p->heard == DG_HEARD_SILENCE || p->heard == DG_HEARD_TRUNCATED) &&
	       p->tries + 1 < tries && !p->dropped;
}

enum dg_status dg_survey_heard(struct dg_survey *s, const struct dg_heard *heard,
			       const struct dg_expected *expected, dg_ms now)
{
	size_t i = dg_asker_of(heard->ask).server;
	struct dg_probe *p = i < s->count ? s->probe[i] : NULL;

	if (p == NULL || !p->asked || p->done)
		return DG_OK;
	p->heard = heard->kind;
	p->sent += heard->sent;
	p->connected = heard->tcp_connected && heard->tcp_why == NULL;
	p->dropped = heard->tcp_dropped;
	p->source = heard->server;
	p->udp_size = heard->udp_size;
	p->tcp_why = heard->tcp_why;
	if (is_worth_another(p)) {
		p->asked = false;
		p->tries++;
		return DG_OK;
	}
	p->done = s->news = true;
	p->at = now;
	return heard->msg == NULL ? DG_OK : take_reply(s, p, heard, expected);
}

bool dg_survey_is_done(const struct dg_survey *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!s->probe[i]->done)
			return false;
	for (i = 0; i < s->nsought; i++)
		if (s->sought[i].search == NULL || s->sought[i].search->state == DG_SEARCH_OPEN)
			return false;
	return s->begun;
}
