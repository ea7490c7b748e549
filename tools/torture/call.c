// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatches, each judged by what the owner of its key knew before and after.
 * The rules:
 *
 *  - who runs is of the key that was meant, and of a life that is not older
 *    than the oldest one before the call, nor newer than the newest after it;
 *  - if the owner's word was the same before and after, what it says is true of
 *    all the time between: a key that is present is found (G1), one that is
 *    absent is not (G2);
 *  - a handle that has led to one handler leads to that one and its
 *    replacements, or fails; and once it has failed it fails for ever (G5).
 */
#include <linux/slab.h>

#include "torture.h"

#define DEPTH_MAX 3

void torture_call_init(struct torture_thread *me, struct torture_key *key,
		       struct torture_call *call, unsigned int flags, unsigned int depth)
{
	*call = (struct torture_call){
		.table = READ_ONCE(key->arena->table),
		.name = key->name,
		.key = key,
		.me = me,
		.arg = torture_random(me),
		.flags = flags,
		.depth = depth,
	};
}

/* ---- one call -------------------------------------------------------------- */

static int call_plain(struct torture_key *key, enum torture_way way, u64 raw, int *ret,
		      struct torture_call *call)
{
	struct hdt_table *table = call->table;
	torture_handle plain;

	switch (way) {
	case BY_NAME:
		return torture_call(table, key->name, ret, call);
	case BY_BYTES:
		return torture_call_n(table, key->name, key->prepared.len, ret, call);
	case BY_KEY:
		return torture_call_key(table, &key->prepared, ret, call);
	default:
		plain.h.raw = raw;
		return torture_call_handle(table, plain, ret, call);
	}
}

static int call_wide(struct torture_key *key, enum torture_way way, u64 raw, u64 *ret,
		     struct torture_call *call)
{
	struct hdt_table *table = call->table;
	const char *name = key->name;
	torture_wide_handle wide;
	u32 arg = call->arg;

	switch (way) {
	case BY_NAME:
		return torture_wide_call(table, name, ret, call, arg, arg, arg, ~(u64)arg, name);
	case BY_BYTES:
		return torture_wide_call_n(table, name, key->prepared.len, ret, call, arg, arg,
					   arg, ~(u64)arg, name);
	case BY_KEY:
		return torture_wide_call_key(table, &key->prepared, ret, call, arg, arg, arg,
					     ~(u64)arg, name);
	default:
		wide.h.raw = raw;
		return torture_wide_call_handle(table, wide, ret, call, arg, arg, arg,
						~(u64)arg, name);
	}
}

/* Dispatch, and check what came back; not yet whether it should have. */
static int dispatch(struct torture_key *key, enum torture_way way, u64 raw,
		    struct torture_call *call)
{
	static const enum torture_count count[WAYS] = {
		NR_CALL, NR_CALL_N, NR_CALL_KEY, NR_CALL_HANDLE
	};
	struct torture_thread *me = call->me;
	u64 wide = 1;
	int plain = 1, err;
	bool right;

	me->count[count[way]]++;
	me->count[NR_NESTED] += !!call->depth;
	me->count[NR_IRQ] += me->in_irq;
	if (key->wide) {
		err = call_wide(key, way, raw, &wide, call);
		right = wide == (err ? 1 : (u64)TORTURE_ANSWER(call->arg) << 8);
	} else {
		err = call_plain(key, way, raw, &plain, call);
		right = plain == (err ? 1 : TORTURE_ANSWER(call->arg));
	}
	/* A handler that was the wrong one, and said so, did not answer either. */
	if (call->ran != !err || (!right && !torture_errors()))
		torture_error(ERR_ANSWER, "\"%s\": status %d, %u handlers ran, %s answer",
			      key->name, err, call->ran, right ? "right" : "wrong");
	if (!err)
		me->count[NR_RAN]++;
	if (!err && key >= key->arena->provided &&
	    key < key->arena->provided + key->arena->nr_provided)
		me->count[NR_PROVIDED]++;
	return err;
}

/* ---- the verdict ------------------------------------------------------------ */

/* Before and after were the same, and it was @phase. */
static bool steady(u64 before, u64 after, enum torture_phase phase)
{
	return before == after && torture_phase(before) == phase;
}

static bool found_is_right(const struct torture_key *key, const struct torture_sight *sight,
			   u64 newest, const struct torture_call *call)
{
	if (torture_phase(sight->state) >= PHASE_ANY)
		return true;
	if (call->life < sight->oldest)
		torture_error(ERR_OLD, "\"%s\": life %llu ran, the oldest is %llu", key->name,
			      call->life, sight->oldest);
	else if (call->life > newest)
		torture_error(ERR_FUTURE, "\"%s\": life %llu ran, the newest is %llu",
			      key->name, call->life, newest);
	return true;
}

