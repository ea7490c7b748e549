// SPDX-License-Identifier: GPL-2.0-only
#include <linux/string.h>

#include "after_list.h"

static struct hdt_table *codecs;

/* CODEC TEXT */
static int encode_set(const char *val, const struct kernel_param *kp)
{
	size_t len = strcspn(val, " ");
	char buf[64];
	int n, err;

	err = codec_call_n(codecs, val, len, &n, buf, sizeof(buf), skip_spaces(val + len));
	if (!err)
		pr_info("%.*s\n", n, buf);
	return err;
}
module_param_call(encode, encode_set, NULL, NULL, 0200);

static int __init core_init(void)
{
	codecs = hdt_table_create("codecs", NULL);
	return PTR_ERR_OR_ZERO(codecs);
}
module_init(core_init);

static void __exit core_exit(void)
{
	hdt_table_destroy(codecs);
}
module_exit(core_exit);

MODULE_DESCRIPTION("hdt sample: a table instead of a list, a lock and strcmp()");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
