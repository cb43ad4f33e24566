/* SPDX-License-Identifier: ISC */
#include "update_words.h"

#include <stdio.h>
#include <string.h>

#define ROOM 512

/*
 * In all texts: %s is the server, %z the zone, %o the owner, %k the key, %d by how much the clocks
 * differ and whose is ahead, %v what is wrong with the signature, %w why a connection failed.
 */
struct words {
	int code;
	const char *text;
	const char *advice;
};

/* Where each family of servers has its permissions. */
#define SETTINGS                                                                                   \
	"update-policy or allow-update in BIND (and rndc thaw for a frozen zone), an acl with "    \
	"the action update in Knot, TSIG-ALLOW-DNSUPDATE and allow-dnsupdate-from in PowerDNS, "   \
	"nonsecure updates in Windows. Where %s is but a secondary, give the address of the "      \
	"primary as \"server\"."

static const struct words by_rcode[] = {
    {DG_RCODE_FORMERR, "it takes the message for malformed",
     "Look into the log of %s; something on the way there may have altered the message."},
    {DG_RCODE_SERVFAIL, "it failed",
     "Look into the log of %s: the zone may be frozen or not loaded, its file or journal not "
     "writable, or the disk full."},
    {DG_RCODE_NOTIMP, "it knows no dynamic updates",
     "Switch dynamic updates on at %s (dnsupdate in PowerDNS; NSD has none), or give the address "
     "of "
     "a server that has them as \"server\"."},
    {DG_RCODE_REFUSED, "it does not allow that", "Let key %k change TXT records at %o: " SETTINGS},
    {DG_RCODE_NOTAUTH, "it is not the primary of that zone",
     "Give the address of the server that zone %z is edited on as \"server\"; or the zone, if "
     "another than %z is meant."},
    {DG_RCODE_NOTZONE, "%o is in none of its zones of that name",
     "Give the zone that %o is in, or none: it is looked up then."},
    {-1, "this is no answer to such an update", "Look into the log of %s."},
};

/* From a server that does not sign what it refuses. */
static const struct words refused_unsigned = {
    DG_RCODE_REFUSED, "it does not allow that",
    "Compare the key's name, algorithm and secret with the server's, and the clocks: some, as "
    "PowerDNS, answer so to all of that. Then let key %k change TXT records at %o: " SETTINGS};

/* These two in other words where no key was used. */
static const struct words without_key[] = {
    {DG_RCODE_REFUSED, "it does not allow that",
     "Give a TSIG key that may change TXT records at %o; or let this machine's address do so. A "
     "zone that is frozen in BIND needs rndc thaw. Where %s is but a secondary, give the address "
     "of "
     "the primary as \"server\"."},
    {DG_RCODE_NOTAUTH, "it is not the primary of that zone, or wants updates to be signed",
     "Give a TSIG key; or the address of the server that zone %z is edited on as \"server\"."},
    {-1, "", ""},
};

static const struct words by_tsig[] = {
    {DG_TSIG_ERROR_BADKEY, "it does not know key %k with that algorithm, or not for that zone",
     "Compare the key's name and algorithm with those that %s is configured with; Knot says so too "
     "when no acl lets the key update zone %z. Where %s is but a secondary, give the address of "
     "the "
     "primary as \"server\"."},
    {DG_TSIG_ERROR_BADSIG, "it does not accept the signature made with key %k",
     "The secret or the algorithm is not the one that %s has for key %k: copy them from there "
     "anew."},
    {DG_TSIG_ERROR_BADTIME, "the clocks differ%d",
     "Set both clocks, by NTP best: they may be 300 s apart at most."},
    {DG_TSIG_ERROR_BADTRUNC, "it wants longer signatures",
     "Let %s accept signatures of full length."},
    {-1, "it does not accept the signature", "Look into the log of %s."},
};

static const struct words by_kind[] = {
    {DG_HEARD_SILENCE, "no answer over UDP nor TCP; whether the change was made is not known",
     "Check that %s is up, and that nothing between here and there drops updates, over UDP and "
     "TCP."},
    {DG_HEARD_TRUNCATED, "its answer over UDP was cut off, and none came over TCP%w",
     "Check that %s can be reached over TCP."},
    {DG_HEARD_CLOSED, "nothing listens there",
     "Check the address, and that the name server runs there."},
    {DG_HEARD_NO_ROUTE, "this machine has no way there",
     "Check the network of this machine, or give another address of the primary."},
    {DG_HEARD_GARBAGE, "what it answers cannot be read",
     "Check that a name server is behind that address."},
    {-1, "the connection was cut off%w", "Look into the log of %s."},
};

/* Beside a code that says that all is well. */
static const struct words not_believed = {
    0, "its answer is %v: whether the change was made is not known",
    "Check that nothing answers in place of %s, and that it has the same secret for key %k."};

