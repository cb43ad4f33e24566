/* SPDX-License-Identifier: ISC */
#include "caa.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* ---- octets ---------------------------------------------------------------------------------- */

static bool is_alnum(uint8_t octet)
{
	return (dg_lower(octet) >= 'a' && dg_lower(octet) <= 'z') || (octet >= '0' && octet <= '9');
}

bool dg_caa_span_is(struct dg_caa_span s, const char *text, bool any_case)
{
	size_t i;

	if (s.len != strlen(text))
		return false;
	for (i = 0; i < s.len; i++) {
		uint8_t want = (uint8_t)text[i];

		if (any_case ? dg_lower(s.octets[i]) != dg_lower(want) : s.octets[i] != want)
			return false;
	}
	return true;
}

bool dg_caa_tag_is(const struct dg_caa *caa, const char *text)
{
	return dg_caa_span_is((struct dg_caa_span){caa->tag, caa->tag_len}, text, true);
}

static struct dg_caa_span trim(struct dg_caa_span s)
{
	while (s.len > 0 && (s.octets[0] == ' ' || s.octets[0] == '\t')) {
		s.octets++;
		s.len--;
	}
	while (s.len > 0 && (s.octets[s.len - 1] == ' ' || s.octets[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Cuts off what stands before the first such octet, or all of it; false when nothing was left, not
 * even an empty piece behind a separator. */
static bool next_piece(struct dg_caa_span *rest, uint8_t separator, struct dg_caa_span *ret_piece)
{
	const uint8_t *end;

	if (rest->octets == NULL)
		return false;
	*ret_piece = *rest;
	end = rest->len == 0 ? NULL : memchr(rest->octets, separator, rest->len);
	if (end == NULL) {
		*rest = (struct dg_caa_span){0};
		return true;
	}
	ret_piece->len = (size_t)(end - rest->octets);
	rest->octets = end + 1;
	rest->len -= ret_piece->len + 1;
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool dg_caa_read(const uint8_t *rdata, size_t len, struct dg_caa *ret_caa)
{
	struct dg_cursor c = {.bytes = rdata, .len = len};
	struct dg_caa caa = {.flags = dg_read_u8(&c)};
	size_t tag;

	caa.tag_len = dg_read_u8(&c);
	tag = dg_read_skip(&c, caa.tag_len);
	if (c.failed)
		return false;
	caa.tag = rdata + tag;
	caa.value = rdata + c.pos;
	caa.value_len = len - c.pos;
	*ret_caa = caa;
	return true;
}

/* The tag stands before the value, right behind two octets of RDATA. */
static int compare(const void *a, const void *b)
{
	const struct dg_caa *x = a, *y = b;
	size_t xlen = x->tag_len + x->value_len, ylen = y->tag_len + y->value_len;
	int order = memcmp(x->tag - 2, y->tag - 2, 2 + (xlen < ylen ? xlen : ylen));

	return order != 0 ? order : (xlen > ylen) - (xlen < ylen);
}

enum dg_status dg_caa_set_read(struct dg_caa_set *ret_set, const struct dg_msg *msg,
			       const struct dg_name *name)
{
	struct dg_caa_set set = {0};
	const struct dg_rr *rr;
	size_t cursor = 0, octets = 0, most = 0;
	uint8_t *to;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_CAA, &cursor)) != NULL) {
		most++;
		octets += rr->rdlen;
	}
	set.record = malloc(most * sizeof(*set.record) + octets + 1);
	if (set.record == NULL)
		return DG_ENOMEM;
	to = (uint8_t *)(set.record + most);
	cursor = 0;
	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_CAA, &cursor)) != NULL) {
		memcpy(to, msg->wire + rr->rdata, rr->rdlen);
		if (dg_caa_read(to, rr->rdlen, &set.record[set.count]))
			set.count++;
		to += rr->rdlen;
	}
	if (set.count > 1)
		qsort(set.record, set.count, sizeof(*set.record), compare);
	*ret_set = set;
	return DG_OK;
}

void dg_caa_set_free(struct dg_caa_set *set)
{
	free(set->record);
	memset(set, 0, sizeof(*set));
}

/* ---- issue-value, RFC 8659 section 4.2 ------------------------------------------------------- */

/* (ALPHA / DIGIT) *( *("-") (ALPHA / DIGIT)): a label, and a parameter's name. */
static bool is_label(struct dg_caa_span s)
{
	size_t i;

	if (s.len == 0 || s.octets[0] == '-' || s.octets[s.len - 1] == '-')
		return false;
	for (i = 0; i < s.len; i++)
		if (!is_alnum(s.octets[i]) && s.octets[i] != '-')
			return false;
	return true;
}

static bool is_issuer(struct dg_caa_span rest)
{
	struct dg_caa_span label;

	while (next_piece(&rest, '.', &label))
		if (!is_label(label))
			return false;
	return true;
}

static void parse_parameter(struct dg_caa_span text, bool any_case, struct dg_caa_issue *issue)
{
	struct dg_caa_span name, value = text;
	size_t i;

	next_piece(&value, '=', &name);
	if (value.octets == NULL) {
		issue->well_formed = issue->boulder_form = false;
		return;
	}
	name = trim(name);
	value = trim(value);
	issue->well_formed = issue->well_formed && is_label(name);
	/* Boulder takes no hyphen in a name, against the grammar, and takes an empty name. */
	for (i = 0; i < name.len; i++)
		issue->boulder_form = issue->boulder_form && is_alnum(name.octets[i]);
	/* *(%x21-3A / %x3C-7E); there is no semicolon in it any more. */
	for (i = 0; i < value.len; i++)
		if (value.octets[i] < 0x21 || value.octets[i] > 0x7e)
			issue->well_formed = issue->boulder_form = false;
	if (dg_caa_span_is(name, "accounturi", any_case)) {
		issue->naccounts++;
		issue->account = value;
	} else if (dg_caa_span_is(name, "validationmethods", any_case)) {
		issue->nmethods++;
		issue->methods = value;
	}
}

void dg_caa_parse_issue(const struct dg_caa *caa, bool any_case, struct dg_caa_issue *ret_issue)
{
	struct dg_caa_issue issue = {.boulder_form = true};
	struct dg_caa_span rest = {caa->value, caa->value_len}, part;

	next_piece(&rest, ';', &part);
	issue.issuer = trim(part);
	/* Boulder only compares the issuer's name. */
	issue.well_formed = issue.issuer.len == 0 || is_issuer(issue.issuer);
	/* One semicolon and nothing behind it, or parameters and no semicolon behind them. */
	part = trim(rest);
	if (part.len > 0)
		while (next_piece(&rest, ';', &part))
			parse_parameter(part, any_case, &issue);
	*ret_issue = issue;
}

/* [*(label ",") label], label = 1*(ALPHA / DIGIT / "-") (RFC 8657 section 4). Boulder reads from
 * the left up to its method: what is malformed behind that does no harm. */
bool dg_caa_lists_method(struct dg_caa_span rest, const char *method)
{
	struct dg_caa_span label;
	size_t i;

	while (next_piece(&rest, ',', &label)) {
		for (i = 0; i < label.len; i++)
			if (!is_alnum(label.octets[i]) && label.octets[i] != '-')
				return false;
		if (label.len == 0)
			return false;
		if (dg_caa_span_is(label, method, false))
			return true;
	}
	return false;
}
