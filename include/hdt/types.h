/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt - the objects that a dispatch touches.
 *
 * Everything here is laid out for the call path: a dispatch by handle reads
 * the table's first line, one word of the slot array and one line of the
 * descriptor. Providers and consumers never name these fields; they are public
 * because the call path is inlined into the consumer (see dispatch.h).
 */
#ifndef HDT_TYPES_H
#define HDT_TYPES_H

#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct hdt_index;
struct hdt_slots;
struct hdt_source;
struct module;

#define HDT_KEY_MAX		255	/* bytes in a key, without a NUL */
#define HDT_TABLE_NAME_MAX	63	/* bytes in a table's name */
#define HDT_PARAMS_MAX		6	/* parameters of a signature, ctx not counted */
#define HDT_STACK_DEFAULT	1024	/* bytes, for a handler that declares none */
#define HDT_STACK_RESERVE	2048	/* bytes left for interrupts and reports */

/* A handler's code address, before it is given back its true prototype. */
typedef void (*hdt_entry_t)(void);

/**
 * enum hdt_mode - how many callers may be inside a handler
 * @HDT_SHARED: any number at once
 * @HDT_EXCLUSIVE: one at a time
 * @HDT_ONCE: one, ever; the handler leaves the table when it is claimed
 */
enum hdt_mode {
	HDT_SHARED,
	HDT_EXCLUSIVE,
	HDT_ONCE,
};

/**
 * struct hdt_table_opts - how a table is made; all zero is the ordinary case
 * @sleepable: handlers may sleep; the table can then be called only from
 *	process context
 * @max_handlers: registrations past this many get -ENOSPC; 0 for no limit
 *	but HDT_SLOT_MAX
 * @autoload: hdt_table_load() may load the provider of what is missing
 * @stats: count the calls of each handler, and their time, from the beginning;
 *	every dispatch then goes out of line. Can be switched while the table is
 *	used: see Documentation/introspection.rst
 */
struct hdt_table_opts {
	bool sleepable;
	unsigned int max_handlers;
	bool autoload;
	bool stats;
};

/**
 * struct hdt_opts - how a handler is registered; all zero is the ordinary case
 * @mode: how many callers may be inside at once
 * @stack_bytes: kernel stack the handler needs, in bytes, its callees included;
 *	0 for HDT_STACK_DEFAULT. A dispatch with less than this and a reserve
 *	left is refused with -EOVERFLOW. tools/stack.mk checks it when the
 *	provider is built.
 * @capture: bytes copied into memory that hdt owns and passes as ctx instead
 *	of the ctx argument; it may point to the caller's stack
 * @capture_size: how many bytes @capture points to; 0 for no capture
 * @release: called once with ctx, in process context, after the last call of
 *	the handler has ended, in whichever way it leaves the table. It may remove
 *	other handlers with hdt_unregister_async() only.
 */
struct hdt_opts {
	enum hdt_mode mode;
	unsigned int stack_bytes;
	const void *capture;
	size_t capture_size;
	void (*release)(void *ctx);
};

/**
 * struct hdt_handle - by-value reference to a handler: {slot, generation}
 * @raw: the slot in the low half, its generation in the high half
 *
 * Plain data: it may be copied, kept for ever or made up; the worst that it
 * can do is fail (G5).
 */
struct hdt_handle {
	u64 raw;
};

/**
 * struct hdt_key - a key prepared once for many calls
 * @bytes: the key, not copied: the caller keeps it alive and unchanged
 * @len: its length in bytes
 * @hash: its keyed hash, the same for every table
 *
 * Filled in by hdt_key_init() alone.
 */
struct hdt_key {
	const char *bytes;
	unsigned int len;
	u64 hash;
};

/*
 * struct hdt_desc.meta, one word so that it is read and sealed at once:
 *
 *   31     24 23      16 15     8 7       0
 *   | revision | stack/64 | flags | key len |
 */
#define HDT_META_LEN		0x000000ffU
#define HDT_META_FLAGS		0x0000ff00U
#define HDT_META_STACK		0x00ff0000U
#define HDT_META_REV		0xff000000U
#define HDT_META_STACK_SHIFT	16
#define HDT_META_REV_SHIFT	24
#define HDT_STACK_UNIT		64	/* bytes of stack per unit in meta */

