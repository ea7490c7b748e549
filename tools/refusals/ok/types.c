// SPDX-License-Identifier: GPL-2.0-only
/* Types of all kinds, as parameters and returned. */
#include <linux/skbuff.h>

#include <hdt/hdt.h>

struct point {
	int x;
	int y;
};

union either {
	u64 number;
	void *pointer;
};

enum colour { RED, GREEN };
typedef unsigned int number_t;
typedef int (*callback_t)(void *data, int n);

HDT_SIGNATURE(scalars, u8, u8, a, u16, b, u32, c, u64, d, bool, e, size_t, f)
HDT_SIGNATURE(scalars_signed, s64, s8, a, s16, b, s32, c, s64, d, ssize_t, e, char, f)
HDT_SIGNATURE(named, number_t, number_t, n, callback_t, back, gfp_t, gfp, __be32, addr, loff_t, pos)
HDT_SIGNATURE(values, struct point, struct point, p, union either, u, enum colour, c)
HDT_SIGNATURE(pointers, const char *, const char *, s, const struct point *, p, void *, q,
	      const void *, r, struct sk_buff **, skb, u64 *, n)
HDT_SIGNATURE(qualified, struct point *, struct point *const, p, const char *const *, s,
	      void __user *, u, const u8 *, bytes)
HDT_SIGNATURE(boolean, bool, bool *, b)
/* 95 bytes: the longest name there is */
struct a_name_that_is_as_long_as_a_name_may_be_and_not_one_letter_longer_than_that_for_nobody {
	int x;
};

HDT_SIGNATURE_VOID(longest,
	struct a_name_that_is_as_long_as_a_name_may_be_and_not_one_letter_longer_than_that_for_nobody *,
	p)

static struct point mirror(void *ctx, struct point p, union either u, enum colour c)
{
	return (struct point){ p.y, p.x };
}

static bool invert(void *ctx, bool *b)
{
	return !*b;
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(values, "mirror", mirror),
	HDT_HANDLER(boolean, "not", invert),
};

int calls(struct hdt_table *table, struct point *p)
{
	const char *text;
	u8 small;

	return values_call(table, "mirror", p, *p, (union either){ 1 }, RED) ?:
	       scalars_call(table, "scalars", &small, 1, 2, 3, 4, true, 6) ?:
	       pointers_call(table, "pointers", &text, "s", p, p, p, NULL, NULL);
}
