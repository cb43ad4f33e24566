/* SPDX-License-Identifier: ISC */
/*
 * Causes of failure, recognised from what the watch saw. A check is one file with one const struct;
 * it reads observations and adds findings, and does nothing else.
 */
#ifndef DG_CHECK_H
#define DG_CHECK_H

#include "watch/resolver_watch.h"
#include "watch/survey.h"
#include "watch/watch.h"

/* A domain, and "*." in front of it. */
enum dg_identifier { DG_IDENTIFIER_PLAIN = 1, DG_IDENTIFIER_WILDCARD = 2 };

struct dg_case {
	const struct dg_watch *watch;
	const struct dg_chase *chase;
	const struct dg_resolver_watch *resolvers;
	const struct dg_survey *survey; /* of the last diagnostic pass; empty: there was none */
	const struct dg_path *path;
	dg_ms deadline;
	enum dg_ca ca;
	unsigned identifiers; /* that the record is to validate, added up; 0: not known */
	const char *account;  /* the URL of the ACME account; NULL: not known */
	dg_ms hold;         /* the CA may have an earlier set until then; in the past: it has not */
	bool nothing_heard; /* from anybody, for long */
	dg_ms patience;     /* with a way that is not there */
	int64_t published;  /* serial that the primary's zone had with the record; -1: not known */
	dg_ms now;
	int64_t wall;    /* seconds since 1970 */
	bool visible;    /* the record is: what is found is no reason to wait */
	bool diagnosing; /* nobody waits: everything that a CA would refuse is fatal */
	bool last;       /* the wait ends here: what would need longer to be sure counts as sure */
};

/* Whether a wildcard's alias stands in the place of the record: then it steps aside when that
 * comes, and where it leads is no fault. */
enum dg_known { DG_KNOWN_NO, DG_KNOWN_NOT_YET, DG_KNOWN_YES };

struct dg_wildcard {
	const struct dg_watch *watch;
	size_t chain[DG_MAX_OWNERS], count; /* as the watch has it */
	enum dg_known is;                   /* what is not known yet is worth a diagnostic pass */
	size_t at;                          /* in the chain: whose alias it is */
};

struct dg_findings {
	struct dg_finding *finding;
	size_t count;
	size_t of[DG_SEVERITY_NOTE + 1]; /* each severity: at most DG_MAX_FINDINGS */
	const char *limit;               /* the limit that was reached, or NULL */
	bool no_memory;
	const struct dg_wildcard *wildcard; /* while checks run */
	bool unsure;    /* a fault that may be none: a diagnostic pass would tell */
	char *caa_text; /* what CAA records say; NULL: not known */
};

struct dg_check {
	/* Wants what it takes to judge, beyond what the watch asks, in a diagnostic pass: called
	 * again whenever more is known. NULL: nothing. */
	void (*want)(const struct dg_case *c, struct dg_survey *survey);
	void (*judge)(const struct dg_case *c, struct dg_findings *ret_findings);
	bool first; /* its questions are few, and come before those of others */
};

/* Adds a finding; its text is made by printf's rules. */
struct dg_cause {
	const char *id; /* of findings.def */
	enum dg_severity severity;
	const struct dg_owner *owner; /* that it is about; NULL: the record as a whole */
	const struct dg_poll *poll; /* one of the owner's: the address to blame; NULL: none alone */
	const struct dg_resolver_poll *resolver; /* instead: the resolver to blame */
	const char *server;                      /* or another server, in words */
	const char *advice;
	const char *ca_text; /* NULL: none predicted */
};

/* Advice where a connection was made, and nothing came over it. */
#define DG_SMALL_PACKETS                                                                           \
	"If this is so at several servers, large packets do not reach this machine: let ICMP "     \
	"through, or lower its MTU. Else see why this server accepts TCP and does not answer."

void dg_findings_add(struct dg_findings *f, const struct dg_cause *cause, const char *format, ...)
    DG_PRINTF(3, 4);
void dg_findings_free(struct dg_findings *f);

/* The worst first; those of one severity keep the order in which they were found. */
void dg_findings_sort(struct dg_findings *f);

/* How bad it is that an alias leads nowhere: no fault while it may be a wildcard's. */
enum dg_severity dg_findings_of_alias(struct dg_findings *f);

/* "name address" of a poll; free() it. NULL when memory ran out. */
char *dg_case_server(const struct dg_owner *owner, const struct dg_poll *poll);

/* "name address" of a zone's server; returns buf. */
#define DG_CASE_SERVER (DG_NAME_TEXT + DG_ADDR_TEXT + 2)
const char *dg_case_name_server(const struct dg_zone *zone, size_t server,
				char buf[DG_CASE_SERVER]);

/* Collects the questions of all checks for a diagnostic pass, as of now. */
void dg_checks_want(const struct dg_case *c, struct dg_survey *survey);

/* All checks, run; the worst findings first. */
void dg_checks_run(const struct dg_case *c, struct dg_findings *ret_findings);

/* ---- what checks ask of an owner ------------------------------------------------------------- */

/* How the addresses of an owner stand, those left out not counted. */
struct dg_tally {
	size_t total;
	size_t of[DG_STATE_BOGUS + 1]; /* by state */
};

struct dg_tally dg_case_tally(const struct dg_owner *owner);

/* True when no address of the owner has given anything usable for DG_PATIENCE_MS. */
bool dg_case_useless(const struct dg_case *c, const struct dg_owner *owner);

/* True when the address is an IPv6 address without any answer, and its name answers over IPv4. */
bool dg_case_is_dead_ipv6(const struct dg_case *c, const struct dg_owner *owner,
			  const struct dg_poll *poll);

/* Looks for a wildcard's alias in the record's chain. */
void dg_case_find_wildcard(const struct dg_case *c, struct dg_wildcard *ret_wildcard);

/* The last owner of the chain. */
const struct dg_owner *dg_case_last_owner(const struct dg_case *c);

/* "3 server addresses of example.com.", for the addresses of an owner that count; returns buf. */
#define DG_CASE_TEXT (DG_NAME_TEXT + 64)
const char *dg_case_addresses(const struct dg_owner *owner, size_t count, char buf[DG_CASE_TEXT]);

/* The expected values, a bit each, that all addresses that count show alike, where none shows all
 * of them; 0: they differ, or show none. `ret_since` (or NULL): since when. */
uint64_t dg_case_found_everywhere(const struct dg_owner *owner, dg_ms *ret_since);

/* The highest serial that any address of the owner's zone shows; -1 unknown. */
int64_t dg_case_serial(const struct dg_owner *owner);

/* The serial that every server of the owner, the last of the chain, should have: the highest that
 * any shows, or the primary's once the record was published, if that is higher; -1 unknown. */
int64_t dg_case_best_serial(const struct dg_case *c, const struct dg_owner *owner);

#endif
