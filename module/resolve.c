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
	const struct hdt_slots *slots;
	unsigned long word;

	if (rq->key)
		return hdt_index_find(hdt_dereference(registry, registry->table.index),
				      rq->hash, rq->key, rq->len);
	slots = hdt_dereference(registry, registry->table.slots);
	if ((u32)rq->handle.raw > slots->mask)
		return NULL;
	word = hdt_slots_word(slots, rq->handle);
	return word & HDT_SLOT_FREE ? NULL : (const struct hdt_desc *)word;
}

int hdt_request_refuse_missing(struct hdt_request *rq, const struct hdt_desc *desc)
{
	struct hdt_registry *registry = rq->registry;
	const struct hdt_slots *slots;
	u32 slot = rq->handle.raw;
	unsigned long word;

	/* If this one of a batch is gone, the next dispatch finds no other: as in decide(). */
	smp_rmb();
	if (rq->key) {
		rq->fault.found = READ_ONCE(registry->nr_handlers);
		return hdt_request_refuse(rq, HDT_NO_KEY);
	}
	/* An error handle carries its errno, reported when it was made. */
	if (__hdt_handle_err(rq->handle))
		return __hdt_handle_err(rq->handle);
	slots = hdt_dereference(registry, registry->table.slots);
	rq->fault.found = rq->handle.raw;
	if (desc) {
		rq->fault.expected = READ_ONCE(desc->handle);
	} else if (slot <= slots->mask) {
		/* By now it may be taken, and hold an address, which is not for the log. */
		word = READ_ONCE(slots->word[slot]);
		rq->fault.expected = word & HDT_SLOT_FREE ? word : 0;
	} else {
		rq->fault.what = "no such slot";
	}
	return hdt_request_refuse(rq, HDT_STALE_HANDLE);
}

bool hdt_desc_shows(struct hdt_registry *registry, const struct hdt_desc *desc, u32 *meta)
{
	bool intact = hdt_desc_intact(registry, desc);

	/* Pairs with smp_wmb() in hdt_kill(): a link in the tag's place shows as DEAD. */
	smp_rmb();
	*meta = READ_ONCE(desc->meta);
	if (*meta & HDT_F_PENDING && !hdt_batch_admits(registry, desc, meta))
		return false;
	return intact && !(*meta & HDT_F_DEAD);
}

enum verdict { LIVE, GONE, TAKEN, BROKEN };

/*
 * What @desc is, from its meta word and its seal. It may die at any moment; the
 * verdict is one that was true during this call.
 */
static enum verdict judge(struct hdt_request *rq, const struct hdt_desc *desc)
{
	u32 meta = READ_ONCE(desc->meta);
	bool intact;

	if (meta & HDT_F_PENDING && !hdt_batch_admits(rq->registry, desc, &meta))
		return GONE;
	/* By the caller's signature first: to search the sources takes longer. */
	intact = READ_ONCE(desc->tag) == hdt_desc_tag(desc, rq->sig) ||
		 hdt_desc_intact(rq->registry, desc);
	/* Pairs with smp_wmb() in hdt_kill(): a link in the tag's place shows as DEAD. */
	smp_rmb();
	meta = READ_ONCE(desc->meta);
	if (meta & HDT_F_DEAD)
		return meta & HDT_F_TAKEN ? TAKEN : GONE;
	return intact ? LIVE : BROKEN;
}

/* Was the handle made for another handler than the one in its slot now? */
static bool other_generation(const struct hdt_request *rq, const struct hdt_desc *desc)
{
	return !rq->key && READ_ONCE(desc->handle) != rq->handle.raw;
}

/* All of a dispatch's checks. 0, the refusal's errno, or HDT_LOOK_AGAIN. */
static int decide(struct hdt_request *rq, const struct hdt_desc **found)
{
	const struct hdt_source *source;
	const struct hdt_desc *desc;

	/*
	 * If an earlier dispatch met one of a batch, this one meets the others:
	 * pairs with smp_wmb() in hdt_batch_set_visible().
	 */
	smp_rmb();
	desc = find(rq);
	if (!desc)
		return hdt_request_refuse_missing(rq, NULL);
	if (!rq->key) {
		rq->fault.key = desc->key;
		rq->fault.len = hdt_desc_len(desc);
	}
	switch (judge(rq, desc)) {
	case GONE:
		return hdt_request_refuse_missing(rq, desc);
	case TAKEN:
		if (other_generation(rq, desc))
			return hdt_request_refuse_missing(rq, desc);
		return hdt_request_refuse(rq, HDT_ONCE_TAKEN);
	case BROKEN:
		/* No tag is told to anybody: who can overwrite would know what to write. */
		rq->fault.found = 0;
		return hdt_request_refuse(rq, HDT_BROKEN_SEAL);
	case LIVE:
		break;
	}
	if (other_generation(rq, desc))
		return hdt_request_refuse_missing(rq, desc);
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
			return HDT_LOOK_AGAIN;
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

int hdt_resolve(struct hdt_request *rq, const struct hdt_desc **desc)
{
	int looks, err = HDT_LOOK_AGAIN;

	for (looks = 0; err == HDT_LOOK_AGAIN && looks < HDT_LOOKS; looks++)
		err = decide(rq, desc);
	return err == HDT_LOOK_AGAIN ? hdt_request_refuse(rq, HDT_OWNER_GOING) : err;
}
