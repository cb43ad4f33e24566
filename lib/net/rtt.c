/* SPDX-License-Identifier: ISC */
#include "rtt.h"

#define LEAST_MS 300
#define MOST_MS 3000

void dg_rtt_measured(struct dg_rtt *rtt, int64_t us)
{
	int64_t off = rtt->smooth_us > us ? rtt->smooth_us - us : us - rtt->smooth_us;

	if (!rtt->any) {
		rtt->smooth_us = us;
		rtt->vary_us = us / 2;
		rtt->least_us = us;
	} else {
		rtt->vary_us += (off - rtt->vary_us) / 4;
		rtt->smooth_us += (us - rtt->smooth_us) / 8;
	}
	if (us < rtt->least_us)
		rtt->least_us = us;
	rtt->any = true;
	rtt->backed_off = false;
}

void dg_rtt_missed(struct dg_rtt *rtt)
{
	rtt->backed_off = true;
}

dg_ms dg_rtt_timeout(const struct dg_rtt *rtt, dg_ms first)
{
	/* A queue of our own making grows by what is asked again too soon. */
	int64_t us = rtt->smooth_us + 4 * rtt->vary_us + 2 * dg_rtt_queueing_us(rtt);
	dg_ms timeout = rtt->any ? us / 1000 : first;

	if (timeout < LEAST_MS)
		timeout = LEAST_MS;
	/* Once: whoever is back is to be noticed soon. */
	if (rtt->backed_off)
		timeout *= 2;
	return timeout > MOST_MS ? MOST_MS : timeout;
}

int64_t dg_rtt_queueing_us(const struct dg_rtt *rtt)
{
	return rtt->any ? rtt->smooth_us - rtt->least_us : 0;
}
