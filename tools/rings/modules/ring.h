/* SPDX-License-Identifier: GPL-2.0-only */
/* What the modules of the insmod ring share: a signature, and callers on every CPU. */
#ifndef RING_H
#define RING_H

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include <hdt/hdt.h>

HDT_SIGNATURE(ring, int, u32, arg)

/* What a sound handler answers. */
#define RING_ANSWER(arg)	((int)~(arg))

#define CREW_MAX	16
#define CREW_ERRNOS	134

/* A thread that calls, bound to its CPU, and what its calls came to. */
struct crew_member {
	struct task_struct *task;
	unsigned int nr;
	unsigned int cpu;
	u32 seed;
	unsigned long ok;
	unsigned long refused[CREW_ERRNOS];
	unsigned long bad;
	long first_bad;
};

static struct crew_member crew[CREW_MAX];
static unsigned int crew_size;

static inline u32 crew_random(struct crew_member *me)
{
	me->seed ^= me->seed << 13;
	me->seed ^= me->seed >> 17;
	me->seed ^= me->seed << 5;
	return me->seed;
}

static inline void crew_bad(struct crew_member *me, long what)
{
	if (!me->bad++)
		me->first_bad = what;
}

/* An outcome that is no failure, whatever else may be. */
static inline void crew_count(struct crew_member *me, int err)
{
	if (!err)
		me->ok++;
	else if (err < 0 && -err < CREW_ERRNOS)
		me->refused[-err]++;
	else
		crew_bad(me, err);
}

static inline unsigned long crew_refused(int err)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < crew_size; i++)
		sum += crew[i].refused[-err];
	return sum;
}

static inline unsigned long crew_ok(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < crew_size; i++)
		sum += crew[i].ok;
	return sum;
}

/* Of the member that had the fewest: 0 if a CPU did not take part. */
static inline unsigned long crew_least_ok(void)
{
	unsigned long least = crew_size ? ULONG_MAX : 0;
	unsigned int i;

	for (i = 0; i < crew_size; i++)
		least = min(least, crew[i].ok);
	return least;
}

static inline unsigned long crew_nr_bad(long *first)
{
	unsigned long sum = 0;
	unsigned int i;

	*first = 0;
	for (i = 0; i < crew_size; i++) {
		sum += crew[i].bad;
		if (crew[i].bad && !*first)
			*first = crew[i].first_bad;
	}
	return sum;
}

static inline void crew_stop(void)
{
	unsigned int i;

	for (i = 0; i < crew_size; i++) {
		if (crew[i].task)
			kthread_stop(crew[i].task);
		crew[i].task = NULL;
	}
}

/* @work runs until kthread_should_stop(). */
static inline int crew_start(unsigned int per_cpu, int (*work)(void *me))
{
	unsigned int i, cpu;

	memset(crew, 0, sizeof(crew));
	crew_size = 0;
	for (i = 0; i < per_cpu; i++) {
		for_each_online_cpu(cpu) {
			struct crew_member *me = &crew[crew_size];
			struct task_struct *task;

			if (crew_size == CREW_MAX)
				return 0;
			me->nr = crew_size;
			me->cpu = cpu;
			me->seed = 2463534242U + crew_size;
			task = kthread_create(work, me, "%s/%u", KBUILD_MODNAME, cpu);
			if (IS_ERR(task)) {
				crew_stop();
				return PTR_ERR(task);
			}
			kthread_bind(task, cpu);
			/* Whatever is tested against the calls shall get on. */
			set_user_nice(task, 15);
			me->task = task;
			crew_size++;
			wake_up_process(task);
		}
	}
	return 0;
}

#endif /* RING_H */
