/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/list.h>
#include <linux/module.h>

struct codec {
	struct list_head node;
	struct module *owner;
	const char *name;
	int (*encode)(char *buf, size_t size, const char *text);
};

int codec_register(struct codec *codec);
void codec_unregister(struct codec *codec);
