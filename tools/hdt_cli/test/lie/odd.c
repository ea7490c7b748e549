// SPDX-License-Identifier: GPL-2.0-only
/* Nothing that can be shown to be a lie: recursion and a frame without bound. */
#include "lie.h"

static noinline int again(int n)
{
	char line[40];

	if (n <= 0)
		return 0;
	scnprintf(line, sizeof(line), "%d", n);
	return line[0] + 3 * again(n - 2) * again(n - 1);
}

static int recursive(void *ctx, int n)
{
	return 1 + again(n);
}

static int unbounded(void *ctx, int n)
{
	char *line = __builtin_alloca(n);

	return scnprintf(line, n, "%d", n) + line[0];
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(eat, "recursive", recursive),
	HDT_HANDLER(eat, "unbounded", unbounded),
};
module_hdt_handlers("odd", handlers);

MODULE_DESCRIPTION("hdt test: handlers whose stack has no bound");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
