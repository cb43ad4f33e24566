/* SPDX-License-Identifier: ISC */
/*
 * A diagnostic pass over one record: extra questions to authoritative servers, for what the watch
 * alone does not tell. Checks want them and judge what came; a pure machine asks.
 */
#ifndef DG_SURVEY_H
#define DG_SURVEY_H

#include "dns/answer.h"
#include "dns/ask.h"
#include "dns/expected.h"
#include "dns/reply.h"
#include "find/discover.h"

/* How a question differs from the CA's. */
enum dg_shape {
	DG_SHAPE_USUAL,
	DG_SHAPE_TCP,        /* over TCP alone */
	DG_SHAPE_LOWER_CASE, /* the name as it is written */
	DG_SHAPE_ANY_SOURCE, /* over UDP alone: does another address answer? */
	DG_SHAPE_NSID,       /* who answers (RFC 5001)? */
	DG_SHAPE_NSID_AGAIN, /* the same, from another port */
	DG_SHAPE_NSID_TCP    /* the same, over TCP alone */
};

#define DG_NSID_TEXT 80

/* A question, and of its answer what checks read: a reply may have 64 KiB, and a pass a thousand.
 */
struct dg_probe {
	struct dg_zone *zone; /* whose server is asked; borrowed */
	size_t server;
	struct dg_name name;
	uint16_t type;
	enum dg_shape shape;
	bool asked, done;
	unsigned tries; /* that ended without an answer */
	unsigned sent;  /* attempts of all of them */
	dg_ms at;       /* when it was done */
	enum dg_heard_kind heard;
	bool connected; /* over TCP, and then nothing came */
	bool dropped;   /* TCP is not answered, by contrast with UDP */
	/* DG_HEARD_TRUNCATED: octets of the cut-off reply, and why TCP failed, or NULL; static. */
	uint16_t udp_size;
	const char *tcp_why;
	/* DG_HEARD_ELSEWHERE: who answered. */
	struct dg_addr source;
	bool replied; /* and so the rest is known */
	uint16_t rcode;
	enum dg_answer_kind says;
	struct dg_name alias; /* DG_ANSWER_ALIAS: where it leads */
	bool has_soa;         /* of a negative answer, */
	uint16_t denied_by;   /* and the type of the proof with it: NSEC or NSEC3; 0: none */
	struct dg_txt txt;    /* the TXT set at the name */
	char nsid[DG_NSID_TEXT];
	/* About CAA records: its signatures are judged when the keys are known. */
	struct dg_reply reply;
};

/* Zones that a pass may want found. */
#define DG_MAX_SOUGHT 8

/* A name whose zone is wanted; the search is the gate's. */
struct dg_sought_zone {
	struct dg_name name;
	struct dg_search *search; /* NULL: not begun */
};

struct dg_survey {
	struct dg_probe **probe;
	size_t count;
	struct dg_sought_zone *sought;
	size_t nsought;
	struct dg_room room; /* that all of it takes up */
	bool begun;
	bool news; /* something came since the checks were asked what they want */
	bool no_memory;
	const char *limit; /* the limit that was reached, or NULL */
	uint32_t random;   /* for names that nobody has */
};

/* Begins a pass, which keeps at most `most` octets, and DG_MAX_SURVEY_OCTETS; what the last one
 * found is forgotten. `seed` is for dg_survey_nobody. */
void dg_survey_begin(struct dg_survey *s, size_t most, uint32_t seed);
void dg_survey_free(struct dg_survey *s);

/* Wants a question asked, once in a pass; never more than DG_MAX_SURVEY of one server. */
void dg_survey_question(struct dg_survey *s, struct dg_zone *zone, size_t server,
			const struct dg_name *name, uint16_t type, enum dg_shape shape);

/* Wants the zone of a name found, for questions to its servers; once found it stays so. */
void dg_survey_seek(struct dg_survey *s, const struct dg_name *name);

/* How far that is: as dg_search_state has it, and DG_SEARCH_OPEN for what is not begun. */
enum dg_search_state dg_survey_sought(const struct dg_survey *s, const struct dg_name *name);

/* Its outcome; NULL: it was not wanted, or is not known yet. */
const struct dg_probe *dg_survey_find(const struct dg_survey *s, const struct dg_zone *zone,
				      size_t server, const struct dg_name *name, uint16_t type,
				      enum dg_shape shape);

/* The server's NSID in printable form (RFC 5001 section 2.3); empty for NULL, and if it sent none.
 * It stays as long as the probe. */
const char *dg_survey_nsid(const struct dg_probe *probe);

/* A name below `above` that nobody has, the same during a pass. False when it would be too long. */
bool dg_survey_nobody(const struct dg_survey *s, const struct dg_name *above,
		      struct dg_name *ret_name);

/* As the watch's. */
void dg_survey_next(struct dg_survey *s, bool mixed_case, uint32_t record, struct dg_ask *ret_ask);
enum dg_status dg_survey_heard(struct dg_survey *s, const struct dg_heard *heard,
			       const struct dg_expected *expected, dg_ms now) DG_MUST_CHECK;

/* True when everything wanted has an outcome. */
bool dg_survey_is_done(const struct dg_survey *s);

#endif
