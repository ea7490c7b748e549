/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dispatches that the current task is in, found where they are: each has a
 * struct hdt_frame on the task's stack, marked with a keyed magic. Reading the
 * stack costs the one who asks, and only then; a dispatch pays a few stores to
 * its own stack.
 */
#ifndef HDT_FRAME_H
#define HDT_FRAME_H

#include <linux/types.h>

struct hdt_frame;
struct hdt_registry;

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
