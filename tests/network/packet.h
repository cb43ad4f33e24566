/* SPDX-License-Identifier: ISC */
/* What a link needs to know of an IP packet (RFC 791, RFC 8200), and to write in it. */
#ifndef PACKET_H
#define PACKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX 2048
#define PACKET_ADDRESS 16

struct packet_ends {
	uint8_t from[PACKET_ADDRESS]; /* IPv4 in the first four octets, the others zero */
	uint8_t to[PACKET_ADDRESS];
	uint16_t from_port; /* 0 but for UDP and TCP, and in fragments beyond the first */
	uint16_t to_port;
	uint8_t protocol;
	uint8_t version;
};

/* False for what is no whole header of IPv4 or IPv6. An IPv6 packet with extension headers has no
 * ports. */
bool packet_read(const uint8_t *octets, size_t len, struct packet_ends *ret_ends);

/* True for the same flow of packets, in this direction. */
bool packet_same_flow(const struct packet_ends *a, const struct packet_ends *b);

/* The ends of the packets that answer. */
struct packet_ends packet_turned(const struct packet_ends *ends);

/* Writes another address as the destination, or as the source, of an IPv4 packet, and puts its
 * checksums right. */
void packet_send_to(uint8_t *octets, size_t len, const struct in_addr *address);
void packet_come_from(uint8_t *octets, size_t len, const uint8_t *address);

#endif
