// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched/task_stack.h>

#include "frame.h"
#include "observe.h"
#include "stats.h"
#include "trace.h"

/* ---- the stack ---------------------------------------------------------------- */

#define PAINT	0x57ac57ac57ac57acUL

/* What a function may use below its stack pointer: the kernel forbids it, but for UML. */
#define RED_ZONE	(IS_ENABLED(CONFIG_UML) ? 128 : 0)

/* Offsets into a stack, in these many bytes, are kept in some bits of a frame's flags. */
#define UNIT	16
static_assert(THREAD_SIZE / UNIT <= (HDT_FRAME_TOUCHED >> HDT_FRAME_TOUCHED_SHIFT) + 1);

/* The lowest word of the task's stack that may be painted. */
static unsigned long *bottom(void)
{
	/* its offset, in units, is not 0 */
	return end_of_stack(current) + UNIT / sizeof(long);
}

static bool on_task_stack(void)
{
	return current_stack_pointer - (unsigned long)task_stack_page(current) < THREAD_SIZE;
}

/*
 * Nobody's memory is written: below the stack pointer there is nothing that has
 * to last. An interrupt may use it between two stores, and is gone before the
 * next; and this calls nothing. Stale redzones are not for KASAN to judge.
 */
__no_sanitize_address noinline void hdt_stack_paint(void)
{
	unsigned long *end = (unsigned long *)(current_stack_pointer - RED_ZONE);
	unsigned long *p;

	if (on_task_stack())
		for (p = bottom(); p < end; p++)
			WRITE_ONCE(*p, PAINT);
}

/* Where the lowest word is that is not paint, in bytes; 0 if this is not a task's stack. */
static __no_sanitize_address noinline unsigned int lowest_used(void)
{
	unsigned long *end = (unsigned long *)current_stack_pointer;
	unsigned long *p = bottom();

	if (!on_task_stack())
		return 0;
	while (p < end && READ_ONCE(*p) == PAINT)
		p++;
	return (unsigned long)p - (unsigned long)task_stack_page(current);
}

/* What is painted over has been used all the same. */
static void mark_touched(unsigned int at)
{
	unsigned long *p = task_stack_page(current) + at;

	if ((unsigned long)p < current_stack_pointer - RED_ZONE)
		WRITE_ONCE(*p, ~PAINT);
}

static struct hdt_stack_use stack_use(unsigned long stack, unsigned int touched)
{
	unsigned long base = (unsigned long)task_stack_page(current);

	return (struct hdt_stack_use){
		.used = stack - base - touched,
		.left = stack - base,
	};
}

/* ---- the events --------------------------------------------------------------- */

void hdt_observe_entry(struct hdt_registry *registry, struct hdt_frame *frame)
{
	if (trace_hdt_call_stack_enabled())
		frame->flags |= lowest_used() / UNIT << HDT_FRAME_TOUCHED_SHIFT;
	trace_hdt_call_entry(registry, frame);
	if (hdt_stats_on(registry) || trace_hdt_call_exit_enabled())
		hdt_frame_time(frame);
}

void hdt_observe_exit(struct hdt_registry *registry, struct hdt_frame *frame,
		      unsigned long stack)
{
	unsigned int before = (frame->flags & HDT_FRAME_TOUCHED) >> HDT_FRAME_TOUCHED_SHIFT;
	unsigned int touched = 0;
	struct hdt_stack_use use;
	u64 ns = hdt_frame_took(frame);

	if (ns && hdt_stats_on(registry))
		hdt_stats_end(registry, frame->desc, ns);
	if (before && trace_hdt_call_stack_enabled())
		touched = lowest_used();
	trace_hdt_call_exit(registry, frame, ns);
	if (!touched)
		return;
	use = stack_use(stack, touched);
	trace_hdt_call_stack(registry, frame, &use);
	/* What the probes used is not the calls' that go on. */
	hdt_stack_paint();
	mark_touched(min(before * UNIT, touched));
}
