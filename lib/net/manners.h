/* SPDX-License-Identifier: ISC */
/*
 * What is remembered of how an address takes questions, for the length of a run. Loss looks like
 * bad manners, so they are believed by contrast alone: questions of one kind left unanswered,
 * several times, among others that were answered. Pure: told the time and what happened.
 */
#ifndef DG_MANNERS_H
#define DG_MANNERS_H

#include "dns01gate.h"

enum dg_edns_support {
	DG_EDNS_OK,
	DG_EDNS_SUSPECT, /* no question with it was answered yet, and one without it was */
	DG_EDNS_DROPPED, /* the same, often enough */
	DG_EDNS_REFUSED  /* FORMERR, NOTIMP or BADVERS, and an answer without EDNS */
};

struct dg_manners {
	bool case_changed; /* does not repeat the question's case, not over TCP either */

	bool edns_works; /* a question with EDNS was answered in this run: none is dropped for it */
	bool edns_refused;
	dg_ms refused_at;
	unsigned
	    edns_lost; /* questions with it left unanswered, when one without it was answered */
	unsigned plain_come; /* the latter */
	unsigned plain_lost;
	dg_ms edns_tried; /* when it was last tried though believed to be dropped */

	unsigned udp_answers, udp_lost; /* UDP questions answered, and not answered in time */
	unsigned udp_missed;            /* exchanges in a row that only TCP brought to an end */
	bool tcp_works;                 /* answered over TCP in this run */
	unsigned slips;                 /* answers over UDP that were truncated without need */
	dg_ms slipped;                  /* when the last was */
	unsigned tcp_lost; /* TCP questions left unanswered while all over UDP were answered */
};

/* What to expect of it as of now. */
enum dg_edns_support dg_manners_edns(const struct dg_manners *m, dg_ms now);

/* A question with EDNS was answered, whatever the answer has. */
void dg_manners_edns_works(struct dg_manners *m);

/* A question was answered only without EDNS: because the server said so (refused), or beside so
 * many with EDNS that were not. */
void dg_manners_edns_refused(struct dg_manners *m, dg_ms now);
void dg_manners_plain_came(struct dg_manners *m, unsigned edns_lost);
void dg_manners_plain_lost(struct dg_manners *m);

/* True when EDNS should be tried beside, though it is believed to be dropped; counts that as done.
 */
bool dg_manners_try_edns(struct dg_manners *m, dg_ms now);

/* True when only TCP reaches this address, as it seems. */
bool dg_manners_udp_is_silent(const struct dg_manners *m);

/* An answer over UDP was truncated without need: so servers limit the rate of their answers. */
void dg_manners_slipped(struct dg_manners *m, dg_ms now);

/* True when its answers over UDP are limited, as it seems: those over TCP are not. */
bool dg_manners_udp_is_limited(const struct dg_manners *m, dg_ms now);

/* True when TCP does not reach it, by contrast with UDP. */
bool dg_manners_tcp_is_dropped(const struct dg_manners *m);

#endif
