/* SPDX-License-Identifier: ISC */
/*
 * Signed messages out of text, right and wrong ones, made octet by octet: nothing of lib/ is in
 * them. A line each:
 *
 *   ? NAME TYPE [RCODE]          the question, first
 *   SECTION RECORD               an, ns or ar, and a record in zone file form; "OWNER TYPE \# N
 * HEX" is taken as it is, malformed or not SECTION key OWNER OPTIONS    a DNSKEY: flags=257
 * protocol=3 falg=N (another algorithm in the field) collide=N (the N-th other key, counted from 1,
 * with this one's tag that comes before it in canonical order) runt=N (a key of four octets with
 *                                this one's tag)
 *   SECTION ds OWNER OPTIONS     the DS of that key: digest=2 tag=N falg=N dtype=N (fields) flip
 * (one bit of the digest) cut=N (to so many octets) SECTION nsec3 TYPE,... OPTIONS  match=NAME: at
 * its hash; cover=NAME: around it; open=NAME: from it to itself; of zone=; hash=1 flags=0 it=0
 * salt=HEX next=N (octets of the next hash) under=NAME (what follows the hash in the owner)
 *   + OPTIONS                    signs the set of the last record, as far as it is written:
 * from=-3600 to=3600 (seconds from now) labels=N ttl=N (original) signer=NAME tag=N falg=N
 * cover=TYPE owner=NAME class=N flip (one bit of the signature) cut=N (to so many octets) bad=N
 * (that many wrong ones before it)
 *
 * OPTIONS of all that have to do with a key: zone=NAME alg=N key=N (tells keys of one zone apart),
 * and flags= protocol=, of which its tag is made; rsa=BITS e=HEX: one of such a modulus and
 * exponent.
 */
#ifndef SIGNED_MSG_H
#define SIGNED_MSG_H

#include <stddef.h>
#include <stdint.h>

/* Where nothing else is said: the zone, its algorithm, and the time of day. */
struct signed_defaults {
	const char *zone;
	int algorithm;
	int64_t wall;
};

/* A message; free() it. What is wrong with the text ends the program. */
uint8_t *signed_msg(const char *text, const struct signed_defaults *defaults, size_t *ret_len);

/* The RDATA of a line "ds OWNER OPTIONS"; how many octets. */
size_t signed_ds(const char *line, const struct signed_defaults *defaults, uint8_t rdata[600]);

void signed_msg_cleanup(void);

/* RSA keys of any size (signed_rsa.c): the public one as DNSKEY has it, and a signature of type
 * RSASHA256 over data; how many octets. */
size_t signed_rsa_key(int bits, const char *exponent, uint8_t *out);
size_t signed_rsa_sign(int bits, const char *exponent, const uint8_t *data, size_t len,
		       uint8_t *out);
void signed_rsa_cleanup(void);

#endif
