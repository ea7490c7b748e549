/* SPDX-License-Identifier: GPL-2.0-only */
/* A descriptor's making and unmaking, and what an ordinary one does without. */
#ifndef HDT_DESC_H
#define HDT_DESC_H

#include <linux/string.h>

#include <hdt/hdt.h>

struct hdt_registry;
struct hdt_source;

/*
 * What only some handlers need, in front of the descriptor so that all others
 * do not pay for it (HDT_F_EXTRA, a sealed flag). It has a tag of its own,
 * checked before release is called.
 */
struct hdt_extra {
	u64 tag;
	void (*release)(void *ctx);
	void *captured;			/* hdt's copy, or NULL */
	size_t captured_size;
	struct task_struct *holder;	/* exclusive: who is inside; see mode.c */
	time64_t since;			/* registered, in seconds after boot */
	struct hdt_desc desc;		/* last */
};

static inline struct hdt_extra *hdt_desc_extra(const struct hdt_desc *desc)
{
	if (!(desc->meta & HDT_F_EXTRA))
		return NULL;
	return container_of(desc, struct hdt_extra, desc);
}

static inline size_t hdt_desc_len(const struct hdt_desc *desc)
{
	return READ_ONCE(desc->meta) & HDT_META_LEN;
}

/* With a NUL at its end. */
static inline void hdt_desc_copy_key(char *to, const struct hdt_desc *desc)
{
	size_t len = hdt_desc_len(desc);

	memcpy(to, desc->key, len);
	to[len] = '\0';
}

/* How often, modulo 256, the handler of its key has been replaced. */
static inline u32 hdt_desc_revision(const struct hdt_desc *desc)
{
	return (desc->meta & HDT_META_REV) >> HDT_META_REV_SHIFT;
}

static inline u32 hdt_desc_slot(const struct hdt_desc *desc)
{
	return (u32)desc->handle;
}

struct hdt_desc *hdt_desc_alloc(const struct hdt_handler *handler, gfp_t gfp);
void hdt_desc_free(struct hdt_desc *desc);
bool hdt_desc_release(struct hdt_registry *registry, struct hdt_desc *desc);
/* Release for a handler that never became a descriptor. */
void hdt_handler_release(const struct hdt_handler *handler, const struct module *owner);
void hdt_desc_seal(struct hdt_desc *desc, struct hdt_source *source);
/* What two states of a key are told apart by; never 0. */
u64 hdt_desc_version(const struct hdt_desc *desc);
/* What the tag of @desc should be, if its signature is @sig. */
u64 hdt_desc_tag(const struct hdt_desc *desc, u64 sig);
/* In the table's bracket, under its mutex or its lock. */
bool hdt_desc_intact(struct hdt_registry *registry, const struct hdt_desc *desc);

#endif /* HDT_DESC_H */
