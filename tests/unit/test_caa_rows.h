/* SPDX-License-Identifier: ISC */
/* The table of test_caa.c; Boulder's rules on the right-hand side, or the RFC's where it is another
 * CA. */
/* clang-format off */

/* which set applies */
{"nothing at all", LETS, P, NULL, {NULL}, YES, 3, "no CAA records", ""}, /* no set: any CA may issue */
{"no such names below the top", LETS, P, NULL, {"nx", "nx"}, YES, 3, "no CAA", ""}, /* NXDOMAIN is empty for names with a dot */
{"at the name", LETS, P, NULL, {LE}, YES, 0, CAA_IS("allows it with issue \"letsencrypt.org\""), ""}, /* the closest set is used */
{"at the zone", LETS, P, NULL, {NULL, LE}, YES, 1, "CAA at example.com. allows it", ""}, /* empty: next level */
{"at the top-level domain", LETS, P, NULL, {NULL, NULL, LE}, YES, 2, "CAA at com. allows", ""}, /* the TLD is asked too */
{"forbidden by the top-level domain", LETS, P, NULL, {NULL, NULL, "0 issue \"other.ca\""}, NO, 2, "CAA at com.", "F-31 fatal"}, /* and heeded */
{"the closer set forbids", LETS, P, NULL, {"0 issue \"other.ca\"", LE}, NO, 0, CAA_IS("allows only \"other.ca\""), "F-31 fatal"}, /* sets of different levels do not add up */
{"the closer set allows", LETS, P, NULL, {LE, "0 issue \";\""}, YES, 0, "allows", ""}, /* nor does the parent's forbid */
{"the closer set is irrelevant", LETS, P, NULL, {"0 iodef \"mailto:a@b.c\"", "0 issue \";\""}, YES, 0, "no property that says", ""}, /* a set of any kind ends the climb */
{"an alias", LETS, P, NULL, {"@x.net. 0 issue \"other.ca\"", LE}, NO, 0, "CAA at www.example.com., an alias of x.net., allows only", "F-31 fatal"}, /* the resolver follows CNAMEs */
{"an alias to nothing", LETS, P, NULL, {"@x.net. nx", LE}, YES, 1, "example.com.", ""}, /* no climb from the target, but from the name */

/* issue and issuewild */
{"wildcard, issue only", LETS, W, NULL, {LE}, YES, 0, "allows it with issue ", ""}, /* no issuewild: issue counts */
{"wildcard, issue forbids", LETS, W, NULL, {"0 issue \"other.ca\""}, NO, 0, "allows only \"other.ca\" to issue certificates", "F-31 fatal"}, /* the same */
{"wildcard, issuewild allows", LETS, W, NULL, {"0 issue \";\"\n0 issuewild \"letsencrypt.org\""}, YES, 0, "allows it with issuewild", ""}, /* issuewild replaces issue */
{"wildcard, issuewild forbids", LETS, W, NULL, {LE "\n0 issuewild \";\""}, NO, 0, "forbids every CA to issue wildcard certificates", "F-31 fatal"}, /* issuewild replaces issue */
{"wildcard, issuewild of another", LETS, W, NULL, {LE "\n0 issuewild \"other.ca\""}, NO, 0, "allows only \"other.ca\" to issue wildcard certificates", "F-31 fatal"}, /* the same */
{"wildcard, two issuewild", LETS, W, NULL, {"0 issuewild \";\"\n0 issuewild \"letsencrypt.org\""}, YES, 0, "allows", ""}, /* one that fits suffices */
{"plain, issuewild only", LETS, P, NULL, {"0 issuewild \"other.ca\""}, YES, 0, "no property that says who may issue other than wildcard", ""}, /* ignored for other names */
{"plain, issuewild forbids", LETS, P, NULL, {LE "\n0 issuewild \";\""}, YES, 0, "allows", ""}, /* ignored for other names */
{"wildcard, iodef only", LETS, W, NULL, {"0 iodef \"mailto:a@b.c\""}, YES, 0, "no property", ""}, /* no relevant property: allowed */
{"either, both allowed", LETS, E, NULL, {LE}, YES, 0, "allows", ""}, /* the same for both */
{"either, both forbidden", LETS, E, NULL, {"0 issue \";\""}, NO, 0, "forbids every CA to issue certificates", "F-31 fatal"}, /* the same for both */
{"either, no wildcards", LETS, E, NULL, {LE "\n0 issuewild \";\""}, MAY, 0, "that matters to wildcard certificates only", "F-31 note"}, /* differs */
{"either, wildcards only", LETS, E, NULL, {"0 issue \";\"\n0 issuewild \"letsencrypt.org\""}, MAY, 0, "that matters to names that are no wildcard", "F-31 note"}, /* differs */