/* May the key, or what the handle stood for, not have been there? */
static bool miss_is_right(u64 before, u64 after, bool fresh)
{
	if (!fresh || torture_mode(before) == HDT_ONCE || torture_mode(after) == HDT_ONCE)
		return true;
	return !steady(before, after, PHASE_PRESENT) && !steady(before, after, PHASE_MODAL);
}

static bool mode_may_be(u64 before, u64 after, enum hdt_mode mode)
{
	if (torture_phase(before) >= PHASE_ANY || before != after)
		return true;
	return torture_phase(before) == PHASE_MODAL || torture_phase(before) == PHASE_CHANGING ||
	       torture_mode(before) == mode;
}

/* From where nobody may call a sleepable table, as far as hdt can tell. */
static bool out_of_place(const struct torture_key *key, const struct torture_call *call)
{
	return key->arena->sleepable && call->me->in_irq;
}

/*
 * Is @err what the contract allows for @key, which was @sight before? @fresh: it
 * was called by key, or by a handle that was made in this state of the key.
 */
static void judge(struct torture_key *key, enum torture_way way,
		  const struct torture_sight *sight, bool fresh, int err,
		  const struct torture_call *call)
{
	struct torture_thread *me = call->me;
	u64 after, newest, before = sight->state;
	bool right = false;

	smp_mb();	/* what was, during the call; then what is */
	newest = READ_ONCE(key->newest);
	after = READ_ONCE(key->state);
	switch (err) {
	case 0:
		right = found_is_right(key, sight, newest, call) && !out_of_place(key, call);
		break;
	case -ESTALE:
	case -ENOENT:
		me->count[err == -ENOENT ? NR_MISSED : NR_STALE]++;
		if (err != (way == BY_HANDLE ? -ESTALE : -ENOENT))
			break;
		right = miss_is_right(before, after, fresh);
		if (right)
			break;
		torture_error(ERR_LOST, "\"%s\": %d, in phase %u of mode %u", key->name, err,
			      torture_phase(before), torture_mode(before));
		return;
	case -EBUSY:
		me->count[NR_BUSY]++;
		right = mode_may_be(before, after, HDT_EXCLUSIVE);
		break;
	case -EALREADY:
		me->count[NR_ONCE]++;
		/* Until the reaper has passed, also where it was removed in vain. */
		right = mode_may_be(before, after, HDT_ONCE) ||
			torture_phase(before) == PHASE_ABSENT;
		break;
	case -ENODEV:
		right = torture_phase(before) == PHASE_PROVIDED;
		break;
	case -EOPNOTSUPP:
		me->count[NR_REFUSED]++;
		right = out_of_place(key, call);
		break;
	case -EOVERFLOW:
		right = call->depth || me->in_irq;
		break;
	}
	if (!right)
		torture_errno(way == BY_HANDLE ? "call by handle" : "call by key", key->name, err);
}

/* Judged by what was known already at @sight. */
int torture_call_since(struct torture_key *key, enum torture_way way,
		       const struct torture_sight *sight, struct torture_call *call)
{
	int err = dispatch(key, way, 0, call);

	judge(key, way, sight, true, err, call);
	return err;
}

int torture_call_by(struct torture_key *key, enum torture_way way, struct torture_call *call)
{
	struct torture_sight sight = torture_look(key);

	return torture_call_since(key, way, &sight, call);
}

/* ---- handles ---------------------------------------------------------------- */

static u64 get(struct torture_key *key, bool by_name, int *err)
{
	struct hdt_table *table = key->arena->table;
	torture_wide_handle wide;
	torture_handle plain;

	if (key->wide) {
		wide = by_name ? torture_wide_get(table, key->name) :
				 torture_wide_get_key(table, &key->prepared);
		*err = hdt_handle_err(wide);
		return wide.h.raw;
	}
	plain = by_name ? torture_get(table, key->name) : torture_get_key(table, &key->prepared);
	*err = hdt_handle_err(plain);
	return plain.h.raw;
}

/* Make @kept a handle of @key, or leave it without one. */
void torture_keep(struct torture_thread *me, struct torture_kept *kept, struct torture_key *key)
{
	struct torture_sight sight = torture_look(key);
	struct torture_call call;
	int err;

	me->count[NR_GET]++;
	torture_call_init(me, key, &call, 0, 0);
	kept->raw = get(key, torture_one_in(me, 2), &err);
	kept->dead = false;
	kept->lineage = 0;
	kept->key = err ? NULL : key;
	/* A get is judged as a call is, but that nothing ran which could be old. */
	call.life = sight.oldest;
	judge(key, BY_NAME, &sight, true, err, &call);
	smp_mb();	/* what was, during the get; then what is */
	kept->state = READ_ONCE(key->state) == sight.state ? sight.state : 0;
}

