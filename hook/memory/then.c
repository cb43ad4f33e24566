/* SPDX-License-Identifier: ISC */
#include "then.h"

#include <string.h>

#define CHALLENGE "_acme-challenge."
/* So long before its failure the wait of an order may have begun, in milliseconds. */
#define ORDER_MS (INT64_C(3600) * 1000)

struct then then_of(const struct past *past, const char *domain, int64_t first, int64_t last)
{
	struct then then = {0};
	size_t i;

	for (i = 0; i < past->count; i++) {
		const struct past_wait *w = &past->wait[i];

		if (strncmp(w->name, CHALLENGE, strlen(CHALLENGE)) != 0 ||
		    strcmp(w->name + strlen(CHALLENGE), domain) != 0 ||
		    w->asked < first * 1000 - ORDER_MS || w->asked > last * 1000)
			continue;
		then.waits++;
		then.visible += strcmp(w->verdict, "visible") == 0;
		if (then.last == NULL || w->asked >= then.last->asked)
			then.last = w;
	}
	return then;
}
