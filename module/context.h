/* SPDX-License-Identifier: GPL-2.0-only */
/* What the current context allows, as far as the kernel's configuration lets it be told. */
#ifndef HDT_CONTEXT_H
#define HDT_CONTEXT_H

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

/*
 * May the caller sleep? Preemption is counted on every kernel hdt is meant for
 * but those without CONFIG_PREEMPT_COUNT, where only interrupts can be told;
 * readers of RCU only under CONFIG_PREEMPT_RCU.
 */
static inline bool hdt_may_sleep(void)
{
	if (in_nmi() || in_hardirq() || in_serving_softirq() || irqs_disabled())
		return false;
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT) && preempt_count())
		return false;
	return !rcu_preempt_depth();
}

#endif /* HDT_CONTEXT_H */
