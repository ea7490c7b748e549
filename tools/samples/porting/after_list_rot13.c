// SPDX-License-Identifier: GPL-2.0-only
#include "after_list.h"

static int rot13(void *ctx, char *buf, size_t size, const char *text)
{
	size_t n = 0;

	for (; n < size && text[n] && text[n] != '\n'; n++)
		buf[n] = text[n] < 'a' || text[n] > 'z' ? text[n] : 'a' + (text[n] - 'a' + 13) % 26;
	return n;
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(codec, "rot13", rot13),
};
module_hdt_handlers("codecs", handlers);

MODULE_DESCRIPTION("hdt sample: a handler instead of an entry of a list");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
