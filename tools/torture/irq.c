// SPDX-License-Identifier: GPL-2.0-only
/* Calls from timers: two on each CPU, one in hard interrupts, one in soft ones. */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "torture.h"

struct caller {
	struct hrtimer timer;
	struct torture_thread *me;
	enum hrtimer_mode mode;
};

static struct caller *callers;

unsigned int torture_irq_others(void)
{
	return 2 * nr_cpu_ids;
}

static enum hrtimer_restart fire(struct hrtimer *timer)
{
	struct caller *caller = container_of(timer, struct caller, timer);
	struct torture_thread *me = caller->me;
	unsigned int i, nr = 1 + torture_pick(me, 4);

	for (i = 0; i < nr; i++)
		torture_call_some(me, NULL, 0);
	/* A replacement allocates, which PREEMPT_RT allows in no hard interrupt. */
	if (torture_one_in(me, 8) &&
	    (!IS_ENABLED(CONFIG_PREEMPT_RT) || caller->mode == HRTIMER_MODE_REL_PINNED_SOFT))
		torture_contend_in_irq(me);
	hrtimer_forward_now(timer, ns_to_ktime((500 + torture_pick(me, 5000)) * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

static void start(void *unused)
{
	unsigned int i, cpu = smp_processor_id();

	for (i = 0; i < 2; i++) {
		struct caller *caller = &callers[2 * cpu + i];

		hrtimer_start(&caller->timer, ms_to_ktime(1), caller->mode);
	}
}

int torture_irq_start(void)
{
	unsigned int i;

	callers = kcalloc(torture_irq_others(), sizeof(*callers), GFP_KERNEL);
	if (!callers)
		return -ENOMEM;
	for (i = 0; i < torture_irq_others(); i++) {
		struct caller *caller = &callers[i];

		caller->me = torture_crew_other(i);
		caller->mode = i % 2 ? HRTIMER_MODE_REL_PINNED_SOFT :
				       HRTIMER_MODE_REL_PINNED_HARD;
		hrtimer_init(&caller->timer, CLOCK_MONOTONIC, caller->mode);
		caller->timer.function = fire;
	}
	on_each_cpu(start, NULL, true);
	return 0;
}

void torture_irq_stop(void)
{
	unsigned int i;

	for (i = 0; callers && i < torture_irq_others(); i++)
		hrtimer_cancel(&callers[i].timer);
	kfree(callers);
	callers = NULL;
}
