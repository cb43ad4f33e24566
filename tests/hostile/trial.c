/* SPDX-License-Identifier: ISC */
#include "trial.h"

#include <stdio.h>

static void add(struct trial *t, const char *word)
{
	snprintf(t->word[t->words], sizeof(t->word[0]), "%s", word);
	t->argv[t->words] = t->word[t->words];
	t->argv[++t->words] = NULL;
}

static void add_file(struct trial *t, const char *option, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", t->folder, name);
	add(t, option);
	add(t, path);
}

static void add_number(struct trial *t, const char *option, unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	add(t, option);
	add(t, text);
}

static void add_dnssec(struct trial *t, struct dice *dice)
{
	t->judged = t->ground.has_keys || dice_chance(dice, 100);
	if (t->judged) {
		add_file(t, "--trust-anchor", "anchor");
		if (dice_chance(dice, 100)) {
			add(t, "--dnssec");
			add(t, "require");
		}
	} else {
		add(t, "--dnssec");
		add(t, "off");
	}
}

static void add_records(struct trial *t)
{
	size_t i;

	for (i = 0; i < (t->mode == CHECK ? 1 : t->ground.records); i++) {
		char name[DG_NAME_TEXT];

		add(t, dg_name_print(&t->ground.record[i], name));
		add(t, t->ground.value[i]);
	}
}

void trial_command(struct trial *t, const char *program, unsigned port)
{
	static const char *const commands[MODES] = {"wait", "wait", "check", "wait", "wait"};
	struct dice dice = {dice_mix(t->seed, 3)};
	char text[64];

	t->timeout = 1 + dice_below(&dice, 3);
	t->confirmations = 1 + dice_below(&dice, 3);
	t->window[0] = 20 + dice_below(&dice, 200);
	t->window[1] = 4 + dice_below(&dice, 60);
	add(t, program);
	add_file(t, "--root-hints", "hints");
	add_file(t, "--state-dir", "state");
	if (t->mode != JSON)
		add_file(t, "--report", "report");
	else
		add(t, "--json");
	add_number(t, "--port", port);
	add_number(t, "-t", t->timeout);
	add_number(t, "-c", t->confirmations);
	add_dnssec(t, &dice);
	if (dice_chance(&dice, 100))
		add(t, "--no-0x20");
	if (t->mode == RESOLVER) {
		t->skip = dice_chance(&dice, 400);
		snprintf(text, sizeof(text), "127.0.53.53#%u", port);
		add(t, "-r");
		add(t, text);
		if (t->skip)
			add(t, "--authoritative=skip");
	}
	add(t, commands[t->mode]);
	if (t->mode == WAIT)
		add(t, "-v");
	add_records(t);
}
