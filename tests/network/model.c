/* SPDX-License-Identifier: ISC */
#include "model.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS 1000
#define SECOND 1000000
#define FEW 8
#define FLOWS 4096
/* What a firewall forgets a flow after. */
#define FLOW_LIFE (30 * (uint64_t)SECOND)

struct settings {
	double delay, jitter, loss, dup, reorder, late; /* ms, percent */
	double rate, queue;                             /* kbit/s, octets; 0 for no limit */
	size_t mtu, flows, track;                       /* 0 for no limit */
	struct in_addr divert;
	struct {
		uint8_t address[PACKET_ADDRESS];
		double loss;
	} at[FEW];
	struct {
		double from, to; /* ms */
	} down[FEW];
	struct {
		uint8_t protocol;
		uint16_t port;
	} block[FEW];
	size_t nat, ndown, nblock;
};

struct model {
	struct settings s;
	uint64_t begin;
	uint64_t random;
	struct {
		uint64_t busy; /* until then what came before is being sent */
		uint64_t last; /* when the last one comes out */
	} way[MODEL_WAYS];
	struct {
		struct packet_ends ends; /* outward; of no IP version: none */
		uint64_t used;
	} flow[FLOWS];
	double tokens; /* new flows that the firewall lets through */
	uint64_t filled;
};

struct model *model_new(uint64_t seed)
{
	struct model *m = calloc(1, sizeof(*m));

	if (m != NULL)
		m->random = seed * 0x9e3779b97f4a7c15u + 1;
	return m;
}

void model_free(struct model *m)
{
	free(m);
}

/* 0 <= it < 1; splitmix64. */
static double draw(struct model *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

static bool happens(struct model *m, double percent)
{
	return percent > 0 && draw(m) * 100 < percent;
}

/* ---- settings -------------------------------------------------------------------------------- */

static bool set_address(const char *text, size_t len, uint8_t address[PACKET_ADDRESS])
{
	char copy[INET6_ADDRSTRLEN];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	memset(address, 0, PACKET_ADDRESS);
	return inet_pton(strchr(copy, ':') != NULL ? AF_INET6 : AF_INET, copy, address) == 1;
}

static bool set_listed(struct settings *s, const char *word)
{
	const char *value = strchr(word, '=') + 1;
	double from, to;
	char name[4];
	unsigned port;

	if (strncmp(word, "loss@", 5) == 0 && s->nat < FEW) {
		s->at[s->nat].loss = strtod(value, NULL);
		return set_address(word + 5, (size_t)(value - word) - 6, s->at[s->nat++].address);
	}
	if (strncmp(word, "down=", 5) == 0 && s->ndown < FEW) {
		if (sscanf(value, "%lf-%lf", &from, &to) != 2)
			return false;
		s->down[s->ndown].from = from;
		s->down[s->ndown++].to = to;
		return true;
	}
	if (strncmp(word, "block=", 6) == 0 && s->nblock < FEW) {
		if (sscanf(value, "%3[a-z]/%u", name, &port) != 2 || port > UINT16_MAX)
			return false;
		s->block[s->nblock].protocol = strcmp(name, "udp") == 0 ? IPPROTO_UDP : IPPROTO_TCP;
		s->block[s->nblock++].port = (uint16_t)port;
		return true;
	}
	return strncmp(word, "divert=", 7) == 0 && inet_pton(AF_INET, value, &s->divert) == 1;
}

static bool set_one(struct settings *s, const char *word)
{
	struct {
		const char *name;
		double *number;
		size_t *count;
	} known[] = {
	    {"delay", &s->delay, NULL},     {"jitter", &s->jitter, NULL}, {"loss", &s->loss, NULL},
	    {"dup", &s->dup, NULL},         {"late", &s->late, NULL},     {"rate", &s->rate, NULL},
	    {"reorder", &s->reorder, NULL}, {"queue", &s->queue, NULL},   {"mtu", NULL, &s->mtu},
	    {"flows", NULL, &s->flows},     {"track", NULL, &s->track},
	};
	const char *equals = strchr(word, '=');
	char *end = NULL;
	double value;
	size_t i;

	if (equals == NULL)
		return false;
	value = strtod(equals + 1, &end);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) != (size_t)(equals - word) ||
		    strncmp(known[i].name, word, (size_t)(equals - word)) != 0)
			continue;
		if (known[i].number != NULL)
			*known[i].number = value;
		else
			*known[i].count = (size_t)value;
		return end != equals + 1 && *end == '\0' && value >= 0;
	}
	return set_listed(s, word);
}

bool model_set(struct model *m, char *words, uint64_t now, const char **ret_bad)
{
	char *rest = words, *word;

	m->s = (struct settings){.late = 20, .queue = 65536};
	m->begin = now;
	while ((word = strtok_r(rest, " \t\n", &rest)) != NULL) {
		*ret_bad = word;
		if (!set_one(&m->s, word))
			return false;
	}
	m->tokens = (double)m->s.flows;
	m->filled = now;
	return true;
}

/* ---- what is lost ---------------------------------------------------------------------------- */

static bool is_down(const struct model *m, uint64_t now)
{
	double ms = (double)(now - m->begin) / MS;
	size_t i;

	for (i = 0; i < m->s.ndown; i++)
		if (ms >= m->s.down[i].from && ms < m->s.down[i].to)
			return true;
	return false;
}

static bool is_blocked(const struct model *m, const struct packet_ends *ends)
{
	size_t i;

	for (i = 0; i < m->s.nblock; i++)
		if (ends->protocol == m->s.block[i].protocol &&
		    (ends->from_port == m->s.block[i].port || ends->to_port == m->s.block[i].port))
			return true;
	return false;
}

