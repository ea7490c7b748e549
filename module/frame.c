// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#include "class.h"
#include "frame.h"

/* Stack words that belong to nobody in particular: not for KASAN to judge. */
static const struct hdt_frame *next_frame(unsigned long *at, unsigned long end)
{
	unsigned long p;

	for (p = *at; p + sizeof(struct hdt_frame) <= end; p += sizeof(long)) {
		u64 word = READ_ONCE_NOCHECK(*(unsigned long *)p);

		if (word == (hdt_secret.frame ^ p)) {
			*at = p + sizeof(long);
			return (const struct hdt_frame *)p;
		}
	}
	return NULL;
}

static bool blocks(struct hdt_registry *waiting, struct hdt_registry *inside)
{
	if (inside == waiting || !hdt_sleepable(inside))
		return true;
	return HDT_ONE_SLEEPABLE_DOMAIN && hdt_sleepable(waiting);
}

bool hdt_frame_blocks(struct hdt_registry *registry)
{
	unsigned long at = ALIGN(current_stack_pointer, sizeof(long));
	unsigned long end = (unsigned long)task_stack_page(current) + THREAD_SIZE;
	const struct hdt_frame *frame;

	/* On an interrupt's stack nobody may wait anyway. */
	if (!object_is_on_stack(&frame))
		return false;

	while ((frame = next_frame(&at, end)))
		if (blocks(registry, to_registry(frame->table)))
			return true;
	return false;
}
