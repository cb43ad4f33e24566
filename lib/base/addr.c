/* SPDX-License-Identifier: ISC */
#include "addr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

static bool parse_port(const char *text, uint16_t *ret_port)
{
	char *end = NULL;
	unsigned long port;

	if (text[0] < '0' || text[0] > '9')
		return false;
	port = strtoul(text, &end, 10);
	if (*end != '\0' || port == 0 || port > 65535)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* What people write instead. */
static enum dg_status fail_parse(const char *text, struct dg_error *err)
{
	const char *colon = strchr(text, ':');
	char host[INET_ADDRSTRLEN];
	uint8_t ip[4];
	uint16_t port;

	if (strchr(text, ',') != NULL)
		return dg_fail(err, DG_EINVAL,
			       "\"%s\" is not an IP address: give the option once for each", text);
	if (colon != NULL && colon - text < (ptrdiff_t)sizeof(host)) {
		memcpy(host, text, (size_t)(colon - text));
		host[colon - text] = '\0';
		if (inet_pton(AF_INET, host, ip) == 1 && parse_port(colon + 1, &port))
			return dg_fail(err, DG_EINVAL,
				       "\"%s\" is not an IP address: write %s#%u for that port",
				       text, host, port);
	}
	return dg_fail(err, DG_EINVAL, "\"%s\" is not an IP address", text);
}

enum dg_status dg_addr_parse(struct dg_addr *ret_addr, const char *text, uint16_t default_port,
			     struct dg_error *err)
{
	struct dg_addr addr = {.port = default_port};
	char host[DG_ADDR_TEXT + IF_NAMESIZE], *zone;
	size_t len = strcspn(text, "#");

	if (len >= sizeof(host))
		return dg_fail(err, DG_EINVAL, "\"%s\" is not an IP address", text);
	memcpy(host, text, len);
	host[len] = '\0';
	zone = strchr(host, '%');
	if (zone != NULL) {
		*zone++ = '\0';
		addr.scope = if_nametoindex(zone);
		if (addr.scope == 0)
			return dg_fail(err, DG_EINVAL, "\"%s\": there is no interface %s", text,
				       zone);
	}
	if (inet_pton(AF_INET, host, addr.ip) == 1 && zone == NULL)
		addr.family = 4;
	else if (inet_pton(AF_INET6, host, addr.ip) == 1)
		addr.family = 6;
	else
		return fail_parse(text, err);
	if (text[len] == '#' && !parse_port(text + len + 1, &addr.port))
		return dg_fail(err, DG_EINVAL, "\"%s\" has no valid port after #", text);
	*ret_addr = addr;
	return DG_OK;
}

bool dg_addr_from_rdata(struct dg_addr *ret_addr, const uint8_t *rdata, size_t len, uint16_t port)
{
	static const uint8_t zero[16];
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct dg_addr addr = {.port = port};

	if (len == 4) {
		/* 224/4 is multicast, 240/4 reserved with the broadcast address in it. */
		if (rdata[0] >= 224 || rdata[0] == 0)
			return false;
		addr.family = 4;
	} else {
		/* An IPv4-mapped address would leave over IPv4 (RFC 4291 section 2.5.5.2). */
		if (rdata[0] == 0xff || memcmp(rdata, zero, sizeof(zero)) == 0 ||
		    memcmp(rdata, mapped, sizeof(mapped)) == 0)
			return false;
		addr.family = 6;
	}
	memcpy(addr.ip, rdata, len);
	*ret_addr = addr;
	return true;
}

const char *dg_addr_print(const struct dg_addr *addr, char buf[DG_ADDR_TEXT])
{
	inet_ntop(addr->family == 4 ? AF_INET : AF_INET6, addr->ip, buf, DG_ADDR_TEXT);
	return buf;
}

bool dg_addr_equal(const struct dg_addr *a, const struct dg_addr *b)
{
	return a->family == b->family && a->port == b->port && a->scope == b->scope &&
	       memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

bool dg_addr_is_loopback(const struct dg_addr *addr)
{
	static const uint8_t ipv6[16] = {[15] = 1};

	return addr->family == 4 ? addr->ip[0] == 127
				 : addr->family == 6 && memcmp(addr->ip, ipv6, sizeof(ipv6)) == 0;
}

bool dg_addr_is_special(const struct dg_addr *addr)
{
	static const struct {
		uint8_t family, bits, ip[16];
	} special[] = {
	    {4, 8, {0}},
	    {4, 8, {10}},
	    {4, 10, {100, 64}},
	    {4, 8, {127}},
	    {4, 16, {169, 254}},
	    {4, 12, {172, 16}},
	    {4, 24, {192, 0, 0}},
	    {4, 24, {192, 0, 2}},
	    {4, 16, {192, 168}},
	    {4, 15, {198, 18}},
	    {4, 24, {198, 51, 100}},
	    {4, 24, {203, 0, 113}},
	    {4, 3, {224}},
	    {6, 127, {0}},
	    {6, 96, {[10] = 0xff, [11] = 0xff}},
	    {6, 48, {0, 0x64, 0xff, 0x9b, 0, 1}},
	    {6, 64, {1}},
	    {6, 32, {0x20, 0x01, 0x0d, 0xb8}},
	    {6, 20, {0x3f, 0xff}},
	    {6, 16, {0x5f}},
	    {6, 7, {0xfc}},
	    {6, 10, {0xfe, 0x80}},
	    {6, 8, {0xff}},
	};
	size_t i, k;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		bool inside = special[i].family == addr->family;

		for (k = 0; inside && k < special[i].bits; k++)
			inside = ((special[i].ip[k / 8] ^ addr->ip[k / 8]) >> (7 - k % 8) & 1) == 0;
		if (inside)
			return true;
	}
	return false;
}
