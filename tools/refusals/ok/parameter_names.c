// SPDX-License-Identifier: GPL-2.0-only
/* Parameters may have the names that the macros' own variables seem to have. */
#include <hdt/hdt.h>

HDT_SIGNATURE(names_a, int, int, key, int, table, int, ret, int, err, int, hash, int, frame)
HDT_SIGNATURE(names_b, int, int, desc, int, ctx, int, i, int, name, int, fn, int, opts)
HDT_SIGNATURE(names_c, int, int, handle, int, bytes, int, len, int, handler, int, val, int, version)
HDT_SIGNATURE(names_d, int, int, sig, int, entry, int, code, int, type, int, owner, int, str)
HDT_SIGNATURE(names_e, int, int, t, int, a, int, m, int, n, int, by, int, args)
HDT_SIGNATURE(names_f, int, int, suffix, int, enter, int, _name, int, _kind, int, _ret, int, _0)
HDT_SIGNATURE_VOID(names_g, int, key, int, table, int, ret, int, err, int, hash, int, frame)

static int add(void *ctx, int a, int b, int c, int d, int e, int f)
{
	return a + b + c + d + e + f;
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(names_a, "a", add),
	HDT_HANDLER(names_b, "b", add),
	HDT_HANDLER(names_f, "f", add),
};

int calls(struct hdt_table *table)
{
	int ret = 0, key = 1, err = 2, hash = 3, frame = 4, desc = 5;

	return names_a_call(table, "a", &ret, key, err, hash, frame, desc, ret) ?:
	       names_g_call(table, "g", key, err, hash, frame, desc, ret);
}
