/* SPDX-License-Identifier: ISC */
/*
 * The one thing that outlives a run is when each name succeeded last: that is read back from the
 * file, where the collector keeps it anyway, so no state of another kind is needed.
 */
#include "metrics.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "system/exposition.h"
#include "system/folder.h"
#include "system/output.h"
#include "system/say.h"

#define PREFIX "dns01gate_"
#define LAST_SUCCESS PREFIX "record_last_success_timestamp_seconds"
#define FILE_MAX (1 << 20)
#define NAME_MAX_LEN 1100
/* Digits of a time that is taken back. */
#define TIME_MAX_LEN 12

struct success {
	char *name;
	int64_t at; /* seconds since 1970 */
};

struct successes {
	struct success *of;
	size_t count;
};

/* ---- last successes -------------------------------------------------------------------------- */

static void successes_free(struct successes *s)
{
	while (s->count > 0)
		free(s->of[--s->count].name);
	free(s->of);
}

static bool successes_add(struct successes *s, const char *name, int64_t at)
{
	struct success *longer = realloc(s->of, (s->count + 1) * sizeof(*longer));

	if (longer == NULL)
		return false;
	s->of = longer;
	s->of[s->count] = (struct success){.name = strdup(name), .at = at};
	return s->of[s->count].name != NULL && ++s->count > 0;
}

static int by_name_newest_first(const void *a, const void *b)
{
	const struct success *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->at < y->at) - (x->at > y->at);
}

static int newest_first(const void *a, const void *b)
{
	const struct success *x = a, *y = b;

	return (x->at < y->at) - (x->at > y->at);
}

/* Each name once, with its newest time, and not too many of them; in the order of the names. */
static void successes_tidy(struct successes *s)
{
	size_t kept = 0, i;

	if (s->count == 0)
		return;
	qsort(s->of, s->count, sizeof(*s->of), by_name_newest_first);
	for (i = 0; i < s->count; i++) {
		if (kept > 0 && strcmp(s->of[kept - 1].name, s->of[i].name) == 0)
			free(s->of[i].name);
		else
			s->of[kept++] = s->of[i];
	}
	s->count = kept;
	qsort(s->of, s->count, sizeof(*s->of), newest_first);
	while (s->count > METRICS_NAMES)
		free(s->of[--s->count].name);
	qsort(s->of, s->count, sizeof(*s->of), by_name_newest_first);
}

/* Reads `{name="..."} 123` up to the end of its line. What is not exactly of that form, as we write
 * it, is no success. */
static bool read_success(const char *text, char name[NAME_MAX_LEN], int64_t *ret_at)
{
	static const char begin[] = "{name=\"", end[] = "\"} ";
	size_t len = 0, digits;

	if (strncmp(text, begin, strlen(begin)) != 0)
		return false;
	for (text += strlen(begin); *text != '"'; text++) {
		if (*text == '\\')
			text++;
		if (*text < 0x20 || *text > 0x7e || len + 1 >= NAME_MAX_LEN)
			return false;
		name[len++] = *text;
	}
	name[len] = '\0';
	if (len == 0 || strncmp(text, end, strlen(end)) != 0)
		return false;
	text += strlen(end);
	digits = strspn(text, "0123456789");
	if (digits == 0 || digits > TIME_MAX_LEN || (text[digits] != '\n' && text[digits] != '\0'))
		return false;
	*ret_at = strtoll(text, NULL, 10);
	return true;
}

static bool read_successes(struct successes *s, const char *text)
{
	while (text != NULL && *text != '\0') {
		const char *next = strchr(text, '\n');
		char name[NAME_MAX_LEN];
		int64_t at;

		if (strncmp(text, LAST_SUCCESS, strlen(LAST_SUCCESS)) == 0 &&
		    read_success(text + strlen(LAST_SUCCESS), name, &at) &&
		    !successes_add(s, name, at))
			return false;
		text = next == NULL ? NULL : next + 1;
	}
	return true;
}

static bool is_visible(const struct dg_record *record)
{
	return dg_record_verdict(record) == DG_VERDICT_VISIBLE;
}

static bool add_successes(struct successes *s, const struct dg_gate *gate, int64_t now)
{
	const struct dg_record *record;
	size_t i;

	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++)
		if (is_visible(record) && !successes_add(s, dg_record_name(record), now))
			return false;
	return true;
}

