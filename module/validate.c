// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <asm/sections.h>

#include "compat.h"
#include "desc.h"
#include "validate.h"

#ifdef MODULE
/* Only a module can be linked against a module. */
static bool in_kernel_text(unsigned long addr)
{
	return false;
}
#else
static bool in_kernel_text(unsigned long addr)
{
	return core_kernel_text(addr) && !is_kernel_inittext(addr);
}
#endif

bool hdt_in_core_text(const void *fn, const struct module *owner)
{
	unsigned long addr = (unsigned long)dereference_function_descriptor((void *)fn);

	return owner ? hdt_within_module_text(addr, owner) : in_kernel_text(addr);
}

int hdt_validate_key(const char *key, struct hdt_fault *fault)
{
	size_t len = key ? strnlen(key, HDT_KEY_MAX + 1) : 0;

	fault->key = key;
	fault->len = min_t(size_t, len, HDT_KEY_MAX);
	if (!len)
		return hdt_refuse(HDT_BAD_KEY, fault);
	if (len > HDT_KEY_MAX) {
		fault->expected = HDT_KEY_MAX;
		fault->found = strlen(key);
		return hdt_refuse(HDT_KEY_TOO_LONG, fault);
	}
	return len;
}

static const char *bad_opts(const struct hdt_handler *handler)
{
	const struct hdt_opts *opts = &handler->opts;

	if (opts->mode > HDT_ONCE)
		return "mode";
	/* DIV_ROUND_UP(.., HDT_STACK_UNIT) has to fit its eight bits of meta */
	if (opts->stack_bytes > 255 * HDT_STACK_UNIT - HDT_STACK_RESERVE ||
	    opts->stack_bytes > THREAD_SIZE - HDT_STACK_RESERVE)
		return "stack_bytes: no stack has as much";
	if (!opts->capture != !opts->capture_size)
		return "capture and capture_size go together";
	if (opts->capture && handler->ctx)
		return "ctx and capture exclude each other";
	return NULL;
}

static const char *bad_ctx(const void *ctx, const struct module *owner)
{
	if (object_is_on_stack(ctx))
		return "it is on the stack";
	if (owner && within_module_init((unsigned long)ctx, owner))
		return "it is in init memory";
	return NULL;
}

int hdt_validate(const struct hdt_handler *handler, const struct module *owner,
		 struct hdt_fault *fault)
{
	const struct hdt_opts *opts = &handler->opts;
	int len;

	fault->sig = handler->sig;
	len = hdt_validate_key(handler->key, fault);
	if (len < 0)
		return len;
	fault->what = !handler->sig ? "no signature" : bad_opts(handler);
	if (fault->what)
		return hdt_refuse(HDT_BAD_ARGUMENT, fault);
	if (!hdt_in_core_text(handler->entry, owner))
		return hdt_refuse(HDT_BAD_ENTRY, fault);
	if (opts->release && !hdt_in_core_text(opts->release, owner)) {
		fault->what = "release";
		return hdt_refuse(HDT_BAD_ENTRY, fault);
	}
	fault->what = bad_ctx(handler->ctx, owner);
	if (fault->what)
		return hdt_refuse(HDT_BAD_CTX, fault);
	return 0;
}