/* tags and flags */
{"tag in capitals", LETS, P, NULL, {"0 ISSUE \"other.ca\""}, NO, 0, "allows only", "F-31 fatal"}, /* tags have no case */
{"mixed-case issuewild", LETS, W, NULL, {LE "\n0 IssueWild \";\""}, NO, 0, "forbids every CA", "F-31 fatal"}, /* tags have no case */
{"unknown tag", LETS, P, NULL, {"0 tbs \"x\""}, YES, 0, "no property", ""}, /* not critical: skipped */
{"critical unknown tag", LETS, P, NULL, {"128 tbs \"x\""}, NO, 0, CAA_IS("has the critical property \"tbs\", which the CA does not know"), "F-31 fatal"}, /* flag bit 128 */
{"critical unknown tag beside ours", LETS, P, NULL, {LE "\n128 tbs \"x\""}, NO, 0, "critical", "F-31 fatal"}, /* forbids before anything else */
{"bit 1 of an unknown tag", LETS, P, NULL, {LE "\n1 tbs \"x\""}, NO, 0, "critical", "F-31 fatal"}, /* bit 1 is an alias */
{"bit 64 of an unknown tag", LETS, P, NULL, {LE "\n64 tbs \"x\""}, YES, 0, "allows", ""}, /* other bits mean nothing */
{"critical issue", LETS, P, NULL, {"128 issue \"letsencrypt.org\""}, YES, 0, "allows", ""}, /* known: the flag changes nothing */
{"critical iodef", LETS, P, NULL, {LE "\n128 iodef \"mailto:a@b.c\""}, YES, 0, "allows", ""}, /* recognised and skipped */
{"critical issuemail", LETS, P, NULL, {"128 issuemail \";\""}, YES, 0, "no property", ""}, /* recognised and skipped */
{"critical issuevmc", LETS, P, NULL, {"128 issuevmc \";\""}, YES, 0, "no property", ""}, /* recognised and skipped */
{"critical contactemail", LETS, P, NULL, {LE "\n128 contactemail \"a@b.c\""}, NO, 0, "\"contactemail\"", "F-31 fatal"}, /* not among those recognised */
{"critical at the parent only", LETS, P, NULL, {LE, "128 tbs \"x\""}, YES, 0, "allows", ""}, /* not the set that applies */
{"an empty tag", LETS, P, NULL, {"\\# 2 0000"}, YES, 0, "no property", ""}, /* an unknown tag like others */
{"a critical empty tag", LETS, P, NULL, {"\\# 2 8000"}, NO, 0, "property \"\"", "F-31 fatal"}, /* an unknown tag like others */