#define HDT_F_EXCLUSIVE		0x0100U	/* sealed */
#define HDT_F_ONCE		0x0200U	/* sealed */
#define HDT_F_EXTRA		0x0400U	/* sealed: part of a struct hdt_extra */
#define HDT_F_PENDING		0x0800U	/* not sealed: see module/batch.h */
#define HDT_F_DEAD		0x1000U	/* not sealed: no new call may start */
#define HDT_F_TAKEN		0x2000U	/* not sealed: DEAD because a caller won it */
#define HDT_F_UNSEEN		0x4000U	/* not sealed: DEAD before it was visible */
#define HDT_F_MODE		(HDT_F_EXCLUSIVE | HDT_F_ONCE)
#define HDT_F_UNSEALED		(HDT_F_PENDING | HDT_F_DEAD | HDT_F_TAKEN | HDT_F_UNSEEN)

/*
 * A descriptor: what one call needs, and nothing else, in one cache line for
 * keys of up to 20 bytes. Immutable once published (G1), but for the unsealed
 * bits of meta, which only ever make a live descriptor refuse: they are not
 * covered by the tag, so that a descriptor with one of them set fails the same
 * single compare that guards against corruption (G6).
 *
 * next_dead takes the place of tag once the descriptor is HDT_F_DEAD.
 */
struct hdt_desc {
	hdt_entry_t entry;
	void *ctx;
	union {
		u64 tag;
		struct hdt_desc *next_dead;
	};
	struct hdt_source *source;
	u64 handle;
	u32 meta;
	char key[];
};

#define HDT_DESC_SIZE(len)	(offsetof(struct hdt_desc, key) + (len))

/* The fields that a call reads share a line (G4). */
static_assert(offsetof(struct hdt_desc, key) == 44);
static_assert(HDT_DESC_SIZE(20) == 64);

/*
 * Who provides: the owner and the signature of the handlers that one module
 * has in one table. state is &owner->state, or a constant for built-in code,
 * so that the call path asks "is the owner live" without asking "is there one".
 */
struct hdt_source_head {
	const enum module_state *state;
};

/**
 * struct hdt_table - a table, as its users know it: by pointer
 *
 * Made by hdt_table_create(), found by hdt_table_get(). Its fields are what the
 * inlined call path reads, and nobody else's business.
 */
struct hdt_table {
	/* private: */
	/*
	 * Replaced as wholes when they grow; readers in the table's read-side
	 * bracket see the one or the other, never a half-moved table.
	 */
	struct hdt_slots __rcu *slots;
	struct hdt_index __rcu *index;
	unsigned int flags;		/* 0: the usual case, which is inlined */
	unsigned int changes;	/* grows when keys come or go: hdt_table_changes() */
};

#define HDT_TABLE_SLEEPABLE	0x1	/* class: see module/class.h */
#define HDT_TABLE_DEAD		0x2	/* destroyed: empty for ever */
#define HDT_TABLE_STATS		0x4	/* calls are counted: see module/stats.h */
#define HDT_TABLE_OBSERVED	0x8	/* a call event has a probe */

/*
 * Handle to descriptor: a power of two of words, so that a mask and no branch
 * keeps a made-up slot inside. A word with bit 0 clear is a descriptor; with bit
 * 0 set the slot is free and the word holds its next generation and the next
 * free slot. A word is one aligned load: no reader sees half of a change.
 */
struct hdt_slots {
	struct rcu_head rcu;
	u32 mask;	/* words - 1 */
	unsigned long word[];
};

#define HDT_SLOT_FREE		1UL
#define HDT_SLOT_MAX		0x1000000U	/* handlers in a table, at most */

/*
 * A dispatch in progress, on the caller's stack. magic is derived from the
 * frame's own address and a secret, so that the frames a task is in can be
 * found by reading its stack: no shared or per-task memory is written (G4).
 */
struct hdt_frame {
	u64 magic;
	struct hdt_table *table;
	const struct hdt_desc *desc;
	unsigned int began;	/* see module/frame.h */
	unsigned int flags;
};

#define HDT_FRAME_SLOW		0x1	/* leave out of line */
#define HDT_FRAME_RELEASE	0x2	/* no dispatch: a release is running */
#define HDT_FRAME_TIMED		0x4	/* began is when */
#define HDT_FRAME_IDX		0x8	/* of SRCU's bracket: 0 or 1 */
#define HDT_FRAME_TOUCHED	0x0000fff0U	/* stack used before: see module/observe.c */
#define HDT_FRAME_BEGAN		0xffff0000U	/* the upper half of when */
#define HDT_FRAME_IDX_SHIFT	3
#define HDT_FRAME_TOUCHED_SHIFT	4
#define HDT_FRAME_BEGAN_SHIFT	16

/* Per-boot secret from the kernel's CSPRNG; read-only after init. */
struct hdt_secret {
	u64 tag[5];	/* seals */
	u64 hash[4];	/* keys */
	u64 site[2];	/* call sites */
	u64 frame;	/* frames */
};

#endif /* HDT_TYPES_H */
