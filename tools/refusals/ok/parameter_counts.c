// SPDX-License-Identifier: GPL-2.0-only
/* None to six parameters, with and without a value returned. */
#include <hdt/hdt.h>

HDT_SIGNATURE(count0, int)
HDT_SIGNATURE(count1, int, int, a)
HDT_SIGNATURE(count2, int, int, a, int, b)
HDT_SIGNATURE(count3, int, int, a, int, b, int, c)
HDT_SIGNATURE(count4, int, int, a, int, b, int, c, int, d)
HDT_SIGNATURE(count5, int, int, a, int, b, int, c, int, d, int, e)
HDT_SIGNATURE(count6, int, int, a, int, b, int, c, int, d, int, e, int, f)
HDT_SIGNATURE_VOID(void0)
HDT_SIGNATURE_VOID(void1, int, a)
HDT_SIGNATURE_VOID(void2, int, a, int, b)
HDT_SIGNATURE_VOID(void3, int, a, int, b, int, c)
HDT_SIGNATURE_VOID(void4, int, a, int, b, int, c, int, d)
HDT_SIGNATURE_VOID(void5, int, a, int, b, int, c, int, d, int, e)
HDT_SIGNATURE_VOID(void6, int, a, int, b, int, c, int, d, int, e, int, f)

static int zero(void *ctx)
{
	return 0;
}

static void void_zero(void *ctx)
{
}

static void void_six(void *ctx, int a, int b, int c, int d, int e, int f)
{
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(count0, "0", zero),
	HDT_HANDLER(void0, "v0", void_zero),
	HDT_HANDLER(void6, "v6", void_six),
};

int calls(struct hdt_table *table, const struct hdt_key *key)
{
	int ret;

	return count0_call(table, "0", &ret) ?:
	       count1_call_key(table, key, &ret, 1) ?:
	       count2_call_n(table, "2", 1, &ret, 1, 2) ?:
	       count3_call_handle(table, count3_get_key(table, key), &ret, 1, 2, 3) ?:
	       count4_call(table, "4", NULL, 1, 2, 3, 4) ?:
	       count5_call(table, "5", &ret, 1, 2, 3, 4, 5) ?:
	       count6_call(table, "6", &ret, 1, 2, 3, 4, 5, 6) ?:
	       void0_call(table, "v0") ?:
	       void1_call_key(table, key, 1) ?:
	       void2_call_n(table, "v2", 2, 1, 2) ?:
	       void3_call_handle(table, void3_get(table, "v3"), 1, 2, 3) ?:
	       void4_call(table, "v4", 1, 2, 3, 4) ?:
	       void5_call(table, "v5", 1, 2, 3, 4, 5) ?:
	       void6_call(table, "v6", 1, 2, 3, 4, 5, 6);
}
