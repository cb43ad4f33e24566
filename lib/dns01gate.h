/* SPDX-License-Identifier: ISC */
/*
 * libdns01gate: waits until an ACME DNS-01 challenge record is visible on every authoritative
 * server of its name (RFC 8555 sections 8.2 and 8.4).
 *
 * One gate is one wait for any number of records. Make it, add name and value pairs, run it, read
 * the verdict, the rows and the report. Nothing here prints, exits, or keeps global state; one gate
 * belongs to one thread.
 */
#ifndef DNS01GATE_H
#define DNS01GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DG_API __attribute__((visibility("default")))
#define DG_MUST_CHECK __attribute__((warn_unused_result))
#define DG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define DG_API
#define DG_MUST_CHECK
#define DG_PRINTF(fmt, args)
#endif

/* Milliseconds: a span, or a moment on the monotonic clock. */
typedef int64_t dg_ms;

/* ---- status and error ------------------------------------------------------------------------ */

/* Why a call failed. A server's mistake is never the reason. */
#define DG_STATUSES(X)                                                                             \
	X(DG_OK, "ok")                                                                             \
	X(DG_ENOMEM, "out of memory")                                                              \
	X(DG_EINVAL, "invalid argument")                                                           \
	X(DG_EPARSE, "malformed message")                                                          \
	X(DG_ELIMIT, "limit reached")                                                              \
	X(DG_ESYSTEM, "system call failed")                                                        \
	X(DG_ESTOPPED, "stopped by the caller")

enum dg_status {
#define X(code, text) code,
	DG_STATUSES(X)
#undef X
};

/* Filled by the first failure; later ones leave it alone. Start from {0}. NULL is allowed wherever
 * one is asked for. */
struct dg_error {
	enum dg_status status;
	char text[512];
};

/* Writes status and text into err unless it holds an error already or is NULL; returns status, so
 * that `return dg_fail(err, DG_EINVAL, ...)` is one line. */
DG_API enum dg_status dg_fail(struct dg_error *err, enum dg_status status, const char *format, ...)
    DG_PRINTF(3, 4);

/* The text of a status; never NULL, not to be freed. */
DG_API const char *dg_status_text(enum dg_status status);

/* ---- words of the report --------------------------------------------------------------------- */

/* Unpublished: the caller could not publish it, so there is nothing to wait for. */
#define DG_VERDICTS(X)                                                                             \
	X(DG_VERDICT_WAITING, "waiting")                                                           \
	X(DG_VERDICT_VISIBLE, "visible")                                                           \
	X(DG_VERDICT_TIMEOUT, "timeout")                                                           \
	X(DG_VERDICT_FAULT, "fault")                                                               \
	X(DG_VERDICT_ENVIRONMENT, "environment")                                                   \
	X(DG_VERDICT_UNPUBLISHED, "unpublished")

enum dg_verdict {
#define X(code, text) code,
	DG_VERDICTS(X)
#undef X
};

#define DG_STATES(X)                                                                               \
	X(DG_STATE_UNASKED, "unasked")                                                             \
	X(DG_STATE_PRESENT, "present")                                                             \
	X(DG_STATE_ABSENT, "absent")                                                               \
	X(DG_STATE_OTHER, "other")                                                                 \
	X(DG_STATE_SILENT, "silent")                                                               \
	X(DG_STATE_REFUSED, "refused")                                                             \
	X(DG_STATE_LAME, "lame")                                                                   \
	X(DG_STATE_BROKEN, "broken")                                                               \
	X(DG_STATE_BOGUS, "bogus")

enum dg_state {
#define X(code, text) code,
	DG_STATES(X)
#undef X
};

/* DNSSEC's verdict on an answer. Indeterminate: the keys to judge it by are not known (yet);
 * insecure: proven to be unsigned. */
#define DG_SECURITIES(X)                                                                           \
	X(DG_SECURITY_INDETERMINATE, "indeterminate")                                              \
	X(DG_SECURITY_SECURE, "secure")                                                            \
	X(DG_SECURITY_INSECURE, "insecure")                                                        \
	X(DG_SECURITY_BOGUS, "bogus")                                                              \
	X(DG_SECURITY_OFF, "off")

enum dg_security {
#define X(code, text) code,
	DG_SECURITIES(X)
#undef X
};

#define DG_SEVERITIES(X)                                                                           \
	X(DG_SEVERITY_FATAL, "fatal")                                                              \
	X(DG_SEVERITY_WAIT, "wait")                                                                \
	X(DG_SEVERITY_WARNING, "warning")                                                          \
	X(DG_SEVERITY_NOTE, "note")

