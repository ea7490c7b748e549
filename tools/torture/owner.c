// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread that has keys to itself. It knows what each operation on them has to
 * return, tells the callers what they may find, and remembers handles of what
 * was there before.
 */
#include <linux/slab.h>

#include "torture.h"

#define OLD 4

struct owned {
	struct torture_key *key;
	struct torture_object *object;	/* NULL: nothing is registered */
	u64 life;			/* the last one */
	u64 lineage;
	struct torture_kept current_one;
	struct torture_kept old[OLD];
	unsigned int nr_old;
};

/* How often it does what, in proportion; in the order of doings[]. */
unsigned int torture_mix[TORTURE_DOINGS] = { 6, 2, 1, 1, 2, 3, 2, 12, 4 };

static bool nomem(struct torture_thread *me, int err)
{
	if (err == -ENOMEM)
		me->count[NR_NOMEM]++;
	return err == -ENOMEM;
}

static enum hdt_mode pick_mode(struct torture_thread *me)
{
	u32 dice = torture_pick(me, 8);

	return dice < 5 ? HDT_SHARED : dice < 7 ? HDT_EXCLUSIVE : HDT_ONCE;
}

/* Who takes a once handler cannot be waited for, but by its release. */
static struct torture_object *new_object(struct torture_thread *me, struct owned *it,
					 enum hdt_mode mode)
{
	bool released = mode == HDT_ONCE || !torture_one_in(me, 4);
	struct torture_object *object = torture_object_get(me, it->key, mode, released);

	if (object)
		object->life = ++it->life;
	return object;
}

/* A call that was refused has taken @object over, if it has a release. */
static void refused(struct torture_object *object)
{
	if (object->released)
		torture_object_put(object);
	else
		torture_object_abandon(object);
}

/* ---- nothing is registered ---- */

static void do_register(struct torture_thread *me, struct owned *it)
{
	struct torture_object *object = new_object(me, it, pick_mode(me));
	struct torture_key *key = it->key;
	int err;

	if (!object)
		return;
	object->lineage = object->life;
	WRITE_ONCE(key->newest, object->life);
	torture_key_set(key, PHASE_CHANGING, object->mode);
	err = torture_offer(me, object, HOW_REGISTER, 0);
	if (err) {
		if (!nomem(me, err))
			torture_errno("register", key->name, err);
		torture_key_set(key, PHASE_ABSENT, HDT_SHARED);
		refused(object);
		return;
	}
	it->object = object;
	it->lineage = object->lineage;
	/* Pairs with smp_load_acquire() in torture_look(). */
	smp_store_release(&key->oldest, object->life);
	torture_key_set(key, PHASE_PRESENT, object->mode);
	torture_keep(me, &it->current_one, key);
	it->current_one.lineage = it->lineage;
}

static void absent(struct torture_thread *me, struct owned *it)
{
	struct hdt_table *table = it->key->arena->table;
	const char *name = it->key->name;
	struct torture_object *object;
	int err;

	switch (torture_pick(me, 8)) {
	case 0:
		me->count[NR_UNREGISTER]++;
		err = hdt_unregister(table, name);
		break;
	case 1:
		me->count[NR_ASYNC]++;
		err = hdt_unregister_async(table, name);
		break;
	case 2:
		object = new_object(me, it, HDT_SHARED);
		if (!object)
			return;
		err = torture_offer(me, object, HOW_REPLACE, 0);
		refused(object);
		if (nomem(me, err))
			return;
		break;
	case 3:
		err = hdt_version(table, name) ? 0 : -ENOENT;
		break;
	default:
		do_register(me, it);
		return;
	}
	if (err != -ENOENT)
		torture_errno("what was to miss", name, err);
}

/* ---- something is ---- */

/* The owner's object has left the table; its handles are to fail from now on. */
static void gone(struct owned *it)
{
	struct torture_key *key = it->key;

	it->object = NULL;
	/* Pairs with smp_load_acquire() in torture_look(). */
	smp_store_release(&key->oldest, it->life + 1);
	torture_key_set(key, PHASE_ABSENT, HDT_SHARED);
	if (it->current_one.key)
		it->old[it->nr_old++ % OLD] = it->current_one;
	it->current_one.key = NULL;
}

