/* SPDX-License-Identifier: ISC */
/* The domains that ACME clients of this machine have certificates for, out of the clients' stores.
 */
#ifndef STORES_H
#define STORES_H

#include "dns01gate.h"

struct stored_name {
	char *domain; /* in lower case, without "*." and the final dot */
	bool plain, wildcard;
	char *file;           /* of the certificate that ends last; NULL: none is known */
	int64_t begins, ends; /* seconds since 1970 */
};

struct stored_names {
	struct stored_name *name; /* each domain once */
	size_t count;
};

/* Adds a domain, maybe with "*." in front. DG_ENOMEM; DG_EINVAL: there are too many. */
enum dg_status stores_add(struct stored_names *names, const char *domain,
			  struct dg_error *err) DG_MUST_CHECK;

/* Adds the names of the certificate in a PEM file. DG_ESYSTEM: there is none, in words. */
enum dg_status stores_read_file(struct stored_names *names, const char *file,
				struct dg_error *err) DG_MUST_CHECK;

/* Adds those of the clients' default places: certbot, lego, acme.sh, dehydrated, uacme. What is not
 * there is passed over. DG_ENOMEM. */
enum dg_status stores_read_all(struct stored_names *names, struct dg_error *err) DG_MUST_CHECK;

void stores_free(struct stored_names *names);

#endif
