// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls whose number is known, for tools that count them. Files in
 * /sys/module/hdt_trace_load/parameters:
 *
 *	run	write N: the whole of it, N times over
 *	counts	read: what came of it, as lines NAME=NUMBER
 *	calls	write N: N times 101 calls of "fast", and nothing else. Read: cycles
 *		for a call, of the fastest 101; in a guest with QEMU's -icount these
 *		are instructions
 *	nap	write 1: a thread calls what sleeps a while, so that there is always
 *		a call in progress; 0: no more
 *	gate	write 1: a thread makes one call, and stays in it until 0 is written
 *	busy	write 1: calls without end from every CPU, in table "busy"; 0: stop
 *
 * Calls go to "traced", a sleepable table, and to "atomic". All numbers of
 * events are primes, so that no two mistakes cancel each other out.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/timex.h>

#include <hdt/hdt.h>

HDT_SIGNATURE(load, long, long, x)
HDT_SIGNATURE(other, int, const char *, text)

#define NR_LEAF		257	/* 47 of them nested */
#define NR_OUTER	47
#define NR_RECUR	89
#define NR_FAST		103
#define NR_DEEP		23
#define NR_OVER		5
#define NR_SLOW		5
#define NR_MIGRATE	29
#define NR_MISS		53
#define NR_WRONG	17
#define NR_STALE	19
#define NR_TAKEN	7
#define NR_BORN		29	/* 13 by one, 13 at once, 3 replaced */

#define NR_CHUNK	101

#define SLOW_MS		150
#define NAP_MS		20

static struct hdt_table *traced, *plain, *busy_table;

static struct {
	unsigned long right, wrong, refused, migrated, done;
} counts;

/* ---- handlers ----------------------------------------------------------------- */

static long leaf(void *ctx, long x)
{
	return x + 1;
}

static long middle(void *ctx, long x)
{
	long ret = 0;

	return load_call(traced, "leaf", &ret, x) ?: ret + 1;
}

static long outer(void *ctx, long x)
{
	long ret = 0;

	return load_call(traced, "middle", &ret, x) ?: ret + 1;
}

/* @x calls, each within the one before. */
static long recur(void *ctx, long x)
{
	long ret = 0;

	if (x <= 1)
		return 1;
	return load_call(traced, "recur", &ret, x - 1) ?: ret + 1;
}

static noinline void scribble(size_t bytes)
{
	char scratch[500];

	memset(scratch, bytes, sizeof(scratch));
	barrier_data(scratch);
	if (bytes > sizeof(scratch))
		scribble(bytes - sizeof(scratch));
	barrier_data(scratch);
}

/* A stack that many bytes deep, and a little more. */
static long deep(void *ctx, long bytes)
{
	scribble(bytes);
	return bytes + 1;
}

static long slow(void *ctx, long ms)
{
	msleep(ms);
	return ms + 1;
}

/* Comes on one CPU, goes on another, if there is another. */
static long migrate(void *ctx, long x)
{
	int here = raw_smp_processor_id();
	int there = cpumask_any_but(cpu_online_mask, here);

	if (there < nr_cpu_ids && !set_cpus_allowed_ptr(current, cpumask_of(there)))
		counts.migrated += raw_smp_processor_id() == there;
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return x + 1;
}

static long nap(void *ctx, long ms)
{
	return slow(ctx, ms);
}

static bool inside;

/* Until whoever made the thread that calls wants it back. */
static long gate(void *ctx, long x)
{
	WRITE_ONCE(inside, true);
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(inside, false);
	return x + 1;
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(load, "leaf", leaf),
	HDT_HANDLER(load, "middle", middle),
	HDT_HANDLER(load, "outer", outer),
	HDT_HANDLER(load, "recur", recur),
	HDT_HANDLER_OPTS(load, "deep", deep, NULL, .stack_bytes = 4096),
	HDT_HANDLER_OPTS(load, "over", deep, NULL, .stack_bytes = 512),
	HDT_HANDLER(load, "slow", slow),
	HDT_HANDLER(load, "migrate", migrate),
	HDT_HANDLER(load, "nap", nap),
	HDT_HANDLER(load, "gate", gate),
};

