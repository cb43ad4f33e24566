/* SPDX-License-Identifier: ISC */
/* The words of a report, and how they are shown. */
#include <stdio.h>
#include <string.h>

#include "render.h"

static const struct sign verdicts[] = {
    {"visible", "Visible", "ok", "ok", "All servers and resolvers that count show the record."},
    {"timeout", "Not visible in time", "bad", "no",
     "When the time was over, not all that count showed the record."},
    {"fault", "Waiting cannot fix it", "bad", "no",
     "Something is set up in a way that a CA will refuse; the findings tell what."},
    {"environment", "This machine cannot tell", "warn", "warn",
     "Its network, its clock or its trust anchors are unusable; that says nothing of what a CA "
     "sees."},
    {"unpublished", "Not published", "bad", "no", "The record could not be handed over."},
    {"waiting", "Not decided", "note", "wait", "The wait was still going on."},
};

static const struct sign securities[] = {
    {"secure", "secure", "ok", "ok", NULL},
    {"insecure", "insecure (unsigned)", "note", "dash", NULL},
    {"bogus", "bogus", "bad", "warn", NULL},
    {"indeterminate", "indeterminate", "warn", "wait", NULL},
    {"off", "not judged", "dim", "dash", NULL},
};

static const struct sign states[] = {
    {"asked", "asked", "dim", "wait", NULL},
    {"absent", "absent", "warn", "ring", NULL},
    {"present", "present", "ok", "dot", NULL},
    {"other", "other value", "warn", "differs", NULL},
    {"silent", "silent", "dim", "wait", NULL},
    {"refused", "refused", "bad", "no", NULL},
    {"lame", "lame", "bad", "no", NULL},
    {"broken", "broken", "bad", "no", NULL},
    {"bogus", "bogus", "bad", "warn", NULL},
    {"confirmed", "confirmed", "ok", "ok", NULL},
    {"relapsed", "relapsed", "bad", "back", NULL},
    {"left-out", "left out", "dim", "dash", NULL},
};

/* Worst first. */
static const struct sign severities[] = {
    {"fatal", "fatal", "bad", "no", NULL},
    {"wait", "may pass by itself", "warn", "wait", NULL},
    {"warning", "warning", "warn", "warn", NULL},
    {"note", "note", "note", "dot", NULL},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct sign find(const struct sign *table, size_t count, const char *word, size_t *ret_rank)
{
	size_t i;

	for (i = 0; i < count && strcmp(table[i].word, word) != 0; i++)
		;
	*ret_rank = i;
	return i < count ? table[i] : (struct sign){word, word, "dim", "dot", ""};
}

struct sign sign_of_verdict(const char *word)
{
	size_t rank;

	return find(verdicts, COUNT(verdicts), word, &rank);
}

struct sign sign_of_security(const char *word)
{
	size_t rank;

	return find(securities, COUNT(securities), word, &rank);
}

struct sign sign_of_state(const char *word)
{
	size_t rank;

	return find(states, COUNT(states), word, &rank);
}

struct sign sign_of_severity(const char *word, size_t *ret_rank)
{
	return find(severities, COUNT(severities), word, ret_rank);
}

void render_icon(struct html *h, const char *icon)
{
	html(h, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>", icon);
}

void render_chip(struct html *h, const struct sign *sign)
{
	html(h, "<span class=\"chip %s\">", sign->tone);
	render_icon(h, sign->icon);
	html(h, "%s</span>", sign->label);
}

const char *render_span(double ms, char buf[SPAN_TEXT])
{
	long long seconds;

	ms = ms < 0 ? 0 : ms;
	seconds = (long long)(ms / 1000);

	if (ms < 1000)
		snprintf(buf, SPAN_TEXT, "%.0f ms", ms);
	else if (ms < 120000)
		snprintf(buf, SPAN_TEXT, ms < 10000 ? "%.2f s" : "%.1f s", ms / 1000);
	else if (seconds < 7200)
		snprintf(buf, SPAN_TEXT, "%lld min %lld s", seconds / 60, seconds % 60);
	else
		snprintf(buf, SPAN_TEXT, "%lld h %lld min", seconds / 3600, seconds / 60 % 60);
	return buf;
}

void render_server(struct html *h, const json_t *row)
{
	const char *name = text_of(row, "name"), *address = text_of(row, "address");
	const char *resolver = text_of(row, "resolver");

	if (name == NULL)
		name = resolver;
	if (name != NULL)
		html(h, "<b>%s</b> ", name);
	/* What a resolver was called by mostly has it. */
	if (name == NULL || strstr(name, address) == NULL)
		html(h, "<span class=\"addr\">%s</span>", address);
}
