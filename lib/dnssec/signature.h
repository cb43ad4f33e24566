/* SPDX-License-Identifier: ISC */
/* A set's signatures against a zone's keys, and a zone's keys against its DS records (RFC 4035
 * sections 5.2 and 5.3). */
#ifndef DG_SIGNATURE_H
#define DG_SIGNATURE_H

#include "dnskey.h"

/* True when sig could be one of `set` by the zone `signer`, by its fields alone. */
bool dg_sig_fits(const struct dg_rrset *set, const struct dg_sig *sig,
		 const struct dg_name *signer);

/* Judges the set by the keys of one zone: secure (with `until`, and *ret_sig the index of the
 * signature that holds), or bogus with the reason that comes nearest to good. Signatures by other
 * zones do not count. */
void dg_set_verify(const struct dg_rrset *set, const struct dg_keys *keys, int64_t wall,
		   struct dg_work *work, struct dg_judgement *ret, size_t *ret_sig);

/* Bogus because a limit was reached: the one noted in work, or else this. */
void dg_say_limit(struct dg_judgement *j, struct dg_work *work, const char *limit);

/* Judges a set of DNSKEY records, read into keys, by the DS records that the parent proved: secure;
 * insecure when none of these can be used; bogus. */
void dg_keys_verify(const struct dg_rrset *set, const struct dg_keys *keys,
		    const struct dg_ds_set *ds, int64_t wall, struct dg_work *work,
		    struct dg_judgement *ret);

/* Why no DS record of a set that was proven can be used: insecure, and of what kind they are; bogus
 * when not all were looked at. */
void dg_ds_refuse(const struct dg_ds_set *ds, const struct dg_name *zone, int64_t wall,
		  struct dg_judgement *ret);

/* True when the signature was expanded from a wildcard (RFC 4035 section 5.3.4); then *ret_encloser
 * is the closest encloser. */
bool dg_sig_is_wildcard(const struct dg_rrset *set, const struct dg_sig *sig,
			struct dg_name *ret_encloser);

#endif