static const struct hdt_handler one[] = { HDT_HANDLER(load, "fast", leaf) };

static const struct hdt_handler batch[] = {
	HDT_HANDLER(load, "b0", leaf), HDT_HANDLER(load, "b1", leaf),
	HDT_HANDLER(load, "b2", leaf), HDT_HANDLER(load, "b3", leaf),
	HDT_HANDLER(load, "b4", leaf), HDT_HANDLER(load, "b5", leaf),
	HDT_HANDLER(load, "b6", leaf), HDT_HANDLER(load, "b7", leaf),
	HDT_HANDLER(load, "b8", leaf), HDT_HANDLER(load, "b9", leaf),
	HDT_HANDLER(load, "b10", leaf), HDT_HANDLER(load, "b11", leaf),
	HDT_HANDLER(load, "b12", leaf),
};

/* ---- calls -------------------------------------------------------------------- */

static void right(int err, long ret, long expected)
{
	if (!err && ret == expected) {
		counts.right++;
		return;
	}
	pr_err("hdt_trace_load: a call gave %d and %ld, not 0 and %ld\n", err, ret, expected);
	counts.wrong++;
}

static void refused(int err, int expected)
{
	if (err == expected)
		counts.refused++;
	else
		counts.wrong++;
}

static void call(struct hdt_table *table, const char *key, int nr, long x, long expected)
{
	long ret;
	int err;

	for (; nr; nr--) {
		ret = 0;
		err = load_call(table, key, &ret, x);
		right(err, ret, expected);
	}
}

/* In each of the four ways. */
static void call_fast(unsigned long nr)
{
	load_handle handle = load_get(plain, "fast");
	struct hdt_key key;
	unsigned long i;
	long ret = 0;
	int err = 0;

	if (hdt_key_init(&key, "fast", 4))
		counts.wrong++;
	for (i = 0; i < nr; i++) {
		switch (i % 4) {
		case 0:
			err = load_call(plain, "fast", &ret, i);
			break;
		case 1:
			err = load_call_n(plain, "faster", 4, &ret, i);
			break;
		case 2:
			err = load_call_key(plain, &key, &ret, i);
			break;
		case 3:
			err = load_call_handle(plain, handle, &ret, i);
			break;
		}
		right(err, ret, i + 1);
	}
}

static void call_all(void)
{
	call(traced, "leaf", NR_LEAF - NR_OUTER, 1, 2);
	call(traced, "outer", NR_OUTER, 1, 4);
	call(traced, "recur", NR_RECUR / 7, 7, 7);
	call(traced, "recur", 1, NR_RECUR % 7, NR_RECUR % 7);
	call(traced, "deep", NR_DEEP, 2500, 2501);
	call(traced, "over", NR_OVER, 1000, 1001);
	call(traced, "slow", NR_SLOW, SLOW_MS, SLOW_MS + 1);
	call(traced, "migrate", NR_MIGRATE, 1, 2);
	call_fast(NR_FAST);
}

static void be_refused(void)
{
	load_handle stale;
	int i;

	for (i = 0; i < NR_MISS; i++)
		refused(load_call(traced, "nobody", NULL, 1), -ENOENT);
	for (i = 0; i < NR_WRONG; i++)
		refused(other_call(traced, "leaf", NULL, "?"), -EPROTOTYPE);
	for (i = 0; i < NR_TAKEN; i++)
		refused(load_register(traced, "leaf", leaf, NULL), -EEXIST);
	/* This one comes and goes in the other table, not to be counted here. */
	if (load_register(plain, "gone", leaf, NULL))
		counts.wrong++;
	stale = load_get(plain, "gone");
	if (hdt_unregister(plain, "gone"))
		counts.wrong++;
	for (i = 0; i < NR_STALE; i++)
		refused(load_call_handle(plain, stale, NULL, 1), -ESTALE);
}

