/* SPDX-License-Identifier: ISC */
#include "client.h"

#include <string.h>

static const struct line_mark marks[] = {
    {CLIENT_UNKNOWN, MARK_OWN, "dns01gate: ", NULL},
    {CLIENT_UNKNOWN, MARK_OWN, "The CA would say: ", NULL},
    {CLIENT_UNKNOWN, MARK_RETRY, "^Retry-After: ", "Retry-After: "},

    /* certbot: the log file, and what it tells a person. */
    {CLIENT_CERTBOT, MARK_RUN, ":certbot._internal.main:certbot version:", NULL},
    {CLIENT_CERTBOT, MARK_CLIENT, ":certbot._internal.", NULL},
    {CLIENT_CERTBOT, MARK_CLIENT, ":acme.client:", NULL},
    {CLIENT_CERTBOT, MARK_CLIENT, "Certbot failed to authenticate some domains", NULL},
    {CLIENT_CERTBOT, MARK_NAME, "Challenge failed for domain ", "for domain "},
    {CLIENT_CERTBOT, MARK_NAME, "dns-01 challenge for ", "challenge for "},
    {CLIENT_CERTBOT, MARK_NAME, "^Domain: ", "Domain: "},
    {CLIENT_CERTBOT, MARK_TYPE, "^Type: ", "Type: "},
    {CLIENT_CERTBOT, MARK_WORDS, "^Detail: ", "Detail: "},

    /* These two hold lego, or write much alike. */
    {CLIENT_CADDY, MARK_CLIENT, "\"logger\":\"tls.", NULL},
    {CLIENT_TRAEFIK, MARK_CLIENT, "Unable to obtain ACME certificate for domains", NULL},
    {CLIENT_TRAEFIK, MARK_NAME, "domains=[\"", "domains=[\""},

    {CLIENT_LEGO, MARK_RUN, "acme: Obtaining bundled SAN certificate", NULL},
    {CLIENT_LEGO, MARK_VALID, "[*] The server validated our request", "["},
    {CLIENT_LEGO, MARK_NAME, "[*] acme: ", "["},
    {CLIENT_LEGO, MARK_CLIENT, "acme: error: ", NULL},

    {CLIENT_ACME_SH, MARK_RUN, "^Single domain='", "Single domain='"},
    {CLIENT_ACME_SH, MARK_RUN, "^Multi domain='", NULL},
    {CLIENT_ACME_SH, MARK_NAME, "^Verifying: ", "Verifying: "},
    {CLIENT_ACME_SH, MARK_NAME, "^Checking * for _acme-challenge.", " for "},
    {CLIENT_ACME_SH, MARK_NAME, "^Adding TXT value: * for domain: ", "for domain: "},
    {CLIENT_ACME_SH, MARK_VALID, "Verification success", NULL},
    {CLIENT_ACME_SH, MARK_CLIENT, "Please add '--debug'", NULL},

    {CLIENT_DEHYDRATED, MARK_RUN, "^Processing ", "Processing "},
    {CLIENT_DEHYDRATED, MARK_CLIENT, "^# INFO: Using main config file", NULL},
    {CLIENT_DEHYDRATED, MARK_NAME, "^+ Responding to challenge for ", "challenge for "},
    {CLIENT_DEHYDRATED, MARK_VALID, "^+ Challenge is valid!", NULL},
    {CLIENT_DEHYDRATED, MARK_TIME, "^[\"validated\"]", "]"},
    {CLIENT_DEHYDRATED, MARK_TYPE, "^[\"error\",\"type\"]", "]"},

    {CLIENT_UACME, MARK_RUN, "^uacme: version ", NULL},
    {CLIENT_UACME, MARK_TIME, "^uacme: version * starting on ", "starting on "},
    {CLIENT_UACME, MARK_NAME, "^uacme: running * begin dns-01 ", " begin dns-01 "},
    {CLIENT_UACME, MARK_VALID, "^uacme: running * done dns-01 ", " done dns-01 "},
    {CLIENT_UACME, MARK_NAME, "^uacme: running * failed dns-01 ", " failed dns-01 "},
    {CLIENT_UACME, MARK_CLIENT, "^uacme: ", NULL},

    {CLIENT_CERT_MANAGER, MARK_VALID, "Domain \"*\" verified with ", "Domain \""},
    {CLIENT_CERT_MANAGER, MARK_NAME, "dnsName=\"", "dnsName=\""},
    {CLIENT_CERT_MANAGER, MARK_NAME, "dnsName: ", "dnsName: "},
    {CLIENT_CERT_MANAGER, MARK_NAME, "Dns Name: ", "Dns Name: "},
    {CLIENT_CERT_MANAGER, MARK_CLIENT, "cert-manager", NULL},
    {CLIENT_CERT_MANAGER, MARK_NAME, "domain=\"", "domain=\""},
    {CLIENT_CERT_MANAGER, MARK_CLIENT, "DNS-01 challenge propagation", NULL},
};

static const char *const client_texts[] = {
#define X(code, text) [code] = text,
    CLIENTS(X)
#undef X
};

const char *client_text(enum client client)
{
	return client_texts[client];
}

const struct line_mark *client_mark(const char *message, const struct line_mark *from,
				    const char **ret_rest)
{
	const struct line_mark *end = marks + sizeof(marks) / sizeof(marks[0]), *m;

	for (m = from != NULL ? from + 1 : marks; m < end; m++) {
		bool first = m->pattern[0] == '^';
		const char *at = pattern_find(message, m->pattern + first);

		if (at == NULL || (first && at != message + strspn(message, " \t")))
			continue;
		if (m->before != NULL) {
			at = pattern_find(at, m->before);
			at = at != NULL ? at + strlen(m->before) : message;
		}
		*ret_rest = at;
		return m;
	}
	return NULL;
}
