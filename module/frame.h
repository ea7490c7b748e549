/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dispatches that the current task is in, found where they are: each has a
 * struct hdt_frame on the task's stack, marked with a keyed magic. Reading the
 * stack costs the one who asks, and only then; a dispatch pays two stores to
 * its own stack.
 */
#ifndef HDT_FRAME_H
#define HDT_FRAME_H

#include <linux/types.h>

struct hdt_registry;

/*
 * Is the current task inside a handler that a grace period of @registry would
 * wait for, or in one that must not sleep? A wait would then never end.
 * Context: process context.
 */
bool hdt_frame_blocks(struct hdt_registry *registry);

#endif /* HDT_FRAME_H */
