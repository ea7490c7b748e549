// SPDX-License-Identifier: GPL-2.0-only
/*
 * The out-of-line half of a dispatch: the whole of its rules, in the order in
 * which they are decided. include/hdt/dispatch.h has the shortcut.
 */
#include <linux/sched/signal.h>
#include <linux/wait_bit.h>

#include "batch.h"
#include "class.h"
#include "compat.h"
#include "context.h"
#include "desc.h"
#include "index.h"
#include "reaper.h"
#include "source.h"
#include "trace.h"

struct hdt_secret hdt_secret __ro_after_init;
HDT_EXPORT(hdt_secret);

DEFINE_STATIC_KEY_FALSE(hdt_observed);
HDT_EXPORT(hdt_observed);

int hdt_observe(void)
{
	static_branch_inc(&hdt_observed);
	return 0;
}

void hdt_unobserve(void)
{
	static_branch_dec(&hdt_observed);
}

/* What a consumer asked for. */
struct request {
	struct hdt_registry *registry;
	const char *key;		/* NULL: by handle */
	size_t len;
	u64 hash;
	struct hdt_handle handle;
	u64 sig;
	struct hdt_fault fault;
};

static int refuse(struct request *rq, enum hdt_reason reason)
{
	rq->fault.registry = rq->registry;
	if (rq->key) {
		rq->fault.key = rq->key;
		rq->fault.len = rq->len;
	}
	return hdt_refuse(reason, &rq->fault);
}

static const struct hdt_desc *find(const struct request *rq)
{
	struct hdt_registry *registry = rq->registry;

	if (rq->key)
		return hdt_index_find(hdt_dereference(registry, registry->table.index),
				      rq->hash, rq->key, rq->len);
	return hdt_slots_find(hdt_dereference(registry, registry->table.slots), rq->handle);
}

static int refuse_missing(struct request *rq, const struct hdt_desc *desc)
{
	struct hdt_registry *registry = rq->registry;
	const struct hdt_slots *slots;
	u32 slot = rq->handle.raw;

	if (rq->key) {
		rq->fault.found = READ_ONCE(registry->nr_handlers);
		return refuse(rq, HDT_NO_KEY);
	}
	/* An error handle carries its errno, reported when it was made. */
	if (__hdt_handle_err(rq->handle))
		return __hdt_handle_err(rq->handle);
	slots = hdt_dereference(registry, registry->table.slots);
	rq->fault.found = rq->handle.raw;
	if (desc)
		rq->fault.expected = READ_ONCE(desc->meta);
	else if (slot < slots->nr)
		rq->fault.expected = READ_ONCE(slots->word[slot]);
	return refuse(rq, HDT_STALE_HANDLE);
}

enum verdict { LIVE, GONE, TAKEN, BROKEN };

/*
 * What @desc is, from its meta word and its seal. It may die at any moment; the
 * verdict is one that was true during this call.
 */
static enum verdict judge(struct request *rq, const struct hdt_desc *desc)
{
	u64 meta = READ_ONCE(desc->meta);
	bool intact;

	if (meta & HDT_F_PENDING && !hdt_batch_admits(rq->registry, desc, &meta))
		return GONE;
	intact = hdt_desc_intact(rq->registry, desc);
	/* Pairs with smp_wmb() in hdt_kill(): a link in the tag's place shows as DEAD. */
	smp_rmb();
	meta = READ_ONCE(desc->meta);
	if (meta & HDT_F_DEAD)
		return meta & HDT_F_TAKEN ? TAKEN : GONE;
	return intact ? LIVE : BROKEN;
}

