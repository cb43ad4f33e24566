/* SPDX-License-Identifier: ISC */
#include "unit_dnssec.h"

#include <ldns/ldns.h>

#include "signed_msg.h"

unsigned unit_crypto;

ldns_status __real_ldns_verify_rrsig_buffers_raw(unsigned char *sig, size_t siglen,
						 ldns_buffer *verify_buf, unsigned char *key,
						 size_t keylen, uint8_t algo);
ldns_status __wrap_ldns_verify_rrsig_buffers_raw(unsigned char *sig, size_t siglen,
						 ldns_buffer *verify_buf, unsigned char *key,
						 size_t keylen, uint8_t algo);

ldns_status __wrap_ldns_verify_rrsig_buffers_raw(unsigned char *sig, size_t siglen,
						 ldns_buffer *verify_buf, unsigned char *key,
						 size_t keylen, uint8_t algo)
{
	unit_crypto++;
	return __real_ldns_verify_rrsig_buffers_raw(sig, siglen, verify_buf, key, keylen, algo);
}

static void add_anchor(struct dg_trust *trust, const char *line, const struct signed_defaults *d)
{
	struct dg_ds_set set = {0};
	struct dg_name name;
	uint8_t rdata[600];
	char owner[300];

	assert_int_equal(sscanf(line, "ds %299s", owner), 1);
	name = unit_name(owner);
	dg_ds_add(&set, rdata, signed_ds(line, d, rdata));
	assert_int_equal(dg_trust_anchor(trust, &name, &set.ds[0]), DG_OK);
}

/* Judges one message, or learns from it. */
static void hear(const struct unit_row *row, struct dg_trust *trust, const char *text, bool learn,
		 const struct signed_defaults *d, struct dg_judgement *j)
{
	struct dg_error err = {0};
	struct dg_msg msg;
	size_t len;
	uint8_t *wire = signed_msg(text, d, &len);

	if (dg_msg_read(&msg, wire, len, &err) != DG_OK)
		fail_msg("%s: %s", row->what, err.text);
	if (learn)
		assert_int_equal(dg_validate_learn(trust, &msg, &msg.qname, msg.qtype, d->wall, j),
				 DG_OK);
	else
		assert_int_equal(dg_validate(trust, NULL, &msg,
					     &(struct dg_sought){&msg.qname, msg.qtype}, d->wall,
					     j),
				 DG_OK);
	dg_msg_free(&msg);
	free(wire);
}

struct dg_trust unit_judge(const struct unit_row *row, struct dg_judgement *ret)
{
	static const char *const usual[] = {ANCHOR, KEYS, NULL};
	const char *const *chain = row->chain[0] == NULL ? usual : row->chain;
	struct signed_defaults d = {"example.lab.", 13, row->wall == 0 ? UNIT_NOW : row->wall};
	struct dg_trust trust = {0};

	for (; *chain != NULL; chain++) {
		if (strncmp(*chain, "anchor ", 7) == 0)
			add_anchor(&trust, *chain + 7, &d);
		else
			hear(row, &trust, *chain, true, &d, ret);
	}
	unit_crypto = 0;
	if (row->answer != NULL)
		hear(row, &trust, row->answer, false, &d, ret);
	return trust;
}

static const char *why_text(enum dg_why why)
{
	static const char *const texts[] = {
#define X(code, ede, finding) #code,
	    DG_WHYS(X)
#undef X
	};

	return texts[why];
}

bool unit_check_row(const struct unit_row *row)
{
	char reason[DG_JUDGEMENT_TEXT], need[DG_NAME_TEXT + 20] = "", name[DG_NAME_TEXT],
							    type[DG_TYPE_TEXT];
	struct dg_judgement j;
	struct dg_trust trust = unit_judge(row, &j);
	bool good = true;

	dg_trust_free(&trust);
	dg_judgement_print(&j, row->wall == 0 ? UNIT_NOW : row->wall, reason);
	if (j.need_type != 0)
		snprintf(need, sizeof(need), "%s %s", dg_type_print(j.need_type, type),
			 dg_name_print(&j.need_name, name));
	if (j.security != row->security || j.why != row->why ||
	    strcmp(need, row->need == NULL ? "" : row->need) != 0) {
		print_error("%s: %s, %s %s, not %s, %s %s (%s)\n", row->what,
			    dg_security_text(j.security), why_text(j.why), need,
			    dg_security_text(row->security), why_text(row->why),
			    row->need == NULL ? "" : row->need, reason);
		good = false;
	}
	if (row->text != NULL && strstr(reason, row->text) == NULL) {
		print_error("%s: \"%s\" does not say \"%s\"\n", row->what, reason, row->text);
		good = false;
	}
	if (row->crypto != 0 && (int)unit_crypto > (row->crypto < 0 ? 0 : row->crypto)) {
		print_error("%s: %u verifications\n", row->what, unit_crypto);
		good = false;
	}
	return good;
}

void unit_check_rows(const struct unit_row *rows, size_t count)
{
	bool good = true;
	size_t i;

	for (i = 0; i < count; i++)
		good = unit_check_row(&rows[i]) && good;
	assert_true(good);
}

int unit_dnssec_teardown(void **state)
{
	(void)state;
	signed_msg_cleanup();
	return 0;
}