/* ---- the text -------------------------------------------------------------------------------- */

static void head(FILE *to, const char *name, const char *help)
{
	exposition_head(to, name, "gauge", help);
}

/* A metric's name, and the label that says which record it is about. */
static void about(FILE *to, const char *name, const struct dg_record *record)
{
	exposition_about(to, name, "name", dg_record_name(record));
}

static void write_run(FILE *to, const struct dg_gate *gate)
{
	enum dg_verdict v;

	head(to, "build_info", "The version of dns01gate that wrote this; always 1.");
	fputs(PREFIX "build_info{version=", to);
	exposition_quoted(to, dg_version());
	fputs("} 1\n", to);
	head(to, "run_verdict", "What came of the last run: 1 for its verdict, 0 for all others.");
	for (v = DG_VERDICT_VISIBLE; v <= DG_VERDICT_UNPUBLISHED; v++)
		fprintf(to, PREFIX "run_verdict{verdict=\"%s\"} %d\n", dg_verdict_text(v),
			dg_gate_verdict(gate) == v);
	head(to, "run_seconds", "How long the last run waited.");
	fprintf(to, PREFIX "run_seconds %.3f\n", (double)dg_gate_elapsed(gate) / 1000);
}

static void write_records(FILE *to, const struct dg_gate *gate)
{
	const struct dg_record *record;
	size_t i;

	head(to, "record_visible", "1 when the record was visible in the end, else 0.");
	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++) {
		about(to, "record_visible", record);
		fprintf(to, "} %d\n", is_visible(record));
	}
	head(to, "record_seconds",
	     "Seconds until the record was visible, or the run ended without it.");
	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++) {
		dg_ms at = dg_record_visible_at(record);

		about(to, "record_seconds", record);
		fprintf(to, "} %.3f\n", (double)(at < 0 ? dg_gate_elapsed(gate) : at) / 1000);
	}
}

static void write_servers(FILE *to, const struct dg_gate *gate)
{
	const struct dg_record *record;
	size_t i, k;
	int state;

	head(to, "record_servers", "Server addresses and resolvers by what they said last.");
	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++) {
		size_t count[DG_STATE_BOGUS + 1] = {0};

		for (k = 0; k < dg_record_rows(record); k++) {
			struct dg_row row;

			dg_record_row(record, k, &row);
			/* One that was not asked yet is silent, as in the report. */
			count[row.state == DG_STATE_UNASKED ? DG_STATE_SILENT : row.state]++;
		}
		for (state = DG_STATE_PRESENT; state <= DG_STATE_BOGUS; state++) {
			about(to, "record_servers", record);
			fprintf(to, ",state=\"%s\"} %zu\n", dg_state_text((enum dg_state)state),
				count[state]);
		}
	}
}

/* The servers' states as places see them. */
static void write_place(FILE *to, const struct dg_record *record, const struct dg_place *place)
{
	size_t count[DG_STATE_BOGUS + 1] = {0}, i;
	int state;

	for (i = 0; i < place->ncells; i++)
		count[place->cell[i].state]++;
	for (state = DG_STATE_PRESENT; state <= DG_STATE_BOGUS; state++) {
		if (count[state] == 0)
			continue;
		about(to, "record_place_servers", record);
		fprintf(to, ",engine=\"%s\",place=", place->engine);
		exposition_quoted(to, place->name);
		fprintf(to, ",network=");
		exposition_quoted(to, place->network != NULL ? place->network : "");
		fprintf(to, ",state=\"%s\"} %zu\n", dg_state_text((enum dg_state)state),
			count[state]);
	}
}

/* Several probes may have one name. */
static bool is_first_of_its_name(const struct dg_record *record, size_t place)
{
	const struct dg_place *p = dg_record_place(record, place);
	size_t i;

	for (i = 0; i < place; i++) {
		const struct dg_place *o = dg_record_place(record, i);

		if (strcmp(o->name, p->name) == 0 && strcmp(o->engine, p->engine) == 0 &&
		    strcmp(o->network != NULL ? o->network : "",
			   p->network != NULL ? p->network : "") == 0)
			return false;
	}
	return true;
}

