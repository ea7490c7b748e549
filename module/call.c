// SPDX-License-Identifier: GPL-2.0-only
/*
 * The out-of-line half of a dispatch: what include/hdt/dispatch.h calls. Each
 * way to name a handler has a shortcut for the usual case, and enter() for all
 * the others.
 */
#include <linux/string.h>

#include "class.h"
#include "compat.h"
#include "context.h"
#include "desc.h"
#include "index.h"
#include "key.h"
#include "mode.h"
#include "observe.h"
#include "resolve.h"
#include "site.h"

struct hdt_secret hdt_secret __ro_after_init;
EXPORT_SYMBOL_HDT(hdt_secret);

static const struct hdt_desc *enter(struct hdt_frame *frame, struct hdt_request *rq)
{
	struct hdt_registry *registry = rq->registry;
	const struct hdt_desc *desc = NULL;
	int looks, idx, err = HDT_LOOK_AGAIN;

	if (in_nmi() || (hdt_sleepable(registry) && !hdt_may_sleep()))
		return ERR_PTR(hdt_request_refuse(rq, HDT_BAD_CONTEXT));
	if (hdt_sleepable(registry))
		might_sleep();

	idx = hdt_bracket_enter(registry);
	for (looks = 0; err == HDT_LOOK_AGAIN && looks < HDT_LOOKS; looks++) {
		err = hdt_resolve(rq, &desc);
		if (!err)
			err = hdt_mode_enter(rq, desc);
	}
	if (err == HDT_LOOK_AGAIN)
		err = hdt_request_refuse(rq, HDT_HANDLER_BUSY);
	if (err) {
		hdt_bracket_leave(registry, idx);
		return ERR_PTR(err);
	}
	hdt_frame_open(frame, &registry->table, desc,
		       HDT_FRAME_SLOW | idx << HDT_FRAME_IDX_SHIFT);
	hdt_observe_entry(registry, frame);
	return desc;
}

/* The end of a dispatch that enter() began: in reverse order. */
void __hdt_leave(struct hdt_frame *frame)
{
	struct hdt_registry *registry = to_registry(frame->table);

	hdt_observe_exit(registry, frame, HDT_CALLERS_STACK);
	hdt_mode_leave(registry, frame->desc);
	hdt_bracket_leave(registry, (frame->flags & HDT_FRAME_IDX) >> HDT_FRAME_IDX_SHIFT);
}
EXPORT_SYMBOL_HDT(__hdt_leave);

static __always_inline const struct hdt_desc *
enter_usual(struct hdt_frame *frame, struct hdt_table *table, const char *key, size_t len,
	    u64 hash, u64 sig)
{
	const struct hdt_desc *desc;

	rcu_read_lock();
	desc = hdt_index_find(rcu_dereference(table->index), hash, key, len);
	if (likely(desc) && hdt_desc_admits(desc, READ_ONCE(desc->handle), sig)) {
		hdt_frame_open(frame, table, desc, 0);
		__release(RCU);	/* stays held until hdt_leave() */
		return desc;
	}
	rcu_read_unlock();
	return NULL;
}

static noinline const struct hdt_desc *enter_slow(struct hdt_frame *frame,
						  struct hdt_table *table, struct hdt_request *rq)
{
	rq->registry = hdt_registry_of(table, &rq->fault);
	return rq->registry ? enter(frame, rq) : ERR_PTR(-EINVAL);
}

static noinline const struct hdt_desc *
enter_key_slow(struct hdt_frame *frame, struct hdt_table *table, const char *key, size_t len,
	       u64 hash, const struct hdt_signature *sig, u64 sig_hash, unsigned long caller)
{
	struct hdt_request rq = {
		.key = key,
		.len = len,
		.hash = hash,
		.sig = sig_hash,
		.fault = { .sig = sig, .found = sig_hash, .caller = caller },
	};

	if (!key || !hdt_key_len_ok(len) || memchr(key, 0, len)) {
		rq.fault.registry = IS_ERR_OR_NULL(table) ? NULL : to_registry(table);
		return ERR_PTR(hdt_key_refuse(key, len, &rq.fault));
	}
	return enter_slow(frame, table, &rq);
}

static __always_inline const struct hdt_desc *
enter_bytes(struct hdt_frame *frame, struct hdt_table *table, const char *bytes, size_t len,
	    const struct hdt_signature *sig, u64 sig_hash, unsigned long caller)
{
	const struct hdt_desc *desc;
	u64 hash = 0;

	if (likely(bytes) && likely(hdt_key_len_ok(len))) {
		hash = hdt_hash(bytes, len);
		if (hdt_table_usual(table)) {
			desc = enter_usual(frame, table, bytes, len, hash, sig_hash);
			if (likely(desc))
				return desc;
		}
	}
	return hdt_observe_start(enter_key_slow(frame, table, bytes, len, hash, sig, sig_hash,
						caller));
}

