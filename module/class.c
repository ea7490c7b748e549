// SPDX-License-Identifier: GPL-2.0-only
#include "class.h"

#ifdef CONFIG_TASKS_TRACE_RCU

int hdt_class_init(struct hdt_registry *registry)
{
	return 0;
}

void hdt_class_destroy(struct hdt_registry *registry)
{
}

static int sleepable_enter(struct hdt_registry *registry)
{
	rcu_read_lock_trace();
	return 0;
}

static void sleepable_leave(struct hdt_registry *registry, int idx)
{
	rcu_read_unlock_trace();
}

static bool sleepable_held(struct hdt_registry *registry)
{
	return rcu_read_lock_trace_held();
}

static void sleepable_wait(struct hdt_registry *registry)
{
	synchronize_rcu_tasks_trace();
}

static void sleepable_call(struct hdt_registry *registry, struct rcu_head *head,
			   rcu_callback_t func)
{
	call_rcu_tasks_trace(head, func);
}

void hdt_class_barrier(struct hdt_registry *registry)
{
	rcu_barrier();
	rcu_barrier_tasks_trace();
}

#else /* SRCU */

int hdt_class_init(struct hdt_registry *registry)
{
	return hdt_sleepable(registry) ? init_srcu_struct(&registry->srcu) : 0;
}

void hdt_class_destroy(struct hdt_registry *registry)
{
	if (hdt_sleepable(registry)) {
		srcu_barrier(&registry->srcu);
		cleanup_srcu_struct(&registry->srcu);
	}
}

static int sleepable_enter(struct hdt_registry *registry)
{
	return srcu_read_lock(&registry->srcu);
}

static void sleepable_leave(struct hdt_registry *registry, int idx)
{
	srcu_read_unlock(&registry->srcu, idx);
}

static bool sleepable_held(struct hdt_registry *registry)
{
	return srcu_read_lock_held(&registry->srcu);
}

static void sleepable_wait(struct hdt_registry *registry)
{
	synchronize_srcu(&registry->srcu);
}

static void sleepable_call(struct hdt_registry *registry, struct rcu_head *head,
			   rcu_callback_t func)
{
	call_srcu(&registry->srcu, head, func);
}

/* A table that is gone waited for its own SRCU callbacks, in hdt_class_destroy(). */
void hdt_class_barrier(struct hdt_registry *registry)
{
	if (registry && hdt_sleepable(registry))
		srcu_barrier(&registry->srcu);
	else
		rcu_barrier();
}

#endif

int hdt_bracket_enter(struct hdt_registry *registry)
{
	if (hdt_sleepable(registry))
		return sleepable_enter(registry);
	rcu_read_lock();
	__release(RCU);	/* stays held until hdt_bracket_leave() */
	return 0;
}

void hdt_bracket_leave(struct hdt_registry *registry, int idx)
{
	if (hdt_sleepable(registry)) {
		sleepable_leave(registry, idx);
		return;
	}
	__acquire(RCU);	/* by hdt_bracket_enter() */
	rcu_read_unlock();
}

bool hdt_bracket_held(struct hdt_registry *registry)
{
	return hdt_sleepable(registry) ? sleepable_held(registry) : rcu_read_lock_held();
}

void hdt_class_wait(struct hdt_registry *registry)
{
	might_sleep();
	if (hdt_sleepable(registry))
		sleepable_wait(registry);
	else
		synchronize_rcu();
}

void hdt_class_call(struct hdt_registry *registry, struct rcu_head *head, rcu_callback_t func)
{
	if (hdt_sleepable(registry))
		sleepable_call(registry, head, func);
	else
		call_rcu(head, func);
}
