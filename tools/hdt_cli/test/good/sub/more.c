// SPDX-License-Identifier: GPL-2.0-only
/* Another object of the same module, in a directory of its own. */
#include "../several.h"
#include "../more.h"

static noinline int scribble(char *text, int n)
{
	char line[900];

	return scnprintf(line, sizeof(line), "%s%d", text, n) + line[n & 63];
}

int point_far(void *ctx, struct point *p, size_t n)
{
	char line[300];

	memset(line, p->y, sizeof(line));
	OPTIMIZER_HIDE_VAR(n);
	return scribble(line, n) + scribble(line + 1, n);
}