/* the issuer's name */
{"only a semicolon", LETS, P, NULL, {"0 issue \";\""}, NO, 0, CAA_IS("forbids every CA to issue certificates"), "F-31 fatal"}, /* nobody's */
{"an empty value", LETS, P, NULL, {"0 issue \"\""}, NO, 0, "forbids every CA", "F-31 fatal"}, /* the empty name is not the CA's */
{"a semicolon beside ours", LETS, P, NULL, {"0 issue \";\"\n" LE}, YES, 0, "allows", ""}, /* authorizations add up */
{"another CA", LETS, P, NULL, {"0 issue \"other.ca\""}, NO, 0, "allows only \"other.ca\"", "F-31 fatal"}, /* not in the list */
{"two other CAs", LETS, P, NULL, {"0 issue \"b.ca\"\n0 issue \"a.ca\"\n0 issue \";\""}, NO, 0, "allows only \"a.ca\", \"b.ca\" to issue", "F-31 fatal"}, /* not in the list */
{"another CA twice", LETS, P, NULL, {"0 issue \"a.ca\"\n0 issue \"a.ca; x=y\""}, NO, 0, "allows only \"a.ca\" to issue", "F-31 fatal"}, /* not in the list */
{"many other CAs", LETS, P, NULL, {"0 issue \"a\"\n0 issue \"b\"\n0 issue \"c\"\n0 issue \"d\"\n0 issue \"e\""}, NO, 0, "\"d\" and others to issue", "F-31 fatal"}, /* not in the list */
{"another CA and ours", LETS, P, NULL, {"0 issue \"other.ca\"\n" LE}, YES, 0, "allows", ""}, /* one that fits suffices */
{"capitals in the name", LETS, P, NULL, {"0 issue \"LetsEncrypt.org\""}, NO, 0, "has issue \"LetsEncrypt.org\", which the CA does not take for \"letsencrypt.org\"", "F-31 fatal"}, /* compared exactly */
{"a final dot", LETS, P, NULL, {"0 issue \"letsencrypt.org.\""}, NO, 0, "allows only \"letsencrypt.org.\"", "F-31 fatal"}, /* compared exactly */
{"a name below ours", LETS, P, NULL, {"0 issue \"x.letsencrypt.org\""}, NO, 0, "allows only", "F-31 fatal"}, /* compared exactly */
{"white space", LETS, P, NULL, {"0 issue \" letsencrypt.org \""}, YES, 0, "allows", ""}, /* trimmed */
{"a semicolon behind it", LETS, P, NULL, {"0 issue \"letsencrypt.org ; \""}, YES, 0, "allows", ""}, /* one empty parameter is none */
{"quotes in the value", LETS, P, NULL, {"0 issue \"\\\"letsencrypt.org\\\"\""}, NO, 0, "\"letsencrypt.org\"", "F-31 fatal"}, /* part of the name */
{"control octets", LETS, P, NULL, {"0 issue \"\\027[31m\\200\""}, NO, 0, "allows only \"\\027[31m\\200\"", "F-31 fatal"}, /* part of the name */

/* parameters */
{"an unknown parameter", LETS, P, NULL, {"0 issue \"letsencrypt.org; policy=ev\""}, YES, 0, "allows", ""}, /* ignored */
{"no equals sign", LETS, P, NULL, {"0 issue \"letsencrypt.org; policy\""}, NO, 0, "which is malformed", "F-31 fatal"}, /* a bad parameter: no match */
{"two semicolons", LETS, P, NULL, {"0 issue \"letsencrypt.org;;\""}, NO, 0, "malformed", "F-31 fatal"}, /* an empty parameter among several is bad */
{"a semicolon behind parameters", LETS, P, NULL, {"0 issue \"letsencrypt.org; a=b;\""}, NO, 0, "malformed", "F-31 fatal"}, /* the same */
{"a blank in a parameter's value", LETS, P, NULL, {"0 issue \"letsencrypt.org; a=b c\""}, NO, 0, "malformed", "F-31 fatal"}, /* value = 21-3A, 3C-7E */
{"separated by blanks (RFC 6844)", LETS, P, NULL, {"0 issue \"letsencrypt.org; a=b c=d\""}, NO, 0, "malformed", "F-31 fatal"}, /* the same */
{"a hyphen in a parameter's name", LETS, P, NULL, {"0 issue \"letsencrypt.org; a-b=c\""}, NO, 0, "malformed", "F-31 fatal"}, /* letters and digits only */
{"a parameter without name", LETS, P, NULL, {"0 issue \"letsencrypt.org; =c\""}, YES, 0, "allows", ""}, /* not noticed */
{"malformed beside ours", LETS, P, NULL, {"0 issue \"letsencrypt.org; x\"\n" LE}, YES, 0, "allows", ""}, /* only that record is void */
{"malformed, another CA", LETS, P, NULL, {"0 issue \"other.ca; x\""}, NO, 0, "allows only \"other.ca\"", "F-31 fatal"}, /* no match either way */