/* All of a dispatch's checks, in the table's bracket. 0, or the refusal's errno. */
static int decide(struct request *rq, const struct hdt_desc **found)
{
	const struct hdt_desc *desc = find(rq);
	const struct hdt_source *source;

	if (!desc)
		return refuse_missing(rq, NULL);
	if (!rq->key) {
		rq->fault.key = desc->key;
		rq->fault.len = hdt_desc_len(desc);
		if ((READ_ONCE(desc->meta) ^ rq->handle.raw) & HDT_META_GEN)
			return refuse_missing(rq, desc);
	}
	switch (judge(rq, desc)) {
	case GONE:
		return refuse_missing(rq, desc);
	case TAKEN:
		return refuse(rq, HDT_ONCE_TAKEN);
	case BROKEN:
		rq->fault.found = READ_ONCE(desc->tag);
		rq->fault.expected = hdt_seal(desc, READ_ONCE(desc->meta) & ~HDT_F_UNSEALED,
					      rq->sig);
		return refuse(rq, HDT_BROKEN_SEAL);
	case LIVE:
		break;
	}
	source = desc->source;
	rq->fault.source = source;
	if (source->sig != rq->sig) {
		rq->fault.expected = source->sig;
		rq->fault.found = rq->sig;
		return refuse(rq, HDT_BAD_SIGNATURE);
	}
	if (READ_ONCE(*source->head.state) == MODULE_STATE_GOING) {
		/* Replaced meanwhile, by a module that stays? Then that one it is (G1). */
		if (find(rq) != desc)
			return -EAGAIN;
		return refuse(rq, HDT_OWNER_GOING);
	}
	if (hdt_stack_left() < hdt_meta_stack(READ_ONCE(desc->meta))) {
		rq->fault.expected = hdt_meta_stack(READ_ONCE(desc->meta));
		rq->fault.found = hdt_stack_left();
		return refuse(rq, HDT_NO_STACK);
	}
	*found = desc;
	return 0;
}

/* Each further round is owed to a replacement that came between; three is plenty. */
static int resolve(struct request *rq, const struct hdt_desc **desc)
{
	int round, err = -EAGAIN;

	for (round = 0; err == -EAGAIN && round < 3; round++)
		err = decide(rq, desc);
	return err == -EAGAIN ? refuse(rq, HDT_OWNER_GOING) : err;
}

static bool claim(struct hdt_extra *extra)
{
	/* Pairs with smp_store_release() in leave_exclusive(): one caller's stores
	 * are seen by the next.
	 */
	return !cmpxchg_acquire(&extra->holder, NULL, current);
}

/*
 * One caller at a time. In a sleepable table the others sleep, killably, so that
 * two handlers that wait for each other are a bug one can get out of. In an
 * atomic table they get -EBUSY, as does a handler that calls itself.
 */
static int enter_exclusive(struct request *rq, struct hdt_extra *extra)
{
	if (claim(extra))
		return 0;
	if (!hdt_sleepable(rq->registry) || READ_ONCE(extra->holder) == current ||
	    wait_var_event_killable(&extra->holder, claim(extra)))
		return refuse(rq, HDT_HANDLER_BUSY);
	return 0;
}

static void leave_exclusive(struct hdt_registry *registry, struct hdt_extra *extra)
{
	/* Pairs with cmpxchg_acquire() in claim(). */
	smp_store_release(&extra->holder, NULL);
	if (hdt_sleepable(registry)) {
		/* holder before the look for waiters: see wake_up_var(). */
		smp_mb();
		wake_up_var(&extra->holder);
	}
}

/* Exactly one caller turns a once handler from live to taken. */
static int take_once(struct request *rq, struct hdt_desc *desc)
{
	struct hdt_registry *registry = rq->registry;
	unsigned long flags;
	int err;

	raw_spin_lock_irqsave(&registry->lock, flags);
	err = hdt_kill(registry, desc, HDT_F_TAKEN);
	raw_spin_unlock_irqrestore(&registry->lock, flags);
	if (err == -EKEYREJECTED)
		return refuse(rq, HDT_BROKEN_SEAL);
	if (err)
		return READ_ONCE(desc->meta) & HDT_F_TAKEN ? refuse(rq, HDT_ONCE_TAKEN) :
							     refuse_missing(rq, desc);
	hdt_reap_async(registry);
	return 0;
}

static int enter_mode(struct request *rq, const struct hdt_desc *desc, unsigned int *flags)
{
	u64 mode = desc->meta & HDT_F_MODE;
	int err = 0;

	if (mode & HDT_F_ONCE) {
		err = take_once(rq, (struct hdt_desc *)desc);
	} else if (mode & HDT_F_EXCLUSIVE) {
		err = enter_exclusive(rq, hdt_desc_extra(desc));
		*flags |= HDT_FRAME_EXCLUSIVE;
	}
	return err;
}

