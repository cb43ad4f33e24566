/* SPDX-License-Identifier: ISC */
/* --rfc2136: dynamic updates, as a JSON file says: {"server", "key-file", "zone", "ttl"}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "system/clock.h"
#include "input/json_file.h"
#include "key_file.h"
#include "memory/updated.h"
#include "publish.h"
#include "system/say.h"

#define TTL 60
/* A server that starts anew has answered by then. */
#define CLEAN_UP_MS 60000
/* RFC 2181 section 8. */
#define TTL_MAX 2147483647

struct setup {
	struct json_file file;
	struct key key;
	struct dg_update_options update;
};

static bool chosen(const struct options *options)
{
	return options->rfc2136 != NULL;
}

static void setup_free(struct setup *s)
{
	key_wipe(&s->key);
	json_file_free(&s->file);
}

/* ---- reading the file ------------------------------------------------------------------------ */

/* A key file's name is meant from where the file that names it is: a hook's working directory is
 * anybody's guess. */
static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	size_t len = name[0] == '/' || slash == NULL ? 0 : (size_t)(slash - file) + 1;
	char *path = malloc(len + strlen(name) + 1);

	if (path != NULL)
		sprintf(path, "%.*s%s", (int)len, file, name);
	return path;
}

static enum dg_status take_key(struct setup *s, const char *name, struct dg_error *err)
{
	char *path = beside(s->file.name, name);
	enum dg_status status;

	if (path == NULL)
		return dg_fail(err, DG_ENOMEM, "out of memory");
	status = key_file_read(&s->key, path, err);
	free(path);
	s->update.key.name = s->key.name;
	s->update.key.algorithm = s->key.algorithm;
	s->update.key.secret = s->key.secret;
	s->update.key.secret_len = s->key.len;
	return status;
}

/* One key of the file; NULL when its value is good, else what is wrong with it. */
static const char *take_value(struct setup *s, const char *key, const json_t *value)
{
	bool is_text = json_is_string(value) && json_string_length(value) > 0;

	if (strcmp(key, "ttl") == 0) {
		json_int_t ttl = json_integer_value(value);

		if (!json_is_integer(value) || ttl < 0 || ttl > TTL_MAX)
			return "is no number of seconds";
		s->update.ttl = (uint32_t)ttl;
	} else if (strcmp(key, "server") != 0 && strcmp(key, "zone") != 0 &&
		   strcmp(key, "key-file") != 0) {
		return "is no key of such a file: server, key-file, zone, ttl";
	} else if (!is_text && !json_is_null(value)) {
		return "is neither text nor null";
	} else if (strcmp(key, "server") == 0) {
		s->update.server = json_string_value(value);
	} else if (strcmp(key, "zone") == 0) {
		s->update.zone = json_string_value(value);
	}
	return NULL;
}

/* DG_EINVAL tells file, line and column. */
static enum dg_status setup_read(struct setup *s, const char *name, struct dg_error *err)
{
	const json_t *key_file;
	const char *key;
	json_t *value;
	enum dg_status status;

	memset(s, 0, sizeof(*s));
	s->update.ttl = TTL;
	status = json_file_read(&s->file, name, "file for --rfc2136", err);
	if (status != DG_OK)
		return status;
	json_object_foreach(s->file.object, key, value)
	{
		const char *why = take_value(s, key, value);
		char where[300];

		if (why != NULL)
			return dg_fail(err, DG_EINVAL, "%s\"%.100s\" %s",
				       json_file_at(&s->file, key, where, sizeof(where)), key, why);
	}
	key_file = json_object_get(s->file.object, "key-file");
	if (key_file == NULL)
		return dg_fail(err, DG_EINVAL,
			       "%.200s: \"key-file\" is missing; null is for updates without a key",
			       name);
	return json_is_null(key_file) ? DG_OK : take_key(s, json_string_value(key_file), err);
}

/* No other process of the user, and no core file, is to see the key. */
static void hide_memory(void)
{
	static const struct rlimit none = {0, 0};

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
}

static enum dg_status check(const struct call *call, struct dg_error *err)
{
	struct setup s;
	enum dg_status status;

	hide_memory();
	status = setup_read(&s, call->options->rfc2136, err);
	setup_free(&s);
	return status;
}

/* ---- updating -------------------------------------------------------------------------------- */

/* Updates that belong together. */
struct job {
	const struct call *call;
	struct setup setup;
	dg_ms until;
	int stop_fd;
};

