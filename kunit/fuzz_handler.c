// SPDX-License-Identifier: GPL-2.0-only
/* What the fuzzer registers, and what it has to answer. */
#include <linux/string.h>

#include "fuzz_model.h"

static long enter(struct fuzz *f, const struct fuzz_ctx *ctx, enum fuzz_fn fn)
{
	struct fuzz_object *object = ctx->object;

	if (!object->alive)
		fuzz_fail(f, "a handler runs after its release");
	if (object->fn != fn)
		fuzz_fail(f, "entry of one handler, ctx of another");
	if (object->captured != (ctx != &object->ctx))
		fuzz_fail(f, "ctx is not a copy, or is one");
	object->nr_running++;
	f->nr_ran++;
	return ctx->value;
}

static struct fuzz *leave(const struct fuzz_ctx *ctx)
{
	struct fuzz_object *object = ctx->object;

	object->nr_running--;
	if (object->nr_released)
		fuzz_fail(object->fuzz, "released while it ran");
	return object->fuzz;
}

static long fuzz_add_fn(void *ctx, long x)
{
	long value = enter(((struct fuzz_ctx *)ctx)->object->fuzz, ctx, FUZZ_ADD);

	leave(ctx);
	return value + x;
}

static long fuzz_sub_fn(void *ctx, long x)
{
	long value = enter(((struct fuzz_ctx *)ctx)->object->fuzz, ctx, FUZZ_SUB);

	leave(ctx);
	return value - x;
}

static long fuzz_act_fn(void *ctx, long x)
{
	struct fuzz *f = ((struct fuzz_ctx *)ctx)->object->fuzz;
	long value = enter(f, ctx, FUZZ_ACT);

	if (f->depth < FUZZ_DEPTH && !f->failed) {
		f->depth++;
		fuzz_operation(f);
		f->depth--;
	}
	leave(ctx);
	return value ^ x;
}

static int fuzz_word_fn(void *ctx, const char *text)
{
	long value = enter(((struct fuzz_ctx *)ctx)->object->fuzz, ctx, FUZZ_WORD);

	leave(ctx);
	return value + strlen(text);
}

void fuzz_release_fn(void *data)
{
	struct fuzz_object *object = ((struct fuzz_ctx *)data)->object;

	if (object->nr_running)
		fuzz_fail(object->fuzz, "released while it runs");
	object->nr_released++;
	object->alive = false;
}

const hdt_entry_t fuzz_entries[FUZZ_NR_FNS] = {
	[FUZZ_ADD] = (hdt_entry_t)fuzz_add_fn,
	[FUZZ_SUB] = (hdt_entry_t)fuzz_sub_fn,
	[FUZZ_ACT] = (hdt_entry_t)fuzz_act_fn,
	[FUZZ_WORD] = (hdt_entry_t)fuzz_word_fn,
};

long fuzz_result(const struct fuzz_object *object, long x, const char *text)
{
	switch (object->fn) {
	case FUZZ_ADD:
		return object->ctx.value + x;
	case FUZZ_SUB:
		return object->ctx.value - x;
	case FUZZ_ACT:
		return object->ctx.value ^ x;
	default:
		return object->ctx.value + strlen(text);
	}
}
