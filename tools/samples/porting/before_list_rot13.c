// SPDX-License-Identifier: GPL-2.0-only
#include "before_list.h"

static int rot13(char *buf, size_t size, const char *text)
{
	size_t n = 0;

	for (; n < size && text[n] && text[n] != '\n'; n++)
		buf[n] = text[n] < 'a' || text[n] > 'z' ? text[n] : 'a' + (text[n] - 'a' + 13) % 26;
	return n;
}

static struct codec codec = { .owner = THIS_MODULE, .name = "rot13", .encode = rot13 };

static int __init rot13_init(void)
{
	return codec_register(&codec);
}
module_init(rot13_init);

static void __exit rot13_exit(void)
{
	codec_unregister(&codec);
}
module_exit(rot13_exit);

MODULE_DESCRIPTION("hdt sample: an entry of a list");
MODULE_LICENSE("GPL");
