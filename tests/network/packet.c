/* SPDX-License-Identifier: ISC */
#include "packet.h"

#include <string.h>

#define V4_HEADER 20
#define V6_HEADER 40
#define V4_SOURCE 12
#define V4_DESTINATION 16
#define V4_CHECKSUM 10
#define UDP_CHECKSUM 6
#define TCP_CHECKSUM 16

static uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void read_ports(const uint8_t *at, size_t left, struct packet_ends *ends)
{
	if ((ends->protocol != IPPROTO_UDP && ends->protocol != IPPROTO_TCP) || left < 4)
		return;
	ends->from_port = read16(at);
	ends->to_port = read16(at + 2);
}

bool packet_read(const uint8_t *octets, size_t len, struct packet_ends *ret_ends)
{
	size_t header;

	memset(ret_ends, 0, sizeof(*ret_ends));
	if (len < V4_HEADER)
		return false;
	ret_ends->version = octets[0] >> 4;
	if (ret_ends->version == 4) {
		header = (size_t)(octets[0] & 15) * 4;
		if (header < V4_HEADER || len < header)
			return false;
		ret_ends->protocol = octets[9];
		memcpy(ret_ends->from, octets + V4_SOURCE, 4);
		memcpy(ret_ends->to, octets + V4_DESTINATION, 4);
		if ((read16(octets + 6) & 0x1fff) == 0)
			read_ports(octets + header, len - header, ret_ends);
		return true;
	}
	if (ret_ends->version != 6 || len < V6_HEADER)
		return false;
	ret_ends->protocol = octets[6];
	memcpy(ret_ends->from, octets + 8, PACKET_ADDRESS);
	memcpy(ret_ends->to, octets + 24, PACKET_ADDRESS);
	read_ports(octets + V6_HEADER, len - V6_HEADER, ret_ends);
	return true;
}

bool packet_same_flow(const struct packet_ends *a, const struct packet_ends *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

struct packet_ends packet_turned(const struct packet_ends *ends)
{
	struct packet_ends turned = *ends;

	memcpy(turned.from, ends->to, PACKET_ADDRESS);
	memcpy(turned.to, ends->from, PACKET_ADDRESS);
	turned.from_port = ends->to_port;
	turned.to_port = ends->from_port;
	return turned;
}

/* A checksum after one word of what it covers has changed (RFC 1624, equation 3). */
static void change(uint8_t *checksum, uint16_t before, uint16_t after)
{
	uint32_t sum = (uint32_t)(uint16_t)~read16(checksum) + (uint32_t)(uint16_t)~before + after;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	checksum[0] = (uint8_t)(sum >> 8);
	checksum[1] = (uint8_t)sum;
}

static void write_address(uint8_t *octets, size_t len, size_t where, const uint8_t *address)
{
	size_t header = (size_t)(octets[0] & 15) * 4, i;
	size_t place = header + (octets[9] == IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
	uint8_t *inner = place + 2 <= len ? octets + place : NULL;

	/* Zero is UDP's "not computed" (RFC 768). */
	if (inner != NULL && octets[9] == IPPROTO_UDP && read16(inner) == 0)
		inner = NULL;
	for (i = 0; i < 4; i += 2) {
		uint16_t before = read16(octets + where + i), after = read16(address + i);

		change(octets + V4_CHECKSUM, before, after);
		if (inner != NULL)
			change(inner, before, after);
	}
	memcpy(octets + where, address, 4);
}

void packet_send_to(uint8_t *octets, size_t len, const struct in_addr *address)
{
	uint8_t raw[4];

	memcpy(raw, address, sizeof(raw));
	write_address(octets, len, V4_DESTINATION, raw);
}

void packet_come_from(uint8_t *octets, size_t len, const uint8_t *address)
{
	write_address(octets, len, V4_SOURCE, address);
}