static void write_places(FILE *to, const struct dg_gate *gate)
{
	const struct dg_record *record;
	bool any = false;
	size_t i, k;

	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++)
		any = any || dg_record_places(record) > 0;
	if (!any)
		return;
	head(to, "record_place_servers",
	     "Server addresses by what they said last to each other place.");
	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++)
		for (k = 0; k < dg_record_places(record); k++)
			if (is_first_of_its_name(record, k))
				write_place(to, record, dg_record_place(record, k));
	head(to, "record_chance",
	     "The chance that a CA's validation passes, by what other places see.");
	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++) {
		if (dg_record_chance(record) < 0)
			continue;
		about(to, "record_chance", record);
		fprintf(to, "} %.3f\n", dg_record_chance(record));
	}
}

/* How many of a record's findings, of those before `end`, are like this one. */
static size_t count_alike(const struct dg_record *record, const struct dg_finding *f, size_t end)
{
	size_t count = 0, i;

	for (i = 0; i < end; i++) {
		const struct dg_finding *other = dg_record_finding(record, i);

		count += strcmp(other->id, f->id) == 0 && other->severity == f->severity;
	}
	return count;
}

static void write_findings(FILE *to, const struct dg_gate *gate)
{
	const struct dg_record *record;
	size_t i, k;

	head(to, "record_findings", "Findings by their id and severity.");
	for (i = 0; (record = dg_gate_record(gate, i)) != NULL; i++) {
		size_t count = dg_record_findings(record);

		for (k = 0; k < count; k++) {
			const struct dg_finding *f = dg_record_finding(record, k);

			if (count_alike(record, f, k) > 0)
				continue;
			about(to, "record_findings", record);
			fprintf(to, ",id=\"%s\",severity=\"%s\"} %zu\n", f->id,
				dg_severity_text(f->severity), count_alike(record, f, count));
		}
	}
}

static void write_successes(FILE *to, const struct successes *s)
{
	size_t i;

	head(to, "record_last_success_timestamp_seconds",
	     "When the record was seen visible last, in seconds since 1970.");
	for (i = 0; i < s->count; i++) {
		fputs(LAST_SUCCESS "{name=", to);
		exposition_quoted(to, s->of[i].name);
		fprintf(to, "} %lld\n", (long long)s->of[i].at);
	}
}

/* What a file is made of. */
struct writing {
	const struct options *options;
	const struct dg_gate *gate;
	metrics_more *more;
	dg_ms until;
};

static char *metrics_text(const struct writing *w, const char *before, int64_t now)
{
	const struct dg_gate *gate = w->gate;
	struct successes last = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *to = NULL;

	if (read_successes(&last, before) && add_successes(&last, gate, now))
		to = open_memstream(&text, &len);
	if (to != NULL) {
		bool good;

		successes_tidy(&last);
		write_run(to, gate);
		/* Before what grows with the run: of a file that is too long the end is not read.
		 */
		write_successes(to, &last);
		write_records(to, gate);
		write_servers(to, gate);
		write_places(to, gate);
		write_findings(to, gate);
		w->more(to, w->options, w->until);
		good = !ferror(to);
		if (fclose(to) != 0 || !good) {
			free(text);
			text = NULL;
		} else {
			text[len - 1] = '\0';
		}
	}
	successes_free(&last);
	return text;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Reads what is there already, as far as it is text; NULL: nothing of use. */
static char *read_before(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	size_t len = 0;
	ssize_t n = 1;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		text = malloc(FILE_MAX + 1);
	while (text != NULL && len < FILE_MAX && n > 0) {
		n = read(fd, text + len, FILE_MAX - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (text != NULL)
		text[len] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

enum dg_status metrics_write(const struct options *options, const struct dg_gate *gate,
			     metrics_more *more, dg_ms until, struct dg_error *err)
{
	const struct writing writing = {options, gate, more, until};
	const char *file = options->metrics, *name;
	int dir = folder_of(file, &name);
	char *before = NULL, *text;
	enum dg_status status;

	/* That it cannot be opened is told when it is written to. */
	if (dir >= 0 && !folder_lock(dir, until))
		say_at(SAY_WARNING,
		       "another run keeps the directory of %.300s locked: what it or this run "
		       "writes there may be lost",
		       file);
	if (dir >= 0)
		before = read_before(dir, name);
	text = metrics_text(&writing, before, (int64_t)time(NULL));
	free(before);
	if (text == NULL)
		status = dg_fail(err, DG_ENOMEM, "cannot write %.300s: out of memory", file);
	else
		status = output_file(file, text, err);
	free(text);
	if (dir >= 0)
		close(dir);
	return status;
}
