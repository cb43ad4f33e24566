/* SPDX-License-Identifier: ISC */
/*
 * DNS constants by their IANA names, and every limit of the program. A limit that is reached is
 * reported: none of them is silent.
 */
#ifndef DG_TYPES_H
#define DG_TYPES_H

#include "dns01gate.h"

enum dg_rr_type {
	DG_TYPE_A = 1,
	DG_TYPE_NS = 2,
	DG_TYPE_MD = 3,
	DG_TYPE_MF = 4,
	DG_TYPE_CNAME = 5,
	DG_TYPE_SOA = 6,
	DG_TYPE_MB = 7,
	DG_TYPE_MG = 8,
	DG_TYPE_MR = 9,
	DG_TYPE_PTR = 12,
	DG_TYPE_MINFO = 14,
	DG_TYPE_MX = 15,
	DG_TYPE_TXT = 16,
	DG_TYPE_RP = 17,
	DG_TYPE_AFSDB = 18,
	DG_TYPE_RT = 21,
	DG_TYPE_PX = 26,
	DG_TYPE_AAAA = 28,
	DG_TYPE_SRV = 33,
	DG_TYPE_NAPTR = 35,
	DG_TYPE_KX = 36,
	DG_TYPE_DNAME = 39,
	DG_TYPE_OPT = 41,
	DG_TYPE_DS = 43,
	DG_TYPE_RRSIG = 46,
	DG_TYPE_NSEC = 47,
	DG_TYPE_DNSKEY = 48,
	DG_TYPE_NSEC3 = 50,
	DG_TYPE_NSEC3PARAM = 51,
	DG_TYPE_TSIG = 250,
	DG_TYPE_CAA = 257
};

enum { DG_CLASS_IN = 1, DG_CLASS_NONE = 254, DG_CLASS_ANY = 255 };

enum { DG_OPCODE_UPDATE = 5 };

enum dg_rcode {
	DG_RCODE_NOERROR = 0,
	DG_RCODE_FORMERR = 1,
	DG_RCODE_SERVFAIL = 2,
	DG_RCODE_NXDOMAIN = 3,
	DG_RCODE_NOTIMP = 4,
	DG_RCODE_REFUSED = 5,
	DG_RCODE_YXDOMAIN = 6,
	DG_RCODE_YXRRSET = 7,
	DG_RCODE_NXRRSET = 8,
	DG_RCODE_NOTAUTH = 9,
	DG_RCODE_NOTZONE = 10,
	DG_RCODE_BADVERS = 16
};

/* In a TSIG record (RFC 8945 section 3); 16 has another meaning there. */
enum dg_tsig_error {
	DG_TSIG_ERROR_BADSIG = 16,
	DG_TSIG_ERROR_BADKEY = 17,
	DG_TSIG_ERROR_BADTIME = 18,
	DG_TSIG_ERROR_BADTRUNC = 22
};

/* Links followed from the challenge name by CNAME and DNAME: where the CA's resolver stops too. */
#define DG_MAX_CHAIN 11
/* Different names watched for one record, when servers disagree on where a CNAME leads. */
#define DG_MAX_OWNERS 24
/* And one after the other, as long as the run is. */
#define DG_MAX_ALIAS_NAMES 64
/* Addresses that all records of a run watch, each for one name; a record may watch so many, however
 * many records there are. */
#define DG_MAX_POLLS 12288
#define DG_MIN_POLLS 128
/* The same for questions on their way. */
#define DG_MAX_PENDING 4096
#define DG_MIN_PENDING 16
/* Referrals followed for one question. */
#define DG_MAX_REFERRALS 32
/* NS names of one zone that are looked at. */
#define DG_MAX_NS 32
/* Addresses of one NS name, and of one zone, that are asked. */
#define DG_MAX_NS_ADDRESSES 16
#define DG_MAX_ZONE_ADDRESSES 64
/* Zones, NS names and addresses that a run remembers: so many, and more for each name whose servers
 * are searched for. */
#define DG_MAX_ZONES 2048
#define DG_MORE_ZONES 16
#define DG_MAX_RUN_NS 8192
#define DG_MORE_NS 32
#define DG_MAX_RUN_ADDRESSES 8192
#define DG_MORE_ADDRESSES 64
/* Look-ups of name server addresses that wait for one another. */
#define DG_MAX_DEPTH 6
/* Octets of a value that is published: more than any challenge has, and a message has room for it.
 */
