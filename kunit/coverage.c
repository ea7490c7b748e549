// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last suite of a kernel that counts which lines run: print the counters,
 * for tools/coverage. There is no user space to read debugfs' files, so those
 * files are made here, and go to the console in hexadecimal.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/gcov/gcov.h"

#define BYTES_PER_LINE	200

static void print_counters(struct kunit *test, struct gcov_info *info)
{
	const char *path = gcov_info_filename(info);
	size_t size = convert_to_gcda(NULL, info), at, n;
	char *data = kvmalloc(size, GFP_KERNEL), *text;

	KUNIT_ASSERT_NOT_NULL(test, data);
	convert_to_gcda(data, info);
	text = kunit_kzalloc(test, 2 * BYTES_PER_LINE + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	for (at = 0; at < size; at += n) {
		n = min_t(size_t, BYTES_PER_LINE, size - at);
		*bin2hex(text, data + at, n) = '\0';
		pr_info("gcda %s %zu/%zu %s\n", kbasename(path), at, size, text);
	}
	kvfree(data);
	/* The console drops what its reader has not come to read: a pipe takes 64 KB. */
	msleep(100);
}

static void coverage_counters(struct kunit *test)
{
	struct gcov_info *info = NULL;

	while ((info = gcov_info_next(info)))
		print_counters(test, info);
}

static struct kunit_case coverage_cases[] = {
	KUNIT_CASE_SLOW(coverage_counters),
	{}
};

static struct kunit_suite coverage_suite = {
	.name = "coverage",
	.test_cases = coverage_cases,
};

kunit_test_suite(coverage_suite);