enum dg_severity {
#define X(code, text) code,
	DG_SEVERITIES(X)
#undef X
};

/* The report's word for each; never NULL, not to be freed. */
DG_API const char *dg_verdict_text(enum dg_verdict verdict);
DG_API const char *dg_state_text(enum dg_state state);
DG_API const char *dg_severity_text(enum dg_severity severity);
DG_API const char *dg_security_text(enum dg_security security);

/* ---- what was seen --------------------------------------------------------------------------- */

/* Something that an address began to say, in the report's words, or that became of it. */
struct dg_moment {
	dg_ms at;
	const char *event;
};

/* The last word of one address about one name. Unknown numbers are -1, unknown texts NULL. Times
 * count from the start of the run. All pointers belong to the gate and hold until the next event.
 */
struct dg_row {
	bool recursive;       /* a resolver, not one of the record's own servers */
	const char *resolver; /* as the options had it, of a resolver */
	const char *server;   /* the NS name that led to it; of a resolver its certificate's name */
	const char *address;  /* without the port; of a resolver not looked up yet its host */
	unsigned port;
	const char *owner;     /* the name asked: the record's, or a CNAME target's */
	const char *target;    /* where its CNAME or DNAME led, when it gave one */
	const char *transport; /* "udp", "tcp", "tls" or "https", of the last answer */
	enum dg_state state;
	enum dg_security security; /* of the last answer */
	const char *reason;        /* why that is bogus, or insecure in spite of signatures */
	int ede;              /* the extended error (RFC 8914) that says so, or a resolver gave */
	const char *ede_text; /* a resolver's words */
	const char *finding;  /* its id */
	bool showing;         /* the record, and DNSSEC does not refuse it */
	bool required;        /* counts for the verdict: neither left out nor excused */
	int rcode;
	const char *rcode_text;
	int aa, ad;
	int64_t serial; /* of the zone's SOA on this address */
	int64_t size;   /* octets of the last message */
	int64_t ttl;    /* seconds */
	int64_t rtt_us;
	const char *detail; /* the last answer in a few words */
	char *const *values;
	size_t nvalues;
	unsigned queries;
	unsigned confirmations;
	unsigned needed;
	dg_ms first_present;
	dg_ms last_answer;
	dg_ms retry; /* from now: until then a resolver's cache holds what it has */
	const struct dg_moment *moments;
	size_t nmoments, dropped; /* so many were replaced by the last one */
	const char *nsid;         /* RFC 5001, of a diagnostic pass */
	char address_text[46];
};

/* One cause of failure, seen; ids and codes are those of the manual. */
struct dg_finding {
	const char *id;
	const char *code;
	enum dg_severity severity;
	char *server; /* "name address", or NULL when no single server is to blame */
	char *text;
	char *advice;
	char *ca_text; /* what the CA would say, or NULL */
};

struct dg_record;

/* Names in presentation form with the final dot; borrowed from the gate. */
DG_API const char *dg_record_name(const struct dg_record *record);
DG_API const char *dg_record_zone(const struct dg_record *record); /* NULL until it is found */
DG_API enum dg_verdict dg_record_verdict(const struct dg_record *record);
DG_API dg_ms dg_record_visible_at(const struct dg_record *record); /* -1: it was not */
DG_API enum dg_security dg_record_security(const struct dg_record *record);

/* Says what the record waits for while nothing can be asked yet; NULL otherwise. */
DG_API const char *dg_record_trouble(const struct dg_record *record);

/* The zones that were delegated one below the other down to the record's, the root's first: how
 * many, the name of each, and what its chain of trust is worth. Beyond the last: NULL,
 * DG_SECURITY_INDETERMINATE. */
DG_API size_t dg_record_cuts(const struct dg_record *record);
DG_API const char *dg_record_cut(const struct dg_record *record, size_t i);
DG_API enum dg_security dg_record_cut_security(const struct dg_record *record, size_t i);

/* Says in words what the domain's CAA records allow; NULL: they were not asked for. */
DG_API const char *dg_record_caa(const struct dg_record *record);

/* Rows and findings, indexed from 0; both live until the next event of the run, which may change
 * their number. Beyond the last: a row that is DG_STATE_UNASKED with empty texts for address, owner
 * and detail; NULL for a finding. */
DG_API size_t dg_record_rows(const struct dg_record *record);
DG_API void dg_record_row(const struct dg_record *record, size_t i, struct dg_row *ret_row);
DG_API size_t dg_record_findings(const struct dg_record *record);
DG_API const struct dg_finding *dg_record_finding(const struct dg_record *record, size_t i);