/* accounturi (RFC 8657 section 3) */
{"our account", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org; accounturi=" ACCOUNT "\""}, YES, 0, "allows", ""}, /* exact string */
{"another account", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org; accounturi=" OTHER "\""}, NO, 0, "for another account than \"" ACCOUNT "\"", "F-31 fatal"}, /* exact string */
{"account not known", LETS, P, NULL, {"0 issue \"letsencrypt.org;accounturi=" ACCOUNT "\""}, MAY, 0, "for that account only", "F-31 note"}, /* exact string */
{"account not known, another record", LETS, P, NULL, {"0 issue \"letsencrypt.org;accounturi=x\"\n" LE}, YES, 0, "allows it with issue \"letsencrypt.org\"", ""}, /* one that fits suffices */
{"account of another CA", LETS, P, NULL, {"0 issue \"other.ca;accounturi=x\""}, NO, 0, "allows only \"other.ca\"", "F-31 fatal"}, /* the issuer comes first */
{"two accounts in two records", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org;accounturi=x\"\n0 issue \"letsencrypt.org;accounturi=" ACCOUNT "\""}, YES, 0, "allows", ""}, /* one that fits suffices */
{"two accounts in one record", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org;accounturi=x;accounturi=" ACCOUNT "\""}, NO, 0, "given twice", "F-31 fatal"}, /* never matches */
{"the same account twice", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org;accounturi=" ACCOUNT ";accounturi=" ACCOUNT "\""}, NO, 0, "given twice", "F-31 fatal"}, /* never matches */
{"an empty account", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org;accounturi=\""}, NO, 0, "for another account", "F-31 fatal"}, /* nobody's */
{"white space around the account", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org; accounturi = " ACCOUNT " \""}, YES, 0, "allows", ""}, /* trimmed */
{"capitals, our account", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org; AccountURI=" ACCOUNT "\""}, YES, 0, "allows", ""}, /* heeded or not, it allows */
{"capitals, another account", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org; AccountURI=" OTHER "\""}, MAY, 0, "not in lower case", "F-31 note"}, /* heeded by some versions */
{"account for the wildcard", LETS, W, ACCOUNT, {LE "\n0 issuewild \"letsencrypt.org; accounturi=" OTHER "\""}, NO, 0, "has issuewild", "F-31 fatal"}, /* parameters of the record that counts */

