// SPDX-License-Identifier: GPL-2.0-only
/* Only provides, in the ordinary way; can be made hard to unload. */
#include "ring.h"

static unsigned int spin_us;
module_param(spin_us, uint, 0600);
MODULE_PARM_DESC(spin_us, "stay in the handler \"slow\" for so long");

static unsigned int sleep_ms;
module_param(sleep_ms, uint, 0600);
MODULE_PARM_DESC(sleep_ms, "the same, asleep");

static bool lie;
module_param(lie, bool, 0600);
MODULE_PARM_DESC(lie, "give wrong answers, which callers have to notice");

/* A reference that nobody gives back: it takes rmmod -f. */
static int pin_set(const char *val, const struct kernel_param *kp)
{
	__module_get(THIS_MODULE);
	return 0;
}

static const struct kernel_param_ops pin_ops = { .set = pin_set };
module_param_cb(pin, &pin_ops, NULL, 0200);

static const char alpha_ctx[] = "alpha", beta_ctx[] = "beta";

static int alpha(void *ctx, u32 arg)
{
	return ctx == alpha_ctx ? RING_ANSWER(arg) + lie : 0;
}

static int beta(void *ctx, u32 arg)
{
	return ctx == beta_ctx ? RING_ANSWER(arg) : 0;
}

static int slow(void *ctx, u32 arg)
{
	if (sleep_ms)
		msleep(sleep_ms);
	else
		udelay(spin_us);
	return RING_ANSWER(arg);
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(ring, "alpha", alpha, (void *)alpha_ctx),
	HDT_HANDLER_OPTS(ring, "beta", beta, (void *)beta_ctx),
	HDT_HANDLER(ring, "slow", slow),
};
module_hdt_handlers("ring", handlers);

MODULE_DESCRIPTION("hdt ring: provider");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