/* ---- what was seen from other places --------------------------------------------------------- */

/* What one server address says at a place. */
struct dg_cell {
	char *owner;   /* the name asked */
	char *server;  /* the NS name that led to it, or NULL */
	char *address; /* NULL: whichever server the place's own resolver chose */
	unsigned port;
	enum dg_state state; /* DG_STATE_UNASKED: it was not learnt */
	char *detail;        /* the answer in a few words, or NULL */
	char *nsid;          /* or NULL */
	int64_t rtt_us;      /* -1: not known */
	char **values;
	size_t nvalues;
};

/* The regional Internet registries, of which a CA's perspectives must lie in two. */
enum dg_rir {
	DG_RIR_UNKNOWN,
	DG_RIR_AFRINIC,
	DG_RIR_APNIC,
	DG_RIR_ARIN,
	DG_RIR_LACNIC,
	DG_RIR_RIPE
};

/* A place from which the record was looked for. */
struct dg_place {
	const char *engine; /* "globalping", "ssh" or "mpic" */
	char *name;         /* "Sydney, OC" */
	char *network;      /* or NULL */
	int64_t asn;        /* -1: not known */
	enum dg_rir rir;
	char *unusable; /* why it does not count; NULL: it does */
	struct dg_cell *cell;
	size_t ncells;
};

/* The places of a record, from 0; NULL beyond the last. They live until the next event. */
DG_API size_t dg_record_places(const struct dg_record *record);
DG_API const struct dg_place *dg_record_place(const struct dg_record *record, size_t i);

/* True when nothing at the place can be held against it: it was asked, and by a network that does
 * not answer for others; and when all that answers there shows the record, and all was asked. */
DG_API bool dg_place_counts(const struct dg_place *place);
DG_API bool dg_place_sees(const struct dg_place *place);

/* The chance, 0 to 1, that a CA's validation passes by what the places see now; -1: not known. */
DG_API double dg_record_chance(const struct dg_record *record);

/* ---- the gate -------------------------------------------------------------------------------- */

struct dg_gate;

enum dg_event_kind {
	DG_EVENT_ZONE,    /* the servers of an owner became known, or more of them */
	DG_EVENT_ROW,     /* an address says something else than before */
	DG_EVENT_PLACES,  /* other places have said what they see of a record, or cannot be asked */
	DG_EVENT_VERDICT, /* a record is decided */
	DG_EVENT_TICK     /* the observer's tick */
};

struct dg_event {
	enum dg_event_kind kind;
	dg_ms elapsed;
	const struct dg_record *record; /* NULL for a tick */
	size_t row;                     /* DG_EVENT_ROW: below dg_record_rows of the record now */
};

/* Is told of events, and at least once a `tick` (0: no ticks). The callback may read the gate's
 * records, and must not call anything that changes the gate. */
struct dg_observer {
	void (*event)(void *self, const struct dg_gate *gate, const struct dg_event *event);
	void *self;
	dg_ms tick;
};

/* What unsigned and wrongly signed answers are worth. */
enum dg_dnssec {
	DG_DNSSEC_VALIDATE, /* secure, or insecure by proof, counts */
	DG_DNSSEC_REQUIRE,  /* only secure counts */
	DG_DNSSEC_OFF
};

/* The CA whose validation is predicted. */
enum dg_ca {
	DG_CA_LETSENCRYPT, /* keeps answers for 60 s at most */
	DG_CA_GENERIC,     /* and any, as long as their TTLs are */
	DG_CA_STRICT       /* the same, and no place from which it looks may fail */
};

/* How many of the places must see it: as many as the CA's quorum needs, every server address of
 * all, a number, or none. */
enum dg_require_places { DG_PLACES_QUORUM, DG_PLACES_ALL, DG_PLACES_NONE, DG_PLACES_COUNT };

enum dg_require { DG_REQUIRE_REACHABLE, DG_REQUIRE_ALL, DG_REQUIRE_COUNT };

