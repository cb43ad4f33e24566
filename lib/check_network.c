/* SPDX-License-Identifier: ISC */
/* F-44: this machine's own way to the name servers lies, or is closed. */
#include "check.h"

#define ADVICE                                                                                     \
	"Open port 53 (UDP and TCP) to the outside for this machine; or ask resolvers that the "   \
	"network cannot answer for: --authoritative skip with -r tls://... or https://..."

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_path *path = c->path;
	bool nobody = path->of[DG_PATH_IPV4].nobody || path->of[DG_PATH_IPV6].nobody;
	struct dg_cause cause = {
	    .id = "F-44", .code = "path-intercepted", .severity = DG_FATAL, .advice = ADVICE};

	if (dg_path_is_intercepted(path) && nobody)
		dg_findings_add(
		    f, &cause,
		    "port 53 is intercepted on this machine's way out: an address that nobody "
		    "has answers, too");
	else if (dg_path_is_intercepted(path))
		dg_findings_add(
		    f, &cause,
		    "port 53 is intercepted on this machine's way out: root servers answer "
		    "as a resolver does (AA clear, RA set)");
	else if (path->silent && c->nothing_heard)
		dg_findings_add(
		    f, &cause,
		    "port 53 is blocked on this machine's way out: no name server answers, "
		    "neither over UDP nor over TCP");
}

const struct dg_check dg_check_network = {.judge = judge};
