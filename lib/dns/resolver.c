/* SPDX-License-Identifier: ISC */
#include "resolver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/types.h"

#define RESOLV_CONF "/etc/resolv.conf"
/* As many as the C library reads (MAXNS, resolv.conf(5)). */
#define MAX_SYSTEM 3
#define PORT_DNS 53
#define PORT_TLS 853
#define PORT_HTTPS 443

/* Resolvers open to all, each run by somebody else, that validate. */
static const char *const public_resolvers[][2] = {
    {"1.1.1.1", "2606:4700:4700::1111"}, /* Cloudflare */
    {"8.8.8.8", "2001:4860:4860::8888"}, /* Google */
    {"9.9.9.9", "2620:fe::fe"},          /* Quad9 */
};

static void resolver_free(struct dg_resolver *r)
{
	free(r->text);
	free(r->secure.name);
	free(r->secure.authority);
	free(r->secure.path);
	free(r->secure.look_up);
}

void dg_resolvers_free(struct dg_resolvers *resolvers)
{
	while (resolvers->count > 0)
		resolver_free(&resolvers->item[--resolvers->count]);
	free(resolvers->item);
	resolvers->item = NULL;
}

static bool same_text(const char *a, const char *b)
{
	return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

static bool same(const struct dg_resolver *a, const struct dg_resolver *b)
{
	bool at = a->addr.family == 0 ? b->addr.family == 0 : dg_addr_equal(&a->addr, &b->addr);

	return at && a->is_secure == b->is_secure && a->secure.https == b->secure.https &&
	       same_text(a->secure.name, b->secure.name) &&
	       same_text(a->secure.authority, b->secure.authority) &&
	       same_text(a->secure.path, b->secure.path);
}

/* Takes r over, whatever becomes of it; one that is there already is not asked twice. */
static enum dg_status take(struct dg_resolvers *all, struct dg_resolver *r, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		if (!same(&all->item[i], r))
			continue;
		resolver_free(r);
		return DG_OK;
	}
	if (all->count == DG_MAX_RESOLVERS) {
		resolver_free(r);
		return dg_fail(err, DG_EINVAL, "more than %d resolvers", DG_MAX_RESOLVERS);
	}
	if (!dg_grow(&all->item, all->count, sizeof(*all->item))) {
		resolver_free(r);
		return dg_fail_memory(err);
	}
	/* A host that has to be looked up gets an address unlike any other, so that each has rates
	 * of its own. */
	if (r->addr.family == 0)
		r->addr.port = (uint16_t)all->count;
	all->item[all->count++] = *r;
	return DG_OK;
}

static bool may_use(const struct dg_addr *addr, bool ipv4, bool ipv6)
{
	return addr->family == 4 ? ipv4 : ipv6;
}

static enum dg_status add_address(struct dg_resolvers *all, const char *text, bool ipv4, bool ipv6,
				  struct dg_error *err)
{
	struct dg_resolver r = {0};
	enum dg_status status = dg_addr_parse(&r.addr, text, PORT_DNS, err);

	if (status != DG_OK)
		return status;
	if (!may_use(&r.addr, ipv4, ipv6))
		return dg_fail(err, DG_EINVAL,
			       "\"%.200s\" is of an address family that may not be used", text);
	r.text = dg_copy_text(text);
	return r.text == NULL ? dg_fail_memory(err) : take(all, &r, err);
}

/* ---- system and public ----------------------------------------------------------------------- */

/* The resolver just added, if it was not there before. */
static void mark_system(struct dg_resolvers *all, size_t before)
{
	if (all->count > before)
		all->item[before].of_system = true;
}

/* "nameserver ADDR" (resolv.conf(5)); what else stands there is not for us. False: it is none. */
static bool read_nameserver(char *line, char **ret_text)
{
	char *rest = NULL, *word = strtok_r(line, " \t\r\n", &rest);

	if (word == NULL || strcmp(word, "nameserver") != 0)
		return false;
	*ret_text = strtok_r(NULL, " \t\r\n", &rest);
	return *ret_text != NULL;
}