struct dg_options {
	dg_ms timeout;
	unsigned confirmations;
	dg_ms confirm_interval;
	enum dg_require require;
	unsigned require_count; /* for DG_REQUIRE_COUNT */
	bool ipv4, ipv6;
	bool mixed_case;        /* random 0x20 case in the question */
	unsigned port;          /* of discovered servers */
	const char *root_hints; /* a file, or NULL: the system's, else the built-in ones */
	enum dg_dnssec dnssec;
	const char *trust_anchor; /* a file, or NULL: the system's and the built-in ones */
	int64_t now; /* judge signatures as of then (seconds since 1970); -1: the clock */
	const char *const *servers; /* "ADDR[#PORT]": ask these instead of discovering */
	size_t nservers;
	const char *const *resolvers; /* the manual's SPECs: they must see it too, afterwards */
	size_t nresolvers;
	unsigned require_resolvers;  /* so many of them suffice; 0: all must */
	bool skip_authoritative;     /* ask the resolvers only */
	const char *const *vantages; /* the manual's SPECs: places from which it is looked for */
	size_t nvantages;
	enum dg_require_places require_places;
	unsigned require_places_count; /* for DG_PLACES_COUNT */
	bool places_or_fail;           /* not without a place that could not be asked */
	bool through_places;           /* ask the authoritative servers through the places alone */
	const char *place_token; /* a file with what the operator of the places gave, or NULL */
	unsigned place_units;    /* that the run may spend there */
	const char *proxy;       /* URL, for all that goes over HTTPS; NULL: the environment's */
	enum dg_ca ca;
	/* The URL of the ACME account, which CAA records may name; NULL: not known. */
	const char *account;
	bool diagnose;      /* look once, with all that can be asked, instead of waiting */
	const char *tls_ca; /* a file with the certificates to trust, or NULL: the system's */
	int stop_fd;        /* the run ends with DG_ESTOPPED when this becomes readable; -1: none */
	struct dg_observer observer;
};

/* The defaults of the manual. */
DG_API void dg_options_init(struct dg_options *ret_options);

/* A gate for `options`, which it copies (strings included). Free it with dg_gate_free.
 * DG_EINVAL names the option at fault; DG_ESYSTEM the file. With DG_OK *err may have a note. */
DG_API enum dg_status dg_gate_new(struct dg_gate **ret_gate, const struct dg_options *options,
				  struct dg_error *err) DG_MUST_CHECK;
DG_API void dg_gate_free(struct dg_gate *gate);

/* Wants the TXT value at name; several values of one name must stand in the same answer. Both are
 * copied. NULL, with `diagnose` only: whatever value is there. DG_EINVAL: name is no domain name,
 * or value is empty. */
DG_API enum dg_status dg_gate_add(struct dg_gate *gate, const char *name, const char *value,
				  struct dg_error *err) DG_MUST_CHECK;

/* What a record that was added is to validate: CAA records tell them apart. */
DG_API enum dg_status dg_gate_identify(struct dg_gate *gate, const char *name, bool plain,
				       bool wildcard, struct dg_error *err) DG_MUST_CHECK;

/* Holds a record that was added back for so long from the start: the CA may have an earlier set in
 * its cache until then. Not while all servers show all of its `values`, which are copied. */
DG_API enum dg_status dg_gate_hold(struct dg_gate *gate, const char *name, dg_ms span,
				   const char *const *values, size_t nvalues,
				   struct dg_error *err) DG_MUST_CHECK;

/* A record that was added came to this server address between `from` and `until` after the start in
 * earlier runs: it is asked more often then, and seldom before. DG_EINVAL: it is no address. */
DG_API enum dg_status dg_gate_expect(struct dg_gate *gate, const char *name, const char *address,
				     dg_ms from, dg_ms until, struct dg_error *err) DG_MUST_CHECK;

/* Wants what DNSSEC makes of the records of `type` (an IANA name or TYPEnnn) at name judged once,
 * on every address and resolver; the verdict is DG_VERDICT_VISIBLE then. DG_EINVAL when name or
 * type is none. */
DG_API enum dg_status dg_gate_inspect(struct dg_gate *gate, const char *name, const char *type,
				      struct dg_error *err) DG_MUST_CHECK;

/* Tells that a record that was added could not be published, why, and what to do, in words: it is
 * DG_VERDICT_UNPUBLISHED, and not waited for. */
DG_API enum dg_status dg_gate_unpublished(struct dg_gate *gate, const char *name, const char *text,
					  const char *advice, struct dg_error *err) DG_MUST_CHECK;

/* Tells the serial that the primary's zone had once it carried out an update of a record that was
 * added. */
DG_API enum dg_status dg_gate_published(struct dg_gate *gate, const char *name, uint32_t serial,
					struct dg_error *err) DG_MUST_CHECK;

/* Replaces the options' timeout by what is left of it when the gate is made, which took time too.
 */
DG_API void dg_gate_set_timeout(struct dg_gate *gate, dg_ms timeout);

/* Waits until every record is decided or the timeout is over; once a gate. DG_OK whatever the
 * verdict is. */