static const struct hdt_desc *enter(struct hdt_frame *frame, struct request *rq)
{
	struct hdt_registry *registry = rq->registry;
	const struct hdt_desc *desc = NULL;
	unsigned int flags = HDT_FRAME_SLOW;
	int err;

	if (in_nmi() || (hdt_sleepable(registry) && !hdt_may_sleep()))
		return ERR_PTR(refuse(rq, HDT_BAD_CONTEXT));
	if (hdt_sleepable(registry))
		might_sleep();

	frame->srcu_idx = hdt_bracket_enter(registry);
	err = resolve(rq, &desc);
	if (!err)
		err = enter_mode(rq, desc, &flags);
	if (err) {
		hdt_bracket_leave(registry, frame->srcu_idx);
		return ERR_PTR(err);
	}
	hdt_frame_open(frame, &registry->table, desc, flags);
	trace_hdt_call_entry(registry, frame);
	return desc;
}

/* The end of a dispatch that enter() began: in reverse order. */
void __hdt_leave(struct hdt_frame *frame)
{
	struct hdt_registry *registry = to_registry(frame->table);

	trace_hdt_call_exit(registry, frame);
	if (frame->flags & HDT_FRAME_EXCLUSIVE)
		leave_exclusive(registry, hdt_desc_extra(frame->desc));
	hdt_bracket_leave(registry, frame->srcu_idx);
}
HDT_EXPORT(__hdt_leave);

/* May this dispatch take the shortcut? Then the bracket is RCU's. */
static __always_inline bool usual(const struct hdt_table *table)
{
	return !static_branch_unlikely(&hdt_observed) && !IS_ERR_OR_NULL(table) &&
	       likely(!READ_ONCE(table->flags)) && likely(!in_nmi());
}

static __always_inline const struct hdt_desc *
enter_usual(struct hdt_frame *frame, struct hdt_table *table, const char *key, size_t len,
	    u64 hash, u64 sig)
{
	const struct hdt_desc *desc;

	rcu_read_lock();
	desc = hdt_index_find(rcu_dereference(table->index), hash, key, len);
	if (likely(desc) && hdt_desc_admits(desc, READ_ONCE(desc->meta), sig)) {
		hdt_frame_open(frame, table, desc, 0);
		__release(RCU);	/* stays held until hdt_leave() */
		return desc;
	}
	rcu_read_unlock();
	return NULL;
}

static noinline const struct hdt_desc *enter_slow(struct hdt_frame *frame,
						  struct hdt_table *table, struct request *rq)
{
	if (IS_ERR_OR_NULL(table)) {
		rq->fault.what = "table";
		return ERR_PTR(hdt_refuse(HDT_BAD_ARGUMENT, &rq->fault));
	}
	rq->registry = to_registry(table);
	return enter(frame, rq);
}

static noinline const struct hdt_desc *refuse_bytes(struct hdt_table *table, const char *bytes,
						    size_t len, struct hdt_fault *fault)
{
	if (!IS_ERR_OR_NULL(table))
		fault->registry = to_registry(table);
	if (!bytes || !len)
		return ERR_PTR(hdt_refuse(HDT_BAD_KEY, fault));
	fault->key = bytes;
	fault->len = HDT_KEY_MAX;
	fault->expected = HDT_KEY_MAX;
	fault->found = len;
	return ERR_PTR(hdt_refuse(HDT_KEY_TOO_LONG, fault));
}

static noinline const struct hdt_desc *
enter_key_slow(struct hdt_frame *frame, struct hdt_table *table, const char *key, size_t len,
	       u64 hash, const struct hdt_signature *sig, u64 sig_hash, unsigned long caller)
{
	struct request rq = {
		.key = key,
		.len = len,
		.hash = hash,
		.sig = sig_hash,
		.fault = { .sig = sig, .found = sig_hash, .caller = caller },
	};

	if (memchr(key, 0, len)) {
		rq.fault.registry = IS_ERR_OR_NULL(table) ? NULL : to_registry(table);
		rq.fault.what = "a NUL inside";
		return ERR_PTR(hdt_refuse(HDT_BAD_KEY, &rq.fault));
	}
	return enter_slow(frame, table, &rq);
}

const struct hdt_desc *__hdt_enter_bytes(struct hdt_frame *frame, struct hdt_table *table,
					 const char *bytes, size_t len,
					 const struct hdt_signature *sig, u64 sig_hash)
{
	const struct hdt_desc *desc;
	u64 hash;

	if (unlikely(!bytes || len - 1 >= HDT_KEY_MAX))
		return refuse_bytes(table, bytes, len, &(struct hdt_fault){
			.sig = sig, .caller = _RET_IP_ });
	hash = hdt_hash(bytes, len);
	if (usual(table)) {
		desc = enter_usual(frame, table, bytes, len, hash, sig_hash);
		if (likely(desc))
			return desc;
	}
	return enter_key_slow(frame, table, bytes, len, hash, sig, sig_hash, _RET_IP_);
}
HDT_EXPORT(__hdt_enter_bytes);