/* validationmethods (RFC 8657 section 4) */
{"our method", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=dns-01\""}, YES, 0, "allows", ""}, /* listed */
{"our method among others", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=http-01,dns-01\""}, YES, 0, "allows", ""}, /* listed */
{"another method", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=http-01\""}, NO, 0, "does not list the method \"dns-01\"", "F-31 fatal"}, /* not listed */
{"a method with capitals", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=DNS-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* exact string */
{"no method", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=\""}, NO, 0, "does not list", "F-31 fatal"}, /* an empty label is malformed */
{"an empty method before ours", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=,dns-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* malformed before it matches */
{"an empty method behind ours", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=dns-01,\""}, YES, 0, "allows", ""}, /* matches before it is malformed */
{"a method of no such form", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=a_b,dns-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* malformed */
{"a private method before ours", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=ca-x,dns-01\""}, YES, 0, "allows", ""}, /* unknown ones are passed over */
{"a blank behind the comma", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=http-01, dns-01\""}, NO, 0, "malformed", "F-31 fatal"}, /* a bad parameter */
{"methods twice", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=dns-01; validationmethods=dns-01\""}, NO, 0, "given twice", "F-31 fatal"}, /* never matches */
{"methods in two records", LETS, P, NULL, {"0 issue \"letsencrypt.org; validationmethods=http-01\"\n0 issue \"letsencrypt.org; validationmethods=dns-01\""}, YES, 0, "allows", ""}, /* one that fits suffices */
{"account not known, another method", LETS, P, NULL, {"0 issue \"letsencrypt.org; accounturi=x; validationmethods=http-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* all must fit */
{"our account, another method", LETS, P, ACCOUNT, {"0 issue \"letsencrypt.org; accounturi=" ACCOUNT "; validationmethods=http-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* all must fit */
{"near misses", LETS, P, NULL, {"0 issue \"other.ca\"\n0 issue \"LetsEncrypt.org\"\n0 issue \"letsencrypt.org; validationmethods=http-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* the closest miss is told */

/* other CAs */
{"its name", ONE, P, NULL, {"0 issue \"ca.example\""}, YES, 0, "allows", ""}, /* RFC 8659 section 4.2 */
{"not its name", ONE, P, NULL, {LE}, NO, 0, "allows only \"letsencrypt.org\"", "F-31 fatal"}, /* the same */
{"one of its names", TWO, P, NULL, {"0 issue \"ca.test\""}, YES, 0, "allows", ""}, /* the same */
{"its name in capitals", ONE, P, NULL, {"0 issue \"CA.example\""}, MAY, 0, "which not every CA takes for \"ca.example\"", "F-31 note"}, /* the RFC does not say how names are compared */
{"bit 1 elsewhere", ONE, P, NULL, {"0 issue \"ca.example\"\n1 tbs \"x\""}, YES, 0, "allows", ""}, /* RFC 8659 section 4.1: ignored */
{"critical elsewhere", ONE, P, NULL, {"0 issue \"ca.example\"\n128 tbs \"x\""}, MAY, 0, "which the CA may not know", "F-31 note"}, /* CAs know different tags */
{"critical elsewhere, and forbidden", ONE, P, NULL, {"0 issue \";\"\n128 tbs \"x\""}, NO, 0, "forbids every CA", "F-31 fatal"}, /* known or not */
{"a hyphen elsewhere", ONE, P, NULL, {"0 issue \"ca.example; a-b=c\""}, YES, 0, "allows", ""}, /* RFC 8659 section 4.2's grammar */
{"malformed elsewhere", ONE, P, NULL, {"0 issue \"ca.example; a\""}, NO, 0, "malformed", "F-31 fatal"}, /* RFC 8659 section 4.2: as if nobody's */
{"another method elsewhere", ONE, P, NULL, {"0 issue \"ca.example; validationmethods=http-01\""}, MAY, 0, "does not list", "F-31 note"}, /* RFC 8657 is not compulsory */
{"another account elsewhere", ONE, P, ACCOUNT, {"0 issue \"ca.example; accounturi=x\""}, MAY, 0, "for another account", "F-31 note"}, /* RFC 8657 is not compulsory */
{"another method, once it binds", BOUND, P, NULL, {"0 issue \"ca.example; validationmethods=http-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* SC-098 */
{"another account, once it binds", BOUND, P, ACCOUNT, {"0 issue \"ca.example; accounturi=x\""}, NO, 0, "for another account", "F-31 fatal"}, /* SC-098 */
{"a method that is not ACME's", BOUND, P, NULL, {"0 issue \"ca.example; validationmethods=ca-tbr-7\""}, MAY, 0, "does not list", "F-31 note"}, /* SC-098: the same change of DNS records */
{"any CA, another method, once it binds", BOUND_ANY, P, NULL, {"0 issue \"ca.example; validationmethods=http-01\""}, NO, 0, "does not list", "F-31 fatal"}, /* whoever it is */
{"any CA, dns-01, once it binds", BOUND_ANY, P, NULL, {"0 issue \"ca.example; validationmethods=dns-01\""}, MAY, 0, "allows only", "F-31 note"}, /* it may be that one */
{"some CA", ANY, P, NULL, {"0 issue \"ca.test; accounturi=x\""}, MAY, 0, "allows only \"ca.test\"", "F-31 note"}, /* it may be the one */
{"no CA", ANY, P, NULL, {"0 issue \";\""}, NO, 0, "forbids every CA", "F-31 fatal"}, /* nobody's */
{"no CA by a malformed name", ANY, P, NULL, {"0 issue \"%%%%%\""}, NO, 0, "malformed", "F-31 fatal"}, /* RFC 8659 section 4.2's example */
{"some CA, no wildcards", ANY, W, NULL, {LE "\n0 issuewild \";\""}, NO, 0, "wildcard", "F-31 fatal"}, /* nobody's */
{"no CAA, any CA", ANY, P, NULL, {NULL}, YES, 3, "no CAA", ""}, /* no set: any CA may issue */

/* look-ups */
{"failure at the name", LETS, P, NULL, {"!SERVFAIL", LE}, FAILS, 0, "no server answers for CAA at www.example.com.: ns1 (SERVFAIL)", "F-32 fatal"}, /* an error before a set is found is fatal */
{"failure at the zone", LETS, P, NULL, {NULL, "!NOTIMP"}, FAILS, 1, "ns1 (NOTIMP)", "F-32 fatal"}, /* the same */
{"failure above a set", LETS, P, NULL, {LE, "!SERVFAIL"}, YES, 0, "allows", ""}, /* an error above does not matter */
{"failure of the top above a set", LETS, P, NULL, {NULL, LE, "!silent"}, YES, 1, "allows", ""}, /* an error above does not matter */
{"failure of the top", LETS, P, NULL, {NULL, NULL, "!SERVFAIL"}, FAILS, 2, "no server answers for CAA at com.", "F-34 wait"}, /* the TLD is asked too */
{"no such top-level domain", LETS, P, NULL, {"nx", "nx", "nx"}, FAILS, 2, "the top-level domain com. does not exist", "F-34 fatal"}, /* NXDOMAIN is an error for a TLD */
{"all silent", LETS, P, NULL, {"!silent|!silent"}, FAILS, 0, "ns1 (silent), ns2 (silent)", "F-32 fatal"}, /* the query times out */
{"some silent", LETS, P, NULL, {"!silent|-"}, YES, 3, "no CAA", "F-32 warning"}, /* Unbound passes over them */
{"some refuse, some forbid", LETS, P, NULL, {"!REFUSED|0 issue \";\""}, NO, 0, "forbids every CA", "F-31 fatal, F-32 warning"}, /* Unbound passes over them */
{"some of the top's fail", LETS, P, NULL, {NULL, NULL, "-|!SERVFAIL|-"}, YES, 3, "no CAA", "F-34 note"}, /* Unbound passes over them */
{"malformed at all", LETS, P, NULL, {"!malformed|!silent|!REFUSED|!REFUSED"}, FAILS, 0, "ns1 (malformed answer), ns2 (silent), ns3 (REFUSED) and others", "F-32 fatal"}, /* none is an answer */
{"no SOA", LETS, P, NULL, {"-nosoa"}, YES, 3, "no CAA", "F-33 warning"}, /* SERVFAIL with some versions of Unbound */
{"no SOA, no such name", LETS, P, NULL, {"nx-nosoa|nx"}, YES, 3, "no CAA", "F-33 warning"}, /* the same */
{"no SOA at the top", LETS, P, NULL, {NULL, NULL, "-nosoa"}, YES, 3, "no CAA", "F-33 warning"}, /* the same */
{"no SOA above a set", LETS, P, NULL, {LE, "-nosoa"}, YES, 0, "allows", ""}, /* an error above does not matter */
{"an alias that fails", LETS, P, NULL, {"@x.net. !SERVFAIL"}, FAILS, 0, "www.example.com., an alias of x.net.,", "F-32 fatal"}, /* as if at the name */

/* servers that differ: one of them, at random, is asked */
{"one forbids", LETS, P, NULL, {LE "|0 issue \";\""}, NO, 0, "forbids", "F-31 wait"}, /* random choice */
{"one has no set, the parent allows", LETS, P, NULL, {LE "|-", LE}, YES, 0, "allows", ""}, /* both ways allow */
{"one has no set, the parent forbids", LETS, P, NULL, {LE "|-", "0 issue \";\""}, NO, 1, "forbids", "F-31 wait"}, /* random choice */
{"one has no set, the parent fails", LETS, P, NULL, {LE "|-", "!SERVFAIL"}, FAILS, 1, "no server answers", "F-32 wait"}, /* random choice */
{"one forbids, the parent fails", LETS, P, NULL, {"0 issue \";\"|-", "!SERVFAIL"}, NO, 0, "forbids", "F-31 wait, F-32 wait"}, /* neither way passes */
{"all forbid, by different sets", LETS, P, NULL, {"0 issue \"a\"|0 issue \"b\""}, NO, 0, "allows only \"a\"", "F-31 fatal"}, /* neither way passes */
{"one with an account", LETS, P, NULL, {LE "|0 issue \"letsencrypt.org; accounturi=x\""}, MAY, 0, "that account only", "F-31 note"}, /* random choice */
