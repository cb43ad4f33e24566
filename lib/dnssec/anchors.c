/* SPDX-License-Identifier: ISC */
#include "anchors.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/err.h"
#include "dns/rr_file.h"

/* Debian's dns-root-data keeps this one. */
#define SYSTEM_ANCHORS "/usr/share/dns/root.key"

/* One name has one or a few; each is looked for in all. */
#define MAX_ANCHORS 1000

/* The keys of 2017 and of 2024, as IANA published them in root-anchors.xml. */
static const struct dg_ds built_in[] = {
    {.tag = 20326,
     .algorithm = 8,
     .digest_type = 2,
     .len = 32,
     .digest = {0xe0, 0x6d, 0x44, 0xb8, 0x0b, 0x8f, 0x1d, 0x39, 0xa9, 0x5c, 0x0b,
		0x0d, 0x7c, 0x65, 0xd0, 0x84, 0x58, 0xe8, 0x80, 0x40, 0x9b, 0xbc,
		0x68, 0x34, 0x57, 0x10, 0x42, 0x37, 0xc7, 0xf8, 0xec, 0x8d}},
    {.tag = 38696,
     .algorithm = 8,
     .digest_type = 2,
     .len = 32,
     .digest = {0x68, 0x3d, 0x2d, 0x0a, 0xcb, 0x8c, 0x9b, 0x71, 0x2a, 0x19, 0x48,
		0xb2, 0x7f, 0x74, 0x12, 0x19, 0x29, 0x8d, 0x0a, 0x45, 0x0d, 0x61,
		0x2c, 0x48, 0x3a, 0xf4, 0x44, 0xa4, 0xc0, 0xfb, 0x2b, 0x16}},
};

struct taking {
	const char *file;
	struct dg_trust *trust;
	size_t count;
};

/* Records of other types are passed over: such files carry comments and more. */
static enum dg_status take(void *self, const ldns_rr *rr, struct dg_error *err)
{
	struct taking *taking = self;
	uint8_t rdata[2048];
	size_t i, len = 0;
	struct dg_ds_set set = {0};
	struct dg_name owner;

	if (!dg_rr_owner(rr, &owner))
		return DG_OK;
	for (i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);

		if (len + ldns_rdf_size(rdf) > sizeof(rdata))
			return DG_OK;
		memcpy(rdata + len, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
		len += ldns_rdf_size(rdf);
	}
	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DS)
		dg_ds_add(&set, rdata, len);
	else if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DNSKEY && len >= 4)
		dg_ds_of_key(&owner, rdata, len, &set.ds[set.count++]);
	if (set.count == 0)
		return DG_OK;
	if (!dg_ds_is_whole(&set.ds[0]))
		return dg_fail(err, DG_EINVAL,
			       "%s: a DS record of digest type %u with a digest of %u octets",
			       taking->file, set.ds[0].digest_type, set.ds[0].len);
	if (++taking->count > MAX_ANCHORS)
		return dg_fail(err, DG_EINVAL, "%s: more than %d DS and DNSKEY records",
			       taking->file, MAX_ANCHORS);
	return dg_trust_anchor(taking->trust, &owner, &set.ds[0]) == DG_OK ? DG_OK
									   : dg_fail_memory(err);
}

static enum dg_status load_built_in(struct dg_trust *trust, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		if (dg_trust_anchor(trust, &dg_name_root, &built_in[i]) != DG_OK)
			return dg_fail_memory(err);
	return DG_OK;
}

enum dg_status dg_anchors_load(struct dg_trust *trust, const char *file, struct dg_error *err)
{
	struct taking taking = {.file = file != NULL ? file : SYSTEM_ANCHORS, .trust = trust};
	enum dg_status status;

	trust->proven = calloc(1, sizeof(*trust->proven));
	if (trust->proven == NULL)
		return dg_fail_memory(err);
	if (file == NULL) {
		status = dg_rr_file_read(SYSTEM_ANCHORS, take, &taking, NULL);
		if (status == DG_ENOMEM)
			return dg_fail_memory(err);
		/* Both built-in keys count besides: a file of before the roll-over lacks one. */
		return load_built_in(trust, err);
	}
	status = dg_rr_file_read(file, take, &taking, err);
	if (status == DG_OK && taking.count == 0)
		status = dg_fail(err, DG_EINVAL, "%s: no DS or DNSKEY record in it", file);
	return status;
}
