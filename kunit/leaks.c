// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last suite of a kernel with kmemleak: have it look for what the suites
 * before this one have left behind. What it finds is in the kernel log, where
 * tools/vm/judge sees it, and kunit/run passes kmemleak.verbose=1.
 *
 * kmemleak scans by itself after a minute, or when user space asks through
 * debugfs; there is no user space when suites run. So its function is called
 * by name, which only code linked into the kernel can do. It wants a mutex
 * against other scans held: there are none, CONFIG_DEBUG_KMEMLEAK_AUTO_SCAN is
 * off.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/module.h>

/* kmemleak ignores objects that are younger than five seconds. */
#define MIN_AGE_MS	5000

static void leaks_scan(struct kunit *test)
{
	void (*scan)(void) = (void *)kallsyms_lookup_name("kmemleak_scan");

	KUNIT_ASSERT_NOT_NULL(test, scan);
	msleep(MIN_AGE_MS + 500);
	/* An object that has changed since the scan before is let pass. */
	scan();
	scan();
}

static struct kunit_case leaks_cases[] = {
	KUNIT_CASE_SLOW(leaks_scan),
	{}
};

static struct kunit_suite leaks_suite = {
	.name = "leaks",
	.test_cases = leaks_cases,
};
kunit_test_suite(leaks_suite);

MODULE_DESCRIPTION("Scan for leaks after the KUnit suites");
MODULE_LICENSE("GPL");
