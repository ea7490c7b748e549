// SPDX-License-Identifier: GPL-2.0-only
/* Handlers of all signatures, in all modes, with what options there are. */
#include "several.h"
#include "more.h"
#if __has_include("layout.h")
#include "layout.h"	/* what the tool takes for granted, as assertions */
#endif

static struct point origin;
static const int captured[3] = { 1, 2, 3 };

/* more.c has another function of this name, with a larger frame. */
static noinline int scribble(char *text, int n)
{
	char line[100];

	return scnprintf(line, sizeof(line), "%s%d", text, n) + line[n & 63];
}

static int point_near(void *ctx, struct point *p, size_t n)
{
	char line[200];

	memset(line, p->x, sizeof(line));
	OPTIMIZER_HIDE_VAR(n);
	return scribble(line, n) + scribble(line + 1, n);
}

static long sum(void *ctx, int a, unsigned int b, short c, u8 d, const char *e, bool f)
{
	return a + b + c + d + *e + f;
}

static void note(void *ctx, const struct point *p, void *q)
{
	void (*by_pointer)(const struct point *) = q;

	by_pointer(p);
}

static u64 tick(void *ctx)
{
	return 1;
}

static struct point *pick(void *ctx, enum shade s)
{
	return s == DARK ? ctx : NULL;
}

/* The hashes as the compiler folds them, for the test to find in the code. */
static __used u64 folded_point(void) { return point_hash(); }
static __used u64 folded_sum(void) { return sum_hash(); }
static __used u64 folded_note(void) { return note_hash(); }
static __used u64 folded_tick(void) { return tick_hash(); }
static __used u64 folded_pick(void) { return pick_hash(); }

static const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(point, "near", point_near, NULL, .stack_bytes = 512),
	HDT_HANDLER_OPTS(point, "far", point_far, NULL, .stack_bytes = 1600),
	HDT_HANDLER_OPTS(sum, "sum", sum, NULL, .mode = HDT_ONCE),
	HDT_HANDLER_OPTS(note, "a note", note, NULL, .mode = HDT_EXCLUSIVE, .stack_bytes = 64,
			 .capture = captured, .capture_size = sizeof(captured)),
	HDT_HANDLER(tick, "tick\x01", tick),
	HDT_HANDLER_OPTS(pick, "pick", pick, &origin),
};
module_hdt_handlers("several", handlers);
HDT_PROVIDES_KEY("several", "near");
HDT_PROVIDES_KEY("several", "far");

MODULE_DESCRIPTION("hdt test: handlers of all kinds");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
