/* SPDX-License-Identifier: ISC */
/* dns01gate readiness [NAME|FILE]...: what would fail if every certificate were renewed now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "input/command.h"
#include "logs/stamp.h"
#include "memory/looks.h"
#include "run.h"
#include "show/document.h"
#include "show/metrics_readiness.h"
#include "stores/stores.h"
#include "system/clock.h"
#include "system/guard.h"
#include "system/say.h"
#include "system/signals.h"

#define LINE_MAX_LEN 1024
#define DAY 86400
/* A certificate with less than this part of its life left should have been renewed. */
#define RENEWED_BY 4

/* What a name came to. */
struct outlook {
	const struct stored_name *name;
	const struct dg_record *record;
	bool fails, soon;
	char *servers_were; /* NULL: the same as at the last look, or there was none */
	int64_t looked;     /* seconds since 1970: when that was */
};

/* ---- which names ----------------------------------------------------------------------------- */

static enum dg_status read_stdin(struct stored_names *names, struct dg_error *err)
{
	char line[LINE_MAX_LEN];
	enum dg_status status = DG_OK;
	unsigned number = 0;

	while (status == DG_OK && fgets(line, sizeof(line), stdin) != NULL) {
		char *rest = NULL, *word = strtok_r(line, " \t\r\n", &rest);

		number++;
		if (word == NULL || word[0] == '#')
			continue;
		if (strtok_r(NULL, " \t\r\n", &rest) != NULL)
			return dg_fail(err, DG_EINVAL, "stdin line %u: more than a name", number);
		status = plan_check_name(word, NULL, err);
		if (status == DG_OK)
			status = stores_add(names, word, err);
	}
	if (status == DG_OK && ferror(stdin))
		return dg_fail(err, DG_ESYSTEM, "stdin cannot be read");
	return status;
}

/* What has a slash in it is a certificate's file. */
static enum dg_status read_names(const struct operands *operands, struct stored_names *names,
				 struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	if (operands->count == 1)
		return stores_read_all(names, err);
	for (i = 1; i < operands->count && status == DG_OK; i++) {
		const char *text = operands->text[i];

		if (strcmp(text, "-") == 0)
			status = read_stdin(names, err);
		else if (strchr(text, '/') != NULL && strstr(text, "://") == NULL)
			status = stores_read_file(names, text, err);
		else if ((status = plan_check_name(text, NULL, err)) == DG_OK)
			status = stores_add(names, text, err);
		/* Each of them came from the user. */
		if (status == DG_ESYSTEM)
			status = err->status = DG_EINVAL;
	}
	return status;
}

/* ---- the look -------------------------------------------------------------------------------- */

static enum dg_status look(const struct options *options, const struct stored_names *names,
			   struct dg_gate **ret_gate, struct dg_error *err)
{
	struct plan plan = {.act = ACT_LOOK};
	struct dg_options g = run_gate_options(options, &plan);
	enum dg_status status;
	size_t i;

