/* SPDX-License-Identifier: ISC */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/challenge.h"
#include "check_list.h"

char *dg_case_server(const struct dg_owner *owner, const struct dg_poll *poll)
{
	const struct dg_zone *zone = owner->zone;
	const struct dg_server *server = &zone->server[poll->server];

	if (zone->nns == 0)
		return dg_copy_text(server->text);
	return dg_text("%s %s", zone->ns[server->ns].text, server->text);
}

/* As the user gave it, and its address where that does not tell. */
static char *name_resolver(const struct dg_resolver_poll *p)
{
	char addr[DG_ADDR_TEXT];

	if (p->resolver->secure.look_up == NULL || p->seen.family == 0)
		return dg_copy_text(p->resolver->text);
	return dg_text("%s %s", p->resolver->text, dg_addr_print(&p->seen, addr));
}

static void finding_free(struct dg_finding *f)
{
	free(f->server);
	free(f->text);
	free(f->advice);
	free(f->ca_text);
}

static const char *code_of(const char *id)
{
	static const struct {
		const char *id, *code;
	} codes[] = {
#define FINDING(id, code, severities, title, text) {id, code},
#include "findings.def"
#undef FINDING
	};
	size_t i = 0;

	while (strcmp(codes[i].id, id) != 0)
		i++;
	return codes[i].code;
}

enum dg_severity dg_findings_of_alias(struct dg_findings *f)
{
	if (f->wildcard->is == DG_KNOWN_NO)
		return DG_SEVERITY_FATAL;
	f->unsure = f->unsure || f->wildcard->is == DG_KNOWN_NOT_YET;
	return DG_SEVERITY_WAIT;
}

static enum dg_severity severity_of(struct dg_findings *f, const struct dg_cause *cause)
{
	const struct dg_wildcard *w = f->wildcard;
	size_t i;

	if (cause->severity != DG_SEVERITY_FATAL || cause->owner == NULL || w->is == DG_KNOWN_NO)
		return cause->severity;
	for (i = 0; i <= w->at; i++)
		if (&w->watch->owner[w->chain[i]] == cause->owner)
			return cause->severity;
	return dg_findings_of_alias(f);
}

void dg_findings_add(struct dg_findings *f, const struct dg_cause *cause, const char *format, ...)
{
	struct dg_finding new = {
	    .id = cause->id, .code = code_of(cause->id), .severity = severity_of(f, cause)};
	char text[1024];
	va_list args;

	if (f->of[new.severity] == DG_MAX_FINDINGS) {
		f->limit = "findings of one severity";
		return;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	new.text = dg_copy_text(text);
	new.advice = dg_copy_text(cause->advice);
	new.ca_text = dg_copy_text(cause->ca_text);
	if (cause->poll != NULL)
		new.server = dg_case_server(cause->owner, cause->poll);
	if (cause->resolver != NULL)
		new.server = name_resolver(cause->resolver);
	if (cause->server != NULL)
		new.server = dg_copy_text(cause->server);
	if (new.text == NULL || new.advice == NULL ||
	    (cause->ca_text != NULL && new.ca_text == NULL) ||
	    ((cause->poll != NULL || cause->resolver != NULL || cause->server != NULL) &&
	     new.server == NULL) ||
	    !dg_grow(&f->finding, f->count, sizeof(*f->finding))) {
		finding_free(&new);
		f->no_memory = true;
		return;
	}
	f->of[new.severity]++;
	f->finding[f->count++] = new;
}

void dg_findings_free(struct dg_findings *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		finding_free(&f->finding[i]);
	free(f->finding);
	free(f->caa_text);
	memset(f, 0, sizeof(*f));
}

void dg_findings_sort(struct dg_findings *f)
{
	size_t i, k;

	for (i = 1; i < f->count; i++) {
		struct dg_finding moving = f->finding[i];

		for (k = i; k > 0 && f->finding[k - 1].severity > moving.severity; k--)
			f->finding[k] = f->finding[k - 1];
		f->finding[k] = moving;
	}
}

/* "Incorrect TXT record" and "No TXT record found" are said of digests. Of dns-persist-01's values
 * a CA says what it reads in them, which is not predicted. */
static void unsay_digests(struct dg_findings *f)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		char **text = &f->finding[i].ca_text;

		if (*text != NULL && strstr(*text, "TXT record") != NULL) {
			free(*text);
			*text = NULL;
		}
	}
}

