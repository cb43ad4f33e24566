/* SPDX-License-Identifier: ISC */
/*
 * Everything comes out of the report, whose keys are a promise. The one thing that outlives a run is
 * when each name succeeded last: that is read back from the file, where the collector keeps it anyway,
 * so no state of another kind is needed.
 */
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <jansson.h>

#include "output.h"

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

/* ---- the report ------------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static bool is_visible(const json_t *record)
{
	return strcmp(text_of(record, "verdict"), dg_verdict_text(DG_VISIBLE)) == 0;
}

static bool add_successes(struct successes *s, const json_t *records, int64_t now)
{
	const json_t *record;
	size_t i;

	json_array_foreach(records, i, record)
	{
		if (is_visible(record) && !successes_add(s, text_of(record, "name"), now))
			return false;
	}
	return true;
}

/* How many objects of an array have these texts at one or two keys. */
static size_t count_of(const json_t *array, const char *key, const char *text, const char *key2,
		       const char *text2)
{
	const json_t *object;
	size_t count = 0, i;

	json_array_foreach(array, i, object)
	{
		count += strcmp(text_of(object, key), text) == 0 &&
			 (key2 == NULL || strcmp(text_of(object, key2), text2) == 0);
	}
	return count;
}

/* ---- the text -------------------------------------------------------------------------------- */

static void head(FILE *to, const char *name, const char *help)
{
	fprintf(to, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n", name, help, name);
}

/* The value of a label, in its quotes. */
static void quoted(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			fputs("\\n", to);
		else if (*text == '\\' || *text == '"')
			fprintf(to, "\\%c", *text);
		else
			putc(*text, to);
	}
	putc('"', to);
}

/* A metric's name, and the label that says which record it is about. */
static void about(FILE *to, const char *name, const json_t *record)
{
	fprintf(to, PREFIX "%s{name=", name);
	quoted(to, text_of(record, "name"));
}

static void write_run(FILE *to, const json_t *report)
{
	enum dg_verdict v;

	head(to, "build_info", "The version of dns01gate that wrote this; always 1.");
	fputs(PREFIX "build_info{version=", to);
	quoted(to, dg_version());
	fputs("} 1\n", to);
	head(to, "run_verdict", "What came of the last run: 1 for its verdict, 0 for all others.");
	for (v = DG_VISIBLE; v <= DG_UNPUBLISHED; v++)
		fprintf(to, PREFIX "run_verdict{verdict=\"%s\"} %d\n", dg_verdict_text(v),
			strcmp(text_of(report, "verdict"), dg_verdict_text(v)) == 0);
	head(to, "run_seconds", "How long the last run waited.");
	fprintf(to, PREFIX "run_seconds %.3f\n",
		json_number_value(json_object_get(report, "elapsed_ms")) / 1000);
}

static void write_records(FILE *to, const json_t *records, double elapsed_ms)
{
	const json_t *record;
	size_t i;

	head(to, "record_visible", "1 when the record was visible in the end, else 0.");
	json_array_foreach(records, i, record)
	{
		about(to, "record_visible", record);
		fprintf(to, "} %d\n", is_visible(record));
	}
	head(to, "record_seconds",
	     "Seconds until the record was visible, or the run ended without it.");
	json_array_foreach(records, i, record)
	{
		const json_t *ms = json_object_get(record, "visible_ms");

		about(to, "record_seconds", record);
		fprintf(to, "} %.3f\n",
			(json_is_number(ms) ? json_number_value(ms) : elapsed_ms) / 1000);
	}
}

static void write_servers(FILE *to, const json_t *records)
{
	const json_t *record;
	size_t i;
	int state;

	head(to, "record_servers", "Server addresses and resolvers by what they said last.");
	json_array_foreach(records, i, record)
	{
		const json_t *servers = json_object_get(record, "servers");

		/* One that was not asked yet is silent in the report. */
		for (state = DG_PRESENT; state <= DG_BOGUS; state++) {
			const char *text = dg_state_text((enum dg_state)state);

			about(to, "record_servers", record);
			fprintf(to, ",state=\"%s\"} %zu\n", text,
				count_of(servers, "state", text, NULL, NULL));
		}
	}
}

static void write_findings(FILE *to, const json_t *records)
{
	const json_t *record, *finding;
	size_t i, k;

	head(to, "record_findings", "Findings by their id and severity.");
	json_array_foreach(records, i, record)
	{
		const json_t *findings = json_object_get(record, "findings");

		json_array_foreach(findings, k, finding)
		{
			const char *id = text_of(finding, "id");
			const char *severity = text_of(finding, "severity");
			bool told = false;
			size_t j;

			for (j = 0; j < k && !told; j++) {
				const json_t *other = json_array_get(findings, j);

				told = strcmp(text_of(other, "id"), id) == 0 &&
				       strcmp(text_of(other, "severity"), severity) == 0;
			}
			if (told)
				continue;
			about(to, "record_findings", record);
			fprintf(to, ",id=\"%s\",severity=\"%s\"} %zu\n", id, severity,
				count_of(findings, "id", id, "severity", severity));
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
		quoted(to, s->of[i].name);
		fprintf(to, "} %lld\n", (long long)s->of[i].at);
	}
}

char *metrics_text(const char *report, const char *before, int64_t now)
{
	json_t *json = json_loads(report, 0, NULL);
	const json_t *records = json_object_get(json, "records");
	struct successes last = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *to = NULL;

	if (json != NULL && read_successes(&last, before) && add_successes(&last, records, now))
		to = open_memstream(&text, &len);
	if (to != NULL) {
		bool good;

		successes_tidy(&last);
		write_run(to, json);
		/* Before what grows with the run: of a file that is too long the end is not read. */
		write_successes(to, &last);
		write_records(to, records, json_number_value(json_object_get(json, "elapsed_ms")));
		write_servers(to, records);
		write_findings(to, records);
		good = !ferror(to);
		if (fclose(to) != 0 || !good) {
			free(text);
			text = NULL;
		} else {
			text[len - 1] = '\0';
		}
	}
	successes_free(&last);
	json_decref(json);
	return text;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* What is there already, as far as it is text; NULL: nothing of use. */
static char *read_before(const char *file)
{
	struct stat st;
	FILE *from;
	char *text;

	if (stat(file, &st) != 0 || !S_ISREG(st.st_mode))
		return NULL;
	from = fopen(file, "r");
	text = malloc(FILE_MAX + 1);
	if (from != NULL && text != NULL)
		text[fread(text, 1, FILE_MAX, from)] = '\0';
	if (from != NULL)
		fclose(from);
	if (from == NULL) {
		free(text);
		return NULL;
	}
	return text;
}

enum dg_status metrics_write(const char *file, const char *report, struct dg_error *err)
{
	char *before = read_before(file);
	char *text = metrics_text(report, before, (int64_t)time(NULL));
	enum dg_status status;

	free(before);
	if (text == NULL)
		return dg_fail(err, DG_ENOMEM, "cannot write %.300s: out of memory", file);
	status = output_file(file, text, err);
	free(text);
	return status;
}
