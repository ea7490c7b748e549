// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mutex.h>
#include <linux/string.h>

#include "before_list.h"

static LIST_HEAD(codecs);
static DEFINE_MUTEX(codecs_lock);

static struct codec *find(const char *name, size_t len)
{
	struct codec *codec;

	list_for_each_entry(codec, &codecs, node)
		if (strlen(codec->name) == len && !strncmp(codec->name, name, len))
			return codec;
	return NULL;
}

int codec_register(struct codec *codec)
{
	int err = -EEXIST;

	mutex_lock(&codecs_lock);
	if (!find(codec->name, strlen(codec->name))) {
		list_add_tail(&codec->node, &codecs);
		err = 0;
	}
	mutex_unlock(&codecs_lock);
	return err;
}
EXPORT_SYMBOL_GPL(codec_register);

void codec_unregister(struct codec *codec)
{
	mutex_lock(&codecs_lock);
	list_del(&codec->node);
	mutex_unlock(&codecs_lock);
}
EXPORT_SYMBOL_GPL(codec_unregister);

/* With a reference to the codec's module. */
static struct codec *codec_get(const char *name, size_t len)
{
	struct codec *codec;

	mutex_lock(&codecs_lock);
	codec = find(name, len);
	if (codec && !try_module_get(codec->owner))
		codec = NULL;
	mutex_unlock(&codecs_lock);
	return codec;
}

/* CODEC TEXT */
static int encode_set(const char *val, const struct kernel_param *kp)
{
	size_t len = strcspn(val, " ");
	struct codec *codec;
	char buf[64];
	int n;

	codec = codec_get(val, len);
	if (!codec)
		return -ENOENT;
	n = codec->encode(buf, sizeof(buf), skip_spaces(val + len));
	module_put(codec->owner);
	pr_info("%.*s\n", n, buf);
	return 0;
}
module_param_call(encode, encode_set, NULL, NULL, 0200);

MODULE_DESCRIPTION("hdt sample: a list, a lock and strcmp()");
MODULE_LICENSE("GPL");