/* A mistake that the update finds in what the file says is told with its place there. */
static void tell_place(const struct setup *s, struct dg_error *err)
{
	bool is_server = s->update.server != NULL && strstr(err->text, s->update.server) != NULL;
	bool is_zone = s->update.zone != NULL && strstr(err->text, s->update.zone) != NULL;
	struct dg_error told = *err;
	char where[300];

	if (is_server || is_zone)
		snprintf(
		    err->text, sizeof(err->text), "%s%.*s",
		    json_file_at(&s->file, is_server ? "server" : "zone", where, sizeof(where)),
		    (int)(sizeof(err->text) - sizeof(where) - 1), told.text);
}

/* A failure that is not the end of it. */
static void tell_retry(void *self, const char *text)
{
	const struct job *job = self;

	if (!job->call->options->quiet)
		say_at(SAY_NOTICE, "%s; trying again", text);
}

static enum dg_status run_update(struct job *job, bool add, const struct pair *pair,
				 const struct updated *where, struct dg_update_result *ret,
				 struct dg_error *err)
{
	struct dg_update_options u = job->setup.update;
	struct dg_options g = job->call->options->gate;
	dg_ms now = clock_now();
	enum dg_status status;

	u.retry = tell_retry;
	u.self = job;
	if (where != NULL) {
		u.zone = where->zone;
		u.server = where->server;
	}
	g.stop_fd = job->stop_fd;
	g.timeout = job->until > now ? job->until - now : 0;
	status = dg_update(&g, &u, add, where != NULL ? where->owner : pair->name, pair->value, ret,
			   err);
	if (status == DG_EINVAL && err != NULL)
		tell_place(&job->setup, err);
	return status;
}

/* Where it was put, whatever the name leads to by now; and where it would be put today, if that
 * does not work. */
static enum dg_status remove_record(struct job *job, const struct pair *pair,
				    struct dg_update_result *ret, struct dg_error *err)
{
	const struct options *options = job->call->options;
	struct updated where;
	json_t *known = updated_find(options, pair->name, pair->value, &where);
	struct dg_error ignored = {0};

	if (known != NULL && run_update(job, false, pair, &where, ret, &ignored) != DG_OK)
		ret->done = false;
	json_decref(known);
	/* With no time left the second attempt could only say that. */
	if (known != NULL && (ret->done || (ret->text[0] != '\0' && clock_now() >= job->until)))
		return DG_OK;
	return run_update(job, false, pair, NULL, ret, err);
}

static enum dg_status update(struct job *job, bool add, struct pair *pair, struct published *ret,
			     struct dg_error *err)
{
	const struct options *options = job->call->options;
	struct dg_update_result result = {0};
	enum dg_status status = add ? run_update(job, true, pair, NULL, &result, err)
				    : remove_record(job, pair, &result, err);

	if (status != DG_OK)
		return status;
	if (result.done) {
		pair->serial = result.serial;
		if (add)
			updated_keep(options, pair->name, pair->value, &result, job->until);
		else
			updated_forget(options, pair->name, pair->value, job->until);
		if (options->verbose)
			say_at(SAY_INFO, "%s %s zone %s by %s", result.owner,
			       add ? "was added to" : "was removed from", result.zone,
			       result.server);
	} else if (ret->done) {
		ret->done = false;
		snprintf(ret->text, sizeof(ret->text), "%s", result.text);
		snprintf(ret->advice, sizeof(ret->advice), "%s", result.advice);
	}
	return DG_OK;
}

/* Takes back what an addition that failed has added so far, the last one too: an answer that did
 * not come does not say that nothing was done. */
static void take_back(struct job *job, size_t count)
{
	struct published ignored = {.done = true};

	job->stop_fd = -1;
	job->until = job->call->deadline;
	while (count > 0 &&
	       update(job, false, &job->call->plan->pair[--count], &ignored, NULL) == DG_OK)
		;
}

/* Adds all or nothing; a removal goes on past one that failed. */
static enum dg_status publish(struct call *call, enum publish_what what, dg_ms until,
			      struct published *ret, struct dg_error *err)
{
	struct plan *plan = call->plan;
	struct job job = {
	    .call = call, .until = until, .stop_fd = what == PUBLISH_UNDO ? -1 : call->stop_fd};
	bool add = what == PUBLISH_ADD;
	enum dg_status status;
	size_t i;

	ret->done = true;
	if (what == PUBLISH_TELL || plan->own == 0)
		return DG_OK;
	status = setup_read(&job.setup, call->options->rfc2136, err);
	for (i = 0; i < plan->own && status == DG_OK && (ret->done || !add); i++)
		status = update(&job, add, &plan->pair[i], ret, err);
	if (add && (status != DG_OK || !ret->done))
		take_back(&job, i);
	setup_free(&job.setup);
	return status;
}

const struct publisher publish_rfc2136 = {
    .chosen = chosen, .check = check, .publish = publish, .clean_up = CLEAN_UP_MS};
