// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys that everybody registers, replaces and removes. Nobody knows what is
 * there; but whoever runs must be registered, and be released once.
 */
#include "torture.h"

static struct torture_object *new_object(struct torture_thread *me, struct torture_key *key)
{
	struct torture_object *object;

	object = torture_object_get(me, key, torture_pick(me, HDT_ONCE + 1), true);
	if (object)
		object->life = 1;
	return object;
}

static void put(struct torture_thread *me, struct torture_key *key, enum torture_how how)
{
	struct torture_object *object = new_object(me, key);
	u64 version = 0;
	int err;

	if (!object)
		return;
	if (how == HOW_REPLACE && torture_one_in(me, 2))
		version = hdt_version(key->arena->table, key->name);
	err = torture_offer(me, object, how, version);
	/* hdt has taken it over, whatever came of it. */
	torture_object_put(object);
	if (err == -ENOMEM)
		me->count[NR_NOMEM]++;
	else if (how == HOW_REGISTER ? err && err != -EEXIST :
		 err && err != -ENOENT && !(err == -ESTALE && version))
		torture_errno(how == HOW_REGISTER ? "register" : "replace", key->name, err);
}

static void get_rid(struct torture_thread *me, struct torture_key *key, bool wait)
{
	int err;

	me->count[wait ? NR_UNREGISTER : NR_ASYNC]++;
	err = wait ? hdt_unregister(key->arena->table, key->name) :
		     hdt_unregister_async(key->arena->table, key->name);
	if (err && err != -ENOENT)
		torture_errno(wait ? "unregister" : "async unregister", key->name, err);
}

void torture_contender(struct torture_thread *me)
{
	struct torture_arena *arena = torture_arena_pick(me);
	struct torture_key *key = &arena->contended[torture_pick(me, arena->nr_contended)];

	switch (torture_pick(me, 10)) {
	case 0 ... 3:
		put(me, key, HOW_REGISTER);
		break;
	case 4 ... 6:
		put(me, key, HOW_REPLACE);
		break;
	case 7:
		get_rid(me, key, true);
		break;
	default:
		get_rid(me, key, false);
	}
}

/* Where hdt cannot release, what it refuses stays the caller's. */
void torture_contend_in_irq(struct torture_thread *me)
{
	struct torture_arena *arena = torture_arena_pick(me);
	struct torture_key *key = &arena->contended[torture_pick(me, arena->nr_contended)];
	struct torture_object *object;
	int err;

	if (torture_one_in(me, 4)) {
		get_rid(me, key, false);
		return;
	}
	object = new_object(me, key);
	if (!object)
		return;
	err = torture_offer(me, object, HOW_REPLACE, 0);
	if (!err) {
		torture_object_put(object);
		return;
	}
	torture_object_abandon(object);
	if (err == -ENOMEM)
		me->count[NR_NOMEM]++;
	else if (err != -ENOENT)
		torture_errno("replace from a timer", key->name, err);
}