int torture_call_kept(struct torture_kept *kept, struct torture_call *call)
{
	struct torture_key *key = kept->key;
	struct torture_sight sight = torture_look(key);
	bool fresh = kept->state == sight.state &&
		     torture_phase(sight.state) == PHASE_PRESENT;
	int err = dispatch(key, BY_HANDLE, kept->raw, call);

	judge(key, BY_HANDLE, &sight, fresh, err, call);
	if (err == -ESTALE)
		kept->dead = true;
	if (err || torture_phase(sight.state) >= PHASE_ANY)
		return err;
	if (kept->dead)
		torture_error(ERR_REVIVED, "\"%s\": a handle that had failed", key->name);
	else if (kept->lineage && kept->lineage != call->lineage)
		torture_error(ERR_WRONG, "\"%s\": a handle of lineage %llu led to %llu",
			      key->name, kept->lineage, call->lineage);
	kept->lineage = call->lineage;
	return 0;
}

/* ---- the thread "caller" ----------------------------------------------------- */

#define KEPT 48

struct torture_key *torture_key_pick(struct torture_thread *me, struct torture_arena *arena)
{
	u32 dice = torture_pick(me, 16);

	if (dice < 8 && arena->nr_owned)
		return &arena->owned[torture_pick(me, arena->nr_owned)];
	if (dice < 11)
		return &arena->contended[torture_pick(me, arena->nr_contended)];
	if (dice < 13 && arena->nr_provided)
		return &arena->provided[torture_pick(me, arena->nr_provided)];
	return &arena->fixed[torture_pick(me, arena->nr_fixed)];
}

static unsigned int pick_flags(struct torture_thread *me, struct torture_key *key)
{
	u32 dice = torture_random(me);
	unsigned int flags = 0;

	if (!(dice & 0x3f))
		flags |= CALL_LINGER;
	if (!(dice & 0x1fc0))
		flags |= CALL_NEST;
	if (!(dice & 0xfe000))
		flags |= CALL_WAIT;
	if (!(dice & 0x7f00000))
		flags |= CALL_REGISTER;
	/* Who owns a key has to know that it goes. */
	if (dice > 0xf0000000 && torture_phase(READ_ONCE(key->state)) == PHASE_ANY)
		flags |= CALL_LEAVE;
	return flags;
}

/*
 * In a sleepable table a caller waits for an exclusive handler: two that wait
 * for each other's would wait for ever. So handlers call fixed keys there.
 */
void torture_call_some(struct torture_thread *me, struct torture_arena *inside,
		       unsigned int depth)
{
	struct torture_arena *arena = torture_arena_pick(me);
	struct torture_call call;
	struct torture_key *key;

	if (depth > DEPTH_MAX)
		return;
	/* An atomic handler that calls a sleepable table is reported, not only refused. */
	if (arena->sleepable && inside && !inside->sleepable)
		arena = inside;
	key = arena->sleepable && inside ? &arena->fixed[torture_pick(me, arena->nr_fixed)] :
					   torture_key_pick(me, arena);
	torture_call_init(me, key, &call, torture_one_in(me, 4) ? CALL_NEST : 0, depth);
	torture_call_by(key, torture_pick(me, BY_HANDLE), &call);
}

int torture_caller_begin(struct torture_thread *me)
{
	me->own = kcalloc(KEPT, sizeof(struct torture_kept), GFP_KERNEL);
	return me->own ? 0 : -ENOMEM;
}

void torture_caller_end(struct torture_thread *me)
{
	kfree(me->own);
}

static void by_handle(struct torture_thread *me)
{
	struct torture_kept *all = me->own, *kept = &all[torture_pick(me, KEPT)];
	struct torture_call call;

	/* One that has failed is mostly exchanged, but the first ones are kept for long. */
	if (!kept->key || (kept->dead && torture_one_in(me, kept - all < 16 ? 5000 : 3)) ||
	    torture_one_in(me, 100)) {
		torture_keep(me, kept, torture_key_pick(me, torture_arena_pick(me)));
		if (!kept->key)
			return;
	}
	torture_call_init(me, kept->key, &call, pick_flags(me, kept->key), 0);
	torture_call_kept(kept, &call);
}

void torture_caller(struct torture_thread *me)
{
	struct torture_call call;
	struct torture_key *key;
	unsigned int i;

	for (i = 0; i < 16; i++) {
		if (torture_one_in(me, 3)) {
			by_handle(me);
			continue;
		}
		key = torture_key_pick(me, torture_arena_pick(me));
		torture_call_init(me, key, &call, pick_flags(me, key), 0);
		torture_call_by(key, torture_pick(me, BY_HANDLE), &call);
	}
}