DG_API enum dg_status dg_gate_run(struct dg_gate *gate, struct dg_error *err) DG_MUST_CHECK;

/* The worst verdict of all records: unpublished, environment, fault, timeout, visible; the time it
 * took. */
DG_API enum dg_verdict dg_gate_verdict(const struct dg_gate *gate);
DG_API dg_ms dg_gate_elapsed(const struct dg_gate *gate);
/* In the order in which the names were added; NULL beyond the last. */
DG_API size_t dg_gate_records(const struct dg_gate *gate);
DG_API const struct dg_record *dg_gate_record(const struct dg_gate *gate, size_t i);

/* The report as JSON text without a final newline; free() it. */
DG_API enum dg_status dg_gate_report(const struct dg_gate *gate, char **ret_json,
				     struct dg_error *err) DG_MUST_CHECK;

struct json_t; /* jansson's */

/* Reads JSON that came from anywhere, of at most so many values and 32 levels; json_decref it.
 * DG_EINVAL tells where it goes wrong, in printable words with `called` in front. */
DG_API enum dg_status dg_json_in(struct json_t **ret_json, const char *text, size_t len,
				 size_t most, const char *called,
				 struct dg_error *err) DG_MUST_CHECK;

/* Whether that is a report, with every key that the manual promises, of the type that it promises.
 * DG_EINVAL names the key at fault, with `called` in front. */
DG_API enum dg_status dg_report_check(const struct json_t *report, const char *called,
				      struct dg_error *err) DG_MUST_CHECK;

/* ---- publishing ------------------------------------------------------------------------------ */

/* A TSIG key (RFC 8945); the caller's, borrowed. */
struct dg_tsig_key {
	const char *name;
	const char
	    *algorithm; /* "hmac-sha256" and its kin, with or without the final dot, any case */
	const uint8_t *secret;
	size_t secret_len;
};

/* How to send and sign dynamic updates (RFC 2136). */
struct dg_update_options {
	const char
	    *server; /* "ADDR[#PORT]" of the primary; NULL: the one that the zone's SOA names */
	const char *zone; /* NULL: the one that the name, or the target of its CNAMEs, is in */
	uint32_t ttl;     /* of what is added, seconds */
	struct dg_tsig_key key; /* name NULL: not signed */
	/* Told why it failed, each time for another reason, when it is tried again; or NULL. */
	void (*retry)(void *self, const char *text);
	void *self;
};

/* The result of an update. Names are in presentation form; empty: unknown. */
struct dg_update_result {
	bool done;        /* the primary has carried it out, or had nothing to do */
	char owner[1024]; /* the name that was updated */
	char zone[1024];
	char server[80];  /* ADDR#PORT */
	int64_t serial;   /* that the primary's zone has now; -1: not known */
	char text[512];   /* not done: what went wrong, in words, with the server and the response
			     code */
	char advice[512]; /* and what to do */
};

/* DG_EINVAL unless the key's name and algorithm are ones that updates can be signed with. */
DG_API enum dg_status dg_tsig_key_check(const struct dg_tsig_key *key,
					struct dg_error *err) DG_MUST_CHECK;

/* Adds (or removes) the TXT record `name` `value`, and nothing else, by dynamic update: at the
 * target of its CNAMEs where it has some. Blocks until it is done, or refused, or `timeout` of the
 * options is over: servers that do not answer, or fail, are asked again until then. Of these it
 * heeds the ones about finding servers, and stop_fd. DG_OK whatever the servers say: the result
 * tells. DG_EINVAL names the option at fault; DG_ESTOPPED: stopped. */
DG_API enum dg_status dg_update(const struct dg_options *options,
				const struct dg_update_options *update, bool add, const char *name,
				const char *value, struct dg_update_result *ret_result,
				struct dg_error *err) DG_MUST_CHECK;

/* ---- names ----------------------------------------------------------------------------------- */

/* The name of the challenge record for a domain, maybe with "*." in front, with the final dot:
 * dns-01's, or with an account's URL dns-account-01's. free() it. DG_EINVAL quotes what no CA takes
 * for a domain. */
DG_API enum dg_status dg_challenge_name(char **ret_name, const char *domain, const char *account,
					struct dg_error *err) DG_MUST_CHECK;

DG_API const char *dg_version(void);
/* Opens for reading a file that a user named: a regular one, or a pipe without a name like a
 * shell's; nothing that another user could plant to be waited for. fclose(3) it. NULL, and why not:
 * a text that lasts until the next call. */
DG_API FILE *dg_file_open(const char *name, const char **ret_why);

#ifdef __cplusplus
}
#endif

#endif
