/* SPDX-License-Identifier: ISC */
/* A file with one TSIG key, in the form of BIND (tsig-keygen) or of Knot (keymgr). */
#ifndef KEY_FILE_H
#define KEY_FILE_H

#include "dns01gate.h"

#define KEY_WORD 256
#define KEY_SECRET 512

struct key {
	char name[KEY_WORD];
	char algorithm[KEY_WORD];
	uint8_t secret[KEY_SECRET];
	size_t len;
};

/* Reads it. DG_EINVAL names the file, and the line where there is one: unreadable, readable for
 * others, anybody else's, malformed, or an algorithm that nobody signs with; never a word of the
 * secret. Wipe it with key_wipe. */
enum dg_status key_file_read(struct key *ret_key, const char *file,
			     struct dg_error *err) DG_MUST_CHECK;
void key_wipe(struct key *key);

#endif
