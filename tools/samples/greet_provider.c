// SPDX-License-Identifier: GPL-2.0-only
/* A module that only provides: two greetings under string keys. */
#include "greet.h"

static int english(void *ctx, char *buf, size_t size, const char *who)
{
	return scnprintf(buf, size, "Hello, %s!", who);
}

static int german(void *ctx, char *buf, size_t size, const char *who)
{
	return scnprintf(buf, size, "Guten Tag, %s!", who);
}

static const struct hdt_handler greetings[] = {
	HDT_HANDLER(greet, "en", english),
	HDT_HANDLER(greet, "de", german),
};
module_hdt_handlers("greetings", greetings);

MODULE_DESCRIPTION("hdt sample: provider");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