#define DG_MAX_PUBLISHED 8192
/* CNAMEs followed from a name server's name. */
#define DG_MAX_NS_ALIASES 4
/* Questions sent to find the servers of one challenge name. */
#define DG_MAX_QUESTIONS 500
/* And of all names that a record leads to: at once, and more for each second that it is waited for.
 */
#define DG_MAX_RECORD_QUESTIONS 2000
#define DG_MORE_RECORD_QUESTIONS 10
/* Searches of one record at a time, as many as the longest chain has names; and look-ups and
 * questions of one search at a time. */
#define DG_MAX_SEARCHES (DG_MAX_CHAIN + 1)
#define DG_MAX_TASKS 256
/* Compression pointers followed for one name (RFC 1035 section 4.1.4). */
#define DG_MAX_POINTERS 127
/* Octets of all names of one message, written out, and the pointers in them. No message without
 * compression has so many; one that has is made to keep its reader busy. */
#define DG_MAX_NAMES 131072
/* Datagrams that do not answer the question, after which its port is closed. */
#define DG_MAX_IGNORED 1000
/* TCP connections at a time: each may hold a message of 64 KiB. */
#define DG_MAX_TCP 256
/* Extra questions of a diagnostic pass: to one server, and in all. */
#define DG_MAX_SURVEY 12
#define DG_MAX_PROBES 1024
/* Octets that one pass keeps, and the passes of all records; each keeps DG_MIN_SURVEY_OCTETS,
 * however many there are. */
#define DG_MAX_SURVEY_OCTETS (1 << 20)
#define DG_MAX_SURVEYS_OCTETS (8 << 20)
#define DG_MIN_SURVEY_OCTETS (128 << 10)
/* Octets of a reply that is kept to be read again. */
#define DG_MAX_KEPT 4096
/* The same of one with keys. */
#define DG_MAX_KEPT_KEYS 16384
/* Octets of replies and values that all addresses together are remembered by: so many, and more for
 * each record. */
#define DG_MAX_ROOM (8 << 20)
#define DG_MORE_ROOM 4096
/* Findings of one severity about one record. */
#define DG_MAX_FINDINGS 128
/* Recursive resolvers that are asked, and the host name of one. */
#define DG_MAX_RESOLVERS 32
#define DG_HOST_MAX 256
/* TXT values kept of one answer, their octets, and changes of one address, for the report. */
#define DG_MAX_VALUES_KEPT 64
#define DG_MAX_VALUES_OCTETS 16384
#define DG_MAX_EVENTS 64

/* DNSSEC: what is looked at and computed for one answer, so that no answer costs much (the KeyTrap
 * attacks). Records of one set, signatures of one set, keys of one zone, DS records of one zone,
 * keys tried for one key tag; verifications for one set and for one answer; NSEC3 hashes for one
 * answer, and iterations of one hash, above which a zone counts as unsigned (RFC 9276 section 3.2).
 */
#define DG_MAX_SET 1024
#define DG_MAX_SIGS 8
#define DG_MAX_KEYS 16
#define DG_MAX_DS 8
#define DG_MAX_KEYS_TRIED 2
#define DG_MAX_SET_CRYPTO 8
#define DG_MAX_CRYPTO 32
#define DG_MAX_HASHES 16
#define DG_MAX_ITERATIONS 150
/* NSEC or NSEC3 records of one answer; three prove any denial. */
#define DG_MAX_DENIALS 8
/* Names in the chain of trust, and servers whose own keys are known: so many, and more for each
 * record. */
#define DG_MAX_TRUST_POINTS 2048
#define DG_MORE_TRUST_POINTS 16
#define DG_MAX_OWN_SETS 2048
#define DG_MORE_OWN_SETS 16
/* Octets of the keys that one server gave. */
#define DG_MAX_KEYS_OCTETS 16384

/* Questions to one address in any second (the README's promise). */
#define DG_RATE_NAME 10
#define DG_RATE_ADDRESS 500

/* An address that gave nothing usable for this long is left out; a look-up of a name server's
 * address is given up after as long. */
#define DG_PATIENCE_MS 10000
/* The oldest answer that still counts when the verdict falls. */
#define DG_FRESH_MS 2000

/* EDNS buffer size, the CA's (RFC 9715). */
#define DG_EDNS_SIZE 1232

#endif
