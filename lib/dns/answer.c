/* SPDX-License-Identifier: ISC */
/*
 * The procedure, after RFC 1034 section 5.3.3, RFC 2308 section 2 and RFC 6604:
 *
 * 1. A response code other than NOERROR and NXDOMAIN is no answer.
 * 2. Records of the type at the name are the answer, wherever they stand in the section and
 *    whatever stands beside them.
 * 3. Else a CNAME at the name leads on; else a DNAME above it. With NXDOMAIN too: that code speaks
 *    of the end of the chain, and the end is asked for itself.
 * 4. Without an answer: an SOA makes it a negative answer, whatever zone it is of; an NS set below
 *    the zone and at or above the name is a referral; one above the zone, or of the zone without
 *    AA, comes from a server that is not the zone's. What has neither is a negative answer.
 * 5. AA clear with RA set is a resolver's answer. With both clear it counts: resolvers use it.
 */
#include "answer.h"

#include <string.h>

static bool between(const struct dg_name *name, const struct dg_name *apex,
		    const struct dg_name *zone)
{
	return dg_name_under(name, apex) && (zone == NULL || dg_name_under(apex, zone));
}

static void set_apex(struct dg_answer *a, const struct dg_name *apex)
{
	a->has_apex = true;
	a->apex = *apex;
}

/* The signer of the set, or else the owner of the NS set in the authority section, is the zone. */
static void find_apex(const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
		      const struct dg_name *zone, struct dg_answer *a)
{
	const struct dg_rr *rr;
	size_t cursor = 0;
	struct dg_name apex;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_RRSIG, &cursor)) != NULL) {
		apex = dg_msg_rdata_name(msg, rr, 18);
		if (dg_msg_covered(msg, rr) == type && between(name, &apex, zone)) {
			set_apex(a, &apex);
			return;
		}
	}
	rr = dg_msg_find(msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_NS);
	if (rr == NULL)
		return;
	apex = dg_msg_owner(msg, rr);
	if (between(name, &apex, zone))
		set_apex(a, &apex);
}

static void judge_alias(struct dg_answer *a, const struct dg_name *target, const struct dg_rr *rr)
{
	if (a->kind == DG_ANSWER_ALIAS && !dg_name_equal(&a->name, target)) {
		a->kind = DG_ANSWER_CLASH;
		a->why = "several CNAMEs at one name";
		return;
	}
	if (a->kind == DG_ANSWER_CLASH)
		return;
	a->kind = DG_ANSWER_ALIAS;
	a->name = *target;
	a->ttl = rr->ttl;
}

const struct dg_rr *dg_answer_dname(const struct dg_msg *msg, const struct dg_name *name,
				    struct dg_name *ret_owner)
{
	const struct dg_rr *rr, *before = NULL, *closest = NULL;
	size_t cursor = 0;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, NULL, DG_TYPE_DNAME, &cursor)) != NULL) {
		struct dg_name owner;

		if (before != NULL && rr->name == before->name)
			continue;
		before = rr;
		owner = dg_msg_owner(msg, rr);
		if (owner.len < name->len && (closest == NULL || owner.len > ret_owner->len) &&
		    dg_name_under(name, &owner)) {
			closest = rr;
			*ret_owner = owner;
		}
	}
	return closest;
}

static bool read_alias(const struct dg_msg *msg, const struct dg_name *name, struct dg_answer *a)
{
	const struct dg_rr *rr, *dname;
	struct dg_name owner, target;
	size_t cursor = 0;
	bool fits = false;

	a->kind = DG_ANSWER_LAME;
	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_CNAME, &cursor)) != NULL) {
		target = dg_msg_rdata_name(msg, rr, 0);
		judge_alias(a, &target, rr);
	}
	dname = dg_answer_dname(msg, name, &owner);
	if (dname != NULL) {
		target = dg_msg_rdata_name(msg, dname, 0);
		fits = dg_name_substitute(name, &owner, &target, &target);
	}
	if (a->kind != DG_ANSWER_LAME) {
		/* The CNAME that a server makes from the DNAME (RFC 6672 section 3.1). */
		a->by_dname = fits && dg_name_equal(&a->name, &target);
		return true;
	}
	if (dname == NULL)
		return false;
	if (fits) {
		judge_alias(a, &target, dname);
		a->by_dname = true;
	} else {
		a->kind = DG_ANSWER_NONSENSE;
		a->why = "DNAME makes the name longer than 255 octets";
	}
	return true;
}

