// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/fault-inject.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <trace/events/kmem.h>

#include "shortage.h"

#if IS_ENABLED(CONFIG_FAILSLAB) && IS_ENABLED(CONFIG_FAULT_INJECTION_DEBUG_FS)

/* What the kernel has of these; the second is for what is too large for a slab. */
static const char * const names[] = { "failslab", "fail_page_alloc" };
static struct injector {
	struct fault_attr *attr;
	bool *ignore_gfp_reclaim;
	struct fault_attr saved;
	bool saved_ignore;
} injectors[ARRAY_SIZE(names)];
static int nr_injectors;

/* All that alloc_percpu() had. */
struct filler {
	struct filler __percpu *next;
};

static struct filler __percpu *fillers;

static struct task_struct *task;
static unsigned int first;		/* kmalloc() of the task that is to fail */
static bool lasting;
static struct shortage seen;

/*
 * Runs after a kmalloc() and what the kernel allocated in it. What it allocates
 * before the next one fails as well, and has to get over it.
 */
static void probe_kmalloc(void *data, unsigned long call_site, const void *ptr, size_t bytes_req,
			  size_t bytes_alloc, gfp_t gfp, int node)
{
	if (READ_ONCE(task) != current || !in_task())
		return;
	seen.nr++;
	if (ptr) {
		current->make_it_fail = seen.nr + 1 == first;
		return;
	}
	if (!seen.nr_failed++)
		seen.size = bytes_req;
	current->make_it_fail = lasting;
	/* vmalloc(), if that is tried next, dumps the stack: have it announced. */
	if (bytes_req > PAGE_SIZE)
		injectors[0].attr->verbose = 1;
}

static void *value_of(struct dentry *dir, const char *name)
{
	struct dentry *dentry = debugfs_lookup(name, dir);
	void *value = dentry ? d_inode(dentry)->i_private : NULL;

	dput(dentry);
	return value;
}

static void find_injectors(void)
{
	struct dentry *dir;
	int i;

	BUILD_BUG_ON(offsetof(struct fault_attr, probability));
	nr_injectors = 0;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		dir = debugfs_lookup(names[i], NULL);
		if (!dir)
			continue;
		injectors[nr_injectors++] = (struct injector){
			.attr = value_of(dir, "probability"),
			.ignore_gfp_reclaim = value_of(dir, "ignore-gfp-wait"),
		};
		dput(dir);
	}
}

int shortage_init(struct kunit *test)
{
	struct injector *injector;

	KUNIT_ASSERT_EQ(test, 0, register_trace_kmalloc(probe_kmalloc, NULL));
	find_injectors();
	KUNIT_ASSERT_GT_MSG(test, nr_injectors, 0, "not in debugfs");
	for (injector = injectors; injector < injectors + nr_injectors; injector++) {
		injector->saved = *injector->attr;
		injector->saved_ignore = *injector->ignore_gfp_reclaim;
		/* Always, for tasks that ask for it: see shortage_begin(). */
		injector->attr->task_filter = true;
		injector->attr->probability = 100;
		atomic_set(&injector->attr->times, -1);
		*injector->ignore_gfp_reclaim = false;
	}
	return 0;
}

void shortage_exit(struct kunit *test)
{
	struct injector *injector;

	for (injector = injectors; injector < injectors + nr_injectors; injector++) {
		*injector->ignore_gfp_reclaim = injector->saved_ignore;
		atomic_set(&injector->attr->times, atomic_read(&injector->saved.times));
		injector->attr->probability = injector->saved.probability;
		injector->attr->task_filter = injector->saved.task_filter;
		injector->attr->verbose = injector->saved.verbose;
	}
	unregister_trace_kmalloc(probe_kmalloc, NULL);
	tracepoint_synchronize_unregister();
}

void shortage_begin(unsigned int nth, bool all)
{
	struct injector *injector;

	/* alloc_percpu() may dump the stack, too. */
	for (injector = injectors; injector < injectors + nr_injectors; injector++)
		injector->attr->verbose = !!fillers;
	seen = (struct shortage){ };
	first = nth;
	lasting = all;
	current->make_it_fail = nth == 1;
	WRITE_ONCE(task, current);
}

struct shortage shortage_end(void)
{
	WRITE_ONCE(task, NULL);
	current->make_it_fail = 0;
	return seen;
}

void shortage_drain_percpu(void)
{
	struct filler __percpu *filler;
	struct filler *data;
	size_t size;

	/* A kernel thread makes more as soon as it may run: there is one CPU. */
	sched_set_fifo(current);
	shortage_begin(1, true);
	for (size = PAGE_SIZE; size >= sizeof(*filler); size /= 2)
		while ((filler = __alloc_percpu_gfp(size, sizeof(*filler),
						    GFP_KERNEL | __GFP_NOWARN))) {
			data = per_cpu_ptr(filler, 0);
			data->next = fillers;
			fillers = filler;
		}
	shortage_end();
}

void shortage_refill_percpu(void)
{
	struct filler __percpu *filler;
	struct filler *data;

	while ((filler = fillers)) {
		data = per_cpu_ptr(filler, 0);
		fillers = data->next;
		free_percpu(filler);
	}
	sched_set_normal(current, 0);
}

#else

int shortage_init(struct kunit *test)
{
	kunit_skip(test, "no CONFIG_FAILSLAB, or no CONFIG_FAULT_INJECTION_DEBUG_FS");
}

void shortage_exit(struct kunit *test)
{
}

void shortage_begin(unsigned int nth, bool all)
{
}

struct shortage shortage_end(void)
{
	return (struct shortage){ };
}

void shortage_drain_percpu(void)
{
}

void shortage_refill_percpu(void)
{
}

#endif
