/* SPDX-License-Identifier: ISC */
/* What each client's call asks for: the words that it gives, and the plan that comes of them. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "input/command.h"

#define WORDS_MAX 16
#define VALUE "-2ydZ2fQdSyKNQxcRzoM1sqqs8zIXZrcD6pmGv0hFBI"
#define DIGEST "smBwJClM9huUu10UX02i1zmxGDJIPNriiDjVvoW3s4U"
#define KEYAUTH "token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"

struct row {
	const char *words; /* "--" as lego's RAW mode has it */
	enum act act;
	const char *pairs; /* NAME=VALUE, each with a blank behind it */
	const char *undo;  /* the words of the call that takes this one back; NULL: not asked */
	bool takes_back;
	int decline;
};

static const struct row rows[] = {
    /* lego takes back by itself. */
    {"present _acme-challenge.a.lab. v", ACT_ADD, "_acme-challenge.a.lab.=v ",
     "cleanup _acme-challenge.a.lab. v", false, 0},
    {"cleanup _acme-challenge.a.lab. v", ACT_REMOVE, "_acme-challenge.a.lab.=v ", NULL, false, 0},
    {"present -- a.lab token " KEYAUTH, ACT_ADD, "_acme-challenge.a.lab=" DIGEST " ",
     "cleanup a.lab token " KEYAUTH, false, 0},
    {"cleanup -- a.lab token " KEYAUTH, ACT_REMOVE, "_acme-challenge.a.lab=" DIGEST " ", NULL,
     false, 0},

    {"deploy_challenge a.lab -t " VALUE, ACT_ADD, "_acme-challenge.a.lab=" VALUE " ",
     "clean_challenge a.lab -t " VALUE, true, 0},
    {"deploy_challenge a.lab t v *.a.lab u w", ACT_ADD,
     "_acme-challenge.a.lab=v _acme-challenge.a.lab=w ", "clean_challenge a.lab t v *.a.lab u w",
     true, 0},
    {"clean_challenge a.lab t v b.lab u w", ACT_REMOVE,
     "_acme-challenge.a.lab=v _acme-challenge.b.lab=w ", NULL, true, 0},
    {"deploy_challenge a.lab tok tok.thumb b.lab u v", ACT_ADD, "_acme-challenge.b.lab=v ",
     "clean_challenge a.lab tok tok.thumb b.lab u v", true, 0},
    {"deploy_challenge a.lab tok tok.thumb", ACT_NOTHING, "", NULL, false, 0},
    {"clean_challenge a.lab tok tok.thumb", ACT_NOTHING, "", NULL, false, 0},
    {"deploy_challenge a.lab tok 0a:1b:2c", ACT_NOTHING, "", NULL, false, 0},
    {"deploy_challenge a.lab tok tokvalue", ACT_ADD, "_acme-challenge.a.lab=tokvalue ",
     "clean_challenge a.lab tok tokvalue", true, 0},
    {"startup_hook", ACT_NOTHING, "", NULL, false, 0},
    {"exit_hook it went wrong", ACT_NOTHING, "", NULL, false, 0},
    {"a_verb_of_2030 --with -x", ACT_NOTHING, "", NULL, false, 0},

    {"begin dns-01 a.lab -t " VALUE, ACT_ADD, "_acme-challenge.a.lab=" VALUE " ",
     "failed dns-01 a.lab -t " VALUE, true, 0},
    {"done dns-01 *.a.lab t v", ACT_REMOVE, "_acme-challenge.a.lab=v ", NULL, true, 0},
    {"failed dns-01 a.lab t v", ACT_REMOVE, "_acme-challenge.a.lab=v ", NULL, true, 0},
    {"begin http-01 a.lab t t.u", ACT_DECLINE, "", NULL, false, 1},
    {"begin tls-alpn-01 a.lab t u", ACT_DECLINE, "", NULL, false, 1},
    {"done http-01 a.lab t t.u", ACT_NOTHING, "", NULL, false, 0},
    {"failed http-01 a.lab t t.u", ACT_NOTHING, "", NULL, false, 0},

    {"getssl add a.lab " VALUE, ACT_ADD, "_acme-challenge.a.lab=" VALUE " ",
     "getssl del a.lab " VALUE, true, 0},
    {"getssl del *.a.lab v", ACT_REMOVE, "_acme-challenge.a.lab=v ", NULL, true, 0},

    {"challenge-dns-start a.lab target v", ACT_ADD, "_acme-challenge.a.lab=v ",
     "challenge-dns-stop a.lab target v", true, 0},
    {"challenge-dns-start a.lab target v wildcard", ACT_ADD, "_acme-challenge.a.lab=v ",
     "challenge-dns-stop a.lab target v wildcard", true, 0},
    {"challenge-dns-stop a.lab target v", ACT_REMOVE, "_acme-challenge.a.lab=v ", NULL, true, 0},
    {"challenge-http-start a.lab target token", ACT_DECLINE, "", NULL, false, 42},
    {"challenge-http-stop a.lab target token", ACT_DECLINE, "", NULL, false, 42},
    {"challenge-tls-sni-start a.lab target b c", ACT_DECLINE, "", NULL, false, 42},
    {"challenge-of-2030-start", ACT_DECLINE, "", NULL, false, 42},
    {"live-updated", ACT_DECLINE, "", NULL, false, 42},

    /* Each looks at what the ones above left. */
    {"setup a.lab v", ACT_ADD, "_acme-challenge.a.lab=v ", "teardown a.lab v", true, 0},
    {"setup a.lab w", ACT_ADD, "_acme-challenge.a.lab=w ", "teardown a.lab w", true, 0},
    {"setup a.lab v", ACT_ADD, "_acme-challenge.a.lab=v ", "teardown a.lab v", true, 0},
    {"setup *.a.lab x", ACT_ADD, "_acme-challenge.a.lab=x ", "teardown *.a.lab x", true, 0},
    {"teardown a.lab", ACT_REMOVE, "_acme-challenge.a.lab=w _acme-challenge.a.lab=v ", NULL, true,
     0},
    {"teardown a.lab", ACT_REMOVE, "", NULL, true, 0},
    {"setup a.lab v", ACT_ADD, "_acme-challenge.a.lab=v ", "teardown a.lab v", true, 0},
    {"setup a.lab w", ACT_ADD, "_acme-challenge.a.lab=w ", "teardown a.lab w", true, 0},
    {"teardown a.lab v", ACT_REMOVE, "_acme-challenge.a.lab=v ", NULL, true, 0},
    {"teardown a.lab", ACT_REMOVE, "_acme-challenge.a.lab=w ", NULL, true, 0},
    {"teardown *.a.lab", ACT_REMOVE, "_acme-challenge.a.lab=x ", NULL, true, 0},
};