static void do_unregister(struct torture_thread *me, struct owned *it)
{
	struct torture_object *object = it->object;
	struct torture_key *key = it->key;
	int err;

	me->count[NR_UNREGISTER]++;
	torture_key_set(key, PHASE_CHANGING, object->mode);
	err = hdt_unregister(key->arena->table, key->name);
	gone(it);
	if (!err) {
		if (object->mode == HDT_ONCE && atomic_read(&object->runs))
			torture_error(ERR_ONCE, "\"%s\": removed after it was taken", key->name);
		torture_object_finish(object);
		return;
	}
	if (err != -ENOENT || object->mode != HDT_ONCE)
		torture_errno("unregister", key->name, err);
	torture_object_put(object);
}

/* Without a release nobody would know when it has ended. */
static void do_async(struct torture_thread *me, struct owned *it)
{
	struct torture_object *object = it->object;
	struct torture_key *key = it->key;
	int err;

	if (!object->released)
		return;
	me->count[NR_ASYNC]++;
	torture_key_set(key, PHASE_CHANGING, object->mode);
	err = hdt_unregister_async(key->arena->table, key->name);
	if (err && !(err == -ENOENT && object->mode == HDT_ONCE))
		torture_errno("async unregister", key->name, err);
	gone(it);
	torture_object_put(object);
}

/* The handler removes its own key while it runs. */
static void do_self(struct torture_thread *me, struct owned *it)
{
	struct torture_object *object = it->object;
	struct torture_key *key = it->key;
	struct torture_call call;

	if (!object->released)
		return;
	me->count[NR_SELF]++;
	torture_call_init(me, key, &call, CALL_LEAVE, 0);
	call.flags |= torture_one_in(me, 2) ? CALL_LINGER : 0;
	torture_key_set(key, PHASE_CHANGING, object->mode);
	if (torture_call_by(key, torture_pick(me, BY_HANDLE), &call) == -EBUSY) {
		torture_key_set(key, PHASE_PRESENT, object->mode);
		return;
	}
	gone(it);
	torture_object_put(object);
}

/* What callers may find while @old is replaced by @new. */
static void announce(struct torture_key *key, const struct torture_object *old,
		     const struct torture_object *new)
{
	WRITE_ONCE(key->newest, new->life);
	if (old->mode == new->mode)
		smp_mb();	/* before what is about to be done, as in torture_key_set() */
	else if (old->mode == HDT_ONCE || new->mode == HDT_ONCE)
		torture_key_set(key, PHASE_CHANGING, old->mode);
	else
		torture_key_set(key, PHASE_MODAL, old->mode);
}

static void replaced(struct torture_thread *me, struct owned *it, struct torture_object *new)
{
	struct torture_object *old = it->object;
	struct torture_key *key = it->key;

	it->object = new;
	/* Pairs with smp_load_acquire() in torture_look(). */
	smp_store_release(&key->oldest, new->life);
	if (old->mode != new->mode)
		torture_key_set(key, PHASE_PRESENT, new->mode);
}

/* The new one was refused: -ENOENT if the old one was for once, and is taken. */
static void not_replaced(struct torture_thread *me, struct owned *it, int err,
			 const struct torture_object *new)
{
	struct torture_object *old = it->object;

	if (!nomem(me, err) && !(err == -ENOENT && old->mode == HDT_ONCE))
		torture_errno("replace", it->key->name, err);
	if (old->mode != new->mode)
		torture_key_set(it->key, PHASE_PRESENT, old->mode);
}

static enum hdt_mode same_or_other(struct torture_thread *me, const struct torture_object *old)
{
	return torture_one_in(me, 4) ? pick_mode(me) : old->mode;
}

static void do_replace(struct torture_thread *me, struct owned *it)
{
	struct torture_object *old = it->object, *new;
	struct torture_key *key = it->key;
	u64 version = 0;
	int err;

	new = new_object(me, it, same_or_other(me, old));
	if (!new)
		return;
	new->lineage = it->lineage;
	if (torture_one_in(me, 2)) {
		version = hdt_version(key->arena->table, key->name);
		if (!version && old->mode != HDT_ONCE)
			torture_error(ERR_LOST, "\"%s\": has no version", key->name);
	}
	announce(key, old, new);
	err = torture_offer(me, new, HOW_REPLACE, version);
	if (err) {
		not_replaced(me, it, err, new);
		refused(new);
		return;
	}
	replaced(me, it, new);
	torture_object_finish(old);
	if (version && new->mode != HDT_ONCE &&
	    version == hdt_version(key->arena->table, key->name))
		torture_error(ERR_OLD, "\"%s\": its version did not change", key->name);
}

