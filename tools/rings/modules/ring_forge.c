// SPDX-License-Identifier: GPL-2.0-only
/* Made-up handles, from every CPU: the worst that one can do is fail (G5). */
#include "test.h"

#define HANDLERS 16

static bool honest;
module_param(honest, bool, 0400);
MODULE_PARM_DESC(honest, "try one handle that is good among them");

static struct hdt_table *table;
static ring_handle good[HANDLERS];
static unsigned long each;
static atomic_long_t through, odd;
static atomic_t working;

static int answer(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

/* Anything; a slot in use with any generation; a generation in use with any slot. */
static u64 forge(struct crew_member *me)
{
	u64 real = good[crew_random(me) % HANDLERS].h.raw, low = crew_random(me);
	u64 high = (u64)crew_random(me) << 32;

	switch (crew_random(me) % 4) {
	case 0:
		return high | (u32)real;
	case 1:
		return (real & ~(u64)U32_MAX) | low;
	case 2:
		return real + ((u64)(low % 64 - 32) << 32);
	default:
		return high | low;
	}
}

static bool is_good(u64 raw)
{
	unsigned int i;

	for (i = 0; i < HANDLERS; i++)
		if (good[i].h.raw == raw)
			return true;
	return false;
}

static void try(struct crew_member *me, u64 raw)
{
	ring_handle handle = { { raw } };
	int err = ring_call_handle(table, handle, NULL, 1);

	crew_count(me, err);
	if (!err)
		atomic_long_inc(&through);
	else if (err > 0 || err < -MAX_ERRNO || (err != -ESTALE && (u32)raw != U32_MAX))
		atomic_long_inc(&odd);
}

static int work(void *data)
{
	struct crew_member *me = data;
	unsigned long n = 0;
	u64 raw;

	while (n < each) {
		raw = forge(me);
		if (is_good(raw))
			continue;
		try(me, raw);
		if (++n % 64 == 0)
			cond_resched();
	}
	/* Error handles of all errnos. */
	for (n = 0; n <= MAX_ERRNO; n++)
		try(me, n << 32 | U32_MAX);
	if (honest)
		try(me, good[0].h.raw);
	atomic_dec(&working);
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static int ring_test(unsigned int number)
{
	int err;

	each = number / num_online_cpus();
	atomic_set(&working, num_online_cpus());
	err = crew_start(1, work);
	while (!err && atomic_read(&working))
		msleep(20);
	crew_stop();
	note("error", err);
	note("stale", crew_refused(-ESTALE));
	note("through", atomic_long_read(&through));
	note("odd", atomic_long_read(&odd));
	return 0;
}

static int __init ring_forge_init(void)
{
	unsigned int i;
	char key[8];
	int err = 0;

	table = hdt_table_create("ring-forge", NULL);
	if (IS_ERR(table))
		return PTR_ERR(table);
	for (i = 0; i < HANDLERS && !err; i++) {
		scnprintf(key, sizeof(key), "key%u", i);
		err = ring_register(table, key, answer, NULL);
		good[i] = ring_get(table, key);
	}
	if (err)
		hdt_table_destroy(table);
	return err;
}
module_init(ring_forge_init);

static void __exit ring_forge_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_forge_exit);

MODULE_DESCRIPTION("hdt ring: forged handles");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
