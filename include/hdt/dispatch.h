/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt - the inlined half of a dispatch.
 *
 * Included by hdt.h; nothing here is called by name from a provider or a
 * consumer. Each enter function answers "may this call run" and opens the
 * read-side bracket that keeps text, ctx, key and descriptor valid (G3) until
 * hdt_leave(). The fast path takes no lock, writes only its own stack and
 * allocates nothing (G4). Whatever is out of the ordinary - a sleepable table,
 * an observer, any failed check - is decided again, completely and with a
 * diagnosis, by the out-of-line function of the same name in module/call.c.
 */
#ifndef HDT_DISPATCH_H
#define HDT_DISPATCH_H

#include <linux/err.h>
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/task_stack.h>

#include <hdt/signature.h>
#include <hdt/types.h>

extern struct hdt_secret hdt_secret;

/* On while a call event has a probe; the only cost of the events when off. */
DECLARE_STATIC_KEY_FALSE(hdt_observed);

const struct hdt_desc *__hdt_enter_handle(struct hdt_frame *frame, struct hdt_table *table,
					  struct hdt_handle handle,
					  const struct hdt_signature *sig, u64 hash);
const struct hdt_desc *__hdt_enter_bytes(struct hdt_frame *frame, struct hdt_table *table,
					 const char *bytes, size_t len,
					 const struct hdt_signature *sig, u64 hash);
const struct hdt_desc *__hdt_enter_key(struct hdt_frame *frame, struct hdt_table *table,
				       const struct hdt_key *key,
				       const struct hdt_signature *sig, u64 hash);
void __hdt_leave(struct hdt_frame *frame);
unsigned long hdt_other_stack_left(void);

/* Folded 64x64->128 multiply, the mixing step of wyhash and umash. */
static __always_inline u64 hdt_mum(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (u64)product ^ (u64)(product >> 64);
}

/*
 * The tag: a keyed value over everything that a call relies on. The caller's
 * signature and generation are mixed in instead of the descriptor's own, so
 * that one compare is both of G6's checks: the right type and life, and
 * fields nobody overwrote. The descriptor's address is in it as well, so that
 * one descriptor copied over another does not pass.
 */
static __always_inline u64 hdt_seal(const struct hdt_desc *desc, u64 meta, u64 sig)
{
	const u64 *k = hdt_secret.tag;
	u64 code = hdt_mum((unsigned long)READ_ONCE(desc->entry) ^ k[0],
			   (unsigned long)READ_ONCE(desc->ctx) ^ k[1]);
	u64 kind = hdt_mum((unsigned long)READ_ONCE(desc->source) ^ k[2], meta ^ k[3]);

	return hdt_mum(code ^ sig, (kind ^ k[4]) + (unsigned long)desc + READ_ONCE(desc->slot));
}

/* A seal that only the out-of-line path accepts: exclusive and once handlers. */
#define HDT_SEAL_SLOW		0x5ca1ab1e0ddba11dULL

/* Bytes left of the stack that we are on, where that can be told. */
static __always_inline unsigned long hdt_stack_left(void)
{
	unsigned long left = current_stack_pointer - (unsigned long)task_stack_page(current);

	return likely(left < THREAD_SIZE) ? left : hdt_other_stack_left();
}

static __always_inline unsigned long hdt_meta_stack(u64 meta)
{
	return ((meta & HDT_META_STACK) >> HDT_META_STACK_SHIFT) * HDT_STACK_UNIT;
}

/*
 * May a caller with this signature run @desc? @meta is the descriptor's, with
 * the caller's generation if it brought one. The owner is looked at last:
 * source is trusted only under an intact seal. G7: a module that has begun to go
 * is not entered any more, although its exit function runs before hdt hears of
 * it; a call that was past this check then runs beside the exit function.
 */
static __always_inline bool hdt_desc_admits(const struct hdt_desc *desc, u64 meta, u64 sig)
{
	const struct hdt_source_head *source = (const void *)READ_ONCE(desc->source);

	return likely(hdt_seal(desc, meta, sig) == READ_ONCE(desc->tag)) &&
	       likely(READ_ONCE(*source->state) != MODULE_STATE_GOING) &&
	       likely(hdt_stack_left() >= hdt_meta_stack(meta));
}

/* The descriptor in the slot that @handle names, or NULL. */
static __always_inline const struct hdt_desc *
hdt_slots_find(const struct hdt_slots *slots, struct hdt_handle handle)
{
	u32 slot = (u32)handle.raw;
	unsigned long word;

	if (unlikely(slot >= slots->nr))
		return NULL;
	/* Pairs with smp_store_release() in hdt_slots_set() through the address. */
	word = READ_ONCE(slots->word[array_index_nospec(slot, slots->nr)]);
	return likely(!(word & HDT_SLOT_FREE)) ? (const struct hdt_desc *)word : NULL;
}

/* magic is written last: a frame that is found is complete. See module/frame.c. */
static __always_inline void hdt_frame_open(struct hdt_frame *frame, struct hdt_table *table,
					   const struct hdt_desc *desc, unsigned int flags)
{
	frame->table = table;
	frame->desc = desc;
	frame->flags = flags;
	barrier();
	WRITE_ONCE(frame->magic, hdt_secret.frame ^ (unsigned long)frame);
}

static __always_inline const struct hdt_desc *
hdt_enter_handle(struct hdt_frame *frame, struct hdt_table *table, struct hdt_handle handle,
		 const struct hdt_signature *sig, u64 hash)
{
	const struct hdt_desc *desc;
	u64 meta;

	if (static_branch_unlikely(&hdt_observed) || IS_ERR_OR_NULL(table) ||
	    unlikely(READ_ONCE(table->flags)) || unlikely(in_nmi()))
		return __hdt_enter_handle(frame, table, handle, sig, hash);

	rcu_read_lock();
	desc = hdt_slots_find(rcu_dereference(table->slots), handle);
	if (likely(desc)) {
		meta = (READ_ONCE(desc->meta) & ~HDT_META_GEN) | (handle.raw & HDT_META_GEN);
		if (hdt_desc_admits(desc, meta, hash)) {
			hdt_frame_open(frame, table, desc, 0);
			__release(RCU);	/* stays held until hdt_leave() */
			return desc;
		}
	}
	rcu_read_unlock();
	return __hdt_enter_handle(frame, table, handle, sig, hash);
}

static __always_inline const struct hdt_desc *
hdt_enter_bytes(struct hdt_frame *frame, struct hdt_table *table, const void *bytes, size_t len,
		const struct hdt_signature *sig, u64 hash)
{
	return __hdt_enter_bytes(frame, table, bytes, len, sig, hash);
}

static __always_inline const struct hdt_desc *
hdt_enter_str(struct hdt_frame *frame, struct hdt_table *table, const char *key,
	      const struct hdt_signature *sig, u64 hash)
{
	return __hdt_enter_bytes(frame, table, key, key ? __builtin_strlen(key) : 0, sig, hash);
}

static __always_inline const struct hdt_desc *
hdt_enter_key(struct hdt_frame *frame, struct hdt_table *table, const struct hdt_key *key,
	      const struct hdt_signature *sig, u64 hash)
{
	return __hdt_enter_key(frame, table, key, sig, hash);
}

/* Ends the call: the handler's text and ctx may go from here on. */
static __always_inline void hdt_leave(struct hdt_frame *frame)
{
	WRITE_ONCE(frame->magic, 0);
	if (unlikely(frame->flags)) {
		__hdt_leave(frame);
		return;
	}
	__acquire(RCU);	/* taken by the enter function */
	rcu_read_unlock();
}

#endif /* HDT_DISPATCH_H */
