/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dispatches that the current task is in, found where they are: each has a
 * struct hdt_frame on the task's stack, marked with a keyed magic. Reading the
 * stack costs the one who asks, and only then; a dispatch pays a few stores to
 * its own stack.
 */
#ifndef HDT_FRAME_H
#define HDT_FRAME_H

#include <linux/bits.h>
#include <linux/timekeeping.h>

#include <hdt/types.h>

struct hdt_registry;

/*
 * Note when a call begins, in what the frame has left: 48 bits of nanoseconds, 78
 * hours. A word more in the frame would be one more that each caller, on the inlined
 * path too, sets to zero where the kernel has its compiler do so.
 */
static inline void hdt_frame_time(struct hdt_frame *frame)
{
	u64 now = ktime_get_ns();

	frame->began = now;
	frame->flags |= HDT_FRAME_TIMED | ((now >> 32) << HDT_FRAME_BEGAN_SHIFT & HDT_FRAME_BEGAN);
}

/* Nanoseconds since then, at least 1; 0 if that was not noted. */
static inline u64 hdt_frame_took(const struct hdt_frame *frame)
{
	u64 upper = (frame->flags & HDT_FRAME_BEGAN) >> HDT_FRAME_BEGAN_SHIFT;

	if (!(frame->flags & HDT_FRAME_TIMED))
		return 0;
	return max((ktime_get_ns() - (upper << 32 | frame->began)) & GENMASK_ULL(47, 0), 1ULL);
}

/*
 * The next frame at or above @at, which is moved behind it; innermost first.
 * Context: any; [@at, @end) is a stack of this CPU or task.
 */
const struct hdt_frame *hdt_frame_next(unsigned long *at, unsigned long end);

/*
 * Is the current task inside a handler that a grace period of @registry would
 * wait for, in one that must not sleep, or in a release? A wait might never end.
 */
bool hdt_frame_blocks(struct hdt_registry *registry);
/* Is the current task inside any handler or release? */
bool hdt_frame_inside(void);

#endif /* HDT_FRAME_H */
