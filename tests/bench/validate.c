/* SPDX-License-Identifier: ISC */
/* Processor time for reading and judging one answer whose zone's keys are known already, as each
 * poll of a server does: a line each. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "signed_msg.h"
#include "dnssec/validate.h"

#define NOW 1795276800
#define ROUNDS 2000

static void learn(struct dg_trust *trust, const struct signed_defaults *d)
{
	struct dg_ds_set ds = {0};
	struct dg_judgement j;
	struct dg_name zone;
	struct dg_msg msg;
	uint8_t rdata[600];
	size_t len;
	uint8_t *wire = signed_msg("? example.lab. DNSKEY\nan key example.lab.\n+", d, &len);

	dg_ds_add(&ds, rdata, signed_ds("ds example.lab.", d, rdata));
	if (dg_name_parse(&zone, "example.lab.", NULL) != DG_OK ||
	    dg_trust_anchor(trust, &zone, &ds.ds[0]) != DG_OK ||
	    dg_msg_read(&msg, wire, len, NULL) != DG_OK ||
	    dg_validate_learn(trust, &msg, &zone, DG_TYPE_DNSKEY, NOW, &j) != DG_OK ||
	    j.security != DG_SECURITY_SECURE)
		exit(70);
	dg_msg_free(&msg);
	free(wire);
}

static void measure(const char *what, const char *text, int algorithm)
{
	struct signed_defaults d = {"example.lab.", algorithm, NOW};
	struct dg_trust trust = {0};
	struct dg_judgement j;
	struct dg_msg msg;
	size_t len;
	uint8_t *wire = signed_msg(text, &d, &len);
	clock_t begin;
	int i;

	learn(&trust, &d);
	begin = clock();
	for (i = 0; i < ROUNDS; i++) {
		if (dg_msg_read(&msg, wire, len, NULL) != DG_OK ||
		    dg_validate(&trust, NULL, &msg, &(struct dg_sought){&msg.qname, DG_TYPE_TXT},
				NOW, &j) != DG_OK ||
		    j.security != DG_SECURITY_SECURE)
			exit(70);
		dg_msg_free(&msg);
	}
	printf("    %s, algorithm %d: %.0f us\n", what, algorithm,
	       (double)(clock() - begin) * 1e6 / CLOCKS_PER_SEC / ROUNDS);
	dg_trust_free(&trust);
	free(wire);
}

int main(void)
{
	static const int algorithms[] = {8, 13, 15};
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		measure("one TXT record",
			"? _acme-challenge.example.lab. TXT\n"
			"an _acme-challenge.example.lab. TXT \"value\"\n+",
			algorithms[i]);
		measure("no such name (SOA, 2 NSEC)",
			"? _acme-challenge.example.lab. TXT NXDOMAIN\n"
			"ns example.lab. SOA m. r. 1 1 1 1 1\n+\n"
			"ns example.lab. NSEC a.example.lab. SOA NS\n+\n"
			"ns a.example.lab. NSEC example.lab. A\n+",
			algorithms[i]);
	}
	signed_msg_cleanup();
	return 0;
}