static bool read_answer_section(const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
				const struct dg_name *zone, struct dg_answer *a)
{
	const struct dg_rr *rr = dg_msg_find(msg, DG_SECTION_ANSWER, name, type);

	if (rr != NULL && msg->rcode == DG_RCODE_NXDOMAIN) {
		a->kind = DG_ANSWER_NXDOMAIN;
		a->why = "beside the record itself";
		return true;
	} else if (rr != NULL) {
		a->kind = DG_ANSWER_DATA;
		a->ttl = rr->ttl;
		a->with_cname = type != DG_TYPE_CNAME &&
				dg_msg_find(msg, DG_SECTION_ANSWER, name, DG_TYPE_CNAME) != NULL;
	} else if (!read_alias(msg, name, a)) {
		return false;
	}
	if (a->kind == DG_ANSWER_NONSENSE || a->kind == DG_ANSWER_CLASH)
		return true;
	find_apex(msg, name, rr != NULL ? type : DG_TYPE_CNAME, zone, a);
	return true;
}

static void say_lame(struct dg_answer *a, const char *why)
{
	a->kind = DG_ANSWER_LAME;
	a->why = why;
}

static enum dg_answer_kind negative(const struct dg_msg *msg)
{
	return msg->rcode == DG_RCODE_NXDOMAIN ? DG_ANSWER_NXDOMAIN : DG_ANSWER_NODATA;
}

/* True when the authority section holds an SOA; the answer is then judged. */
static bool read_negative(const struct dg_msg *msg, const struct dg_name *name,
			  const struct dg_name *zone, struct dg_answer *a)
{
	const struct dg_rr *rr = dg_msg_find(msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_SOA);
	struct dg_name apex;

	if (rr == NULL)
		return false;
	apex = dg_msg_owner(msg, rr);
	a->kind = negative(msg);
	if (!between(name, &apex, zone)) {
		a->why = "with the SOA record of another zone";
		return true;
	}
	a->has_soa = true;
	a->soa = dg_msg_soa(msg, rr);
	a->ttl = rr->ttl;
	set_apex(a, &apex);
	return true;
}

static void read_authority(const struct dg_msg *msg, const struct dg_name *name,
			   const struct dg_name *zone, struct dg_answer *a)
{
	const struct dg_rr *rr = dg_msg_find(msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_NS);

	if (rr != NULL && msg->rcode == DG_RCODE_NOERROR) {
		a->name = dg_msg_owner(msg, rr);
		if (between(name, &a->name, zone) && (zone == NULL || a->name.len > zone->len)) {
			a->kind = DG_ANSWER_REFERRAL;
			return;
		}
		/* The zone's own NS set with AA stands beside a negative answer. */
		if (!msg->aa || (zone != NULL && !dg_name_equal(&a->name, zone))) {
			say_lame(a, "refers back to the same zone or upwards");
			return;
		}
	}
	a->kind = negative(msg);
}

/* AA and RA, as a resolver reads them. */
static void read_flags(const struct dg_msg *msg, struct dg_answer *a)
{
	if (msg->aa || !(dg_answer_tells(a) || a->kind == DG_ANSWER_CLASH))
		return;
	if (!msg->ra) {
		if (a->why == NULL)
			a->why = "without authority (AA clear)";
		return;
	}
	a->says = a->kind;
	a->as_resolver = true;
	say_lame(a, "answers as a resolver, not as an authoritative server");
}

void dg_answer_trust_resolver(struct dg_answer *answer)
{
	if (!answer->as_resolver)
		return;
	answer->kind = answer->says;
	answer->why = "as a resolver, not as an authoritative server";
}

void dg_answer_read(const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
		    const struct dg_name *zone, struct dg_answer *ret_answer)
{
	struct dg_answer a = {.kind = DG_ANSWER_FAILURE};

	if (msg->rcode == DG_RCODE_REFUSED)
		a.kind = DG_ANSWER_REFUSED;
	else if (msg->rcode != DG_RCODE_NOERROR && msg->rcode != DG_RCODE_NXDOMAIN)
		a.kind = DG_ANSWER_FAILURE;
	else if (!read_answer_section(msg, name, type, zone, &a) &&
		 !read_negative(msg, name, zone, &a))
		read_authority(msg, name, zone, &a);
	read_flags(msg, &a);
	*ret_answer = a;
}

bool dg_answer_kind_tells(enum dg_answer_kind kind)
{
	return kind == DG_ANSWER_DATA || kind == DG_ANSWER_ALIAS || kind == DG_ANSWER_NODATA ||
	       kind == DG_ANSWER_NXDOMAIN;
}

bool dg_answer_tells(const struct dg_answer *answer)
{
	return dg_answer_kind_tells(answer->kind);
}
