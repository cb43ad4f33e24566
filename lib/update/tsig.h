/* SPDX-License-Identifier: ISC */
/*
 * Transaction signatures (RFC 8945): a MAC over a message that goes out, and whether the reply to
 * it comes from somebody who has the same secret. Ours because ldns' aborts on a long reply, looks
 * at no time, and lacks two of the algorithms.
 */
#ifndef DG_TSIG_H
#define DG_TSIG_H

#include "dns/msg.h"

/* The longest MAC, of SHA-512. */
#define DG_TSIG_MAC_MAX 64
/* How far two clocks may be apart, in seconds: what section 10 recommends. */
#define DG_TSIG_FUDGE 300
/* Octets that a signature adds at most: names of key and algorithm, the fixed fields, the MAC. */
#define DG_TSIG_ROOM (2 * DG_NAME_MAX + 10 + 16 + DG_TSIG_MAC_MAX)

struct dg_tsig {
	struct dg_name name, algorithm;
	const char *digest; /* OpenSSL's name of it; static text */
	size_t mac_len;
	size_t least;          /* octets of a reply's MAC */
	const uint8_t *secret; /* the caller's, borrowed; never copied */
	size_t secret_len;
};

/* Takes in a key. DG_EINVAL: its name is no domain name, its algorithm is not known (the text lists
 * those that are), or the secret is empty. */
enum dg_status dg_tsig_init(struct dg_tsig *ret_tsig, const struct dg_tsig_key *key,
			    struct dg_error *err) DG_MUST_CHECK;

/* What a reply's MAC covers first. */
struct dg_tsig_mac {
	uint8_t octets[DG_TSIG_MAC_MAX];
	size_t len;
};

/* Signs the message in the first *len octets of wire, which has room for DG_TSIG_ROOM more; *len
 * grows. `now` is the time of day in seconds since 1970. DG_ENOMEM; DG_EINVAL: a time that 48 bits
 * do not hold. */
enum dg_status dg_tsig_sign(const struct dg_tsig *tsig, uint8_t *wire, size_t *len, int64_t now,
			    struct dg_tsig_mac *ret_mac, struct dg_error *err) DG_MUST_CHECK;

enum dg_tsig_verdict {
	DG_TSIG_GOOD,
	DG_TSIG_UNSIGNED,    /* no TSIG record, or one without a MAC: `error` is but a claim */
	DG_TSIG_MALFORMED,   /* not the one last record, or not to be read */
	DG_TSIG_OTHER_KEY,   /* signed with another key, or by another algorithm */
	DG_TSIG_TRUNCATED,   /* a MAC shorter than section 5.2.2.1 lets it be */
	DG_TSIG_WRONG,       /* the MAC is not that of this secret, this request and this reply */
	DG_TSIG_OUT_OF_TIME, /* signed well, at a time too far from ours */
	DG_TSIG_VERDICTS
};

struct dg_tsig_reply {
	enum dg_tsig_verdict verdict;
	uint16_t error; /* enum dg_tsig_error and others; 0: none */
	int64_t ahead;  /* of DG_TSIG_ERROR_BADTIME and DG_TSIG_OUT_OF_TIME: by how many seconds the
			 * server's clock is ahead of ours; negative: behind */
};

/* Judges a reply to the request that `request` is the MAC of. DG_ENOMEM. */
enum dg_status dg_tsig_verify(const struct dg_tsig *tsig, const struct dg_msg *msg,
			      const struct dg_tsig_mac *request, int64_t now,
			      struct dg_tsig_reply *ret_reply, struct dg_error *err) DG_MUST_CHECK;

/* Says in words what a verdict other than DG_TSIG_GOOD means; static text. */
const char *dg_tsig_verdict_text(enum dg_tsig_verdict verdict);

#endif
