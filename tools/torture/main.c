// SPDX-License-Identifier: GPL-2.0-only
/* hdt_torture: parameters, the run from beginning to end, and what came of it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/string.h>

#include "torture.h"

#define COUNT_PARAM(name, value, desc)						\
	static unsigned int name = value;					\
	module_param(name, uint, 0444);						\
	MODULE_PARM_DESC(name, desc)

COUNT_PARAM(duration, 30, "seconds; 0: until something is written to \"stop\"");
COUNT_PARAM(callers, 3, "threads that call by key, bytes, prepared key and handle");
COUNT_PARAM(owners, 6, "threads that register, replace and remove keys of their own");
COUNT_PARAM(contenders, 3, "threads that do so with keys that are everybody's");
COUNT_PARAM(batches, 2, "threads that register and remove batches, up to one for each table");
COUNT_PARAM(batch_watchers, 1, "threads that look for a part of one");
COUNT_PARAM(growers, 2, "threads that make tables grow and shrink");
COUNT_PARAM(lives, 2, "threads that create and destroy tables, up to 4");
COUNT_PARAM(life_watchers, 1, "threads that use these");
COUNT_PARAM(misusers, 1, "threads that do what has to be refused");
COUNT_PARAM(corrupters, 1, "threads that overwrite descriptors");
COUNT_PARAM(fixed, 500, "handlers that are there all the time");
COUNT_PARAM(objects, 16384, "registrations that can exist at once");
COUNT_PARAM(stutter, 5, "seconds between pauses; 0: none");
COUNT_PARAM(shuffle, 3, "seconds between moves from CPU to CPU; 0: none");
COUNT_PARAM(stall, 60, "seconds without progress that are an error");

static bool irq = true;
module_param(irq, bool, 0444);
MODULE_PARM_DESC(irq, "call from timers as well");

static bool stop_on_error = true;
module_param(stop_on_error, bool, 0444);
MODULE_PARM_DESC(stop_on_error, "end at the first error");

static char *class = "both";
module_param(class, charp, 0444);
MODULE_PARM_DESC(class, "atomic, sleepable or both");

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "of the threads' random numbers; 0: any");

module_param_array_named(mix, torture_mix, uint, NULL, 0444);
MODULE_PARM_DESC(mix,
		 "an owner's replace,hasty,stale,again,unregister,async,self,call,old; in proportion");

enum state { RUNNING, SUCCESS, FAILURE };

static enum state state;
static bool stop;
static struct task_struct *controller;
static char summary[1024];
static unsigned long began;	/* jiffies */

static void summarize(const char *end)
{
	int len;

	len = scnprintf(summary, sizeof(summary), "seconds=%lu seed=%llu class=%s ",
			(jiffies - began) / HZ, seed, class);
	len += torture_crew_print(summary + len, sizeof(summary) - len);
	len += scnprintf(summary + len, sizeof(summary) - len, " ");
	torture_errors_print(summary + len, sizeof(summary) - len);
	torture_first_print();
	pr_info("SUMMARY %s\n", summary);
	if (torture_errors())
		pr_alert("End of test: %s\n", end);
	else
		pr_info("End of test: %s\n", end);
}

/* ---- from beginning to end --------------------------------------------------- */

static int start(void)
{
	const struct torture_kind kinds[] = {
		{ "caller", callers, true, torture_caller_begin, torture_caller,
		  torture_caller_end },
		{ "owner", owners, false, torture_owner_begin, torture_owner, torture_owner_end },
		{ "contender", contenders, false, NULL, torture_contender, NULL },
		{ "batch", batches, false, NULL, torture_batch, NULL },
		{ "batch_watcher", batch_watchers, true, NULL, torture_batch_watcher, NULL },
		{ "grower", growers, false, torture_grower_begin, torture_grower,
		  torture_grower_end },
		{ "life", lives, false, NULL, torture_life, NULL },
		{ "life_watcher", life_watchers, true, torture_life_watcher_begin,
		  torture_life_watcher, torture_life_watcher_end },
		{ "misuser", misusers, false, NULL, torture_misuser, NULL },
		{ "corrupter", corrupters, false, torture_corrupter_begin, torture_corrupter,
		  torture_corrupter_end },
	};
	static struct torture_kind kept[ARRAY_SIZE(kinds)];
	int err;

	memcpy(kept, kinds, sizeof(kept));
	err = torture_objects_init(objects);
	if (!err)
		err = torture_arenas_init(!!strcmp(class, "sleepable"), !!strcmp(class, "atomic"),
					  fixed, owners * OWNED_KEYS);
	if (!err)
		err = torture_batches_init();
	if (err)
		return err;
	torture_lives_init();
	began = jiffies;
	torture_oracle_begin();
	err = torture_crew_start(kept, ARRAY_SIZE(kept), seed, irq ? torture_irq_others() : 0);
	if (!err && irq)
		err = torture_irq_start();
	return err;
}

