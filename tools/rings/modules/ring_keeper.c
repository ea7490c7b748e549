// SPDX-License-Identifier: GPL-2.0-only
/*
 * A consumer that keeps handles for ever: each time that "keep" is written it
 * takes one of every key there is, and never gives one up.
 */
#include "ring.h"

#define KEPT_MAX 1024

static const char * const key[] = { "alpha", "beta", "slow" };
static struct hdt_table *table;
static ring_handle kept[KEPT_MAX];
static unsigned int nr_kept;

static int keep_set(const char *val, const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(key) && nr_kept < KEPT_MAX; i++) {
		kept[nr_kept] = ring_get(table, key[i]);
		if (!hdt_handle_err(kept[nr_kept]))
			nr_kept++;
	}
	return 0;
}

/* What calls by all of them come to, in the order in which they were taken. */
static int calls_get(char *buffer, const struct kernel_param *kp)
{
	unsigned int i, alive = 0, stale = 0, odd = 0, old = 0;
	int err, answer;

	for (i = 0; i < nr_kept; i++) {
		answer = 0;
		err = ring_call_handle(table, kept[i], &answer, i);
		alive += !err && answer == RING_ANSWER(i);
		stale += err == -ESTALE;
		odd += err ? err != -ESTALE : answer != RING_ANSWER(i);
		/* only those that were taken last may lead anywhere */
		old += !err && i + ARRAY_SIZE(key) < nr_kept;
	}
	return sysfs_emit(buffer, "kept=%u\nalive=%u\nstale=%u\nodd=%u\nold=%u\n",
			  nr_kept, alive, stale, odd, old);
}

static const struct kernel_param_ops keep_ops = { .set = keep_set };
static const struct kernel_param_ops calls_ops = { .get = calls_get };

module_param_cb(keep, &keep_ops, NULL, 0200);
module_param_cb(calls, &calls_ops, NULL, 0400);

static int __init ring_keeper_init(void)
{
	table = hdt_table_get("ring");
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_keeper_init);

static void __exit ring_keeper_exit(void)
{
	hdt_table_put(table);
}
module_exit(ring_keeper_exit);

MODULE_DESCRIPTION("hdt ring: a consumer that keeps handles");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
