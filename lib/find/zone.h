/* SPDX-License-Identifier: ISC */
/* Zones as far as they are known: their name servers' names, who lists each, their addresses, and
 * what each server of the parent says of them.
 */
#ifndef DG_ZONE_H
#define DG_ZONE_H

#include "base/addr.h"
#include "dnssec/dnskey.h"
#include "dns/msg.h"
#include "base/name.h"

/* Which addresses are asked. */
struct dg_reach {
	bool ipv4, ipv6;
	uint16_t port;
};

struct dg_ns {
	struct dg_name name;
	char *text;
	bool by_parent;       /* in the parent's referral */
	bool by_child;        /* in the zone's own NS set, as some server of it tells */
	bool looking;         /* its addresses are being looked up */
	bool looked_up;       /* begun, at least */
	bool in_glue, in_own; /* some address of it stands in the parent's glue, in its own zone */
	bool other_family;    /* it has an address of a family that is not asked */
	bool denied;          /* its own zone says that it has no address at all */
};

/* The verdict on a server's own DNSKEY and SOA sets: a CA may get all that it validates by from
 * this server. */
struct dg_own_sets {
	bool done;   /* judged, or given up */
	bool failed; /* it gives no answer: others' keys count then */
	struct dg_keys keys;
	struct dg_judgement keys_why, soa_why;
	int64_t until; /* seconds since 1970 */
	dg_ms at;      /* when they were judged last */
	bool asking;
};

struct dg_server {
	struct dg_addr addr;
	char *text;
	size_t ns;            /* the name that led to it first */
	uint32_t names;       /* all that led to it, a bit each */
	uint32_t lists;       /* the NS set that it gives itself, a bit each; 0: not known */
	bool counted;         /* asked for its NS set */
	size_t ns_task;       /* discovery's that asks, plus one; 0: there is none */
	unsigned misses;      /* questions of discovery that it left unanswered */
	bool in_glue, in_own; /* the address stands there */
	int64_t serial;       /* of its SOA, -1 unknown */
	int64_t last_serial;  /* the last that was known, and since when it is that */
	dg_ms serial_since;
	dg_ms rose[2]; /* when it last changed, and the time before; 0: not as far as is known */
	uint32_t refresh, retry; /* seconds, with the serial: when a secondary looks again */
	dg_ms serial_next;       /* when to ask for it again */
	struct dg_own_sets *own; /* NULL: nothing is known */
};

/* What one address of the parent's servers says of a zone, asked for a name in it. */
enum dg_delegation_kind {
	DG_DELEGATION_UNHEARD,
	DG_DELEGATION_REFERS,
	DG_DELEGATION_DENIES, /* nothing is there, as the parent zone has it */
	DG_DELEGATION_SERVES, /* it answers for the zone itself, as one of its servers */
	DG_DELEGATION_SILENT,
	DG_DELEGATION_USELESS /* it answers, and a resolver cannot use that */
};

struct dg_delegation {
	enum dg_delegation_kind says;
	bool asked;
	bool asking;    /* it is asked by a task now */
	uint16_t rcode; /* of a denial */
	uint32_t ttl;   /* of the NS set, or of the denial */
	uint32_t names; /* of the NS set that it refers to, a bit each */
	size_t ds;      /* its DS set, by index; SIZE_MAX: not told */
};

/* Different DS sets of one zone that are told apart. */
#define DG_MAX_DS_SETS 4

struct dg_search;
struct dg_zones;

struct dg_zone {
	struct dg_zones *all;       /* that it is one of */
	struct dg_zone *next_alike; /* whose name has the same bucket */
	struct dg_name name;
	char *text;
	struct dg_zone *parent;
	struct dg_ns *ns;
	size_t nns;
	struct dg_server
	    *server; /* at most DG_MAX_ZONE_ADDRESSES; grows only, so an index stays good */
	size_t nservers;
	bool referred; /* the parent's referral was seen */
	bool told;     /* its own NS set was seen */
	bool given;    /* its servers were given by the user; which zone it is, is not known */
	bool sought;   /* all of its servers are to be found */
	bool above;    /* and each is to be asked for the delegation of some zone below */
	struct dg_delegation *delegation; /* by the index of the parent's server */
	size_t ndelegations;
	struct dg_ds_set *ds[DG_MAX_DS_SETS]; /* that servers of the parent gave with referrals */
	size_t nds;
	/* A server of the parent gave another NS set before, or denied the zone, and caches may
	 * have that until then; the names that only that set has, a bit each, and none for the
	 * denial. */
	dg_ms old_until;
	uint32_t old_names;
	unsigned wrong_ds;           /* those that fit no key of the zone, by a bit each */
	struct dg_name name_below;   /* what these servers are asked for */
	bool other_family;           /* it has an address of a family that is not asked */
	unsigned users;              /* searches that ended here, and are not forgotten */
	unsigned watched;            /* of them, those whose record lacks somewhere */
	struct dg_search *needed_by; /* some search, while another is being forgotten */
	unsigned open;               /* questions about its servers without an outcome */
	const char *limit;           /* the limit that was reached, or NULL */
	dg_ms chased; /* when its chain of trust was last looked after, for so many servers */
	size_t chased_servers;
};

