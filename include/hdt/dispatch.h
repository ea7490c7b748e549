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
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/thread_info.h>

#include <hdt/signature.h>
#include <hdt/types.h>

extern struct hdt_secret hdt_secret;

const struct hdt_desc *__hdt_enter_handle(struct hdt_frame *frame, struct hdt_table *table,
					  struct hdt_handle handle,
					  const struct hdt_signature *sig, u64 hash);
const struct hdt_desc *__hdt_enter_bytes(struct hdt_frame *frame, struct hdt_table *table,
					 const char *bytes, size_t len,
					 const struct hdt_signature *sig, u64 hash);
const struct hdt_desc *__hdt_enter_str(struct hdt_frame *frame, struct hdt_table *table,
				       const char *key,
				       const struct hdt_signature *sig, u64 hash);
const struct hdt_desc *__hdt_enter_key(struct hdt_frame *frame, struct hdt_table *table,
				       const struct hdt_key *key,
				       const struct hdt_signature *sig, u64 hash);
void __hdt_leave(struct hdt_frame *frame);
unsigned long hdt_other_stack_left(void);

/*
 * Folded 64x64->128 multiply, the mixing step of wyhash and umash. For a 128-bit
 * value gcc aligns the stack frame of every caller, where the kernel's are not.
 */
static __always_inline u64 hdt_mum(u64 a, u64 b)
{
#ifdef CONFIG_X86_64
	u64 high;

	asm("mulq %2" : "+a"(a), "=d"(high) : "rm"(b) : "cc");
	return a ^ high;
#else
	unsigned __int128 product = (unsigned __int128)a * b;

	return (u64)product ^ (u64)(product >> 64);
#endif
}

/*
 * The tag: a keyed value over everything that a call relies on. The caller's
 * signature and handle are mixed in instead of the descriptor's own, so that
 * one compare is both of G6's checks: the right type and life, and fields
 * nobody overwrote. Whatever one can write into a descriptor has a key of its
 * own, and so has the address, which is in it so that one descriptor copied over
 * another does not pass: no change of one makes up for a change of another.
 */
static __always_inline u64 hdt_seal(const struct hdt_desc *desc, const struct hdt_source *source,
				    u64 handle, u32 meta, u64 sig)
{
	const u64 *k = hdt_secret.tag;
	u64 code = hdt_mum((unsigned long)READ_ONCE(desc->entry) ^ k[0],
			   (unsigned long)READ_ONCE(desc->ctx) ^ k[1]);
	u64 from = hdt_mum((unsigned long)source ^ k[2], handle ^ k[3]);

	return hdt_mum(code ^ sig, from + (unsigned long)desc + meta * k[4]);
}

/* A seal that only the out-of-line path accepts: exclusive and once handlers. */
#define HDT_SEAL_SLOW		0x5ca1ab1e0ddba11dULL

/*
 * Bytes left of the stack that we are on, where that can be told. A task's
 * stack is aligned to its size; an interrupt's need not be. In NMI there are none,
 * so that one test is for all of them.
 */
static __always_inline unsigned long hdt_stack_left(void)
{
	if (unlikely(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
		return hdt_other_stack_left();
	return current_stack_pointer & (THREAD_SIZE - 1);
}

static __always_inline unsigned long hdt_meta_stack(u32 meta)
{
	return ((meta & HDT_META_STACK) >> HDT_META_STACK_SHIFT) * HDT_STACK_UNIT;
}

/*
 * May a caller with this signature run @desc? @handle is the caller's, or the
 * descriptor's own if it came by key. The owner is looked at last: source is
 * trusted only under an intact seal. G7: a module that has begun to go is not
 * entered any more, although its exit function runs before hdt hears of it; a
 * call that was past this check then runs beside the exit function.
 */
static __always_inline bool hdt_desc_admits(const struct hdt_desc *desc, u64 handle, u64 sig)
{
	const struct hdt_source *source = READ_ONCE(desc->source);
	const struct hdt_source_head *head = (const void *)source;
	u32 meta = READ_ONCE(desc->meta);

	return likely(hdt_seal(desc, source, handle, meta, sig) == READ_ONCE(desc->tag)) &&
	       likely(READ_ONCE(*head->state) != MODULE_STATE_GOING) &&
	       likely(hdt_stack_left() >= hdt_meta_stack(meta));
}

/*
 * The word of the slot that @handle names, or, if there is no such slot, of
 * another: whoever believes the descriptor in it compares the handle.
 */
static __always_inline unsigned long hdt_slots_word(const struct hdt_slots *slots,
						    struct hdt_handle handle)
{
	/* Pairs with smp_store_release() in set_word() of slots.c, through the address. */
	return READ_ONCE(slots->word[handle.raw & slots->mask]);
}

/* Is this a table in the usual case? If not, the out-of-line path decides. */
static __always_inline bool hdt_table_usual(const struct hdt_table *table)
{
	/* Neither NULL nor an ERR_PTR(), in one compare. */
	return likely((unsigned long)table - 1 < (unsigned long)-MAX_ERRNO - 1) &&
	       likely(!READ_ONCE(table->flags));
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
	unsigned long word;

	if (!hdt_table_usual(table))
		return __hdt_enter_handle(frame, table, handle, sig, hash);

	rcu_read_lock();
	word = hdt_slots_word(rcu_dereference(table->slots), handle);
	desc = (const struct hdt_desc *)word;
	if (likely(!(word & HDT_SLOT_FREE)) && hdt_desc_admits(desc, handle.raw, hash)) {
		hdt_frame_open(frame, table, desc, 0);
		__release(RCU);	/* stays held until hdt_leave() */
		if (IS_ERR(desc))
			__builtin_unreachable();	/* the caller need not ask */
		return desc;
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
	/* The length of a literal costs nothing; that of another is hdt's to find. */
	if (key && __builtin_constant_p(__builtin_strlen(key)))
		return __hdt_enter_bytes(frame, table, key, __builtin_strlen(key), sig, hash);
	return __hdt_enter_str(frame, table, key, sig, hash);
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
	if (unlikely(frame->flags & HDT_FRAME_SLOW)) {
		__hdt_leave(frame);
		return;
	}
	__acquire(RCU);	/* taken by the enter function */
	rcu_read_unlock();
}

#endif /* HDT_DISPATCH_H */
