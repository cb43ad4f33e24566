/* SPDX-License-Identifier: ISC */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "memory/batch.h"
#include "memory/history.h"
#include "memory/memory.h"
#include "memory/order.h"
#include "publish/child.h"
#include "system/clock.h"
#include "system/guard.h"
#include "publish/publish.h"
#include "run.h"
#include "system/say.h"
#include "system/signals.h"
#include "publish/veto.h"

/* Taking back must not take longer than the timeout either: so much of it, at most, is kept for
 * that. */
#define TAKE_BACK_MS 5000

static bool vetoes(const struct call *call)
{
	return call->plan->may_veto && call->options->veto;
}

static bool takes_back(const struct call *call)
{
	return publisher_of(call->options) != NULL && (call->plan->takes_back || vetoes(call));
}

/* Until when publishing and waiting may last. */
static dg_ms work_until(const struct call *call)
{
	dg_ms kept = call->options->gate.timeout / 4;

	if (!takes_back(call))
		return call->deadline;
	return call->deadline - (kept > TAKE_BACK_MS ? TAKE_BACK_MS : kept);
}

/* Until when taking back may last. */
static dg_ms undo_until(const struct call *call)
{
	dg_ms soon = clock_now() + TAKE_BACK_MS;

	return signals_caught() != 0 && soon < call->deadline ? soon : call->deadline;
}

/* Mistakes in names and options, before anything is done. */
static enum dg_status check(struct call *call, struct run *run, struct dg_error *err)
{
	const struct publisher *publisher = publisher_of(call->options);
	enum dg_status status;

	if (publisher == NULL)
		return DG_OK;
	status = publisher->check(call, err);
	return status == DG_OK ? run_prepare(run, err) : status;
}

static enum dg_status publish(struct call *call, enum publish_what what, struct published *ret,
			      struct dg_error *err)
{
	const struct publisher *publisher = publisher_of(call->options);
	dg_ms until = what == PUBLISH_UNDO ? undo_until(call) : work_until(call);

	*ret = (struct published){.done = true};
	if (publisher == NULL)
		return DG_OK;
	ret->done = false;
	return publisher->publish(call, what, until, ret, err);
}

/* A sentence that ends with a name has its dot. */
static void say_failure(const char *before, const struct published *how)
{
	size_t len = strlen(how->text);
	bool dot = len > 0 && how->text[len - 1] == '.';

	say("%s%s%s %s", before, how->text, dot ? "" : ".", how->advice);
}

static void take_back(struct call *call)
{
	struct published undone;
	struct dg_error err = {0};

	if (!takes_back(call))
		return;
	if (publish(call, PUBLISH_UNDO, &undone, &err) != DG_OK)
		say("what was published could not be taken back: %s", err.text);
	else if (!undone.done)
		say_failure("what was published could not be taken back: ", &undone);
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* True when the publisher's status tells the client something of its own. */
static bool passes(const struct call *call, const struct published *how)
{
	return !how->done && call->plan->passes != 0 && how->status == call->plan->passes;
}

static enum dg_status mark_trouble(struct plan *plan, const struct published *how,
				   struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < plan->own && status == DG_OK; i++)
		status = plan_trouble(&plan->pair[i], how->text, how->advice, err);
	return status;
}

/* Waits for what the plan has by now. */
static int wait_for_all(const struct call *call, struct run *run)
{
	dg_ms now = clock_now();

	return run_wait(run, work_until(call) > now ? work_until(call) - now : 0);
}

static int wait_or_leave(struct call *call, struct run *run, const struct published *how,
			 struct dg_error *err)
{
	struct plan *plan = call->plan;

	if (plan->order != NULL && !how->done && vetoes(call))
		batch_forget(call->options->state_dir, plan);
	else if (plan->order != NULL &&
		 batch_call(call->options->state_dir, plan, call->deadline, err) != DG_OK)
		return run_failed(err);
	if (publisher_of(call->options) != NULL && order_recall(call->options, plan, err) != DG_OK)
		return run_failed(err);
	if (plan->count > 0)
		return wait_for_all(call, run);
	/* http-01's call, or one whose record the last call waits for. */
	if (how->done)
		return EXIT_VISIBLE;
	say_failure("", how);
	return EXIT_UNPUBLISHED;
}

static int publish_and_wait(struct call *call, struct run *run)
{
	struct published how;
	struct dg_error err = {0};

	if (publish(call, PUBLISH_ADD, &how, &err) != DG_OK)
		return run_failed(&err);
	if (passes(call, &how))
		return how.status;
	if (!how.done && mark_trouble(call->plan, &how, &err) != DG_OK)
		return run_failed(&err);
	return wait_or_leave(call, run, &how, &err);
}

static int add(struct call *call, struct run *run)
{
	int status = publish_and_wait(call, run);

	if (status != EXIT_VISIBLE)
		take_back(call);
	else if (publisher_of(call->options) != NULL)
		order_keep(call->options, call->plan, call->deadline);
	return status;
}

/* ---- the others ------------------------------------------------------------------------------ */

/* Who cleans up does so once: it must not be given up for a wait's timeout. */
static void take_time_to_clean_up(struct call *call)
{
	const struct publisher *publisher = publisher_of(call->options);

	if (publisher == NULL || publisher->clean_up == 0)
		return;
	call->deadline = clock_after_start(publisher->clean_up);
	guard_until(call->deadline);
}

static int remove_or_tell(struct call *call, enum publish_what what)
{
	struct published how;
	struct dg_error err = {0};

	if (what == PUBLISH_REMOVE) {
		take_time_to_clean_up(call);
		memory_clean(call->options, call->plan, call->deadline);
		history_clean(call->options, call->plan, call->deadline);
		order_forget(call->options, call->plan, call->deadline);
	}
	if (publish(call, what, &how, &err) != DG_OK)
		return run_failed(&err);
	/* The program that is told answers for itself. */
	if (what == PUBLISH_TELL)
		return how.status;
	if (passes(call, &how))
		return how.status;
	if (!how.done) {
		say_failure("", &how);
		return EXIT_UNPUBLISHED;
	}
	if (call->plan->removed != NULL)
		call->plan->removed(call->options, call->operands);
	return EXIT_VISIBLE;
}

static int perform(struct call *call, struct run *run)
{
	enum act act = call->plan->act;
	struct dg_error err = {0};

	if (act == ACT_DECLINE)
		return call->plan->decline;
	if (act == ACT_LOOK)
		return wait_for_all(call, run);
	if (check(call, run, &err) != DG_OK)
		return run_failed(&err);
	if (act == ACT_ADD)
		return add(call, run);
	return remove_or_tell(call, act == ACT_REMOVE ? PUBLISH_REMOVE : PUBLISH_TELL);
}

int call_run(const struct options *options, const struct operands *operands, struct plan *plan)
{
	struct call call = {.options = options,
			    .operands = operands,
			    .plan = plan,
			    .deadline = clock_after_start(options->gate.timeout),
			    .stop_fd = signals_catch()};
	struct run run = {.options = options, .plan = plan, .stop_fd = call.stop_fd};
	struct veto how = {0};
	int status;

	if (vetoes(&call)) {
		say_keep();
		veto_prepare(&how);
	}
	if (publisher_of(options) != NULL)
		guard_after_signal(CHILD_SIGNAL_MS + (takes_back(&call) ? TAKE_BACK_MS : 0));
	status = perform(&call, &run);
	run_free(&run);
	free(call.output);
	/* A signal that ends us is meant for certbot too; a second one would keep it from cleaning
	 * up. */
	if (vetoes(&call) && status != EXIT_VISIBLE && status < 128)
		veto(&how);
	return status;
}
