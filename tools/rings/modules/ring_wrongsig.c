// SPDX-License-Identifier: GPL-2.0-only
/* Calls what ring_provider registered by declarations of its own. */
#include "test.h"

/* Not what ring.h has: another type. */
HDT_SIGNATURE(wide, int, u64, arg)
/* Another count, another return type. */
HDT_SIGNATURE(two, int, u32, arg, u32, more)
HDT_SIGNATURE_VOID(none, u32, arg)
/* The same type, otherwise written. */
HDT_SIGNATURE(same, signed int, unsigned int, other)

static int wide_fn_(void *ctx, u64 arg)
{
	return 0;
}

static int ring_test(unsigned int ms)
{
	struct hdt_table *table = hdt_table_get("ring");
	ring_handle handle = ring_get(table, "alpha");
	wide_handle wrong = { handle.h };
	struct hdt_key key;
	int answer = 0;

	hdt_key_init(&key, "alpha", 5);
	note("key", wide_call(table, "alpha", NULL, 1));
	note("bytes", wide_call_n(table, "alphabet", 5, NULL, 1));
	note("prepared", wide_call_key(table, &key, NULL, 1));
	note("get", hdt_handle_err(wide_get(table, "alpha")));
	note("handle", wide_call_handle(table, wrong, NULL, 1));
	note("count", two_call(table, "alpha", NULL, 1, 2));
	note("void", none_call(table, "alpha", 1));
	note("replace", wide_replace(table, "alpha", 0, wide_fn_, NULL));
	note("same", same_call(table, "alpha", &answer, 1));
	note("answer", answer == RING_ANSWER(1));
	hdt_table_put(table);
	return 0;
}

static int __init ring_wrongsig_init(void)
{
	return 0;
}
module_init(ring_wrongsig_init);

static void __exit ring_wrongsig_exit(void)
{
}
module_exit(ring_wrongsig_exit);

MODULE_DESCRIPTION("hdt ring: consumer with another signature");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
