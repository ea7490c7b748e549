/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module that is a test by itself: a number written to its parameter "run" is
 * given to ring_test(), what that notes is in "results", as lines NAME=NUMBER.
 */
#ifndef RING_TEST_H
#define RING_TEST_H

#include "ring.h"

static char results[3072];

static int ring_test(unsigned int ms);

static inline void note(const char *name, long value)
{
	size_t len = strlen(results);

	scnprintf(results + len, sizeof(results) - len, "%s=%ld\n", name, value);
}

static unsigned long test_began;	/* by run_set() */

/*
 * For @ms, and on a busy machine for up to 20 s until @met says that the CPUs
 * came into each other's way: two emulated CPUs may hardly ever run at once.
 */
static inline bool test_goes_on(unsigned int ms, bool met)
{
	unsigned long limit = met ? msecs_to_jiffies(ms) : 20 * HZ;

	return time_before(jiffies, test_began + limit);
}

/* The crew's calls, in sum. */
static inline void note_crew(void)
{
	long first, bad = crew_nr_bad(&first);

	note("ok", crew_ok());
	note("least", crew_least_ok());
	note("bad", bad);
	note("first_bad", first);
}

static int run_set(const char *val, const struct kernel_param *kp)
{
	unsigned int ms;
	int err = kstrtouint(val, 0, &ms);

	results[0] = '\0';
	test_began = jiffies;
	return err ?: ring_test(ms);
}

static int results_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", results);
}

static const struct kernel_param_ops run_ops = { .set = run_set };
static const struct kernel_param_ops results_ops = { .get = results_get };

module_param_cb(run, &run_ops, NULL, 0200);
module_param_cb(results, &results_ops, NULL, 0400);

#endif /* RING_TEST_H */