	g.stop_fd = signals_catch();
	status = run_new_gate(ret_gate, options, &g, err);
	for (i = 0; i < names->count && status == DG_OK; i++) {
		const struct stored_name *n = &names->name[i];

		status = plan_add_challenge(&plan, n->domain, NULL, err);
		if (status != DG_OK)
			break;
		plan.pair[i].plain = n->plain;
		plan.pair[i].wildcard = n->wildcard;
		status = run_add_pair(*ret_gate, &plan.pair[i], err);
	}
	plan_free(&plan);
	if (status == DG_OK)
		dg_gate_set_timeout(*ret_gate,
				    clock_after_start(options->gate.timeout) - clock_now());
	return status == DG_OK ? dg_gate_run(*ret_gate, err) : status;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "ns1.example.com. 192.0.2.1, ...", sorted; free() it. NULL: none, or no memory. */
static char *print_servers(const struct dg_record *r)
{
	size_t count = dg_record_rows(r), len = 1, n = 0, i;
	char **text = calloc(count + 1, sizeof(*text)), *all = NULL;

	for (i = 0; i < count && text != NULL; i++) {
		struct dg_row row;
		char one[1200];

		dg_record_row(r, i, &row);
		if (row.recursive)
			continue;
		snprintf(one, sizeof(one), "%s %s", row.server != NULL ? row.server : "",
			 row.address);
		text[n] = strdup(one);
		len += text[n] == NULL ? 0 : strlen(text[n]) + 2;
		n += text[n] != NULL;
	}
	if (n > 0) {
		qsort(text, n, sizeof(*text), by_text);
		all = calloc(1, len);
	}
	for (i = 0; i < n; i++) {
		if (all != NULL)
			sprintf(all + strlen(all), "%s%s", i > 0 ? ", " : "", text[i]);
		free(text[i]);
	}
	free(text);
	return all;
}

static bool ends_soon(const struct stored_name *n, int64_t now)
{
	return n->file != NULL && n->ends - now < (n->ends - n->begins) / RENEWED_BY;
}

static void judge(struct outlook *o, struct looks *looks, int64_t now)
{
	char *servers = print_servers(o->record);
	size_t i;

	o->fails = dg_record_verdict(o->record) != DG_VERDICT_VISIBLE;
	for (i = 0; i < dg_record_findings(o->record); i++)
		o->soon =
		    o->soon || dg_record_finding(o->record, i)->severity == DG_SEVERITY_WARNING;
	o->soon = o->soon || ends_soon(o->name, now);
	if (servers != NULL)
		o->servers_were = looks_change(looks, o->name->domain, servers, &o->looked);
	free(servers);
}

/* ---- in words -------------------------------------------------------------------------------- */

static const char *print_day(int64_t at, char buf[STAMP_TEXT])
{
	stamp_rfc3339(at, buf);
	buf[strcspn(buf, "T")] = '\0';
	return buf;
}

static void print_findings(const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < dg_record_findings(r); i++) {
		const struct dg_finding *f = dg_record_finding(r, i);

		if (f->severity == DG_SEVERITY_NOTE)
			continue;
		printf("  %s %s: %s%s%s\n       %s\n", f->id, dg_severity_text(f->severity),
		       f->server != NULL ? f->server : "", f->server != NULL ? ": " : "", f->text,
		       f->advice);
	}
}

static void print_certificate(const struct stored_name *n, int64_t now)
{
	long days = (long)((n->ends - now) / DAY);
	char day[STAMP_TEXT];

	if (!ends_soon(n, now))
		return;
	if (n->ends <= now)
		printf("  Its certificate ended on %s (%s).\n", print_day(n->ends, day), n->file);
	else
		printf("  Its certificate ends in %ld day%s, and should have been renewed (%s).\n",
		       days, days == 1 ? "" : "s", n->file);
}

static void print_outlook(const struct outlook *o, bool all, int64_t now)
{
	const char *trouble = dg_record_trouble(o->record);
	char day[STAMP_TEXT];

	if (!all && !o->fails && !o->soon && o->servers_were == NULL)
		return;
	printf("%s: %s\n", o->name->domain,
	       dg_record_verdict(o->record) == DG_VERDICT_ENVIRONMENT
		   ? "cannot be judged from this machine"
	       : o->fails                ? "would fail now"
	       : o->soon                 ? "would pass now, and needs attention"
	       : o->servers_were != NULL ? "would pass now, and has changed"
					 : "would pass now");
	if (o->fails && trouble != NULL)
		printf("  %s\n", trouble);
	if (o->servers_were != NULL)
		printf("  Its servers changed since %s; they were %.1000s.\n",
		       print_day(o->looked, day), o->servers_were);
	print_certificate(o->name, now);
	print_findings(o->record);
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static json_t *findings_json(const struct dg_record *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < dg_record_findings(r); i++) {
		const struct dg_finding *f = dg_record_finding(r, i);

		if (f->severity != DG_SEVERITY_NOTE)
			json_array_append_new(
			    list,
			    json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s}", "id", f->id, "code",
				      f->code, "severity", dg_severity_text(f->severity), "server",
				      f->server, "text", f->text, "advice", f->advice));
	}
	return list;
}

static json_t *outlook_json(const struct outlook *o)
{
	json_t *certificate = json_null(), *changed = json_null();

	if (o->name->file != NULL)
		certificate = json_pack("{s:s, s:I}", "file", o->name->file, "ends",
					(json_int_t)o->name->ends);
	if (o->servers_were != NULL)
		changed = json_pack("{s:s, s:I}", "servers_were", o->servers_were, "looked",
				    (json_int_t)o->looked);
	return json_pack("{s:s, s:b, s:b, s:s, s:s, s:s?, s:o, s:o, s:o}", "name", o->name->domain,
			 "plain", o->name->plain, "wildcard", o->name->wildcard, "outlook",
			 o->fails  ? "fail"
			 : o->soon ? "soon"
				   : "pass",
			 "verdict", dg_verdict_text(dg_record_verdict(o->record)), "zone",
			 dg_record_zone(o->record), "certificate", certificate, "changed", changed,
			 "findings", findings_json(o->record));
}