/* Calls that are wrong, and what must be said of them. */
static const struct {
	const char *words, *text;
} wrong[] = {
    {"deploy_challenge", "deploy_challenge takes DOMAIN TOKEN VALUE"},
    {"deploy_challenge a.lab", "no token after \"a.lab\""},
    {"deploy_challenge a.lab t", "no value after \"t\""},
    {"clean_challenge a.lab t v b.lab", "no token after \"b.lab\""},
    {"begin", "too little after \"begin\""},
    {"begin http-01 a.lab t", "too little after \"t\""},
    {"done dns-01 a.lab t v w", "\"w\" is too much"},
    {"getssl", "getssl needs add or del"},
    {"getssl put a.lab v", "not \"put\""},
    {"getssl add a.lab", "add takes DOMAIN VALUE: too little after \"a.lab\""},
    {"getssl del a.lab v w", "\"w\" is too much"},
    {"challenge-dns-start a.lab target", "too little after \"target\""},
    {"challenge-dns-stop a.lab target v wildcard w", "\"w\" is too much"},
    {"setup a.lab", "setup takes DOMAIN VALUE: too little after \"a.lab\""},
    {"teardown", "teardown takes DOMAIN: too little after \"teardown\""},
    {"teardown a.lab v w", "\"w\" is too much"},
    {"deploy-challenge a.lab t v", "unknown subcommand \"deploy-challenge\""},
    {"Deploy_challenge a.lab t v", "unknown subcommand \"Deploy_challenge\""},
    {"chek a.lab", "unknown subcommand \"chek\""},
};

static struct options options;

/* Splits text in place; "--" is no operand, as in options.c. */
static struct operands split(char *text, char **word)
{
	struct operands o = {.text = word, .literal = SIZE_MAX};
	char *rest = NULL, *at;

	for (at = strtok_r(text, " ", &rest); at != NULL; at = strtok_r(NULL, " ", &rest)) {
		if (strcmp(at, "--") == 0)
			o.literal = o.count;
		else
			word[o.count++] = at;
	}
	return o;
}

static void check_undo(const struct row *row, const struct operands *operands,
		       const struct plan *plan)
{
	char words[512] = "";
	size_t i;

	if (row->undo == NULL)
		return;
	assert_non_null(plan->undo);
	for (i = 0; i < operands->count; i++) {
		strcat(words, i == 0 ? "" : " ");
		strcat(words, i == plan->undo_at ? plan->undo : operands->text[i]);
	}
	assert_string_equal(words, row->undo);
}

static void test_plans(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512], pairs[512] = "", *word[WORDS_MAX];
		struct dg_error err = {0};
		struct plan plan = {0};
		struct operands operands;

		print_message("%s\n", rows[i].words);
		strcpy(text, rows[i].words);
		operands = split(text, word);
		assert_int_equal(plan_make(&plan, &options, &operands, &err), DG_OK);
		assert_int_equal(plan.act, rows[i].act);
		for (k = 0; k < plan.count; k++) {
			strcat(pairs, plan.pair[k].name);
			strcat(pairs, "=");
			strcat(pairs, plan.pair[k].value);
			strcat(pairs, " ");
		}
		assert_string_equal(pairs, rows[i].pairs);
		assert_int_equal(plan.takes_back, rows[i].takes_back);
		if (plan.act == ACT_DECLINE)
			assert_int_equal(plan.decline, rows[i].decline);
		check_undo(&rows[i], &operands, &plan);
		if (plan.removed != NULL)
			plan.removed(&options, &operands);
		plan_free(&plan);
	}
}

static void test_mistakes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char text[512], *word[WORDS_MAX];
		struct dg_error err = {0};
		struct plan plan = {0};
		struct operands operands;

		print_message("%s\n", wrong[i].words);
		strcpy(text, wrong[i].words);
		operands = split(text, word);
		assert_int_equal(plan_make(&plan, &options, &operands, &err), DG_EINVAL);
		if (strstr(err.text, wrong[i].text) == NULL)
			fail_msg("\"%s\" lacks \"%s\"", err.text, wrong[i].text);
	}
}

int main(void)
{
	static char dir[] = "/tmp/test_plan-XXXXXX";
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plans),
	    cmocka_unit_test(test_mistakes),
	};
	char own[sizeof(dir) + 40];
	int failed;

	if (mkdtemp(dir) == NULL)
		return 1;
	options.state_dir = dir;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(own, sizeof(own), "%s/dns01gate-%lu", dir, (unsigned long)geteuid());
	/* What is left there is a failure too. */
	return rmdir(own) == 0 && rmdir(dir) == 0 ? failed : 1;
}
