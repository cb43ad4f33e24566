/* SPDX-License-Identifier: ISC */
/*
 * Any octets as a report or a history, and what is well-formed of it as a page. Whatever a report
 * holds, the page is well-formed too: nothing in it becomes markup. What is wrong with a report is
 * told in printable words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "page/render.h"

#define DEPTH 64
#define TAG 32

/* The end of the tag that begins at `at`; ret_name gets its name, with a slash in front when it
 * closes. */
static const char *read_tag(const char *at, char ret_name[TAG], bool *ret_empty)
{
	size_t len = strcspn(at + 1, " \t\r\n>\"<&/") + (at[1] == '/');
	char quote = '\0';

	if (at[1] == '/')
		len = 1 + strcspn(at + 2, " \t\r\n>\"<&/");
	must(len > 0 && len < TAG, "a tag without a name");
	memcpy(ret_name, at + 1, len);
	ret_name[len] = '\0';
	for (at += 1 + len; *at != '\0' && (quote != '\0' || *at != '>'); at++) {
		must(*at != '<', "markup in a tag");
		if (*at == '"')
			quote = quote == '\0' ? '"' : '\0';
	}
	must(*at == '>', "a tag without its end");
	*ret_empty = at[-1] == '/';
	return at + 1;
}

static void check_page(const char *text)
{
	char open[DEPTH][TAG], name[TAG];
	size_t depth = 0;
	bool empty;

	while ((text = strchr(text, '<')) != NULL) {
		text = read_tag(text, name, &empty);
		if (name[0] == '/') {
			must(depth > 0 && strcmp(open[--depth], name + 1) == 0,
			     "tags that do not fit");
		} else if (!empty) {
			must(depth < DEPTH, "tags too deep");
			strcpy(open[depth++], name);
		}
	}
	must(depth == 0, "tags without their end");
}

static void render_all(const json_t *report)
{
	const json_t *records = json_object_get(report, "records");
	double elapsed = number_of(report, "elapsed_ms");
	struct html page = {0};
	size_t i;

	must(elapsed < 4e12, "longer than a century");
	if (report_is_history(report))
		render_history(&page, report);
	for (i = 0; i < json_array_size(records); i++)
		render_record(&page, json_array_get(records, i), i, elapsed);
	must(!page.failed, "memory");
	if (page.text != NULL)
		check_page(page.text);
	free(page.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = input_file(data, size);
	json_t *report = NULL;
	struct dg_error err = {0};
	enum dg_status status = report_read(&report, name, &err);

	if (status == DG_OK) {
		must(strcmp(text_of(report, "program"), "dns01gate") == 0 &&
			 json_is_array(json_object_get(
			     report, report_is_history(report) ? "zones" : "records")),
		     "not a report");
		render_all(report);
	} else {
		must(status == DG_EINVAL && report == NULL, "neither good nor wrong");
		must(strncmp(err.text, name, strlen(name)) == 0, "which file is wrong?");
		must_be_words(err.text, sizeof(err.text), "no words");
	}
	json_decref(report);
	return 0;
}
