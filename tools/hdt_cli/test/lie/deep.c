// SPDX-License-Identifier: GPL-2.0-only
/* No frame is larger than the default budget; together they are. */
#include "lie.h"

static noinline int third(char *text, int n)
{
	char line[500];

	return scnprintf(line, sizeof(line), "%s%d", text, n) + line[n & 63];
}

static noinline int second(char *text, int n)
{
	char line[500];

	scnprintf(line, sizeof(line), "%s%d", text, n);
	return third(line, n) + third(line + 1, n);
}

static int first(void *ctx, int n)
{
	char line[200];

	scnprintf(line, sizeof(line), "%d", n);
	return second(line, n) + second(line + 1, n);
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(eat, "deep", first),
};
module_hdt_handlers("lies", handlers);

MODULE_DESCRIPTION("hdt test: calls deeper than the default budget");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
