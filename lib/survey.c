/* SPDX-License-Identifier: ISC */
#include "survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "watch.h"

#define OPTION_NSID 3

static void probe_free(struct dg_probe *p)
{
	dg_msg_free(&p->msg);
	free(p->wire);
	free(p);
}

void dg_survey_free(struct dg_survey *s)
{
	while (s->count > 0)
		probe_free(s->probe[--s->count]);
	free(s->probe);
	memset(s, 0, sizeof(*s));
}

void dg_survey_begin(struct dg_survey *s, uint32_t seed)
{
	dg_survey_free(s);
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

void dg_survey_want(struct dg_survey *s, struct dg_zone *zone, size_t server,
		    const struct dg_name *name, uint16_t type, enum dg_shape shape)
{
	struct dg_probe *p;
	size_t i, of_server = 0;

	if (find(s, zone, server, name, type, shape) != NULL)
		return;
	for (i = 0; i < s->count; i++)
		of_server += dg_addr_equal(&s->probe[i]->zone->server[s->probe[i]->server].addr,
					   &zone->server[server].addr);
	if (of_server == DG_MAX_SURVEY || s->count == DG_MAX_PROBES) {
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

const struct dg_probe *dg_survey_find(const struct dg_survey *s, const struct dg_zone *zone,
				      size_t server, const struct dg_name *name, uint16_t type,
				      enum dg_shape shape)
{
	const struct dg_probe *p = find(s, zone, server, name, type, shape);

	return p != NULL && p->done ? p : NULL;
}

const char *dg_survey_nsid(const struct dg_probe *probe, char buf[DG_NSID_TEXT])
{
	const uint8_t *octets = NULL;
	uint16_t len = 0, i;

	buf[0] = '\0';
	if (probe != NULL && probe->wire != NULL)
		octets = dg_msg_option(&probe->msg, OPTION_NSID, &len);
	for (i = 0; octets != NULL && i < len && i + 1 < DG_NSID_TEXT; i++) {
		buf[i] = octets[i] > ' ' && octets[i] < 0x7f ? (char)octets[i] : '.';
		buf[i + 1] = '\0';
	}
	return buf;
}

bool dg_survey_nobody(const struct dg_survey *s, const struct dg_name *above,
		      struct dg_name *ret_name)
{
	char text[DG_NAME_TEXT + 32], rest[DG_NAME_TEXT];

	snprintf(text, sizeof(text), "nobody-%08x.%s", (unsigned)s->random,
		 dg_name_print(above, rest));
	return dg_name_parse(ret_name, text, NULL) == DG_OK;
}

void dg_survey_next(struct dg_survey *s, bool mixed_case, uint32_t id_base, struct dg_ask *ret_ask)
{
	size_t i;

	ret_ask->id = 0;
	for (i = 0; i < s->count; i++) {
		struct dg_probe *p = s->probe[i];

		if (p->asked)
			continue;
		p->asked = true;
		*ret_ask = (struct dg_ask){
		    .id = dg_watch_survey_id(id_base, i),
		    .server = p->zone->server[p->server].addr,
		    .name = p->name,
		    .type = p->type,
		    .mixed_case = mixed_case && p->shape != DG_SHAPE_LOWER_CASE,
		    .tcp = p->shape == DG_SHAPE_TCP,
		    .nsid = p->shape != DG_SHAPE_USUAL && p->shape != DG_SHAPE_LOWER_CASE,
		};
		return;
	}
}

enum dg_status dg_survey_heard(struct dg_survey *s, const struct dg_heard *heard, dg_ms now)
{
	size_t i = dg_watch_survey_index(heard->ask);
	struct dg_probe *p = i < s->count ? s->probe[i] : NULL;

	if (p == NULL || !p->asked || p->done)
		return DG_OK;
	p->heard = *heard;
	p->heard.msg = NULL;
	p->done = s->news = true;
	p->at = now;
	if (heard->msg == NULL)
		return DG_OK;
	p->wire = malloc(heard->msg->len);
	if (p->wire == NULL)
		return DG_ENOMEM;
	memcpy(p->wire, heard->msg->wire, heard->msg->len);
	/* It was read before: only memory can be short. */
	if (dg_msg_read(&p->msg, p->wire, heard->msg->len, NULL) != DG_OK)
		return DG_ENOMEM;
	dg_answer_read(&p->msg, &p->name, p->type, &p->zone->name, &p->answer);
	return DG_OK;
}

bool dg_survey_is_done(const struct dg_survey *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!s->probe[i]->done)
			return false;
	return s->begun;
}