const struct hdt_desc *__hdt_enter_key(struct hdt_frame *frame, struct hdt_table *table,
				       const struct hdt_key *key,
				       const struct hdt_signature *sig, u64 sig_hash)
{
	const struct hdt_desc *desc;

	if (unlikely(!key || !key->bytes || key->len - 1 >= HDT_KEY_MAX))
		return refuse_bytes(table, key ? key->bytes : NULL, key ? key->len : 0,
				    &(struct hdt_fault){ .sig = sig, .caller = _RET_IP_ });
	if (usual(table)) {
		desc = enter_usual(frame, table, key->bytes, key->len, key->hash, sig_hash);
		if (likely(desc))
			return desc;
	}
	return enter_key_slow(frame, table, key->bytes, key->len, key->hash, sig, sig_hash,
			      _RET_IP_);
}
HDT_EXPORT(__hdt_enter_key);

const struct hdt_desc *__hdt_enter_handle(struct hdt_frame *frame, struct hdt_table *table,
					  struct hdt_handle handle,
					  const struct hdt_signature *sig, u64 sig_hash)
{
	struct request rq = {
		.handle = handle,
		.sig = sig_hash,
		.fault = { .sig = sig, .caller = _RET_IP_ },
	};

	return enter_slow(frame, table, &rq);
}
HDT_EXPORT(__hdt_enter_handle);

struct hdt_handle __hdt_get(struct hdt_table *table, const struct hdt_key *key,
			    const struct hdt_signature *sig, u64 sig_hash)
{
	const struct hdt_desc *desc = NULL;
	struct hdt_handle handle;
	struct request rq = {
		.sig = sig_hash,
		.fault = { .sig = sig, .caller = _RET_IP_ },
	};
	int idx, err;

	if (!key || !key->bytes || key->len - 1 >= HDT_KEY_MAX)
		return __hdt_handle_of_err(PTR_ERR(refuse_bytes(table, key ? key->bytes : NULL,
								key ? key->len : 0, &rq.fault)));
	if (IS_ERR_OR_NULL(table)) {
		rq.fault.what = "table";
		return __hdt_handle_of_err(hdt_refuse(HDT_BAD_ARGUMENT, &rq.fault));
	}
	rq.registry = to_registry(table);
	rq.key = key->bytes;
	rq.len = key->len;
	rq.hash = key->hash;
	if (in_nmi())
		return __hdt_handle_of_err(refuse(&rq, HDT_BAD_CONTEXT));
	idx = hdt_bracket_enter(rq.registry);
	err = resolve(&rq, &desc);
	handle = err ? __hdt_handle_of_err(err) : (struct hdt_handle){ hdt_desc_handle(desc) };
	hdt_bracket_leave(rq.registry, idx);
	return handle;
}
HDT_EXPORT(__hdt_get);

/**
 * hdt_key_init() - prepare a key for many calls
 * @key: what is filled in
 * @bytes: the key; not copied
 * @len: its length in bytes
 *
 * Hashing is most of what a lookup of a short key costs; a prepared key leaves
 * it out. The hash is the same for every table, until the next boot. A key that
 * could not be prepared makes every call fail with -EINVAL.
 *
 * Context: Any.
 * Return: 0, or
 *
 * * -EINVAL - @key or @bytes is NULL, @len is 0, or there is a NUL in @bytes
 * * -ENAMETOOLONG - @len is more than 255
 */
int hdt_key_init(struct hdt_key *key, const void *bytes, size_t len)
{
	struct hdt_fault fault = { .caller = _RET_IP_ };

	if (!key) {
		fault.what = "key";
		return hdt_refuse(HDT_BAD_ARGUMENT, &fault);
	}
	*key = (struct hdt_key){ };
	if (!bytes || len - 1 >= HDT_KEY_MAX)
		return PTR_ERR(refuse_bytes(NULL, bytes, len, &fault));
	if (memchr(bytes, 0, len)) {
		fault.key = bytes;
		fault.len = len;
		fault.what = "a NUL inside";
		return hdt_refuse(HDT_BAD_KEY, &fault);
	}
	*key = (struct hdt_key){ .bytes = bytes, .len = len, .hash = hdt_hash(bytes, len) };
	return 0;
}
HDT_EXPORT(hdt_key_init);
