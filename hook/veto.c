/* SPDX-License-Identifier: ISC */
#include "veto.h"

#include <signal.h>

#include "ancestor.h"
#include "say.h"

void veto(void)
{
	struct ancestor certbot;

	if (!ancestor_find("certbot", true, &certbot)) {
		say("--veto: no certbot is among the processes that called this one, so nothing "
		    "keeps it from asking the CA");
		return;
	}
	say("--veto: certbot (process %ld) is told to end instead of asking the CA", certbot.pid);
	/* It drops the output of the hook during which it is ended. */
	say_kept();
	if (!ancestor_signal(&certbot, SIGTERM))
		say("--veto: certbot (process %ld) cannot be ended, and will ask the CA",
		    certbot.pid);
}