static double loss_of(const struct model *m, const struct packet_ends *ends)
{
	size_t i;

	for (i = 0; i < m->s.nat; i++)
		if (memcmp(ends->from, m->s.at[i].address, PACKET_ADDRESS) == 0 ||
		    memcmp(ends->to, m->s.at[i].address, PACKET_ADDRESS) == 0)
			return m->s.at[i].loss;
	return m->s.loss;
}

/* ---- flows: what a firewall remembers -------------------------------------------------------- */

/* The place of a flow, or where to put it: a free place, or the longest unused. */
static size_t find_flow(const struct model *m, const struct packet_ends *ends, bool *ret_known)
{
	size_t places = m->s.track > 0 && m->s.track < FLOWS ? m->s.track : FLOWS;
	size_t i, oldest = 0;

	*ret_known = true;
	for (i = 0; i < places; i++) {
		if (packet_same_flow(&m->flow[i].ends, ends))
			return i;
		if (m->flow[i].used < m->flow[oldest].used)
			oldest = i;
	}
	*ret_known = false;
	return oldest;
}

static void note_flow(struct model *m, size_t i, const struct packet_ends *ends, uint64_t now)
{
	m->flow[i].ends = *ends;
	m->flow[i].used = now;
}

static bool take_token(struct model *m, uint64_t now)
{
	double most = (double)m->s.flows;

	m->tokens += most * (double)(now - m->filled) / SECOND;
	m->tokens = m->tokens > most ? most : m->tokens;
	m->filled = now;
	if (m->tokens < 1)
		return false;
	m->tokens -= 1;
	return true;
}

/* The firewall lets it pass. `ends` are as seen from inside: outward. */
static bool is_let_through(struct model *m, enum model_way way, const struct packet_ends *ends,
			   uint64_t now)
{
	bool known;
	size_t i;

	if (m->s.flows == 0 && m->s.track == 0)
		return true;
	i = find_flow(m, ends, &known);
	known = known && now - m->flow[i].used < FLOW_LIFE;
	if (!known && (way == MODEL_IN || (m->s.flows > 0 && !take_token(m, now))))
		return false;
	note_flow(m, i, ends, now);
	return true;
}

/* ---- diverting ------------------------------------------------------------------------------- */

static void divert(struct model *m, enum model_way way, uint8_t *octets, size_t len, uint64_t now)
{
	uint8_t other[PACKET_ADDRESS] = {0};
	struct packet_ends ends;
	bool known;
	size_t i;

	memcpy(other, &m->s.divert, 4);
	if (m->s.divert.s_addr == 0 || !packet_read(octets, len, &ends) || ends.version != 4)
		return;
	if (way == MODEL_OUT && ends.to_port == 53) {
		i = find_flow(m, &ends, &known);
		note_flow(m, i, &ends, now);
		packet_send_to(octets, len, &m->s.divert);
		return;
	}
	if (way == MODEL_OUT || ends.from_port != 53 ||
	    memcmp(ends.from, other, PACKET_ADDRESS) != 0)
		return;
	/* The flow with the same port of ours: ports are not used twice at a time. */
	for (i = 0; i < FLOWS; i++)
		if (m->flow[i].ends.from_port == ends.to_port &&
		    m->flow[i].ends.protocol == ends.protocol) {
			packet_come_from(octets, len, m->flow[i].ends.to);
			return;
		}
}

/* ---- when it comes --------------------------------------------------------------------------- */

/* False when the queue is full. */
static bool send_at_rate(struct model *m, enum model_way way, size_t len, uint64_t now,
			 uint64_t *ret_sent)
{
	uint64_t start = m->way[way].busy > now ? m->way[way].busy : now;
	double octets_waiting = (double)(start - now) * m->s.rate / 8 / MS;

	*ret_sent = now;
	if (m->s.rate <= 0)
		return true;
	if (m->s.queue > 0 && octets_waiting + (double)len > m->s.queue)
		return false;
	m->way[way].busy = start + (uint64_t)((double)len * 8 * MS / m->s.rate);
	*ret_sent = m->way[way].busy;
	return true;
}

static uint64_t arrival(struct model *m, enum model_way way, uint64_t sent)
{
	uint64_t due = sent + (uint64_t)((m->s.delay + draw(m) * m->s.jitter) * MS);

	if (happens(m, m->s.reorder))
		return due + (uint64_t)(m->s.late * MS);
	if (due < m->way[way].last)
		due = m->way[way].last;
	m->way[way].last = due;
	return due;
}

unsigned model_pass(struct model *m, enum model_way way, uint8_t *octets, size_t len, uint64_t now,
		    uint64_t ret_due[2])
{
	struct packet_ends ends, outward;
	uint64_t sent;

	if (!packet_read(octets, len, &ends))
		return 0;
	outward = way == MODEL_OUT ? ends : packet_turned(&ends);
	if (is_down(m, now) || is_blocked(m, &ends) || (m->s.mtu > 0 && len > m->s.mtu) ||
	    !is_let_through(m, way, &outward, now) || happens(m, loss_of(m, &ends)) ||
	    !send_at_rate(m, way, len, now, &sent))
		return 0;
	divert(m, way, octets, len, now);
	ret_due[0] = arrival(m, way, sent);
	if (!happens(m, m->s.dup))
		return 1;
	ret_due[1] = arrival(m, way, sent);
	return 2;
}