/* Handlers that come and go; the last by whoever calls, in one wait. */
static void live(struct hdt_table *table)
{
	char key[8];
	int i, err;

	for (i = 0; i < 13; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		err = load_register(table, key, leaf, NULL);
		counts.wrong += !!err;
	}
	err = hdt_register_all(table, batch);
	counts.wrong += !!err;
	for (i = 0; i < 3; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		err = load_replace(table, key, 0, middle, NULL);
		counts.wrong += !!err;
	}
	for (i = 0; i < 6; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		err = hdt_unregister(table, key);
		counts.wrong += !!err;
	}
	err = hdt_unregister_async(table, "k6") ?: hdt_unregister_async(table, "k7") ?:
	      hdt_unregister_all(table, THIS_MODULE);
	counts.wrong += !!err;
}

static int come_and_go(void)
{
	struct hdt_table *table = hdt_table_create("life", &(struct hdt_table_opts){
		.sleepable = true });

	if (IS_ERR(table))
		return PTR_ERR(table);
	live(table);
	hdt_table_destroy(table);
	return 0;
}

static int run_set(const char *val, const struct kernel_param *kp)
{
	unsigned int nr;
	int err = kstrtouint(val, 0, &nr);

	memset(&counts, 0, sizeof(counts));
	for (; !err && nr; nr--) {
		call_all();
		be_refused();
		err = come_and_go();
		counts.done++;
	}
	return err;
}

static unsigned long cycles = ULONG_MAX;

static int calls_set(const char *val, const struct kernel_param *kp)
{
	unsigned long nr;
	cycles_t began;
	int err = kstrtoul(val, 0, &nr);

	memset(&counts, 0, sizeof(counts));
	cycles = ULONG_MAX;
	for (; !err && nr; nr--) {
		began = get_cycles();
		call_fast(NR_CHUNK);
		cycles = min_t(unsigned long, cycles, (get_cycles() - began) / NR_CHUNK);
		/* For a tracer that prints each. */
		usleep_range(2000, 4000);
	}
	return err;
}

/* ---- threads ------------------------------------------------------------------ */

static struct task_struct *napper, *gated, *workers[16];
/* Of threads that have ended. */
static atomic_long_t nr_naps, nr_naps_wrong, nr_busy, nr_busy_wrong;

static int nap_thread(void *unused)
{
	unsigned long n = 0, wrong = 0;
	long ret = 0;

	for (; !kthread_should_stop(); n++)
		if (load_call(traced, "nap", &ret, NAP_MS) || ret != NAP_MS + 1)
			wrong++;
	atomic_long_add(n, &nr_naps);
	atomic_long_add(wrong, &nr_naps_wrong);
	return 0;
}

static int nap_set(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val, &on);

	if (err || on == !!napper)
		return err;
	if (on) {
		napper = kthread_run(nap_thread, NULL, "hdt_nap");
		if (IS_ERR(napper)) {
			err = PTR_ERR(napper);
			napper = NULL;
		}
	} else {
		kthread_stop(napper);
		napper = NULL;
	}
	return err;
}

static int gate_thread(void *unused)
{
	long ret = 0;

	return load_call(traced, "gate", &ret, 1) ?: ret != 2;
}

static int gate_set(const char *val, const struct kernel_param *kp)
{
	struct task_struct *task;
	bool on;
	int err = kstrtobool(val, &on);

	if (err || on == !!gated)
		return err;
	if (!on) {
		task = gated;
		gated = NULL;
		return kthread_stop(task) ? -EIO : 0;
	}
	task = kthread_run(gate_thread, NULL, "hdt_gate");
	if (IS_ERR(task))
		return PTR_ERR(task);
	gated = task;
	while (!READ_ONCE(inside))
		usleep_range(500, 1000);
	return 0;
}

