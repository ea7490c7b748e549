// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched/signal.h>
#include <linux/wait_bit.h>

#include "class.h"
#include "desc.h"
#include "mode.h"
#include "reaper.h"
#include "resolve.h"
#include "source.h"

static bool claim(struct hdt_extra *extra)
{
	/* Pairs with smp_store_release() in leave_exclusive(): stores are handed on. */
	return !cmpxchg_acquire(&extra->holder, NULL, current);
}

static void leave_exclusive(struct hdt_registry *registry, struct hdt_extra *extra)
{
	/* Pairs with cmpxchg_acquire() in claim(). */
	smp_store_release(&extra->holder, NULL);
	if (hdt_sleepable(registry)) {
		/* holder before the look for waiters: see wake_up_var(). */
		smp_mb();
		wake_up_var(&extra->holder);
	}
}

/*
 * One caller at a time. In a sleepable table the others sleep, killably, so that
 * two handlers that wait for each other are a bug one can get out of. In an
 * atomic table they get -EBUSY, as does a handler that calls itself.
 */
static int enter_exclusive(struct hdt_request *rq, const struct hdt_desc *desc)
{
	struct hdt_extra *extra = hdt_desc_extra(desc);

	if (claim(extra))
		return 0;
	if (!hdt_sleepable(rq->registry) || READ_ONCE(extra->holder) == current ||
	    wait_var_event_killable(&extra->holder, claim(extra)))
		return hdt_request_refuse(rq, HDT_HANDLER_BUSY);
	/* A long wait: what was decided before it is decided again. */
	if (!(READ_ONCE(desc->meta) & HDT_F_DEAD) &&
	    READ_ONCE(*desc->source->head.state) != MODULE_STATE_GOING)
		return 0;
	leave_exclusive(rq->registry, extra);
	return HDT_LOOK_AGAIN;
}

/* Exactly one caller turns a once handler from live to taken. */
static int take_once(struct hdt_request *rq, struct hdt_desc *desc)
{
	struct hdt_registry *registry = rq->registry;
	unsigned long flags;
	int err;

	raw_spin_lock_irqsave(&registry->lock, flags);
	err = hdt_kill(registry, desc, HDT_F_TAKEN);
	raw_spin_unlock_irqrestore(&registry->lock, flags);
	switch (err) {
	case 0:
		hdt_reap_async(registry);
		return 0;
	case -EKEYREJECTED:
		return hdt_request_refuse(rq, HDT_BROKEN_SEAL);
	default:
		/* Taken by another, removed, or replaced: not this one, in any case. */
		return HDT_LOOK_AGAIN;
	}
}

int hdt_mode_enter(struct hdt_request *rq, const struct hdt_desc *desc)
{
	switch (desc->meta & HDT_F_MODE) {
	case HDT_F_ONCE:
		return take_once(rq, (struct hdt_desc *)desc);
	case HDT_F_EXCLUSIVE:
		return enter_exclusive(rq, desc);
	default:
		return 0;
	}
}

void hdt_mode_leave(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	if (desc->meta & HDT_F_EXCLUSIVE)
		leave_exclusive(registry, hdt_desc_extra(desc));
}
