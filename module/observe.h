/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a call does for statistics, and for the events hdt_call_entry, hdt_call_exit
 * and hdt_call_stack while one of them has a probe. The state of a call that is
 * observed is in its frame, on the caller's stack: a tool needs none, so nested
 * calls, calls that migrate, and calls that began before the tool or end after
 * it are no matter to it.
 *
 * The stack that a handler used is measured, not computed: below the caller's
 * frame the stack is painted when the handler is entered, and what is not paint
 * any more when it returns was used - by the handler, by what it called, nested
 * dispatches included, and by interrupts as far as they use the task's stack.
 * Memory that a function reserved and did not write is not seen. Some hundred
 * bytes are hdt's own, when it enters and leaves: less than HDT_STACK_FLOOR
 * cannot be told. What other probes of call events used is painted over.
 * Interrupts' stacks are not measured.
 */
#ifndef HDT_OBSERVE_H
#define HDT_OBSERVE_H

#include <linux/err.h>
#include <linux/tracepoint-defs.h>

#include <hdt/dispatch.h>

struct hdt_registry;

/* Bytes of stack */
struct hdt_stack_use {
	u32 used;	/* by the handler */
	u32 left;	/* when it was entered */
};

#define HDT_STACK_FLOOR		256	/* bytes that no handler is found to be below */

/*
 * The stack pointer of the function that calls an exported one, when it does. It
 * is the same when that function calls the handler.
 */
#ifdef CONFIG_X86_64
/* above the frame pointer and the return address, which are pushed first */
#define HDT_CALLERS_STACK	((unsigned long)__builtin_frame_address(0) + 2 * sizeof(long))
#else
/* some words less */
#define HDT_CALLERS_STACK	((unsigned long)__builtin_frame_address(0))
#endif

/* The frame is open, the handler will be called. */
void hdt_observe_entry(struct hdt_registry *registry, struct hdt_frame *frame);
/* It has returned. @stack: HDT_CALLERS_STACK */
void hdt_observe_exit(struct hdt_registry *registry, struct hdt_frame *frame,
		      unsigned long stack);

void hdt_stack_paint(void);
DECLARE_TRACEPOINT(hdt_call_stack);

/* The last thing before the handler is called, where little of hdt is on the stack. */
static __always_inline const struct hdt_desc *hdt_observe_start(const struct hdt_desc *desc)
{
	if (tracepoint_enabled(hdt_call_stack) && !IS_ERR(desc))
		hdt_stack_paint();
	return desc;
}

#endif /* HDT_OBSERVE_H */