const struct hdt_desc *__hdt_enter_bytes(struct hdt_frame *frame, struct hdt_table *table,
					 const char *bytes, size_t len,
					 const struct hdt_signature *sig, u64 sig_hash)
{
	return enter_bytes(frame, table, bytes, len, sig, sig_hash, _RET_IP_);
}
EXPORT_SYMBOL_HDT(__hdt_enter_bytes);

const struct hdt_desc *__hdt_enter_str(struct hdt_frame *frame, struct hdt_table *table,
				       const char *key,
				       const struct hdt_signature *sig, u64 sig_hash)
{
	return enter_bytes(frame, table, key, likely(key) ? hdt_key_strlen(key) : 0, sig,
			   sig_hash, _RET_IP_);
}
EXPORT_SYMBOL_HDT(__hdt_enter_str);

static __always_inline const struct hdt_desc *
enter_prepared(struct hdt_frame *frame, struct hdt_table *table, const struct hdt_key *key,
	       const struct hdt_signature *sig, u64 sig_hash, unsigned long caller)
{
	const struct hdt_desc *desc;

	/* hdt_key_init() leaves bytes NULL in a key that it refused. */
	if (likely(key->bytes) && likely(hdt_key_len_ok(key->len)) && hdt_table_usual(table)) {
		desc = enter_usual(frame, table, key->bytes, key->len, key->hash, sig_hash);
		if (likely(desc))
			return desc;
	}
	return hdt_observe_start(enter_key_slow(frame, table, key->bytes, key->len, key->hash,
						sig, sig_hash, caller));
}

const struct hdt_desc *__hdt_enter_key(struct hdt_frame *frame, struct hdt_table *table,
				       const struct hdt_key *key,
				       const struct hdt_signature *sig, u64 sig_hash)
{
	static const struct hdt_key none;

	return enter_prepared(frame, table, likely(key) ? key : &none, sig, sig_hash, _RET_IP_);
}
EXPORT_SYMBOL_HDT(__hdt_enter_key);

const struct hdt_desc *hdt_enter_prepared(struct hdt_frame *frame, struct hdt_table *table,
					  const struct hdt_key *key,
					  const struct hdt_signature *sig, u64 sig_hash,
					  unsigned long caller)
{
	return enter_prepared(frame, table, key, sig, sig_hash, caller);
}

const struct hdt_desc *__hdt_enter_handle(struct hdt_frame *frame, struct hdt_table *table,
					  struct hdt_handle handle,
					  const struct hdt_signature *sig, u64 sig_hash)
{
	struct hdt_request rq = {
		.handle = handle,
		.sig = sig_hash,
		.fault = { .sig = sig, .caller = _RET_IP_ },
	};

	return hdt_observe_start(enter_slow(frame, table, &rq));
}
EXPORT_SYMBOL_HDT(__hdt_enter_handle);

struct hdt_handle __hdt_get(struct hdt_table *table, const struct hdt_key *key,
			    const struct hdt_signature *sig, u64 sig_hash)
{
	const struct hdt_desc *desc = NULL;
	struct hdt_handle handle;
	struct hdt_request rq = {
		.sig = sig_hash,
		.fault = { .sig = sig, .caller = _RET_IP_ },
	};
	int idx, err;

	if (!key || !key->bytes || !hdt_key_len_ok(key->len))
		return __hdt_handle_of_err(hdt_key_refuse(key ? key->bytes : NULL,
							  key ? key->len : 0, &rq.fault));
	rq.registry = hdt_registry_of(table, &rq.fault);
	if (!rq.registry)
		return __hdt_handle_of_err(-EINVAL);
	rq.key = key->bytes;
	rq.len = key->len;
	rq.hash = key->hash;
	if (in_nmi())
		return __hdt_handle_of_err(hdt_request_refuse(&rq, HDT_BAD_CONTEXT));
	idx = hdt_bracket_enter(rq.registry);
	err = hdt_resolve(&rq, &desc);
	handle = err ? __hdt_handle_of_err(err) : (struct hdt_handle){ desc->handle };
	hdt_bracket_leave(rq.registry, idx);
	return handle;
}
EXPORT_SYMBOL_HDT(__hdt_get);
