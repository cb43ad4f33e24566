/* SPDX-License-Identifier: ISC */
#include "veto.h"

#include <signal.h>

#include "system/guard.h"
#include "system/say.h"

void veto_prepare(struct veto *ret_veto)
{
	*ret_veto = (struct veto){0};
	if (!ancestor_find("certbot", &ret_veto->certbot)) {
		say("--veto: no certbot is among the processes that called this one, so nothing "
		    "will keep it from asking the CA");
		return;
	}
	ret_veto->can = ancestor_signal(&ret_veto->certbot, 0);
	if (ret_veto->can)
		guard_veto(&ret_veto->certbot);
	else
		say("--veto: certbot (process %ld) may not be ended by this process, so nothing "
		    "will keep it from asking the CA",
		    ret_veto->certbot.pid);
}

void veto(const struct veto *veto)
{
	if (!veto->can)
		return;
	/* A second signal would keep it from cleaning up. */
	guard_veto(NULL);
	say("--veto: certbot (process %ld) is told to end instead of asking the CA",
	    veto->certbot.pid);
	/* It drops the output of the hook during which it is ended. */
	say_kept();
	if (!ancestor_signal(&veto->certbot, SIGTERM))
		say("--veto: certbot (process %ld) cannot be ended, and will ask the CA",
		    veto->certbot.pid);
}
