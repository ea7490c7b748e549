// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routes for the comparison: of the parameter "routes", as many as are asked
 * for; then load by wrk, or "run", which is read.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/timex.h>

#include "bench.h"

static unsigned int routes = 10;
module_param(routes, uint, 0444);
MODULE_PARM_DESC(routes, "how many (10)");

static unsigned int chunks = 200;
module_param(chunks, uint, 0644);
MODULE_PARM_DESC(chunks, "how often a measurement is repeated (200)");

/* Under -icount this counts instructions. */
static u64 now(void)
{
	return get_cycles();
}

static int run_get(char *buffer, const struct kernel_param *kp)
{
	return http_bench_run(buffer, PAGE_SIZE, chunks, now);
}

static const struct kernel_param_ops run_ops = { .get = run_get };
module_param_cb(run, &run_ops, NULL, 0400);
MODULE_PARM_DESC(run, "read: what a request costs in cycles, by way and by part");

static int __init bench_init(void)
{
	return http_bench_setup(routes);
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	http_bench_teardown();
}
module_exit(bench_exit);

MODULE_DESCRIPTION("hdt: the comparison of the HTTP server");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