/* Where one may not wait: the old one is released later. */
static void do_hasty(struct torture_thread *me, struct owned *it)
{
	struct torture_object *old = it->object, *new;
	int err;

	if (!old->released || !IS_ENABLED(CONFIG_PREEMPT_RCU))
		return;
	new = new_object(me, it, same_or_other(me, old));
	if (!new)
		return;
	new->lineage = it->lineage;
	announce(it->key, old, new);
	rcu_read_lock();
	err = torture_offer(me, new, HOW_REPLACE, 0);
	rcu_read_unlock();
	if (err) {
		not_replaced(me, it, err, new);
		torture_object_abandon(new);
		return;
	}
	replaced(me, it, new);
	torture_object_put(old);
}

/* A replacement that expects what there is not, or a second registration. */
static void do_refused(struct torture_thread *me, struct owned *it, enum torture_how how)
{
	struct torture_object *object;
	struct torture_key *key = it->key;
	u64 version = 0;
	int err, expected;

	/* That a once handler was taken is found first, or the key is free by now. */
	if (it->object->mode == HDT_ONCE)
		return;
	object = new_object(me, it, HDT_SHARED);
	if (!object)
		return;
	/* What must not run must not be allowed for. */
	object->life = 0;
	if (how == HOW_REPLACE)
		version = hdt_version(key->arena->table, key->name) ^ (1 + torture_random(me));
	expected = how == HOW_REPLACE ? -ESTALE : -EEXIST;
	err = torture_offer(me, object, how, version);
	if (err != expected && !nomem(me, err))
		torture_errno(how == HOW_REPLACE ? "replacing another version" :
			      "registering again", key->name, err);
	refused(object);
}

static void do_stale(struct torture_thread *me, struct owned *it)
{
	do_refused(me, it, HOW_REPLACE);
}

static void do_again(struct torture_thread *me, struct owned *it)
{
	do_refused(me, it, HOW_REGISTER);
}

static void do_call(struct torture_thread *me, struct owned *it)
{
	struct torture_call call;

	torture_call_init(me, it->key, &call, torture_one_in(me, 4) ? CALL_NEST : 0, 0);
	if (it->current_one.key && torture_one_in(me, 2))
		torture_call_kept(&it->current_one, &call);
	else
		torture_call_by(it->key, torture_pick(me, BY_HANDLE), &call);
}

/* Handles of what was under the key before: never again (G5). */
static void do_old(struct torture_thread *me, struct owned *it)
{
	struct torture_kept *kept = &it->old[torture_pick(me, OLD)];
	struct torture_call call;
	int err;

	if (!kept->key)
		return;
	torture_call_init(me, kept->key, &call, 0, 0);
	err = torture_call_kept(kept, &call);
	if (err != -ESTALE && err != -EALREADY)
		torture_errno("call by an old handle", it->key->name, err);
}

static void present(struct torture_thread *me, struct owned *it)
{
	static void (* const doings[TORTURE_DOINGS])(struct torture_thread *, struct owned *) = {
		do_replace, do_hasty, do_stale, do_again, do_unregister, do_async, do_self,
		do_call, do_old,
	};
	unsigned int i, dice, all = 0;

	for (i = 0; i < TORTURE_DOINGS; i++)
		all += torture_mix[i];
	dice = torture_pick(me, all);
	for (i = 0; dice >= torture_mix[i]; i++)
		dice -= torture_mix[i];
	doings[i](me, it);
}

static unsigned int nr_owned(void)
{
	return OWNED_KEYS * torture_arenas;
}

int torture_owner_begin(struct torture_thread *me)
{
	struct owned *all = kcalloc(nr_owned(), sizeof(*all), GFP_KERNEL);
	unsigned int i;

	if (!all)
		return -ENOMEM;
	for (i = 0; i < nr_owned(); i++)
		all[i].key = &torture_arena[i / OWNED_KEYS].owned[me->nr * OWNED_KEYS +
								  i % OWNED_KEYS];
	me->own = all;
	return 0;
}

void torture_owner(struct torture_thread *me)
{
	struct owned *all = me->own, *it = &all[torture_pick(me, nr_owned())];

	if (it->object)
		present(me, it);
	else
		absent(me, it);
}

void torture_owner_end(struct torture_thread *me)
{
	struct owned *all = me->own;
	unsigned int i;

	for (i = 0; i < nr_owned(); i++)
		if (all[i].object)
			do_unregister(me, &all[i]);
	kfree(all);
}
