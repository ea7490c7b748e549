// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors that are overwritten, as by a stray store: each call has to be
 * refused with -EKEYREJECTED (G6), and works again when the field is what it
 * was. In a table of its own, where nothing else finds the damage.
 */
#include <linux/slab.h>

#include "torture.h"

#define KEYS 4

struct victim {
	struct torture_key key;
	struct torture_object *object;
};

struct corrupter {
	struct torture_arena arena;
	struct victim victim[KEYS];
};

/* Where a call that was not refused would go. */
static int decoy(void *ctx, struct torture_call *call)
{
	torture_error(ERR_DAMAGED, "\"%s\": the overwritten entry was called", call->name);
	return TORTURE_ANSWER(call->arg);
}

int torture_corrupter_begin(struct torture_thread *me)
{
	struct corrupter *it = kzalloc(sizeof(*it), GFP_KERNEL);
	unsigned int i;
	int err;

	if (!it)
		return -ENOMEM;
	it->arena.name = "torture_corrupt";
	it->arena.table = hdt_table_create(it->arena.name, NULL);
	if (IS_ERR(it->arena.table)) {
		err = PTR_ERR(it->arena.table);
		kfree(it);
		return err;
	}
	me->own = it;
	for (i = 0; i < KEYS; i++) {
		struct victim *victim = &it->victim[i];

		torture_key_init(&victim->key, &it->arena, "victim/%u", i);
		victim->object = torture_object_get(me, &victim->key, HDT_SHARED, false);
		if (!victim->object)
			return -ENOMEM;
		err = torture_offer(me, victim->object, HOW_REGISTER, 0);
		if (err)
			return err;
	}
	return 0;
}

/* The descriptor that @raw leads to: what nobody but a wild pointer knows. */
static struct hdt_desc *find(struct hdt_table *table, u64 raw)
{
	struct hdt_desc *desc;

	rcu_read_lock();
	desc = (struct hdt_desc *)rcu_dereference(table->slots)->word[(u32)raw];
	rcu_read_unlock();
	/* It stays: nobody else removes it. */
	return desc;
}

static void overwrite(struct torture_thread *me, struct corrupter *it, struct hdt_desc *desc)
{
	switch (torture_pick(me, 6)) {
	case 0:
		WRITE_ONCE(desc->entry, (hdt_entry_t)(void *)decoy);
		break;
	case 1:
		WRITE_ONCE(desc->ctx, it);
		break;
	case 2:
		WRITE_ONCE(desc->tag, desc->tag ^ 1ULL << torture_pick(me, 64));
		break;
	case 3:
		WRITE_ONCE(desc->source, (void *)desc->source + sizeof(long));
		break;
	case 4:
		WRITE_ONCE(desc->meta, desc->meta ^ HDT_META_STACK);
		break;
	default:
		/* Not the handle: a call by handle brings its own, which was sealed. */
		WRITE_ONCE(desc->meta, desc->meta ^ HDT_META_REV);
	}
}

static void try(struct torture_thread *me, struct victim *victim, u64 raw, int expected)
{
	struct hdt_table *table = victim->key.arena->table;
	torture_handle handle = { .h.raw = raw };
	struct torture_call call;
	int err[3];
	unsigned int i;

	torture_call_init(me, &victim->key, &call, 0, 0);
	err[0] = torture_call(table, victim->key.name, NULL, &call);
	err[1] = torture_call_key(table, &victim->key.prepared, NULL, &call);
	err[2] = torture_call_handle(table, handle, NULL, &call);
	for (i = 0; i < ARRAY_SIZE(err); i++)
		if (err[i] != expected)
			torture_error(ERR_DAMAGED, "\"%s\": way %u: %d, not %d",
				      victim->key.name, i, err[i], expected);
	if (expected && call.ran)
		torture_error(ERR_DAMAGED, "\"%s\" ran, overwritten", victim->key.name);
}

void torture_corrupter(struct torture_thread *me)
{
	struct corrupter *it = me->own;
	struct victim *victim = &it->victim[torture_pick(me, KEYS)];
	torture_handle handle = torture_get(it->arena.table, victim->key.name);
	struct hdt_desc *desc, whole;

	if (hdt_handle_err(handle)) {
		torture_errno("get", victim->key.name, hdt_handle_err(handle));
		return;
	}
	me->count[NR_DAMAGED]++;
	desc = find(it->arena.table, handle.h.raw);
	whole = *desc;
	try(me, victim, handle.h.raw, 0);
	overwrite(me, it, desc);
	try(me, victim, handle.h.raw, -EKEYREJECTED);
	*desc = whole;
	try(me, victim, handle.h.raw, 0);
	schedule_timeout_interruptible(1 + torture_pick(me, max(1, HZ / 20)));
}

void torture_corrupter_end(struct torture_thread *me)
{
	struct corrupter *it = me->own;
	unsigned int i;
	int err;

	err = hdt_table_destroy(it->arena.table);
	if (err)
		torture_errno("destroying", it->arena.name, err);
	for (i = 0; i < KEYS; i++)
		if (it->victim[i].object)
			torture_object_finish(it->victim[i].object);
	kfree(it);
}