/* False if threads are stuck: then nothing of theirs can be freed. */
static bool finish(void)
{
	torture_irq_stop();
	if (!torture_crew_stop(stall))
		return false;
	torture_batches_exit();
	torture_arenas_exit();
	torture_objects_check();
	return true;
}

static bool over(void)
{
	if (READ_ONCE(stop) || (stop_on_error && torture_errors()))
		return true;
	return duration && time_after(jiffies, began + duration * HZ);
}

/* What is to be done once in a second. */
static void tick(unsigned long second, struct rnd_state *rnd)
{
	torture_crew_watch(stall);
	if (shuffle && second % shuffle == 0)
		torture_crew_shuffle(rnd);
	if (stutter)
		torture_crew_pause(second % stutter == stutter - 1 && second % 3 == 0);
}

static void run(void)
{
	unsigned long second = 0;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, seed);
	while (!over()) {
		schedule_timeout_interruptible(HZ / 10);
		if ((jiffies - began) / HZ == second)
			continue;
		second = (jiffies - began) / HZ;
		tick(second, &rnd);
	}
	torture_crew_pause(false);
}

static int control(void *unused)
{
	bool all;

	run();
	all = finish();
	summarize(torture_errors() ? "FAILURE" : "SUCCESS");
	/* Pairs with smp_load_acquire() in result_get(): the summary is complete. */
	smp_store_release(&state, torture_errors() ? FAILURE : SUCCESS);
	/* Threads that are stuck keep the module. */
	if (all)
		module_put(THIS_MODULE);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 10);
	return 0;
}

/* ---- the module ---------------------------------------------------------------- */

static int stop_set(const char *val, const struct kernel_param *kp)
{
	WRITE_ONCE(stop, true);
	return 0;
}

static const char * const results[] = { "running", "SUCCESS", "FAILURE" };

static int result_get(char *buffer, const struct kernel_param *kp)
{
	/* Pairs with smp_store_release() in control(). */
	return sysfs_emit(buffer, "%s\n", results[smp_load_acquire(&state)]);
}

static int summary_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", summary);
}

/* From when on, and until when, the key of torture_heir_a and _b has to be there. */
static int heir_set(const char *val, const struct kernel_param *kp)
{
	struct torture_arena *arena = torture_arena_atomic();
	bool there;
	int err = kstrtobool(val, &there);

	if (!err && arena && READ_ONCE(state) == RUNNING)
		torture_key_set(arena->provided, there ? PHASE_PRESENT : PHASE_PROVIDED,
				HDT_SHARED);
	return err;
}

static const struct kernel_param_ops stop_ops = { .set = stop_set };
static const struct kernel_param_ops result_ops = { .get = result_get };
static const struct kernel_param_ops summary_ops = { .get = summary_get };
static const struct kernel_param_ops heir_ops = { .set = heir_set };

module_param_cb(stop, &stop_ops, NULL, 0200);
module_param_cb(result, &result_ops, NULL, 0444);
module_param_cb(summary, &summary_ops, NULL, 0444);
module_param_cb(heir, &heir_ops, NULL, 0200);

static int check_parameters(void)
{
	if (strcmp(class, "both") && strcmp(class, "atomic") && strcmp(class, "sleepable"))
		return -EINVAL;
	if (fixed < 8 || stall < 1 || !memchr_inv(torture_mix, 0, sizeof(torture_mix)))
		return -EINVAL;
	/* One of these for each table that it is about. */
	batches = min(batches, strcmp(class, "both") ? 1U : 2U);
	lives = min(lives, torture_lives_max());
	if (!seed)
		seed = get_random_u64();
	return 0;
}

static void clean_up(void)
{
	torture_crew_free();
	torture_objects_exit();
}

static int __init hdt_torture_init(void)
{
	int err = check_parameters();

	if (err)
		return err;
	pr_info("seed=%llu class=%s duration=%u\n", seed, class, duration);
	err = start();
	if (err)
		goto err_finish;
	/* While it runs: a module that is being unloaded is not called any more. */
	__module_get(THIS_MODULE);
	controller = kthread_run(control, NULL, "hdt_torture");
	if (!IS_ERR(controller))
		return 0;
	err = PTR_ERR(controller);
	module_put(THIS_MODULE);
err_finish:
	finish();
	clean_up();
	return err;
}
module_init(hdt_torture_init);

static void __exit hdt_torture_exit(void)
{
	kthread_stop(controller);
	clean_up();
}
module_exit(hdt_torture_exit);

MODULE_DESCRIPTION("hdt: torture");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
