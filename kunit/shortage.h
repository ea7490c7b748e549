/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shortage of memory for one task: chosen allocations fail, by the kernel's
 * fault injection. The attributes are reached through the files that debugfs
 * has for them; nothing else leads there.
 */
#ifndef HDT_KUNIT_SHORTAGE_H
#define HDT_KUNIT_SHORTAGE_H

#include <linux/limits.h>
#include <linux/types.h>

struct kunit;

#define SHORTAGE_NEVER	U32_MAX

/* For .init, which skips the case where the kernel cannot do this, and .exit. */
int shortage_init(struct kunit *test);
void shortage_exit(struct kunit *test);

/*
 * From here on the @nth kmalloc() of this task fails, if @all those after it too.
 * What the kernel allocates on its own account (kmemleak, debugobjects) is no
 * kmalloc() and does not count.
 */
void shortage_begin(unsigned int nth, bool all);

/* What there was of them. */
struct shortage {
	unsigned int nr;
	unsigned int nr_failed;
	size_t size;			/* of the first that failed */
};

struct shortage shortage_end(void);

/*
 * From here to there alloc_percpu() has nothing left, and needs a kmalloc(). Until
 * the task sleeps, that is: then the kernel provides.
 */
void shortage_drain_percpu(void);
void shortage_refill_percpu(void);

#endif /* HDT_KUNIT_SHORTAGE_H */
