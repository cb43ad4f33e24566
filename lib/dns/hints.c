/* SPDX-License-Identifier: ISC */
#include "hints.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/bytes.h"
#include "base/err.h"
#include "rr_file.h"

/* Debian's dns-root-data keeps this one. */
#define SYSTEM_HINTS "/usr/share/dns/root.hints"

/* A whole root zone is a good file too; it has 14,000 addresses. */
#define MAX_ADDRESSES 50000
/* The root has 13. */
#define MAX_ROOTS 100

/* As published by IANA in the named.root file of 2024-04-18. */
static const struct {
	const char *name, *ipv4, *ipv6;
} built_in[] = {
    {"a.root-servers.net.", "198.41.0.4", "2001:503:ba3e::2:30"},
    {"b.root-servers.net.", "170.247.170.2", "2801:1b8:10::b"},
    {"c.root-servers.net.", "192.33.4.12", "2001:500:2::c"},
    {"d.root-servers.net.", "199.7.91.13", "2001:500:2d::d"},
    {"e.root-servers.net.", "192.203.230.10", "2001:500:a8::e"},
    {"f.root-servers.net.", "192.5.5.241", "2001:500:2f::f"},
    {"g.root-servers.net.", "192.112.36.4", "2001:500:12::d0d"},
    {"h.root-servers.net.", "198.97.190.53", "2001:500:1::53"},
    {"i.root-servers.net.", "192.36.148.17", "2001:7fe::53"},
    {"j.root-servers.net.", "192.58.128.30", "2001:503:c27::2:30"},
    {"k.root-servers.net.", "193.0.14.129", "2001:7fd::1"},
    {"l.root-servers.net.", "199.7.83.42", "2001:500:9f::42"},
    {"m.root-servers.net.", "202.12.27.33", "2001:dc3::35"},
};

static enum dg_status add(struct dg_hints *hints, const struct dg_name *ns,
			  const struct dg_addr *addr, struct dg_error *err)
{
	if (!dg_grow(&hints->hint, hints->count, sizeof(*hints->hint)))
		return dg_fail_memory(err);
	hints->hint[hints->count++] = (struct dg_hint){.ns = *ns, .addr = *addr};
	return DG_OK;
}

static enum dg_status load_built_in(struct dg_hints *hints, uint16_t port, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
		const char *texts[] = {built_in[i].ipv4, built_in[i].ipv6};
		struct dg_name ns;
		size_t k;

		if (dg_name_parse(&ns, built_in[i].name, err) != DG_OK)
			return DG_ENOMEM;
		for (k = 0; k < 2; k++) {
			struct dg_addr addr;

			if (dg_addr_parse(&addr, texts[k], port, err) != DG_OK ||
			    add(hints, &ns, &addr, err) != DG_OK)
				return DG_ENOMEM;
		}
	}
	return DG_OK;
}

/* What a file said, before the two kinds of record are brought together. */
struct records {
	struct dg_hints addresses;
	struct dg_hints roots; /* the root's NS names; their addr is not used */
	const char *file;
	uint16_t port;
};

static enum dg_status add_to(const struct records *all, struct dg_hints *hints, size_t most,
			     const struct dg_hint *hint, struct dg_error *err)
{
	if (hints->count == most)
		return dg_fail(err, DG_EINVAL, "%s: more than %d addresses, or %d root servers",
			       all->file, MAX_ADDRESSES, MAX_ROOTS);
	return add(hints, &hint->ns, &hint->addr, err);
}

static enum dg_status add_rr(void *self, const ldns_rr *rr, struct dg_error *err)
{
	struct records *all = self;
	const ldns_rdf *rdata = ldns_rr_rdf(rr, 0);
	ldns_rr_type type = ldns_rr_get_type(rr);
	struct dg_hint hint = {0}, root = {0};

	if (rdata == NULL || !dg_rr_owner(rr, &hint.ns))
		return DG_OK;
	if (type == LDNS_RR_TYPE_NS && hint.ns.len == 1 && dg_rr_target(rr, &root.ns))
		return add_to(all, &all->roots, MAX_ROOTS, &root, err);
	if ((type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA) &&
	    dg_addr_from_rdata(&hint.addr, ldns_rdf_data(rdata), ldns_rdf_size(rdata), all->port))
		return add_to(all, &all->addresses, MAX_ADDRESSES, &hint, err);
	return DG_OK;
}

static bool is_root_server(const struct records *all, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < all->roots.count; i++)
		if (dg_name_equal(&all->roots.hint[i].ns, name))
			return true;
	return false;
}

/* Only the root servers' addresses in a root zone count. */
static enum dg_status keep_roots(struct dg_hints *hints, const struct records *all,
				 struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < all->addresses.count && status == DG_OK; i++) {
		const struct dg_hint *hint = &all->addresses.hint[i];

		if (is_root_server(all, &hint->ns))
			status = add(hints, &hint->ns, &hint->addr, err);
	}
	return status;
}

static enum dg_status load_file(struct dg_hints *hints, const char *file, uint16_t port,
				struct dg_error *err)
{
	struct records all = {.file = file, .port = port};
	enum dg_status status = dg_rr_file_read(file, add_rr, &all, err);

	if (status == DG_OK)
		status = keep_roots(hints, &all, err);
	if (status == DG_OK && hints->count == 0)
		status = dg_fail(err, DG_EINVAL, "%s: no root server with an address in it", file);
	dg_hints_free(&all.addresses);
	dg_hints_free(&all.roots);
	return status;
}

enum dg_status dg_hints_load(struct dg_hints *ret_hints, const char *file, uint16_t port,
			     struct dg_error *err)
{
	struct dg_hints hints = {0};
	enum dg_status status;

	if (file != NULL) {
		status = load_file(&hints, file, port, err);
	} else {
		status = load_file(&hints, SYSTEM_HINTS, port, NULL);
		if (status != DG_OK) {
			dg_hints_free(&hints);
			status = load_built_in(&hints, port, err);
		}
	}
	if (status == DG_OK)
		*ret_hints = hints;
	else
		dg_hints_free(&hints);
	return status;
}

void dg_hints_free(struct dg_hints *hints)
{
	free(hints->hint);
	memset(hints, 0, sizeof(*hints));
}
