/* SPDX-License-Identifier: ISC */
#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/owned.h"

#define FILE_NAME "history.db"
#define PATH_LEN 4096
/* Of the tables below; a database with a higher one is of a later program. */
#define SCHEMA 1

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS wait ("
    " id INTEGER PRIMARY KEY, asked INTEGER NOT NULL, name TEXT NOT NULL, zone TEXT, client TEXT,"
    " digests TEXT NOT NULL, verdict TEXT NOT NULL, first_seen INTEGER, opened INTEGER,"
    " cleaned INTEGER);"
    "CREATE INDEX IF NOT EXISTS wait_name ON wait (name, asked);"
    "CREATE INDEX IF NOT EXISTS wait_asked ON wait (asked);"
    "CREATE INDEX IF NOT EXISTS wait_zone ON wait (zone, asked);"
    "CREATE TABLE IF NOT EXISTS server ("
    " wait INTEGER NOT NULL REFERENCES wait ON DELETE CASCADE, name TEXT, address TEXT NOT NULL,"
    " visible INTEGER);"
    "CREATE INDEX IF NOT EXISTS server_wait ON server (wait);"
    "CREATE TABLE IF NOT EXISTS finding ("
    " wait INTEGER NOT NULL REFERENCES wait ON DELETE CASCADE, id TEXT NOT NULL, severity TEXT,"
    " server TEXT);"
    "CREATE INDEX IF NOT EXISTS finding_wait ON finding (wait);"
    "CREATE TABLE IF NOT EXISTS look ("
    " name TEXT PRIMARY KEY, at INTEGER NOT NULL, servers TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS total ("
    " zone TEXT NOT NULL, verdict TEXT NOT NULL, most INTEGER NOT NULL, waits INTEGER NOT NULL,"
    " spent INTEGER NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (zone, verdict, most))"
    " WITHOUT ROWID;"
    "PRAGMA user_version = 1;";

/* ---- the file -------------------------------------------------------------------------------- */

/* Makes the directories of a path up to its last "/", each for us alone; those that are there stay
 * as they are. */
static void make_above(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

/* False: there is no place. The default one is made, to write there. */
static bool find_file(const struct options *options, bool write, char path[PATH_LEN])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	if (options->history != NULL)
		n = snprintf(path, PATH_LEN, "%s", options->history);
	else if (geteuid() == 0)
		n = snprintf(path, PATH_LEN, "/var/lib/dns01gate/%s", FILE_NAME);
	else if (state != NULL && state[0] == '/')
		n = snprintf(path, PATH_LEN, "%s/dns01gate/%s", state, FILE_NAME);
	else if (home != NULL && home[0] == '/')
		n = snprintf(path, PATH_LEN, "%s/.local/state/dns01gate/%s", home, FILE_NAME);
	else
		return false;
	if (n < 0 || n >= PATH_LEN)
		return false;
	if (options->history == NULL && write)
		make_above(path);
	return true;
}

/* A regular file that nobody else can change, or put another in its place. That a default one
 * cannot be made is no news. */
static enum dg_status check_file(const struct options *options, const char *path, bool write,
				 struct dg_error *err)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (write ? O_CREAT : 0);
	int fd = open(path, flags, 0600);
	enum dg_status status;
	struct stat st;

	if (fd < 0 &&
	    ((options->history == NULL && errno != ELOOP) || (errno == ENOENT && !write))) {
		err->text[0] = '\0';
		return err->status = DG_ESYSTEM;
	}
	if (fd < 0 || fstat(fd, &st) != 0)
		status = dg_fail(err, DG_ESYSTEM, "history %.300s: %s", path,
				 errno == ELOOP ? "it is a symbolic link" : strerror(errno));
	else if (!S_ISREG(st.st_mode))
		status = dg_fail(err, DG_ESYSTEM, "history %.300s: not a regular file", path);
	else
		status = owned_check("history", path, &st, err);
	if (fd >= 0)
		close(fd);
	return status;
}

/* ---- the database ---------------------------------------------------------------------------- */

static bool is_off(const struct options *options)
{
	return options->history != NULL && strcmp(options->history, "off") == 0;
}

enum dg_status database_failed(const struct options *options, sqlite3 *db, struct dg_error *err)
{
	char path[PATH_LEN] = "";

	find_file(options, false, path);
	return dg_fail(err, DG_ESYSTEM, "history %.300s: %s", path,
		       db == NULL ? "out of memory" : sqlite3_errmsg(db));
}

void database_patience(sqlite3 *db, dg_ms patience)
{
	sqlite3_busy_timeout(db, patience > 0 ? (int)patience : 0);
}

static int version_of(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		version = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return version;
}

/* With a log of its own beside it (WAL), so that who reads keeps nobody from writing. Of several
 * runs that come first only one can set that, and the others get it from there. */
static bool make_tables(sqlite3 *db)
{
	sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
	if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return false;
	return sqlite3_exec(db, tables, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

static bool prepare(const struct options *options, sqlite3 *db, bool write, struct dg_error *err)
{
	int version;

	/* The log is brought into the file when it has grown, not at each run's end. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	/* What another program, or a fault, has put into it runs nothing. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, (int *)NULL);
	sqlite3_exec(db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
	version = version_of(db);
	if (version > SCHEMA) {
		dg_fail(err, DG_ESYSTEM,
			"history %.300s is of a later version of dns01gate (schema %d)",
			sqlite3_db_filename(db, "main"), version);
		return false;
	}
	if (version < 0 || (version < SCHEMA && write && !make_tables(db))) {
		database_failed(options, db, err);
		return false;
	}
	if (version < SCHEMA && !write) {
		err->text[0] = '\0';
		return false;
	}
	return true;
}

sqlite3 *database_open(const struct options *options, bool write, dg_ms patience,
		       struct dg_error *err)
{
	int flags = (write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
	char path[PATH_LEN];
	sqlite3 *db = NULL;

	err->text[0] = '\0';
	if (is_off(options) || !find_file(options, write, path) ||
	    check_file(options, path, write, err) != DG_OK)
		return NULL;
	if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
		database_failed(options, db, err);
		sqlite3_close(db);
		return NULL;
	}
	database_patience(db, patience);
	if (prepare(options, db, write, err))
		return db;
	sqlite3_close(db);
	return NULL;
}
