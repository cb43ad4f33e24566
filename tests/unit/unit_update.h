/* SPDX-License-Identifier: ISC */
/* dg_update over a scripted net, in virtual time. */
#ifndef UNIT_UPDATE_H
#define UNIT_UPDATE_H

#include "unit_tsig.h"

#include "dns01gate.h"

#define NAME "_acme-challenge.example.test."
#define VALUE "value"
#define SOA(zone, primary, serial) zone " 60 SOA " primary " h.test. " serial " 1 1 1 1"

struct unit_answer {
	const char *at, *question, *flags, *records;
};

/* What servers say where a row does not have it otherwise: 10.0.0.53 is asked which zone NAME is
 * in, and has its primary at 10.0.0.1. */
extern const struct unit_answer unit_usual[];

struct unit_update_row {
	const char *what;
	const char *name; /* NULL: NAME */
	struct unit_answer answers[13];
	/* What happens to each update, in their order, the last one to all later: a response code,
	 * with "unsigned" or "wrong" or a TSIG error before it; or "lost", "tc", "closed", ... */
	const char *updates[12];
	const char *zone, *server, *value;
	bool discover, remove, keyless;
	int unshown;     /* answers about the record that do not have it, after it was added */
	int conditional; /* so many updates have the condition that there is no CNAME */
	dg_ms timeout;   /* 0: 60000 */
	/* and then */
	bool done;
	const char *text, *advice; /* parts of them */
	const char *owner, *in_zone, *at;
	int64_t serial; /* 0: 42 when it is done, else -1 */
	int sent;       /* updates; 0: as many as there are */
	dg_ms after, before;
	enum dg_status status;
};

/* What the net saw. */
struct unit_update_seen {
	int updates;
	dg_ms now; /* since the beginning */
};

/* Runs a row; what the servers do is no doing of the program's, and stands between outside(true)
 * and outside(false), unless that is NULL. */
enum dg_status unit_update_run(const struct unit_update_row *row, void (*outside)(bool is),
			       struct unit_update_seen *ret_seen,
			       struct dg_update_result *ret_result, struct dg_error *err);

/* For a group of tests: the root hints that rows with `discover` begin at. */
int unit_update_setup(void **state);
int unit_update_teardown(void **state);

#endif
