/* SPDX-License-Identifier: ISC */
#include "stamp.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DAY 86400
#define LOCAL INT_MIN
#define MINUTES(hours) ((hours)*60)

struct moment {
	int year, month, day, hour, minute, second;
	int zone; /* minutes east of UTC; LOCAL: this machine's */
};

/* Zones that only one part of the world calls so. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
    {"UTC", 0},
    {"GMT", 0},
    {"Z", 0},
    {"WET", 0},
    {"WEST", MINUTES(1)},
    {"CET", MINUTES(1)},
    {"CEST", MINUTES(2)},
    {"EET", MINUTES(2)},
    {"EEST", MINUTES(3)},
    {"MSK", MINUTES(3)},
    {"EST", MINUTES(-5)},
    {"EDT", MINUTES(-4)},
    {"CDT", MINUTES(-5)},
    {"MST", MINUTES(-7)},
    {"MDT", MINUTES(-6)},
    {"PST", MINUTES(-8)},
    {"PDT", MINUTES(-7)},
    {"JST", MINUTES(9)},
    {"AEST", MINUTES(10)},
    {"AEDT", MINUTES(11)},
};

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "MonTueWedThuFriSatSun";

/* ---- numbers and words ----------------------------------------------------------------------- */

/* Exactly so many digits, at most 4. */
static bool digits(const char *text, int count, int *ret)
{
	int i, n = 0;

	for (i = 0; i < count; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		n = n * 10 + (text[i] - '0');
	}
	*ret = n;
	return true;
}

/* From 1; 0: it is none. */
static int month_of(const char *text)
{
	int i;

	for (i = 0; i < 12; i++)
		if (strncasecmp(text, months + (size_t)i * 3, 3) == 0)
			return i + 1;
	return 0;
}

