/* SPDX-License-Identifier: ISC */
#include "drive.h"

/* A question waits less on an idle network; a wait that is longer ago than this says nothing about
 * now. */
#define QUEUE_MS 50
#define DELAY_FORGOTTEN_MS 500
/* So many questions are on their way that the next one waits: look again after this. */
#define FULL_MS 20

enum dg_status dg_drive_start(struct dg_drive *d, const struct dg_net *net, dg_ms timeout,
			      struct dg_error *err)
{
	struct dg_heard nothing;
	enum dg_status status;

	d->net = *net;
	status = net->wait(net->self, INT64_MIN, &d->now, &nothing, err);
	d->started = d->now;
	d->deadline = d->now + timeout;
	return status;
}

bool dg_drive_is_full(const struct dg_drive *d)
{
	return d->pending >= d->most;
}

bool dg_drive_is_crowded(const struct dg_drive *d)
{
	return d->delay > QUEUE_MS && d->pending > 0 && d->now - d->delay_seen < DELAY_FORGOTTEN_MS;
}

void dg_drive_cancel(struct dg_drive *d, uint64_t ask)
{
	d->net.cancel(d->net.self, ask);
	dg_outage_cancelled(&d->outage);
	d->pending--;
}

/* All that one machine wants asked now; *ret_any: there was something. */
static enum dg_status send_of(struct dg_drive *d, const struct dg_errand *errand, size_t machine,
			      bool *ret_any, struct dg_error *err)
{
	for (;;) {
		struct dg_ask ask = {.id = 0};
		enum dg_status status = errand->machine[machine].next(errand->self, &ask, err);

		if (status != DG_OK || ask.id == 0)
			return status;
		status = d->net.ask(d->net.self, &ask, err);
		if (status != DG_OK)
			return status;
		*ret_any = true;
		/* It says nothing about the way to name servers. */
		if (ask.fetch != NULL)
			continue;
		dg_outage_asked(&d->outage, d->now);
		d->pending++;
	}
}

/* What one machine asks may give another something to ask. */
static enum dg_status send_all(struct dg_drive *d, const struct dg_errand *errand,
			       struct dg_error *err)
{
	enum dg_status status = DG_OK;
	bool any = true;
	size_t i;

	while (status == DG_OK && any) {
		any = false;
		for (i = 0; i < errand->count && status == DG_OK; i++)
			status = send_of(d, errand, i, &any, err);
	}
	return status;
}

static dg_ms next_moment(const struct dg_drive *d, const struct dg_errand *errand)
{
	dg_ms until = d->deadline;
	size_t i;

	for (i = 0; i < errand->count; i++) {
		dg_ms due = errand->machine[i].due(errand->self);

		if (due < until)
			until = due;
	}
	if (dg_drive_is_full(d) && until < d->now + FULL_MS)
		until = d->now + FULL_MS < d->deadline ? d->now + FULL_MS : d->deadline;
	return until;
}

/* What it says about the network. */
static void take_reply(struct dg_drive *d, const struct dg_heard *heard)
{
	d->pending--;
	if (!d->heard_any && heard->kind == DG_HEARD_REPLY) {
		d->heard_any = true;
		d->heard_first = d->now;
	}
	dg_outage_heard(&d->outage, heard->kind == DG_HEARD_REPLY, heard->sent, d->now);
	d->delay = heard->delayed;
	d->delay_seen = d->now;
	d->queued = heard->queued;
}

static enum dg_status take_heard(struct dg_drive *d, const struct dg_errand *errand,
				 const struct dg_heard *heard, struct dg_error *err)
{
	unsigned kind = 1u << dg_asker_of(heard->ask).machine;
	size_t i;

	if (heard->fetched == NULL)
		take_reply(d, heard);
	for (i = 0; i < errand->count; i++)
		if ((errand->machine[i].kinds & kind) != 0)
			return errand->machine[i].heard(errand->self, heard, err);
	return DG_OK;
}

enum dg_status dg_drive_run(struct dg_drive *d, const struct dg_errand *errand,
			    struct dg_error *err)
{
	for (;;) {
		struct dg_heard heard;
		enum dg_status status = DG_OK;

		if (errand->turn != NULL)
			status = errand->turn(errand->self, err);
		if (status == DG_OK)
			status = send_all(d, errand, err);
		if (status != DG_OK || errand->is_over(errand->self))
			return status;
		if (d->now >= d->deadline)
			return errand->expire(errand->self, err);
		status = d->net.wait(d->net.self, next_moment(d, errand), &d->now, &heard, err);
		if (status == DG_OK && heard.ask != 0)
			status = take_heard(d, errand, &heard, err);
		if (status != DG_OK)
			return status;
	}
}
