/* SPDX-License-Identifier: ISC */
/* F-44: this machine's own way to the name servers lies, or is closed, or is none. */
#include "check.h"
#include "watch/watch_path.h"

#define OPEN_PORT "Open port 53 (UDP and TCP) to the outside for this machine; " ELSEWHERE
#define ELSEWHERE                                                                                  \
	"or ask the servers from another host: --authoritative via with --vantage ssh:HOST; or "   \
	"resolvers that can be trusted over any way: --authoritative skip with -r "                \
	"tls://... or https://..."

static struct dg_cause cause_of(enum dg_severity severity, const char *advice)
{
	return (struct dg_cause){.id = "F-44", .severity = severity, .advice = advice};
}

/* Some address of the record's servers is of a family over which others answer. */
static bool touches(const struct dg_case *c)
{
	size_t i, k;

	for (i = 0; i < c->watch->nowners; i++)
		for (k = 0; c->watch->owner[i].live && k < c->watch->owner[i].npolls; k++)
			if (c->watch->owner[i].poll[k].said.caught)
				return true;
	return false;
}

static void judge_intercepted(const struct dg_case *c, struct dg_findings *f)
{
	static const char *const families[] = {"", " over IPv4", " over IPv6", ""};
	const struct dg_path_view *v4 = &c->path->of[DG_PATH_IPV4],
				  *v6 = &c->path->of[DG_PATH_IPV6];
	bool all = dg_path_is_intercepted(c->path) || dg_watch_caught(c->watch) != NULL;
	const char *family = families[dg_path_lies(v4) + 2 * dg_path_lies(v6)];
	struct dg_cause cause = cause_of(all ? DG_SEVERITY_FATAL : DG_SEVERITY_WARNING, OPEN_PORT);

	if (!all && !touches(c))
		return;
	if (v4->nobody || v6->nobody)
		dg_findings_add(
		    f, &cause,
		    "port 53 is intercepted on this machine's way out%s: an address that nobody "
		    "has answers, too",
		    family);
	else
		dg_findings_add(
		    f, &cause,
		    "port 53 is intercepted on this machine's way out%s: root servers answer "
		    "as a resolver does (AA clear, RA set)",
		    family);
}

/* Servers that are asked, and to which there is no way at all. */
static void judge_unreached(const struct dg_owner *l, bool nothing_heard, struct dg_findings *f)
{
	struct dg_cause none =
	    cause_of(DG_SEVERITY_FATAL,
		     "Bring up the network of this machine, and see that it has a default "
		     "route.");
	struct dg_cause other = cause_of(
	    DG_SEVERITY_FATAL, "Let this machine have that address family, too; " ELSEWHERE);
	bool v4 = false, v6 = false;
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		v4 = v4 || l->poll[k].addr.family == 4;
		v6 = v6 || l->poll[k].addr.family == 6;
	}
	if (l->npolls == 0)
		dg_findings_add(
		    f, &other,
		    "all servers of %s have addresses of the family alone that this run is not to "
		    "use (-4, -6)",
		    l->zone->text);
	else if (nothing_heard || (v4 && v6))
		dg_findings_add(f, &none, "this machine has no route to any server of %s",
				l->zone->text);
	else
		dg_findings_add(
		    f, &other,
		    "this machine has no route over %s, and the servers of %s have no other "
		    "addresses",
		    v4 ? "IPv4" : "IPv6", l->zone->text);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	struct dg_cause closed = cause_of(DG_SEVERITY_FATAL, OPEN_PORT);
	const struct dg_owner *unreached =
	    c->resolvers->alone ? NULL : dg_watch_unreached(c->watch, c->now, c->patience);

	if (unreached != NULL)
		judge_unreached(unreached, c->nothing_heard, f);
	else if (c->path->silent && c->nothing_heard)
		dg_findings_add(
		    f, &closed,
		    "port 53 is blocked on this machine's way out: no name server answers, "
		    "neither over UDP nor over TCP");
	else
		judge_intercepted(c, f);
}

const struct dg_check dg_check_network = {.judge = judge};