static enum dg_status add_system(struct dg_resolvers *all, bool ipv4, bool ipv6,
				 struct dg_error *err)
{
	const char *why = NULL;
	FILE *file = dg_file_open(RESOLV_CONF, &why);
	enum dg_status status = DG_OK;
	char line[512], *text;
	struct dg_error wrong = {0};
	size_t before, n = 0, number = 0;
	bool used = false;

	if (file == NULL)
		return dg_fail(err, DG_ESYSTEM, "%s: %s", RESOLV_CONF, why);
	while (status == DG_OK && n < MAX_SYSTEM && fgets(line, sizeof(line), file) != NULL) {
		struct dg_addr addr;

		number++;
		if (!read_nameserver(line, &text))
			continue;
		/* The file is not the user's: one odd line must not stop everything. */
		if (dg_addr_parse(&addr, text, PORT_DNS, &wrong) != DG_OK) {
			snprintf(all->note, sizeof(all->note),
				 RESOLV_CONF ":%zu: %.150s: passed over", number, wrong.text);
			continue;
		}
		n++;
		before = all->count;
		if (!may_use(&addr, ipv4, ipv6))
			continue;
		used = true;
		status = add_address(all, text, ipv4, ipv6, err);
		mark_system(all, before);
	}
	fclose(file);
	if (status != DG_OK || used)
		return status;
	/* What the C library does without any. */
	if (n == 0 && ipv4)
		return add_address(all, "127.0.0.1", ipv4, ipv6, err);
	return dg_fail(err, DG_EINVAL, "\"system\": no nameserver in %s that may be used",
		       RESOLV_CONF);
}

static enum dg_status add_public(struct dg_resolvers *all, bool ipv4, bool ipv6,
				 struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < sizeof(public_resolvers) / sizeof(public_resolvers[0]); i++) {
		const char *const *text = public_resolvers[i];
		struct dg_resolver r = {.has_other = ipv4 && ipv6};

		if (status == DG_OK)
			status = dg_addr_parse(&r.addr, text[ipv4 ? 0 : 1], PORT_DNS, err);
		if (status == DG_OK)
			status = dg_addr_parse(&r.other, text[1], PORT_DNS, err);
		if (status != DG_OK)
			return status;
		r.text = dg_copy_text(text[ipv4 ? 0 : 1]);
		if (r.text == NULL)
			return dg_fail_memory(err);
		status = take(all, &r, err);
	}
	return status;
}

/* ---- over TLS -------------------------------------------------------------------------------- */

/* A host name as RFC 1123 section 2.1 has them, or an address: what a certificate can be for. */
static bool is_host(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len < DG_HOST_MAX &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:") ==
		   len;
}

static enum dg_status bad(struct dg_error *err, const char *spec, const char *why)
{
	return dg_fail(err, DG_EINVAL, "resolver \"%.200s\" %s", spec, why);
}

/* tls://ADDR[#PORT][@NAME] */
static enum dg_status read_tls(struct dg_resolver *r, const char *spec, struct dg_error *err)
{
	const char *text = spec + strlen("tls://"), *at = strchr(text, '@');
	size_t len = at == NULL ? strlen(text) : (size_t)(at - text);
	char addr[DG_HOST_MAX];

	if (len >= sizeof(addr))
		return bad(err, spec, "has no IP address behind tls://");
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (dg_addr_parse(&r->addr, addr, PORT_TLS, NULL) != DG_OK)
		return bad(err, spec, "has no IP address behind tls://, or no valid port");
	if (at == NULL)
		return DG_OK;
	if (!is_host(at + 1))
		return bad(err, spec, "has no host name behind @");
	r->secure.name = dg_copy_text(at + 1);
	return r->secure.name == NULL ? dg_fail_memory(err) : DG_OK;
}

