// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#include "class.h"
#include "compat.h"
#include "frame.h"

const struct hdt_frame *hdt_frame_next(unsigned long *at, unsigned long end)
{
	unsigned long p;

	for (p = ALIGN(*at, sizeof(long)); p + sizeof(struct hdt_frame) <= end; p += sizeof(long)) {
		/* stack words that belong to nobody in particular: not for KASAN to judge */
		u64 word = READ_ONCE_NOCHECK(*(unsigned long *)p);

		if (word == (hdt_secret.frame ^ p)) {
			*at = p + sizeof(long);
			return (const struct hdt_frame *)p;
		}
	}
	return NULL;
}

/*
 * A release holds its table's reap_mutex, so it may wait for no table: two that
 * waited for each other's would never end. Nor may handlers of two sleepable
 * tables, whose grace periods are one and the same with RCU-tasks-trace.
 */
static bool blocks(struct hdt_registry *waiting, const struct hdt_frame *frame)
{
	struct hdt_registry *inside = to_registry(frame->table);

	return !hdt_sleepable(inside) || hdt_sleepable(waiting) ||
	       frame->flags & HDT_FRAME_RELEASE;
}

/* Is there a frame that would block @waiting; or, if that is NULL, any? */
static bool search(struct hdt_registry *waiting)
{
	unsigned long at = current_stack_pointer;
	unsigned long base = (unsigned long)task_stack_page(current);
	const struct hdt_frame *frame;

	/* On an interrupt's stack nobody may wait anyway. */
	if (at - base >= THREAD_SIZE)
		return false;
	while ((frame = hdt_frame_next(&at, base + THREAD_SIZE)))
		if (!waiting || blocks(waiting, frame))
			return true;
	return false;
}

bool hdt_frame_blocks(struct hdt_registry *registry)
{
	return search(registry);
}

bool hdt_frame_inside(void)
{
	return search(NULL);
}

/*
 * hdt_other_stack_left() - bytes left of a stack that is not the task's
 *
 * The interrupt stack's place is known to modules on x86 from 6.2 on; other
 * stacks, and other kernels, are taken to be large enough: their users are
 * short, and their guard pages are the backstop. In NMI no handler is called, and
 * none is without a budget.
 */
unsigned long hdt_other_stack_left(void)
{
	unsigned long base = hdt_irq_stack_base();

	if (in_nmi())
		return 0;
	if (base && current_stack_pointer - base < IRQ_STACK_SIZE)
		return current_stack_pointer - base;
	return ULONG_MAX;
}
EXPORT_SYMBOL_HDT(hdt_other_stack_left);
