/* SPDX-License-Identifier: ISC */
#include "weather.h"

#include <stdio.h>
#include <string.h>

#define IP_UDP 28
#define IP_TCP 40
#define NEVER 30

static bool read_one(struct weather *w, const char *key, double value)
{
	const struct {
		const char *key;
		double *value;
	} keys[] = {{"loss", &w->loss},
		    {"jitter", &w->jitter},
		    {"limit", &w->limit},
		    {"width", &w->width},
		    {"longest", &w->longest}};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].key, key) != 0)
			continue;
		*keys[i].value = value;
		return true;
	}
	if (strcmp(key, "slip") == 0)
		w->slip = (unsigned)value;
	else if (strcmp(key, "seed") == 0)
		w->random = (uint32_t)value * 2654435761u | 1;
	else
		return false;
	return true;
}

bool weather_read(struct weather *ret_weather, const char *text)
{
	char key[16];
	double value;
	int used;

	memset(ret_weather, 0, sizeof(*ret_weather));
	ret_weather->random = 1;
	for (; sscanf(text, " %15[a-z]=%lf%n", key, &value, &used) == 2; text += used)
		if (!read_one(ret_weather, key, value))
			return false;
	return text[strspn(text, " \t\n")] == '\0';
}

double weather_chance(struct weather *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 17;
	w->random ^= w->random << 5;
	return (double)(w->random >> 8) / (1 << 24);
}

bool weather_is_out(const struct weather *w, double now)
{
	size_t i;

	for (i = 0; i < w->noutages; i++)
		if (now >= w->outage[i].from && now < w->outage[i].to)
			return true;
	return false;
}

static double cross(struct weather *w, bool up, size_t octets, double now)
{
	double *until = &w->owner_free[up], wait = *until > now ? *until - now : 0;

	if (w->width <= 0)
		return 0;
	if (wait > w->longest)
		return -1;
	*until = now + wait + (double)octets / w->width;
	return *until - now;
}

/* One that is sent later than now does not take the link from others yet. */
static double pass(struct weather *w, bool up, size_t octets, double now, bool later)
{
	double wait = weather_is_out(w, now) ? -1 : later ? 0 : cross(w, up, octets, now);

	w->sent++;
	if (wait < 0 || weather_chance(w) < w->loss) {
		w->lost++;
		return -1;
	}
	return wait + w->jitter * weather_chance(w);
}

double weather_pass(struct weather *w, bool up, size_t octets, double now)
{
	return pass(w, up, octets + IP_UDP, now, false);
}

enum weather_answer weather_limit(struct weather *w, const char *addr, double now)
{
	size_t i;

	if (w->limit <= 0)
		return WEATHER_SENT;
	for (i = 0; i < w->nservers && strcmp(w->server[i].addr, addr) != 0; i++)
		;
	if (i == WEATHER_SERVERS)
		return WEATHER_SENT;
	if (i == w->nservers) {
		snprintf(w->server[i].addr, sizeof(w->server[i].addr), "%s", addr);
		w->server[i].credit = w->limit;
		w->server[i].at = now;
		w->nservers++;
	}
	w->server[i].credit += (now - w->server[i].at) * w->limit;
	w->server[i].at = now;
	if (w->server[i].credit > w->limit)
		w->server[i].credit = w->limit;
	if (w->server[i].credit >= 1) {
		w->server[i].credit -= 1;
		return WEATHER_SENT;
	}
	return w->slip > 0 && ++w->server[i].over % w->slip == 0 ? WEATHER_TRUNCATED
								 : WEATHER_WITHHELD;
}

/* One packet there and one back, sent again after `timeout`, twice that, and so on. */
static double round_trip(struct weather *w, size_t up, size_t down, double rtt, double timeout,
			 double now, bool later)
{
	double begun = now;

	while (now - begun < NEVER) {
		double there = pass(w, true, up + IP_TCP, now, later || now > begun), back = -1;

		if (there >= 0)
			back = pass(w, false, down + IP_TCP, now + there + rtt / 2,
				    later || now > begun);
		if (back >= 0)
			return now + there + back + rtt - begun;
		now += timeout;
		timeout *= 2;
	}
	return -1;
}

double weather_stream(struct weather *w, size_t octets, size_t answer, double rtt, double now)
{
	/* Its answer takes the link when that of a datagram would. */
	double first = round_trip(w, octets, answer, rtt, 1, now, false), second;

	if (first < 0)
		return -1;
	second =
	    round_trip(w, octets, answer, rtt, rtt * 2 > 0.2 ? rtt * 2 : 0.2, now + first, true);
	return second < 0 ? -1 : first + second;
}