/* HOST or [IPv6 ADDRESS], and :PORT, out of the authority of a URL (RFC 3986 section 3.2). */
static bool split_authority(const char *authority, char host[DG_HOST_MAX], uint16_t *ret_port)
{
	bool literal = authority[0] == '[';
	const char *end = literal ? strchr(authority, ']') : authority + strcspn(authority, ":");
	char *stop = NULL;
	unsigned long port;
	size_t len;

	if (end == NULL)
		return false;
	authority += literal;
	len = (size_t)(end - authority);
	if (len >= DG_HOST_MAX)
		return false;
	memcpy(host, authority, len);
	host[len] = '\0';
	end += literal;
	*ret_port = PORT_HTTPS;
	if (*end == '\0')
		return is_host(host);
	if (end[0] != ':' || end[1] < '0' || end[1] > '9')
		return false;
	port = strtoul(end + 1, &stop, 10);
	*ret_port = (uint16_t)port;
	return *stop == '\0' && port > 0 && port <= 65535 && is_host(host);
}

/* https://HOST[:PORT]/PATH[@ADDR]; the path may have an @ of its own. */
static enum dg_status read_https(struct dg_resolver *r, const char *spec, struct dg_error *err)
{
	const char *text = spec + strlen("https://"), *path = strchr(text, '/'), *at;
	struct dg_secure *s = &r->secure;
	char host[DG_HOST_MAX];
	bool given = false;

	s->https = true;
	if (path == NULL)
		return bad(err, spec, "has no path: most are /dns-query");
	at = strrchr(path, '@');
	s->authority = dg_text("%.*s", (int)(path - text), text);
	s->path = dg_copy_text(path);
	if (s->authority == NULL || s->path == NULL)
		return dg_fail_memory(err);
	if (!split_authority(s->authority, host, &s->port))
		return bad(err, spec, "has no valid HOST[:PORT] behind https://");
	if (at != NULL && dg_addr_parse(&r->addr, at + 1, s->port, NULL) == DG_OK) {
		given = true;
		s->path[at - path] = '\0';
	}
	if (strspn(s->path, "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`"
			    "abcdefghijklmnopqrstuvwxyz{|}~") != strlen(s->path))
		return bad(err, spec, "has a path with characters that no URL has");
	s->name = dg_copy_text(host);
	if (!given && dg_addr_parse(&r->addr, host, s->port, NULL) != DG_OK)
		s->look_up = dg_copy_text(host);
	if (s->name == NULL || (!given && r->addr.family == 0 && s->look_up == NULL))
		return dg_fail_memory(err);
	return DG_OK;
}

static enum dg_status add_secure(struct dg_resolvers *all, const char *spec, bool ipv4, bool ipv6,
				 struct dg_error *err)
{
	struct dg_resolver r = {.is_secure = true, .text = dg_copy_text(spec)};
	enum dg_status status = r.text == NULL ? dg_fail_memory(err) : DG_OK;

	if (status == DG_OK && strncmp(spec, "tls://", 6) == 0)
		status = read_tls(&r, spec, err);
	else if (status == DG_OK)
		status = read_https(&r, spec, err);
	if (status == DG_OK && r.addr.family != 0 && !may_use(&r.addr, ipv4, ipv6))
		status = bad(err, spec, "is of an address family that may not be used");
	if (status != DG_OK) {
		resolver_free(&r);
		return status;
	}
	r.secure.family = ipv4 && ipv6 ? 0 : ipv4 ? 4 : 6;
	return take(all, &r, err);
}

enum dg_status dg_resolvers_add(struct dg_resolvers *resolvers, const char *spec, bool ipv4,
				bool ipv6, struct dg_error *err)
{
	if (strcmp(spec, "system") == 0)
		return add_system(resolvers, ipv4, ipv6, err);
	if (strcmp(spec, "public") == 0)
		return add_public(resolvers, ipv4, ipv6, err);
	if (strncmp(spec, "tls://", 6) == 0 || strncmp(spec, "https://", 8) == 0)
		return add_secure(resolvers, spec, ipv4, ipv6, err);
	if (strstr(spec, "://") != NULL)
		return bad(err, spec, "is neither an address, system, public, tls:// nor https://");
	return add_address(resolvers, spec, ipv4, ipv6, err);
}
