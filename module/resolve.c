// SPDX-License-Identifier: GPL-2.0-only
#include "batch.h"
#include "class.h"
#include "desc.h"
#include "index.h"
#include "resolve.h"
#include "source.h"

int hdt_request_refuse(struct hdt_request *rq, enum hdt_reason reason)
{
	rq->fault.registry = rq->registry;
	if (rq->key) {
		rq->fault.key = rq->key;
		rq->fault.len = rq->len;
	}
	return hdt_refuse(reason, &rq->fault);
}

static const struct hdt_desc *find(const struct hdt_request *rq)
{
	struct hdt_registry *registry = rq->registry;

	if (rq->key)
		return hdt_index_find(hdt_dereference(registry, registry->table.index),
				      rq->hash, rq->key, rq->len);
	return hdt_slots_find(hdt_dereference(registry, registry->table.slots), rq->handle);
}

int hdt_request_refuse_missing(struct hdt_request *rq, const struct hdt_desc *desc)
{
	struct hdt_registry *registry = rq->registry;
	const struct hdt_slots *slots;
	u32 slot = rq->handle.raw;

	if (rq->key) {
		rq->fault.found = READ_ONCE(registry->nr_handlers);
		return hdt_request_refuse(rq, HDT_NO_KEY);
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
	else
		rq->fault.what = "no such slot";
	return hdt_request_refuse(rq, HDT_STALE_HANDLE);
}

enum verdict { LIVE, GONE, TAKEN, BROKEN };

/*
 * What @desc is, from its meta word and its seal. It may die at any moment; the
 * verdict is one that was true during this call.
 */
static enum verdict judge(struct hdt_request *rq, const struct hdt_desc *desc)
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

#define LOOK_AGAIN 1	/* not an errno: an error handle may bring any */

/* All of a dispatch's checks, in the table's bracket. 0, the refusal's errno, or LOOK_AGAIN. */
static int decide(struct hdt_request *rq, const struct hdt_desc **found)
{
	const struct hdt_desc *desc = find(rq);
	const struct hdt_source *source;

	if (!desc)
		return hdt_request_refuse_missing(rq, NULL);
	if (!rq->key) {
		rq->fault.key = desc->key;
		rq->fault.len = hdt_desc_len(desc);
		if ((READ_ONCE(desc->meta) ^ rq->handle.raw) & HDT_META_GEN)
			return hdt_request_refuse_missing(rq, desc);
	}
	switch (judge(rq, desc)) {
	case GONE:
		return hdt_request_refuse_missing(rq, desc);
	case TAKEN:
		return hdt_request_refuse(rq, HDT_ONCE_TAKEN);
	case BROKEN:
		rq->fault.found = READ_ONCE(desc->tag);
		rq->fault.expected = hdt_seal(desc, READ_ONCE(desc->meta) & ~HDT_F_UNSEALED,
					      rq->sig);
		return hdt_request_refuse(rq, HDT_BROKEN_SEAL);
	case LIVE:
		break;
	}
	source = desc->source;
	rq->fault.source = source;
	if (source->sig != rq->sig) {
		rq->fault.expected = source->sig;
		rq->fault.found = rq->sig;
		return hdt_request_refuse(rq, HDT_BAD_SIGNATURE);
	}
	if (READ_ONCE(*source->head.state) == MODULE_STATE_GOING) {
		/* Replaced meanwhile, by a module that stays? Then that one it is (G1). */
		if (find(rq) != desc)
			return LOOK_AGAIN;
		return hdt_request_refuse(rq, HDT_OWNER_GOING);
	}
	if (hdt_stack_left() < hdt_meta_stack(READ_ONCE(desc->meta))) {
		rq->fault.expected = hdt_meta_stack(READ_ONCE(desc->meta));
		rq->fault.found = hdt_stack_left();
		return hdt_request_refuse(rq, HDT_NO_STACK);
	}
	*found = desc;
	return 0;
}

/* Each further round is owed to a replacement that came between; three is plenty. */
int hdt_resolve(struct hdt_request *rq, const struct hdt_desc **desc)
{
	int round, err = LOOK_AGAIN;

	for (round = 0; err == LOOK_AGAIN && round < 3; round++)
		err = decide(rq, desc);
	return err == LOOK_AGAIN ? hdt_request_refuse(rq, HDT_OWNER_GOING) : err;
}