static const struct words *find(const struct words *table, int code)
{
	while (table->code != code && table->code >= 0)
		table++;
	return table;
}

bool dg_outcome_is_believed(const struct dg_outcome *o)
{
	return o->kind == DG_HEARD_REPLY &&
	       (o->key == NULL || (o->tsig.verdict == DG_TSIG_GOOD && o->tsig.error == 0));
}

bool dg_outcome_is_good(const struct dg_outcome *o)
{
	if (!dg_outcome_is_believed(o))
		return false;
	/* What is not there need not be removed. */
	return o->rcode == DG_RCODE_NOERROR ||
	       (o->removal && (o->rcode == DG_RCODE_NXDOMAIN || o->rcode == DG_RCODE_NXRRSET));
}

static void add(char *out, const char *text)
{
	size_t len = strlen(out);

	snprintf(out + len, ROOM - len, "%s", text);
}

static void add_name(char *out, const struct dg_name *name)
{
	char text[DG_NAME_TEXT];

	/* Two names of ordinary length find room, and the rest of the sentence too. */
	add(out, dg_name_print_short(name, 120, text));
}

static void add_clocks(char *out, int64_t ahead)
{
	char text[64];

	if (ahead == 0)
		snprintf(text, sizeof(text), " too much");
	else
		snprintf(text, sizeof(text), " by %lld s, and %s is ahead",
			 (long long)(ahead < 0 ? -ahead : ahead),
			 ahead < 0 ? "this machine's" : "the server's");
	add(out, text);
}

static void add_word(char *out, const struct dg_outcome *o, char which)
{
	if (which == 's')
		add(out, o->server);
	else if (which == 'z')
		add_name(out, o->zone);
	else if (which == 'o')
		add_name(out, o->owner);
	else if (which == 'd')
		add_clocks(out, o->tsig.ahead);
	else if (which == 'v')
		add(out, dg_tsig_verdict_text(o->tsig.verdict));
	else if (which == 'k') {
		add_name(out, o->key);
		/* Keys are configured without the final dot. */
		out[strlen(out) - 1] = '\0';
	} else if (which == 'w' && o->why != NULL && o->why[0] != '\0') {
		add(out, ": ");
		add(out, o->why);
	}
}

static void add_words(char *out, const struct dg_outcome *o, const char *words)
{
	char plain[2] = "";

	for (; *words != '\0'; words++) {
		if (*words == '%') {
			add_word(out, o, *++words);
		} else {
			plain[0] = *words;
			add(out, plain);
		}
	}
}

/* "(NOTAUTH, BADKEY, unsigned)" */
static void add_codes(char *out, const struct dg_outcome *o)
{
	static const struct {
		uint16_t error;
		const char *text;
	} errors[] = {{DG_TSIG_ERROR_BADSIG, ", BADSIG"},
		      {DG_TSIG_ERROR_BADKEY, ", BADKEY"},
		      {DG_TSIG_ERROR_BADTIME, ", BADTIME"},
		      {DG_TSIG_ERROR_BADTRUNC, ", BADTRUNC"}};
	char rcode[DG_RCODE_TEXT];
	size_t i;

	add(out, " (");
	add(out, dg_rcode_print(o->rcode, rcode));
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]) && o->key != NULL; i++)
		if (o->tsig.error == errors[i].error)
			add(out, errors[i].text);
	if (o->key != NULL && o->tsig.verdict != DG_TSIG_GOOD) {
		add(out, ", ");
		add(out, dg_tsig_verdict_text(o->tsig.verdict));
	}
	add(out, ")");
}

static const struct words *choose(const struct dg_outcome *o)
{
	const struct words *words;

	if (o->kind != DG_HEARD_REPLY)
		return find(by_kind, (int)o->kind);
	if (o->key == NULL) {
		words = find(without_key, o->rcode);
		return words->code >= 0 ? words : find(by_rcode, o->rcode);
	}
	if (o->tsig.verdict == DG_TSIG_OUT_OF_TIME)
		return find(by_tsig, DG_TSIG_ERROR_BADTIME);
	if (o->rcode == DG_RCODE_REFUSED && o->tsig.verdict == DG_TSIG_UNSIGNED)
		return &refused_unsigned;
	if (o->tsig.error != 0 && (o->tsig.verdict == DG_TSIG_GOOD || o->rcode != DG_RCODE_NOERROR))
		return find(by_tsig, o->tsig.error);
	return o->rcode == DG_RCODE_NOERROR ? &not_believed : find(by_rcode, o->rcode);
}

void dg_outcome_print(const struct dg_outcome *o, char text[512], char advice[512])
{
	const struct words *words = choose(o);

	text[0] = advice[0] = '\0';
	add_words(text, o, "%s did not update zone %z: ");
	add_words(text, o, words->text);
	if (o->kind == DG_HEARD_REPLY)
		add_codes(text, o);
	add_words(advice, o, words->advice);
}
