/* SPDX-License-Identifier: ISC */
/* Each cause of failure, told to a person: what it means, how it is measured, what the CA does, what
 * to do. The manual has the same ids and codes, and a test holds the two together. */
#include "finding_table.h"

const struct finding_text finding_table[] = {
    {"F-01", "not-published", "wait", "No server has the record yet",
     "Every usable address answered with authority that the name or its TXT record does not "
     "exist, and none of them shows anything. The serials of the zone tell whether it has "
     "changed at all since the record was handed over. The CA would report NXDOMAIN, or that it "
     "found no TXT record, and the authorization is lost: it does not look twice. See at the DNS "
     "provider whether the record was accepted, and in which zone. Many providers publish in "
     "batches, so some minutes are normal."},
    {"F-02", "out-of-sync", "wait, warning", "Some addresses show the record, this one does not",
     "The addresses answer differently: one still has an older version of the zone, as a lower "
     "serial shows. A CA's resolver picks one of the servers by chance, and does so again from "
     "each of its vantage points; with one address of three behind, about one validation in "
     "three passes. The failure often reads \"During secondary validation\". Wait for the zone "
     "transfer. If the serial stays behind, mend NOTIFY or the transfer to that server, or take "
     "it out of the NS set."},
    {"F-03", "stuck-server", "wait, warning", "One server stays behind and does not move",
     "A server lacks the record, and its serial has not moved for three minutes while the "
     "others went on. It will not catch up by itself. The CA meets it now and then, so "
     "validations fail at random and look like bad luck. Look into that server's log for "
     "refused or failing transfers (TSIG keys, addresses, firewalls), or take it out of the NS "
     "set at the registrar and in the zone."},
    {"F-04", "anycast-differs", "wait, warning", "Several machines behind one address differ",
     "The same address named different machines (NSID, RFC 5001) when it was asked several "
     "times, over UDP and TCP, and these gave different answers. Behind an anycast address "
     "stand many machines, and the network decides which one somebody meets: the CA's vantage "
     "points meet others than this machine does. What they have cannot be seen from here. Wait "
     "for the operator's own distribution to finish; a longer --settle gives it time."},
    {"F-05", "wrong-value", "wait", "All servers show the same other value",
     "The record is there on every address, identical everywhere, and holds something else than "
     "the wanted value. As a rule it is left from an earlier order, or the hook published the "
     "value of another name. The CA compares octet by octet and says \"Incorrect TXT record\", "
     "with the first value that it saw. Compare what the provider's panel shows with what the "
     "ACME client asked for. If the change is on its way the wait goes on; otherwise publish "
     "again."},
    {"F-06", "old-values", "wait, note", "Old challenge values are there, ours is not",
     "The record set holds one or more values that have the form of a challenge (43 characters "
     "of base64url), but not the wanted one; or, as a note, many of them beside it. They were "
     "left by runs that did not clean up. They do no harm beside the right value, since one "
     "match is enough, but each makes the answer 56 octets bigger, and the CA's message quotes "
     "one of them with \"and K more\". Wait for the new value. Then let the clean-up hook remove "
     "its values and delete the old ones by hand."},
    {"F-07", "quoted-value", "fatal", "The value has quotes, backslashes or blanks in it",
     "What is stored becomes the wanted value once quotes, backslashes, blanks and line ends are "
     "taken away. They were meant for a shell or for a zone file, and some provider's interface "
     "took them literally. The CA joins the strings of a record and compares them exactly: "
     "nothing is trimmed, so it says \"Incorrect TXT record\". Store the bare value. Waiting "
     "does not help, so the wait ends at once."},
    {"F-08", "altered-value", "fatal", "The value was changed on its way into the zone",
     "What is stored resembles the wanted value, but was folded to lower case, cut short, padded "
     "with \"=\", written with + and / instead of - and _, or put behind a key and an equals "
     "sign. That is told by comparing with each of these changes undone. The CA compares octet "
     "by octet and refuses it. The provider's interface or the hook does this: pass the value "
     "through unchanged, as one TXT string of 43 characters."},
    {"F-09", "raw-key-authorization", "fatal",
     "The token or key authorization was published instead of its digest",
     "The stored value contains a dot, or is not 43 characters long, as the token or the whole "
     "key authorization would be. For DNS-01 the record must hold the SHA-256 digest of the key "
     "authorization, in base64url without padding (RFC 8555, section 8.4). The CA computes the "
     "digest and finds no match. Hooks of other challenge types, and scripts written for them, "
     "do this. Use the value that the ACME client gives for DNS."},
    {"F-10", "doubled-suffix", "fatal", "The record stands at a name with the domain in it twice",
     "Nothing is at the challenge name, but the value was found at that name with the domain, or "
     "the zone, appended once more. Many panels add the zone to what is typed; a full name "
     "without a final dot gets it twice. A random name beside it is asked too, so that a "
     "wildcard is not taken for it. The CA sees NXDOMAIN. Type only the part before the zone, or "
     "end the name with a dot."},
    {"F-11", "wrong-name", "fatal", "The value was found at another name",
     "The value stands at the domain itself, at the zone's apex, under a misspelt label such as "
     "acme-challenge or _acme_challenge, without an account's label, or at the wrong level of the "
     "name. The CA asks for the labels of the challenge type (_acme-challenge, with dns-account-01 "
     "the account's in front of that) before the identifier, without a wildcard's star, and "
     "nowhere else; it says NXDOMAIN, or that there is no TXT record. These names are asked of the "
     "authoritative servers only, never through a cache. Move the record to the name that the "
     "finding gives."},
    {"F-12", "wildcard", "wait", "A wildcard answers, not the challenge record",
     "A random name beside the challenge name gets the same answer: it comes from a wildcard "
     "record. That stands in front of nothing, until the challenge record is published; then "
     "it no longer applies to that name. Until then the CA finds the wildcard's text, often an "
     "SPF record, and calls it incorrect. Wait for the record; where the wildcard is a CNAME, "
     "publish at its target or beside it."},
    {"F-13", "value-replaced", "fatal, wait", "One wanted value took the place of another",
     "Several values are wanted at one name, and only one is there. That happens with a domain "
     "and its wildcard, which share a challenge name: both values must stand in the record set "
     "at the same time. The provider's interface, or the hook, sets the record instead of adding "
     "to it. The CA accepts the one and refuses the other authorization. Publish by adding a "
     "value, and let clean-up remove only its own."},
    {"F-14", "ca-cache-hold", "wait", "The CA may still have the older record set in its cache",
     "This machine let the same name through a short while ago for other values, and the "
     "record has changed since. The CA asked then, and may still have what it got. Let's "
     "Encrypt keeps an answer for its TTL but not longer than 60 seconds; other CAs may keep "
     "it for the whole TTL (--ca generic). Within that time a validation compares with the "
     "earlier value and calls it incorrect. So the name is held until the time told, as "
     "remembered in --state-dir. A short TTL on challenge records makes it short, and "
     "publishing all values of a name at once avoids it."},
    {"F-15", "resolver-cache", "wait, warning", "A chosen resolver holds an older answer",
     "The authoritative servers have the record, and the resolver's cache does not: somebody "
     "asked too early and it keeps \"no such record\" for as long as the zone's SOA record says, "
     "or it keeps the older set for its TTL. The TTL in its answer tells until when. Let's "
     "Encrypt's resolvers keep hardly anything, so this matters for private CAs and for checks "
     "of one's own. Wait, flush the name, and let nobody ask before the record is published."},
    {"F-16", "cname-to-nowhere", "wait, fatal",
     "The CNAME's target has no TXT record, or does not exist",
     "The challenge name is an alias, and all servers of its target say that no TXT record is "
     "there, or the target's domain is not delegated at all (then waiting is pointless). The CA "
     "follows aliases too and says NXDOMAIN, naming the original name, which misleads. Look "
     "whether the hook publishes at the target, or at the alias, where it cannot be seen. Then "
     "correct the target or the place of publishing."},
    {"F-17", "cname-loop", "fatal", "The chain of CNAMEs comes back to itself",
     "Following the aliases from the challenge name leads to a name met before, so there is no "
     "end and no record. Every server involved may be in good health. The CA's resolver gives up "
     "and the CA reports SERVFAIL. No waiting mends it. The finding shows the loop; correct the "
     "CNAME that leads back."},
    {"F-18", "cname-chain-too-long", "fatal", "More than 11 CNAMEs in a row",
     "The chain has an end, and many resolvers reach it, but the one that Let's Encrypt uses "
     "(Unbound) restarts a query at most 11 times. After that it answers SERVFAIL. The aliases "
     "are counted while each is asked of its own zone's servers. Let the first CNAME point at "
     "the last target, or at least skip some."},
    {"F-19", "cname-beside-data", "warning", "A CNAME and other records stand at the same name",
     "A name with a CNAME may hold nothing else but its DNSSEC records (RFC 1034). Here a TXT "
     "record and a CNAME came in one answer. Which of the two a resolver follows depends on "
     "what it meets first and what it has cached, so the CA may find the value or its "
     "opposite. Remove one: keep the CNAME and publish at its target, or delete the CNAME."},
    {"F-20", "delegated-challenge", "fatal",
     "The challenge name is delegated, and its servers do not serve it",
     "NS records at the challenge name send everybody to other servers, and these refuse, are "
     "silent or know nothing of it. A TXT record that stands beside the NS records in the parent "
     "zone is not seen by anyone: the parent's servers answer with the referral. The CA reports "
     "SERVFAIL or NXDOMAIN. Delete the NS records, or let the servers that they name (acme-dns, "
     "for example) load the zone and publish there."},
    {"F-21", "lame-delegation", "warning, fatal", "A listed name server is of no use for the zone",
     "The server is in the NS set, but gives no answer over UDP and TCP, refuses, fails, answers "
     "without authority, or points upward. A resolver passes over such a server and tries "
     "another, so it costs time rather than certainty, and after ten seconds it is left out here "
     "too. When all of them are like that, the CA can only say SERVFAIL, and the finding is "
     "fatal. Let the server load the zone, open port 53 for UDP and TCP, or take it out of the "
     "NS set."},
    {"F-22", "ns-sets-differ", "warning", "The parent and the zone list different name servers",
     "The NS set in the parent's referral, which the registrar keeps, is not the one that the "
     "zone itself has. Resolvers use either, depending on what they learnt last, so servers of "
     "both lists must have the record, and both are asked here. A server that only the parent "
     "lists is often one of a former provider with an old copy of the zone; then validations "
     "fail now and then. Make the two lists equal."},
    {"F-23", "ns-address", "warning, fatal",
     "A name server has no address, or the parent has another one",
     "The name of a listed server does not resolve, or the address that the parent hands out "
     "with the referral (glue) is not the one that the server's own zone has. Each name is "
     "looked up from the root, and compared with the glue. Resolvers that follow stale glue ask "
     "the wrong machine; when no name has an address the CA reports SERVFAIL. Correct the host "
     "record at the registrar, or the A and AAAA records of the server's name."},
    {"F-24", "special-address", "warning, fatal",
     "A name server's address cannot be reached from the Internet",
     "The address lies in a block for private networks, documentation, link-local or other "
     "special use. This machine may reach such a server, over a VPN for example; the CA's "
     "resolvers never ask such addresses. The CA then depends on the other servers, and if there "
     "are none it reports SERVFAIL. List only public addresses in the zone that the world sees, "
     "and keep internal servers out of its NS set."},
    {"F-25", "answer-too-big", "fatal, warning",
     "The answer does not fit in a UDP message, and TCP fails",
     "The server sent a truncated answer to a question that allows 1232 octets, and the same "
     "question over TCP failed. A challenge record takes 56 octets, so about 20 of them fill a "
     "message, fewer with signatures; left-over values are the usual reason. The CA's resolver "
     "needs TCP as well, and the CA reports SERVFAIL or a timeout. Open TCP port 53 from "
     "everywhere, and delete old challenge records."},
    {"F-26", "tcp-closed", "warning", "The server does not answer over TCP",
     "Questions over UDP are answered, and a connection to TCP port 53 fails. Today's answer is "
     "small, so validation works; with a few more records or a longer signature it would be "
     "truncated, and nobody could fetch the rest. TCP is required of every server (RFC 7766, RFC "
     "9210), and Let's Encrypt asks for it in its guide. Open TCP port 53 in the firewall in "
     "front of it."},
    {"F-27", "ipv6-dead", "warning", "The server's IPv6 address does not answer",
     "The name server has an AAAA record, and nothing answers there while its IPv4 address "
     "works. CAs use both families: their resolver loses time with the dead address and passes "
     "on to another. Where a zone has IPv6 servers only, the CA reports SERVFAIL. A machine "
     "without IPv6 of its own cannot tell, and does not say this. Repair the address or remove "
     "the AAAA record."},
    {"F-28", "edns-broken", "warning", "Questions with EDNS are refused or dropped",
     "The server, or a firewall in front of it, answers FORMERR, NOTIMP or BADVERS to a question "
     "with an EDNS record, or gives no answer, and answers the same question without. The CA's "
     "resolver asks with EDNS and DO, and tries without after some lost time. Signed zones "
     "cannot be validated through such a server. Update the server software, or the firewall "
     "rule that drops such messages."},
    {"F-29", "case-not-echoed", "warning",
     "The server does not repeat the question's letters as sent",
     "Questions go out in random upper and lower case, and a reply must repeat them exactly, "
     "which makes forging harder (0x20). This server changes the case. Let's Encrypt's resolver "
     "then falls back to asking every server several times, and accepts only if all answers are "
     "equal. So it works while all servers are in step, and fails with SERVFAIL as soon as one "
     "lags. Update or reconfigure the server, or the load balancer before it."},
    {"F-30", "case-sensitive", "fatal", "The server knows the name in lower case only",
     "The same question in lower case is answered, and in mixed case it gets NXDOMAIN or a "
     "different answer. Names must be compared without regard to case (RFC 1034, RFC 4343). The "
     "CA's resolver asks in random case, so it sees NXDOMAIN, or with DNSSEC an answer that does "
     "not validate. Home-made servers and test servers do this. Update the server; --no-0x20 "
     "only hides it from this program."},
    {"F-31", "caa-forbids", "fatal, warning, wait, note", "A CAA record forbids this CA",
     "CAA records at the domain, or at the nearest parent that has any, say which CAs may "
     "issue. They are looked up from the domain upwards on the authoritative servers and read "
     "as Let's Encrypt does: issuewild counts for wildcards, accounturi and validationmethods "
     "restrict further, and letters matter in the CA's own name. The CA says that a CAA record "
     "prevents issuance, after the challenge itself passed. A look (check) counts it as fatal. "
     "A wait only warns, since another CA may be meant, and notes where it depends on the "
     "account or on wildcards. Add the CA to the record, or remove the restriction."},
    {"F-32", "caa-lookup-fails", "fatal, warning, wait", "The server answers TXT, but not CAA",
     "For each level of the name the CA must get a proper answer about CAA, even if it is "
     "\"none\". This server refuses, fails or is silent for that type, while it answers for TXT. "
     "Old servers and firewalls that drop unknown types do that. No answer is never a "
     "permission: the CA reports SERVFAIL or a timeout looking up CAA. Update the server, or let "
     "the firewall pass all types."},
    {"F-33", "negative-without-soa", "warning", "A negative answer comes without a SOA record",
     "When a server says that a record or a name does not exist, its answer must carry the "
     "zone's SOA record (RFC 2308, section 3). Without it nobody knows for how long that holds. "
     "Some versions of the resolver that CAs use turn such an answer into SERVFAIL; the look-ups "
     "for CAA met that first, since most domains have none. Update the server software."},
    {"F-34", "caa-parent-fails", "wait, fatal, warning, note", "The CAA look-up fails at a parent",
     "The CA climbs from the domain to the top-level domain, and an error at a level that it "
     "needs ends the validation. Here the servers of a parent, maybe of the top-level domain, "
     "fail for CAA. That is not in the domain owner's hands. As a rule it passes within minutes "
     "or hours, so try again later. A CAA record of one's own at the domain ends the climb "
     "before it gets there."},
    {"F-35", "signature-expired", "fatal, wait", "A signature is over, or not valid yet",
     "An RRSIG record's end has passed, or its beginning is still to come, for the record, a "
     "key, a DS or a denial. Each server's own signatures are compared with the clock to the "
     "second; CAs allow no slack, though many resolvers forgive an hour. The CA says \"DNSSEC: "
     "Signature Expired\" or \"Signature Not Yet Valid\". Where one server only is concerned it "
     "has an old copy of the zone. Let the signer run again, and bring that server up to date."},
    {"F-36", "signature-missing", "wait", "The zone is signed, and this record is not",
     "The parent has DS records for the zone, so every answer must be signed, and this one came "
     "without a signature. A fresh record may wait for the signer for some seconds or minutes. "
     "If it stays, the server has an unsigned copy of the zone, or strips signatures. The CA "
     "says \"DNSSEC: RRSIGs Missing\" and does not count the record. Let the server have the "
     "signed version."},
    {"F-37", "ds-without-key", "fatal", "The parent's DS records fit no key of the zone",
     "The parent's DS set says with which key the zone is signed: tag, algorithm and digest. No "
     "key in the zone's DNSKEY set matches, or the one that does has not signed that set. It "
     "happens after a key roll-over that was cut short, and when a domain moves to another "
     "provider and the DS records stay. Since March 2026 every public CA must validate DNSSEC, "
     "so none can issue; Let's Encrypt says \"DNSSEC: DNSKEY Missing\". Have the registrar "
     "replace the DS record with one for the present key, or delete it; it takes the TTL of the "
     "old one to be forgotten."},
    {"F-38", "signature-wrong", "fatal, wait", "A signature does not hold",
     "The signature was made by no key that this server's DNSKEY set lists, or its check fails: "
     "the data was changed after it was signed. Each server's answers are judged by its own "
     "keys. The usual reason is that servers have different versions of the zone, or that "
     "several signers work with different keys and do not publish each other's. The CA says "
     "\"DNSSEC: Bogus\" whenever it meets such a server. Give all servers the same version, and "
     "list all signers' keys."},
    {"F-39", "denial-broken", "warning, fatal",
     "NSEC or NSEC3 records do not prove what the server says",
     "An answer that something does not exist, or that comes from a wildcard, needs a signed "
     "proof. Here it is missing, covers another name, or contradicts the answer. As long as the "
     "challenge record is absent this is only a warning; for an answer out of a wildcard it is "
     "fatal. CAs need such proofs for CAA too, where most domains have no record, and then say "
     "\"DNSSEC: NSEC Missing\". Sign the zone again, or update the server software."},
    {"F-40", "delegation-unproven", "fatal", "The parent does not prove that the zone is unsigned",
     "The parent zone is signed, and for this zone it gives neither DS records nor the signed "
     "proof (NSEC or NSEC3) that there are none. A validator must not take that for "
     "\"unsigned\", since an attacker could have removed the DS records. So the CA treats all "
     "answers as bogus. It is the parent's operator who has to mend this: sign the parent again, "
     "or publish the DS record."},
    {"F-41", "counts-as-unsigned", "warning, fatal",
     "The zone is signed in a way that does not count",
     "All DS records are of algorithms or digests that validators do not use, or the NSEC3 "
     "records want more than 150 rounds of hashing. Then the zone counts as if it were unsigned: "
     "the CA accepts the record, and the signatures protect nothing. With --dnssec require that "
     "is fatal, as is a zone without any signature. Sign with algorithm 13 or 8, and NSEC, or "
     "NSEC3 with 0 further rounds (RFC 9276)."},
    {"F-42", "answers-differ", "warning", "The answer depends on who asks",
     "The servers tell this machine something else than a chosen resolver gets: it asked anew "
     "when what it had kept was over, and still does not have the record. The reasons are "
     "views, split horizon, answers by region, or another cache between the two. The CA asks "
     "from several places in the world, without telling any client subnet, and each place may "
     "get another answer. If the private view has the record and the public one does not, this "
     "machine sees it and the CA fails. Publish the challenge record in all views, or delegate "
     "the challenge name to a zone that has none."},
    {"F-43", "region-differs", "warning",
     "Other regions may be shut out: not visible from one host",
     "The CA validates from several places at least 500 km apart, and at most one or two may "
     "fail. Firewalls by country, protection against floods and limits per address at the DNS "
     "host can keep some of them away, while all is well from here. One host cannot prove that, "
     "so this program does not report it as a fact. The CA says \"During secondary validation\" "
     "with a timeout. Look for such filters at the DNS host, and let port 53 be reached from "
     "everywhere."},
    {"F-44", "path-intercepted", "fatal",
     "This machine's own way to the name servers is closed, or lies",
     "Something on the way answers for the servers, or nothing gets through on port 53. It shows "
     "when root servers act as resolvers, when authority is missing where it must be, or when an "
     "address that belongs to nobody answers. The CA is not affected and would see the truth; "
     "only this machine cannot. The run ends with status 3. Open port 53 over UDP and TCP, or "
     "ask resolvers over TLS or HTTPS with --authoritative skip, which proves less."},
    {"F-45", "unstable", "wait, warning", "The address showed the record, and then did not",
     "The same address was asked several times, and the answers changed to and fro. Several "
     "machines stand behind it and are not in step, or a server hands out parts of the set in "
     "turn. The CA may meet either, so validations fail at random. Such an address must show the "
     "record twice as many times in a row as before, at each relapse. Wait for the machines to "
     "come into step, and switch off any rotation of TXT records."},
    {"F-46", "not-delegated", "fatal", "The parent says that the domain does not exist",
     "On the way down from the root the servers of a parent zone say NXDOMAIN for the domain, or "
     "for the part of it that a CNAME leads to. It is misspelt, not registered, expired, or on "
     "hold at the registrar, which takes it out of the parent zone. No name server of the domain "
     "is even asked. The CA reports NXDOMAIN for all its names. Check the spelling and the state "
     "of the registration."},
    {"F-47", "name-normalised", "fatal, warning",
     "The identifier was not in the form that the DNS wants",
     "A challenge name must be in ASCII, an internationalised one in its A-label form (xn--), "
     "and without the star of a wildcard. This one is not, so it stands at a name that nobody "
     "asks for; the CA reports NXDOMAIN for the right one. Clients strip the star themselves; "
     "scripts that build the name from a domain must do so too. A final dot makes no "
     "difference, nor does the letters' case. Use the name in the right form, at the DNS "
     "provider too."},
    {"F-48", "other-types-denied", "warning",
     "The server denies the name when asked for other types",
     "Some servers, acme-dns among them, say NXDOMAIN for any type but TXT, which means that "
     "the name does not exist at all. Only a look (check) asks for another type, of the "
     "authoritative servers. A resolver that hears this may keep it and answer NXDOMAIN for "
     "TXT as well: so the challenge name is asked for TXT only, and not through caches before "
     "all servers agree. Keep other tools from asking for SOA, CNAME or A at this name. A "
     "newer version of the server may answer properly."},
    {"F-49", "clock-wrong", "fatal", "This machine's clock is wrong",
     "All signatures of the root and of the zones below it are over, or still to come, by the "
     "clock of this machine. They cannot all be wrong, so it is the clock. Nothing can be "
     "validated here, and the run ends with status 3; the CA, whose clock is right, is not "
     "affected. Set the clock and keep it by NTP. --now judges as of another time, for a look "
     "only."},
    {"F-50", "ca-fault", "wait", "A fault of the CA: not visible from one host",
     "The DNS can be in perfect order, and the CA's own systems fail: its message then speaks of "
     "serverInternal, of a failed RPC, or of too few vantage points. Nothing of this can be seen "
     "from outside before the CA is asked, so this program cannot find it; it is listed to be "
     "recognised. Look at the CA's status page. Order again later: a new order is needed, and "
     "failed authorizations count towards a limit per hour."},
    {"F-51", "resolver-unusable", "wait, fatal, warning", "A chosen resolver cannot be used",
     "A resolver given with --resolver is silent, refuses, fails, or shows a certificate that "
     "does not fit. It is never asked in clear text instead. When it gives a reason (RFC 8914) "
     "that is shown, and when it blames DNSSEC the verdict of the checks here stands beside it: "
     "it may have older keys, or another clock. CAs do not use it, so only this machine's wait "
     "is concerned. It is fatal where an untrusted certificate leaves too few of the resolvers "
     "required. Mend it, name it rightly, or choose another."},
    {"F-52", "resolver-manners", "note", "A chosen resolver behaves in a way to know of",
     "It does not validate, strips signatures, does not recurse, or hands out answers beyond "
     "their TTL. That is seen from the flags and records of its answers beside those of the "
     "authoritative servers. It does not stop the gate, since the CA does not use this resolver. "
     "But what it shows proves less: one that does not validate shows records that a CA refuses. "
     "Choose a resolver that validates for such checks."},
};

const size_t finding_count = sizeof(finding_table) / sizeof(finding_table[0]);