/* Zones are found by their names' hash: there may be thousands. */
#define DG_ZONE_BUCKETS 4096

struct dg_zones {
	struct dg_zone **zone;
	struct dg_zone *bucket[DG_ZONE_BUCKETS];
	size_t count;
	size_t nns, nservers; /* of all of them */
	size_t searches;      /* that they are met by */
	unsigned late;        /* servers that came when their zone was in use */
	unsigned news;        /* grows with whatever somebody may have waited for */
	const char *limit;    /* the limit that was reached, or NULL */
};

void dg_zones_free(struct dg_zones *zones);

/* The zone of that name, made if need be; owned by zones, which stay where they are. DG_ELIMIT,
 * noted there, when they are too many. */
enum dg_status dg_zones_get(struct dg_zones *zones, const struct dg_name *name,
			    struct dg_zone *parent, struct dg_zone **ret_zone) DG_MUST_CHECK;

/* The deepest zone known that name is in; the root zone must be there. */
struct dg_zone *dg_zones_enclosing(const struct dg_zones *zones, const struct dg_name *name);

/* The index of an NS name, added if need be; DG_ELIMIT, noted in the zone, when it has too many. */
enum dg_status dg_zone_add_ns(struct dg_zone *zone, const struct dg_name *name, size_t *ret_ns);

/* Adds an address of an NS name unless it is there already, or of a family that is not asked.
 * DG_ELIMIT as above. */
enum dg_status dg_zone_add_server(struct dg_zone *zone, size_t ns, const struct dg_addr *addr,
				  const struct dg_reach *reach);

/* Takes an address of an NS name, by the parent's glue or by the name's own zone. DG_ENOMEM; limits
 * are noted in the zone. */
enum dg_status dg_zone_learn_address(struct dg_zone *zone, size_t ns, const struct dg_addr *addr,
				     bool glue, const struct dg_reach *reach) DG_MUST_CHECK;

/* The next address in a message's records of type A and then AAAA at `owner`, in `sections`. Start
 * the rest of the cursor from 0. */
struct dg_addr_cursor {
	unsigned sections;
	const struct dg_name *owner; /* borrowed */
	size_t at, looked;
	bool ipv6;
	bool limit; /* there are more than any name server may have */
};

bool dg_msg_next_address(const struct dg_msg *msg, uint16_t port, struct dg_addr_cursor *cursor,
			 struct dg_addr *ret_addr);

/* Takes a referral to `zone` by a server of zone->parent: NS names, and glue that the parent's
 * servers can vouch for (the rest is asked for). */
enum dg_status dg_zone_learn_referral(struct dg_zone *zone, const struct dg_msg *msg,
				      const struct dg_reach *reach);

void dg_zone_free_delegations(struct dg_zone *zone);

/* Makes room for what each server of the parent says of the zone. DG_ENOMEM. */
enum dg_status dg_zone_make_delegations(struct dg_zone *zone) DG_MUST_CHECK;

/* Takes what a referral to the zone by the parent's server of that index says, beside what
 * dg_zone_learn_referral takes. DG_ENOMEM. */
enum dg_status dg_zone_learn_delegation(struct dg_zone *zone, size_t server,
					const struct dg_msg *msg) DG_MUST_CHECK;

/* What a server of the parent said of the zone was `before`, and is `after`. */
void dg_zone_note_change(struct dg_zone *zone, const struct dg_delegation *before,
			 const struct dg_delegation *after, dg_ms now);

/* One more question about its servers is without an outcome, or one less. */
void dg_zone_begin_question(struct dg_zone *zone);
void dg_zone_end_question(struct dg_zone *zone);

/* True when some server of the parent, or of a zone above, denies that the zone, or that one, is
 * there, gives a DS set that fits none of its keys, or refers only to servers of no use: a resolver
 * that asks there fails. `useful` are the zone's own servers that are of use, a bit each. */
bool dg_zone_is_denied(const struct dg_zone *zone, uint64_t useful);

/* Of these three the second, and the last, of the parent's server of that index. */
bool dg_zone_has_wrong_ds(const struct dg_zone *zone, size_t server);
bool dg_zone_is_misled(const struct dg_zone *zone, size_t server, uint64_t useful);

/* Which servers of the parent are of use, as far as they were asked about the zone. */
uint64_t dg_zone_useful_parents(const struct dg_zone *zone);

/* True when servers of the parent refer to different NS sets, or give different DS sets: the first
 * that refers, and the next that differs from it. */
bool dg_zone_parents_differ(const struct dg_zone *zone, size_t *ret_first, size_t *ret_other);

/* Takes the zone's own NS set from a section of a server's authoritative answer. */
enum dg_status dg_zone_learn_own_ns(struct dg_zone *zone, size_t server, const struct dg_msg *msg,
				    unsigned section);

/* A server's serial and spans, as its SOA record has them now. */
void dg_server_learn_soa(struct dg_server *server, const struct dg_soa *soa, dg_ms now);

#endif