static enum dg_status print_json(const struct outlook *all, size_t count, size_t fail,
				 struct dg_error *err)
{
	json_t *names = json_array(), *document;
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(names, outlook_json(&all[i]));
	document = json_pack("{s:s, s:s, s:s, s:i, s:I, s:I, s:o}", "program", "dns01gate",
			     "document", "readiness", "version", dg_version(), "schema", 1, "pass",
			     (json_int_t)(count - fail), "fail", (json_int_t)fail, "names", names);
	return document_print(document, JSON_INDENT(2), err);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void write_metrics(const struct options *o, const struct outlook *all, size_t count)
{
	struct readiness_metric *metric = calloc(count + 1, sizeof(*metric));
	struct dg_error err = {0};
	size_t i;

	if (o->metrics == NULL || metric == NULL) {
		free(metric);
		return;
	}
	for (i = 0; i < count; i++)
		metric[i] = (struct readiness_metric){
		    .name = all[i].name->domain,
		    .passes = !all[i].fails,
		    .soon = all[i].soon,
		    .ends = all[i].name->file != NULL ? all[i].name->ends : -1,
		    .record = all[i].record};
	if (metrics_write_readiness(o->metrics, metric, count, &err) != DG_OK)
		say_at(SAY_WARNING, "%s", err.text);
	free(metric);
}

static enum dg_status tell(const struct options *options, struct outlook *all, size_t count,
			   bool *ret_good, struct dg_error *err)
{
	struct looks *looks = looks_open(options, clock_after_start(options->gate.timeout));
	int64_t now = clock_wall();
	enum dg_status status = DG_OK;
	size_t fail = 0, i;

	for (i = 0; i < count; i++) {
		judge(&all[i], looks, now);
		fail += all[i].fails;
	}
	looks_close(looks);
	write_metrics(options, all, count);
	if (options->json)
		status = print_json(all, count, fail, err);
	for (i = 0; i < count && !options->json; i++)
		print_outlook(&all[i], options->verbose, now);
	if (!options->json && !options->quiet)
		printf("%zu of %zu name%s would pass now.\n", count - fail, count,
		       count == 1 ? "" : "s");
	if (status == DG_OK && (fflush(stdout) != 0 || ferror(stdout)))
		status = dg_fail(err, DG_ESYSTEM, "cannot write to stdout");
	*ret_good = fail == 0;
	for (i = 0; i < count; i++)
		free(all[i].servers_were);
	return status;
}

static int run(const struct options *options, const struct operands *operands)
{
	struct stored_names names = {0};
	struct outlook *all = NULL;
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	enum dg_status status;
	bool good = false;
	size_t i;

	guard_doing("reading the names");
	status = read_names(operands, &names, &err);
	guard_doing(NULL);
	if (status == DG_OK && names.count == 0)
		status = dg_fail(&err, DG_EINVAL,
				 "no certificate was found: give names, \"-\" for names on "
				 "stdin, or files of certificates");
	if (status == DG_OK)
		status = look(options, &names, &gate, &err);
	all = status == DG_OK ? calloc(names.count, sizeof(*all)) : NULL;
	if (status == DG_OK && all == NULL)
		status = dg_fail(&err, DG_ENOMEM, "out of memory");
	for (i = 0; i < names.count && all != NULL; i++)
		all[i] =
		    (struct outlook){.name = &names.name[i], .record = dg_gate_record(gate, i)};
	if (status == DG_OK)
		status = tell(options, all, names.count, &good, &err);
	free(all);
	dg_gate_free(gate);
	stores_free(&names);
	return status != DG_OK ? run_failed(&err) : good ? EXIT_VISIBLE : EXIT_TIMEOUT;
}

const struct command command_readiness = {
    .name = "readiness",
    .place = 25,
    .usage =
	"readiness [OPTIONS] [NAME|FILE]...   (what would fail; without: all certificates here)",
    .options_follow = true,
    .run = run,
};
