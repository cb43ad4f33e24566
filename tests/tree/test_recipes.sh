#!/bin/sh
# SPDX-License-Identifier: ISC
# The recipes of CONTRIBUTING.md, followed in a copy of the tree: a client, a command, a finding and a check come with
# one file each, and go with it.
set -eu
cd "$(dirname "$0")/../.."
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP
unset MAKEFLAGS MFLAGS MAKELEVEL
CC=${CC:-cc}

complain() {
	echo "$*"
	exit 1
}

cp -R Makefile hook lib tests man "$T/"
cd "$T"
program=build/plain/dns01gate
case $CC in *clang*) program=build/plain-clang/dns01gate ;; esac
build() {
	make -j2 CC="$CC" CFLAGS=-O0 FLAVOUR=plain all >"$T/log" 2>&1 || { cat "$T/log"; complain "make fails"; }
	! grep 'warning:' "$T/log" || complain "make warns"
}

cat >hook/client/newclient.c <<'EOF'
/* SPDX-License-Identifier: ISC */
#include "input/command.h"

static bool claims(const struct operands *operands)
{
	return operand_is(operands, 0, "newclient-add");
}

static enum dg_status plan(const struct options *options, const struct operands *operands,
			   struct plan *plan, struct dg_error *err)
{
	enum dg_status status = operands_follow(operands, 0, "DOMAIN VALUE", err);

	(void)options;
	plan->act = ACT_ADD;
	return status != DG_OK ? status
			       : plan_add_challenge(plan, operands->text[1], operands->text[2], err);
}

const struct command command_newclient = {
    .claims = claims, .plan = plan, .place = 900, .usage = "[OPTIONS] newclient-add DOMAIN VALUE"};
EOF
cat >hook/cmd/newcommand.c <<'EOF'
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "input/command.h"

static int run(const struct options *options, const struct operands *operands)
{
	(void)options;
	return printf("%zu operands\n", operands->count) > 0 ? 0 : 70;
}

const struct command command_newcommand = {
    .name = "newcommand", .place = 901, .usage = "newcommand", .options_follow = true, .run = run};
EOF
cat >lib/check/check_newcheck.c <<'EOF'
/* SPDX-License-Identifier: ISC */
#include "check.h"

static void run(const struct dg_case *c, struct dg_findings *f)
{
	(void)c;
	dg_findings_add(f,
			&(struct dg_cause){.id = "F-99",
					   .severity = DG_SEVERITY_NOTE,
					   .advice = "Look."},
			"always");
}

const struct dg_check dg_check_newcheck = {.judge = run};
EOF
cp lib/findings.def findings.kept
printf 'FINDING("F-99", "new-finding", "note", "It is new", "It is new. Look.")\n' >>lib/findings.def

build
"$program" --help | grep -q 'dns01gate \[OPTIONS\] newclient-add DOMAIN VALUE' || complain "--help lacks the client"
"$program" --help | grep -q 'dns01gate newcommand' || complain "--help lacks the command"
[ "$("$program" newcommand a b)" = '3 operands' ] || complain "the command does not run"
"$program" newclient-add example.test 2>&1 | grep -q 'newclient-add takes DOMAIN VALUE' || complain "the client is not called"
"$program" explain | grep -q '^F-99  *new-finding  *It is new' || complain "explain lacks the finding"
make -s manual-findings >/dev/null && grep -q '^.It F-99 Pq new-finding' man/dns01gate.1 || complain "the manual lacks the finding"
nm "$program" | grep -q dg_check_newcheck || complain "the check is not in the program"
sh tests/tree/layers.sh "$T" || complain "a recipe breaks the architecture"

rm hook/client/newclient.c hook/cmd/newcommand.c lib/check/check_newcheck.c
cat findings.kept >lib/findings.def
build
! "$program" --help | grep -q 'newclient\|newcommand' || complain "--help has what is gone"
! nm "$program" | grep -q 'dg_check_newcheck' || complain "the program has the check that is gone"
! "$program" explain | grep -q F-99 || complain "explain has the finding that is gone"