static bool is_day(const char *text, size_t len)
{
	int i;

	if (len < 3 || len > 4)
		return false;
	for (i = 0; i < 7; i++)
		if (strncasecmp(text, days + (size_t)i * 3, 3) == 0)
			return len == 3 || text[3] == ',';
	return false;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days_since(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t seconds_of(const struct moment *m)
{
	struct tm tm = {.tm_year = m->year - 1900,
			.tm_mon = m->month - 1,
			.tm_mday = m->day,
			.tm_hour = m->hour,
			.tm_min = m->minute,
			.tm_sec = m->second,
			.tm_isdst = -1};

	if (m->year < 1970 || m->year > 2200 || m->month < 1 || m->month > 12 || m->day < 1 ||
	    m->day > 31 || m->hour > 23 || m->minute > 59 || m->second > 60)
		return -1;
	if (m->zone == LOCAL)
		return (int64_t)mktime(&tm);
	return days_since(m->year, m->month, m->day) * DAY + m->hour * 3600 + m->minute * 60 +
	       m->second - m->zone * 60;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* "10:11:12", with a fraction behind a dot or comma. Where it ends; NULL: it is none. */
static const char *read_time(const char *at, struct moment *m)
{
	int hour, minute, second;

	if (!digits(at, 2, &hour) || at[2] != ':' || !digits(at + 3, 2, &minute) || at[5] != ':' ||
	    !digits(at + 6, 2, &second))
		return NULL;
	m->hour = hour;
	m->minute = minute;
	m->second = second;
	at += 8;
	if ((*at == '.' || *at == ',') && isdigit((unsigned char)at[1]))
		at += 1 + strspn(at + 1, "0123456789");
	return at;
}

/* "Z", "+01:00", "-0500", or a word that is known. Where it ends, or `at`. */
static const char *read_zone(const char *at, struct moment *m)
{
	size_t i, len = 0;
	int hours, minutes;

	if (*at == '+' || *at == '-') {
		const char *colon = at + 3;

		if (digits(at + 1, 2, &hours) &&
		    digits(*colon == ':' ? colon + 1 : colon, 2, &minutes)) {
			m->zone = (hours * 60 + minutes) * (*at == '-' ? -1 : 1);
			return colon + (*colon == ':') + 2;
		}
		return at;
	}
	while (isalpha((unsigned char)at[len]))
		len++;
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (strlen(zones[i].name) == len && strncmp(at, zones[i].name, len) == 0) {
			m->zone = zones[i].minutes;
			return at + len;
		}
	}
	return at;
}

/* "2026-11-20 10:11:12,345", "2026/11/20 10:11:12", "2026-11-20T10:11:12.3Z", "2026-11-20 10:11:12
 * UTC". */
static const char *read_numbers(const char *at, struct moment *m)
{
	const char *zone;

	if (!digits(at, 4, &m->year) || (at[4] != '-' && at[4] != '/') ||
	    !digits(at + 5, 2, &m->month) || at[7] != at[4] || !digits(at + 8, 2, &m->day) ||
	    (at[10] != ' ' && at[10] != 'T'))
		return NULL;
	at = read_time(at + 11, m);
	if (at == NULL)
		return NULL;
	m->zone = LOCAL;
	zone = read_zone(at + (*at == ' '), m);
	return m->zone != LOCAL ? zone : at;
}

/* "I1120 10:11:12.345678       1 sync.go:186] ": its containers have no other zone than UTC. */
static const char *read_klog(const char *at, struct moment *m)
{
	if (strchr("IWEF", at[0]) == NULL || at[0] == '\0' || !digits(at + 1, 2, &m->month) ||
	    !digits(at + 3, 2, &m->day) || at[5] != ' ')
		return NULL;
	at = read_time(at + 6, m);
	if (at != NULL && strcspn(at, "]") < 80 && strchr(at, ']') != NULL)
		at = strchr(at, ']') + 1;
	m->year = 0;
	m->zone = 0;
	return at;
}

/* What `date` and HTTP write, in any order of its words: "Fri Nov 20 10:11:12 UTC 2026", "Fri 20
 * Nov 2026 10:11:12 AM UTC", "Fri, 20 Nov 2026 10:11:12 GMT", "Nov 20 10:11:12". Ends at `end`. */
static bool read_words(const char *at, const char *end, struct moment *m)
{
	bool has_time = false, evening = false, noon = false;

	*m = (struct moment){.zone = LOCAL};
	while (at < end) {
		size_t len = strcspn(at, " ]");

		if (len == 0 || is_day(at, len)) {
			at += len == 0 ? 1 : len;
			continue;
		}
		if (read_time(at, m) != NULL) {
			has_time = true;
		} else if (m->month == 0 && len == 3 && month_of(at) != 0) {
			m->month = month_of(at);
		} else if (len == 4 && digits(at, 4, &m->year)) {
		} else if (len <= 2 && isdigit((unsigned char)at[0])) {
			m->day = atoi(at);
		} else if (len == 2 && (strncmp(at, "PM", 2) == 0 || strncmp(at, "AM", 2) == 0)) {
			evening = at[0] == 'P';
			noon = true;
		} else if (read_zone(at, m) == at && !isalpha((unsigned char)at[0])) {
			return false;
		}
		at += len;
	}
	if (noon)
		m->hour = m->hour % 12 + (evening ? 12 : 0);
	return has_time && m->month != 0 && m->day != 0;
}

/* The last year in which this is not to come. */
static int64_t with_year(struct moment *m, int64_t now)
{
	int64_t when;

	for (m->year = 1970 + (int)(now / DAY / 365) + 1; m->year > 1970; m->year--) {
		when = seconds_of(m);
		if (when >= 0 && when <= now + DAY)
			return when;
	}
	return -1;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Behind "HOST PROGRAM[PID]: " or "HOST PROGRAM: ", or `at`. */
static const char *skip_syslog(const char *at)
{
	size_t host = strcspn(at, " ");
	const char *tag = at + host + 1;
	size_t len;

	if (host == 0 || at[host] == '\0' || at[host - 1] == ':')
		return at;
	len = strcspn(tag, " ");
	if (len < 2 || tag[len - 1] != ':' || tag[len] != ' ' || strchr("[{\"", tag[0]) != NULL ||
	    at[0] == '[' || memchr(at, ':', host) != NULL)
		return at;
	return tag + len + 1;
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Syslog's "Nov 20 10:11:12 ", without a year. */
static const char *read_syslog(const char *at, struct moment *m)
{
	const char *end;

	if (month_of(at) == 0 || at[3] != ' ' || strlen(at) < 16)
		return NULL;
	end = at + 15;
	return *end == ' ' && read_words(at, end, m) ? end : NULL;
}

/* acme.sh's "[Fri Nov 20 10:11:12 UTC 2026] ". */
static const char *read_bracket(const char *at, struct moment *m)
{
	const char *end;

	if (*at != '[')
		return NULL;
	end = strchr(at, ']');
	if (end == NULL || end - at > 48 || !read_words(at + 1, end, m))
		return NULL;
	return end + 1;
}

static bool read_stamp(const char *at, int64_t now, int64_t *ret_when, const char **ret_message)
{
	struct moment m = {0};
	const char *end;
	bool bare = false;

	/* The journal's "Fri 2026-11-20 ...", and structured lines. */
	if (strcspn(at, " ") == 3 && at[3] == ' ' && is_day(at, 3) && isdigit((unsigned char)at[4]))
		at += 4;
	else if (strncmp(at, "time=", 5) == 0)
		at += 5 + (at[5] == '"');
	end = read_numbers(at, &m);
	if (end == NULL)
		end = read_bracket(at, &m);
	if (end == NULL) {
		end = read_klog(at, &m);
		bare = end != NULL;
	}
	if (end == NULL) {
		end = read_syslog(at, &m);
		bare = end != NULL;
	}
	if (end == NULL)
		return false;
	*ret_when = bare ? with_year(&m, now) : seconds_of(&m);
	*ret_message = end;
	return *ret_when >= 0;
}

bool stamp_read(const char *line, int64_t now, int64_t *ret_when, const char **ret_message)
{
	const char *at = skip_blanks(line), *message, *inner;
	int64_t when, own;

	*ret_message = line;
	/* docker compose: "SERVICE  | ". */
	inner = at + strcspn(at, " ");
	inner = skip_blanks(inner);
	if (inner[0] == '|' && inner[1] == ' ')
		at = inner + 2;
	if (!read_stamp(at, now, &when, &message))
		return false;
	if (*message == ' ')
		message = skip_syslog(skip_blanks(message));
	/* A client's own time behind that of who collects its lines. */
	if (read_stamp(skip_blanks(message), now, &own, &inner)) {
		when = own;
		message = inner;
	}
	*ret_when = when;
	*ret_message = message;
	return true;
}

int64_t stamp_date(const char *text)
{
	struct moment m = {0};
	size_t len = strcspn(text, "\r\n\"");

	if (read_numbers(text, &m) != NULL) {
		/* A date for others is meant to be read anywhere. */
		if (m.zone == LOCAL)
			m.zone = 0;
		return seconds_of(&m);
	}
	if (len > 40 || !read_words(text, text + len, &m) || m.year == 0)
		return -1;
	return seconds_of(&m);
}

static const char *print(int64_t when, char buf[STAMP_TEXT], const char *format)
{
	time_t t = (time_t)when;
	struct tm tm;

	buf[0] = '\0';
	if (when >= 0 && gmtime_r(&t, &tm) != NULL)
		strftime(buf, STAMP_TEXT, format, &tm);
	return buf;
}

const char *stamp_text(int64_t when, char buf[STAMP_TEXT])
{
	return print(when, buf, "%Y-%m-%d %H:%M:%S");
}

const char *stamp_rfc3339(int64_t when, char buf[STAMP_TEXT])
{
	return print(when, buf, "%Y-%m-%dT%H:%M:%SZ");
}
