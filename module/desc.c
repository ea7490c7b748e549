// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "desc.h"
#include "source.h"
#include "table.h"
#include "validate.h"

static u32 mode_flags(const struct hdt_opts *opts)
{
	switch (opts->mode) {
	case HDT_EXCLUSIVE:
		return HDT_F_EXCLUSIVE | HDT_F_EXTRA;
	case HDT_ONCE:
		return HDT_F_ONCE;
	default:
		return 0;
	}
}

static u32 stack_units(const struct hdt_opts *opts)
{
	unsigned int bytes = opts->stack_bytes ?: HDT_STACK_DEFAULT;

	return DIV_ROUND_UP(bytes + HDT_STACK_RESERVE, HDT_STACK_UNIT);
}

static u64 extra_tag(const struct hdt_extra *extra)
{
	const u64 *k = hdt_secret.tag;

	return hdt_mum((unsigned long)extra->release ^ k[0],
		       (unsigned long)extra->captured ^ k[1]);
}

static void free_extra(struct hdt_extra *extra)
{
	kfree(extra->captured);
	kfree(extra);
}

static struct hdt_desc *alloc_extra(const struct hdt_handler *handler, size_t len, gfp_t gfp)
{
	const struct hdt_opts *opts = &handler->opts;
	struct hdt_extra *extra;

	extra = kzalloc(offsetof(struct hdt_extra, desc) + HDT_DESC_SIZE(len), gfp);
	if (!extra)
		return NULL;
	if (opts->capture_size) {
		extra->captured = kmemdup(opts->capture, opts->capture_size, gfp | __GFP_NOWARN);
		if (!extra->captured) {
			kfree(extra);
			return NULL;
		}
		extra->captured_size = opts->capture_size;
	}
	extra->since = ktime_get_boottime_seconds();
	extra->release = opts->release;
	extra->tag = extra_tag(extra);
	extra->desc.ctx = extra->captured ?: handler->ctx;
	return &extra->desc;
}

/* A descriptor of a valid @handler, not yet sealed: it has no slot and no source. */
struct hdt_desc *hdt_desc_alloc(const struct hdt_handler *handler, gfp_t gfp)
{
	const struct hdt_opts *opts = &handler->opts;
	size_t len = strlen(handler->key);
	u32 flags = mode_flags(opts);
	struct hdt_desc *desc;

	if (opts->release || opts->capture_size)
		flags |= HDT_F_EXTRA;
	if (flags & HDT_F_EXTRA) {
		desc = alloc_extra(handler, len, gfp);
	} else {
		desc = kmalloc(HDT_DESC_SIZE(len), gfp);
		if (desc)
			desc->ctx = handler->ctx;
	}
	if (!desc)
		return NULL;
	desc->entry = handler->entry;
	desc->source = NULL;
	desc->handle = HDT_SLOT_MAX;
	desc->meta = stack_units(opts) << HDT_META_STACK_SHIFT | flags | len;
	memcpy(desc->key, handler->key, len);
	return desc;
}

void hdt_desc_free(struct hdt_desc *desc)
{
	struct hdt_extra *extra = hdt_desc_extra(desc);

	if (extra)
		free_extra(extra);
	else
		kfree(desc);
}

/*
 * Once, in process context, after the last call (see reaper.c). False, and
 * nothing was called, if what there is to call was overwritten.
 */
bool hdt_desc_release(struct hdt_registry *registry, struct hdt_desc *desc)
{
	struct hdt_extra *extra = hdt_desc_extra(desc);
	struct hdt_frame frame;

	if (!extra)
		return true;
	if (extra->tag != extra_tag(extra))
		return false;
	if (extra->release) {
		/* Not a dispatch, but one must not wait from inside either. */
		hdt_frame_open(&frame, &registry->table, desc, HDT_FRAME_RELEASE);
		extra->release(desc->ctx);
		WRITE_ONCE(frame.magic, 0);
	}
	return true;
}

void hdt_handler_release(const struct hdt_handler *handler, const struct module *owner)
{
	const struct hdt_opts *opts = &handler->opts;

	if (opts->release && hdt_in_core_text(opts->release, owner))
		opts->release(opts->capture ? (void *)opts->capture : handler->ctx);
}

u64 hdt_desc_tag(const struct hdt_desc *desc, u64 sig)
{
	u32 meta = READ_ONCE(desc->meta) & ~HDT_F_UNSEALED;
	u64 tag = hdt_seal(desc, READ_ONCE(desc->source), READ_ONCE(desc->handle), meta, sig);

	return meta & HDT_F_MODE ? tag ^ HDT_SEAL_SLOW : tag;
}

u64 hdt_desc_version(const struct hdt_desc *desc)
{
	return hdt_mum(READ_ONCE(desc->tag) ^ hdt_secret.tag[0], hdt_secret.tag[1]) | 1;
}

void hdt_desc_seal(struct hdt_desc *desc, struct hdt_source *source)
{
	desc->source = source;
	desc->tag = hdt_desc_tag(desc, source->sig);
}

/* source may be what was overwritten: it is believed only if the table knows it. */
bool hdt_desc_intact(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	const struct hdt_source *source = READ_ONCE(desc->source);

	return hdt_source_known(registry, source) &&
	       READ_ONCE(desc->tag) == hdt_desc_tag(desc, source->sig);
}
