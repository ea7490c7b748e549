// SPDX-License-Identifier: GPL-2.0-only
/* BUDGET is less than the handler's own frame, unless the test says more. */
#include "lie.h"

#ifndef BUDGET
#define BUDGET 256
#endif

static int greedy(void *ctx, int n)
{
	char line[400];

	return scnprintf(line, sizeof(line), "%d", n) + line[n & 63];
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(eat, "greedy", greedy, NULL, .stack_bytes = BUDGET),
};
module_hdt_handlers("lies", handlers);

MODULE_DESCRIPTION("hdt test: a frame larger than declared");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