void dg_checks_want(const struct dg_case *c, struct dg_survey *survey)
{
	size_t i;

	/* A pass has room for so many questions to one server. */
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i]->want != NULL && checks[i]->first)
			checks[i]->want(c, survey);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i]->want != NULL && !checks[i]->first)
			checks[i]->want(c, survey);
}

void dg_checks_run(const struct dg_case *c, struct dg_findings *ret_findings)
{
	struct dg_wildcard wildcard;
	struct dg_findings f = {.wildcard = &wildcard};
	size_t i;

	dg_case_find_wildcard(c, &wildcard);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i]->judge(c, &f);
	if (strcmp(dg_challenge_of(&c->watch->owner[0].name).method, DG_DNS_PERSIST_01) == 0)
		unsay_digests(&f);
	dg_findings_sort(&f);
	f.wildcard = NULL;
	*ret_findings = f;
}

struct dg_tally dg_case_tally(const struct dg_owner *owner)
{
	struct dg_tally t = {0};
	size_t k;

	for (k = 0; k < owner->npolls; k++) {
		if (owner->poll[k].schedule.left_out)
			continue;
		t.total++;
		t.of[owner->poll[k].said.state]++;
	}
	return t;
}

bool dg_case_useless(const struct dg_case *c, const struct dg_owner *owner)
{
	size_t k;

	for (k = 0; k < owner->npolls; k++) {
		const struct dg_poll *p = &owner->poll[k];

		if (dg_poll_usable(p) || p->history.last_answer < 0)
			return false;
		if (!c->last && dg_watch_patience(c->watch, p, c->now) > c->now)
			return false;
	}
	return owner->npolls > 0;
}

bool dg_case_is_dead_ipv6(const struct dg_case *c, const struct dg_owner *owner,
			  const struct dg_poll *poll)
{
	size_t ns = owner->zone->server[poll->server].ns, k;

	if (poll->addr.family != 6 || poll->said.state != DG_STATE_SILENT || poll->said.no_route ||
	    poll->history.last_answer < 0 ||
	    (!c->last && dg_watch_patience(c->watch, poll, c->now) > c->now))
		return false;
	for (k = 0; k < owner->npolls; k++)
		if (owner->poll[k].addr.family == 4 && dg_poll_usable(&owner->poll[k]) &&
		    owner->zone->server[owner->poll[k].server].ns == ns)
			return true;
	return false;
}

const struct dg_owner *dg_case_last_owner(const struct dg_case *c)
{
	size_t chain[DG_MAX_OWNERS];
	size_t back_to;
	size_t count = dg_watch_chain(c->watch, chain, &back_to);

	return &c->watch->owner[chain[count - 1]];
}

const char *dg_case_addresses(const struct dg_owner *owner, size_t count, char buf[DG_CASE_TEXT])
{
	bool named = !owner->zone->given;

	snprintf(buf, DG_CASE_TEXT, "%zu server address%s%s%s", count, count == 1 ? "" : "es",
		 named ? " of " : " given", named ? owner->zone->text : "");
	return buf;
}

/* RFC 1982: later is what is less than half the circle ahead; what is unknown is earlier than all.
 */
static int64_t later_serial(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return (uint32_t)(b - a) < 0x80000000u ? b : a;
}

const char *dg_case_name_server(const struct dg_zone *zone, size_t server, char buf[DG_CASE_SERVER])
{
	const struct dg_server *s = &zone->server[server];

	snprintf(buf, DG_CASE_SERVER, "%s %s", zone->ns[s->ns].text, s->text);
	return buf;
}

uint64_t dg_case_found_everywhere(const struct dg_owner *owner, dg_ms *ret_since)
{
	uint64_t found = 0;
	dg_ms since = 0;
	bool first = true;
	size_t k;

	for (k = 0; k < owner->npolls; k++) {
		const struct dg_poll *p = &owner->poll[k];

		if (p->schedule.left_out || !dg_poll_usable(p))
			continue;
		if (p->said.state != DG_STATE_OTHER || (!first && p->said.found != found))
			return 0;
		found = p->said.found;
		first = false;
		since = p->history.changed > since ? p->history.changed : since;
	}
	if (ret_since != NULL)
		*ret_since = since;
	return found;
}

int64_t dg_case_serial(const struct dg_owner *owner)
{
	int64_t best = -1;
	size_t k;

	for (k = 0; k < owner->npolls; k++)
		best = later_serial(best, owner->zone->server[owner->poll[k].server].serial);
	return best;
}

int64_t dg_case_best_serial(const struct dg_case *c, const struct dg_owner *owner)
{
	return later_serial(dg_case_serial(owner), c->published);
}