static int busy_thread(void *unused)
{
	unsigned long n = 0, wrong = 0;
	long ret = 0;

	while (!kthread_should_stop()) {
		if (load_call(busy_table, "busy", &ret, n) || ret != n + 1)
			wrong++;
		/* Traced, a call is slow: something has to be left for the tracer. */
		if (++n % 16 == 0)
			usleep_range(2000, 4000);
	}
	atomic_long_add(n, &nr_busy);
	atomic_long_add(wrong, &nr_busy_wrong);
	return 0;
}

static void busy_stop(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(workers); i++)
		if (workers[i])
			kthread_stop(workers[i]);
	memset(workers, 0, sizeof(workers));
}

static int busy_set(const char *val, const struct kernel_param *kp)
{
	struct task_struct *task;
	bool on;
	int cpu, err = kstrtobool(val, &on);

	if (err)
		return err;
	busy_stop();
	if (!on)
		return 0;
	atomic_long_set(&nr_busy, 0);
	atomic_long_set(&nr_busy_wrong, 0);
	for_each_online_cpu(cpu) {
		if (cpu >= ARRAY_SIZE(workers))
			break;
		task = kthread_create(busy_thread, NULL, "hdt_busy/%d", cpu);
		if (IS_ERR(task))
			return PTR_ERR(task);
		kthread_bind(task, cpu);
		set_user_nice(task, 15);
		workers[cpu] = task;
		wake_up_process(task);
	}
	return 0;
}

static int counts_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "done=%lu\nright=%lu\nwrong=%lu\nrefused=%lu\nmigrated=%lu\n"
			  "busy=%ld\nbusy_wrong=%ld\nnaps=%ld\nnaps_wrong=%ld\n",
			  counts.done, counts.right, counts.wrong,
			  counts.refused, counts.migrated, atomic_long_read(&nr_busy),
			  atomic_long_read(&nr_busy_wrong), atomic_long_read(&nr_naps),
			  atomic_long_read(&nr_naps_wrong));
}

module_param_call(run, run_set, NULL, NULL, 0200);
module_param_call(calls, calls_set, param_get_ulong, &cycles, 0600);
module_param_call(nap, nap_set, NULL, NULL, 0200);
module_param_call(gate, gate_set, NULL, NULL, 0200);
module_param_call(busy, busy_set, NULL, NULL, 0200);
module_param_call(counts, NULL, counts_get, NULL, 0400);

/* ---- module ------------------------------------------------------------------- */

static void destroy(void)
{
	if (!IS_ERR_OR_NULL(traced))
		hdt_table_destroy(traced);
	if (!IS_ERR_OR_NULL(plain))
		hdt_table_destroy(plain);
	if (!IS_ERR_OR_NULL(busy_table))
		hdt_table_destroy(busy_table);
}

static int __init load_init(void)
{
	int err;

	traced = hdt_table_create("traced", &(struct hdt_table_opts){ .sleepable = true });
	plain = hdt_table_create("atomic", NULL);
	busy_table = hdt_table_create("busy", NULL);
	err = PTR_ERR_OR_ZERO(traced) ?: PTR_ERR_OR_ZERO(plain) ?: PTR_ERR_OR_ZERO(busy_table);
	if (!err)
		err = hdt_register_all(traced, handlers) ?: hdt_register_all(plain, one) ?:
		      load_register(busy_table, "busy", leaf, NULL);
	if (err)
		destroy();
	return err;
}
module_init(load_init);

static void __exit load_exit(void)
{
	busy_stop();
	if (napper)
		kthread_stop(napper);
	if (gated)
		kthread_stop(gated);
	destroy();
}
module_exit(load_exit);

MODULE_DESCRIPTION("hdt: calls in known numbers, for tools that count them");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
